"""What must never happen to releases, made to happen."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.db import connection

from curation.models import Family
from exports.actions.gates import ask_waiver
from exports.models import (
    Delivery,
    Destination,
    Listener,
    News,
    Publication,
    Recipe,
    Release,
    Schedule,
    ScheduleSlot,
    Waiver,
    WaiverRefusal,
)
from labeling.models import Item, OutsideVerdict
from runs.models import Run
from tests.exports.gated import pass_gates
from tests.exports.judged import Panel, frozen, make_recipe
from tests.factories import make_scenario, make_user
from tests.labeling.outside import make_outside_verdict

FIRST = datetime(2027, 3, 1, 6, tzinfo=UTC)


def without(table: str, *constraints: str) -> None:
    """Take away what makes the violation impossible, for this test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for constraint in constraints:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {constraint}")


def released() -> Release:
    """A correct release of one pair that two people judged."""
    panel = Panel(people=2)
    item = panel.pair(1, 2)
    Item.objects.filter(pk=item.pk).update(taken=2)
    return frozen(make_recipe(panel.project))


def pushed(release: Release, **fields: str) -> Publication:
    destination = Destination.objects.create(slug="hub", name="Hub", repo_id="some/repo")
    return Publication.objects.create(
        run=Run.objects.create(kind="exports.publish"),
        release=release,
        destination=destination,
        repo_id="some/repo",
        endpoint=destination.endpoint,
        **fields,
    )


def published_without_commit() -> None:
    release = released()
    pass_gates(release)
    without("exports_publication", "done_publication_has_a_commit")
    pushed(release, state="done")


def published_past_a_gate() -> None:
    release = released()
    pass_gates(release, licenses="2 unknown")
    without("exports_publication")
    pushed(release)


def waived_by_the_asker() -> None:
    release = released()
    failing = next(each for each in pass_gates(release, licenses="2 unknown") if each.gate == "licenses")
    steward = make_user(name="Ada")
    asked = ask_waiver(failing, "Nobody else was there to answer for it.", asked_by=steward)
    without("exports_waiver")
    Waiver.objects.create(request=asked, approved_by=steward)


def refused_by_the_asker() -> None:
    release = released()
    failing = next(each for each in pass_gates(release, licenses="2 unknown") if each.gate == "licenses")
    steward = make_user(name="Ada")
    asked = ask_waiver(failing, "Nobody else was there to answer for it.", asked_by=steward)
    without("exports_waiverrefusal")
    WaiverRefusal.objects.create(request=asked, refused_by=steward, reason="I changed my mind.")


def leaked_scenario() -> None:
    released()
    Family.objects.update(pool=Family.Pool.EVAL)


def row_elsewhere() -> None:
    release = released()
    without("exports_releaseitem")
    release.items.update(split="validation")


def trained_on_a_test() -> None:
    release = released()
    without("exports_releaseprompt")
    prompt = release.prompts.get()
    family = prompt.scenario.family
    prompt.pk, prompt.split, prompt.scenario = None, "test", make_scenario(family=family)
    prompt.save(force_insert=True)


def unlicensed() -> None:
    """A verdict from outside that went out under no license."""
    panel = Panel(people=2)
    item = panel.pair()
    verdicts = [make_outside_verdict(item, strength=2) for _ in range(2)]
    frozen(make_recipe(panel.project, sources=["label_studio"]))
    without("labeling_outsideverdict")
    OutsideVerdict.objects.filter(pk=verdicts[0].pk).update(license="")


def make_slot() -> ScheduleSlot:
    """A slot that was skipped."""
    recipe = Recipe.objects.create(slug="timed", name="Timed")
    schedule = Schedule.objects.create(recipe=recipe, expression="0 6 * * *", last_at=FIRST)
    return ScheduleSlot.objects.create(
        schedule=schedule, slot_at=FIRST, state="skipped", reason="Nothing new."
    )


def slot_twice() -> None:
    slot = make_slot()
    without("exports_scheduleslot", "slot_once")
    ScheduleSlot.objects.create(schedule=slot.schedule, slot_at=FIRST, state="skipped", reason="Again.")


def told_twice() -> None:
    without("exports_delivery", "delivered_once")
    listener = Listener.objects.create(kind="email", name="Someone", address="someone@example.org")
    news = News.objects.create(kind="test", subject=make_slot().pk)
    for _ in range(2):
        Delivery.objects.create(listener=listener, news=news, run=Run.objects.create(kind="exports.deliver"))


SEEDS: dict[str, Callable[[], None]] = {
    "publication is done without a commit, or twice": published_without_commit,
    "schedule slot ran twice, or vanished": slot_twice,
    "news were delivered twice": told_twice,
    "outside verdict in a release without a license, or taken back before": unlicensed,
    "published in spite of a gate": published_past_a_gate,
    "waiver by the one who asked for it or cut the release": waived_by_the_asker,
    "waiver was refused by the one who asked for it, or given as well": refused_by_the_asker,
    "held-out scenario in a release": leaked_scenario,
    "row of a release is in another split than its prompt": row_elsewhere,
    "family or cluster is in a release for training and for tests": trained_on_a_test,
}
