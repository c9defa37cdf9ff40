"""What the module that speaks to model endpoints makes of what they say."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from curation.endpoints import (
    Answer,
    Busy,
    Endpoint,
    EndpointError,
    KeyRefused,
    Misplaced,
    NoCredit,
    Question,
    Rejected,
    Unclear,
    Unusable,
    Unwell,
    Usage,
    waiting_s,
)
from tests.curation.endpoint_double import (
    KEY,
    MODEL,
    Behaviour,
    EndpointDouble,
    Reply,
    breaking_off,
    completion,
    refusing,
    saying,
    silence,
    ten_megabytes,
    truncated,
)

TURNS = [{"role": "user", "content": "May he go on?"}]
QUESTION = Question("sample-1", TURNS, {"model": "asked-for", "max_tokens": 10}, 7)


def ask(double: EndpointDouble, *planned: Behaviour, answer_s: float = 20) -> Answer:
    double.plan.extend(planned)
    endpoint = Endpoint(double.url, KEY, answer_s=answer_s)
    try:
        return endpoint.ask(QUESTION)
    finally:
        endpoint.close()


def test_what_is_sent_is_the_conversation_with_its_parameters(double: EndpointDouble) -> None:
    ask(double)

    asked = double.asked[0]
    assert asked.path == "/v1/chat/completions"
    assert asked.body == {"model": "asked-for", "max_tokens": 10, "messages": TURNS, "seed": 7}
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.key == "sample-1"


def test_an_answer_is_kept_as_returned(double: EndpointDouble) -> None:
    answer = ask(double, saying("It depends.", finish_reason="length", system_fingerprint="fp_1"))

    assert answer == Answer("It depends.", MODEL, "fp_1", "length", Usage(20, 10))


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"content": None, "refusal": "I can’t help with that."}, "I can’t help with that."),
        ({"content": [{"type": "text", "text": "It "}, {"type": "x"}, {"text": "depends."}]}, "It depends."),
        ({"content": "It depends.", "reasoning_content": "Let me think."}, "It depends."),
        ({"content": "A\0B\ud83d"}, "A\0B\ud83d"),
    ],
)
def test_unusual_content_is_understood(double: EndpointDouble, message: Any, text: str) -> None:
    assert ask(double, saying("", message=message)).text == text


def test_a_bare_nul_in_the_answer_is_read(double: EndpointDouble) -> None:
    body = completion("A@B").replace(b"@", b"\0")

    assert ask(double, lambda asked: Reply(200, body)).text == "A\0B"


@pytest.mark.parametrize("usage", [None, "many", {"prompt_tokens": -1}, {"completion_tokens": 1e30}])
def test_usage_that_makes_no_sense_is_none(double: EndpointDouble, usage: Any) -> None:
    assert ask(double, saying("It depends.", usage=usage)).usage == (None, None)


@pytest.mark.parametrize(
    ("behaviour", "kind", "words"),
    [
        (refusing(401), KeyRefused, "refused the key"),
        (refusing(403), KeyRefused, "refused the key"),
        (refusing(402), NoCredit, "no credit"),
        (refusing(429, code="insufficient_quota"), NoCredit, "no credit"),
        (refusing(400, "max_tokens is too large"), Rejected, "It says: “max_tokens is too large”"),
        (refusing(404, "no such model"), Rejected, "no such model"),
        (refusing(422), Rejected, "422"),
        (refusing(500), Unwell, "in trouble"),
        (refusing(503), Unwell, "in trouble"),
        (refusing(307, Location="http://127.0.0.1:1/"), Misplaced, "another address"),
        (truncated, Unclear, "breaks off or can’t be read"),
        (breaking_off, Unclear, "broke off in the middle"),
        (saying("", choices=[]), Unclear, "without a response"),
        (saying("", choices=None), Unclear, "without a response"),
        (saying("", choices=[{"message": "x"}]), Unclear, "without a response"),
        (saying(" \n"), Unclear, "empty response"),
        (saying(None, finish_reason="length"), Unusable, "Allow longer responses"),
        (saying(None, finish_reason="content_filter"), Unusable, "filtered"),
        (saying(None, finish_reason="tool_calls"), Unusable, "called a tool"),
        (ten_megabytes, Unusable, "longer than 4 MB"),
        (lambda asked: Reply(200, b"[1]"), Unclear, "can’t be read"),
        (lambda asked: Reply(200, b"[" * 100_000), Unclear, "can’t be read"),
        (lambda asked: Reply(200, b'{"choices": ' + b"9" * 5000 + b"}"), Unclear, "can’t be read"),
        (lambda asked: Reply(500, b"<html>\xff\0 trouble"), Unwell, "in trouble"),
    ],
)
def test_each_fault_has_a_name_and_words(
    double: EndpointDouble, behaviour: Behaviour, kind: type[EndpointError], words: str
) -> None:
    with pytest.raises(EndpointError) as raised:
        ask(double, behaviour)

    assert type(raised.value) is kind
    assert words in str(raised.value)


def test_silence_ends(double: EndpointDouble) -> None:
    with pytest.raises(Unclear, match="took too long"):
        ask(double, silence, answer_s=0.3)


def test_nobody_there_is_trouble_that_may_pass(settings: Settings) -> None:
    settings.EGRESS_ALLOWED = ["127.0.0.1:9"]

    with pytest.raises(Unwell, match="can’t be reached"):
        Endpoint("http://127.0.0.1:9/v1", "").ask(QUESTION)


def test_an_address_inside_is_not_called(double: EndpointDouble, settings: Settings) -> None:
    settings.EGRESS_ALLOWED = []

    with pytest.raises(Misplaced):
        ask(double)

    assert double.asked == []


def test_the_key_is_never_quoted(double: EndpointDouble) -> None:
    with pytest.raises(Rejected) as raised:
        ask(double, refusing(400, f"What is {KEY}\ud83d\0 for? " + "x" * 1000))

    assert KEY not in str(raised.value)
    assert "[key]" in str(raised.value)
    assert len(str(raised.value)) < 300


def test_names_are_cut_and_cleaned(double: EndpointDouble) -> None:
    answer = ask(double, saying("Yes.", model="m\0\ud83d" + "x" * 500, finish_reason=["stop"]))

    assert len(answer.model) == 200
    assert "\0" not in answer.model
    assert answer.finish_reason == ""


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("0.5", 0.5), ("99999", 600), ("", None), ("soon", None), ("-3", None), ("1e9", None)],
)
def test_retry_after_in_seconds(header: str, seconds: float | None) -> None:
    assert waiting_s(header) == seconds


def test_retry_after_as_a_date() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)

    assert waiting_s("Thu, 01 Jan 2026 00:00:30 GMT", now) == 30
    assert waiting_s("Wed, 31 Dec 2025 00:00:30 GMT", now) == 0
    assert waiting_s("Thu, 01 Jan 2026 00:00:30 GMT", now - timedelta(days=2)) == 600


def test_too_many_requests_says_how_long(double: EndpointDouble) -> None:
    with pytest.raises(Busy) as raised:
        ask(double, refusing(429, Retry_After="3"))

    assert raised.value.after_s == 3


def test_overload_with_a_time_is_waited_out(double: EndpointDouble) -> None:
    with pytest.raises(Busy):
        ask(double, refusing(503, Retry_After="1"))


def test_the_double_bills_what_it_answered(double: EndpointDouble) -> None:
    ask(double)

    assert double.billed == ["sample-1"]
    assert json.loads(completion("x"))["model"] == MODEL
