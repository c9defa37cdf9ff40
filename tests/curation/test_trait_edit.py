import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Role
from curation.actions.traits import ChangedMeanwhile, change_text, create_trait, new_version
from curation.models import Behaviour, Criterion, Reference, Tension, Trait, TraitVersion
from curation.wording import digest
from tests.curation.drafts import HTMX, address, make_author, make_draft, signed_in, was_text
from tests.factories import make_domain, make_trait, make_trait_version, make_user

pytestmark = pytest.mark.django_db


def words_of(version: TraitVersion, kind: str = "exhibits") -> list[str]:
    return [each.text for each in version.behaviours.filter(kind=kind)]


def test_a_trait_begins_with_a_draft_and_what_was_left_empty_is_made_from_its_name():
    make_trait("other", code="CO", name="Other")
    client = signed_in(make_author())

    answer = client.post(reverse("curation:trait_new"), {"name": "Civil courage", "code": "", "slug": ""})

    version = TraitVersion.objects.get(trait__slug="civil-courage")
    assert answer["Location"] == address("trait_edit", version)
    assert (version.state, version.number, version.trait.code) == ("draft", 1, "CC")
    assert AuditEvent.objects.filter(act="trait.created").exists()


def test_a_code_that_another_trait_has_is_refused_by_name():
    make_trait("candour", code="CA", name="Candour")
    client = signed_in(make_author())

    answer = client.post(reverse("curation:trait_new"), {"name": "Care", "code": "ca", "slug": "care"})

    assert answer.status_code == 422
    assert "Candour has this code" in answer.content.decode()
    assert not Trait.objects.filter(slug="care").exists()


@pytest.mark.parametrize("slug", ["new", "import", "Two words", "../x"])
def test_a_slug_that_no_address_can_carry_is_refused(slug):
    client = signed_in(make_author())

    answer = client.post(reverse("curation:trait_new"), {"name": "Care", "code": "", "slug": slug})

    assert answer.status_code == 422
    assert Trait.objects.count() == 0


def test_a_name_without_latin_letters_gets_a_code_and_asks_for_a_slug():
    client = signed_in(make_author())

    page = client.get(reverse("curation:trait_new"), {"name": "تواضع"}, headers=HTMX).content.decode()
    refused = client.post(reverse("curation:trait_new"), {"name": "تواضع"})

    assert "give the second one yourself" in page
    assert refused.status_code == 422


def test_a_new_version_has_the_words_and_keys_of_the_one_it_copies():
    author = make_author()
    old = make_draft()
    Criterion.objects.create(version=old, text="Names the cost", points=5, axis="accuracy", tags=["a"])
    Tension.objects.create(version=old, other=make_trait("kindness"), text="Truth may hurt.")
    Reference.objects.create(version=old, title="On lying", url="https://example.org/")
    TraitVersion.objects.filter(pk=old.pk).update(state="published", published_at="2026-01-01T00:00Z")
    old.refresh_from_db()

    new = new_version(old, author=author)

    assert (new.number, new.state, new.author) == (2, "draft", author)
    assert set(new.behaviours.values_list("key", "text")) == set(old.behaviours.values_list("key", "text"))
    copied, source = new.criteria.get(), old.criteria.get()
    assert (copied.key, copied.number, copied.tags) == (source.key, 2, ["a"])
    assert new.tensions.get().text == "Truth may hurt."
    assert new.references.get().url == "https://example.org/"
    assert [each.author for each in new.contributions.all()] == [author]


def test_who_wrote_a_copied_draft_wrote_the_copy():
    first, second = make_author(), make_author()
    draft = create_trait("Care", "care", "CA", author=first)

    copy = new_version(draft, author=second)

    assert {each.author for each in copy.contributions.all()} == {first, second}


def test_the_page_shows_every_word_ready_to_be_changed():
    draft = make_draft(definition="Whether the model is <b>open</b>.", benefit="People can plan.")

    page = signed_in(make_author()).get(address("trait_edit", draft)).content.decode()

    assert "Whether the model is &lt;b&gt;open&lt;/b&gt;." in page
    assert page.count("<textarea") > len(draft.behaviours.all())
    for words in (
        "People can plan.",
        "Makes up a source.",
        "Harsh words pass for candour.",
        "data-save-button",
    ):
        assert words in page


