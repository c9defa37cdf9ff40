"""How we speak to Hubs: where the token goes, and what becomes of answers that no Hub gives."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from egress.secrets import seal
from exports.hub import Hub, HubError, NotFound, RateLimited, Rejected, Unclear, described, is_same, seconds
from exports.hub_double import HubDouble
from tests.egress.servers import Server, serving
from tests.exports.hub import REPO, parquet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_of_files")]
TOKEN = "hf_canary_31c4"


@pytest.fixture
def connect(settings: Any) -> Callable[..., Hub]:
    """Return a function that opens a Hub at an address which the operator allows."""

    def to(url: str, **options: Any) -> Hub:
        settings.EGRESS_ALLOWED = [*settings.EGRESS_ALLOWED, url.partition("://")[2]]
        return Hub(url, REPO, seal(TOKEN, bound_to=url), **options)

    return to


def url_of(server: Server) -> str:
    return f"http://127.0.0.1:{server.port}"


def redirect_to(place: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", place)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def says(status: int, body: bytes = b"{}", **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def test_the_token_does_not_follow_to_where_files_lie(connect: Any, settings: Any) -> None:
    with serving() as store, serving(redirect_to(f"{url_of(store)}/blob")) as front:
        hub = connect(url_of(front))
        settings.EGRESS_ALLOWED = [*settings.EGRESS_ALLOWED, url_of(store)[7:]]

        content = hub.read("manifest.json", "main")

    assert content == b"hello"
    assert front.seen[0][1]["authorization"] == f"Bearer {TOKEN}"
    assert "authorization" not in store.seen[0][1]


def test_files_are_not_fetched_from_inside(connect: Any) -> None:
    with serving() as inside, serving(redirect_to(f"{url_of(inside)}/secret")) as front:
        hub = connect(url_of(front))

        with pytest.raises(Rejected, match="must begin with https://"):
            hub.read("manifest.json", "main")

    assert inside.seen == []


def test_a_ring_of_redirects_ends(connect: Any) -> None:
    with serving(redirect_to("/again")) as front:
        hub = connect(url_of(front))

        with pytest.raises(Unclear, match="from address to address"):
            hub.read("manifest.json", "main")

    assert len(front.seen) == 4


def test_an_api_that_sends_us_elsewhere_is_not_followed(connect: Any) -> None:
    with serving() as elsewhere, serving(redirect_to(f"{url_of(elsewhere)}/x")) as front:
        hub = connect(url_of(front))

        with pytest.raises(Unclear):
            hub.head()

    assert elsewhere.seen == []


def test_a_hub_inside_that_the_operator_did_not_list_is_not_called(settings: Any) -> None:
    with serving() as inside:
        hub = Hub(url_of(inside), REPO, seal(TOKEN, bound_to=url_of(inside)))

        with pytest.raises(Rejected):
            hub.head()

    assert inside.seen == []


def test_a_hub_that_says_our_token_back_is_not_repeated(connect: Any) -> None:
    with serving(says(422, X_Error_Message=f"bad token {TOKEN}")) as front:
        hub = connect(url_of(front))

        with pytest.raises(Rejected) as caught:
            hub.head()

    assert "bad token [token]" in str(caught.value)
    assert TOKEN not in repr(caught.value.__cause__)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b'{"id": "org/traits"}', b"<html>", b"\xff", b'{"id": []}']
)
def test_nonsense_is_never_taken_for_an_answer(connect: Any, body: bytes) -> None:
    with serving(says(200, body)) as front:
        hub = connect(url_of(front))

        for ask in (hub.account, hub.head, lambda: hub.commit_of("v1")):
            with pytest.raises(HubError):
                ask()


def test_a_hub_that_is_silent_is_not_waited_for_forever(connect: Any, hub: HubDouble) -> None:
    hub.fault("whoami", "timeout")
    silent = connect(hub.url, request_s=0.5)

    with pytest.raises(Unclear, match="took too long"):
        silent.account()


def test_a_card_that_the_hub_does_not_take_is_refused_for_good(
    connect: Any, hub: HubDouble, tmp_path: Path
) -> None:
    hub.hub.tokens[TOKEN] = "write"
    there = connect(hub.url)
    there.create(is_private=False)
    card = tmp_path / "README.md"
    card.write_text("---\nlicense: mit\n")
    additions = there.upload({"README.md": card})

    with pytest.raises(Rejected, match="The metadata at the head of"):
        there.commit(additions, [], there.head().commit, ("Release", ""))


def test_files_are_known_by_their_bytes(connect: Any, hub: HubDouble, tmp_path: Path) -> None:
    hub.hub.tokens[TOKEN] = "write"
    there = connect(hub.url)
    there.create(is_private=False)
    (tmp_path / "a.parquet").write_bytes(parquet())
    (tmp_path / "a.md").write_text("text")
    paths = ["a.parquet", "a.md"]
    additions = there.upload({path: tmp_path / path for path in paths})
    there.commit(additions, [], there.head().commit, ("Release", ""))
    stored = there.tree("main")

    same = [is_same(stored[path], described(tmp_path / path)) for path in paths]
    for path in paths:
        content = bytearray((tmp_path / path).read_bytes())
        content[-1] ^= 1
        (tmp_path / path).write_bytes(content)
    other = [is_same(stored[path], described(tmp_path / path)) for path in paths]

    assert same == [True, True]
    assert other == [False, False]
    assert not is_same(stored["a.md"], described(tmp_path / "a.parquet"))


def test_a_missing_file_is_not_found(connect: Any, hub: HubDouble) -> None:
    hub.hub.tokens[TOKEN] = "write"
    there = connect(hub.url)
    there.create(is_private=False)

    with pytest.raises(NotFound):
        there.read("manifest.json", "main")


@pytest.mark.parametrize(
    ("header", "wanted"), [("7", 7.0), ("", 0.0), ("-1", 0.0), ("soon", 0.0), ("9" * 40, 0.0), ("²", 0.0)]
)
def test_a_pause_is_read_as_seconds(connect: Any, header: str, wanted: float) -> None:
    assert seconds(header) == wanted
    assert RateLimited("later", seconds(header)).after_s == wanted
