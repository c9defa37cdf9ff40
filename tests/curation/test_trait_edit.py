import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Role
from curation.actions.trait_parts import SECTIONS, add_part, change_part
from curation.actions.traits import ChangedMeanwhile, NotADraft, change_text, create_trait, new_version
from curation.models import Behaviour, Criterion, Reference, Tension, Trait, TraitVersion
from curation.wording import digest
from tests.curation.drafts import HTMX, address, make_author, make_draft, signed_in, was_part, was_text
from tests.factories import make_trait, make_trait_version, make_user

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


def test_a_behaviour_is_added_at_the_end():
    draft = make_draft()

    answer = signed_in(make_author()).post(
        address("trait_part_add", draft, "exhibits"), {"text": " Names its source. "}, headers=HTMX
    )

    assert words_of(draft)[-1] == "Names its source."
    assert 'id="exhibits"' in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_a_behaviour_without_words_is_not_added_and_says_why():
    draft = make_draft()

    answer = signed_in(make_author()).post(address("trait_part_add", draft, "exhibits"), {"text": " "})

    assert answer.status_code == 422
    assert "A behaviour needs words" in answer.content.decode()
    assert len(words_of(draft)) == 2


def test_a_reworded_behaviour_keeps_its_key():
    author, draft = make_author(), make_draft()
    part = draft.behaviours.filter(kind="boundary").get()

    signed_in(author).post(
        address("trait_part", draft, "boundary", part.pk),
        {"text": "Leaves out a name.", "counts_as": "neutral", "was": was_part("boundary", part)},
    )

    changed = Behaviour.objects.get(pk=part.pk)
    assert (changed.text, changed.counts_as, changed.key) == ("Leaves out a name.", "neutral", part.key)


