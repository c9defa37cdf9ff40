"""Sanitising, counting, and what makes two texts the same."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.text import (
    canonical,
    content_sha256,
    normalise,
    normalised_sha256,
    original_bytes,
    prompt_id,
    sanitise,
    with_system,
    word_count,
)

MESSAGES = [{"role": "user", "content": "Is it?"}]


@given(st.text(alphabet=st.characters()))
def test_sanitised_text_can_be_stored_and_keeps_its_length(text: str) -> None:
    clean, is_changed = sanitise(text)

    assert "\x00" not in clean
    assert clean.encode().decode() == clean
    assert len(clean) == len(text)
    assert is_changed == (clean != text)
    assert original_bytes(text).decode("utf-8", "surrogatepass") == text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\x00b", "a\ufffdb"),
        ("a\ud83d", "a\ufffd"),
        ("\udc00\ud800", "\ufffd\ufffd"),
        ("e\u0301\u200d\ufffe\uffff\x1b\u2028👩‍👩‍👧", "e\u0301\u200d\ufffe\uffff\x1b\u2028👩‍👩‍👧"),
    ],
)
def test_only_what_postgres_refuses_is_replaced(text: str, clean: str) -> None:
    assert sanitise(text).text == clean


@given(
    st.recursive(
        st.text(), lambda text: st.lists(st.dictionaries(st.sampled_from(("role", "content")), text))
    )
)
def test_the_canonical_form_is_the_documented_one(content: str) -> None:
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()

    assert canonical(content) == written


def test_ids_of_prompts_never_change() -> None:
    # The first 24 hex digits of sha256 of [{"content":"Is it?","role":"user"}].
    assert prompt_id(MESSAGES) == "prm_7e1923016716d6db77c51cf0"
    assert prompt_id([{"content": "Is it?", "role": "user"}]) == prompt_id(MESSAGES)
    assert prompt_id(with_system(MESSAGES, "")) == prompt_id(MESSAGES)
    assert prompt_id(with_system(MESSAGES, "Be brief.")) != prompt_id(MESSAGES)


@pytest.mark.parametrize("other", [" is\tIT? ", "\uff29\uff53 it?", "IS IT?\n"])
def test_case_width_and_blanks_are_near_identical(other: str) -> None:
    assert normalised_sha256(other) == normalised_sha256("Is it?")
    assert normalised_sha256([{"role": "user", "content": other}]) == normalised_sha256(MESSAGES)
    assert content_sha256(other) != content_sha256("Is it?")


def test_composed_and_decomposed_are_different_but_near() -> None:
    assert content_sha256("é") != content_sha256("e\u0301")
    assert normalise("É") == normalise("e\u0301")


def test_who_speaks_is_part_of_what_is_said() -> None:
    assert normalised_sha256([{"role": "assistant", "content": "Is it?"}]) != normalised_sha256(MESSAGES)


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), (" one  two\nthree ", 3), ("你好 world", 3), ("naïve café", 2), ("日本語です。", 6)],
)
def test_words_are_counted(text: str, words: int) -> None:
    assert word_count(text) == words


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_ascii_is_squeezed_as_words_are_split(text: str) -> None:
    assert normalise(text) == " ".join(text.lower().split())
    assert word_count(text) == len(text.split())
