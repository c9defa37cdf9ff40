"""Signs requests to S3-compatible storage: Signature Version 4. Knows no Django."""

import hashlib
import hmac
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote, urlsplit

EMPTY_SHA256 = hashlib.sha256().hexdigest()
ALGORITHM = "AWS4-HMAC-SHA256"


class Keys(NamedTuple):
    """Who asks a storage, and where it is."""

    region: str
    access_key: str
    secret_key: str


def escaped(text: str) -> str:
    """Return text as it stands in a signed path or query."""
    return quote(text, safe="-_.~")


def signed(
    method: str,
    url: str,
    headers: dict[str, str],
    keys: Keys,
    *,
    query: dict[str, str] | None = None,
    sha256: str = EMPTY_SHA256,
    at: datetime | None = None,
) -> dict[str, str]:
    """Return the headers of a request with its signature among them.

    Args:
        method: GET, PUT, …
        url: without a query; its path escaped already.
        headers: further ones to send and sign.
        keys: who asks.
        query: the query's parameters.
        sha256: of the body.
        at: the time of the request; now when None.

    Source: AWS Signature Version 4, "Authenticating Requests: Using the Authorization Header".
    """
    parts = urlsplit(url)
    moment = (at or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{moment[:8]}/{keys.region}/s3/aws4_request"
    sent = {"host": parts.netloc, "x-amz-content-sha256": sha256, "x-amz-date": moment}
    sent |= {name.lower(): " ".join(value.split()) for name, value in headers.items()}
    names = ";".join(sorted(sent))
    canonical = "\n".join(
        [
            method,
            parts.path or "/",
            canonical_query(query or {}),
            *(f"{name}:{sent[name]}" for name in sorted(sent)),
            "",
            names,
            sha256,
        ]
    )
    to_sign = "\n".join([ALGORITHM, moment, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{keys.secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    credential = f"Credential={keys.access_key}/{scope}"
    sent["authorization"] = f"{ALGORITHM} {credential},SignedHeaders={names},Signature={signature}"
    return sent


def canonical_query(query: dict[str, str]) -> str:
    """Return a query in the one spelling that is signed."""
    return "&".join(f"{escaped(name)}={escaped(value)}" for name, value in sorted(query.items()))
