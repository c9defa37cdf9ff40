"""Conflicts with Label Studio are looked at and settled, and a sync changes nothing about that."""

import pytest
from django.test import Client

from accounts.models import AuditEvent, User
from config.invariants import violations
from labeling.actions.studio_conflicts import CannotTake, Moved, conflicts_of, settle
from labeling.label_studio.beside import Row, side_by_side
from labeling.label_studio.controls import Layout
from labeling.label_studio.mapping import Texts
from labeling.models import (
    Annotation,
    Assignment,
    Item,
    LabelStudio,
    LabelStudioAnswer,
    LabelStudioDecision,
    Membership,
)
from labeling.submission import ShownTrait
from tests.factories import make_user
from tests.label_studio.server import wrote
from tests.labeling.scenes import make_labeling_project, make_member, signed_in, submit, take
from tests.labeling.studio_double import StudioDouble
from tests.labeling.studios import connected, exchange, prefers

pytestmark = pytest.mark.django_db


@pytest.fixture
def native(double: StudioDouble, connection: LabelStudio, member: User) -> Annotation:
    """An answer given here, to an item that the same person answered there."""
    found = submit(take(connection.project, member), strength=1).annotation
    task = connection.tasks.get(item=found.assignment.item_id)
    there = next(each for each in double.tasks_of(1) if each["data"]["arete_task"] == str(task.pk))
    double.answer(there, prefers(connection.project, -3))
    assert exchange(connection, "sync").conflicts == 1
    return found


def answered(double: StudioDouble) -> dict[str, object]:
    return next(task["annotations"][0] for task in double.tasks.values() if task["annotations"])


def settled(connection: LabelStudio, choice: str) -> LabelStudioDecision:
    lead = make_user()
    (found,) = conflicts_of(connection, lead)
    return settle(connection, found.answer.pk, choice, found.stamp, actor=lead)


def test_both_answers_stand_side_by_side(connection: LabelStudio, native: Annotation) -> None:
    (found,) = conflicts_of(connection, make_user())

    rows = {row.title.partition(":")[2].strip() or row.title: row for row in found.rows}
    assert rows["which response shows it better?"].theirs == "A is much better"
    assert rows["which response shows it better?"].differs
    assert rows["Why?"].theirs == "It asks first."


def test_ours_is_kept_and_syncing_again_changes_nothing(connection: LabelStudio, native: Annotation) -> None:
    made = settled(connection, "ours")

    again = exchange(connection, "sync")

    assert (again.unchanged, again.conflicts) == (1, 0)
    assert Annotation.objects.get() == native
    assert (LabelStudioAnswer.objects.get().state, made.theirs) == ("kept", None)
    assert violations() == {}


def test_theirs_becomes_the_next_revision_and_the_native_one_stays(
    connection: LabelStudio, native: Annotation
) -> None:
    digest, rationale = native.digest, native.rationale

    made = settled(connection, "theirs")

    live = Annotation.objects.live().get()
    native.refresh_from_db()
    assert (live.revision, live.source, live.is_late) == (2, "label_studio", native.is_late)
    assert (native.source, native.digest, native.rationale) == ("native", digest, rationale)
    assert native.superseded_by == live == made.theirs
    order = connection.tasks.get(item=live.assignment.item_id).order_shown
    assert live.preferences.get().strength == (-3 if order[0] == 0 else 3)
    again = exchange(connection, "sync")
    assert (again.unchanged, again.conflicts, again.revised) == (1, 0, 0)
    assert Annotation.objects.count() == 2
    assert violations() == {}


def test_what_theirs_meant_by_a_and_b_goes_along(connection: LabelStudio, native: Annotation) -> None:
    task = connection.tasks.get(item=native.assignment.item_id)
    Assignment.objects.update(order_shown=task.order_shown[::-1])

    made = settled(connection, "theirs")

    assert Assignment.objects.get().order_shown == task.order_shown
    assert made.order_shown == task.order_shown[::-1]
    assert Annotation.objects.live().get().preferences.get().strength == (
        -3 if task.order_shown[0] == 0 else 3
    )


@pytest.mark.parametrize("choice", ["ours", "theirs"])
def test_who_decided_is_written_down_and_never_changed(
    connection: LabelStudio, native: Annotation, choice: str
) -> None:
    made = settled(connection, choice)

    event = AuditEvent.objects.get(act="label_studio.settled")
    assert (event.actor, event.detail["choice"]) == (made.decided_by, choice)
    assert made.ours == native


def test_an_answer_that_changes_after_ours_was_kept_is_a_conflict_again(
    double: StudioDouble, connection: LabelStudio, native: Annotation
) -> None:
    settled(connection, "ours")
    answered(double)["result"] = prefers(connection.project, 2)

    assert exchange(connection, "sync").conflicts == 1
    assert "after a lead had kept" in LabelStudioAnswer.objects.get().why
    settled(connection, "theirs")
    assert LabelStudioDecision.objects.count() == 2
    assert violations() == {}


def test_an_answer_that_changes_after_theirs_was_taken_is_a_revision(
    double: StudioDouble, connection: LabelStudio, native: Annotation
) -> None:
    settled(connection, "theirs")
    answered(double)["result"] = prefers(connection.project, 2)

    assert exchange(connection, "sync").revised == 1
    assert Annotation.objects.live().get().revision == 3


