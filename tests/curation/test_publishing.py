"""What publishing and retiring do to criteria, and what they say beforehand."""

from typing import cast

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEvent, User
from curation import beyond
from curation.actions import publishing, reviews
from curation.actions.discussion import resolve, say
from curation.actions.publishing import OpenRemarks, dropped, publish, resting_on, retire, standing_before
from curation.actions.traits import new_version
from curation.beyond import Consequence
from curation.models import Criterion, Proposal, TraitVersion
from labeling.models import ProjectTrait
from labeling.standing import listed
from tests.curation.drafts import make_author, make_draft
from tests.curation.signing import approve, make_submitted, put_in_force
from tests.factories import make_criterion, make_project, make_scenario, make_trait_version, make_user
from tests.labeling.scenes import at_once, make_labeling_project, make_member, submit, take

pytestmark = pytest.mark.django_db


def next_version(source: TraitVersion, **fields: object) -> TraitVersion:
    author = make_author()
    version = new_version(source, author=author)
    for name, value in {"change_note": "Clearer.", **fields}.items():
        setattr(version, name, value)
    version.save(update_fields=["change_note", *fields])
    return version


@pytest.fixture
def first() -> TraitVersion:
    draft = make_draft(author=make_author())
    make_criterion(version=draft, text="Names its source.", state="draft")
    return put_in_force(draft)


def test_an_unchanged_criterion_stays_attached_with_its_votes(first):
    old = first.criteria.get()
    proposal = Proposal.objects.create(criterion=old, scenario=make_scenario(), state="attached")
    proposal.votes.create(rater=make_user(), agrees=True)

    second = put_in_force(next_version(first))

    proposal.refresh_from_db()
    assert proposal.criterion == second.criteria.get()
    assert (proposal.state, proposal.votes.count()) == ("attached", 1)
    assert list(Criterion.objects.rubric_of(proposal.scenario)) == [second.criteria.get()]


@pytest.mark.parametrize("change", [{"text": "Names where it read it."}, {"points": -3}])
def test_a_changed_criterion_is_proposed_anew_and_raters_decide_again(first, change):
    old = first.criteria.get()
    scenario = make_scenario()
    proposal = Proposal.objects.create(criterion=old, scenario=scenario, state="attached")
    draft = next_version(first)
    draft.criteria.update(**change)

    second = put_in_force(draft)

    proposal.refresh_from_db()
    assert (proposal.criterion, proposal.state) == (old, "attached")
    assert second.criteria.get().proposals.get().state == "open"
    assert not Criterion.objects.rubric_of(scenario).exists()


def test_a_criterion_that_was_declined_is_not_proposed_again(first):
    Proposal.objects.create(criterion=first.criteria.get(), scenario=make_scenario(), state="declined")
    draft = next_version(first)
    draft.criteria.update(text="Names where it read it.")

    second = put_in_force(draft)

    assert not second.criteria.get().proposals.exists()


def test_unresolved_remarks_ask_once_more():
    version = approve(make_submitted())
    remark = say(version, "In every case?", author=make_author())

    with pytest.raises(OpenRemarks):
        publish(version, publisher=make_author())
    resolve(remark, author=make_author())
    publish(version, publisher=make_author())

    version.refresh_from_db()
    assert version.state == "published"


def test_publishing_despite_remarks_is_remembered():
    version = approve(make_submitted())
    say(version, "In every case?", author=make_author())

    publish(version, publisher=make_author(), despite_remarks=True)

    event = AuditEvent.objects.get(act="trait_version.published")
    assert event.detail == {"version": str(version), "unresolved_remarks": 1}


def test_the_database_refuses_what_only_its_authors_approved():
    author = make_author()
    version = make_submitted(author)
    version.reviews.create(round=1, reviewer=author, decision="approve")

    with pytest.raises(IntegrityError, match="nobody but its authors"), transaction.atomic():
        TraitVersion.objects.filter(pk=version.pk).update(state="published", published_at=timezone.now())


