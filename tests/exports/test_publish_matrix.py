"""Every fault at every step of a push: one commit with the right files, or none and a state that says why.

Afterwards, when the Hub is well again, going on ends in exactly one commit and one tag.
"""

from typing import Any

import pytest

from exports.actions.publish import resume_publication, start_publication
from exports.hub_double import HubDouble
from exports.models import Publication
from runs.actions import perform_now
from runs.models import Run
from tests.exports.releases import folder_of, history, make_destination, make_release, publish, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_of_files", "hurried")]

ONE_COMMIT = ["Release 0.1.0", "initial commit"]
FOREVER = 99
READS = ["info", "tree", "refs", "resolve"]
WRITES = ["create_repo", "preupload", "lfs_batch", "lfs_put", "lfs_verify", "commit", "tag"]
REFUSALS = [401, 403, 404, 413, 422]
TROUBLE = [
    ("status", 429),
    ("status", 503),
    ("drop", 0),
    ("timeout", 0),
    ("garbage", 0),
    ("slow", 0),
]
APPLIED = [
    "drop_after_apply",
    "status_after_apply",
    "timeout_after_apply",
    "garbage_after_apply",
    "slow_after_apply",
]
NEXT_STEPS = (
    "enter it at the destination",
    "Give it write access",
    "Create it there",
    "A file is larger",
    "does not take this",
    "it answered",
    "come back later",
    "took too long",
    "failed or broke off",
    "something that no Hub says",
    "does not take a file",
    "at this moment",
    "gives out another",
    "Look at it on the Hub",
    "changes faster",
    "does not keep it",
    "meanwhile",
)
"""What a person reads who is to know what happened or what to do."""


def whole_or_nothing(hub: HubDouble, publication: Publication, run: Run, files: dict[str, bytes]) -> None:
    """What holds after any fault."""
    repos = hub.hub.store.repos()
    if run.state == Run.State.DONE:
        assert history(hub) == ONE_COMMIT
        assert stored(hub, "v0.1.0") == files
        return
    assert run.state in {Run.State.FAILED, Run.State.NEEDS_ATTENTION}
    assert any(words in run.error for words in NEXT_STEPS), run.error
    assert publication.state != Publication.State.DONE
    if repos:
        assert history(hub) in (ONE_COMMIT, ["initial commit"])


def goes_on(hub: HubDouble, publication: Publication, files: dict[str, bytes]) -> None:
    """When the Hub is well again, going on ends in one commit and one tag."""
    hub.faults.clear()
    publication.run.refresh_from_db()
    if publication.run.state != Run.State.DONE:
        assert resume_publication(publication)
        run = perform_now(publication.run)
        assert run.state == Run.State.DONE, run.error
    assert history(hub) == ONE_COMMIT
    assert stored(hub, "v0.1.0") == files
    assert len(hub.hub.store.repos()[0]["tags"]) == 1


def met(hub: HubDouble, route: str, kind: Any, *, status: int, times: int) -> None:
    release = make_release()
    hub.fault(route, kind, status=status, times=times)

    publication, run = publish(release, make_destination(hub))

    files = folder_of(release)
    whole_or_nothing(hub, publication, run, files)
    goes_on(hub, publication, files)


@pytest.mark.parametrize("status", REFUSALS)
@pytest.mark.parametrize("route", [*READS, *WRITES])
def test_a_refusal_at_any_step(hub: HubDouble, route: str, status: int) -> None:
    met(hub, route, "status", status=status, times=FOREVER)


@pytest.mark.parametrize(("kind", "status"), TROUBLE)
@pytest.mark.parametrize("route", [*READS, *WRITES])
def test_trouble_once_at_any_step(hub: HubDouble, route: str, kind: str, status: int) -> None:
    met(hub, route, kind, status=status, times=1)


@pytest.mark.parametrize(("kind", "status"), [("drop", 0), ("status", 503), ("garbage", 0)])
@pytest.mark.parametrize("route", ["info", "commit", "tag", "refs", "resolve", "preupload"])
def test_trouble_without_end(hub: HubDouble, route: str, kind: str, status: int) -> None:
    met(hub, route, kind, status=status, times=FOREVER)


@pytest.mark.parametrize("kind", APPLIED)
@pytest.mark.parametrize("route", ["create_repo", "lfs_put", "commit", "tag"])
def test_an_answer_that_was_lost_after_the_work(hub: HubDouble, route: str, kind: str) -> None:
    met(hub, route, kind, status=503, times=1)


@pytest.mark.parametrize("status", [409, 412])
@pytest.mark.parametrize("route", ["commit", "tag", "create_repo"])
def test_a_conflict_that_passes(hub: HubDouble, route: str, status: int) -> None:
    met(hub, route, "status", status=status, times=1)


def test_a_conflict_with_our_own_commit(hub: HubDouble) -> None:
    release = make_release()
    hub.fault("commit", "timeout_after_apply")
    hub.fault("info", "drop", times=0)

    publication, run = publish(release, make_destination(hub))

    assert run.state == Run.State.DONE, run.error
    assert history(hub) == ONE_COMMIT
    assert any("the commit is there" in line.text for line in publication.run.log.all())


def test_going_on_waits_for_others_to_end(hub: HubDouble) -> None:
    destination = make_destination(hub)
    hub.fault("commit", "status", status=403, times=FOREVER)
    failed, _ = publish(make_release("0.1.0"), destination)
    start_publication(make_release("0.2.0"), destination)

    with pytest.raises(Exception, match=r"traits@0\.2\.0 is on its way"):
        resume_publication(failed)
