"""Speaks to S3-compatible storage about the objects under one prefix. Signs requests itself.

Amazon's SDK and what stands on it bring HTTP clients of their own, which no guard of ours can see.
"""

import hashlib
import html
import re
from collections.abc import Container, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING
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
from exports.s3_parts import CHUNK, UPLOAD_ID, Answer, Begun, Body, Parted, file_parts, size_of
from exports.s3_signing import EMPTY_SHA256, Keys, canonical_query, signed

if TYPE_CHECKING:
    import httpx2

CONTENTS = re.compile(r"<Contents>.*?</Contents>", re.DOTALL)
KEY = re.compile(r"<Key>(.*?)</Key>", re.DOTALL)
SIZE = re.compile(r"<Size>(\d{1,18})</Size>")
NEXT = re.compile(r"<NextContinuationToken>(.*?)</NextContinuationToken>", re.DOTALL)
UPLOAD = re.compile(r"<Upload>.*?</Upload>", re.DOTALL)
TOTAL = re.compile(r"bytes \d+-\d+/(\d{1,18})")
CODE = re.compile(r"<Code>([A-Za-z0-9]{1,60})</Code>")
MOST_PAGES = 1000
MOST_BYTES = 5 * 1024**4
"""The largest object that storages keep."""


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
            answer = self.asked("GET", self.home, query={**query, "prefix": root})
            text = answer.content.decode("utf-8", "replace")
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

    def tidy(self, folder: str, keep: Container[str] = ()) -> None:
        """Drop the parts that killed attempts left below a folder, which cost and nobody sees.

        Args:
            folder: to look in.
            keep: paths of objects that are going to be sent; the newest parts of each stay, to go on with.
        """
        begun = self.uploads(f"{self.prefix}{folder}/")
        newest = {each.key: each.upload for each in begun}
        for key, upload in begun:
            if newest[key] != upload or key.removeprefix(self.prefix) not in keep:
                Parted(self, self._url_of(key)).abort(upload)

    def uploads(self, prefix: str) -> list[Begun]:
        """Return the uploads below a prefix that were never put together, the oldest of each object first."""
        try:
            query = {"uploads": "", "prefix": prefix}
            text = self.asked("GET", self.home, query=query).content.decode("utf-8", "replace")
        except HubError:
            # Not every storage lists them, and a release is whole without that.
            return []
        found = [(KEY.search(entry), UPLOAD_ID.search(entry)) for entry in UPLOAD.findall(text)]
        return [
            Begun(html.unescape(key[1]), html.unescape(upload[1])) for key, upload in found if key and upload
        ]

    def put(self, path: str, source: Path | bytes, *, sha256: str, is_new: bool = False) -> None:
        """Write one object whole, in parts when it is large; the storage checks that it got these bytes.

        Raises:
            Conflict: there is one already, and it must be new.
        """
        headers = {"if-none-match": "*"} if is_new else {}
        if isinstance(source, Path) and source.stat().st_size > settings.S3_PART_BYTES:
            begun = [
                each.upload for each in self.uploads(self.prefix + path) if each.key == self.prefix + path
            ]
            Parted(self, self._url(path), begun).send(source, headers)
            return
        headers["content-type"] = "application/octet-stream"
        self.asked("PUT", self._url(path), headers=headers, body=source, sha256=sha256)

    def size(self, url: str) -> int | None:
        """Return the size of an object; None when there is none, or nobody says."""
        try:
            with self._errors(), guarded() as web:
                answer = web.head(url, headers=signed("HEAD", url, {}, self.keys))
        except HubError:
            return None
        size = answer.headers.get("content-length", "")
        return int(size) if answer.status_code == 200 and size.isdecimal() else None

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
        self.asked("DELETE", self._url(path))

    def is_open(self, path: str) -> bool:
        """Say whether somebody without credentials can read an object."""
        with self._errors(), guarded() as web:
            return bool(web.head(self._url(path)).status_code == 200)

    def _url(self, path: str) -> str:
        return self._url_of(self.prefix + path)

    def _url_of(self, key: str) -> str:
        return f"{self.home}/{quote(key, safe='-_.~/')}"

    def _parts(self, path: str) -> Iterator[bytes]:
        """Read an object part by part, so that none takes longer than a request may."""
        url, start, total = self._url(path), 0, 1
        while start < total:
            wanted = {"range": f"bytes={start}-{start + settings.S3_PART_BYTES - 1}"}
            asked = signed("GET", url, wanted, self.keys)
            with self._errors(), guarded() as web, web.stream("GET", url, headers=asked) as answer:
                said = answer.headers.get("content-range", "")
                if answer.status_code == 416 and said.endswith("/0"):
                    return
                if answer.status_code not in {200, 206}:
                    answer.read()
                    raise self._refusal(answer)
                whole = TOTAL.fullmatch(said)
                # Some send all of it whatever is asked for.
                total = int(whole[1]) if answer.status_code == 206 and whole else 0
                for chunk in answer.iter_bytes(CHUNK):
                    start += len(chunk)
                    yield chunk

    def asked(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
        body: Body = b"",
        sha256: str = EMPTY_SHA256,
    ) -> Answer:
        """Ask one thing, signed.

        Raises:
            HubError: it was refused, or there was no clear answer.
        """
        sent = signed(method, url, headers or {}, self.keys, query=query, sha256=sha256)
        writes = method in {"PUT", "POST"}
        if writes:
            sent["content-length"] = str(size_of(body))
        address = f"{url}?{canonical_query(query)}" if query else url
        with self._errors(), guarded() as web:
            content = body if isinstance(body, bytes) else file_parts(body)
            answer = web.request(method, address, headers=sent, content=content if writes else None)
            if not 200 <= answer.status_code < 300:
                raise self._refusal(answer)
            return Answer(bytes(answer.content), answer.headers.get("etag", ""))

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
    from egress.http2 import client2  # noqa: PLC0415 - as slow as what it guards.

    return client2(total_s=settings.HUB_REQUEST_S, silence_s=settings.HUB_SILENCE_S, max_bytes=MOST_BYTES)
