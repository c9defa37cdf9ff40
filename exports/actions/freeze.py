"""Freezes a release: one snapshot of the recipe's projects becomes rows that never change."""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from curation.actions.pools import ensure_canaries, freeze_policy, place_before_release
from curation.models import Family
from exports.actions.aggregate import lean
from exports.actions.codebook import canary, frozen_codebook, frozen_terms
from exports.actions.counting import changes_since, counted, holds_anything, split_counts, why_nothing
from exports.actions.gates import thresholds_of
from exports.digest import digest_of
from exports.models import Recipe, Release

FREEZING = Path(__file__).resolve().parent.parent / "freezing"
GATHERED = {
    "standing": "standing",
    "judged": "judged",
    "verdicts": "verdict",
    "pairs": "pair",
    "judgements": "judgement",
    "answers": "answer",
    "orders": "ranked",
    "tasks": "task",
    "demonstrations": "demonstration",
}
"""What is looked at before anything is written: queries of `freezing/gather` and the tables they fill, in order."""
TEMPORARY = (*GATHERED.values(), "leaning", "pseudonym")
ROWS = (
    "prompt", "response", "item", "rating", "answer", "ranking", "rank", "task", "demonstration", "judgement", "annotator",
)  # fmt: skip
"""Tables that are written, in order."""

DIGEST = f"SELECT {digest_of('%(release)s::uuid')}"


class NothingToRelease(Exception):
    """Nothing would be in the release. The text says why, for people."""


class SplitMoved(Exception):
    """Rows changed their split, so only a major release may hold them."""


def freeze(release: Release) -> None:
    """Take the snapshot of a draft and freeze it. A release that is frozen already stays as it is.

    Raises:
        NothingToRelease: nothing qualifies.
        SplitMoved: rows changed their split, and this is no major release.
    """
    if release.state == Release.State.DRAFT:
        place_before_release()
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        # Without the lock a worker that was thought dead could freeze the same release beside us.
        draft = Release.objects.select_for_update(of=("self",)).select_related("recipe").get(pk=release.pk)
        if draft.state == Release.State.DRAFT:
            fill(cursor, draft)
    release.refresh_from_db()


def fill(cursor: CursorWrapper, release: Release) -> None:
    """Write the rows of a draft and freeze it, within the caller's snapshot."""
    if set(release.recipe.pools) - {Family.Pool.TRAIN}:
        ensure_canaries()
    values = values_of(release.recipe) | {
        "release": release.pk,
        "version": release.version,
        "previous": release.previous_id,
    }
    gather(cursor, values)
    counts = counted(cursor, values)
    if not holds_anything(counts):
        raise NothingToRelease(why_nothing(counts))
    write_pseudonyms(cursor, bytes(release.salt))
    for name in ROWS:
        cursor.execute(query(f"{name}s"), values)
        cursor.execute(f"ANALYZE exports_release{name}")
    changes = changes_since(cursor, values)
    if (moved := changes["prompts"]["moved"]) and (release.minor or release.patch):
        raise SplitMoved(f"{moved} prompts changed their split since {release.previous}.")
    cursor.execute(DIGEST, values)
    release.digest = cursor.fetchone()[0]
    cursor.execute("SELECT now()")
    release.cut_at = cursor.fetchone()[0]
    release.counts = counts | {
        "changes": changes.pop("items"),
        "other_changes": changes,
        "splits": split_counts(release),
    }
    release.terms = frozen_terms(release.recipe)
    release.codebook = frozen_codebook(release)
    release.state = Release.State.FROZEN
    release.save(update_fields=["digest", "cut_at", "counts", "terms", "codebook", "state"])
    # A release of the demo content binds nobody: what it holds stays for training, but others may still be moved.
    if not release.recipe.is_demo:
        freeze_policy()


@contextmanager
def rolled_back() -> Iterator[None]:
    """Run the block in a transaction that leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def values_of(recipe: Recipe) -> dict[str, Any]:
    """Return what the queries ask of a recipe."""
    return {
        "projects": list(recipe.projects.values_list("pk", flat=True)),
        "heldout": list(recipe.heldout_domains.values_list("pk", flat=True)),
        "is_demo": recipe.is_demo,
        "minimum": recipe.minimum_annotators,
        "validation": recipe.validation_permille,
        "license": recipe.license,
        "aggregation": recipe.aggregation,
        "ties": recipe.ties,
        "plural": recipe.plural,
        "sources": recipe.sources,
        "pools": recipe.pools,
        "domains": list(recipe.domains.values_list("pk", flat=True)),
        "traits": list(recipe.traits.values_list("pk", flat=True)),
        "canary": canary(),
        "band_people": thresholds_of(recipe)["band_people"],
    }


def gather(cursor: CursorWrapper, values: dict[str, Any]) -> None:
    """Collect what was said and what may go in into temporary tables that end with the transaction."""
    for name, table in GATHERED.items():
        if table == "pair":
            lean(cursor, values)
        cursor.execute(query(f"gather/{name}"), values)
        # The planner knows nothing about a table that has just been filled until it is analysed.
        cursor.execute(f"ANALYZE {table}")


def write_pseudonyms(cursor: CursorWrapper, salt: bytes) -> None:
    """Give each annotator a name that is good for this release only."""
    cursor.execute("CREATE TEMPORARY TABLE pseudonym (user_id uuid, name text) ON COMMIT DROP")
    cursor.execute(
        "SELECT annotator_id FROM judged WHERE out IS NULL UNION SELECT annotator_id FROM verdict WHERE out IS NULL"
    )
    names = [
        (user, f"ann_{hmac.digest(salt, user.bytes, 'sha256').hex()[:16]}") for (user,) in cursor.fetchall()
    ]
    cursor.executemany("INSERT INTO pseudonym VALUES (%s, %s)", names)


def query(name: str) -> str:
    """Return the text of one query of `exports/freezing`."""
    return (FREEZING / f"{name}.sql").read_text()