def test_the_page_asks_the_database_as_often_for_many_parts_as_for_few(django_assert_max_num_queries):
    draft = make_draft(behaviours=tuple(("exhibits", f"Does thing {number}.") for number in range(40)))
    for number in range(20):
        Tension.objects.create(version=draft, other=make_trait(), text=f"Decides {number}.")
    client = signed_in(make_author())

    with django_assert_max_num_queries(32):
        client.get(address("trait_edit", draft))


def test_a_text_saves_itself_and_says_when():
    author, draft = make_author(), make_draft()

    answer = signed_in(author).post(
        address("trait_text", draft, "definition"),
        {"value": "Whether the model is frank.", "was": was_text(draft)},
        headers=HTMX,
    )

    draft.refresh_from_db()
    page = answer.content.decode()
    assert draft.definition == "Whether the model is frank."
    assert draft.edited_at is not None
    assert [each.author for each in draft.contributions.all()] == [author]
    assert "Saved" in page
    assert f'value="{was_text(draft)}"' in page


def test_without_scripts_saving_leads_back_to_the_field():
    draft = make_draft()

    answer = signed_in(make_author()).post(
        address("trait_text", draft, "benefit"), {"value": "It helps.", "was": was_text(draft, "benefit")}
    )

    assert answer["Location"] == f"{address('trait_edit', draft)}#benefit"


def test_the_second_of_two_editors_gets_both_texts_and_nothing_is_overwritten():
    draft = make_draft(definition="Whether the model is open.")
    was = was_text(draft)
    ben = make_author("Ben Other")
    change_text(draft, "definition", "Whether Ben is open.", was=was, editor=ben)

    answer = signed_in(make_author()).post(
        address("trait_text", draft, "definition"),
        {"value": "Whether Ada is open.", "was": was},
        headers=HTMX,
    )

    draft.refresh_from_db()
    page = answer.content.decode()
    assert answer.status_code == 409
    assert draft.definition == "Whether Ben is open."
    assert "Ben Other changed this" in page
    assert "Whether Ben is open." in page
    assert digest("Whether Ben is open.") in page


