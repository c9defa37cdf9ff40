"""A model endpoint on loopback that answers as a test wants, and remembers what it was asked."""

import json
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self

KEY = "sk-double-1234567890"
MODEL = "lab/model-returned-1"


class Asked(NamedTuple):
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def key(self) -> str:
        return self.headers.get("idempotency-key", "")

    @property
    def question(self) -> str:
        return str(self.body["messages"][-1]["content"])


class Reply(NamedTuple):
    """What goes back."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    breaks_off: bool = False
    """Announces more than it sends."""
    waits: bool = False
    """Says nothing until the double is left or `let_go`."""


Behaviour = Callable[[Asked], Reply]


def completion(text: Any, **fields: Any) -> bytes:
    """The body of an answer; `message`, `choices`, `usage`, `model` and `finish_reason` may be given."""
    message = fields.pop("message", {"role": "assistant", "content": text})
    choice = {"index": 0, "message": message, "finish_reason": fields.pop("finish_reason", "stop")}
    said = {
        "id": "x",
        "object": "chat.completion",
        "model": MODEL,
        "choices": [choice],
        "usage": {"prompt_tokens": 20, "completion_tokens": 10, "total_tokens": 30},
        **fields,
    }
    return json.dumps({name: value for name, value in said.items() if value is not None}).encode()


def saying(text: Any, **fields: Any) -> Behaviour:
    return lambda asked: Reply(200, completion(text, **fields))


def refusing(status: int, message: str = "No.", code: str = "", **headers: str) -> Behaviour:
    body = json.dumps({"error": {"message": message, "type": "some_error", "code": code or None}}).encode()
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return lambda asked: Reply(status, body, named)


def truncated(asked: Asked) -> Reply:
    return Reply(200, completion("A response that")[:-25])


def breaking_off(asked: Asked) -> Reply:
    return Reply(200, completion("A response that")[:40], breaks_off=True)


def ten_megabytes(asked: Asked) -> Reply:
    return Reply(200, completion("word " * 2_100_000))


def silence(asked: Asked) -> Reply:
    return Reply(waits=True)


class EndpointDouble:
    """Behaves as planned, request by request, then as usual: a response that nobody else gets."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.billed: list[str] = []
        """The idempotency keys of what was answered with 200, in order."""
        self.plan: deque[Behaviour] = deque()
        self.usual: Behaviour | None = None
        self.keys = {KEY}
        self.at_once = self.most_at_once = 0
        self.may_answer = threading.Event()
        self._lock = threading.Lock()
        double = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(handler) -> None:
                double.handle(handler)

            def log_message(handler, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False
            request_queue_size = 64

            def handle_error(self, request: object, client_address: object) -> None:
                pass

        self._server = Server(("127.0.0.1", 0), Handler)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *args: object) -> None:
        self.let_go()
        self._server.shutdown()
        self._server.server_close()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.place}/v1"

    def let_go(self) -> None:
        """Let those that are silent break off."""
        self.may_answer.set()

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers["Content-Length"])
        asked = Asked(
            handler.path,
            {name.lower(): value for name, value in handler.headers.items()},
            json.loads(handler.rfile.read(length)),
        )
        with self._lock:
            self.asked.append(asked)
            number = len(self.asked)
            planned = self.plan.popleft() if self.plan else None
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            reply = self.reply(asked, number, planned)
            if reply.status == 200:
                self.billed.append(asked.key)
            with suppress(OSError):
                send(handler, reply)
        finally:
            with self._lock:
                self.at_once -= 1

    def reply(self, asked: Asked, number: int, planned: Behaviour | None) -> Reply:
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if self.keys and token not in self.keys:
            return refusing(401, f"Incorrect API key provided: {token}")(asked)
        reply = (planned or self.usual or saying(f"Response {number} to: {asked.question}"))(asked)
        if reply.waits:
            self.may_answer.wait(60)
        return reply


def send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    if reply.waits:
        handler.close_connection = True
        return
    handler.send_response(reply.status)
    for name, value in reply.headers:
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(reply.body) + (100 if reply.breaks_off else 0)))
    handler.end_headers()
    handler.wfile.write(reply.body)
    handler.close_connection = True
