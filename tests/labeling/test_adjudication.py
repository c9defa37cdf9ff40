"""Disagreements are found by rule and settled by cause."""

from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F

from curation.models import TraitVersion
from labeling.actions.adjudication import (
    Decision,
    OwnLabel,
    SettledMeanwhile,
    names_of,
    reopen,
    send_item,
    settle,
)
from labeling.actions.contested import find_disagreements, start_finding
from labeling.answered import About, about
from labeling.models import Adjudication, Annotation, Disagreement, GoldReference, Item, Preference
from runs.models import Run
from tests.factories import make_user
from tests.labeling.disagreeing import contested, judged, marked, rated
from tests.labeling.scenes import at_once, make_labeling_project, make_member, submit, take

pytestmark = pytest.mark.django_db
GAP = Decision("guideline gap", "The definition is silent.", proposal="Declining openly counts.")


@pytest.mark.parametrize(
    ("strengths", "rule", "measure"),
    [((-1, 1), "opposite signs", 1.0), ((3, 0), "spread", 1.5), ((-3, 3), "opposite signs", 3.0)],
)
def test_what_lies_apart_is_contested(strengths: tuple[int, ...], rule: str, measure: float):
    find_disagreements(judged(*strengths))

    found = Disagreement.objects.get()
    assert (found.rule, found.measure, found.is_open) == (rule, measure, True)


@pytest.mark.parametrize("strengths", [(1, 2), (0, 2), (3, 3), (-1, -3)])
def test_what_lies_close_is_not_contested(strengths: tuple[int, ...]):
    find_disagreements(judged(*strengths))

    assert not Disagreement.objects.exists()


@pytest.mark.parametrize(
    ("ratings", "rule"), [(("0", "2"), "spread"), (("4", "1", "2"), "spread"), (("na", "3"), "unsure")]
)
def test_ratings_that_lie_apart_are_contested(ratings: tuple[str, ...], rule: str):
    find_disagreements(rated(*ratings))

    found = Disagreement.objects.get()
    assert (found.kind, found.rule) == ("rating", rule)
    assert found.response_id == Item.objects.get().places.get(place=0).response_id


@pytest.mark.parametrize(
    ("marks", "rule"), [(("met", "not met", "met"), "opposite signs"), (("unsure", "met"), "unsure")]
)
def test_marks_that_differ_are_contested(marks: tuple[str, ...], rule: str):
    find_disagreements(marked(*marks))

    found = Disagreement.objects.get()
    assert (found.kind, found.rule) == ("mark", rule)
    assert found.criterion_id == Item.objects.get().scenario.criteria.order_by("position").earliest("pk").pk


@pytest.mark.parametrize("ratings", [("2", "3"), ("1", "1"), ("0", "1", "1")])
def test_ratings_that_lie_close_are_not_contested(ratings: tuple[str, ...]):
    find_disagreements(rated(*ratings))

    assert not Disagreement.objects.exists()


def test_marks_that_agree_are_not_contested():
    find_disagreements(marked("not met", "not met", "unsure"))

    assert not Disagreement.objects.exists()


def test_what_is_no_longer_contested_is_closed_until_it_is_again():
    found = contested()
    items = Item.objects.filter(pk=found.item_id)
    # Somebody else is asked, so it is not judged to the end.
    items.update(needed=F("needed") + 1)
    find_disagreements(found.item.project)
    found.refresh_from_db()
    closed = not found.is_open
    items.update(needed=F("taken"))

    find_disagreements(found.item.project)

    found.refresh_from_db()
    assert closed
    assert found.is_open


def test_what_was_sent_waits_though_nobody_differs():
    project = judged(2, 2)
    item = Item.objects.get()
    sent = send_item(About(item.pk, project.traits.get().pk), sent_by=make_user())

    find_disagreements(project)

    sent.refresh_from_db()
    assert sent.is_open


def test_an_item_that_half_could_not_judge_is_contested():
    project = make_labeling_project(items=1, traits=1, overlap=2)
    first, second = (take(project, make_member(project)) for _ in range(2))
    submit(first, strength=1)
    trait = second.item.project.traits.get().trait.code
    submit(second, **{f"p_{trait}": "", f"na_{trait}": "1"})

    find_disagreements(project)

    assert Disagreement.objects.get().rule == "unsure"


def test_an_item_that_someone_still_reads_is_left_alone():
    project = make_labeling_project(items=1, traits=1, overlap=3)
    held = [take(project, make_member(project)) for _ in range(3)]
    for assignment, strength in zip(held[:2], (3, -3), strict=True):
        submit(assignment, strength=strength)

    find_disagreements(project)

    assert not Disagreement.objects.exists()


def test_looking_again_changes_nothing_that_was_settled():
    found = contested()
    settle(found, Decision("style", "Both are honest."), adjudicator=make_user())

    find_disagreements(found.item.project)

    found.refresh_from_db()
    assert not found.is_open


