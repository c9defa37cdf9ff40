"""Log lines: JSON with the ids of request and run, and never what people wrote."""

import json
import logging
import logging.config
from collections.abc import Iterator
from io import StringIO
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.test import Client

from config.logs import settings_for
from runs.actions import perform, start
from runs.work import Work
from tests.factories import make_user
from tests.labeling.scenes import signed_in
from tests.runs.kinds import registered

pytestmark = pytest.mark.django_db
CANARY = "a7c0ffee words that somebody wrote"


@pytest.fixture
def written() -> Iterator[StringIO]:
    """Log as in production, into memory."""
    stream = StringIO()
    configured = settings_for("json", "WARNING", has_requests=True)
    configured["handlers"]["console"]["stream"] = stream
    logging.config.dictConfig(configured)
    yield stream
    logging.config.dictConfig(django_settings.LOGGING)


def lines(written: StringIO, logger: str = "") -> list[dict[str, object]]:
    found = [json.loads(line) for line in written.getvalue().splitlines()]
    return [line for line in found if not logger or line["logger"] == logger]


def test_a_request_is_one_line_with_its_route_and_who_asked(written: StringIO):
    person = make_user()

    answer = signed_in(person).get("/help/", {"q": CANARY})

    [line] = lines(written, "requests")
    assert line["request_id"] == answer["X-Request-ID"]
    assert {name: line[name] for name in ("level", "route", "method", "status", "user_id")} == {
        "level": "info", "route": "help", "method": "GET", "status": 200, "user_id": str(person.pk),
    }  # fmt: skip
    assert float(str(line["ms"])) >= 0
    assert CANARY not in written.getvalue()
    assert person.email not in written.getvalue()


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [("3f2a-44b0.x_1", True), ("short", False), ("x" * 65, False), ('{"level": "error"}\u2028', False)],
)
def test_an_id_from_outside_is_kept_when_it_looks_like_one(client: Client, given: str, is_kept: bool):
    answer = client.get("/help/", headers={"X-Request-ID": given})

    assert (answer["X-Request-ID"] == given) is is_kept


def test_an_id_does_not_live_on_in_the_next_request(client: Client, written: StringIO):
    client.get("/help/", headers={"X-Request-ID": "first-request"})
    client.get("/help/")

    first, second = lines(written, "requests")
    assert first["request_id"] == "first-request"
    assert second["request_id"] != "first-request"


def test_one_time_links_are_not_written_down(client: Client, written: StringIO):
    token = uuid4().hex

    client.get(f"/invitation/{token}/")
    client.get(f"/nowhere/{token}")

    assert len(lines(written)) >= 2
    assert token not in written.getvalue()


def break_with_words(work: Work) -> dict[str, object]:
    try:
        with transaction.atomic():
            make_user("twice@example.org", name=CANARY)
            make_user("twice@example.org", name=CANARY)
    except Exception as error:
        raise ValueError(f"cannot read {CANARY}") from error
    return {}


def test_a_run_that_breaks_says_where_and_not_what_people_wrote(written: StringIO):
    with registered(break_with_words) as name:
        run = start(name, {})
        perform(run.pk, may_retry=False)

    [line] = lines(written, "runs")
    assert (line["run_id"], line["kind"]) == (str(run.pk), name)
    assert line["errors"] == [
        "builtins.ValueError",
        "django.db.utils.IntegrityError",
        "psycopg.errors.UniqueViolation 23505 accounts_user_email_key",
    ]
    assert "break_with_words" in str(line["where"])
    assert CANARY not in written.getvalue()
    assert "twice@" not in written.getvalue()


def test_a_line_for_people_shows_the_whole_error():
    stream = StringIO()
    configured = settings_for("text", "WARNING", has_requests=False)
    configured["handlers"]["console"]["stream"] = stream
    logging.config.dictConfig(configured)
    try:
        raise ValueError("what is wrong")
    except ValueError:
        logging.getLogger("runs").exception("it broke")
    finally:
        logging.config.dictConfig(django_settings.LOGGING)

    first, *rest = stream.getvalue().splitlines()
    assert " ERROR runs it broke" in first
    assert rest[-1] == "ValueError: what is wrong"
