"""Pages about background work, and /readyz."""

from datetime import timedelta

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from runs.actions import start
from runs.migrated import FOUND
from runs.models import Run, WorkerSign
from runs.registry import QUEUES
from runs.signs import write_signs
from tests.factories import make_user
from tests.runs.kinds import nothing, registered, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    return make_user()


@pytest.fixture
def run(owner: User):
    with registered(nothing) as name:
        yield start(name, {}, created_by=owner, total=200)


def page(run: Run) -> str:
    return reverse("runs:progress", args=[run.pk])


def test_the_person_who_asked_sees_how_far_a_run_is(client: Client, run: Run, owner: User):
    taken(run).checkpoint(50)
    client.force_login(owner)

    answer = client.get(page(run))

    assert answer.status_code == 200
    assert "50 of 200 rows" in answer.text
    assert 'aria-valuenow="25"' in answer.text
    assert "<html" in answer.text


def test_htmx_gets_the_fragment_that_asks_again(client: Client, run: Run, owner: User):
    client.force_login(owner)

    answer = client.get(page(run), headers={"HX-Request": "true"})

    assert "<html" not in answer.text
    assert f'hx-get="{page(run)}"' in answer.text
    assert "HX-Trigger" not in answer
    assert "HX-Request" in answer["Vary"]


def test_the_fragment_of_an_ended_run_asks_no_more_and_says_so(client: Client, run: Run, owner: User):
    Run.objects.filter(pk=run.pk).update(
        state=Run.State.FAILED, finished_at=Now(), error="The file <is> gone."
    )
    client.force_login(owner)

    answer = client.get(page(run), headers={"HX-Request": "true"})

    assert "hx-get" not in answer.text
    assert answer["HX-Trigger"] == "run-ended"
    assert "The file &lt;is&gt; gone." in answer.text
    assert "Cancel" not in answer.text


def test_a_missing_worker_is_said_until_one_gives_a_sign(client: Client, run: Run, owner: User):
    client.force_login(owner)
    before = client.get(page(run)).text
    write_signs(["io"])
    after = client.get(page(run)).text

    assert "No worker is alive" in before
    assert "No worker is alive" not in after


@pytest.mark.parametrize("role", [Role.STEWARDS, Role.CURATORS, Role.ADMINISTRATORS])
def test_those_who_run_the_house_see_the_runs_of_others(client: Client, run: Run, role: Role):
    client.force_login(make_user(roles=(role,)))

    assert client.get(page(run)).status_code == 200
    assert "Try" in client.get(reverse("runs:runs")).text


@pytest.mark.parametrize("roles", [(), (Role.TRAIT_AUTHORS,)])
def test_strangers_find_nothing(client: Client, run: Run, roles: tuple[Role, ...]):
    client.force_login(make_user(roles=roles))

    assert client.get(page(run)).status_code == 404
    assert client.post(reverse("runs:cancel", args=[run.pk])).status_code == 404
    assert client.get(reverse("runs:runs")).status_code == 404


def test_who_is_not_signed_in_is_sent_to_sign_in(client: Client, run: Run):
    for url in (page(run), reverse("runs:runs")):
        assert client.get(url)["Location"].startswith("/sign-in/")
    assert client.post(reverse("runs:cancel", args=[run.pk]))["Location"].startswith("/sign-in/")


def test_cancelling_ends_a_waiting_run_and_shows_it(client: Client, run: Run, owner: User):
    client.force_login(owner)

    answer = client.post(reverse("runs:cancel", args=[run.pk]), follow=True)

    assert "Cancelled" in answer.text
    run.refresh_from_db()
    assert run.state == "cancelled"


def test_cancelling_takes_a_post(client: Client, run: Run, owner: User):
    client.force_login(owner)

    assert client.get(reverse("runs:cancel", args=[run.pk])).status_code == 405


def test_the_list_goes_on_where_the_page_before_ended(client: Client):
    Run.objects.bulk_create([Run(kind="x", done=number) for number in range(55)])
    client.force_login(make_user(roles=(Role.STEWARDS,)))

    first = client.get(reverse("runs:runs")).context
    second = client.get(reverse("runs:runs"), {"before": first["older"].pk}).context

    assert (len(first["runs"]), len(second["runs"]), second["older"]) == (50, 5, None)
    assert {run.done for run in [*first["runs"], *second["runs"]]} == set(range(55))


def test_a_place_that_is_none_shows_the_beginning(client: Client, run: Run):
    client.force_login(make_user(roles=(Role.STEWARDS,)))

    answer = client.get(reverse("runs:runs"), {"before": "\0'; nonsense"})

    assert answer.status_code == 200
    assert "Try" in answer.text


def test_ready_when_every_queue_has_a_living_worker(client: Client):
    write_signs(list(QUEUES))

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"ready": True, "missing": []})


def test_not_ready_names_the_queue_whose_worker_is_silent(client: Client):
    write_signs(list(QUEUES))
    WorkerSign.objects.filter(queue="cpu").update(seen_at=Now() - timedelta(minutes=1))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert ["cpu" in missing for missing in answer.json()["missing"]] == [True]


def test_a_second_sign_takes_the_place_of_the_first():
    write_signs(["io", "cpu"])
    write_signs(["cpu"])

    assert WorkerSign.objects.count() == 2


def test_not_ready_while_the_tables_are_older_than_the_code(client: Client):
    write_signs(list(QUEUES))
    FOUND.clear()
    MigrationRecorder.Migration.objects.filter(app="runs").delete()

    answer = client.get("/readyz")
    FOUND.clear()

    assert (answer.status_code, answer.json()["missing"]) == (
        503,
        ["the tables are older than the code: run migrate"],
    )