def test_a_small_project_is_gone_through_at_once():
    project = judged(-3, 3)

    run = start_finding(project, created_by=make_user())

    assert (run.state, run.result) == (Run.State.DONE, {"waiting": 1})


def test_a_gap_leaves_a_proposal_on_the_next_draft_of_the_trait():
    found = contested()

    settled = settle(found, GAP, adjudicator=make_user())

    assert found.trait_version
    assert settled.amended
    assert settled.amended.trait == found.trait_version.trait
    assert settled.amended.state == TraitVersion.State.DRAFT
    text = settled.amended.comments.get().text
    assert text.startswith("Declining openly counts.")
    assert f"/disagreements/{found.pk}/" in text


def test_a_second_gap_joins_the_draft_that_the_first_began():
    found = contested()
    first = settle(found, GAP, adjudicator=make_user())
    reopen(found)

    second = settle(found, GAP, adjudicator=make_user())

    assert first.amended == second.amended
    assert found.adjudications.count() == 2


def test_a_divergence_of_values_forces_no_label():
    found = contested()

    settled = settle(
        found, Decision("value divergence", "Both are reasonable.", strength=2), adjudicator=make_user()
    )

    assert settled.adjudication.is_plural
    assert settled.adjudication.strength is None
    assert Preference.objects.count() == 2


@pytest.mark.parametrize(
    ("project", "answer"), [(rated, {"rating": 2}), (marked, {"mark": "met"})], ids=["rating", "mark"]
)
def test_an_answer_to_one_response_is_kept_in_its_own_column(project: Any, answer: dict[str, Any]):
    find_disagreements(project(*(("0", "4") if project is rated else ("met", "not met"))))

    settled = settle(
        Disagreement.objects.get(), Decision("factual", "See the label.", **answer), adjudicator=make_user()
    )

    made = Adjudication.objects.values("strength", "rating", "mark").get(pk=settled.adjudication.pk)
    assert made == {"strength": None, "rating": None, "mark": "", **answer}


def test_the_database_forces_no_rating_beside_plural_labels():
    find_disagreements(rated("0", "4"))

    with pytest.raises(IntegrityError), transaction.atomic():
        Adjudication.objects.create(
            disagreement=Disagreement.objects.get(), adjudicator=make_user(), cause="style", reason="So.",
            is_plural=True, rating=3,
        )  # fmt: skip


def test_the_database_keeps_values_plural():
    found = contested()

    with pytest.raises(IntegrityError), transaction.atomic():
        Adjudication.objects.create(
            disagreement=found, adjudicator=make_user(), cause="value divergence", reason="So.", strength=1
        )


def test_an_error_can_make_a_reference_label():
    found = contested()

    settled = settle(
        found,
        Decision("error", "B admits the mistake.", strength=3, becomes_gold=True),
        adjudicator=make_user(),
    )

    assert settled.gold
    assert (settled.gold.strength, settled.gold.reason) == (3, "B admits the mistake.")
    assert Item.objects.get().is_gold


def test_a_new_reference_takes_the_place_of_the_earlier_one():
    found = contested()
    for strength in (3, 1):
        settle(
            found,
            Decision("error", "Look again.", strength=strength, becomes_gold=True),
            adjudicator=make_user(),
        )
        reopen(found)

    assert GoldReference.objects.in_force().get().strength == 1
    assert GoldReference.objects.count() == 2


def test_nobody_settles_what_they_judged():
    found = contested()
    annotator = Annotation.objects.earliest("created_at").assignment.annotator

    with pytest.raises(OwnLabel):
        settle(found, GAP, adjudicator=annotator)
    with pytest.raises(DatabaseError), transaction.atomic():
        Adjudication.objects.create(disagreement=found, adjudicator=annotator, cause="style", reason="So.")


def test_a_decision_is_never_edited():
    settled = settle(contested(), Decision("style", "Both are honest."), adjudicator=make_user())

    with pytest.raises(DatabaseError), transaction.atomic():
        Adjudication.objects.filter(pk=settled.adjudication.pk).update(reason="Something else.")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_settle_at_once_one_is_told():
    found = contested()
    people = [make_user(), make_user()]

    def decide(number: int) -> str:
        mine = Disagreement.objects.get(pk=found.pk)
        try:
            settle(mine, Decision("style", "Both are honest."), adjudicator=people[number])
        except SettledMeanwhile:
            return "told"
        return "settled"

    assert sorted(at_once(decide, 2)) == ["settled", "told"]
    assert Adjudication.objects.count() == 1


def test_a_lead_sends_any_item_and_opens_a_settled_one_again():
    found = contested()
    settle(found, Decision("style", "Both are honest."), adjudicator=make_user())

    again = send_item(about(found), sent_by=make_user())

    assert again == found
    assert again.is_open


def test_names_are_the_same_within_a_disagreement_only():
    one, other = Disagreement(), Disagreement()
    people = [UUID(int=number) for number in range(1, 30)]

    assert names_of(one, people) == names_of(one, reversed(people))
    assert names_of(one, people) != names_of(other, people)
