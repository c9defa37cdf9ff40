"""What must never be in a release, seeded on purpose."""

from collections.abc import Callable

from django.db import connection

from curation.models import Family
from exports.models import Release
from labeling.models import Item
from tests.exports.judged import Panel, frozen, make_recipe
from tests.factories import make_scenario


def released() -> Release:
    """A correct release of one pair, all of whose places are taken."""
    panel = Panel(people=2)
    item = panel.pair(1, 1)
    Item.objects.filter(id=item.id).update(taken=2)
    return frozen(make_recipe(panel.project))


def without_triggers(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def leaked_scenario() -> None:
    released()
    Family.objects.update(pool=Family.Pool.EVAL)


def row_elsewhere() -> None:
    release = released()
    without_triggers("exports_releaseitem")
    release.items.update(split="validation")


def trained_on_a_test() -> None:
    release = released()
    without_triggers("exports_releaseprompt")
    prompt = release.prompts.get()
    family = prompt.scenario.family
    prompt.pk, prompt.split, prompt.scenario = None, "test", make_scenario(family=family)
    prompt.save(force_insert=True)


SEEDS: dict[str, Callable[[], None]] = {
    "held-out scenario in a release": leaked_scenario,
    "row of a release is in another split than its prompt": row_elsewhere,
    "family or cluster is in a release for training and for tests": trained_on_a_test,
}
