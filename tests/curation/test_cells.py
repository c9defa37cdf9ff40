"""Cells: what is counted, what is wanted, and what their readers must know."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Role, User
from curation.actions.cells import (
    Words,
    count_cells,
    set_targets,
    start_count_if_old,
)
from curation.coverage import coverage
from curation.models import Cell, CellCount, Domain, Family, Removal, Scenario, Trait
from labeling.models import ProjectTrait
from runs.actions import perform_now
from runs.models import Run
from tests.exports.judged import judge, make_annotator
from tests.factories import (
    make_domain,
    make_project,
    make_scenario,
    make_trait,
    make_trait_version,
    make_user,
)
from tests.labeling.scenes import make_item

pytestmark = pytest.mark.django_db
NOTHING = Words().digest


def scenario_of(trait: Trait, domain: Domain, **fields: Any) -> Scenario:
    scenario = make_scenario(domain=domain, **fields)
    scenario.aimed_traits.add(trait)
    return scenario


def counted(trait: Trait, domain: Domain) -> tuple[int, int, int, int]:
    count_cells()
    count = CellCount.objects.get(trait=trait, domain=domain)
    return count.scenarios, count.heldout, count.items, count.annotations


def person(*roles: Role, **fields: Any) -> tuple[Client, User]:
    user = make_user(roles=roles, **fields)
    client = Client()
    client.force_login(user)
    return client, user


def test_ready_scenarios_count_and_those_outside_train_are_held_out():
    trait, domain = make_trait(), make_domain()
    scenario_of(trait, domain)
    for pool in ("EVAL", "PRIVATE", "ATTACK"):
        scenario_of(trait, domain, family=Family.objects.create(pool=pool))
    scenario_of(trait, domain, state="draft")
    Removal.objects.create(scenario=scenario_of(trait, domain), reason="request")

    assert counted(trait, domain) == (4, 3, 0, 0)


def test_a_scenario_counts_in_each_cell_it_aims_at():
    first, second, domain = make_trait(), make_trait(), make_domain()
    scenario_of(first, domain).aimed_traits.add(second)

    assert counted(first, domain)[0] == counted(second, domain)[0] == 1


def test_items_count_for_the_traits_that_their_project_asks_about():
    version, other, domain = make_trait_version(), make_trait_version(), make_domain()
    project = make_project()
    ProjectTrait.objects.create(project=project, trait_version=version)
    make_item(project, scenario=make_scenario(domain=domain))

    assert counted(version.trait, domain)[2] == 1
    assert counted(other.trait, domain)[2] == 0


def test_annotations_count_for_the_trait_they_judge_unless_they_came_late():
    version, domain, project = make_trait_version(), make_domain(), make_project()
    item = make_item(project, scenario=make_scenario(domain=domain))
    judge(item, make_annotator(), version, 2)
    judge(item, make_annotator(), version, None)
    judge(item, make_annotator(), version, 1, is_late=True)

    assert counted(version.trait, domain)[3] == 2


def test_what_left_a_cell_is_not_counted_any_more():
    trait, domain = make_trait(), make_domain()
    scenario = scenario_of(trait, domain)
    assert counted(trait, domain)[0] == 1

    scenario.aimed_traits.clear()

    assert counted(trait, domain)[0] == 0


def test_the_run_says_how_many_scenarios_stand_in_no_cell():
    make_trait(), make_domain()
    make_scenario()
    run = start_count_if_old()
    assert run

    assert perform_now(run).result == {"unplaced": 1}


def test_counts_are_made_again_when_they_are_old_and_not_twice():
    make_trait(), make_domain()

    first = start_count_if_old()
    assert first
    assert start_count_if_old() is None
    perform_now(first)
    assert start_count_if_old() is None

    long_ago = timezone.now() - timedelta(minutes=6)
    CellCount.objects.update(counted_at=long_ago)
    Run.objects.update(created_at=long_ago)
    assert start_count_if_old()


def test_opening_the_page_counts_nothing_but_has_it_counted():
    scenario_of(make_trait("candor"), make_domain())
    client, _ = person(Role.STEWARDS)

    page = client.get(reverse("curation:cells")).content.decode()

    assert "Not counted yet" in page
    assert Run.objects.filter(kind="curation.count_cells", state="queued").count() == 1


def test_the_table_shows_numbers_targets_and_shades():
    trait, domain = make_trait("candor"), make_domain()
    scenario_of(trait, domain)
    count_cells()
    set_targets([trait], [domain], {"target_scenarios": 4}, actor=None)
    client, _ = person(Role.CURATORS)

    page = " ".join(client.get(reverse("curation:cells")).content.decode().split())

    assert '<td data-q="2"><a href="/cells/candor/health/">1<small>of 4</small></a></td>' in page
    assert "1 of 4" in page


@pytest.mark.parametrize(
    ("show", "title"), [("items", "Items"), ("heldout", "Held out"), ("nonsense", "Scenarios")]
)
def test_the_table_switches_what_it_shows(show: str, title: str):
    make_trait(), make_domain()
    client, _ = person(Role.CURATORS)

    assert (
        f'<h2 id="map">{title}</h2>' in client.get(reverse("curation:cells"), {"show": show}).content.decode()
    )


def test_the_number_of_queries_does_not_grow_with_the_table(django_assert_num_queries: Any):
    client, _ = person(Role.CURATORS)
    for number in range(3):
        make_trait(), make_domain(f"domain-{number}")
    count_cells()
    client.get(reverse("curation:cells"))
    with connection.execute_wrapper(counter := Counter()):
        client.get(reverse("curation:cells"))
    few = counter.count
    for number in range(3, 12):
        make_trait(), make_domain(f"domain-{number}")
    count_cells()

    with django_assert_num_queries(few):
        client.get(reverse("curation:cells"))


class Counter:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, *args: Any) -> Any:
        self.count += 1
        return execute(*args)


@pytest.mark.parametrize(
    ("number", "target", "shade"), [(0, 9, 1), (4, 9, 3), (8, 9, 5), (9, 9, 6), (12, 9, 6), (3, 0, 0)]
)
def test_shades_follow_the_share_of_the_target(number: int, target: int, shade: int):
    table = coverage([("a", "A")], [("d", "D")], {("a", "d"): number}, {("a", "d"): target})

    assert table.lines[0].amounts[0].shade == shade


def test_the_emptiest_cells_come_first_among_the_gaps():
    table = coverage(
        [("a", "A"), ("b", "B")],
        [("d", "D"), ("e", "E")],
        {("a", "d"): 5, ("b", "d"): 1},
        {("a", "d"): 10, ("b", "d"): 10, ("a", "e"): 2},
    )

    assert [(trait, domain) for trait, domain, _ in table.gaps] == [("A", "E"), ("B", "D"), ("A", "D")]
    assert table.columns == [(6, 20), (0, 2)]
    assert (table.number, table.target) == (6, 22)


@pytest.mark.parametrize(
    ("trait", "domain", "cells"), [("", "", 4), ("candor", "", 2), ("", "law", 2), ("candor", "law", 1)]
)
def test_targets_are_set_for_a_cell_a_line_a_column_or_all(trait: str, domain: str, cells: int):
    make_trait("candor"), make_trait("care"), make_domain("law"), make_domain("health")
    client, _ = person(Role.CURATORS)

    client.post(reverse("curation:cells_targets"), {"trait": trait, "domain": domain, "target_items": 60})

    assert Cell.objects.filter(target_items=60).count() == cells
    assert AuditEvent.objects.get().detail["target_items"] == 60


def test_targets_that_are_left_empty_stay():
    trait, domain = make_trait("candor"), make_domain("law")
    set_targets([trait], [domain], {"target_scenarios": 7, "target_items": 8}, actor=None)
    client, _ = person(Role.TRAIT_AUTHORS)

    client.post(
        reverse("curation:cell_targets", args=["candor", "law"]), {"target_items": 0, "target_scenarios": ""}
    )

    cell = Cell.objects.get()
    assert (cell.target_scenarios, cell.target_items) == (7, 0)


@pytest.mark.parametrize("number", ["-1", "many", "", "99999999999"])
def test_a_target_that_is_none_is_refused_with_a_reason(number: str):
    make_trait("candor"), make_domain("law")
    client, _ = person(Role.CURATORS)

    answer = client.post(reverse("curation:cells_targets"), {"target_items": number})

    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert not Cell.objects.exists()
