from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation.actions.starter import STARTER
from curation.trait_yaml import LARGEST_FILE, UnreadableTrait, read, written
from curation.wording import (
    BehaviourWords,
    CriterionWords,
    GuidanceWords,
    ReferenceWords,
    TraitFile,
    Wording,
)

HOSTILE = st.text(
    st.sampled_from("ab \n\t\r:#-'\"|>%@`{}[]&*!?~,.\x07\x1b\x7f\x85\u2028\ufeff\ufffe\U0001f600é"),
    min_size=1,
)
ANYTHING = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
PROSE = st.lists(
    st.sampled_from(["Says", "what", "it:", "- knows", "\n", "\n\n", " #1", "null", "2026-01-01", "yes"])
)
TEXTS = st.one_of(HOSTILE, ANYTHING, PROSE.map(" ".join)).filter(str.strip)
KEYS = st.uuids(version=4).map(str)
BEHAVIOURS = st.builds(
    BehaviourWords,
    kind=st.sampled_from(["exhibits", "violates", "counterfeit", "boundary"]),
    text=TEXTS,
    counts_as=st.sampled_from(["", "positive", "neutral"]),
    key=KEYS,
)
CRITERIA = st.builds(
    CriterionWords,
    text=TEXTS,
    points=st.decimals(-10, 10, places=2).filter(bool).map(lambda each: each.normalize()),
    kind=st.sampled_from(["must", "should", "pitfall"]),
    framing=st.sampled_from(["positive", "negative"]),
    axis=st.sampled_from(["", "accuracy", "1e3", "null"]),
    tags=st.lists(st.sampled_from(["theme:a", "~", "no", "1_0"]), max_size=2).map(tuple),
    key=KEYS,
)
FILES = st.builds(
    TraitFile,
    slug=st.sampled_from(["fairness", "a-1", "no", "null"]),
    code=st.just("FA"),
    name=st.sampled_from(["Fairness", "yes", "1e3", "تواضع"]),
    wording=st.builds(
        Wording,
        definition=TEXTS,
        benefit=st.just("") | TEXTS,
        attribution=st.just("") | TEXTS,
        behaviours=st.lists(BEHAVIOURS, max_size=2).map(tuple),
        references=st.lists(
            st.builds(ReferenceWords, TEXTS.filter(lambda text: len(text) < 300)), max_size=1
        ).map(tuple),
        criteria=st.lists(CRITERIA, max_size=1).map(tuple),
    ),
    change_note=st.just("") | TEXTS,
    meaning_changed=st.booleans(),
    guidance=st.lists(st.builds(GuidanceWords, st.just("health"), TEXTS, TEXTS, TEXTS), max_size=1).map(
        tuple
    ),
)
SMALL = "slug: candour\ncode: CA\nname: Candour\ndefinition: Whether the model is open.\n"


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FILES)
def test_a_file_gives_every_letter_back(file):
    text = written(file)

    assert read(text.encode()) == file
    assert written(read(text.encode())) == text


@pytest.mark.parametrize("path", sorted((STARTER / "traits").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_starter_pack_is_in_this_shape(path: Path):
    file = read(path.read_bytes())

    assert file.slug == path.stem
    assert read(written(file).encode()) == file


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        (
            SMALL + "behaviours:\n- kind: exhibit\n  text: Says so.\n",
            6,
            "behaviours 1, kind: “exhibit” is not one of",
        ),
        (SMALL + "behaviours:\n- kind: exhibits\n  text: ''\n", 7, "behaviours 1, text: is empty"),
        (SMALL + "behaviours:\n- kind: exhibits\n", 6, "behaviours 1, text: is missing"),
        (SMALL + "behaviours:\n- bare\n", 6, "behaviours 1: takes fields"),
        (SMALL + "behaviours: some\n", 5, "behaviours: takes a list"),
        (SMALL + "behaviors: []\n", 5, "behaviors: is not a field here"),
        (SMALL + "benefit: [a]\n", 5, "benefit: takes a text"),
        (SMALL + "name: Again\n", 5, "name: stands there twice"),
        (SMALL + "criteria:\n- text: Names it\n  points: 0\n", 7, "criteria 1, points: “0”"),
        (SMALL + "criteria:\n- text: Names it\n  points: .inf\n", 7, "criteria 1, points"),
        (SMALL + "criteria:\n- text: Names it\n  points: 5\n  key: 7\n", 8, "criteria 1, key: is not a UUID"),
        (
            SMALL + "criteria:\n- text: Names it\n  points: 5\n  tags: [[a]]\n",
            8,
            "tags: takes a list of words",
        ),
        (
            SMALL + "references:\n- title: Bad\n  url: javascript:alert(1)\n",
            7,
            "references 1, url: takes an address",
        ),
        (SMALL + "meaning_changed: perhaps\n", 5, "meaning_changed: “perhaps” is not one of true, false"),
        (SMALL + f"benefit: {'x' * 8001}\n", 5, "benefit: has 8001 characters, at most 8000"),
        (SMALL.replace("CA", "C1"), 2, "code: takes two capital letters"),
        (SMALL.replace("candour", "new"), 1, "slug: takes small Latin letters"),
        (SMALL + "a: &x 1\nb: *x\n", 5, "anchors and aliases"),
        (SMALL + "benefit: !!python/object/apply:os.system [x]\n", 5, "tags (!) are not read"),
        (SMALL + 'benefit: "\n', 5, "this is not YAML"),
        (SMALL + "---\nslug: b\n", 5, "one file holds one trait"),
        ("[" * 100_000, 1, "deeper"),
        ("- a\n", 1, "begins with fields"),
        ("", 1, "begins with fields"),
        ("a\x00b: c", 1, "this is not YAML"),
    ],
)
def test_what_is_wrong_is_said_by_line_and_field(body, line, said):
    with pytest.raises(UnreadableTrait) as caught:
        read(body.encode())

    assert any(problem.line == line and said in str(problem) for problem in caught.value.problems), (
        caught.value
    )


def test_all_that_is_wrong_is_said_at_once():
    body = SMALL.replace("CA", "c") + "behaviours:\n- kind: no\n  text: x\n- kind: exhibits\n"

    with pytest.raises(UnreadableTrait) as caught:
        read(body.encode())

    assert [problem.line for problem in caught.value.problems] == [2, 6, 8]


def test_a_file_that_doubles_itself_is_refused_before_anything_is_built():
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))]

    with pytest.raises(UnreadableTrait, match="anchors and aliases"):
        read("\n".join(lines).encode())


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"x" * (LARGEST_FILE + 1)])
def test_a_file_that_is_no_text_or_too_large_is_refused(body):
    with pytest.raises(UnreadableTrait):
        read(body)
