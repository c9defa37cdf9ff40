import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from config.invariants import violations
from config.statements import planned
from labeling import queue
from labeling.actions.assignments import keep_alive, open_item, skip_item
from labeling.actions.care import Wishes, go_on, opt_out, pause, remind_later, set_care
from labeling.caring import FREE, Limit, Rest, break_offer, rules_for
from labeling.desk import come_in
from labeling.models import Assignment, Care, Item, Membership, Project
from labeling.queue import NothingNow
from tests.factories import make_scenario
from tests.labeling.scenes import (
    let_lease_run_out,
    make_item,
    make_labeling_project,
    make_member,
    submit,
    take,
    try_claim,
)

pytestmark = pytest.mark.django_db


def wish(person: User, *avoided: str, **wishes: int | None) -> None:
    limits = {
        "sensitive_per_day": None,
        "sensitive_per_week": None,
        "minutes_per_day": None,
        "break_after": 50,
    }
    set_care(person, Wishes(avoided=avoided, **{**limits, **wishes}))


def make_noted(project: Project, *notes: str) -> Item:
    return make_item(project, scenario=make_scenario(content_warnings=list(notes)))


def opened(project: Project, person: User, *have: object) -> Assignment:
    assignment = take(project, person, *have)  # type: ignore[arg-type]
    open_item(assignment.pk, person)
    return assignment


def membership_of(person: User) -> Membership:
    return Membership.objects.get(user=person)


def test_a_claim_passes_what_a_person_avoids_whatever_its_case() -> None:
    project = make_labeling_project()
    make_noted(project, "Self-harm")
    plain = make_item(project)
    person = make_member(project)
    wish(person, "self-harm")

    assert take(project, person).item_id == plain.pk


def test_what_one_person_avoids_goes_to_another() -> None:
    project = make_labeling_project()
    noted = make_noted(project, "violence")
    careful, other = make_member(project), make_member(project)
    wish(careful, "violence")

    assert try_claim(project, careful) is None
    assert take(project, other).item_id == noted.pk


def test_what_others_hold_and_one_avoids_is_not_waited_for() -> None:
    project = make_labeling_project(overlap=1)
    make_noted(project, "violence")
    take(project, make_member(project))
    careful = make_member(project)
    assert isinstance(try_claim(project, careful), NothingNow)

    wish(careful, "violence")

    assert try_claim(project, careful) is None


def test_opting_back_in_brings_back_what_the_cursor_passed() -> None:
    project = make_labeling_project()
    noted = make_noted(project, "violence")
    plain = make_item(project)
    person = make_member(project)
    wish(person, "violence", "abuse")
    submit(take(project, person))
    assert try_claim(project, person) is None

    wish(person, "abuse")

    assert take(project, person).item_id == noted.pk
    assert Assignment.objects.filter(annotator=person, item=plain).count() == 1


def test_the_cursor_passes_a_tail_that_is_avoided_and_meets_what_comes_later() -> None:
    project = make_labeling_project()
    for _ in range(3):
        make_noted(project, "violence")
    person = make_member(project)
    wish(person, "violence")
    assert try_claim(project, person) is None
    assert membership_of(person).cursor == 3

    later = make_item(project)

    assert take(project, person).item_id == later.pk


def test_opting_out_gives_back_what_is_held_and_keeps_its_place_for_others() -> None:
    project = make_labeling_project(overlap=1)
    noted = make_noted(project, "violence")
    person, other = make_member(project), make_member(project)
    held = take(project, person)

    opt_out(person, ["Violence"])

    assert Assignment.objects.get(pk=held.pk).state == Assignment.State.EXPIRED
    assert take(project, other).item_id == noted.pk
    assert violations() == {}


def test_an_open_tab_does_not_take_an_avoided_item_up_again() -> None:
    project = make_labeling_project()
    make_noted(project, "violence")
    person = make_member(project)
    held = take(project, person)
    opt_out(person, ["violence"])

    assert keep_alive(held.pk, person).state == Assignment.State.EXPIRED


def test_what_was_written_before_opting_out_can_still_be_submitted() -> None:
    project = make_labeling_project()
    make_noted(project, "violence")
    person = make_member(project)
    held = opened(project, person)
    opt_out(person, ["violence"])

    assert submit(held).annotation.is_late is False


def test_who_joins_a_project_later_is_as_careful_there() -> None:
    first, second = make_labeling_project(), make_labeling_project()
    make_noted(second, "violence")
    person = make_member(first)
    wish(person, "violence")
    make_member(second, person)

    assert try_claim(second, person) is None