def test_the_database_refuses_an_approval_of_an_earlier_text():
    version = approve(make_submitted())
    reviews.withdraw(version, author=cast(User, version.author))
    reviews.submit(version, author=cast(User, version.author))

    with pytest.raises(IntegrityError, match="nobody but its authors"), transaction.atomic():
        TraitVersion.objects.filter(pk=version.pk).update(state="published", published_at=timezone.now())


def test_no_setting_lets_a_version_through_without_anybody_else(settings):
    settings.TRAIT_APPROVALS = 0

    with pytest.raises(publishing.TooFewApprovals):
        publish(make_submitted(), publisher=make_author())


def test_retiring_takes_its_criteria_out_of_rubrics(first):
    scenario = make_scenario()
    Proposal.objects.create(criterion=first.criteria.get(), scenario=scenario, state="attached")

    retire(first, "Two laws changed.", author=make_author())

    assert not Criterion.objects.rubric_of(scenario).exists()
    assert first.retirement.reason == "Two laws changed."


def test_retiring_twice_is_refused_and_nothing_is_written_twice(first):
    retire(first, "Two laws changed.", author=make_author())

    with pytest.raises(reviews.WrongState):
        retire(first, "Once more.", author=make_author())
    assert first.retirement.reason == "Two laws changed."


def test_what_becomes_stale_goes_back_to_the_last_change_of_meaning():
    trait = make_trait_version().trait
    make_trait_version(trait, meaning_changed=True)
    make_trait_version(trait, meaning_changed=False)
    make_trait_version(trait, is_published=False)
    fifth = make_trait_version(trait, is_published=False)

    found = standing_before(fifth)

    assert [each.number for each in found.versions] == [3, 2]
    assert found.names == "versions 3 and 2"


def test_what_rests_on_a_version_is_counted_in_every_storey():
    project = make_labeling_project(items=2, traits=1, name="Clinic notes")
    version = project.traits.get()
    project.items.update(is_gold=True)
    submit(take(project, make_member(project)))
    make_criterion(make_scenario(), version=version)
    other = make_labeling_project(items=1, traits=1)
    submit(take(other, make_member(other)))

    found = resting_on([version.pk])

    assert [(each.number, each.what, each.detail) for each in found] == [
        (1, "projects that pin it", "Clinic notes"),
        (1, "annotations", ""),
        (2, "gold items in these projects", ""),
        (1, "criteria of single scenarios", ""),
    ]


def test_a_corrected_annotation_counts_once():
    project = make_labeling_project(items=1, traits=1)
    assignment = take(project, make_member(project))
    submit(assignment)
    submit(assignment, expected_revision=1, strength=-1)

    found = {each.what: each.number for each in resting_on([project.traits.get().pk])}

    assert found["annotations"] == 1


def test_counting_stops_where_nobody_wants_to_know_more():
    assert Consequence(10_000, "annotations").amount == "10,000"
    assert Consequence(10_001, "annotations").amount == "more than 10,000"
    assert listed(["a", "b", "c", "d", "e", "f", "g"]) == "a, b, c, d, e and 2 more"


def test_counting_costs_the_same_for_one_project_and_for_many(django_assert_max_num_queries):
    version = make_trait_version()
    for _ in range(5):
        ProjectTrait.objects.create(project=make_project(), trait_version=version)

    with django_assert_max_num_queries(2 + 3 * len(beyond.consequences)):
        resting_on([version.pk])


def test_criteria_that_a_version_leaves_out_are_counted(first):
    draft = next_version(first)
    draft.criteria.all().delete()

    assert dropped(draft, [first]) == 1


@pytest.mark.django_db(transaction=True)
def test_publishing_and_taking_back_at_once_do_one_of_the_two():
    version = approve(make_submitted())

    def act(number: int) -> bool:
        try:
            if number:
                reviews.withdraw(version, author=cast(User, version.author))
            else:
                publish(version, publisher=cast(User, version.author))
        except reviews.WrongState:
            return False
        return True

    done = at_once(act, 2)

    version.refresh_from_db()
    assert sorted(done) == [False, True]
    assert version.state == ("published" if done[0] else "draft")
    assert (
        AuditEvent.objects.filter(act__in=["trait_version.published", "trait_version.withdrawn"]).count() == 1
    )
