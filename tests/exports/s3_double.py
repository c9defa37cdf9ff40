"""An S3-compatible storage on loopback that checks signatures and content, and misbehaves when told to."""

import hashlib
import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from html import escape, unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from exports.s3_signing import Keys, signed

PART = re.compile(r"<Part><PartNumber>(\d+)</PartNumber><ETag>(.*?)</ETag></Part>")
KEYS = Keys("us-east-1", "ARETEKEY", "s3_secret_of_the_double")
BUCKET = "datasets"


class Fault(NamedTuple):
    """What shall go wrong with the next request of a method to a path that ends so."""

    method: str
    ending: str
    kind: str


class Storage(ThreadingHTTPServer):
    """One bucket."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.faults: list[Fault] = []
        self.seen: list[tuple[str, str]] = []
        self.uploads: dict[str, tuple[str, dict[int, bytes]]] = {}
        """Those that are not put together yet: key and parts, by id."""
        self.knows_ranges = True
        self.is_public = False
        self.page_size = 1000
        self.tag_of = tag_of
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        pass


def tag_of(part: bytes) -> str:
    """What most storages call a part."""
    return f'"{hashlib.md5(part, usedforsecurity=False).hexdigest()}"'


def odd_tag_of(part: bytes) -> str:
    """A tag of some other kind, with signs that must be escaped."""
    return f'"{hashlib.sha256(part).hexdigest()[:8]}&<"'


def suffix(method: str, query: dict[str, str]) -> str:
    """What tells requests about parts of an object from one another, for faults."""
    if "uploads" in query:
        return "?uploads"
    if "uploadId" not in query:
        return ""
    steps = {"PUT": f"?part={query.get('partNumber')}", "POST": "?complete", "GET": "?parts"}
    return steps.get(method, "?abort")


class Handler(BaseHTTPRequestHandler):
    """Answers as a storage does, as far as a release needs it."""

    server: Storage
    range = ""
    tag = ""

    def serve(self) -> None:
        parts = urlsplit(self.path)
        key = unquote(parts.path).removeprefix(f"/{BUCKET}").removeprefix("/")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        name = key + suffix(self.command, query)
        self.server.seen.append((self.command, name))
        fault = self.fault(name)
        if fault is not None and fault.kind == "drop":
            self.close_connection = True
            return
        if fault is not None and fault.kind.isdigit():
            self.answer(int(fault.kind), b"<Error><Code>Trouble</Code></Error>")
            return
        if fault is not None and fault.kind == "die":
            self.let_die()
            return
        refusal = self.refusal(parts.path, query, key, body)
        status, content = refusal or self.applied(query, key, body)
        if fault is not None and fault.kind == "error_inside":
            self.answer(200, b"<Error><Code>InternalError</Code></Error>")
            return
        if fault is not None and fault.kind == "die_after_apply":
            self.let_die()
            return
        if fault is not None:
            self.close_connection = True
            return
        self.answer(status, content)

    def let_die(self) -> None:
        """Let whoever waits for this answer, in the main thread, die of SIGUSR1 meanwhile."""
        main = threading.main_thread().ident
        assert main
        time.sleep(0.1)
        signal.pthread_kill(main, signal.SIGUSR1)
        time.sleep(0.3)
        self.close_connection = True

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = serve

    def fault(self, key: str) -> Fault | None:
        for fault in self.server.faults:
            if fault.method == self.command and key.endswith(fault.ending):
                self.server.faults.remove(fault)
                return fault
        return None

    def refusal(self, path: str, query: dict[str, str], key: str, body: bytes) -> tuple[int, bytes] | None:
        if "Authorization" not in self.headers:
            return (200, b"") if self.server.is_public and key in self.server.objects else (403, b"")
        if not self.is_signed(path, query, body):
            return 403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>"
        if not path.startswith(f"/{BUCKET}"):
            return 404, b"<Error><Code>NoSuchBucket</Code></Error>"
        return None

    def applied(self, query: dict[str, str], key: str, body: bytes) -> tuple[int, bytes]:
        objects = self.server.objects
        if {"uploads", "uploadId"} & query.keys():
            return self.in_parts(query, key, body)
        if not key:
            return 200, self.listed(query)
        if self.command == "PUT":
            if self.headers.get("If-None-Match") == "*" and key in objects:
                return 412, b"<Error><Code>PreconditionFailed</Code></Error>"
            objects[key] = body
            return 200, b""
        if self.command == "DELETE":
            objects.pop(key, None)
            return 204, b""
        return (
            self.part_of(objects[key]) if key in objects else (404, b"<Error><Code>NoSuchKey</Code></Error>")
        )

    def part_of(self, content: bytes) -> tuple[int, bytes]:
        """What a range asks for; everything without one, or when ranges are not known here."""
        wanted = self.headers.get("Range")
        if not wanted or not self.server.knows_ranges:
            return 200, content
        first, last = map(int, wanted.removeprefix("bytes=").split("-"))
        last = min(last, len(content) - 1)
        self.range = f"bytes {first}-{last}/{len(content)}" if first <= last else f"bytes */{len(content)}"
        return (206, content[first : last + 1]) if first <= last else (416, b"")

    def in_parts(self, query: dict[str, str], key: str, body: bytes) -> tuple[int, bytes]:
        """Everything about objects that are sent in parts."""
        uploads, upload = self.server.uploads, query.get("uploadId", "")
        if "uploads" in query and self.command == "POST":
            uploads[f"upload {len(self.server.seen)} & more"] = (key, {})
            return 200, f"<R><UploadId>{escape(list(uploads)[-1])}</UploadId></R>".encode()
        if "uploads" in query:
            entries = "".join(
                f"<Upload><Key>{escape(key)}</Key><UploadId>{escape(name)}</UploadId></Upload>"
                for name, (key, _) in uploads.items()
                if key.startswith(query["prefix"])
            )
            return 200, f"<R>{entries}</R>".encode()
        if upload not in uploads:
            return 404, b"<Error><Code>NoSuchUpload</Code></Error>"
        parts = uploads[upload][1]
        if self.command == "GET":
            return 200, self.listed_parts(parts, int(query.get("part-number-marker", "0")))
        if self.command == "PUT":
            parts[int(query["partNumber"])] = body
            self.tag = self.server.tag_of(body)
            return 200, b""
        uploads.pop(upload)
        if self.command == "DELETE":
            return 204, b""
        said = [(int(number), unescape(tag)) for number, tag in PART.findall(body.decode())]
        if not said or any(self.server.tag_of(parts.get(number, b"")) != tag for number, tag in said):
            return 400, b"<Error><Code>InvalidPart</Code></Error>"
        self.server.objects[key] = b"".join(parts[number] for number, _ in said)
        return 200, b"<R/>"

    def listed_parts(self, parts: dict[int, bytes], after: int) -> bytes:
        """A page of the parts that are there."""
        numbers = sorted(number for number in parts if number > after)
        page = numbers[: self.server.page_size]
        entries = "".join(
            f"<Part><PartNumber>{number}</PartNumber><ETag>{escape(self.server.tag_of(parts[number]))}</ETag>"
            f"<Size>{len(parts[number])}</Size></Part>"
            for number in page
        )
        is_cut = str(len(page) < len(numbers)).lower()
        marker = page[-1] if page else 0
        return (
            f"<ListPartsResult><IsTruncated>{is_cut}</IsTruncated>"
            f"<NextPartNumberMarker>{marker}</NextPartNumberMarker>{entries}</ListPartsResult>"
        ).encode()

    def is_signed(self, path: str, query: dict[str, str], body: bytes) -> bool:
        announced = self.headers.get("x-amz-content-sha256", "")
        names = self.headers["Authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
        sent = {
            name: self.headers[name]
            for name in names
            if name not in ("host", "x-amz-date", "x-amz-content-sha256")
        }
        moment = datetime.strptime(self.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        url = f"http://{self.headers['Host']}{path}"
        expected = signed(self.command, url, sent, KEYS, query=query, sha256=announced, at=moment)
        return announced == hashlib.sha256(body).hexdigest() and (
            expected["authorization"] == self.headers["Authorization"]
        )

    def listed(self, query: dict[str, str]) -> bytes:
        found = sorted(key for key in self.server.objects if key.startswith(query.get("prefix", "")))
        start, size = int(query.get("continuation-token", "0")), self.server.page_size
        entries = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(self.server.objects[key])}</Size></Contents>"
            for key in found[start : start + size]
        )
        more = (
            f"<NextContinuationToken>{start + size}</NextContinuationToken>" if found[start + size :] else ""
        )
        return f'<?xml version="1.0"?><ListBucketResult>{entries}{more}</ListBucketResult>'.encode()

    def answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        for header, value in (("Content-Range", self.range), ("ETag", self.tag)):
            if value:
                self.send_header(header, value)
        self.range = self.tag = ""
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def serving_s3() -> Iterator[Storage]:
    server = Storage()
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
