"""Speaks to S3-compatible storage about the objects under one prefix. Signs requests itself.

Amazon's SDK and what stands on it bring HTTP clients of their own, which no guard of ours can see.
"""

import hashlib
import html
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple, TypeVar
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
from exports.s3_signing import EMPTY_SHA256, Keys, canonical_query, signed

if TYPE_CHECKING:
    import httpx2

T = TypeVar("T")
CONTENTS = re.compile(r"<Contents>.*?</Contents>", re.DOTALL)
KEY = re.compile(r"<Key>(.*?)</Key>", re.DOTALL)
SIZE = re.compile(r"<Size>(\d{1,18})</Size>")
NEXT = re.compile(r"<NextContinuationToken>(.*?)</NextContinuationToken>", re.DOTALL)
UPLOAD = re.compile(r"<Upload>.*?</Upload>", re.DOTALL)
UPLOAD_ID = re.compile(r"<UploadId>(.*?)</UploadId>", re.DOTALL)
TOTAL = re.compile(r"bytes \d+-\d+/(\d{1,18})")
CODE = re.compile(r"<Code>([A-Za-z0-9]{1,60})</Code>")
MOST_PAGES = 1000
CHUNK = 1 << 20
MOST_BYTES = 5 * 1024**4
"""The largest object that storages keep."""
MOST_PARTS = 10_000
"""Of one object, as storages take them."""
LONGEST_PAUSE_S = 60.0
ATTEMPTS = 3
"""How often a part is sent before the whole object has to be sent again."""


class Span(NamedTuple):
    """Some bytes of a file."""

    path: Path
    start: int
    size: int


Body = Path | bytes | Span


class Answer(NamedTuple):
    """What a storage said."""

    content: bytes
    tag: str
    """Of what was written."""


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
            answer = self._asked("GET", self.home, query={**query, "prefix": root})
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

    def tidy(self, folder: str) -> None:
        """Drop the parts that killed attempts left below a folder, which cost and nobody sees."""
        query = {"uploads": "", "prefix": f"{self.prefix}{folder}/"}
        try:
            text = self._asked("GET", self.home, query=query).content.decode("utf-8", "replace")
            for entry in UPLOAD.findall(text):
                key, upload = KEY.search(entry), UPLOAD_ID.search(entry)
                if key and upload:
                    self._abort(self._url_of(html.unescape(key[1])), html.unescape(upload[1]))
        except HubError:
            # Not every storage lists them, and a release is whole without that.
            return

    def put(self, path: str, source: Path | bytes, *, sha256: str, is_new: bool = False) -> None:
        """Write one object whole, in parts when it is large; the storage checks that it got these bytes.

        Raises:
            Conflict: there is one already, and it must be new.
        """
        headers = {"if-none-match": "*"} if is_new else {}
        if isinstance(source, Path) and source.stat().st_size > settings.S3_PART_BYTES:
            self._put_in_parts(self._url(path), source, headers)
            return
        headers["content-type"] = "application/octet-stream"
        self._asked("PUT", self._url(path), headers=headers, body=source, sha256=sha256)

    def _put_in_parts(self, url: str, source: Path, headers: dict[str, str]) -> None:
        """Send a file part by part. The object is there when all of them are, and not before."""
        begun = self._asked(
            "POST", url, headers={"content-type": "application/octet-stream"}, query={"uploads": ""}
        )
        found = UPLOAD_ID.search(begun.content.decode("utf-8", "replace"))
        if found is None:
            raise Unclear(f"{self.place} answered with something that no storage says.")
        upload = html.unescape(found[1])
        try:
            tags = [
                self._insistently(partial(self._put_part, url, upload, number, span))
                for number, span in enumerate(spans(source), start=1)
            ]
            self._put_together(url, upload, tags, headers, size=source.stat().st_size)
        except HubError:
            self._abort(url, upload)
            raise

    def _put_part(self, url: str, upload: str, number: int, span: Span) -> str:
        query = {"partNumber": str(number), "uploadId": upload}
        return self._asked("PUT", url, query=query, body=span, sha256=span_sha256(span)).tag

    def _put_together(
        self, url: str, upload: str, tags: list[str], headers: dict[str, str], *, size: int
    ) -> None:
        """Have the parts become the object; an answer that was lost is looked for in what is there."""
        parts = "".join(
            f"<Part><PartNumber>{number}</PartNumber><ETag>{html.escape(tag, quote=False)}</ETag></Part>"
            for number, tag in enumerate(tags, start=1)
        )
        body = f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>".encode()
        ask = partial(
            self._asked, "POST", url, headers=headers, query={"uploadId": upload}, body=body,
            sha256=hashlib.sha256(body).hexdigest(),
        )  # fmt: skip
        for attempt in count(1):
            try:
                answer = ask()
            except (Unclear, NotFound):
                # Whether these are our bytes, reading back tells.
                if self._size(url) == size:
                    return
                if attempt == ATTEMPTS:
                    raise
                continue
            # Storages answer before they are done, so that what goes wrong then comes with a 200.
            if b"<Error" in answer.content:
                raise Unclear(f"{self.place} could not put the parts of a file together.")
            return

    def _abort(self, url: str, upload: str) -> None:
        """Drop the parts of an upload, if the storage listens."""
        try:
            self._asked("DELETE", url, query={"uploadId": upload})
        except HubError:
            return

    def _insistently(self, ask: Callable[[], T]) -> T:
        """Send a part again when that is unclear: a whole file is much to send again for one of its parts."""
        for _ in range(ATTEMPTS - 1):
            try:
                return ask()
            except RateLimited as error:
                time.sleep(min(max(error.after_s, settings.HUB_PAUSE_S), LONGEST_PAUSE_S))
            except Unclear:
                time.sleep(settings.HUB_PAUSE_S)
        return ask()

    def _size(self, url: str) -> int | None:
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
        self._asked("DELETE", self._url(path))

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

    def _asked(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
        body: Body = b"",
        sha256: str = EMPTY_SHA256,
    ) -> Answer:
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
    from egress.http import client2  # noqa: PLC0415 - as slow as what it guards.

    return client2(total_s=settings.HUB_REQUEST_S, silence_s=settings.HUB_SILENCE_S, max_bytes=MOST_BYTES)


def size_of(body: Body) -> int:
    """Return how many bytes are to be sent."""
    if isinstance(body, Span):
        return body.size
    return len(body) if isinstance(body, bytes) else body.stat().st_size


def spans(path: Path) -> Iterator[Span]:
    """Yield the parts in which a file is sent: of one size but for the last, and no more than storages take."""
    size = path.stat().st_size
    part = max(settings.S3_PART_BYTES, -(-size // MOST_PARTS))
    for start in range(0, size, part):
        yield Span(path, start, min(part, size - start))


def span_sha256(span: Span) -> str:
    """Return the hash of some bytes of a file."""
    digest = hashlib.sha256()
    for chunk in file_parts(span):
        digest.update(chunk)
    return digest.hexdigest()


def file_parts(source: Path | Span) -> Iterator[bytes]:
    """Return the content of a file, or of a part of it, in chunks."""
    span = source if isinstance(source, Span) else Span(source, 0, source.stat().st_size)
    left = span.size
    with span.path.open("rb") as file:
        file.seek(span.start)
        while left and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
