"""Counts what becomes of every verdict and pair, and what a release holds differently from the one before."""

from typing import Any

from django.db.backends.utils import CursorWrapper
from django.db.models import Count

from exports.models import Release
from exports.reasons import IN_RELEASE, OUT, OUTCOMES

COUNT_OTHERS = "SELECT coalesce(out, 'counted'), count(*) FROM judgement GROUP BY 1"
COUNT_ROWS = """
    SELECT 'answers', count(*) FROM answer WHERE outcome IN ('good', 'bad')
    UNION ALL SELECT 'rankings', count(DISTINCT item_id) FROM ranked WHERE n >= 2 AND m >= %(minimum)s::int
    UNION ALL SELECT config, count(*) FROM task GROUP BY 1
    UNION ALL SELECT 'demonstrations', count(*) FROM demonstration
"""
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
CHANGES = """
    SELECT count(*) FILTER (WHERE before.id IS NULL),
           count(*) FILTER (WHERE before.row_sha256 <> mine.row_sha256),
           count(*) FILTER (WHERE before.split <> mine.split),
           (SELECT count(*) FROM {table} gone
            WHERE gone.release_id = %(previous)s::uuid AND NOT EXISTS (
                SELECT 1 FROM {table} kept
                WHERE kept.release_id = %(release)s::uuid AND kept.key = gone.key))
    FROM {table} mine
    LEFT JOIN {table} before
        ON before.release_id = %(previous)s::uuid AND before.key = mine.key
    WHERE mine.release_id = %(release)s::uuid
"""
COUNT_MOVED = """
    SELECT count(*) FROM exports_releaseprompt mine
    JOIN exports_releaseprompt before
        ON before.release_id = %(previous)s::uuid AND before.scenario_id = mine.scenario_id
    WHERE mine.release_id = %(release)s::uuid AND mine.split <> before.split
"""
COMPARED = ("item", "answer", "ranking", "task", "demonstration")
"""Tables whose rows are held against those of the release before."""


def counted(cursor: CursorWrapper, values: dict[str, Any]) -> dict[str, Any]:
    """Return what becomes of every verdict and every pair; each part adds up to its total."""
    cursor.execute(COUNT_VERDICTS)
    verdicts = dict(cursor.fetchall())
    cursor.execute(COUNT_PAIRS)
    pairs = dict(cursor.fetchall())
    pairs["preference"] = pairs.pop("response1", 0) + pairs.pop("response2", 0)
    cursor.execute(COUNT_OTHERS)
    others = dict(cursor.fetchall())
    cursor.execute(COUNT_ROWS, values)
    rows = dict(cursor.fetchall())
    cursor.execute(COUNT_UNLABELED, values)
    return {
        "verdicts": summed(verdicts),
        "pairs": {"total": sum(pairs.values())} | {outcome: pairs.get(outcome, 0) for outcome in OUTCOMES},
        "judgements": summed(others),
        "rows": rows,
        "unlabeled_items": cursor.fetchone()[0],
    }


def summed(verdicts: dict[str, int]) -> dict[str, int]:
    """Return verdicts by what became of them, with their total."""
    found = {"total": sum(verdicts.values()), "counted": verdicts.get("counted", 0)}
    return found | {reason: verdicts.get(reason, 0) for reason in OUT}


def holds_anything(counts: dict[str, Any]) -> bool:
    """Say whether a release of these counts would hold a row."""
    pairs = sum(counts["pairs"].get(outcome, 0) for outcome in ("preference", *IN_RELEASE))
    return bool(pairs or counts["judgements"]["counted"] or any(counts["rows"].values()))


def changes_since(cursor: CursorWrapper, values: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Return how many rows of each kind were added, changed, moved and withdrawn since the release before."""
    found = {}
    for name in COMPARED:
        cursor.execute(CHANGES.format(table=f"exports_release{name}"), values)
        found[f"{name}s"] = dict(
            zip(("added", "changed", "moved", "withdrawn"), cursor.fetchone(), strict=True)
        )
    cursor.execute(COUNT_MOVED, values)
    found["prompts"] = {"moved": cursor.fetchone()[0]}
    return found


def why_nothing(counts: dict[str, Any]) -> str:
    """Say to people why a release would be empty."""
    reasons = [f"{counts['verdicts'][key]}: {text}" for key, text in OUT.items() if counts["verdicts"][key]]
    reasons += [
        f"{counts['pairs'][key]} pairs: {text}" for key, text in OUTCOMES.items() if counts["pairs"][key]
    ]
    reasons += [
        f"{counts['judgements'][key]} other verdicts: {text}"
        for key, text in OUT.items()
        if counts["judgements"][key]
    ]
    if not counts["verdicts"]["total"] + counts["judgements"]["total"]:
        reasons = ["nobody has submitted an annotation in its projects yet"]
    return "Nothing to release: no compared pair qualifies. " + "; ".join(reasons) + "."


def split_counts(release: Release) -> dict[str, dict[str, int]]:
    """Return how many pairs of each split have which winner."""
    found: dict[str, dict[str, int]] = {}
    rows = release.items.order_by().values_list("split", "winner").annotate(count=Count("pk"))
    for split, winner, count in rows:
        found.setdefault(split, {})[winner] = count
    return found
