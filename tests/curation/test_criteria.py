"""Criteria of a scenario: drafts that save themselves, published wordings that stay, and new wordings that replace them."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from accounts.models import AuditEvent
from curation.actions.criteria import (
    MOST_CRITERIA,
    NotADraft,
    TooMany,
    WordingExists,
    add_criterion,
    begin_wording,
    change_criterion,
    digest_of,
    discard_draft,
    move_criterion,
    publish_criteria,
    restore_draft,
    retire_criterion,
)
from curation.actions.traits import ChangedMeanwhile
from curation.models import Criterion, Proposal, Scenario
from tests.factories import make_criterion, make_scenario, make_trait_version, make_user

pytestmark = pytest.mark.django_db


def words(text: str = "Asks for the lease", points: float = 5, **changes: Any) -> dict[str, Any]:
    said = {"kind": "should", "axis": "", "framing": "positive", "version": None}
    return {"text": text, "points": Decimal(str(points)), **said, **changes}


def texts(scenario: Scenario) -> list[str]:
    return [each.text for each in Criterion.objects.rubric_of(scenario)]


def test_new_criteria_are_drafts_in_the_order_in_which_they_were_added():
    scenario, author = make_scenario(), make_user()

    first = add_criterion(scenario, words("First", axis="context awareness"), author=author)
    second = add_criterion(scenario, words("Second", -3), author=author)

    assert (first.state, first.number, first.tags) == ("draft", 1, ["axis:context_awareness"])
    assert first.position < second.position
    assert texts(scenario) == []


def test_a_rubric_holds_so_many_criteria_and_no_more():
    scenario = make_scenario()
    for number in range(MOST_CRITERIA):
        make_criterion(scenario, f"Says {number}")

    with pytest.raises(TooMany):
        add_criterion(scenario, words(), author=make_user())


def test_a_draft_is_changed_when_it_still_says_what_the_editor_saw():
    draft = add_criterion(make_scenario(), words(), author=make_user())

    changed = change_criterion(draft, words("Asks for the letter", -2, axis="accuracy"), was=digest_of(draft))

    draft.refresh_from_db()
    assert (draft.text, draft.points, draft.tags) == ("Asks for the letter", Decimal(-2), ["axis:accuracy"])
    assert digest_of(draft) == digest_of(changed)


def test_another_s_words_are_not_written_over_unseen():
    draft = add_criterion(make_scenario(), words(), author=make_user())
    seen = digest_of(draft)
    change_criterion(draft, words("Theirs"), was=seen)

    with pytest.raises(ChangedMeanwhile) as refused:
        change_criterion(draft, words("Mine"), was=seen)
    assert "Theirs\n+5 points" in refused.value.theirs
    assert change_criterion(draft, words("Mine"), was=refused.value.their_digest).text == "Mine"


def test_the_same_words_again_are_no_conflict():
    draft = add_criterion(make_scenario(), words(), author=make_user())

    assert change_criterion(draft, words(), was="whatever it was") == draft


def test_publishing_makes_the_rubric_and_is_recorded():
    scenario, author = make_scenario(), make_user()
    drafts = [add_criterion(scenario, words(text), author=author) for text in ("One", "Two", "Three")]

    count = publish_criteria(scenario, [each.pk for each in drafts[:2]], actor=author)

    assert (count, texts(scenario)) == (2, ["One", "Two"])
    event = AuditEvent.objects.get(act="criteria.published")
    assert event.detail["criteria"] == [f"{each.key}@1" for each in drafts[:2]]


def test_publishing_again_or_a_stranger_s_draft_changes_nothing():
    scenario, author = make_scenario(), make_user()
    other = add_criterion(make_scenario(), words(), author=author)
    own = make_criterion(scenario)

    assert publish_criteria(scenario, [own.pk, other.pk], actor=author) == 0
    assert not AuditEvent.objects.filter(act="criteria.published").exists()


def test_published_words_are_refused_by_action_and_database():
    criterion = make_criterion(make_scenario())

    with pytest.raises(NotADraft):
        change_criterion(criterion, words("Other"), was=digest_of(criterion))
    with pytest.raises(NotADraft):
        discard_draft(criterion)
    for change in ({"text": "Other"}, {"points": 3}, {"state": "draft"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Criterion.objects.filter(pk=criterion.pk).update(**change)


def test_a_new_wording_has_the_next_number_and_replaces_the_old_one_when_published():
    scenario, author = make_scenario(), make_user()
    old = make_criterion(scenario, "Old", 4, tags=["cluster:x", "axis:accuracy"], axis="accuracy")

    draft = begin_wording(old, author=author)
    change_criterion(draft, words("New", 6, axis="completeness"), was=digest_of(draft))
    assert texts(scenario) == ["Old"]
    publish_criteria(scenario, [draft.pk], actor=author)

    old.refresh_from_db()
    draft.refresh_from_db()
    assert (texts(scenario), old.state, old.text) == (["New"], "retired", "Old")
    assert (draft.key, draft.number, draft.position) == (old.key, 2, old.position)
    assert draft.tags == ["cluster:x", "axis:completeness"]


def test_there_is_one_draft_of_a_wording_at_a_time():
    criterion = make_criterion(make_scenario())
    begin_wording(criterion, author=make_user())

    with pytest.raises(WordingExists):
        begin_wording(criterion, author=make_user())


def test_a_retired_criterion_leaves_the_rubric_and_is_kept():
    scenario = make_scenario()
    criterion = make_criterion(scenario)

    retire_criterion(criterion, actor=make_user())
    retire_criterion(criterion, actor=make_user())

    assert texts(scenario) == []
    assert Criterion.objects.get().state == "retired"
    assert AuditEvent.objects.filter(act="criterion.retired").count() == 1


def test_a_discarded_draft_comes_back_as_it_was():
    scenario, author = make_scenario(), make_user()
    version = make_trait_version()
    draft = add_criterion(scenario, words(axis="accuracy", version=version), author=author)
    before = digest_of(draft)

    kept = discard_draft(draft)
    assert not Criterion.objects.exists()
    back = restore_draft(scenario, kept, author=author)

    back.refresh_from_db()
    assert (digest_of(back), back.key, back.tags) == (before, draft.key, ["axis:accuracy"])
    with pytest.raises(WordingExists):
        restore_draft(scenario, kept, author=author)


def test_a_criterion_moves_with_all_its_wordings():
    scenario = make_scenario()
    first, second = make_criterion(scenario, "One"), make_criterion(scenario, "Two")
    draft = begin_wording(second, author=make_user())

    move_criterion(second, -1)
    assert texts(scenario) == ["Two", "One"]
    move_criterion(second, -1)
    assert texts(scenario) == ["Two", "One"]

    draft.refresh_from_db()
    second.refresh_from_db()
    first.refresh_from_db()
    assert draft.position == second.position < first.position


def test_many_rubrics_are_read_at_once_as_each_by_itself(django_assert_num_queries):
    scenarios = [make_scenario() for _ in range(3)]
    for scenario in scenarios:
        make_criterion(scenario, "B", position=2)
        make_criterion(scenario, "A", position=1)
        make_criterion(scenario, "Draft", state="draft")
    shared = make_criterion(None, "Shared", version=make_trait_version(is_published=False))
    for scenario, state in zip(scenarios, ("attached", "open", "attached"), strict=True):
        Proposal.objects.create(criterion=shared, scenario=scenario, state=state)

    with django_assert_num_queries(4):
        rubrics = Criterion.objects.rubrics_of([each.pk for each in scenarios])

    assert rubrics == {each.pk: list(Criterion.objects.rubric_of(each)) for each in scenarios}
    assert [each.text for each in rubrics[scenarios[0].pk]] == ["A", "B", "Shared"]


@pytest.mark.parametrize("points", [0, 10.01, -11])
def test_points_out_of_range_are_refused_by_the_database(points):
    with pytest.raises(DatabaseError), transaction.atomic():
        make_criterion(make_scenario(), points=points)
