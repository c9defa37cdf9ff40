import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.similarity import (
    KEYS,
    Groups,
    compared_as,
    coverage,
    estimate,
    gram_hash,
    grams,
    jaccard,
    mark,
    marks,
    shingles,
    words_of,
)
from curation.similarity.minhash import FEWEST_WORDS, SIGNATURE

ALPHABET = [f"word{number}" for number in range(400)]
TEXT = "the nurse asks whether she may tell the brother about it before the patient wakes up"
TOLERANCE = 0.22
"""Five standard errors of the estimate, so that no drawn example fails by chance."""


def drawn_pair(seed: int, length: int, changed: int) -> tuple[list[str], list[str]]:
    draw = random.Random(seed)
    one = draw.choices(ALPHABET, k=length)
    other = list(one)
    for place in draw.sample(range(length), min(changed, length)):
        other[place] = f"new{draw.randrange(10_000)}"
    return one, other


@given(seed=st.integers(), length=st.integers(FEWEST_WORDS, 300), changed=st.integers(0, 30))
@settings(max_examples=200, deadline=None)
def test_the_estimate_is_near_the_overlap_of_the_shingles(seed: int, length: int, changed: int) -> None:
    one, other = drawn_pair(seed, length, changed)

    guess = estimate(mark(one).values, mark(other).values)

    assert guess == pytest.approx(jaccard(shingles(one), shingles(other)), abs=TOLERANCE)


@given(first=st.lists(st.sampled_from(ALPHABET), max_size=60), second=st.lists(st.text(), max_size=60))
@settings(deadline=None)
def test_the_overlap_is_the_same_from_both_sides(first: list[str], second: list[str]) -> None:
    one, other = mark(first).values, mark(second).values

    assert estimate(one, other) == estimate(other, one)
    assert jaccard(shingles(first), shingles(second)) == jaccard(shingles(second), shingles(first))


@given(st.lists(st.text(), max_size=30))
@settings(deadline=None)
def test_a_text_is_wholly_like_itself(texts: list[str]) -> None:
    words = compared_as(texts)

    assert mark(words) == mark(list(words))
    assert jaccard(shingles(words), shingles(words)) == 1.0


def test_marks_made_together_are_those_made_alone() -> None:
    texts = [drawn_pair(seed, 5 + seed, 0)[0] for seed in range(50)]

    assert marks(texts) == [mark(words) for words in texts]


def test_19_of_20_pairs_at_the_threshold_share_a_key() -> None:
    pairs = [pair for seed in range(2000) if 0.78 <= overlap(pair := drawn_pair(seed, 82, 3)) <= 0.82]

    met = sum(bool(set(mark(one).keys) & set(mark(other).keys)) for one, other in pairs)

    assert len(pairs) > 500
    assert met / len(pairs) >= 0.95


def overlap(pair: tuple[list[str], list[str]]) -> float:
    return jaccard(*map(shingles, pair))


def test_unlike_texts_share_no_key() -> None:
    one, other = drawn_pair(1, 90, 90)

    assert not set(mark(one).keys) & set(mark(other).keys)


def test_marks_are_the_same_in_every_process() -> None:
    program = f"from curation.similarity import mark, compared_as; print(mark(compared_as([{TEXT!r}])))"

    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("0", "1", "4242")
    }

    assert printed == {str(mark(compared_as([TEXT])))}


def test_marks_are_those_that_are_stored() -> None:
    # When this fails, texts are marked otherwise than those in databases: METHOD must grow, and all are signed anew.
    made = mark(compared_as([TEXT]))

    assert len(made.values) == 4 * SIGNATURE
    assert made.values[:12].hex() == "8ec432300f3ec3c17d371bc1"
    assert len(made.keys) == KEYS
    assert made.keys[::8] == (280906193869179899, -6984435128955045986, 3216663492102481345)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't STOP - now_or never!", ["don", "t", "stop", "now", "or", "never"]),
        ("\uff57\uff49\uff44\uff45 \ufb01ne naïve Straße", ["wide", "fine", "naïve", "strasse"]),
        ("你好\uff0c世界 2024年", ["你", "好", "世", "界", "2024", "年"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("السَّلام عليكم؟", ["السَّلام", "عليكم"]),
        ("?! … \N{EM DASH}", []),
        ("", []),
    ],
)
def test_words_are_found_in_many_scripts(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_case_and_signs_make_no_difference_to_a_text_of_some_length() -> None:
    assert compared_as(["May she tell HIM, at once?"]) == compared_as(["may she tell him at once"])


def test_signs_count_in_a_text_of_few_words() -> None:
    assert compared_as(["Is 2 > 3?"]) != compared_as(["Is 2 < 3?"])
    assert compared_as(["Is 2 > 3?"]) == compared_as([" is 2 >  3?"])
    assert mark(compared_as(["Is 2 > 3?"])).values == b""


def test_groups_are_chains_of_pairs() -> None:
    groups: Groups[int] = Groups()

    assert all(groups.join(one, other) for one, other in [(1, 2), (3, 4), (2, 3), (1, 4), (7, 8)])

    assert sorted(map(sorted, groups.members())) == [[1, 2, 3, 4], [7, 8]]
    assert not groups.is_joined(1, 7)


def test_groups_that_are_bound_to_different_things_stay_apart() -> None:
    groups = Groups({"a": ["EVAL"], "b": ["TRAIN"], "c": ["EVAL"]})

    assert groups.join("a", "new")
    assert not groups.join("new", "b")
    assert groups.join("new", "c")
    assert sorted(map(sorted, groups.members())) == [["a", "c", "new"]]


def test_a_gram_hash_can_be_made_without_arete() -> None:
    # printf 'may she tell him at once or not' | sha256sum
    assert gram_hash(["may", "she", "tell", "him", "at", "once", "or", "not"]) == 8165303100852139632


def test_grams_lie_within_one_text() -> None:
    one = " ".join(f"w{number}" for number in range(10))

    assert len(grams([one], 8)) == 3
    assert grams([one, one], 8) == grams([one], 8)
    assert grams([one, "too short"], 8) == grams([one], 8) | {gram_hash(["too", "short"])}
    assert grams(["", "?!"], 8) == frozenset()


def test_coverage_is_the_share_of_the_texts_own_grams() -> None:
    own = grams([" ".join(f"w{number}" for number in range(17))], 8)
    held = grams([" ".join(f"w{number}" for number in range(5, 40))], 8)

    # Of ten runs of eight words, the five that begin at w5 to w9 stand in the benchmark.
    assert coverage(own, held) == 0.5
    assert coverage(frozenset(), held) == 0.0
