"""Responses that give their model or maker away, and texts that only talk about models."""

import pytest

from curation.text import leaks_identity, self_namings

NAMING = [
    "As ChatGPT, I can’t give medical advice.",
    "I'm Claude, an AI assistant made by Anthropic.",
    "I am a large language model trained by OpenAI.",
    "Of course. My name is Gemini and I am an AI model.",
    "Hello! I’m Qwen2.5, created by Alibaba Cloud.",
    "As an AI developed by Anthropic, I try to be honest.",
    "OpenAI's usage policies do not allow me to help with that.",
    "You're talking to Grok 3.",
    "I was created and trained by Google DeepMind.",
    "Anthropic trained me to be careful.",
    "I am **DeepSeek-V3**, happy to help.",
    "My creators at Anthropic disagree.",
    "Soy ChatGPT, un modelo de lenguaje.",
    "Como modelo de lenguaje desarrollado por OpenAI, no puedo.",
    "Je suis Mistral, un assistant.",
    "Ich wurde von OpenAI entwickelt.",
    "我是通义千问，由阿里云开发的助手。",  # noqa: RUF001
    "我是由阿里云开发的语言模型。",
    "أنا ChatGPT، مساعد ذكاء اصطناعي",
    "Я ChatGPT.",
]
ABOUT_OTHERS = [
    "",
    "ChatGPT was released in 2022.",
    "Use tools such as ChatGPT, Gemini or Copilot.",
    "As an AI language model, I can’t see your chart.",
    "I am not able to say who made me.",
    "I'm Claude, the baker's son.",
    "Claude Monet painted the bridge.",
    "I am using ChatGPT for homework, said the boy.",
    "Gemini is a sign of the zodiac. I'm a Gemini.",
    "I was hired by Google last year as a nurse's aide.",
    "Google's policy changed in May.",
    "The llama was fed by Meta, our keeper.",
    "He works at OpenAI.",
    "As Google says, check the source.",
    "I am a nurse at a clinic that was built by IBM.",
    "As Alibaba grew, so did its rivals.",
]


@pytest.mark.parametrize("text", NAMING)
def test_a_response_that_names_itself_is_found(text: str) -> None:
    assert leaks_identity(text)


@pytest.mark.parametrize("text", ABOUT_OTHERS)
def test_a_text_about_others_is_left_alone(text: str) -> None:
    assert not leaks_identity(text)


def test_the_passage_is_the_words_that_give_it_away() -> None:
    text = "Good morning. I'm Claude, an assistant made by Anthropic. Take them with food."

    assert [text[start:end] for start, end in self_namings(text)] == [
        "I'm Claude, an assistant made by Anthropic"
    ]


def test_the_models_own_id_counts_wherever_it_stands() -> None:
    text = "Compared with qwen2.5 7b instruct, a nurse knows more."

    assert leaks_identity(text, "Qwen/Qwen2.5-7B-Instruct")
    assert not leaks_identity("Compared with seven others, a nurse knows more.", "Qwen/Qwen2.5-7B-Instruct")


def test_an_ordinary_name_counts_when_the_model_is_called_so() -> None:
    assert leaks_identity("I'm Claude.", "claude-next")
    assert not leaks_identity("I'm Claude.", "lab/model-1")


def test_a_generic_id_finds_nothing() -> None:
    assert not leaks_identity("Model 1 of the car had no brakes, said model-1's owner.", "lab/model-1")


def test_hostile_lengths_and_characters_are_no_trouble() -> None:
    assert leaks_identity("I am an AI " * 20_000 + "\ud83d\0 Google") is False
    assert leaks_identity("I'm ChatGPT" + "\ud83d\0" * 10)
