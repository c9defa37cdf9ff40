"""From a slot to a published release, or to a reason why not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now

from curation.models import Response
from exports.actions.notices import announce_outcomes
from exports.actions.schedules import start_due_slots
from exports.actions.slots import advance_slots
from exports.hub_double import HubDouble
from exports.models import News, Publication, Release, ScheduleSlot
from labeling.models import Annotation
from runs.actions import cancel, claim, perform, perform_now, reconcile
from runs.models import Run
from tests.exports.judged import Panel, frozen, make_recipe
from tests.exports.releases import history, make_destination, make_release
from tests.exports.scheduled import FIRST, make_schedule, make_slot
from tests.factories import make_scenario

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_of_files")]
WEEK = timedelta(days=7)


def worked(slot: ScheduleSlot) -> ScheduleSlot:
    """The slot after its run."""
    assert slot.run
    perform_now(slot.run)
    slot.refresh_from_db()
    return slot


def released_panel() -> tuple[Panel, Release]:
    """A recipe whose newest release holds all there is."""
    panel = Panel()
    panel.pair(1, 2, 1)
    release = frozen(make_recipe(panel.project))
    Release.objects.filter(pk=release.pk).update(state="built", path="somewhere")
    release.refresh_from_db()
    return panel, release


def built_slot(*destinations: Any, **fields: Any) -> tuple[ScheduleSlot, Release]:
    """A slot whose release has its files."""
    release = make_release()
    slot = make_slot(make_schedule(release.recipe, *destinations))
    slot.state, slot.release = ScheduleSlot.State.BUILDING, release
    slot.save()
    return slot, release


def test_a_slot_at_which_nothing_changed_is_skipped_with_the_reason():
    _, release = released_panel()

    slot = worked(make_slot(make_schedule(release.recipe)))

    assert slot.state == "skipped"
    assert slot.reason == f"Nothing changed since {release}, which is in every destination."
    assert Release.objects.count() == 1
    assert News.objects.get().kind == "schedule.skipped"


@pytest.mark.parametrize("change", ["rows", "terms"])
def test_a_slot_at_which_something_changed_cuts_a_release(change: str):
    panel, release = released_panel()
    if change == "rows":
        panel.pair(2, 2, 2)
    else:
        release.recipe.license = "cc0-1.0"
        release.recipe.save()

    slot = worked(make_slot(make_schedule(release.recipe)))

    assert slot.state == "building"
    assert slot.release
    assert slot.release.version == "1.1.0"
    assert slot.build
    assert slot.build.arguments == {"release": str(slot.release.pk)}


def test_a_trial_leaves_nothing_behind():
    _, release = released_panel()
    before = list(Release.objects.values())

    worked(make_slot(make_schedule(release.recipe)))

    assert list(Release.objects.values()) == before
    assert Annotation.objects.count() == 3


def test_a_schedule_that_skips_nothing_cuts_the_same_again():
    _, release = released_panel()

    slot = worked(make_slot(make_schedule(release.recipe, skip_unchanged=False)))

    assert slot.state == "building"


def test_an_unchanged_release_that_is_not_everywhere_yet_goes_there(hub: HubDouble):
    _, release = released_panel()

    slot = worked(make_slot(make_schedule(release.recipe, make_destination(hub))))

    assert (slot.state, slot.release, slot.build) == ("building", release, None)


def test_a_recipe_without_anything_to_release_is_skipped():
    _panel, release = released_panel()
    release.recipe.minimum_annotators = 99
    release.recipe.save()

    slot = worked(make_slot(make_schedule(release.recipe)))

    assert slot.state == "skipped"
    assert slot.reason


def test_the_work_on_a_slot_done_twice_cuts_one_release():
    panel, release = released_panel()
    panel.pair(2, 2, 2)
    slot = make_slot(make_schedule(release.recipe))
    run_id = slot.run_id
    assert run_id
    claim(run_id)
    Run.objects.filter(pk=run_id).update(lease_until=Now() - timedelta(seconds=1))

    perform(run_id)
    ScheduleSlot.objects.update(state="waiting")
    Run.objects.filter(pk=run_id).update(state="queued", finished_at=None)
    perform(run_id)

    assert Release.objects.count() == 2
    cut = Release.objects.get(minor=1)
    assert Run.objects.filter(kind="exports.build", arguments__release=str(cut.pk)).count() == 1


def test_a_slot_whose_run_was_given_up_fails_with_its_reason():
    slot = make_slot(make_schedule())
    assert slot.run_id
    Run.objects.filter(pk=slot.run_id).update(state="failed", error="It was too much.", finished_at=Now())

    assert advance_slots() == 1

    slot.refresh_from_db()
    assert (slot.state, slot.reason) == ("failed", "It was too much.")


def test_a_slot_that_somebody_cancelled_says_so():
    slot = make_slot(make_schedule())
    assert slot.run
    cancel(slot.run)

    advance_slots()

    slot.refresh_from_db()
    assert (slot.state, slot.reason) == ("failed", "Somebody cancelled it.")


def test_a_slot_waits_for_its_build():
    slot, _ = built_slot()
    draft = Release.objects.create(recipe=slot.schedule.recipe, major=9, minor=0, patch=0, salt=b"x")
    slot.release, slot.build = draft, Run.objects.create(kind="exports.build")
    slot.save()

    assert advance_slots() == 0


def test_a_build_that_failed_ends_the_slot():
    slot, _ = built_slot()
    slot.release = None
    slot.build = Run.objects.create(
        kind="exports.build", state="failed", error="The disk is full.", finished_at=FIRST
    )
    slot.save()

    advance_slots()

    slot.refresh_from_db()
    assert (slot.state, slot.reason) == ("failed", "The disk is full.")


def test_a_release_with_something_wrong_is_not_published(hub: HubDouble):
    slot, release = built_slot(make_destination(hub))
    (release.folder / "README.md").unlink()

    advance_slots()

    slot.refresh_from_db()
    assert slot.state == "stopped"
    assert "README.md" in slot.reason
    assert not Publication.objects.exists()
    assert News.objects.get().kind == "gate.failed"


def test_a_release_goes_to_every_destination(hub: HubDouble):
    slot, _ = built_slot(make_destination(hub), make_destination(hub, repo_id="org/other"))
    advance_slots()
    for publication in Publication.objects.select_related("run"):
        perform_now(publication.run)

    advance_slots()

    slot.refresh_from_db()
    assert slot.state == "done", slot.reason
    assert history(hub) == history(hub, "org/other") == ["Release 0.1.0", "initial commit"]


def test_one_destination_that_refuses_does_not_keep_the_others_from_it(hub: HubDouble):
    slot, _ = built_slot(make_destination(hub, secret=None), make_destination(hub, repo_id="org/other"))
    advance_slots()
    perform_now(Publication.objects.get().run)

    advance_slots()

    slot.refresh_from_db()
    assert slot.state == "failed"
    assert "Our Hub has no token" in slot.reason
    assert history(hub, "org/other") == ["Release 0.1.0", "initial commit"]


def test_a_publication_that_failed_ends_the_slot_with_its_reason(hub: HubDouble):
    slot, _ = built_slot(make_destination(hub, token="hf_gone"))
    advance_slots()
    perform_now(Publication.objects.get().run)

    advance_slots()

    slot.refresh_from_db()
    assert slot.state == "failed"
    assert "org/traits: " in slot.reason
    assert "was revoked" in slot.reason


def test_a_paused_publication_keeps_its_slot_at_work(hub: HubDouble):
    _slot, _release = built_slot(make_destination(hub))
    advance_slots()
    Run.objects.filter(kind="exports.publish").update(state="cancelled", finished_at=Now())
    Publication.objects.update(paused_at=Now())

    assert advance_slots() == 0


def test_a_schedule_without_destinations_builds_and_is_done():
    slot, _ = built_slot()

    advance_slots()
    advance_slots()

    slot.refresh_from_db()
    assert slot.state == "done"


@pytest.mark.django_db(transaction=True)
def test_from_beat_to_a_published_release_by_itself(hub: HubDouble):
    panel = Panel()
    panel.pair(1, 2, 1, scenario=make_scenario(is_demo=True))
    # Of a demo recipe only the gates of law and consent hold a release back.
    Response.objects.update(license="CC-BY-4.0")
    recipe = make_recipe(panel.project, is_demo=True)
    schedule = make_schedule(recipe, make_destination(hub), next_at=FIRST - WEEK)

    def round_() -> None:
        """What beat and a worker do, one after the other, the worker dying once in each run."""
        start_due_slots(FIRST)
        for run in Run.objects.unfinished():
            if run.attempts == 0:
                claim(run.pk)
                Run.objects.filter(pk=run.pk).update(lease_until=Now() - timedelta(seconds=1))
            reconcile()
            perform(run.pk)
        advance_slots()
        announce_outcomes()

    until(round_, lambda: not schedule.slots.unfinished().exists() and schedule.slots.exists())

    slot = schedule.slots.get(state="done")
    assert slot.slot_at == FIRST
    assert schedule.slots.filter(state="skipped").count() == 7
    assert history(hub) == ["Release 1.0.0", "initial commit"]
    assert Release.objects.get().state == "published"
    assert sorted(News.objects.values_list("kind", flat=True)) == [
        "release.built",
        "release.published",
        "schedule.skipped",
    ]


def until(act: Callable[[], None], holds: Callable[[], bool]) -> None:
    for _ in range(8):
        act()
        if holds():
            return
    found = list(ScheduleSlot.objects.values("state", "reason")) + list(
        Run.objects.values("kind", "state", "error")
    )
    raise AssertionError(found)
