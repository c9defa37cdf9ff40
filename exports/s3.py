"""Speaks to S3-compatible storage about the objects under one prefix. Signs requests itself (Signature Version 4).

Amazon's SDK and what stands on it bring HTTP clients of their own, which no guard of ours can see.
"""

import hashlib
import hmac
import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlsplit

from django.conf import settings

from egress.guard import Refused
from egress.models import Secret
from egress.secrets import reveal
from exports.hub import (
    Conflict,
    HubError,
    NotFound,
    RateLimited,
    Rejected,
    TokenRefused,
    Unclear,
    WriteForbidden,
    seconds,
)

if TYPE_CHECKING:
    import httpx2

EMPTY_SHA256 = hashlib.sha256().hexdigest()
ALGORITHM = "AWS4-HMAC-SHA256"
CONTENTS = re.compile(r"<Contents>.*?</Contents>", re.DOTALL)
KEY = re.compile(r"<Key>(.*?)</Key>", re.DOTALL)
SIZE = re.compile(r"<Size>(\d{1,18})</Size>")
NEXT = re.compile(r"<NextContinuationToken>(.*?)</NextContinuationToken>", re.DOTALL)
CODE = re.compile(r"<Code>([A-Za-z0-9]{1,60})</Code>")
MOST_PAGES = 1000
CHUNK = 1 << 20
LARGEST_OBJECT = 5 * 1024**3
"""What storages take in one request."""


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


