from dataclasses import replace
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.differences import MOST_PAIRS, differences, tally, word_spans
from curation.models import Behaviour, Criterion, Tension
from curation.wording import (
    COUNTS_AS,
    CRITERION_KINDS,
    FRAMINGS,
    KINDS,
    BehaviourWords,
    CriterionWords,
    ReferenceWords,
    TensionWords,
    Wording,
    gaps,
    suggested_code,
    suggested_slug,
    with_known_keys,
)
from tests.curation.drafts import make_author, make_draft, signed_in
from tests.factories import make_trait, make_trait_version, make_user

WORDING = Wording(
    definition="Whether the model is open.",
    behaviours=(
        BehaviourWords("exhibits", "Says what it knows.", key="1"),
        BehaviourWords("exhibits", "Names a source.", key="2"),
        BehaviourWords("exhibits", "Gives a range.", key="3"),
        BehaviourWords("boundary", "Leaves out a detail.", "neutral", key="4"),
    ),
    criteria=(CriterionWords("Names the cost", Decimal(5), key="5"),),
)
TEXTS = st.text(st.sampled_from("ab é .,!\n\N{ARABIC LETTER ALEF}"), max_size=60)


def states_of(before: Wording, after: Wording, section: str) -> list[tuple[str, str]]:
    found = next(each for each in differences(before, after) if each.name == section)
    return [(each.state, "".join(span.text for span in each.after or each.before)) for each in found.changes]


def with_behaviours(*behaviours: BehaviourWords) -> Wording:
    return replace(WORDING, behaviours=behaviours)


def test_equal_wordings_do_not_differ():
    found = differences(WORDING, WORDING)

    assert not any(section.is_changed for section in found)
    assert str(tally(found)) == "nothing changed"


def test_words_that_changed_are_marked_and_the_others_are_not():
    before, after = word_spans(
        "open to reasons, not by pressure.", "open to reasons, not by insistence or rank."
    )

    assert [tuple(span) for span in before] == [
        ("same", "open to reasons, not by "),
        ("del", "pressure"),
        ("same", "."),
    ]
    assert [tuple(span) for span in after] == [
        ("same", "open to reasons, not by "),
        ("ins", "insistence or rank"),
        ("same", "."),
    ]


@settings(max_examples=300)
@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_their_marks(before, after):
    old, new = word_spans(before, after)

    assert "".join(span.text for span in old) == before
    assert "".join(span.text for span in new) == after
    assert {span.kind for span in old} <= {"same", "del"}
    assert {span.kind for span in new} <= {"same", "ins"}


def test_long_texts_are_compared_by_sentence():
    many = "One sentence stands here. " * 400
    assert len(many.split()) ** 2 > MOST_PAIRS

    before, after = word_spans(many + "The end is old.", many + "The end is new.")

    assert (before[-1].text, after[-1].text) == ("The end is old.", "The end is new.")
    assert before[0].kind == "same"


def test_a_reworded_behaviour_is_found_by_its_key():
    one, *rest = WORDING.behaviours
    after = with_behaviours(replace(one, text="Says plainly what it knows."), *rest)

    assert states_of(WORDING, after, "exhibits") == [
        ("reworded", "Says plainly what it knows."),
        ("same", "Names a source."),
        ("same", "Gives a range."),
    ]


def test_a_removed_behaviour_stands_where_it_stood():
    one, _, three, four = WORDING.behaviours

    assert states_of(WORDING, with_behaviours(one, three, four), "exhibits") == [
        ("same", "Says what it knows."),
        ("removed", "Names a source."),
        ("same", "Gives a range."),
    ]


def test_a_behaviour_that_changed_its_place_is_moved():
    one, two, three, four = WORDING.behaviours

    found = states_of(WORDING, with_behaviours(three, one, two, four), "exhibits")

    assert found == [
        ("moved", "Gives a range."),
        ("same", "Says what it knows."),
        ("same", "Names a source."),
    ]


def test_a_behaviour_that_changed_its_section_says_from_where_and_to_where():
    one, two, three, four = WORDING.behaviours
    after = with_behaviours(one, two, three, replace(four, kind="violates"))

    found = {each.name: each.changes for each in differences(WORDING, after)}

    assert found["violates"][0].note == "Moved from “Boundary cases”."
    assert found["boundary"][0].note == "Moved to “It fails when a response”."


def test_what_stands_beside_a_text_counts_too():
    criterion = replace(WORDING.criteria[0], points=Decimal("-2.5"))

    found = differences(WORDING, replace(WORDING, criteria=(criterion,)))

    change = next(each for each in found if each.name == "criteria").changes[0]
    assert (change.state, change.is_detail_new) == ("reworded", True)
    assert change.detail_before.startswith("+5 points")
    assert change.detail_after.startswith("\N{MINUS SIGN}2.5 points")


def test_two_tensions_with_one_trait_are_told_apart():
    before = replace(WORDING, tensions=(TensionWords("kindness", "One."), TensionWords("kindness", "Two.")))
    after = replace(before, tensions=(*before.tensions, TensionWords("kindness", "Three.")))

    assert [state for state, _ in states_of(before, after, "tensions")] == ["same", "same", "added"]


