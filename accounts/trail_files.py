"""The audit trail as a file, row by row."""

import csv
import json
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet

from accounts.models import AuditEvent

CHUNK = 2000
COLUMNS = (
    "id",
    "at",
    "actor",
    "act",
    "object_type",
    "object_id",
    "address",
    "detail",
    "previous_hash",
    "hash",
)
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


class Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        """Return the text."""
        return text


def facts(event: AuditEvent) -> dict[str, Any]:
    """Return an event as it can be checked outside: times in UTC, people by their ids."""
    known = {name: getattr(event, name) for name in COLUMNS}
    return {**known, "at": event.at.isoformat(), "actor": str(event.actor_id) if event.actor_id else None}


def ndjson(events: "QuerySet[AuditEvent]") -> Iterator[str]:
    """Yield one JSON object a line."""
    for event in events.iterator(chunk_size=CHUNK):
        yield json.dumps(facts(event), ensure_ascii=False) + "\n"


def table(events: "QuerySet[AuditEvent]") -> Iterator[str]:
    """Yield a table for a spreadsheet, which must not take a cell for a formula."""
    writer = csv.writer(Echo())
    yield str(writer.writerow(COLUMNS))
    for event in events.iterator(chunk_size=CHUNK):
        known = facts(event)
        detail = json.dumps(known.pop("detail"), ensure_ascii=False)
        cells = {
            **{name: "" if value is None else str(value) for name, value in known.items()},
            "detail": detail,
        }
        yield str(writer.writerow([inert(cells[name]) for name in COLUMNS]))


def inert(cell: str) -> str:
    """Return a cell that no spreadsheet computes."""
    return f"'{cell}" if cell.startswith(FORMULAS) else cell


FILES: dict[str, tuple[str, Callable[["QuerySet[AuditEvent]"], Iterator[str]]]] = {
    "ndjson": ("application/x-ndjson", ndjson),
    "csv": ("text/csv", table),
}
