"""The HTTP server of the Hub double, with its faults and its request log."""

import re
import secrets
import socket
import sys
import threading
import uuid
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import TCPServer, ThreadingMixIn
from typing import Any, Literal, NamedTuple, Self
from urllib.parse import parse_qs, unquote, urlsplit

from exports.hub_double.calls import Answer, Call, Hub, Role, html, refusal
from exports.hub_double.pages import page
from exports.hub_double.routes import NAMES, Route, find
from exports.hub_double.store import STALE_PARENT, HubError, Store

FaultKind = Literal[
    "status", "drop", "garbage", "timeout", "slow",
    "status_after_apply", "drop_after_apply", "garbage_after_apply", "timeout_after_apply", "slow_after_apply",
]  # fmt: skip
CHUNK = 1 << 20
LONGEST_WAIT_S = 120
DRIP_S = 0.02
HOST = re.compile(r"[\w.-]+(:\d+)?|\[[0-9a-fA-F:]+\](:\d+)?", re.ASCII)
REASONS = {
    401: "Invalid credentials in Authorization header",
    403: "Forbidden: you must use a write token to upload to a repository.",
    404: "Repository not found",
    409: "Another conflicting operation is in progress",
    412: STALE_PARENT,
    413: "The request is too large",
    429: "Too many requests",
}


class Request(NamedTuple):
    """One line of the request log; status 0 means that no answer was sent."""

    method: str
    path: str
    status: int
    route: str


@dataclass
class Fault:
    """What shall go wrong at a route, how often still."""

    route: str
    kind: str
    status: int
    times: int
    headers: Mapping[str, str] = field(default_factory=dict)


class NoAnswer(Exception):
    """The connection ends without a response."""