class S3Store:
    """The objects of a bucket under one prefix. The secret key is opened here and stays here.

    Raises:
        egress.secrets.SecretVoid: the key was given for another address, or no key of ours opens it.
    """

    def __init__(self, endpoint: str, place: str, secret: Secret, *, region: str, access_key: str) -> None:
        bucket, _, prefix = place.partition("/")
        self.place = f"{bucket} on {urlsplit(endpoint).netloc}"
        self.home = f"{endpoint.rstrip('/')}/{bucket}"
        self.prefix = f"{prefix}/" if prefix else ""
        self.keys = Keys(region or "us-east-1", access_key, reveal(secret, endpoint))
        self._web = transport()

    def listing(self, folder: str) -> dict[str, int]:
        """Return the sizes of what lies in a folder, by path below it."""
        root, query = f"{self.prefix}{folder}/", {"list-type": "2"}
        found: dict[str, int] = {}
        for _ in range(MOST_PAGES):
            text = self._asked("GET", self.home, query={**query, "prefix": root}).decode("utf-8", "replace")
            if "<ListBucketResult" not in text:
                raise Unclear(f"{self.place} answered with something that no storage says.")
            for entry in CONTENTS.findall(text):
                key, size = KEY.search(entry), SIZE.search(entry)
                if key and size:
                    found[html.unescape(key[1]).removeprefix(root)] = int(size[1])
            more = NEXT.search(text)
            if more is None:
                return found
            query["continuation-token"] = html.unescape(more[1])
        raise Rejected(f"There are more objects under {root} in {self.place} than a release has files.")

    def tidy(self, folder: str) -> None:
        """Do nothing: an object that was not sent whole is not there."""

    def put(self, path: str, source: Path | bytes, *, sha256: str, is_new: bool = False) -> None:
        """Write one object whole; the storage checks that it got these bytes.

        Raises:
            Conflict: there is one already, and it must be new.
        """
        headers = {"if-none-match": "*"} if is_new else {}
        headers["content-type"] = "application/octet-stream"
        self._asked("PUT", self._url(path), headers=headers, body=source, sha256=sha256)

    def read(self, path: str) -> bytes:
        """Return the content of a small object."""
        return b"".join(self._parts(path))

    def sha256(self, path: str) -> str:
        """Return the hash of an object, read as a whole."""
        digest = hashlib.sha256()
        for part in self._parts(path):
            digest.update(part)
        return digest.hexdigest()

    def delete(self, path: str) -> None:
        """Remove an object; one that is gone is no failure."""
        self._asked("DELETE", self._url(path))

    def is_open(self, path: str) -> bool:
        """Say whether somebody without credentials can read an object."""
        with self._errors(), guarded() as web:
            return bool(web.head(self._url(path)).status_code == 200)

    def _url(self, path: str) -> str:
        return f"{self.home}/{quote(self.prefix + path, safe='-_.~/')}"

    def _parts(self, path: str) -> Iterator[bytes]:
        url = self._url(path)
        asked = signed("GET", url, {}, self.keys)
        with self._errors(), guarded() as web, web.stream("GET", url, headers=asked) as answer:
            if answer.status_code != 200:
                answer.read()
                raise self._refusal(answer)
            yield from answer.iter_bytes(CHUNK)

    def _asked(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
        body: Path | bytes = b"",
        sha256: str = EMPTY_SHA256,
    ) -> bytes:
        sent = signed(method, url, headers or {}, self.keys, query=query, sha256=sha256)
        if method == "PUT":
            sent["content-length"] = str(len(body) if isinstance(body, bytes) else body.stat().st_size)
        address = f"{url}?{canonical_query(query)}" if query else url
        with self._errors(), guarded() as web:
            content = body if isinstance(body, bytes) else file_parts(body)
            answer = web.request(method, address, headers=sent, content=content if method == "PUT" else None)
            if not 200 <= answer.status_code < 300:
                raise self._refusal(answer)
            return bytes(answer.content)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Name what goes wrong. Nothing of the library's error goes on."""
        try:
            yield
        except Refused as error:
            raise Rejected(str(error)) from None
        except self._web.TimeoutException:
            raise Unclear(f"{self.place} took too long to answer.") from None
        except (self._web.HTTPError, self._web.InvalidURL):
            raise Unclear(f"The connection to {self.place} failed or broke off.") from None

    def _refusal(self, answer: "httpx2.Response") -> HubError:
        status = answer.status_code
        code = CODE.search(answer.content[:4000].decode("utf-8", "replace"))
        words = f" The storage says: “{code[1]}”." if code else ""
        if status == 429 or (code and code[1] == "SlowDown"):
            text = f"{self.place} asks us to come back later: too many requests."
            return RateLimited(text, seconds(answer.headers.get("Retry-After", "")))
        if status >= 500:
            return Unclear(f"{self.place} is in trouble (it answered {status}).{words}")
        named = REFUSALS.get(status)
        if named is not None:
            return named[0](named[1].format(place=self.place) + words)
        return Rejected(f"{self.place} does not take this (it answered {status}).{words}")


REFUSALS: dict[int, tuple[type[HubError], str]] = {
    401: (TokenRefused, "{place} does not accept the credentials. Enter others at the destination."),
    403: (
        WriteForbidden,
        "The credentials are wrong, or may not do this in {place}. They need to list, read, write and delete "
        "there; change that, or enter others at the destination.",
    ),
    404: (
        NotFound,
        "There is no {place}, or the object is gone. Create the bucket there, then publish again.",
    ),
    409: (Conflict, "Somebody else is writing to {place} at this moment."),
    412: (Conflict, "Somebody else wrote to {place} meanwhile."),
    413: (Rejected, "A file is larger than {place} takes."),
}


def transport() -> ModuleType:
    """Import the HTTP library."""
    import httpx2  # noqa: PLC0415 - a fifth of a second that no page needs.

    return httpx2


def guarded() -> "httpx2.Client":
    """Return an HTTP client that goes nowhere it shouldn't."""
    from egress.http import client2  # noqa: PLC0415 - as slow as what it guards.

    return client2(total_s=settings.HUB_REQUEST_S, silence_s=settings.HUB_SILENCE_S, max_bytes=LARGEST_OBJECT)


def file_parts(path: Path) -> Iterator[bytes]:
    """Return the content of a file in parts."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
