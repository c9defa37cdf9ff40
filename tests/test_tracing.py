"""Traces leave when an endpoint is named, with routes and ids and without what people wrote; else nothing is loaded."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CANARY = "a7c0ffee-words-that-somebody-wrote"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
BEGIN = """
import os; os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django; django.setup()
"""
ASKING = f"""
from django.test import Client
Client().get("/metrics", {{"q": "{CANARY}"}}, headers={{"traceparent": "00-{TRACE}-00f067aa0ba902b7-01", "Host": "localhost"}})
Client().get("/nowhere/{CANARY}", headers={{"Host": "localhost"}})
from config.tracing import span
try:
    with span("exports.build", run_id="7"):
        raise ValueError("{CANARY}")
except ValueError:
    pass
"""


class Collector(BaseHTTPRequestHandler):
    """Takes what is sent."""

    taken: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        self.taken.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[ThreadingHTTPServer]:
    Collector.taken = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def run(program: str, tmp_path: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {"SECRET_KEY": "x", "ARETE_DATA": str(tmp_path), **more}
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_requests_and_runs_are_traced_by_name(collector: ThreadingHTTPServer, tmp_path: Path) -> None:
    endpoint = f"http://127.0.0.1:{collector.server_port}"

    done = run(BEGIN + ASKING, tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=endpoint)

    assert done.returncode == 0, done.stderr
    assert {path for path, _ in Collector.taken} == {"/v1/traces"}
    sent = b"".join(body for _, body in Collector.taken)
    for word in (
        b"GET metrics",
        b"GET no route",
        b"exports.build",
        b"ValueError",
        b"arete",
        bytes.fromhex(TRACE),
    ):
        assert word in sent, word
    assert CANARY.encode() not in sent


def test_without_an_endpoint_nothing_of_it_is_loaded(tmp_path: Path) -> None:
    loaded = "import sys; print('opentelemetry' in sys.modules)"

    done = run(BEGIN + ASKING + loaded, tmp_path)

    assert done.stdout.splitlines()[-1:] == ["False"], done.stderr


def test_an_endpoint_without_the_packages_is_refused_at_start(tmp_path: Path) -> None:
    hidden = "import sys; sys.modules['opentelemetry'] = None\nimport importlib.util as u\n"
    hidden += "found = u.find_spec\nu.find_spec = lambda name, *rest: None if name == 'opentelemetry' else found(name, *rest)\n"

    done = run(hidden + "import config.tracing", tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9")

    assert "uv sync --group otel" in done.stderr
