"""What reviewers, authors and the public see of a version on its way."""

from typing import cast

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import Role, User
from curation.actions import publishing, reviews
from curation.actions.delphi import Rating, close_round, rate
from curation.actions.discussion import say
from curation.models import TraitReview, TraitVersion
from tests.curation.drafts import HTMX, address, make_author, make_draft, signed_in
from tests.curation.panels import begin, first_statement, make_panel
from tests.curation.signing import Decision, approve, make_submitted, put_in_force
from tests.factories import make_trait, make_trait_version, make_user

pytestmark = pytest.mark.django_db


def read(version: TraitVersion, client: Client | None = None) -> str:
    return (client or signed_in(make_author())).get(address("trait_version", version)).content.decode()


def decide(version: TraitVersion, decision: str, reason: str = "", **said: object) -> dict[str, object]:
    return {"decision": decision, "reason": reason, "round": version.review_round, **said}


def test_the_same_review_twice_is_recorded_once():
    version, client = make_submitted(), signed_in(make_author())

    for _ in range(2):
        client.post(address("trait_review", version), decide(version, "approve"))

    assert TraitReview.objects.count() == 1


def test_a_review_of_an_earlier_text_is_not_recorded_and_its_reason_is_kept():
    version = make_submitted()
    read_then = decide(version, "approve with dissent", "Too narrow.")
    reviews.withdraw(version, author=cast(User, version.author))
    reviews.submit(version, author=cast(User, version.author))

    answer = signed_in(make_author()).post(address("trait_review", version), read_then)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "submitted it again since you read it" in page
    assert "Too narrow." in page
    assert 'name="round" value="2"' in page
    assert not TraitReview.objects.exists()


def test_a_review_with_htmx_sends_the_browser_to_the_page():
    version = make_submitted()

    answer = signed_in(make_author()).post(
        address("trait_review", version), decide(version, "approve"), headers=HTMX
    )

    assert answer["HX-Redirect"] == address("trait_version", version)


