"""Speaks to model endpoints in the manner of OpenAI's chat completions. The only module that does."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from curation.text import sanitise
from egress.guard import Refused

if TYPE_CHECKING:
    import httpx

ANSWER_S = 180.0
"""How long one answer may take, from connecting to the last byte."""
CONNECT_S = 10.0
MAX_BYTES = 4 * 1024 * 1024
LONGEST_WAIT_S = 600.0
"""A Retry-After that asks for more is cut to this."""
LONGEST_QUOTE = 160
LONGEST_NAME = 200
MOST_TOKENS = 10_000_000


class EndpointError(Exception):
    """The endpoint refused, or could not be understood. The text is said to people."""


class KeyRefused(EndpointError):
    """401, 403: the key is wrong, expired, revoked, or may not use this model."""


class NoCredit(EndpointError):
    """402, or a quota that is used up: nothing more is answered until somebody pays."""


class Misplaced(EndpointError):
    """The address leads where no request may go, or to somebody who sends us elsewhere."""


class Busy(EndpointError):
    """429, or 503 with a time: everybody shall wait. Nothing was billed."""

    def __init__(self, text: str, after_s: float | None) -> None:
        super().__init__(text)
        self.after_s = after_s


class Rejected(EndpointError):
    """The endpoint doesn't take this request, now or later. Nothing was billed."""


class Unwell(EndpointError):
    """5xx, or no connection: asking again may help. Nothing was billed."""


class Usage(NamedTuple):
    """The tokens that the endpoint counted; None where it didn't say."""

    prompt: int | None
    response: int | None


class Unclear(EndpointError):
    """Asking again may help, but this time may be billed: what came was broken or empty, or nothing came in time."""

    def __init__(self, text: str, usage: Usage | None = None) -> None:
        super().__init__(text)
        self.usage = usage


class Unusable(Unclear):
    """An answer that holds no response, and that would look the same another time."""


class Question(NamedTuple):
    """One request for one response."""

    key: str
    """The same each time the same response is asked for: endpoints that know it don't bill twice."""
    messages: Sequence[Mapping[str, str]]
    parameters: Mapping[str, Any]
    """As they are sent: model, temperature, top_p, max_tokens …"""
    seed: int | None = None


class Answer(NamedTuple):
    """One response as it came. The text may hold what no database stores; the rest is fit to be stored."""

    text: str
    model: str
    revision: str
    finish_reason: str
    usage: Usage


class Endpoint:
    """A model endpoint as the holder of a key sees it. Not for two threads at once.

    Args:
        base_url: up to and including `/v1`.
        key: empty for endpoints that want none.
    """

    def __init__(self, base_url: str, key: str, *, answer_s: float = ANSWER_S) -> None:
        self._address = f"{base_url.rstrip('/')}/chat/completions"
        self._place = urlsplit(base_url).netloc
        self._key = key
        self._library = transport()
        self._web = guarded(answer_s)
        self._timeout = self._library.Timeout(answer_s, connect=CONNECT_S)

    def close(self) -> None:
        """Let go of connections."""
        self._web.close()

    def ask(self, question: Question) -> Answer:
        """Return one response.

        Raises:
            EndpointError: one of its kinds.
        """
        response = self._sent(question)
        try:
            if response.status_code == 200:
                return understood(self._body(response), self._place)
            raise self._refusal(response)
        finally:
            response.close()

    def _sent(self, question: Question) -> "httpx.Response":
        content: dict[str, Any] = {**question.parameters, "messages": list(question.messages)}
        if question.seed is not None:
            content["seed"] = question.seed
        headers = {"Idempotency-Key": question.key, "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        request = self._web.build_request(
            "POST", self._address, json=content, headers=headers, timeout=self._timeout
        )
        try:
            return self._web.send(request, stream=True)
        except Refused as reason:
            raise Misplaced(str(reason)) from None
        except (self._library.ConnectError, self._library.ConnectTimeout):
            raise Unwell(f"{self._place} can’t be reached.") from None
        except self._library.TimeoutException:
            raise Unclear(f"{self._place} took too long to answer.") from None
        except (self._library.HTTPError, self._library.InvalidURL):
            raise Unclear(f"The connection to {self._place} broke off.") from None

    def _body(self, response: "httpx.Response") -> bytes:
        try:
            return response.read()
        except Refused:
            raise Unusable(
                f"The answer is longer than {MAX_BYTES // 1024 // 1024} MB, so it was not kept."
            ) from None
        except self._library.TimeoutException:
            raise Unclear(f"{self._place} took too long to answer.") from None
        except self._library.HTTPError:
            raise Unclear(f"The connection to {self._place} broke off in the middle of an answer.") from None

    def _refusal(self, response: "httpx.Response") -> EndpointError:
        status = response.status_code
        words, code = self._complaint(response)
        if status in {401, 403}:
            return KeyRefused(f"{self._place} refused the key (it answered {status}).{words}")
        if status == 402 or code == "insufficient_quota":
            return NoCredit(f"The account at {self._place} has no credit left (it answered {status}).{words}")
        after_s = waiting_s(response.headers.get("Retry-After", ""))
        if status == 429:
            return Busy(f"{self._place} asks us to wait: too many requests.", after_s)
        if status == 503 and after_s is not None:
            return Busy(f"{self._place} asks us to wait: it is overloaded.", after_s)
        if status >= 500 or status in {408, 409, 425}:
            return Unwell(f"{self._place} is in trouble (it answered {status}).{words}")
        if 300 <= status < 400:
            return Misplaced(
                f"{self._place} sends us to another address, and a key goes to its own address only. "
                "Enter the address where the endpoint really is."
            )
        return Rejected(f"{self._place} doesn’t take this request (it answered {status}).{words}")

    def _complaint(self, response: "httpx.Response") -> tuple[str, str]:
        try:
            words, code = complaint(self._body(response))
        except Unclear:
            # The status says enough.
            return "", ""
        return self._quoted(words), code

    def _quoted(self, text: str) -> str:
        if self._key:
            text = text.replace(self._key, "[key]")
        words = fit(" ".join(text.split()), LONGEST_QUOTE)
        return f" It says: “{words}”" if words else ""