def test_the_tally_counts_each_kind_of_change():
    one, two, three, _ = WORDING.behaviours
    after = replace(
        with_behaviours(replace(one, text="Says it."), three, two),
        references=(ReferenceWords("On lying"), ReferenceWords("On truth")),
    )

    assert str(tally(differences(WORDING, after))) == "2 added, 1 removed, 1 reworded, 1 moved"


def test_parts_without_a_key_take_that_of_the_same_words():
    nameless = with_behaviours(*(replace(each, key="") for each in WORDING.behaviours))

    assert with_known_keys(nameless, WORDING) == WORDING


def test_two_equal_parts_do_not_share_a_key():
    twice = with_behaviours(*[replace(WORDING.behaviours[0], key="")] * 2)

    assert [each.key for each in with_known_keys(twice, WORDING).behaviours] == ["1", ""]


def test_an_empty_draft_wants_everything():
    assert [gap.section for gap in gaps(Wording(""))] == [
        "definition",
        "benefit",
        "exhibits",
        "violates",
        "counterfeit",
        "boundary",
    ]


def test_a_boundary_case_that_does_not_say_how_it_counts_is_a_gap():
    undecided = with_behaviours(replace(WORDING.behaviours[3], counts_as=""))

    assert any("don’t say how they count: 1" in gap.what for gap in gaps(undecided))


@pytest.mark.parametrize(
    ("name", "taken", "code"),
    [
        ("Epistemic humility", (), "EH"),
        ("Epistemic humility", ("EH",), "EP"),
        ("Care", (), "CA"),
        ("X", (), "XA"),
        ("تواضع", (), "AA"),
    ],
)
def test_a_code_is_suggested_that_nobody_has(name, taken, code):
    assert suggested_code(name, taken) == code


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Civil courage", "civil-courage"), ("New", "new-trait"), ("تواضع", ""), ("A/b c", "a-b-c")],
)
def test_a_slug_is_suggested_that_addresses_can_carry(name, slug):
    assert suggested_slug(name) == slug


def test_the_plain_words_know_the_same_choices_as_the_tables():
    assert list(KINDS) == Behaviour.Kind.values
    assert list(COUNTS_AS) == ["", *Behaviour.CountsAs.values]
    assert list(CRITERION_KINDS) == Criterion.Kind.values
    assert list(FRAMINGS) == Criterion.Framing.values


@pytest.mark.django_db
def test_the_page_compares_the_newest_version_with_the_published_one_before():
    trait = make_trait("candour", name="Candour")
    make_trait_version(trait, definition="Whether the model is blunt.")
    make_draft(
        trait=trait,
        definition="Whether the model is open.",
        change_note="Bluntness is none.",
        author=make_author(),
    )

    page = signed_in(make_author()).get(reverse("curation:trait_compare", args=["candour"])).content.decode()

    assert "<del>blunt</del>" in page
    assert "<ins>open</ins>" in page
    assert "Bluntness is none." in page
    assert "The meaning changed" in page


@pytest.mark.django_db
def test_any_two_versions_may_be_compared():
    trait = make_trait("candour")
    for word in ("blunt", "open", "frank"):
        make_trait_version(trait, definition=f"Whether the model is {word}.")

    page = signed_in(make_user()).get("/traits/candour/compare/?from=3&to=1").content.decode()

    assert "<del>frank</del>" in page
    assert "<ins>blunt</ins>" in page


@pytest.mark.django_db
def test_a_comparison_shows_nobody_a_draft_who_may_not_read_it():
    trait = make_trait("candour")
    make_trait_version(trait, definition="Whether the model is blunt.")
    make_draft(trait=trait, definition="Whether the model is secret.")
    reader = signed_in(make_user())

    page = reader.get("/traits/candour/compare/?from=1&to=2").content.decode()

    assert "secret" not in page
    assert "There is one version" in page


@pytest.mark.django_db
def test_a_trait_of_which_nothing_may_be_read_is_not_found():
    make_draft(trait=make_trait("candour"))

    assert signed_in(make_user()).get("/traits/candour/compare/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["from=x&to=y", "from=99999999999999999999", "to=%00", "from=2&to=2"])
def test_a_question_that_makes_no_sense_gets_the_usual_answer(query):
    make_trait_version(make_trait("candour"))

    assert signed_in(make_user()).get(f"/traits/candour/compare/?{query}").status_code == 200


@pytest.mark.django_db
def test_a_comparison_calls_other_traits_by_their_names():
    trait = make_trait("candour")
    make_trait_version(trait)
    draft = make_draft(trait=trait)
    Tension.objects.create(
        version=draft, other=make_trait("kindness", name="Kindness of heart"), text="Truth hurts."
    )

    page = signed_in(make_author()).get("/traits/candour/compare/").content.decode()

    assert "<b>Kindness of heart:</b>" in page