def test_without_scripts_the_second_editor_finds_the_own_words_in_the_field():
    draft = make_draft(definition="Whether the model is open.")
    was = was_text(draft)
    change_text(draft, "definition", "Whether Ben is open.", was=was, editor=make_author())

    answer = signed_in(make_author()).post(
        address("trait_text", draft, "definition"), {"value": "Whether Ada is open.", "was": was}
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Whether Ada is open.</textarea>" in page
    assert "Whether Ben is open." in page


def test_one_may_keep_the_own_words_after_seeing_the_others():
    draft = make_draft(definition="Whether the model is open.")
    was = was_text(draft)
    change_text(draft, "definition", "Whether Ben is open.", was=was, editor=make_author())

    signed_in(make_author()).post(
        address("trait_text", draft, "definition"),
        {"value": "Whether Ada is open.", "was": was, "over": digest("Whether Ben is open.")},
    )

    draft.refresh_from_db()
    assert draft.definition == "Whether Ada is open."


def test_the_same_words_again_are_saved_whatever_the_form_was_loaded_with():
    draft = make_draft(definition="Whether the model is open.")

    answer = signed_in(make_author()).post(
        address("trait_text", draft, "definition"),
        {"value": "Whether the model is open.\r\n", "was": "old"},
        headers=HTMX,
    )

    assert answer.status_code == 200
    assert draft.contributions.count() == 0


def test_a_text_that_is_too_long_is_not_cut():
    draft = make_draft()

    answer = signed_in(make_author()).post(
        address("trait_text", draft, "benefit"), {"value": "x" * 8001, "was": was_text(draft, "benefit")}
    )

    assert answer.status_code == 422
    assert "x" * 8001 in answer.content.decode()
    assert "8001 characters, at most 8000" in answer.content.decode()


def test_the_author_says_whether_the_meaning_changed():
    draft = new_version(make_trait_version(), author=make_author())

    signed_in(make_author()).post(
        address("trait_text", draft, "meaning_changed"), {"value": "False", "was": digest(True)}
    )

    draft.refresh_from_db()
    assert draft.meaning_changed is False


def test_the_author_changes_their_mind_about_the_meaning():
    draft = new_version(make_trait_version(), author=make_author())
    client = signed_in(make_author())

    client.post(address("trait_text", draft, "meaning_changed"), {"value": "False", "was": digest(True)})
    client.post(address("trait_text", draft, "meaning_changed"), {"value": "True", "was": digest(False)})

    draft.refresh_from_db()
    assert draft.meaning_changed is True


def test_what_postgresql_refuses_is_replaced():
    draft = make_draft()

    signed_in(make_author()).post(
        address("trait_text", draft, "benefit"), {"value": "a\x00b", "was": was_text(draft, "benefit")}
    )

    draft.refresh_from_db()
    assert draft.benefit == "a\ufffdb"


@pytest.mark.parametrize("state", ["in review", "published", "retired"])
def test_words_that_are_no_draft_stay(state):
    draft = make_draft(definition="Whether the model is open.")
    TraitVersion.objects.filter(pk=draft.pk).update(state=state, published_at="2026-01-01T00:00Z")
    client = signed_in(make_author())

    page = client.get(address("trait_edit", draft))
    answer = client.post(
        address("trait_text", draft, "definition"), {"value": "Mine", "was": was_text(draft)}, headers=HTMX
    )

    draft.refresh_from_db()
    assert page.status_code == 302
    assert answer.status_code == 409
    assert "no longer a draft" in answer.content.decode()
    assert draft.definition == "Whether the model is open."


def test_the_database_itself_refuses_to_change_a_published_part():
    version = make_trait_version(behaviours=(("exhibits", "Says so."),))

    with pytest.raises(DatabaseError), transaction.atomic():
        Behaviour.objects.filter(version=version).update(text="Says otherwise.")


def test_what_a_draft_still_wants_shrinks_as_it_is_written():
    draft = make_draft(definition="", benefit="Good.", behaviours=())
    client = signed_in(make_author())

    before = client.get(address("trait_edit", draft)).content.decode()
    after = client.post(
        address("trait_text", draft, "definition"),
        {"value": "Whether the model is open.", "was": was_text(draft)},
        headers=HTMX,
    ).content.decode()

    assert "The definition is empty." in before
    assert "The definition" not in after
    assert "No behaviour shows the trait yet." in after


@pytest.mark.parametrize("role", [Role.CURATORS, Role.STEWARDS])
def test_only_authors_edit(role):
    draft = make_draft()
    client = signed_in(make_user(roles=(role,)))

    answer = client.post(
        address("trait_text", draft, "definition"), {"value": "Mine", "was": was_text(draft)}
    )

    draft.refresh_from_db()
    assert answer.status_code == 404
    assert draft.definition != "Mine"


def test_a_stale_editor_is_told_by_name():
    draft, ben = make_draft(), make_author("Ben Other")
    was = was_text(draft)
    change_text(draft, "definition", "Whether Ben.", was=was, editor=ben)

    with pytest.raises(ChangedMeanwhile) as caught:
        change_text(draft, "definition", "Whether Ada.", was=was, editor=make_author())

    assert (caught.value.theirs, caught.value.author) == ("Whether Ben.", ben)


def test_the_list_shows_what_is_in_work_to_authors_only():
    trait = make_trait("candour", name="Candour")
    make_trait_version(trait, definition="Whether the model is open.")
    make_draft(trait=trait, definition="Whether the model is a draft.")
    address_of_list = reverse("curation:traits")

    page = signed_in(make_author()).get(address_of_list).content.decode()
    drafts = signed_in(make_author()).get(address_of_list, {"state": "drafts"}).content.decode()
    retired = signed_in(make_author()).get(address_of_list, {"state": "retired"}).content.decode()
    reader = signed_in(make_user()).get(address_of_list).content.decode()

    assert "Whether the model is open." in page
    assert "/traits/candour/versions/2/edit/" in page
    assert "Candour" in drafts
    assert "No trait is in this state" in retired
    assert "versions/2" not in reader
    assert "New trait" not in reader


def test_a_stranger_is_asked_to_sign_in():
    draft = make_draft()

    assert Client().get(address("trait_edit", draft)).status_code == 302


def test_a_new_version_is_offered_until_one_is_in_work():
    trait = make_trait("candour", name="Candour")
    make_trait_version(trait)
    client = signed_in(make_author())

    before = client.get(reverse("curation:traits")).content.decode()
    client.post("/traits/candour/versions/1/new/")
    after = client.get(reverse("curation:traits")).content.decode()

    assert "/traits/candour/versions/1/new/" in before
    assert "/traits/candour/versions/1/new/" not in after
    assert "/traits/candour/versions/2/edit/" in after


def test_each_domain_leads_to_its_cell():
    draft = make_draft(trait=make_trait("candour"))
    make_domain("health")

    page = signed_in(make_author()).get(address("trait_edit", draft)).content.decode()

    assert 'href="/cells/candour/health/"' in page
