"""Datasets that are fetched from a Hub: the double, and servers that misbehave."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from huggingface_hub import CommitOperationAdd, HfApi
from pytest_django import Settings

from curation.actions.fetching import FETCH, Dataset, run_fetch, start_fetch
from curation.actions.importing import Plan
from curation.hub_choice import NothingChosen, RemoteFile, chosen
from curation.models import Import, Scenario
from curation.sources.mapped import Answer, ColumnMapping
from egress.models import Secret
from exports.hub_double import HubDouble
from runs.actions import perform_now
from runs.models import Run
from runs.work import TryLater, Work
from tests.exports.conftest import hub, plain_uploads
from tests.exports.hub import REPO

pytestmark = pytest.mark.django_db
__all__ = ["hub", "plain_uploads"]

PAIRS = "".join(
    json.dumps({"prompt": f"Question {n}?", "chosen": f"Good {n}.", "rejected": f"Poor {n}."}) + "\n"
    for n in range(30)
).encode()
CARD = b"""---
configs:
- config_name: preference
  default: true
  data_files:
  - split: train
    path: preference/train-*.jsonl
  - split: test
    path: preference/test-*.jsonl
---
"""
Serve = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture(autouse=True)
def settle(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SECRETS_KEYS = [Fernet.generate_key().decode()]
    settings.EGRESS_ALLOWED = []


def allow(settings: Settings, url: str) -> str:
    settings.EGRESS_ALLOWED = [*settings.EGRESS_ALLOWED, url.removeprefix("http://")]
    return url


def push(url: str, files: dict[str, bytes], *, private: bool = False) -> None:
    api = HfApi(endpoint=url, token="hf_write")
    api.create_repo(REPO, repo_type="dataset", private=private)
    operations = [CommitOperationAdd(path, content) for path, content in files.items()]
    api.create_commit(REPO, operations, commit_message="Data", repo_type="dataset")


def bring(url: str, *, source: str = "pairs", mapping: ColumnMapping | None = None, **asked: str) -> Import:
    dataset = Dataset(url, asked.pop("repo", REPO), **asked)
    return start_fetch(dataset, Plan(Path(), dataset.repo, source, mapping=mapping))


def fetch_of(origin: Import) -> Run:
    return Run.objects.get(kind=FETCH, arguments__import=str(origin.pk))


def perform(origin: Import) -> Run:
    """Fetch, then import if that may begin."""
    fetched = perform_now(fetch_of(origin))
    run = Run.objects.get(pk=origin.run_id)
    if run.state == Run.State.QUEUED:
        perform_now(run)
    origin.refresh_from_db()
    return fetched


@contextmanager
def serving(answer: Serve) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def reply(request: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    request.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(body)


def small_hub(request: BaseHTTPRequestHandler, data: Serve) -> None:
    """Answer as a Hub with one file, whose content `data` sends."""
    if "/revision/" in request.path:
        reply(request, 200, json.dumps({"sha": "a" * 40}).encode())
    elif "/tree/" in request.path:
        entry = {"type": "file", "path": "train.jsonl", "size": len(PAIRS)}
        reply(request, 200, json.dumps([entry]).encode())
    else:
        data(request)


@pytest.mark.usefixtures("plain_uploads")
def test_the_default_config_of_a_dataset_comes_in(hub: HubDouble, settings: Settings) -> None:
    allow(settings, hub.url)
    files = {"README.md": CARD, "preference/train-0.jsonl": PAIRS, "preference/test-0.jsonl": PAIRS[:90]}
    push(hub.url, files)

    origin = bring(hub.url)
    perform(origin)

    assert (origin.lines, origin.created) == (30, 30)
    assert Scenario.objects.count() == 30
    assert len(origin.hub_revision) == 40


@pytest.mark.usefixtures("plain_uploads")
def test_several_files_come_in_as_one(hub: HubDouble, settings: Settings) -> None:
    allow(settings, hub.url)
    half = PAIRS.index(b"\n", len(PAIRS) // 2) + 1
    push(hub.url, {"data/train-0.jsonl": PAIRS[:half], "data/train-1.jsonl": PAIRS[half:] + b"{\n"})

    origin = bring(hub.url)
    perform(origin)

    assert (origin.created, origin.rejected) == (30, 1)
    assert "0001-train-1.jsonl" in origin.problems.get().reason


@pytest.mark.usefixtures("plain_uploads")
def test_a_private_dataset_wants_its_token_which_is_then_forgotten(
    hub: HubDouble, settings: Settings
) -> None:
    allow(settings, hub.url)
    push(hub.url, {"train.jsonl": PAIRS}, private=True)

    refused = perform(bring(hub.url))
    origin = bring(hub.url, token="hf_read")
    perform(origin)

    assert "to nobody without a token" in refused.error
    assert origin.created == 30
    assert not Secret.objects.exists()
    assert "hf_read" not in str(list(Run.objects.values_list("arguments", "cursor", "result")))


@pytest.mark.usefixtures("plain_uploads")
def test_a_dataset_without_a_source_waits_for_its_columns(hub: HubDouble, settings: Settings) -> None:
    allow(settings, hub.url)
    push(hub.url, {"train.jsonl": PAIRS})

    origin = bring(hub.url, source="")
    perform(origin)

    assert (origin.is_parked, origin.lines) == (True, 0)
    assert Path(origin.path).read_bytes() == PAIRS


@pytest.mark.usefixtures("plain_uploads")
def test_a_saved_mapping_needs_nobody(hub: HubDouble, settings: Settings) -> None:
    allow(settings, hub.url)
    push(hub.url, {"train.jsonl": PAIRS})

    origin = bring(hub.url, source="", mapping=ColumnMapping("prompt", responses=(Answer("chosen"),)))
    perform(origin)

    assert (origin.created, origin.source) == (30, "mapping")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"repo": "org/nothing"}, "(it answered"),
        ({"revision": "v9"}, "knows no such dataset, revision or file"),
        ({"token": "hf_wrong"}, "refused the token (it answered 401)"),
        ({"split": "validation"}, "The files with data are: train.jsonl"),
    ],
)
@pytest.mark.usefixtures("plain_uploads")
def test_a_refusal_is_said_in_words(
    hub: HubDouble, settings: Settings, asked: dict[str, Any], words: str
) -> None:
    allow(settings, hub.url)
    push(hub.url, {"train.jsonl": PAIRS})

    run = perform(bring(hub.url, **asked))

    assert run.state == Run.State.FAILED
    assert words in run.error
    assert run.error.endswith("Nothing was imported.")


def test_an_address_of_this_machine_is_refused() -> None:
    run = perform(bring("http://127.0.0.1:9"))

    assert run.state == Run.State.FAILED
    assert "https://" in run.error


@pytest.mark.parametrize(("status", "words"), [(429, "asks us to wait"), (503, "is in trouble")])
def test_a_busy_hub_is_asked_again_later(settings: Settings, status: int, words: str) -> None:
    with serving(lambda request: reply(request, status)) as url:
        origin = bring(allow(settings, url))

        with pytest.raises(TryLater, match=words):
            run_fetch(Work(fetch_of(origin)))


def test_a_file_that_breaks_off_goes_on_where_it_was(settings: Settings) -> None:
    asked: list[str | None] = []

    def data(request: BaseHTTPRequestHandler) -> None:
        asked.append(request.headers["Range"])
        if len(asked) == 1:
            request.send_response(200)
            request.send_header("Content-Length", str(len(PAIRS)))
            request.end_headers()
            request.wfile.write(PAIRS[:1000])
            request.close_connection = True
        else:
            reply(request, 206, PAIRS[1000:])

    with serving(lambda request: small_hub(request, data)) as url:
        origin = bring(allow(settings, url))
        fetch = fetch_of(origin)
        Run.objects.filter(pk=fetch.pk).update(max_attempts=1)
        assert "broke off" in perform_now(fetch).error
        Run.objects.filter(pk=fetch.pk).update(state="queued", finished_at=None, max_attempts=5, attempts=0)

        perform(origin)

    assert asked == [None, "bytes=1000-"]
    assert origin.created == 30


def test_a_redirect_is_followed_and_the_token_stays_at_home(settings: Settings) -> None:
    seen: list[str | None] = []

    def elsewhere(request: BaseHTTPRequestHandler) -> None:
        seen.append(request.headers["Authorization"])
        reply(request, 200, PAIRS)

    with serving(elsewhere) as other:

        def data(request: BaseHTTPRequestHandler) -> None:
            seen.append(request.headers["Authorization"])
            reply(request, 302, Location=f"{allow(settings, other)}/blob")

        with serving(lambda request: small_hub(request, data)) as url:
            origin = bring(allow(settings, url), token="hf_secret")
            perform(origin)

    assert seen == ["Bearer hf_secret", None]
    assert origin.created == 30


@pytest.mark.parametrize("target", ["/", "http://10.0.0.1/x", "ftp://example.org/x"])
def test_a_redirect_that_leads_nowhere_good_is_refused(settings: Settings, target: str) -> None:
    def data(request: BaseHTTPRequestHandler) -> None:
        reply(request, 302, Location=request.path if target == "/" else target)

    with serving(lambda request: small_hub(request, data)) as url:
        run = perform(bring(allow(settings, url)))

    assert run.state == Run.State.FAILED
    assert run.error.endswith("Nothing was imported.")


def test_more_than_was_promised_is_cut_off(settings: Settings) -> None:
    settings.IMPORT_MAX_MB = 1

    def data(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        try:
            for _ in range(200):
                request.wfile.write(b"x" * 100_000)
        except OSError:
            # It hung up, as it should.
            pass

    with serving(lambda request: small_hub(request, data)) as url:
        run = perform(bring(allow(settings, url)))

    assert run.state == Run.State.FAILED
    assert "More than 1 MB came" in run.error


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"sha": 1}', b'{"sha": "../.."}'])
def test_an_answer_that_is_no_hub_s_is_refused(settings: Settings, body: bytes) -> None:
    with serving(lambda request: reply(request, 200, body)) as url:
        run = perform(bring(allow(settings, url)))

    assert "an answer that can’t be read" in run.error


FILES = [
    RemoteFile(path, 1)
    for path in ("README.md", "a/test.csv", "a/train.csv", "a/train.parquet", "b/train-0.parquet", "run.py")
]


@pytest.mark.parametrize(
    ("card", "config", "split", "found"),
    [
        ("", "", "", ["a/train.parquet", "b/train-0.parquet"]),
        ("", "b", "", ["b/train-0.parquet"]),
        ("", "a", "test", ["a/test.csv"]),
        ("---\nconfigs: [{config_name: b, data_files: 'b/*'}]\n---\n", "", "", ["b/train-0.parquet"]),
        (
            "---\nconfigs: [{config_name: x, data_files: [{split: test, path: [a/t*.csv]}]}]\n---\n",
            "x",
            "",
            ["a/test.csv", "a/train.csv"],
        ),
        ("---\n{[broken\n---\n", "b", "", ["b/train-0.parquet"]),
    ],
)
def test_files_are_chosen_by_the_card_or_by_their_names(
    card: str, config: str, split: str, found: list[str]
) -> None:
    assert [each.path for each in chosen(FILES, card, config, split)] == found


@pytest.mark.parametrize(
    ("card", "config", "split", "words"),
    [
        ("", "c", "", "No file is named after that"),
        ("---\nconfigs: [{config_name: b, data_files: 'b/*'}]\n---\n", "c", "", "The configs are: b"),
        ("---\nconfigs: [{config_name: b, data_files: 'b/*'}]\n---\n", "b", "test", "It has: train"),
        ("---\nconfigs: [{config_name: b, data_files: 'z/*'}]\n---\n", "b", "", "No file answers"),
    ],
)
def test_what_is_not_there_is_named(card: str, config: str, split: str, words: str) -> None:
    with pytest.raises(NothingChosen, match=words):
        chosen(FILES, card, config, split)
