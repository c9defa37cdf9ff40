"""What a person avoids, limits and pauses holds for every kind of claim: urgent, gold, rounds and the queue."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from config.invariants import violations
from labeling.actions.care import go_on, opt_out, pause
from labeling.actions.rounds import RoundPlan, open_round
from labeling.calibrating import QualifyFirst, claim_gold, left_in_rounds
from labeling.caring import FREE, Limit, Rest, rules_for
from labeling.models import Assignment, Item, Project, Qualification, Round
from labeling.queue import hurry
from tests.labeling.calibrating import answer, make_gold, member_of, qualify_by
from tests.labeling.pages import open_session, state_of
from tests.labeling.scenes import (
    make_item,
    make_labeling_project,
    make_member,
    signed_in,
    submit,
    take,
    try_claim,
)
from tests.labeling.test_care import make_noted, opened, wish

pytestmark = pytest.mark.django_db


def rush(item: Item) -> None:
    with transaction.atomic():
        hurry(item.project_id, [item.pk], is_urgent=True)


def noted_gold(project: Project, *notes: str) -> Item:
    return make_gold(project, item=make_noted(project, *notes))


def kinds_of(project: Project, person: User, kind: str) -> Item:
    """An item with a note that would come next by this way, and nothing else that could."""
    item = make_noted(project, "Violence")
    if kind == "urgent":
        rush(item)
    if kind in ("qualification", "norming"):
        make_gold(project, item=item)
        open_round(project, RoundPlan(Round.Kind(kind), "First", [item], people=[person]), by=person)
    return item


KINDS = ("queue", "urgent", "qualification", "norming")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_avoided_is_handed_out_by_no_way(kind: str) -> None:
    project = make_labeling_project(traits=1)
    person = make_member(project)
    item = kinds_of(project, person, kind)
    assert take(project, person).item_id == item.pk

    opt_out(person, ["violence"])

    assert not Assignment.objects.live().exists()
    try:
        assert try_claim(project, person) is None
    except QualifyFirst:
        assert kind == "qualification"
    assert violations() == {}


def test_gold_that_is_avoided_is_not_slipped_in() -> None:
    project = make_labeling_project(traits=1)
    noted_gold(project, "violence")
    person = make_member(project)
    opt_out(person, ["violence"])

    with transaction.atomic():
        membership = member_of(project, person)
        assert claim_gold(membership, rules_for(membership)) is None
        assert claim_gold(membership, FREE)


@pytest.mark.parametrize("kind", KINDS)
def test_a_pause_stops_every_way(kind: str) -> None:
    project = make_labeling_project(traits=1)
    person = make_member(project)
    kinds_of(project, person, kind)
    until = timezone.now() + timedelta(hours=1)
    pause(person, until)

    assert try_claim(project, person) == Rest(until)


@pytest.mark.parametrize("kind", KINDS)
def test_a_limit_stops_every_way(kind: str) -> None:
    project = make_labeling_project(traits=1)
    person = make_member(project)
    make_noted(project, "violence")
    wish(person, sensitive_per_day=1)
    submit(opened(project, person))
    kinds_of(project, person, kind)

    found = try_claim(project, person)

    assert isinstance(found, Rest)
    assert found.limit == Limit.DAY


def test_past_a_limit_urgent_items_without_a_note_come_first_and_the_others_are_found_again() -> None:
    project = make_labeling_project(traits=1)
    person = make_member(project)
    make_noted(project, "violence")
    wish(person, sensitive_per_day=1)
    submit(opened(project, person))
    noted, plain = make_noted(project, "violence"), make_item(project)
    rush(noted)
    rush(plain)
    go_on(person)
    given = take(project, person)
    submit(given)
    assert given.item_id == plain.pk
    assert try_claim(project, person) is None

    wish(person)

    assert take(project, person).item_id == noted.pk
    assert violations() == {}


def test_opting_back_in_brings_an_urgent_item_back() -> None:
    project = make_labeling_project(traits=1)
    person = make_member(project)
    urgent = make_noted(project, "violence")
    rush(urgent)
    wish(person, "violence")
    assert try_claim(project, person) is None

    wish(person)

    assert take(project, person).item_id == urgent.pk


def qualifying(*notes: tuple[str, ...]) -> tuple[Project, User]:
    """A qualification by gold items with these notes, and a live item after it."""
    project = make_labeling_project(traits=1)
    qualify_by(project, [noted_gold(project, *each) for each in notes])
    make_item(project)
    project.refresh_from_db()
    return project, make_member(project)


def test_who_avoids_some_of_a_qualification_is_judged_by_the_rest() -> None:
    project, person = qualifying(("violence",), ())
    opt_out(person, ["violence"])
    membership = member_of(project, person)
    assert left_in_rounds(membership, rules_for(membership)) == 1
    answer(take(project, person), 2)

    assert state_of(open_session(signed_in(person), project)) == "item"
    assert Qualification.objects.values_list("compared", "has_passed").get() == (1, True)


def test_who_avoids_all_of_a_qualification_is_told_why_there_is_none() -> None:
    project, person = qualifying(("violence",))
    opt_out(person, ["violence"])

    page = open_session(signed_in(person), project)

    assert state_of(page) == "qualify"
    assert "What you chose not to be given" in page


def test_nobody_is_judged_by_a_qualification_that_is_partly_kept_back_for_today() -> None:
    project, person = qualifying(("violence",), ())
    other = make_labeling_project()
    make_member(other, person)
    make_noted(other, "violence")
    wish(person, sensitive_per_day=1)
    submit(opened(other, person))
    go_on(person)
    answer(take(project, person), 2)

    page = open_session(signed_in(person), project)

    assert state_of(page) == "limit"
    assert "Go on with items without content notes" not in page
    assert not Qualification.objects.exists()


def test_opting_out_of_a_gold_item_in_hand_gives_no_place_back() -> None:
    project, person = qualifying(("violence",))
    held = take(project, person)
    assert held.is_calibration

    opt_out(person, ["violence"])

    assert Assignment.objects.get().state == Assignment.State.EXPIRED
    assert set(Item.objects.values_list("taken", flat=True)) == {0}
    assert violations() == {}
