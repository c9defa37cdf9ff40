"""Freezes a release: one snapshot of the recipe's projects becomes rows that never change."""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Count

from curation.actions.pools import freeze_policy, place_before_release
from exports.actions.codebook import frozen_codebook, frozen_terms
from exports.models import Recipe, Release
from exports.reasons import OUT, OUTCOMES

FREEZING = Path(__file__).resolve().parent.parent / "freezing"
ROWS = ("prompt", "response", "item", "rating")

COUNT_VERDICTS = "SELECT coalesce(out, 'counted'), count(*) FROM verdict GROUP BY 1"
COUNT_PAIRS = "SELECT outcome, count(*) FROM pair GROUP BY 1"
COUNT_UNLABELED = """
    SELECT count(*) FROM labeling_item item
    WHERE item.project_id = ANY(%(projects)s::uuid[]) AND NOT EXISTS (
        SELECT 1 FROM labeling_assignment assignment
        JOIN labeling_annotation annotation ON annotation.assignment_id = assignment.id
        WHERE assignment.item_id = item.id
            AND annotation.superseded_by_id IS NULL AND annotation.source <> 'withdrawn')
"""
COUNT_CHANGES = """
    SELECT count(*) FILTER (WHERE before.id IS NULL),
           count(*) FILTER (WHERE before.row_sha256 <> item.row_sha256),
           count(*) FILTER (WHERE before.split <> item.split),
           (SELECT count(*) FROM exports_releaseitem gone
            WHERE gone.release_id = %(previous)s::uuid AND NOT EXISTS (
                SELECT 1 FROM exports_releaseitem kept
                WHERE kept.release_id = %(release)s::uuid AND kept.key = gone.key))
    FROM exports_releaseitem item
    LEFT JOIN exports_releaseitem before
        ON before.release_id = %(previous)s::uuid AND before.key = item.key
    WHERE item.release_id = %(release)s::uuid
"""
DIGEST = """
    SELECT encode(sha256(convert_to(string_agg(row_sha256, '' ORDER BY ordinal), 'UTF8')), 'hex')
    FROM exports_releaseitem WHERE release_id = %s
"""


class NothingToRelease(Exception):
    """No pair would be in the release. The text says why, for people."""


class SplitMoved(Exception):
    """Rows changed their split, so only a major release may hold them."""


class Changes(NamedTuple):
    """Pairs that differ from the previous release."""

    added: int
    changed: int
    moved: int
    withdrawn: int


def freeze(release: Release) -> None:
    """Take the snapshot of a draft and freeze it. A release that is frozen already stays as it is.

    Raises:
        NothingToRelease: no pair qualifies.
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
    values = values_of(release.recipe) | {
        "release": release.pk,
        "version": release.version,
        "previous": release.previous_id,
    }
    gather(cursor, values)
    counts = counted(cursor, values)
    if not any(counts["pairs"][outcome] for outcome in ("preference", "tie", "both_bad", "undecided")):
        raise NothingToRelease(why_nothing(counts))
    write_pseudonyms(cursor, bytes(release.salt))
    for name in ROWS:
        cursor.execute(query(f"{name}s"), values)
        cursor.execute(f"ANALYZE exports_release{name}")
    cursor.execute(COUNT_CHANGES, values)
    changes = Changes(*cursor.fetchone())
    if changes.moved and (release.minor or release.patch):
        raise SplitMoved(f"{changes.moved} pairs changed their split since {release.previous}.")
    cursor.execute(DIGEST, [release.pk])
    release.digest = cursor.fetchone()[0]
    cursor.execute("SELECT now()")
    release.cut_at = cursor.fetchone()[0]
    release.counts = counts | {"changes": changes._asdict(), "splits": split_counts(release)}
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
    }


def gather(cursor: CursorWrapper, values: dict[str, Any]) -> None:
    """Collect verdicts and pairs into temporary tables that end with the transaction."""
    for name in ("verdict", "pair"):
        cursor.execute(query(f"{name}s"), values)
        # The planner knows nothing about a table that has just been filled until it is analysed.
        cursor.execute(f"ANALYZE {name}")


def counted(cursor: CursorWrapper, values: dict[str, Any]) -> dict[str, Any]:
    """Return what becomes of every verdict and every pair; each part adds up to its total."""
    cursor.execute(COUNT_VERDICTS)
    verdicts = dict(cursor.fetchall())
    cursor.execute(COUNT_PAIRS)
    pairs = dict(cursor.fetchall())
    pairs["preference"] = pairs.pop("response1", 0) + pairs.pop("response2", 0)
    cursor.execute(COUNT_UNLABELED, values)
    return {
        "verdicts": {"total": sum(verdicts.values()), "counted": verdicts.get("counted", 0)}
        | {reason: verdicts.get(reason, 0) for reason in OUT},
        "pairs": {"total": sum(pairs.values())} | {outcome: pairs.get(outcome, 0) for outcome in OUTCOMES},
        "unlabeled_items": cursor.fetchone()[0],
    }


def why_nothing(counts: dict[str, Any]) -> str:
    """Say to people why a release would be empty."""
    reasons = [f"{counts['verdicts'][key]}: {text}" for key, text in OUT.items() if counts["verdicts"][key]]
    reasons += [
        f"{counts['pairs'][key]} pairs: {text}" for key, text in OUTCOMES.items() if counts["pairs"][key]
    ]
    if not counts["verdicts"]["total"]:
        reasons = ["nobody has submitted an annotation in its projects yet"]
    return "Nothing to release: no compared pair qualifies. " + "; ".join(reasons) + "."


def write_pseudonyms(cursor: CursorWrapper, salt: bytes) -> None:
    """Give each annotator a name that is good for this release only."""
    cursor.execute("CREATE TEMPORARY TABLE pseudonym (user_id uuid, name text) ON COMMIT DROP")
    cursor.execute("SELECT DISTINCT annotator_id FROM verdict WHERE out IS NULL")
    names = [
        (user, f"ann_{hmac.digest(salt, user.bytes, 'sha256').hex()[:16]}") for (user,) in cursor.fetchall()
    ]
    cursor.executemany("INSERT INTO pseudonym VALUES (%s, %s)", names)


def split_counts(release: Release) -> dict[str, dict[str, int]]:
    """Return how many pairs of each split have which winner."""
    found: dict[str, dict[str, int]] = {}
    rows = release.items.order_by().values_list("split", "winner").annotate(count=Count("pk"))
    for split, winner, count in rows:
        found.setdefault(split, {})[winner] = count
    return found


def query(name: str) -> str:
    """Return the text of one query of `exports/freezing`."""
    return (FREEZING / f"{name}.sql").read_text()
