"""The pages of the audit trail."""

import csv
import io
import json
from datetime import timedelta

import pgtrigger
import pytest
from django.test import Client
from django.utils import timezone

from accounts.audit import check_chain, record
from accounts.models import AuditEvent, Role, User
from tests.factories import make_user

pytestmark = pytest.mark.django_db
TRAIL = "/audit/"


@pytest.fixture
def administrator(client: Client) -> User:
    user = make_user("head@example.org", roles=(Role.ADMINISTRATORS,))
    client.force_login(user)
    return user


def shown(client: Client, **query: str) -> list[int]:
    return [event.pk for event in client.get(TRAIL, query).context["events"]]


def test_events_are_listed_with_who_what_and_where_the_newest_first(client: Client, administrator: User):
    first = record(administrator, "thing.begun", administrator)
    second = record(None, "thing.ended", administrator, why="<b>late</b>")

    page = client.get(TRAIL).text

    assert shown(client) == [second.pk, first.pk]
    assert "the house" in page
    assert "&lt;b&gt;late&lt;/b&gt;" in page


def test_filters_narrow_the_list(client: Client, administrator: User):
    other = make_user("other@example.org", name="Other Person")
    mine = record(administrator, "thing.begun", administrator)
    theirs = record(other, "thing.ended", other)
    house = record(None, "matter.ended", other)

    assert shown(client, who="HEAD@example.org") == [mine.pk]
    assert shown(client, who="other person") == [theirs.pk]
    assert shown(client, who=str(other.pk)) == [theirs.pk]
    assert shown(client, who="-") == [house.pk]
    assert shown(client, who="nobody at all") == []
    assert shown(client, act="thing.") == [theirs.pk, mine.pk]
    assert shown(client, about=str(other.pk)) == [house.pk, theirs.pk]
    assert shown(client, about="accounts.user", who="-") == [house.pk]


def test_days_are_whole_and_both_ends_count(client: Client, administrator: User):
    event = record(administrator, "thing.begun", administrator)
    today, yesterday = timezone.now().date(), timezone.now().date() - timedelta(days=1)

    assert shown(client, since=str(today), until=str(today)) == [event.pk]
    assert shown(client, until=str(yesterday)) == []


@pytest.mark.parametrize(
    "query",
    [{"since": "soon"}, {"since": "2026-02-02", "until": "2026-02-01"}, {"before": "x"}, {"who": "a\0"}],
)
def test_what_is_no_filter_is_said_and_shows_nothing(
    client: Client, administrator: User, query: dict[str, str]
):
    record(administrator, "thing.begun", administrator)

    answer = client.get(TRAIL, query)

    assert answer.status_code == 422
    assert answer.context["events"] == []


def test_the_list_goes_on_where_the_page_before_ended(client: Client, administrator: User):
    for number in range(103):
        record(administrator, "thing.done", administrator, number=number)

    first = client.get(TRAIL, {"act": "thing."})
    second = client.get(TRAIL, {"act": "thing.", "before": first.context["older"].pk})

    assert f"?act=thing.&amp;before={first.context['older'].pk}" in first.text
    assert (len(first.context["events"]), len(second.context["events"])) == (100, 3)
    assert second.context["older"] is None


def test_the_state_of_the_chain_is_shown(client: Client, administrator: User):
    events = [record(administrator, "thing.done", administrator) for _ in range(3)]
    before = client.get(TRAIL).text
    whole = client.post("/audit/check/", follow=True).text
    with pgtrigger.ignore("accounts.AuditEvent:append_only"):
        AuditEvent.objects.filter(pk=events[1].pk).update(act="other")
    broken = client.post("/audit/check/", follow=True).text

    assert "Not checked yet" in before
    assert f"up to event {events[2].pk}" in whole
    assert f"at event {events[1].pk}" in broken
    assert check_chain().broken == [events[1].pk]


def test_the_trail_leaves_as_a_file_which_is_written_down_first(client: Client, administrator: User):
    event = record(administrator, "thing.done", administrator, why="=1+1")
    record(None, "matter.ended", administrator)

    lines = client.get("/audit/file/ndjson/", {"act": "thing."}).getvalue().decode().splitlines()

    assert [json.loads(line)["id"] for line in lines] == [event.pk]
    assert json.loads(lines[0])["actor"] == str(administrator.pk)
    export = AuditEvent.objects.latest("id")
    assert (export.act, export.detail) == ("audit.exported", {"kind": "ndjson", "filters": {"act": "thing."}})


def test_a_filter_keeps_nobodys_address(client: Client, administrator: User):
    client.get("/audit/file/csv/", {"who": "head@example.org"})

    assert AuditEvent.objects.latest("id").detail["filters"] == {"who": str(administrator.pk)}


def test_no_cell_of_the_table_is_a_formula(client: Client, administrator: User):
    record(administrator, "=cmd", administrator)

    text = client.get("/audit/file/csv/").getvalue().decode()

    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["act"] for row in rows] == ["'=cmd", "audit.exported"]


def test_another_kind_of_file_does_not_exist(client: Client, administrator: User):
    assert client.get("/audit/file/xml/").status_code == 404


def test_stewards_find_no_trail(client: Client):
    client.force_login(make_user(roles=(Role.STEWARDS,)))

    assert client.get(TRAIL).status_code == 404
    assert client.get("/audit/file/csv/").status_code == 404


def test_acts_of_a_request_carry_its_address_even_where_only_the_person_is_handed_on(client: Client):
    user = make_user("nurse@example.org")
    user.set_password("seven green lamps")
    user.save()

    client.post(
        "/sign-in/", {"email": user.email, "password": "seven green lamps"}, REMOTE_ADDR="198.51.100.7"
    )

    assert AuditEvent.objects.get(act="session.begun").address == "198.51.100.7"
    assert record(user, "thing.done", user).address == ""