class HubDouble:
    """A Hub on this machine; as a context manager it serves while the block runs.

    Args:
        folder: keeps the repositories over restarts.
        tokens: bearer tokens and what each allows.
        bind: the address to listen on.
        port: the port to listen on; 0 picks a free one.
        part_bytes: uploads above this size go in parts.
        page_size: entries on one page of a listing.
    """

    def __init__(
        self,
        folder: Path,
        tokens: Mapping[str, Role],
        *,
        bind: str = "127.0.0.1",
        port: int = 0,
        part_bytes: int = 64_000_000,
        page_size: int = 1000,
    ) -> None:
        self.hub = Hub(Store(folder), dict(tokens), secrets.token_bytes(32), part_bytes, page_size)
        self.faults: list[Fault] = []
        self.requests: deque[Request] = deque(maxlen=5000)
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._server = Server((bind, port), Handler)
        self._server.double = self

    @property
    def url(self) -> str:
        """The address to give as HF_ENDPOINT."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def start(self) -> None:
        """Serve in a thread."""
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Close every connection and free the port."""
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._server.close_connections()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def revoke(self, token: str) -> None:
        """Make a token unknown, as when its owner revokes it."""
        self.hub.tokens.pop(token, None)

    def fault(
        self,
        route: str,
        kind: FaultKind,
        *,
        status: int = 503,
        times: int = 1,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Let the next requests to a route go wrong, before they are applied or after.

        Args:
            route: a name of `routes.ROUTES`.
            kind: what the caller gets; `…_after_apply` does the work first.
            status: for the kinds that answer with one.
            times: how many requests it hits.
            headers: to send along, such as Retry-After.
        """
        if route not in NAMES:
            raise ValueError(f"unknown route {route}; there are {', '.join(sorted(NAMES))}")
        self.faults.append(Fault(route, kind, status, times, headers or {}))

    def next_fault(self, route: str) -> Fault | None:
        """The fault that the next request to this route meets; it is used up by asking."""
        with self._lock:
            for fault in self.faults:
                if fault.route == route and fault.times > 0:
                    fault.times -= 1
                    return fault
        return None


class Server(ThreadingMixIn, TCPServer):
    """A thread per connection; knows its connections, so that a stop ends them."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128
    double: HubDouble

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self.connections: set[socket.socket] = set()
        super().__init__(address, handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self.connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self.connections.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        """End the connections that clients keep open."""
        for connection in list(self.connections):
            super().shutdown_request(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """Reads a request, finds its endpoint, sends the answer or the fault."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "HubDouble"
    sys_version = ""
    timeout = 60
    disable_nagle_algorithm = True

    def serve(self) -> None:
        """Answer one request of any method."""
        double, path = self.server.double, urlsplit(self.path).path
        self.chunks = self.body()
        verb = "GET" if self.command == "HEAD" else self.command
        found = find(f"{verb} {path}")
        name, status = (found[0].name if found else "unknown"), 0
        try:
            answer = self.faulty_answer(found, double.next_fault(name))
            status = answer.status
            self.send(answer)
        except NoAnswer:
            self.close_connection = True
        finally:
            double.requests.append(Request(self.command, path, status, name))

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = serve

    def faulty_answer(self, found: tuple[Route, dict[str, str]] | None, fault: Fault | None) -> Answer:
        """The answer, or what the fault makes of it."""
        if fault is None or fault.kind.endswith("_after_apply"):
            answer = self.answer(found)
        self.drain()
        if fault is None:
            return answer
        kind = fault.kind.removesuffix("_after_apply")
        if kind == "timeout":
            self.server.double.stopping.wait(LONGEST_WAIT_S)
        if kind in ("timeout", "drop"):
            raise NoAnswer
        if kind == "slow":
            self.drip()
            raise NoAnswer
        if kind == "garbage":
            return Answer(200, b"<html>\xff\xfe not what you asked for", {"Content-Type": "text/html"})
        code = "RepoNotFound" if fault.status == 404 else None
        answer = refusal(
            HubError(fault.status, REASONS.get(fault.status, "Something went wrong on our side"), code)
        )
        answer.headers.update(fault.headers)
        return answer

    def drip(self) -> None:
        """Send the beginning of an answer, byte by byte, until the caller has had enough."""
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b" " * 100_000:
            if self.server.double.stopping.wait(DRIP_S):
                return
            self.wfile.write(bytes([byte]))

    def answer(self, found: tuple[Route, dict[str, str]] | None) -> Answer:
        """What the endpoint says; refusals and full disks become answers too."""
        try:
            if found is None:
                raise HubError(404, "Not Found")
            route, parts = found
            call = Call(
                hub=self.server.double.hub,
                base=self.base(),
                parts={key: unquote(value) for key, value in parts.items()},
                query=parse_qs(urlsplit(self.path).query, keep_blank_values=True),
                headers=self.headers,
                body=self.chunks,
            )
            call.admit(route.access)
            return route.endpoint(call)
        except HubError as error:
            if error.status == 413:
                self.close_connection = True
            if found and found[0].name == "page":
                return html(
                    page("Not here", "<h1>Not here</h1><p>This dataset does not exist, or is private.</p>"),
                    404,
                )
            return refusal(error)
        except (ConnectionError, TimeoutError):
            raise
        except OSError as error:
            return refusal(HubError(507, f"The Hub could not store this: {error.strerror}"))

    def base(self) -> str:
        """The address under which the caller reached this server."""
        host = self.headers.get("Host", "")
        return f"http://{host}" if HOST.fullmatch(host) else self.server.double.url

    def body(self) -> Iterator[bytes]:
        """The body in chunks; a body that ends early is the end of the connection."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            while size := self.size(self.rfile.readline(80).split(b";")[0], 16):
                yield from self.exactly(size)
                self.rfile.readline(80)
            self.rfile.readline(80)
        else:
            yield from self.exactly(self.size(self.headers.get("Content-Length", "0").encode(), 10))

    def size(self, digits: bytes, base: int) -> int:
        """The announced size of a body or chunk."""
        try:
            size = int(digits, base)
        except ValueError:
            size = -1
        if size < 0:
            self.close_connection = True
            raise HubError(400, "Invalid length")
        return size

    def exactly(self, size: int) -> Iterator[bytes]:
        """This many bytes of the connection, in chunks."""
        while size:
            chunk = self.rfile.read(min(size, CHUNK))
            if not chunk:
                raise ConnectionResetError("the body ended early")
            size -= len(chunk)
            yield chunk

    def drain(self) -> None:
        """Read what the endpoint left of the body, so that the next request starts where it should."""
        if self.close_connection:
            return
        with suppress(HubError):
            for _ in self.chunks:
                pass

    def send(self, answer: Answer) -> None:
        """Write the response."""
        length = answer.length if answer.blob else len(answer.body)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            clean = re.sub(r"[^\x20-\xff]", "?", value)
            self.send_header(name, clean)
        self.send_header("Content-Length", str(length))
        self.send_header("X-Request-Id", uuid.uuid4().hex)
        self.send_header("X-Content-Type-Options", "nosniff")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command == "HEAD":
            return
        if answer.blob is None:
            self.wfile.write(answer.body)
            return
        with answer.blob.open("rb") as file:
            self.connection.sendfile(file, answer.start, answer.length or None)

    def log_message(self, *args: object) -> None:
        """Keep silent: the log is HubDouble.requests."""
