"""When the client asks again, for how long it waits, and what it never does."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from arete_client import AsyncClient, Client, Problem, Unreachable
from arete_client.asking import TRIES, checked_url, retry_after_s
from arete_client.files import Damaged, files_of, receiving, target
from tests.client.scripted import Answer, serving

AWAY = Answer(503, b'{"type": "urn:arete:problem:service_unavailable", "detail": "Try again."}')


def test_it_asks_again_while_the_server_is_away():
    slept: list[float] = []
    with serving(AWAY, Answer(0), Answer(200, b'{"ok": 1}')) as server:
        found = Client(server.url, "arete_x", sleep=slept.append).get("/me")

    assert found == {"ok": 1}
    assert len(slept) == 2
    assert slept[0] <= 0.5 < slept[1] + 0.01


def test_it_waits_as_long_as_the_server_asks_for():
    slept: list[float] = []
    with serving(Answer(429, headers={"Retry-After": "7"}), Answer()) as server:
        Client(server.url, "arete_x", sleep=slept.append).get("/me")

    assert slept == [7.0]


def test_it_does_not_wait_for_hours():
    slept: list[float] = []
    with serving(Answer(429, headers={"Retry-After": "7200"})) as server, pytest.raises(Problem):
        Client(server.url, "arete_x", sleep=slept.append).get("/me")

    assert slept == []


def test_it_gives_up_after_some_tries():
    with serving(*[AWAY] * TRIES) as server, pytest.raises(Problem) as caught:
        Client(server.url, "arete_x", sleep=lambda _: None).get("/me")

    assert (caught.value.status, caught.value.code) == (503, "service_unavailable")
    assert len(server.asked) == TRIES


def test_what_can_not_be_done_is_asked_once():
    body = b'{"type": "urn:arete:problem:invalid", "detail": "Correct it.", "errors": [{"field": "a", "message": "b"}]}'
    with serving(Answer(422, body)) as server, pytest.raises(Problem) as caught:
        Client(server.url, "arete_x").post("/projects", {})

    assert caught.value.errors == [("a", "b")]
    assert "a: b" in str(caught.value)


def test_what_creates_something_keeps_its_key():
    with serving(AWAY, Answer()) as server:
        Client(server.url, "arete_x", sleep=lambda _: None).post("/projects", {})

    first, second = (headers["Idempotency-Key"] for _, _, headers in server.asked)
    assert first == second


def test_a_server_that_is_not_there_is_unreachable():
    with serving() as server:
        url = server.url

    with pytest.raises(Unreachable):
        Client(url, "arete_x", sleep=lambda _: None).get("/me")


def test_an_answer_from_something_in_between_is_a_problem_too():
    page = Answer(403, b"<h1>No</h1>", {"Content-Type": "text/html"})
    with serving(page) as server, pytest.raises(Problem) as caught:
        Client(server.url, "arete_x").get("/me")

    assert "No" in caught.value.detail


def test_it_follows_nobody_elsewhere():
    with serving(Answer(302, headers={"Location": "http://127.0.0.1:1/"})) as server, pytest.raises(Problem):
        Client(server.url, "arete_x").get("/me")


def test_the_one_for_asyncio_asks_again_too():
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def ask(url: str) -> object:
        async with AsyncClient(url, "arete_x", sleep=sleep) as client:
            return await client.get("/me")

    answers = (Answer(503, headers={"Retry-After": "3"}), Answer(0), Answer(200, b'{"ok": 1}'))
    # In a thread of its own: where browsers were driven before, this one has a loop already.
    with serving(*answers) as server, ThreadPoolExecutor(1) as pool:
        found = pool.submit(asyncio.run, ask(server.url)).result()

    assert found == {"ok": 1}
    assert slept[0] == 3.0


DONE = {"id": "r", "state": "done", "is_unfinished": False, "error": ""}


def test_a_release_is_cut_built_and_published_in_one_go():
    answers: list[object] = [
        {"release": {"id": "one"}},
        {"id": "one", "is_built": False, "run": {**DONE, "is_unfinished": True}},
        DONE,
        {"id": "one", "is_built": True, "run": DONE},
        {"id": "push", "run": DONE},
        {"id": "push", "state": "done"},
    ]
    with serving(*(Answer(200, json.dumps(each).encode()) for each in answers)) as server:
        found = Client(server.url, "arete_x", sleep=lambda _: None).release("ours", "hub", key="k")

    assert found["state"] == "done"
    asked = [(method, path.removeprefix("/api/v1")) for method, path, _ in server.asked]
    assert asked == [
        ("POST", "/recipes/ours/releases"),
        ("GET", "/releases/one"),
        ("GET", "/runs/r"),
        ("GET", "/releases/one"),
        ("POST", "/releases/one/publications"),
        ("GET", "/publications/push"),
    ]
    assert [
        headers.get("Idempotency-Key") for _, _, headers in server.asked if "Idempotency-Key" in headers
    ] == [
        "k",
        "k-publish",
    ]


def test_what_a_server_told_of_a_recipe_may_be_sent_back():
    told = {"slug": "ours", "name": "Ours", "is_demo": False, "created_at": "2026-01-01T00:00:00Z"}
    with serving(Answer(), Answer()) as server:
        client = Client(server.url, "arete_x")
        client.write_recipe(told)
        client.write_recipe(told, "ours")

    assert [(method, path) for method, path, _ in server.asked] == [
        ("POST", "/api/v1/recipes"),
        ("PUT", "/api/v1/recipes/ours"),
    ]
    assert all(headers["Content-Length"] == "15" for _, _, headers in server.asked)


@pytest.mark.parametrize(
    "url", ["arete.example.org", "ftp://x", "http://arete.example.org", "http://127.0.0.1.evil.org"]
)
def test_a_token_goes_over_https_alone(url):
    with pytest.raises(ValueError, match="https"):
        checked_url(url)


def test_to_this_machine_it_goes_as_it_is():
    assert checked_url("http://localhost:8000/") == "http://localhost:8000"


def test_a_server_may_name_the_time_to_come_back():
    then = datetime.now(UTC) + timedelta(seconds=30)

    assert 25 < (retry_after_s(format_datetime(then)) or 0) <= 30
    assert retry_after_s("soon") is None


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x"])
def test_no_file_lands_outside_of_its_folder(name, tmp_path):
    with pytest.raises(Damaged):
        target(tmp_path, name)


def test_the_files_of_a_config_are_found_by_split(tmp_path: Path):
    names = ("preference/train/health.parquet", "preference/train/law.parquet", "preference/validation.parquet",
             "preference/test-00000.parquet", "rl/train.parquet")  # fmt: skip
    for name in names:
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    found = {split: len(files) for split, files in files_of(tmp_path, "preference").items()}

    assert found == {"train": 2, "validation": 1, "test": 1}


def test_a_damaged_file_is_not_kept(tmp_path: Path):
    file = {"path": "a", "sha256": "0" * 64, "size_bytes": 3}

    with pytest.raises(Damaged), receiving(tmp_path / "a", file) as take:
        take(b"abc")

    assert list(tmp_path.iterdir()) == []
