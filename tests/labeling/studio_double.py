"""A Label Studio on loopback that keeps its state for one test, and misbehaves when told to."""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

LEGACY = "legacy-token-of-the-double"
PERSONAL = "personal-token-of-the-double"
ACCESS = "access-token-of-the-double"
Answer = tuple[int, Any]


class Fault(NamedTuple):
    """What shall go wrong with a request whose path matches: the answer's status and body."""

    path: str
    status: int
    body: bytes = b"{}"
    kind: str = "application/json"
    times: int = 1_000_000
    wait_s: float = 0
    is_done_first: bool = False
    """Whether what was asked is done, and only the answer is lost."""


class StudioDouble(ThreadingHTTPServer):
    """Projects with tasks and annotations."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        self.projects: dict[int, dict[str, Any]] = {}
        self.tasks: dict[int, dict[str, Any]] = {}
        self.hooks: dict[int, dict[str, Any]] = {}
        self.snapshots: dict[int, bytes] = {}
        self.snapshot: bytes | None = None
        """Given out instead of what is so."""
        self.faults: list[Fault] = []
        self.seen: list[tuple[str, str]] = []
        self.authorizations: set[str] = set()
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        pass

    def tasks_of(self, number: int | None) -> list[dict[str, Any]]:
        return [task for task in self.tasks.values() if task["project"] == number]

    def answer(
        self, task: dict[str, Any], results: Any, email: str = "a@example.org", **more: Any
    ) -> dict[str, Any]:
        """Have somebody answer a task."""
        annotation = {
            "id": 1 + sum(len(each["annotations"]) for each in self.tasks.values()),
            "completed_by": {"id": 1, "email": email},
            "result": results,
            "was_cancelled": False,
            "lead_time": 12.5,
            "updated_at": "2026-05-01T10:00:00Z",
            **more,
        }
        task["annotations"].append(annotation)
        return annotation

    def answered(self, method: str, path: str, query: dict[str, list[str]], sent: Any) -> Answer:
        for pattern, wanted, name in ROUTES:
            if method == wanted and (match := re.fullmatch(pattern, path)):
                answer: Answer = getattr(self, name)(query, sent, *map(int, match.groups()))
                return answer
        return 404, {"detail": "Not found."}

    def refresh(self, query: object, sent: Any) -> Answer:
        return (200, {"access": ACCESS}) if sent == {"refresh": PERSONAL} else (401, {})

    def list_projects(self, query: object, sent: object) -> Answer:
        return 200, {"results": list(self.projects.values())}

    def make_project(self, query: object, sent: Any) -> Answer:
        number = len(self.projects) + 1
        self.projects[number] = {**sent, "id": number}
        return 201, self.projects[number]

    def one_project(self, query: object, sent: object, number: int) -> Answer:
        return (200, self.projects[number]) if number in self.projects else (404, {})

    def add_tasks(self, query: object, sent: Any, number: int) -> Answer:
        for task in sent:
            pk = max(self.tasks, default=0) + 1
            self.tasks[pk] = {"annotations": [], **task, "id": pk, "project": number}
        return 201, {"task_count": len(sent)}

    def list_tasks(self, query: dict[str, list[str]], sent: object) -> Answer:
        page, size = int(query["page"][0]), int(query["page_size"][0])
        found = self.tasks_of(int(query["project"][0]))[(page - 1) * size : page * size]
        return (200, {"tasks": found}) if found or page == 1 else (404, {})

    def list_hooks(self, query: dict[str, list[str]], sent: object) -> Answer:
        number = int(query["project"][0])
        return 200, [each for each in self.hooks.values() if each["project"] == number]

    def make_hook(self, query: object, sent: Any) -> Answer:
        number = len(self.hooks) + 1
        self.hooks[number] = {**sent, "id": number}
        return 201, self.hooks[number]

    def change_hook(self, query: object, sent: Any, number: int) -> Answer:
        self.hooks[number] |= sent
        return 200, self.hooks[number]

    def make_snapshot(self, query: object, sent: object, number: int) -> Answer:
        pk = len(self.snapshots) + 1
        written = json.dumps(self.tasks_of(number)).encode()
        self.snapshots[pk] = written if self.snapshot is None else self.snapshot
        return 201, {"id": pk, "status": "completed"}

    def one_snapshot(self, query: object, sent: object, number: int, pk: int) -> Answer:
        return 200, {"id": pk, "status": "completed"}

    def download(self, query: object, sent: object, number: int, pk: int) -> Answer:
        return 200, self.snapshots[pk]

    def drop_snapshot(self, query: object, sent: object, number: int, pk: int) -> Answer:
        return 204, None


ROUTES = [
    (r"/api/token/refresh/", "POST", "refresh"),
    (r"/api/projects/", "GET", "list_projects"),
    (r"/api/projects/", "POST", "make_project"),
    (r"/api/projects/(\d+)/", "GET", "one_project"),
    (r"/api/projects/(\d+)/import", "POST", "add_tasks"),
    (r"/api/tasks/", "GET", "list_tasks"),
    (r"/api/webhooks/", "GET", "list_hooks"),
    (r"/api/webhooks/", "POST", "make_hook"),
    (r"/api/webhooks/(\d+)/", "PATCH", "change_hook"),
    (r"/api/projects/(\d+)/exports/", "POST", "make_snapshot"),
    (r"/api/projects/(\d+)/exports/(\d+)", "GET", "one_snapshot"),
    (r"/api/projects/(\d+)/exports/(\d+)/download", "GET", "download"),
    (r"/api/projects/(\d+)/exports/(\d+)", "DELETE", "drop_snapshot"),
]


class Handler(BaseHTTPRequestHandler):
    """Answers as a Label Studio does, as far as we ask."""

    server: StudioDouble

    def handle_any(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        sent = json.loads(body) if body else None
        self.server.seen.append((self.command, self.path))
        known = {f"Token {LEGACY}", f"Bearer {ACCESS}"}
        said = self.headers.get("Authorization", "")
        self.server.authorizations.add(said)
        if said not in known and parts.path != "/api/token/refresh/":
            self.say(401, b"{}")
            return
        fault = self.fault(parts.path)
        if fault is None or fault.is_done_first:
            status, answer = self.server.answered(self.command, parts.path, parse_qs(parts.query), sent)
        if fault:
            time.sleep(fault.wait_s)
            self.say(fault.status, fault.body, fault.kind)
        else:
            self.say(status, answer if isinstance(answer, bytes) else json.dumps(answer).encode())

    do_GET = do_POST = do_PATCH = do_DELETE = handle_any

    def fault(self, path: str) -> Fault | None:
        for index, fault in enumerate(self.server.faults):
            if re.fullmatch(fault.path, path) and fault.times:
                self.server.faults[index] = fault._replace(times=fault.times - 1)
                return fault
        return None

    def say(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if status // 100 == 3:
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.send_header("Content-Length", str(0 if status == 204 else len(body)))
        self.end_headers()
        if status != 204:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def studio() -> Iterator[StudioDouble]:
    """A Label Studio for as long as the block lasts."""
    server = StudioDouble()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
