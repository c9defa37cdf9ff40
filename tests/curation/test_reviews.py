from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from pytest_django import Settings

from accounts.models import Role, User
from curation.actions import publishing, reviews
from curation.models import Criterion, Proposal, TraitReview, TraitVersion
from labeling.models import ProjectTrait
from tests.factories import make_project, make_scenario, make_trait_version, make_user

pytestmark = pytest.mark.django_db
BEHAVIOURS = (("exhibits", "Says what it does not know."), ("violates", "Hides a gap behind detail."))
Decision = TraitReview.Decision


def make_author(**fields: Any) -> User:
    return make_user(roles=(Role.TRAIT_AUTHORS,), **fields)


def make_draft(author: User, **fields: Any) -> TraitVersion:
    return make_trait_version(behaviours=BEHAVIOURS, is_published=False, author=author, **fields)


def submitted(author: User, **fields: Any) -> TraitVersion:
    version = make_draft(author, **fields)
    reviews.submit(version, author=author)
    return version


def approved(version: TraitVersion, times: int = 2) -> TraitVersion:
    for _ in range(times):
        reviews.review(version, Decision.APPROVE, "", reviewer=make_author())
    return version


def test_two_approvals_by_others_put_a_version_in_force() -> None:
    author = make_author()
    version = approved(submitted(author))

    publishing.publish(version, publisher=author)

    version.refresh_from_db()
    assert version.state == "published"
    assert version.published_at is not None


def test_one_approval_is_too_few(settings: Settings) -> None:
    version = approved(submitted(make_author()), times=1)

    with pytest.raises(publishing.TooFewApprovals):
        publishing.publish(version, publisher=make_author())

    settings.TRAIT_APPROVALS = 1
    publishing.publish(version, publisher=make_author())


def test_who_wrote_a_word_of_it_can_not_approve_it() -> None:
    author, helper = make_author(), make_author()
    version = submitted(author)
    version.contributions.create(author=helper)

    for writer in (author, helper):
        with pytest.raises(reviews.NotYours):
            reviews.review(version, Decision.APPROVE, "", reviewer=writer)


def test_an_approval_does_not_count_once_its_giver_wrote_some_of_it() -> None:
    version = approved(submitted(make_author()))
    version.contributions.create(author=version.reviews.earliest("pk").reviewer)

    assert reviews.approvals(version) == 1


def test_approvals_of_an_earlier_text_do_not_count() -> None:
    author = make_author()
    version = approved(submitted(author))
    reviews.review(version, Decision.CHANGES, "Too vague.", reviewer=make_author())
    version.refresh_from_db()
    assert version.state == "draft"

    reviews.submit(version, author=author)

    assert reviews.approvals(version) == 0


def test_a_reviewers_last_word_counts() -> None:
    version, reviewer = submitted(make_author()), make_author()
    reviews.review(version, Decision.APPROVE, "", reviewer=reviewer)
    reviews.review(version, Decision.DISSENT, "It leaves out the young.", reviewer=reviewer)

    assert reviews.approvals(version) == 1
    assert version.reviews.in_force().get().decision == Decision.DISSENT


def test_a_draft_that_lacks_something_is_not_submitted() -> None:
    author = make_author()
    draft = make_trait_version(is_published=False, author=author, definition="A model that cares.")

    with pytest.raises(reviews.NotReady) as caught:
        reviews.submit(draft, author=author)

    assert [section for section, _ in caught.value.problems] == ["definition", "exhibits", "violates"]


def test_a_later_version_says_what_changed() -> None:
    author = make_author()
    first = make_trait_version()
    draft = make_draft(author, trait=first.trait)

    with pytest.raises(reviews.NotReady) as caught:
        reviews.submit(draft, author=author)

    assert [section for section, _ in caught.value.problems] == ["change_note"]


def test_publishing_publishes_its_criteria_and_retires_their_older_wordings() -> None:
    author = make_author()
    first = make_draft(author)
    old = Criterion.objects.create(version=first, text="Says what it does not know.", points=3)
    reviews.submit(first, author=author)
    publishing.publish(approved(first), publisher=author)
    second = make_draft(author, trait=first.trait, change_note="Clearer.")
    new = Criterion.objects.create(
        version=second, key=old.key, number=2, text="Says what is unknown.", points=3
    )
    reviews.submit(second, author=author)

    publishing.publish(approved(second), publisher=author)

    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, new.state) == ("retired", "published")


@pytest.mark.parametrize(
    ("text", "moved"), [("Says what it does not know.", True), ("Says what is unknown.", False)]
)
def test_scenarios_keep_a_criterion_that_says_the_same(text: str, moved: bool) -> None:
    author = make_author()
    first = make_draft(author)
    old = Criterion.objects.create(version=first, text="Says what it does not know.", points=3)
    reviews.submit(first, author=author)
    publishing.publish(approved(first), publisher=author)
    Proposal.objects.create(criterion=old, scenario=make_scenario(), state="attached")
    second = make_draft(author, trait=first.trait, change_note="Clearer.")
    new = Criterion.objects.create(version=second, key=old.key, number=2, text=text, points=3)
    reviews.submit(second, author=author)

    publishing.publish(approved(second), publisher=author)

    assert new.proposals.get().state == ("attached" if moved else "open")


