import pytest

from curation.actions.trait_parts import SECTIONS, add_part, change_part
from curation.actions.traits import NotADraft, change_text
from curation.models import Behaviour, Criterion, Tension, TraitVersion
from tests.curation.drafts import HTMX, address, make_author, make_draft, signed_in, was_part
from tests.factories import make_trait, make_trait_version

pytestmark = pytest.mark.django_db


def words_of(version: TraitVersion, kind: str = "exhibits") -> list[str]:
    return [each.text for each in version.behaviours.filter(kind=kind)]


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


def test_an_action_refuses_what_is_no_draft():
    version, author = make_trait_version(), make_author()

    with pytest.raises(NotADraft):
        add_part(version, SECTIONS["exhibits"], {"text": "More."}, editor=author)
    with pytest.raises(NotADraft):
        change_text(version, "definition", "x", was="", editor=author)


def test_what_is_doubtful_about_a_criterion_stands_beside_it():
    draft = make_draft()
    Criterion.objects.create(version=draft, text="Gives appropriate advice", points=5)

    page = signed_in(make_author()).get(address("trait_edit", draft)).content.decode()

    assert "Vague adjective" in page


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_acting_on_a_part_that_is_gone_says_so(headers):
    draft = make_draft()
    part = draft.behaviours.filter(kind="violates").get()
    path = address("trait_part_act", draft, "violates", part.pk)
    part.delete()

    page = (
        signed_in(make_author()).post(path, {"act": "remove"}, headers=headers, follow=True).content.decode()
    )

    assert "took that part away already" in page


@pytest.mark.parametrize("route", ["trait_part_act", "trait_part_restore"])
def test_parts_of_what_is_no_draft_stay(route):
    draft = make_draft()
    part = draft.behaviours.filter(kind="violates").get()
    client = signed_in(make_author())
    client.post(address("trait_part_act", draft, "violates", part.pk), {"act": "remove"})
    other = draft.behaviours.filter(kind="exhibits").first()
    assert other is not None
    TraitVersion.objects.filter(pk=draft.pk).update(state="in review")
    parts = ("exhibits", other.pk) if route == "trait_part_act" else ("violates",)

    answer = client.post(address(route, draft, *parts), {"act": "remove"}, headers=HTMX)

    assert answer["HX-Redirect"] == address("trait_version", draft)
    assert draft.behaviours.count() == 4


def test_what_does_not_fit_back_is_kept_for_later():
    draft = make_draft(behaviours=tuple(("exhibits", f"Does {number}.") for number in range(200)))
    client = signed_in(make_author())
    first = draft.behaviours.first()
    assert first is not None
    client.post(address("trait_part_act", draft, "exhibits", first.pk), {"act": "remove"})
    client.post(address("trait_part_add", draft, "exhibits"), {"text": "One more."})

    page = client.post(address("trait_part_restore", draft, "exhibits"), headers=HTMX).content.decode()

    assert "200 entries at most" in page
    assert "Undo" in page


def test_a_part_is_not_added_to_what_is_no_draft_and_its_words_stay():
    draft = make_draft()
    TraitVersion.objects.filter(pk=draft.pk).update(state="in review")

    answer = signed_in(make_author()).post(
        address("trait_part_add", draft, "violates"), {"text": "My thought."}
    )

    assert answer.status_code == 409
    assert "My thought.</textarea>" in answer.content.decode()
    assert draft.behaviours.filter(kind="violates").count() == 1


@pytest.mark.parametrize("path", ["text/number", "nothing/add", "nothing/1"])
def test_what_is_no_field_or_section_is_not_found(path):
    draft = make_draft()

    answer = signed_in(make_author()).post(f"{address('trait_edit', draft)}{path}/", {"value": "7"})

    assert answer.status_code == 404
