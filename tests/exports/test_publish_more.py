"""Pausing, going on, rolling back, taking away; and who may read what is published."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from exports.actions.publish import (
    NotPublishable,
    give_up_publication,
    pause_publication,
    resume_publication,
    start_erasure,
    start_publication,
    start_restore,
)
from exports.actions.withdrawals import affected_releases
from exports.exposure import why_exposed
from exports.hub_double import HubDouble
from exports.hub_double.server import Fault
from exports.hub_double.store import Repo
from exports.models import Publication, Release
from runs.actions import claim, perform_now
from runs.models import Run
from tests.exports.gated import pass_gates
from tests.exports.hub import REPO, push
from tests.exports.judged import say_consent
from tests.exports.releases import (
    folder_of,
    history,
    make_destination,
    make_publication,
    make_release,
    publish,
    stored,
)
from tests.exports.withdrawn import withdrawn_release
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_of_files")]
HELD_OUT = {"data/benchmark/test.parquet": b"PAR1 held out"}


def done(publication: Publication) -> Publication:
    run = perform_now(publication.run)
    assert run.state == Run.State.DONE, run.error
    publication.refresh_from_db()
    return publication


def make_public(repo: Repo) -> None:
    repo["private"] = False


def open_at(hub: HubDouble, wanted: str) -> None:
    """Let the repository become public when a request to a route arrives."""
    asked = hub.next_fault

    def opened(route: str) -> Fault | None:
        if route == wanted:
            hub.hub.store.update(REPO, make_public)
        return asked(route)

    hub.next_fault = opened  # type: ignore[method-assign]  # The double tells us when the request arrives.


def test_a_push_is_paused_and_goes_on_where_it_was(hub: HubDouble) -> None:
    release, destination = make_release(), make_destination(hub)
    publication = start_publication(release, destination)

    assert pause_publication(publication)
    paused = Publication.objects.get()
    with pytest.raises(NotPublishable, match="is on its way"):
        start_publication(make_release("0.2.0"), destination)
    assert resume_publication(paused)

    assert paused.is_paused
    done(publication)
    assert history(hub) == ["Release 0.1.0", "initial commit"]
    assert Run.objects.count() == 1


def test_a_push_that_runs_stops_at_its_next_checkpoint(hub: HubDouble) -> None:
    publication = start_publication(make_release(), make_destination(hub))
    claim(publication.run_id)

    assert pause_publication(publication)

    assert not resume_publication(publication), "it has not stopped yet"


def test_one_that_ended_can_not_be_paused(hub: HubDouble) -> None:
    publication, _ = publish(make_release(), make_destination(hub))

    assert not pause_publication(publication)
    assert not resume_publication(publication)


def test_a_paused_push_that_is_given_up_frees_its_place(hub: HubDouble) -> None:
    destination = make_destination(hub)
    paused = start_publication(make_release("0.1.0"), destination)
    pause_publication(paused)

    give_up_publication(paused)

    done(start_publication(make_release("0.2.0"), destination))
    assert history(hub)[0] == "Release 0.2.0"


def test_an_earlier_release_comes_back_by_a_new_commit(hub: HubDouble) -> None:
    destination = make_destination(hub)
    first, second = make_release("0.1.0"), make_release("0.2.0")
    former, _ = publish(first, destination)
    publish(second, destination)

    restored = done(start_restore(former))

    assert history(hub) == ["Restore release 0.1.0", "Release 0.2.0", "Release 0.1.0", "initial commit"]
    assert stored(hub) == stored(hub, "v0.1.0-restored-1") == folder_of(first)
    assert restored.tag == "v0.1.0-restored-1"


def test_after_going_back_the_next_release_is_published_on_top(hub: HubDouble) -> None:
    destination = make_destination(hub)
    former, _ = publish(make_release("0.1.0"), destination)
    publish(make_release("0.2.0"), destination)
    done(start_restore(former))

    _, run = publish(make_release("0.3.0"), destination)

    assert run.state == Run.State.DONE, run.error
    assert history(hub)[0] == "Release 0.3.0"


def test_going_back_and_forth_gets_a_tag_for_each(hub: HubDouble) -> None:
    destination = make_destination(hub)
    first, _ = publish(make_release("0.1.0"), destination)
    second, _ = publish(make_release("0.2.0"), destination)
    for former in (first, second, first):
        done(start_restore(former))

    assert sorted(hub.hub.store.repos()[0]["tags"]) == [
        "v0.1.0", "v0.1.0-restored-1", "v0.1.0-restored-2", "v0.2.0", "v0.2.0-restored-1",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["drop_after_apply", "drop"])
def test_going_back_survives_a_lost_answer(hub: HubDouble, kind: Any) -> None:
    destination = make_destination(hub)
    former, _ = publish(make_release("0.1.0"), destination)
    publish(make_release("0.2.0"), destination)
    hub.fault("commit", kind)

    done(start_restore(former))

    assert history(hub).count("Restore release 0.1.0") == 1


def test_what_was_never_there_does_not_come_back(hub: HubDouble) -> None:
    with pytest.raises(NotPublishable, match="was never published"):
        start_restore(make_publication(make_release(), make_destination(hub)))


def test_data_is_taken_away_by_a_commit_that_leaves_a_notice(hub: HubDouble) -> None:
    release, destination = make_release(), make_destination(hub)
    former, _ = publish(release, destination)

    erased = done(start_erasure(former))

    left = stored(hub)
    assert list(left) == ["README.md"]
    assert b"release 0.1.0 is withdrawn" in left["README.md"]
    assert history(hub)[0] == "Take away the data of release 0.1.0"
    assert erased.tag == "v0.1.0-erased-1"
    assert stored(hub, "v0.1.0") == folder_of(release), "nothing is rewritten"


def test_after_data_was_taken_away_the_next_release_is_published(hub: HubDouble) -> None:
    destination = make_destination(hub)
    former, _ = publish(make_release("0.1.0"), destination)
    done(start_erasure(former))

    _, run = publish(make_release("0.2.0"), destination)

    assert run.state == Run.State.DONE, run.error


def test_what_stands_at_the_head_no_more_is_not_taken_away(hub: HubDouble) -> None:
    destination = make_destination(hub)
    former, _ = publish(make_release("0.1.0"), destination)
    publish(make_release("0.2.0"), destination)

    with pytest.raises(NotPublishable, match=r"traits@0\.2\.0 stands at the head"):
        start_erasure(former)


def test_a_gated_repository_is_created_gated(hub: HubDouble) -> None:
    release = make_release(extra=HELD_OUT)

    _, run = publish(release, make_destination(hub, gating="manual"))

    repo = hub.hub.store.repo(REPO)
    assert run.state == Run.State.DONE, run.error
    assert repo
    assert repo["gated"] == "manual"


def test_an_open_repository_gets_nothing_that_must_be_gated(hub: HubDouble, api: Any) -> None:
    push(api, {"notes.md": b"ours"})
    hub.requests.clear()

    _, run = publish(make_release(), make_destination(hub, gating="auto"))

    assert run.state == Run.State.FAILED
    assert "readers must accept terms" in run.error
    assert not any(request.route.startswith(("preupload", "lfs")) for request in hub.requests)


def test_held_out_files_do_not_go_to_an_open_repository(hub: HubDouble) -> None:
    _, run = publish(make_release(extra=HELD_OUT), make_destination(hub))

    assert run.state == Run.State.FAILED
    assert "files of held-out pools (data/benchmark/test.parquet)" in run.error
    assert history(hub) == ["initial commit"]
    assert not any(request.route.startswith(("preupload", "lfs")) for request in hub.requests)


@pytest.mark.parametrize("route", ["preupload", "lfs_put"])
def test_a_repository_that_is_opened_meanwhile_gets_no_commit(hub: HubDouble, route: str) -> None:
    open_at(hub, route)

    _, run = publish(make_release(extra=HELD_OUT), make_destination(hub, is_private=True))

    assert run.state == Run.State.FAILED
    assert "org/traits is public" in run.error
    assert history(hub) == ["initial commit"]


def test_a_repository_that_is_opened_right_after_the_commit_is_said_aloud(hub: HubDouble) -> None:
    open_at(hub, "tag")

    _, run = publish(make_release(), make_destination(hub, is_private=True))

    assert run.state == Run.State.NEEDS_ATTENTION
    assert "was opened to everybody" in run.error


@pytest.mark.parametrize(
    ("path", "private", "gated", "refused"),
    [
        ("data/preference/train.parquet", False, False, False),
        ("data/benchmark/test.parquet", False, False, True),
        ("data/adversarial/test.parquet", False, False, True),
        ("data/adversarial/test.parquet", False, True, False),
        ("data/adversarial/test.parquet", True, False, False),
    ],
)
def test_what_is_held_out_is_known_by_its_path(path: str, private: bool, gated: bool, refused: bool) -> None:
    reason = why_exposed(
        [path], "org/x", is_private=private, is_gated=gated, must_be_private=False, must_be_gated=False
    )

    assert bool(reason) == refused


def test_releases_with_judgments_of_who_withdrew_are_listed(hub: HubDouble) -> None:
    release, person = withdrawn_release()
    assert affected_releases() == []

    say_consent(person, is_given=False)

    (affected,) = affected_releases()
    assert (affected.release, affected.people, affected.verdicts, affected.places) == (release, 1, 1, [])
    say_consent(person, is_given=True)
    assert affected_releases() == []


def test_where_a_withdrawn_release_stands_is_said(hub: HubDouble) -> None:
    release, person = withdrawn_release()
    pass_gates(release)
    say_consent(person, is_given=False)
    destination = make_destination(hub)
    there = make_publication(release, destination, state="done", commit_oid="a", tag="v1.0.0")

    assert [place.is_there for place in affected_releases()[0].places] == [True]
    make_publication(
        release, destination, state="done", commit_oid="b", tag="v1.0.0-erased-1", purpose="erase"
    )
    assert [place.is_there for place in affected_releases()[0].places] == [False]
    assert there.purpose == "publish"


@pytest.fixture
def steward(client: Client) -> Client:
    client.force_login(make_user(roles=(Role.STEWARDS,)))
    return client


def test_a_steward_pauses_and_resumes_on_the_page(steward: Client, hub: HubDouble) -> None:
    publication = start_publication(make_release(), make_destination(hub))

    paused = steward.post(reverse("exports:publication_pause", args=[publication.pk]), follow=True)
    resumed = steward.post(reverse("exports:publication_resume", args=[publication.pk]), follow=True)

    assert "Resume" in paused.content.decode()
    assert "Paused" in paused.content.decode()
    assert "Pause</button>" in resumed.content.decode()


def test_a_paused_push_says_so_wherever_it_is_shown(steward: Client, hub: HubDouble) -> None:
    release, _ = withdrawn_release()
    pass_gates(release)
    publication = start_publication(release, make_destination(hub))
    pause_publication(publication)
    resume = reverse("exports:publication_resume", args=[publication.pk])

    pages = [
        reverse("exports:publication", args=[publication.pk]),
        reverse("runs:progress", args=[publication.run_id]),
        reverse("exports:release", args=[publication.release_id]),
    ]

    for page in pages:
        shown = steward.get(page).content.decode()
        assert "Cancelled" not in shown
        assert "Paused" in shown
        assert f'action="{resume}"' in shown


def test_a_push_that_was_given_up_is_cancelled_and_not_paused(steward: Client, hub: HubDouble) -> None:
    publication = start_publication(make_release(), make_destination(hub))
    pause_publication(publication)
    give_up_publication(publication)

    shown = steward.get(reverse("runs:progress", args=[publication.run_id])).content.decode()

    assert "Cancelled" in shown
    assert "Resume" not in shown


def test_a_steward_rolls_back_on_the_page(steward: Client, hub: HubDouble) -> None:
    destination = make_destination(hub)
    former, _ = publish(make_release("0.1.0"), destination)
    publish(make_release("0.2.0"), destination)
    page = reverse("exports:publication", args=[former.pk])

    offered = steward.get(page).content.decode()
    steward.post(reverse("exports:publication_restore", args=[former.pk]))
    done(Publication.objects.get(purpose="restore"))
    later = steward.get(page).content.decode()

    assert "Roll back to this release" in offered
    assert "Roll back to this release" not in later


def test_a_steward_sees_what_is_taken_away_before_it_is(steward: Client, hub: HubDouble) -> None:
    former, _ = publish(make_release(), make_destination(hub))
    page = reverse("exports:publication_erase", args=[former.pk])

    shown = steward.get(page).content.decode()
    begun = steward.post(page)

    assert "data/ratings/train.parquet" in shown
    assert "release 0.1.0 is withdrawn" in shown
    assert Publication.objects.get(purpose="erase").pk == Publication.objects.first().pk  # type: ignore[union-attr]
    assert begun.status_code == 302


def test_one_release_goes_to_several_destinations_at_once(steward: Client, hub: HubDouble) -> None:
    first, second = make_destination(hub), make_destination(hub, repo_id="org/other")
    release = make_release()

    answer = steward.post(
        reverse("exports:publish", args=[release.pk]), {"destination": [first.slug, second.slug]}
    )
    for publication in Publication.objects.all():
        done(publication)

    assert answer["Location"] == reverse("exports:release", args=[release.pk])
    assert history(hub) == history(hub, "org/other") == ["Release 0.1.0", "initial commit"]
    assert Release.objects.get().state == "published"