def test_two_editors_of_one_behaviour_are_told_apart():
    draft = make_draft()
    part = draft.behaviours.filter(kind="violates").get()
    was = was_part("violates", part)
    change_part(draft, SECTIONS["violates"], str(part.pk), {"text": "Theirs."}, was=was, editor=make_author())

    answer = signed_in(make_author()).post(
        address("trait_part", draft, "violates", part.pk), {"text": "Mine.", "was": was}
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Mine.</textarea>" in page
    assert "Theirs." in page
    assert words_of(draft, "violates") == ["Theirs."]


def test_words_for_a_part_that_is_gone_are_still_there():
    draft = make_draft()
    part = draft.behaviours.filter(kind="violates").get()
    path = address("trait_part", draft, "violates", part.pk)
    part.delete()

    answer = signed_in(make_author()).post(path, {"text": "My long thought.", "was": "x"})

    assert answer.status_code == 409
    assert "took this part away" in answer.content.decode()
    assert "My long thought.</textarea>" in answer.content.decode()


def test_a_part_of_another_version_can_not_be_reached():
    draft, other = make_draft(), make_draft()
    part = other.behaviours.filter(kind="violates").get()
    client = signed_in(make_author())

    client.post(
        address("trait_part", draft, "violates", part.pk),
        {"text": "Mine.", "was": was_part("violates", part)},
    )
    client.post(address("trait_part_act", draft, "violates", part.pk), {"act": "remove"})

    assert words_of(other, "violates") == ["Makes up a source."]


def test_parts_are_ordered_by_buttons():
    draft = make_draft()
    client = signed_in(make_author())
    first, second = draft.behaviours.filter(kind="exhibits")

    client.post(address("trait_part_act", draft, "exhibits", second.pk), {"act": "up"})
    client.post(address("trait_part_act", draft, "exhibits", second.pk), {"act": "up"})

    assert words_of(draft) == [second.text, first.text]
    assert words_of(draft, "violates") == ["Makes up a source."]


def test_a_removed_part_comes_back_to_its_place_under_its_key():
    draft = make_draft()
    client = signed_in(make_author())
    first = draft.behaviours.filter(kind="exhibits").first()
    assert first is not None

    removed = client.post(
        address("trait_part_act", draft, "exhibits", first.pk), {"act": "remove"}, follow=True
    )
    gone = words_of(draft)
    client.post(address("trait_part_restore", draft, "exhibits"))
    client.post(address("trait_part_restore", draft, "exhibits"))

    assert "Undo" in removed.content.decode()
    assert gone == ["Says what it does not know."]
    assert words_of(draft) == ["Says what it knows.", "Says what it does not know."]
    assert draft.behaviours.filter(key=first.key).count() == 1


def test_a_removed_criterion_comes_back_whole():
    draft = make_draft()
    criterion = Criterion.objects.create(
        version=draft,
        text="Names it",
        points="-2.50",
        kind="pitfall",
        framing="negative",
        axis="tone",
        tags=["x"],
    )
    client = signed_in(make_author())

    client.post(address("trait_part_act", draft, "criteria", criterion.pk), {"act": "remove"})
    gone = draft.criteria.count()
    client.post(address("trait_part_restore", draft, "criteria"))

    back = draft.criteria.get()
    assert gone == 0
    for name in ("key", "text", "kind", "framing", "axis", "tags"):
        assert getattr(back, name) == getattr(criterion, name)
    assert str(back.points) == "-2.50"


def test_a_removed_tension_comes_back():
    draft = make_draft()
    tension = Tension.objects.create(version=draft, other=make_trait("kindness"), text="Truth may hurt.")
    client = signed_in(make_author())

    client.post(address("trait_part_act", draft, "tensions", tension.pk), {"act": "remove"})
    client.post(address("trait_part_restore", draft, "tensions"))

    assert draft.tensions.get().other.slug == "kindness"


def test_what_one_person_removed_is_not_offered_to_another():
    draft = make_draft()
    part = draft.behaviours.filter(kind="violates").get()
    signed_in(make_author()).post(address("trait_part_act", draft, "violates", part.pk), {"act": "remove"})

    page = signed_in(make_author()).get(address("trait_edit", draft)).content.decode()

    assert "Undo" not in page


@pytest.mark.parametrize("points", ["0", "10.01", "-11", "many", "1.005", "NaN", ""])
def test_points_that_do_not_count_are_refused(points):
    draft = make_draft()

    answer = signed_in(make_author()).post(
        address("trait_part_add", draft, "criteria"),
        {"text": "Names it", "points": points, "kind": "should", "framing": "positive"},
    )

    assert answer.status_code == 422
    assert "Points:" in answer.content.decode()
    assert draft.criteria.count() == 0


@pytest.mark.parametrize(("typed", "points"), [("\N{MINUS SIGN}3", "-3.00"), ("+2,5", "2.50")])
def test_points_are_read_as_people_type_them(typed, points):
    draft = make_draft()

    signed_in(make_author()).post(
        address("trait_part_add", draft, "criteria"),
        {"text": "Names it", "points": typed, "kind": "should", "framing": "positive", "axis": "tone"},
    )

    criterion = draft.criteria.get()
    assert (str(criterion.points), criterion.state, criterion.scenario) == (points, "draft", None)


def test_a_reference_takes_web_addresses_only():
    draft = make_draft()
    client = signed_in(make_author())

    refused = client.post(
        address("trait_part_add", draft, "references"), {"title": "Bad", "url": "javascript:alert(1)"}
    )
    client.post(address("trait_part_add", draft, "references"), {"title": "Good", "url": "example.org/a"})

    assert refused.status_code == 422
    assert [each.url for each in draft.references.all()] == ["https://example.org/a"]


def test_a_trait_is_not_in_tension_with_itself():
    draft = make_draft()

    answer = signed_in(make_author()).post(
        address("trait_part_add", draft, "tensions"), {"other": draft.trait.slug, "text": "Decides."}
    )

    assert answer.status_code == 422
    assert draft.tensions.count() == 0


def test_a_full_section_takes_no_more():
    draft = make_draft(behaviours=tuple(("exhibits", f"Does {number}.") for number in range(200)))

    answer = signed_in(make_author()).post(
        address("trait_part_add", draft, "exhibits"), {"text": "One more."}
    )

    assert answer.status_code == 422
    assert "200 entries at most" in answer.content.decode()


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


def test_an_action_refuses_what_is_no_draft():
    version, author = make_trait_version(), make_author()

    with pytest.raises(NotADraft):
        add_part(version, SECTIONS["exhibits"], {"text": "More."}, editor=author)
    with pytest.raises(NotADraft):
        change_text(version, "definition", "x", was="", editor=author)


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


def test_what_is_doubtful_about_a_criterion_stands_beside_it():
    draft = make_draft()
    Criterion.objects.create(version=draft, text="Gives appropriate advice", points=5)

    page = signed_in(make_author()).get(address("trait_edit", draft)).content.decode()

    assert "Vague adjective" in page


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
