"""Files to import, and ways to import them."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from curation.actions.importing import Plan
from curation.models import Import
from labeling.actions.imports import start_import
from labeling.models import Project
from runs.actions import perform_now


def pair(number: int, **fields: Any) -> dict[str, Any]:
    """A good row of the source `pairs`."""
    return {
        "prompt": f"Question {number}?",
        "chosen": f"Good {number}.",
        "rejected": f"Poor {number}.",
        **fields,
    }


def write_lines(path: Path, lines: Iterable[Any]) -> Path:
    """Write rows as JSON lines; texts go in as they are."""
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    data = text.encode("utf-8", "surrogatepass")
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def import_file(project: Project, path: Path, *, source: str = "pairs", **plan: Any) -> Import:
    """Import a file here and now, and return what became of it."""
    origin = start_import(project, Plan(path, path.name, source, **plan))
    perform_now(origin.run)
    return Import.objects.select_related("run").get(pk=origin.pk)


def totals(origin: Import) -> tuple[int, int, int, int]:
    """Return lines, created, duplicates and rejected."""
    return origin.lines, origin.created, origin.duplicates, origin.rejected
