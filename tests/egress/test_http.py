"""What the guarded clients send and accept."""

import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from pytest_django import Settings

from egress.capped import GuardedNetwork
from egress.guard import Refused
from egress.http import client
from egress.http2 import client2
from tests.egress.servers import Server, serving

Make = Callable[..., Any]
both = pytest.mark.parametrize("make", [client, client2])


class Resolver:
    """Answers as told and remembers the questions."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, int]] = []

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append((host, port))
        return self.answers


def listed(settings: Settings, server: Server, host: str = "example.test") -> str:
    settings.EGRESS_ALLOWED = [f"{host}:{server.port}"]
    return f"http://{host}:{server.port}"


@both
def test_the_checked_address_is_called_under_the_name_that_was_asked_for(
    make: Make, settings: Settings
) -> None:
    resolver = Resolver("127.0.0.1")
    with serving() as server, make(resolver=resolver) as web:
        url = listed(settings, server)

        answer = web.get(f"{url}/path")

    assert answer.text == "hello"
    assert server.seen[0][1]["host"] == f"example.test:{server.port}"
    assert resolver.asked == [("example.test", server.port)], (
        "a name is resolved once, so it can't change in between"
    )


@both
@pytest.mark.parametrize("address", ["127.0.0.1", "::ffff:127.0.0.1", "::1"])
def test_an_inside_address_is_never_connected_to(make: Make, address: str) -> None:
    resolver = Resolver(address)
    with serving() as server, make(resolver=resolver) as web, pytest.raises(Refused) as attempt:
        web.get(f"https://example.test:{server.port}/")

    assert attempt.match("not a public address")
    assert server.seen == []


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "64:ff9b::a9fe:a9fe", "100.100.100.200"])
def test_the_network_is_not_touched_for_an_inside_address(address: str) -> None:
    recorded: list[object] = []

    class Recording:
        def connect_tcp(self, *arguments: object) -> None:
            recorded.append(arguments)

    network = GuardedNetwork(Recording(), OSError, Resolver("8.8.8.8", address))
    with pytest.raises(Refused):
        network.connect_tcp("example.test", 443)

    assert recorded == []


@both
def test_plain_http_is_refused_at_use_too(make: Make) -> None:
    with make(resolver=Resolver("8.8.8.8")) as web, pytest.raises(Refused, match="open to read"):
        web.get("http://example.test/")


@both
def test_redirects_are_not_followed(make: Make, settings: Settings) -> None:
    def elsewhere(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(307)
        handler.send_header("Location", "/elsewhere")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    with serving(elsewhere) as server, make(resolver=Resolver("127.0.0.1")) as web:
        answer = web.get(listed(settings, server), headers={"X-Api-Key": "k"})

    assert answer.status_code == 307
    assert len(server.seen) == 1


@both
def test_proxies_of_the_environment_are_not_asked(
    make: Make, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as server, serving() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        with make(resolver=Resolver("127.0.0.1")) as web:
            web.get(listed(settings, server))

    assert proxy.seen == []


@both
def test_a_longer_answer_than_allowed_is_refused(make: Make, settings: Settings) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 10_000)

    capped = make(resolver=Resolver("127.0.0.1"), max_bytes=100_000)
    with serving(endless) as server, capped as web, pytest.raises(Refused) as attempt:
        web.get(listed(settings, server))

    assert attempt.match("longer than 100,000 bytes")


@both
def test_a_packed_answer_is_refused(make: Make, settings: Settings) -> None:
    def packed(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Encoding", "gzip")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    resolver = Resolver("127.0.0.1")
    with serving(packed) as server, make(resolver=resolver) as web, pytest.raises(Refused) as attempt:
        web.get(listed(settings, server))

    assert attempt.match("packed")
    assert server.seen[0][1]["accept-encoding"] == "identity"


def drip(part: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if part != b"H":
            handler.send_response(200)
            handler.end_headers()
        for _ in range(40):
            handler.wfile.write(part)
            time.sleep(0.05)

    return answer


@both
@pytest.mark.parametrize("part", [b"H", b"x"], ids=["head", "body"])
def test_a_dripping_answer_ends_at_the_deadline(make: Make, settings: Settings, part: bytes) -> None:
    with serving(drip(part)) as server, make(resolver=Resolver("127.0.0.1"), total_s=0.4) as web:
        began = time.monotonic()
        with pytest.raises((httpx.ReadTimeout, httpx2.ReadTimeout)):
            web.get(listed(settings, server))

    assert time.monotonic() - began < 1.5


@both
def test_the_certificate_must_be_the_named_hosts(make: Make, settings: Settings, tmp_path: Path) -> None:
    with serving(certificate_in=tmp_path) as server, make(resolver=Resolver("127.0.0.1")) as web:
        settings.EGRESS_ALLOWED = [f"example.test:{server.port}"]
        with pytest.raises((httpx.ConnectError, httpx2.ConnectError), match="certificate verify failed"):
            web.get(f"https://example.test:{server.port}/")

    assert server.names == ["example.test"]
    assert server.seen == []


@both
def test_a_second_address_is_tried_when_the_first_refuses(make: Make, settings: Settings) -> None:
    with serving() as server, make(resolver=Resolver("127.0.0.2", "127.0.0.1")) as web:
        assert web.get(listed(settings, server)).text == "hello"


@both
def test_a_host_without_address_is_an_ordinary_connection_error(make: Make) -> None:
    with make(resolver=Resolver()) as web, pytest.raises((httpx.ConnectError, httpx2.ConnectError)):
        web.get("https://example.test/")