def understood(body: bytes, place: str) -> Answer:
    """Return the response in the body of an answer.

    Raises:
        Unclear: it is broken or empty.
        Unusable: it is whole, and holds no response.
    """
    try:
        # The endpoint may send what JSON forbids, such as a bare NUL in a text.
        said = json.loads(body.decode(), strict=False)
    except (ValueError, RecursionError):
        raise Unclear(f"{place} sent an answer that breaks off or can’t be read.") from None
    if not isinstance(said, dict):
        raise Unclear(f"{place} sent an answer that can’t be read.")
    usage = usage_in(said.get("usage"))
    choices = said.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        raise Unclear(f"{place} sent an answer without a response.", usage)
    text, finish_reason = spoken(message), name_in(choice.get("finish_reason"), 40)
    if not text.strip():
        raise wordless(finish_reason, place, usage)
    return Answer(
        text=text,
        model=name_in(said.get("model"), LONGEST_NAME),
        revision=name_in(said.get("system_fingerprint"), 120),
        finish_reason=finish_reason,
        usage=usage,
    )


def spoken(message: Mapping[str, Any]) -> str:
    """Return what a message says: its text, its parts that are text, or its refusal. Reasoning is not said."""
    content = message.get("content")
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        content = "".join(part for part in parts if isinstance(part, str))
    if isinstance(content, str) and content.strip():
        return content
    refusal = message.get("refusal")
    return refusal if isinstance(refusal, str) else ""


def wordless(finish_reason: str, place: str, usage: Usage) -> Unclear:
    """Return what to say of a response without a word."""
    if finish_reason == "length":
        return Unusable(
            "The model used up all its tokens before it said anything. Allow longer responses.", usage
        )
    if finish_reason == "content_filter":
        return Unusable(f"{place} filtered the response out.", usage)
    if finish_reason in {"tool_calls", "function_call"}:
        return Unusable("The model called a tool instead of responding.", usage)
    return Unclear(f"{place} sent an empty response.", usage)


def usage_in(said: Any) -> Usage:
    """Return the tokens that were counted, as far as they make sense."""
    counts = said if isinstance(said, dict) else {}
    return Usage(count_in(counts.get("prompt_tokens")), count_in(counts.get("completion_tokens")))


def count_in(said: Any) -> int | None:
    """Return a number of tokens; None when it is none."""
    is_count = isinstance(said, int) and not isinstance(said, bool) and 0 <= said <= MOST_TOKENS
    return said if is_count else None


def name_in(said: Any, longest: int) -> str:
    """Return a name, fit to be stored; empty when there is none."""
    return fit(said, longest) if isinstance(said, str) else ""


def fit(text: str, longest: int) -> str:
    """Return a short text without what no database stores or no page shows."""
    plain = sanitise(re.sub(r"[\x01-\x1f\x7f]+", " ", text)).text
    return plain if len(plain) <= longest else f"{plain[: longest - 1]}…"


def complaint(body: bytes) -> tuple[str, str]:
    """Return the words and the code of an error's body; both may be empty."""
    try:
        said = json.loads(body[:65536].decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        return "", ""
    error = said.get("error", said) if isinstance(said, dict) else None
    if isinstance(error, str):
        return error, ""
    if not isinstance(error, dict):
        return "", ""
    words = next((error[key] for key in ("message", "detail") if isinstance(error.get(key), str)), "")
    code = next((error[key] for key in ("code", "type") if isinstance(error.get(key), str)), "")
    return words, code


def waiting_s(header: str, now: datetime | None = None) -> float | None:
    """Return the seconds that a Retry-After header asks for, capped; None when it names none.

    Source: RFC 9110, section 10.2.3: seconds, or a date. Some send parts of seconds.
    """
    header = header.strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", header, re.ASCII):
        return min(float(header), LONGEST_WAIT_S)
    try:
        until = parsedate_to_datetime(header)
    except (ValueError, IndexError, OverflowError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    left = (until - (now or datetime.now(UTC))).total_seconds()
    return min(max(left, 0.0), LONGEST_WAIT_S)


def transport() -> ModuleType:
    """Import the HTTP library."""
    import httpx  # noqa: PLC0415 - a fifth of a second that no page needs.

    return httpx


def guarded(answer_s: float) -> "httpx.Client":
    """Return an HTTP client that goes nowhere it shouldn't."""
    from egress.http import client  # noqa: PLC0415 - as slow as what it guards.

    return client(total_s=answer_s, max_bytes=MAX_BYTES)