def test_what_was_changed_meanwhile_is_not_decided(
    double: StudioDouble, connection: LabelStudio, native: Annotation
) -> None:
    lead = make_user()
    (before,) = conflicts_of(connection, lead)
    submit(native.assignment, strength=2, expected_revision=1)
    with pytest.raises(Moved):
        settle(connection, before.answer.pk, "theirs", before.stamp, actor=lead)
    (later,) = conflicts_of(connection, lead)
    settle(connection, later.answer.pk, "ours", later.stamp, actor=lead)

    with pytest.raises(Moved):
        settle(connection, later.answer.pk, "theirs", later.stamp, actor=lead)

    assert LabelStudioDecision.objects.count() == 1


def test_half_an_answer_can_not_be_taken_and_nothing_changes(
    double: StudioDouble, connection: LabelStudio, native: Annotation
) -> None:
    order = native.assignment.order_shown
    answered(double)["result"] = [wrote("rationale", "Hm.")]
    exchange(connection, "sync")

    with pytest.raises(CannotTake, match="not a whole answer"):
        settled(connection, "theirs")

    assert Annotation.objects.get() == native
    assert Assignment.objects.get().order_shown == order
    assert LabelStudioAnswer.objects.get().state == "conflict"


def test_an_answer_that_was_not_kept_whole_can_not_be_taken(
    connection: LabelStudio, native: Annotation
) -> None:
    LabelStudioAnswer.objects.update(results=[])

    with pytest.raises(CannotTake, match="too long"):
        settled(connection, "theirs")


def test_two_accounts_of_one_person_are_a_conflict_however_often_it_is_synced(
    double: StudioDouble, connection: LabelStudio, member: User
) -> None:
    task = double.tasks_of(1)[0]
    double.answer(task, prefers(connection.project, 1))
    connection.people.create(email="b@example.org", member=member)
    double.answer(task, prefers(connection.project, -2), "b@example.org")

    for _ in range(3):
        assert exchange(connection, "sync").conflicts == 1

    assert Annotation.objects.count() == 1


def test_who_may_still_be_handed_the_item_reads_no_answer(
    connection: LabelStudio, native: Annotation
) -> None:
    lead = make_member(connection.project, role=Membership.Role.LEAD)

    (before,) = conflicts_of(connection, lead)
    Item.objects.filter(pk=native.assignment.item_id).update(needed=1)
    (filled,) = conflicts_of(connection, lead)

    assert (before.is_hidden, before.rows) == (True, [])
    assert not filled.is_hidden
    assert filled.rows


def test_a_lead_settles_on_the_page(connection: LabelStudio, native: Annotation) -> None:
    lead = make_member(connection.project, role=Membership.Role.LEAD)
    Item.objects.filter(pk=native.assignment.item_id).update(needed=1)
    browser = signed_in(lead)
    here = f"/projects/{connection.project.slug}/label-studio/conflicts/"
    (found,) = conflicts_of(connection, lead)
    assert "Keep ours" in browser.get(here).text

    unclear = browser.post(f"{here}{found.answer.pk}", {"choice": "both", "seen": found.stamp})
    late = browser.post(f"{here}{found.answer.pk}", {"choice": "ours", "seen": "x"}, follow=True)
    done = browser.post(f"{here}{found.answer.pk}", {"choice": "theirs", "seen": found.stamp}, follow=True)

    assert unclear.status_code == 422
    assert "one of the two answers has changed" in late.text
    assert "Theirs is the newest revision now." in done.text
    assert "Theirs taken" in done.text
    assert "Keep ours" not in done.text


def test_a_conflict_of_another_project_can_not_be_named(
    double: StudioDouble, connection: LabelStudio, native: Annotation
) -> None:
    other = connected(make_labeling_project(traits=1), double.url.replace("127.0.0.1", "localhost"))
    lead = make_member(other.project, role=Membership.Role.LEAD)
    (found,) = conflicts_of(connection, make_user())
    client: Client = signed_in(lead)

    answer = client.post(
        f"/projects/{other.project.slug}/label-studio/conflicts/{found.answer.pk}",
        {"choice": "ours", "seen": found.stamp},
    )

    assert answer.status_code == 404
    assert not LabelStudioDecision.objects.exists()


def test_rows_are_in_words_and_leave_out_what_nobody_answered() -> None:
    layout = Layout(["overall", "ranking", "ratings", "harm"], [ShownTrait(None, "ho", "Honesty")], 2)  # type: ignore[arg-type]
    texts = Texts({"A": "Yes.", "B": "No."}, {})
    ours = {"p_all": ["-2"], "place_A": ["1"], "place_B": ["2"], "cut": ["1"], "r_A_ho": ["4"]}
    theirs = {"na_all": ["1"], "harm": ["B"], "cite": ["A1:ho"]}

    rows = side_by_side(ours, theirs, layout, texts)

    assert Row("Put the responses into their order; ties share a place", "Place 1: A; Place 2: B", "") in rows
    assert Row("Which would do harm if it were sent?", "", "Response B") in rows
    assert Row("Cited passages", "", "A1:ho") in rows
    assert Row("By how much, all in all?", "Better", "I can’t judge it") in rows
    assert not [row for row in rows if not row.ours and not row.theirs]
