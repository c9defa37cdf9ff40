"""Sends a large object to S3-compatible storage in parts, and goes on with those that it has from an attempt before."""

import hashlib
import html
import re
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

from django.conf import settings

from exports.hub import HubError, NotFound, RateLimited, Unclear
from exports.s3_signing import EMPTY_SHA256

T = TypeVar("T")
UPLOAD_ID = re.compile(r"<UploadId>(.*?)</UploadId>", re.DOTALL)
PART = re.compile(r"<Part>.*?</Part>", re.DOTALL)
NUMBER = re.compile(r"<PartNumber>(\d{1,5})</PartNumber>")
TAG = re.compile(r"<ETag>(.*?)</ETag>", re.DOTALL)
SIZE = re.compile(r"<Size>(\d{1,18})</Size>")
NEXT = re.compile(r"<NextPartNumberMarker>(\d{1,5})</NextPartNumberMarker>")
MORE = "<IsTruncated>true</IsTruncated>"
CHUNK = 1 << 20
MOST_PARTS = 10_000
"""Of one object, as storages take them."""
LONGEST_PAUSE_S = 60.0
ATTEMPTS = 3
"""How often a part is sent before the whole attempt ends."""


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


class Begun(NamedTuple):
    """An upload in parts that was never put together."""

    key: str
    upload: str


class There(NamedTuple):
    """A part that a storage has."""

    size: int
    tag: str

    def holds(self, span: Span) -> bool:
        """Say whether these are the bytes of a span, as far as the tag tells: most storages make it of the MD5.

        Where it is something else, the part is sent again. Either way everything is read back in the end.
        """
        return self.size == span.size and self.tag.strip('"').lower() == span_md5(span)


class Storage(Protocol):
    """What an object goes to."""

    place: str

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
        """Ask one thing, signed."""

    def size(self, url: str) -> int | None:
        """Return the size of an object; None when there is none, or nobody says."""


class Parted:
    """One object on its way. It is there when all of its parts are, and not before."""

    def __init__(self, storage: Storage, url: str, begun: Sequence[str] = ()) -> None:
        self.storage = storage
        self.url = url
        self.begun = begun
        """Uploads of it that were never put together, the oldest first."""

    def send(self, source: Path, headers: dict[str, str]) -> None:
        """Send what is missing of a file, and have the parts put together.

        What can't be made out leaves the parts there for the next attempt; what is refused takes them away.
        """
        upload, there = self._found() or (self._new(), {})
        try:
            tags = [
                self._tag_of(upload, number, span, there.get(number))
                for number, span in enumerate(spans(source), start=1)
            ]
            self._put_together(upload, tags, headers, size=source.stat().st_size)
        except (Unclear, RateLimited):
            raise
        except HubError:
            self.abort(upload)
            raise

    def abort(self, upload: str) -> None:
        """Drop the parts of an upload, if the storage listens."""
        try:
            self.storage.asked("DELETE", self.url, query={"uploadId": upload})
        except HubError:
            return

    def _found(self) -> tuple[str, dict[int, There]] | None:
        """The newest upload that tells its parts, with them; None when there is none."""
        for upload in reversed(self.begun):
            try:
                return upload, self._parts(upload)
            except HubError:
                # It was put together or dropped meanwhile, or this storage does not list parts.
                continue
        return None

    def _parts(self, upload: str) -> dict[int, There]:
        query, found = {"uploadId": upload}, {}
        for _ in range(MOST_PARTS):
            text = self.storage.asked("GET", self.url, query=query).content.decode("utf-8", "replace")
            if "<ListPartsResult" not in text:
                raise Unclear(f"{self.storage.place} answered with something that no storage says.")
            for entry in PART.findall(text):
                number, size, tag = NUMBER.search(entry), SIZE.search(entry), TAG.search(entry)
                if number and size and tag:
                    found[int(number[1])] = There(int(size[1]), html.unescape(tag[1]))
            marker = NEXT.search(text)
            if MORE not in text or marker is None:
                break
            query = {"uploadId": upload, "part-number-marker": marker[1]}
        return found

    def _new(self) -> str:
        answer = self.storage.asked(
            "POST", self.url, headers={"content-type": "application/octet-stream"}, query={"uploads": ""}
        )
        found = UPLOAD_ID.search(answer.content.decode("utf-8", "replace"))
        if found is None:
            raise Unclear(f"{self.storage.place} answered with something that no storage says.")
        return html.unescape(found[1])

    def _tag_of(self, upload: str, number: int, span: Span, there: There | None) -> str:
        """The tag of a part, which is sent unless these bytes of it are there."""
        if there is not None and there.holds(span):
            return there.tag
        return insistently(partial(self._put, upload, number, span))

    def _put(self, upload: str, number: int, span: Span) -> str:
        query = {"partNumber": str(number), "uploadId": upload}
        return self.storage.asked("PUT", self.url, query=query, body=span, sha256=span_sha256(span)).tag

    def _put_together(self, upload: str, tags: list[str], headers: dict[str, str], *, size: int) -> None:
        """Have the parts become the object; an answer that was lost is looked for in what is there."""
        parts = "".join(
            f"<Part><PartNumber>{number}</PartNumber><ETag>{html.escape(tag, quote=False)}</ETag></Part>"
            for number, tag in enumerate(tags, start=1)
        )
        body = f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>".encode()
        ask = partial(
            self.storage.asked, "POST", self.url, headers=headers, query={"uploadId": upload}, body=body,
            sha256=hashlib.sha256(body).hexdigest(),
        )  # fmt: skip
        for attempt in count(1):
            try:
                answer = ask()
            except (Unclear, NotFound):
                # Whether these are our bytes, reading back tells.
                if self.storage.size(self.url) == size:
                    return
                if attempt == ATTEMPTS:
                    raise
                continue
            # Storages answer before they are done, so that what goes wrong then comes with a 200.
            if b"<Error" in answer.content:
                raise Unclear(f"{self.storage.place} could not put the parts of a file together.")
            return


def insistently(ask: Callable[[], T]) -> T:
    """Send a part again when that is unclear: a whole file is much to go through again for one of its parts."""
    for _ in range(ATTEMPTS - 1):
        try:
            return ask()
        except RateLimited as error:
            time.sleep(min(max(error.after_s, settings.HUB_PAUSE_S), LONGEST_PAUSE_S))
        except Unclear:
            time.sleep(settings.HUB_PAUSE_S)
    return ask()


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


def span_md5(span: Span) -> str:
    """Return the hash by which most storages call a part."""
    digest = hashlib.md5(usedforsecurity=False)
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
