"""Speaks to webhooks: one signed POST, no redirects."""

import time
from typing import NamedTuple

from egress.guard import Refused
from exports.signing import signature

TOTAL_S = 15.0
MOST_BYTES = 64 * 1024


class Unheard(Exception):
    """Nobody took the news. The text is said to people."""


class Message(NamedTuple):
    """What a webhook gets."""

    id: str
    kind: str
    body: bytes


def post(url: str, message: Message, secret: str) -> int:
    """Send a message and return the status of the answer.

    Raises:
        Unheard: there was no answer, or the address leads where nothing may be sent.
    """
    import httpx2  # noqa: PLC0415 - a fifth of a second that no page needs.

    from egress.http2 import client2  # noqa: PLC0415 - as slow as what it guards.

    timestamp = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Arete",
        "X-Arete-Delivery": message.id,
        "X-Arete-Event": message.kind,
        "X-Arete-Timestamp": str(timestamp),
        "X-Arete-Signature": f"v1={signature(secret, timestamp, message.body)}",
    }
    try:
        with client2(total_s=TOTAL_S, silence_s=TOTAL_S, max_bytes=MOST_BYTES) as web:
            return int(web.post(url, content=message.body, headers=headers).status_code)
    except Refused as error:
        raise Unheard(str(error)) from None
    except httpx2.TimeoutException:
        raise Unheard("It took too long to answer.") from None
    except (httpx2.HTTPError, httpx2.InvalidURL):
        raise Unheard("The connection failed or broke off.") from None
