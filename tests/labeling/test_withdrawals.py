from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from config.invariants import violations
from labeling.actions.annotations import Withdrawn, save_draft
from labeling.actions.assignments import keep_alive
from labeling.actions.withdrawals import withdraw
from labeling.models import Annotation, Assignment, Draft, Item, Membership, Withdrawal
from labeling.models.annotations import WITHDRAWN
from tests.labeling.pages import JSON
from tests.labeling.scenes import (
    answer_to,
    make_labeling_project,
    make_member,
    signed_in,
    submit,
    take,
    try_claim,
)

pytestmark = pytest.mark.django_db


def test_a_withdrawn_label_counts_nowhere_and_its_item_goes_to_another() -> None:
    project = make_labeling_project(items=1, overlap=1)
    person, other = make_member(project), make_member(project)
    assignment = take(project, person)
    submit(assignment)
    assert try_claim(project, other) is None

    withdraw(person)

    assert not Annotation.objects.counted().exists()
    assert take(project, other).item_id == assignment.item_id
    assert violations() == {}


def test_a_corrected_label_is_withdrawn_as_well_and_its_author_does_not_get_it_again() -> None:
    project = make_labeling_project(items=1, overlap=1)
    person = make_member(project)
    assignment = take(project, person)
    submit(assignment)
    submit(assignment, expected_revision=1)

    withdraw(person)

    live = Annotation.objects.live().get()
    assert (live.revision, live.source, live.preferences.count()) == (3, WITHDRAWN, 0)
    assert try_claim(project, person) is None
    assert violations() == {}


def test_a_withdrawal_from_one_project_leaves_the_others() -> None:
    one, two = make_labeling_project(items=1), make_labeling_project(items=1)
    person = make_member(one)
    make_member(two, person)
    submit(take(one, person))
    submit(take(two, person))

    taken = withdraw(person, one)

    assert (taken.project, taken.annotations) == (one, 1)
    assert [each.assignment.item.project for each in Annotation.objects.counted()] == [two]


def test_leases_go_back_and_drafts_are_deleted() -> None:
    project = make_labeling_project(items=1, overlap=1)
    person, other = make_member(project), make_member(project)
    held = take(project, person)
    save_draft(held.pk, person, answer_to(held))

    withdraw(person)

    assert not Draft.objects.exists()
    assert take(project, other).item_id == held.item_id
    assert violations() == {}


def test_what_was_on_its_way_is_refused() -> None:
    project = make_labeling_project(items=2)
    person = make_member(project)
    submitted = take(project, person)
    submit(submitted)
    held = take(project, person)
    withdraw(person)

    with pytest.raises(Withdrawn):
        submit(held)
    with pytest.raises(Withdrawn):
        save_draft(held.pk, person, answer_to(held))
    with pytest.raises(Withdrawn):
        submit(submitted, expected_revision=1)
    assert keep_alive(held.pk, person).state == Assignment.State.EXPIRED


def test_the_page_and_the_script_say_that_it_is_gone() -> None:
    project = make_labeling_project(items=1)
    person = make_member(project)
    assignment = take(project, person)
    submit(assignment)
    withdraw(person)
    client = signed_in(person)
    url = reverse("labeling:submit", args=[assignment.pk])

    told = client.post(url, answer_to(assignment, expected_revision=1), headers=JSON)
    page = client.get(reverse("labeling:assignment", args=[assignment.pk])).content.decode()

    assert (told.status_code, told.json()["state"]) == (410, "gone")
    assert "You took this label back" in page


def test_who_withdrew_may_label_on() -> None:
    project = make_labeling_project(items=2)
    person = make_member(project)
    submit(take(project, person))
    withdraw(person)

    submit(take(project, person))

    assert Annotation.objects.counted().count() == 1
    assert violations() == {}


def test_nothing_brings_a_withdrawn_annotation_back() -> None:
    project = make_labeling_project(items=1)
    person = make_member(project)
    assignment = take(project, person)
    submit(assignment)
    withdraw(person)

    with pytest.raises(IntegrityError, match="stays withdrawn"), transaction.atomic():
        bring_back(assignment)


def bring_back(assignment: Assignment) -> None:
    again = Annotation(submission_id=uuid4(), digest="d", assignment=assignment, revision=3, source="import")
    Annotation.objects.live().update(superseded_by=again)
    again.save(force_insert=True)


def test_a_late_label_gives_no_place_back() -> None:
    project = make_labeling_project(items=1, overlap=1)
    person, other = make_member(project), make_member(project)
    late = take(project, person)
    Assignment.objects.filter(pk=late.pk).update(state="expired")
    Item.objects.update(taken=0)
    submit(take(project, other))
    submit(late)

    withdraw(person)

    assert Item.objects.get().taken == 1
    assert violations() == {}


def test_the_tombstone_names_nobody() -> None:
    project = make_labeling_project(items=1)
    person = make_member(project)
    submit(take(project, person))

    taken = withdraw(person)

    assert str(person.pk) not in repr(Withdrawal.objects.values().get())
    assert list(Withdrawal.objects.of(person)) == [taken]
    assert not Withdrawal.objects.of(make_member(project)).exists()


def test_who_left_the_project_can_withdraw_too() -> None:
    project = make_labeling_project(items=1)
    person = make_member(project)
    submit(take(project, person))
    Membership.objects.all().delete()

    assert withdraw(person).annotations == 1
    assert withdraw(person).annotations == 0