def test_a_reason_is_needed_for_everything_but_a_plain_approval() -> None:
    version = submitted(make_author())

    for decision in (Decision.DISSENT, Decision.CHANGES):
        with pytest.raises(ValueError, match="reason"):
            reviews.review(version, decision, "  ", reviewer=make_author())


def test_a_retired_version_keeps_its_reason_and_never_comes_back() -> None:
    version, author = make_trait_version(), make_author()

    publishing.retire(version, "Two laws changed.", author=author)

    assert version.retirement.reason == "Two laws changed."
    with pytest.raises(DatabaseError), transaction.atomic():
        TraitVersion.objects.filter(pk=version.pk).update(state="draft")


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_publish_once() -> None:
    version = approved(submitted(make_author()))
    publishers, barrier, outcomes = [make_author(), make_author()], Barrier(2), []

    def press(publisher: User) -> None:
        barrier.wait()
        try:
            publishing.publish(version, publisher=publisher)
            outcomes.append("published")
        except reviews.WrongState:
            outcomes.append("too late")
        finally:
            connection.close()

    threads = [Thread(target=press, args=[each]) for each in publishers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["published", "too late"]


def address(version: TraitVersion, act: str = "") -> str:
    return f"/traits/{version.trait.slug}/versions/{version.number}/{act}"


def test_the_way_from_draft_to_force_on_the_pages(client: Client) -> None:
    author, second, third = make_author(), make_author(), make_author(name="A lawyer")
    version = make_draft(author)
    client.force_login(author)
    client.post(address(version, "submit/"))
    for reviewer, decision, reason in (
        (second, "approve", ""),
        (third, "approve with dissent", "Too narrow."),
    ):
        client.force_login(reviewer)
        client.post(address(version, "review/"), {"decision": decision, "reason": reason})

    asked = client.get(address(version, "publish/")).content.decode()
    client.post(address(version, "publish/"))
    shown = client.get(address(version)).content.decode()

    assert "2 of 2 approvals" in asked
    assert "In force" in shown
    assert "Too narrow." in shown


def test_a_review_without_a_reason_comes_back_with_what_was_typed(client: Client) -> None:
    version = submitted(make_author())
    client.force_login(make_author())

    answer = client.post(address(version, "review/"), {"decision": "ask for changes", "reason": ""})

    assert answer.status_code == 422
    assert "Give your reason" in answer.content.decode()


def test_before_publishing_the_page_says_what_rests_on_older_versions(client: Client) -> None:
    author = make_author()
    first = make_trait_version()
    ProjectTrait.objects.create(project=make_project(name="Clinic notes"), trait_version=first)
    version = submitted(author, trait=first.trait, change_note="Other words.")
    client.force_login(author)

    changed = client.get(address(version, "publish/")).content.decode()
    TraitVersion.objects.filter(pk=version.pk).update(meaning_changed=False)
    same = client.get(address(version, "publish/")).content.decode()

    assert "Projects that pin it: 1" in changed
    assert "Clinic notes" in changed
    assert "becomes stale" in changed
    assert "stays valid" in same


def test_remarks_are_made_answered_resolved_and_opened_again(client: Client) -> None:
    author, reader = make_author(), make_author()
    version = submitted(author)
    behaviour = version.behaviours.get(kind="exhibits")
    client.force_login(reader)
    client.post(address(version, "comments/"), {"part": str(behaviour.key), "text": "In every case?"})
    comment = version.comments.get()
    client.post(f"/comments/{comment.pk}/reply/", {"text": "In this one."})
    client.post(f"/comments/{comment.pk}/resolve/")
    resolved = client.get(address(version)).content.decode()
    client.post(f"/comments/{comment.pk}/resolve/", {"reopen": "1"})

    comment.refresh_from_db()
    assert comment.quote == behaviour.text
    assert "Resolved by" in resolved
    assert "In this one." in resolved
    assert comment.resolved_at is None


def test_hostile_remarks_are_shown_as_text(client: Client) -> None:
    version = submitted(make_author())
    client.force_login(make_author())

    client.post(address(version, "comments/"), {"text": "<script>alert(1)</script>\0"})

    assert "<script>alert" not in client.get(address(version)).content.decode()


def test_published_traits_are_public_only_where_the_deployment_says_so(
    client: Client, settings: Settings
) -> None:
    version = make_trait_version(behaviours=BEHAVIOURS, author=make_author(name="A nurse"))

    closed = client.get(f"/public/traits/{version.trait.slug}/").status_code
    settings.TRAITS_ARE_PUBLIC = True
    page = client.get(f"/public/traits/{version.trait.slug}/").content.decode()
    listed = client.get("/public/traits/").content.decode()

    assert closed == 404
    assert version.definition in page
    assert version.definition in listed
    assert "A nurse" not in page


def test_drafts_are_never_public(client: Client, settings: Settings) -> None:
    settings.TRAITS_ARE_PUBLIC = True
    draft = make_draft(make_author())

    assert client.get(f"/public/traits/{draft.trait.slug}/").status_code == 404
