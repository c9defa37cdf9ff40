"""What is asked, how its answer is read, and when it is asked again. Knows no network."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from json import JSONDecodeError
from pathlib import Path
from time import time
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

from arete_client.problems import Problem

VERSION = "0.1.0"
ROOT = "/api/v1"
TRIES = 6
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
LONGEST_WAIT_S = 120.0
"""A server that asks for more patience than this is not waited for."""
TIMEOUT = httpx.Timeout(60, connect=10)
AGAIN = frozenset({429, 502, 503, 504})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
NO_HTTPS = "{url} is not encrypted, and whoever listens would get the token. Use https."
NO_URL = "{url} is no address of a server. Write it as https://arete.example.org."

Json = dict[str, Any]
"""An object as the server sends it; /api/v1/openapi.json says which."""


@dataclass(frozen=True)
class Ask:
    """One request. All of them may be sent again: what creates something carries a key, the rest changes nothing twice."""

    method: str
    path: str
    params: Mapping[str, Any] | None = None
    body: Any = None
    form: Mapping[str, str] | None = None
    file: Path | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def creating(path: str, body: Any = None, *, key: str | None = None, **more: Any) -> Ask:
    """Return a request that creates something, once, however often it is sent."""
    return Ask("POST", path, body=body, headers={"Idempotency-Key": key or str(uuid4())}, **more)


def checked_url(url: str) -> str:
    """Return the address of a server without a slash at its end.

    Raises:
        ValueError: it is none, or would carry the token unencrypted over a network.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(NO_URL.format(url=url))
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError(NO_HTTPS.format(url=url))
    return url.rstrip("/")


def headers_for(token: str) -> dict[str, str]:
    """Return what goes with every request."""
    return {"Authorization": f"Bearer {token}", "User-Agent": f"arete-client/{VERSION}"}


def read(answer: httpx.Response) -> Any:
    """Return what the server sent.

    Raises:
        Problem: it said that it can't be done.
    """
    if answer.is_success:
        return (
            answer.json()
            if answer.headers.get("Content-Type", "").startswith("application/json")
            else answer.text
        )
    raise problem_of(answer)


def problem_of(answer: httpx.Response) -> Problem:
    """Return the problem that an answer tells of, also where something in between answered."""
    try:
        body = answer.json()
    except (JSONDecodeError, UnicodeDecodeError):
        body = None
    said = body if isinstance(body, dict) else {"detail": answer.text[:500] or answer.reason_phrase}
    return Problem(answer.status_code, said)


def pause_s(attempt: int, answer: httpx.Response | None) -> float | None:
    """Return how long to wait before asking again.

    Args:
        attempt: how often it was asked, from 1.
        answer: the last one; None when there was none.

    Returns:
        Seconds; None when asking again is no use.
    """
    if answer is not None and answer.status_code not in AGAIN:
        return None
    if attempt >= TRIES:
        return None
    wanted = retry_after_s(answer.headers.get("Retry-After", "")) if answer is not None else None
    if wanted is not None:
        return wanted if wanted <= LONGEST_WAIT_S else None
    # Many clients that failed together must not come back together.
    return min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** (attempt - 1)) * random.uniform(0.5, 1)  # noqa: S311


def retry_after_s(header: str) -> float | None:
    """Return the seconds that a server asks for, as a number or a date."""
    if header.isascii() and header.isdigit():
        return float(header)
    try:
        until: float = parsedate_to_datetime(header).timestamp() - time()
        return max(0.0, until)
    except (ValueError, TypeError):
        return None
