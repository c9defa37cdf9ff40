"""Stewards publish from pages and see what came of it."""

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from exports.actions.publish import start_publication
from exports.hub_double import HubDouble
from exports.models import Publication, Release
from runs.actions import perform_now
from runs.models import Run
from tests.exports.gated import pass_gates
from tests.exports.hub import push
from tests.exports.releases import make_destination, make_release, publish, stored
from tests.exports.withdrawn import withdrawn_release
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_of_files")]


@pytest.fixture
def steward(client: Client) -> Client:
    client.force_login(make_user(roles=(Role.STEWARDS,)))
    return client


def test_a_steward_publishes_from_a_page(steward: Client, hub: HubDouble) -> None:
    release, destination = make_release(), make_destination(hub)

    begun = steward.post(reverse("exports:publish", args=[release.pk]), {"destination": destination.slug})
    perform_now(Publication.objects.get().run)
    page = steward.get(begun["Location"]).content.decode()

    assert page.count("step-done") == 3
    assert f"{hub.url}/datasets/org/traits/tree/v0.1.0" in page
    assert "revision=&quot;v0.1.0&quot;" in page or 'revision="v0.1.0"' in page


def test_the_page_of_a_push_that_runs_asks_for_news(steward: Client, hub: HubDouble) -> None:
    release, destination = make_release(), make_destination(hub)
    begun = steward.post(reverse("exports:publish", args=[release.pk]), {"destination": destination.slug})

    whole = steward.get(begun["Location"]).content.decode()
    part = steward.get(begun["Location"], headers={"HX-Request": "true"}).content.decode()

    assert "step-now" in whole
    assert 'hx-trigger="every 2s' in part
    assert "<html" not in part


def test_the_page_of_a_release_shows_how_far_its_push_is(steward: Client, hub: HubDouble) -> None:
    release, _ = withdrawn_release()
    pass_gates(release)
    publication = start_publication(release, make_destination(hub))
    page = reverse("exports:release", args=[release.pk])

    going = steward.get(page).content.decode()
    Run.objects.filter(pk=publication.run_id).update(state="failed", finished_at=Now())
    ended = steward.get(page).content.decode()

    assert "step-now" in going
    assert f'id="run-{publication.run_id}"' in going
    assert "step-now" not in ended


def test_a_question_about_foreign_work_is_answered_on_the_page(
    steward: Client, hub: HubDouble, api: Any
) -> None:
    foreign = push(api, {"notes.md": b"somebody's work"}).oid
    release, destination = make_release(), make_destination(hub)
    publication, _ = publish(release, destination)
    page = steward.get(reverse("exports:publication", args=[publication.pk])).content.decode()

    steward.post(
        reverse("exports:publish", args=[release.pk]),
        {"destination": destination.slug, "accepted_head": foreign},
    )
    perform_now(Publication.objects.first().run)  # type: ignore[union-attr]  # There is one.

    assert f'value="{foreign}"' in page
    assert "notes.md" not in stored(hub)


@pytest.mark.parametrize(
    "fields", [{}, {"destination": "none"}, {"destination": "hub-0", "accepted_head": "nonsense"}]
)
def test_a_bad_choice_is_said_at_its_field(steward: Client, hub: HubDouble, fields: Any) -> None:
    make_destination(hub)

    answer = steward.post(reverse("exports:publish", args=[make_release().pk]), fields)

    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()
    assert not Publication.objects.exists()


def test_a_release_without_files_says_so(steward: Client, hub: HubDouble) -> None:
    release, destination = make_release(state=Release.State.FROZEN), make_destination(hub)

    answer = steward.post(reverse("exports:publish", args=[release.pk]), {"destination": destination.slug})

    assert answer.status_code == 422
    assert "once its files are built" in answer.content.decode()


def test_publications_do_not_exist_for_others(client: Client, hub: HubDouble) -> None:
    publication, _ = publish(make_release(), make_destination(hub))
    client.force_login(make_user(roles=(Role.CURATORS,)))

    assert client.get(reverse("exports:publication", args=[publication.pk])).status_code == 404
    assert client.post(reverse("exports:publish", args=[publication.release_id])).status_code == 404


def test_the_command_says_state_commit_and_tag(hub: HubDouble, capsys: pytest.CaptureFixture[str]) -> None:
    make_release()
    destination = make_destination(hub)

    for _ in range(2):
        call_command("publish", "traits@0.1.0", destination.slug, "--json")

    first, again = map(json.loads, capsys.readouterr().out.splitlines())
    publication = Publication.objects.get()
    assert first == again == {"state": "done", "commit": publication.commit_oid, "tag": "v0.1.0"}


@pytest.mark.parametrize("version", ["traits@0.1.0", "traits@v0.1.0", "uuid"])
def test_the_command_knows_a_release_by_version_and_id(
    hub: HubDouble, capsys: pytest.CaptureFixture[str], version: str
) -> None:
    release = make_release()

    call_command("publish", str(release.pk) if version == "uuid" else version, make_destination(hub).slug)

    assert "traits@0.1.0 is in org/traits" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["traits@9.9.9", "traits", "x", "traits@0.1.0\0", "@", "traits@" + "9" * 30])
def test_the_command_lists_the_releases_that_exist(hub: HubDouble, name: str) -> None:
    make_release()

    with pytest.raises(CommandError, match=r"There are: traits@0\.1\.0"):
        call_command("publish", name, make_destination(hub).slug)


def test_the_command_lists_the_destinations_that_exist(hub: HubDouble) -> None:
    make_release()
    destination = make_destination(hub)

    with pytest.raises(CommandError, match=f"There are: {destination.slug}"):
        call_command("publish", "traits@0.1.0", "nowhere")


def test_the_command_fails_with_the_reason(hub: HubDouble, capsys: pytest.CaptureFixture[str]) -> None:
    make_release()

    with pytest.raises(CommandError, match="was revoked"):
        call_command("publish", "traits@0.1.0", make_destination(hub, token="hf_gone").slug, "--json")

    assert json.loads(capsys.readouterr().out) == {"state": "failed", "commit": "", "tag": ""}


def test_the_command_builds_on_a_foreign_commit_when_told_to(hub: HubDouble, api: Any) -> None:
    foreign = push(api, {"notes.md": b"somebody's work"}).oid
    make_release()
    destination = make_destination(hub)

    call_command("publish", "traits@0.1.0", destination.slug, "--build-on", foreign[:12])

    assert Publication.objects.get().parent_commit == foreign
    with pytest.raises(CommandError, match="takes a commit id"):
        call_command("publish", "traits@0.1.0", destination.slug, "--build-on", "main")