def test_a_careful_claim_in_a_long_queue_scans_nothing() -> None:
    project = make_labeling_project(items=1)
    person = make_member(project)
    with connection.cursor() as cursor:
        cursor.execute(LONG_QUEUE, {"project": project.pk})
        cursor.execute("ANALYZE labeling_item, labeling_assignment, curation_scenario")
    with transaction.atomic():
        membership = come_in(project.slug, person)
    wanted: dict[str, Any] = {
        "id": project.pk,
        "membership": membership.pk,
        "project": project.pk,
        "annotator": person.pk,
        "minutes": 60,
        "asks_criteria": False,
        "is_reversed": False,
        "cursor": 0,
        "after": 0,
        "avoided": ["violence"],
        "is_calm": False,
    }

    with planned() as cursor:
        cursor.execute("EXPLAIN " + queue._WITH_CARE.onwards, wanted)
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "item_open" in plan
    assert re.search(r"Seq Scan on labeling_item |Hash", plan) is None, plan


LONG_QUEUE = """
INSERT INTO labeling_item (id, project_id, scenario_id, needed, taken, position, is_gold, content_sha256, created_at)
SELECT gen_random_uuid(), project_id, scenario_id, 1, 0, n, false, n::text, now()
FROM labeling_item, generate_series(2, 20000) n WHERE project_id = %(project)s
"""


def test_who_sets_nothing_costs_the_claim_nothing() -> None:
    project = make_labeling_project(items=1)
    person = make_member(project)

    assert rules_for(membership_of(person)) is FREE


def test_a_limit_of_sensitive_items_is_kept_with_those_that_wait_to_be_opened() -> None:
    project = make_labeling_project()
    for _ in range(3):
        make_noted(project, "violence")
    person = make_member(project)
    wish(person, sensitive_per_week=2)
    submit(opened(project, person))
    waiting = take(project, person)

    found = try_claim(project, person, waiting.pk)

    assert isinstance(found, Rest)
    assert (found.limit, found.number) == (Limit.WEEK, 2)
    assert take(project, person).pk == waiting.pk


def test_who_goes_on_past_a_limit_gets_items_without_a_note() -> None:
    project = make_labeling_project()
    make_noted(project, "violence")
    noted = make_noted(project, "violence")
    plain = make_item(project)
    person = make_member(project)
    wish(person, sensitive_per_day=1)
    submit(opened(project, person))
    go_on(person)
    given = take(project, person)
    submit(given)
    assert given.item_id == plain.pk
    assert try_claim(project, person) is None

    wish(person, sensitive_per_day=None)

    assert take(project, person).item_id == noted.pk


def test_a_skipped_note_counts_to_no_limit() -> None:
    project = make_labeling_project()
    make_noted(project, "violence")
    second = make_noted(project, "violence")
    person = make_member(project)
    wish(person, sensitive_per_day=1)
    skip_item(take(project, person).pk, person, "distressing")

    assert take(project, person).item_id == second.pk


def test_minutes_of_reading_are_limited_before_anything_new_is_given() -> None:
    project = make_labeling_project(items=2)
    person = make_member(project)
    wish(person, minutes_per_day=2)
    submit(take(project, person), elapsed_ms=119_000)
    submit(take(project, person), elapsed_ms=1_000)

    found = try_claim(project, person)

    assert isinstance(found, Rest)
    assert found.limit == Limit.MINUTES


def test_a_pause_hands_nothing_out_and_ends_when_one_likes() -> None:
    project = make_labeling_project(items=1)
    person = make_member(project)
    until = timezone.now() + timedelta(days=3)
    pause(person, until)
    assert try_claim(project, person) == Rest(until)

    pause(person, None)

    assert isinstance(try_claim(project, person), Assignment)


def test_a_break_is_offered_after_reading_and_not_right_after_later() -> None:
    project = make_labeling_project(items=2)
    person = make_member(project)
    wish(person, break_after=30)
    submit(take(project, person), elapsed_ms=20 * 60_000)
    assert break_offer(person.pk, Care.objects.get(person=person)) == 0
    submit(take(project, person), elapsed_ms=15 * 60_000)
    assert break_offer(person.pk, Care.objects.get(person=person)) == 35

    remind_later(person)

    assert break_offer(person.pk, Care.objects.get(person=person)) == 0


def test_ten_minutes_away_are_a_break() -> None:
    project = make_labeling_project(items=1)
    person = make_member(project)
    wish(person, break_after=30)
    submit(take(project, person), elapsed_ms=40 * 60_000)
    care = Care.objects.get(person=person)
    assert break_offer(person.pk, care) == 40

    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert break_offer(person.pk, care) == 0


def test_a_lease_that_ran_out_is_taken_up_again_by_who_avoids_nothing() -> None:
    project = make_labeling_project()
    make_noted(project, "violence")
    person = make_member(project)
    held = take(project, person)
    let_lease_run_out(held)
    queue.expire_leases()

    assert keep_alive(held.pk, person).state == Assignment.State.LEASED