def test_a_dissent_without_a_reason_with_htmx_gets_the_card_back():
    version = make_submitted()

    answer = signed_in(make_author()).post(
        address("trait_review", version), decide(version, "approve with dissent"), headers=HTMX
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Give your reason" in page
    assert page.strip().startswith('<section class="card" id="approval"')


def test_changes_that_were_asked_for_stand_on_the_draft():
    version = make_submitted()
    reviews.review(version, Decision.CHANGES, "Define candour first.", reviewer=make_author("Rae Reviewer"))

    page = read(version)

    assert "Rae Reviewer asked for changes." in page
    assert "Define candour first." in page


def test_a_draft_that_its_panel_is_rating_is_not_submitted():
    author = make_author()
    draft = make_draft(author=author)
    make_panel(draft, "", "", "")
    begin(draft)

    answer = signed_in(author).post(address("trait_submit", draft), follow=True)

    draft.refresh_from_db()
    assert "Its panel is rating it." in answer.content.decode()
    assert draft.state == "draft"


def test_what_keeps_a_draft_from_review_is_named_with_its_section():
    author = make_author()
    draft = make_trait_version(is_published=False, author=author, definition="A kind model.")

    answer = signed_in(author).post(address("trait_submit", draft))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"{address('trait_edit', draft)}#definition" in page
    assert "Begin the definition with" in page


def test_somebody_who_wrote_none_of_it_can_not_submit_it():
    draft = make_draft(author=make_author())

    answer = signed_in(make_author()).post(address("trait_submit", draft), follow=True)

    assert "Only those who wrote the draft can submit it." in answer.content.decode()


def test_administrators_submit_for_authors_who_are_gone():
    draft = make_draft(author=make_author())

    signed_in(make_user(roles=(Role.ADMINISTRATORS,))).post(address("trait_submit", draft))

    draft.refresh_from_db()
    assert draft.state == "in review"


def test_publishing_with_remarks_asks_for_a_tick():
    version = approve(make_submitted())
    say(version, "Always?", author=make_author())
    client = signed_in(make_author())

    asked = client.get(address("trait_publish", version)).content.decode()
    refused = client.post(address("trait_publish", version))
    client.post(address("trait_publish", version), {"despite_remarks": "1"})

    version.refresh_from_db()
    assert "Publish with 1 unresolved remark" in asked
    assert refused.status_code == 422
    assert version.state == "published"


def test_a_second_press_on_publish_says_that_it_is_in_force():
    version = approve(make_submitted())
    client = signed_in(make_author())
    client.post(address("trait_publish", version))

    answer = client.post(address("trait_publish", version), follow=True)

    assert "Somebody else moved this version on meanwhile." in answer.content.decode()
    assert "In force" in answer.content.decode()


def test_retiring_without_a_reason_says_so():
    version = make_trait_version()

    answer = signed_in(make_author()).post(address("trait_retire", version), {"reason": " "})

    version.refresh_from_db()
    assert answer.status_code == 422
    assert "Say why" in answer.content.decode()
    assert version.state == "published"


def test_a_retired_version_shows_its_reason_to_everybody_who_may_read():
    version = make_trait_version()
    publishing.retire(version, "Two laws changed.", author=make_author())

    assert "Two laws changed." in read(version, signed_in(make_user()))


def test_an_older_version_names_the_newer_one():
    first = make_trait_version()
    make_trait_version(first.trait)

    assert "A newer wording is in force" in read(first)


def test_what_approval_does_stands_on_the_page_that_reviewers_read():
    trait = make_trait_version().trait

    page = read(make_submitted(trait=trait, meaning_changed=True))

    assert "What approval will do" in page
    assert "Nothing rests on version 1, so nothing becomes stale." in page


def test_waiting_for_someone_is_what_they_did_not_write_and_not_review():
    reviewer, author = make_author(), make_author()
    waiting = make_submitted(author)
    done = make_submitted(author)
    reviews.review(done, Decision.APPROVE, "", reviewer=reviewer)
    helped = make_submitted(author)
    helped.contributions.create(author=reviewer)
    again = make_submitted(author)
    reviews.review(again, Decision.CHANGES, "Vague.", reviewer=reviewer)
    reviews.submit(again, author=author)
    make_draft()

    assert set(TraitVersion.objects.waiting_for(reviewer)) == {waiting, again}
    assert not TraitVersion.objects.waiting_for(author).exists()
    assert not TraitVersion.objects.waiting_for(make_user()).exists()


def test_the_list_says_what_waits_for_someone():
    reviewer = make_author()
    version = make_submitted(trait=make_trait("candour", name="Candour"))
    draft = make_draft(trait=make_trait("care", name="Care"))
    draft.panel.create(person=reviewer)
    make_panel(draft, "", "")
    begin(draft)

    page = signed_in(reviewer).get("/traits/").content.decode()

    assert "Review Candour, version 1" in page
    assert "Rate the statements of Care, version 1" in page
    assert "Waiting for you" not in signed_in(cast(User, version.author)).get("/traits/").content.decode()


@pytest.fixture
def dissented(settings: Settings) -> TraitVersion:
    """A published version with a reviewer's dissent and one of its panel."""
    settings.TRAITS_ARE_PUBLIC = True
    author = make_author("Nadia Okafor")
    draft = make_draft(
        trait=make_trait("candour", name="Candour"),
        author=author,
        definition="Whether the model is open.",
        attribution="In our own words.",
    )
    panel = make_panel(draft, "", "", "")
    asked = begin(draft)
    rate(first_statement(asked), Rating(2, "Open is too wide.", is_dissent=True), person=panel[0].person)
    rate(first_statement(asked), Rating(3, "Kept to the panel."), person=panel[1].person)
    close_round(asked, facilitator=author)
    reviews.submit(draft, author=author)
    reviews.review(
        draft, Decision.DISSENT, "It leaves out children.", reviewer=make_author("Tomas Lindqvist")
    )
    return draft


def publish(version: TraitVersion) -> TraitVersion:
    publishing.publish(approve(version, 1), publisher=make_author())
    version.refresh_from_db()
    return version


def test_dissents_are_published_with_the_version_and_not_before(dissented: TraitVersion):
    before = read(dissented)
    publish(dissented)
    after = read(dissented, signed_in(make_user()))

    assert "Open is too wide." not in before
    assert "Open is too wide." in after
    assert "It leaves out children." in after
    assert "Kept to the panel." not in after


def test_the_public_page_has_dissents_and_versions_and_no_names(dissented: TraitVersion, client: Client):
    publish(dissented)
    say(dissented, "Not for the public.", author=make_author())

    page = client.get("/public/traits/candour/").content.decode()

    for words in ("Open is too wide.", "It leaves out children.", "In our own words.", "Version 1"):
        assert words in page
    for words in (
        "Nadia",
        "Okafor",
        "Tomas",
        "Lindqvist",
        "Panelist",
        "Not for the public.",
        "Kept to the panel.",
    ):
        assert words not in page


def test_the_public_reads_older_and_retired_versions_but_no_drafts(client: Client, settings: Settings):
    settings.TRAITS_ARE_PUBLIC = True
    first = put_in_force(make_draft(trait=make_trait("candour"), author=make_author()))
    put_in_force(make_draft(trait=first.trait, author=make_author(), change_note="Clearer."))
    make_draft(trait=first.trait)
    publishing.retire(first, "Two laws changed.", author=make_author())

    retired = client.get("/public/traits/candour/versions/1/").content.decode()
    draft = client.get("/public/traits/candour/versions/3/").status_code

    assert "Two laws changed." in retired
    assert "A newer wording is in force" in retired
    assert draft == 404


@pytest.mark.parametrize("path", ["", "candour/", "candour/versions/1/"])
def test_nothing_is_public_unless_the_deployment_says_so(client: Client, path: str):
    make_trait_version(make_trait("candour"))

    assert client.get(f"/public/traits/{path}").status_code == 404
