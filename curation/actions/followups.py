"""What is started once texts have come in."""

from typing import NamedTuple

from curation.models import Import
from runs.actions import start
from runs.models import Run
from runs.registry import UnknownKind, lookup


class Followup(NamedTuple):
    """A kind of run that takes up what is new by itself."""

    kind: str
    unit: str


FOLLOWUPS = (
    Followup("curation.index", "texts"),
    Followup("curation.compare", "scenarios"),
    Followup("curation.contaminate", "scenarios"),
)
"""Kinds that look for what is new themselves, so that one run that waits is enough for any number of imports."""


def start_followups(origin: Import) -> None:
    """Have an import's texts rendered, and start every other kind of work that waits for new texts."""
    start("curation.render", {"import": str(origin.pk)}, created_by=origin.created_by, unit="texts")
    for followup in FOLLOWUPS:
        if is_registered(followup.kind) and not is_queued(followup.kind):
            start(followup.kind, {}, created_by=origin.created_by, unit=followup.unit)


def is_registered(kind: str) -> bool:
    """Whether somebody does this kind of work."""
    try:
        lookup(kind)
    except UnknownKind:
        return False
    return True


def is_queued(kind: str) -> bool:
    """Whether a run of the kind waits; one that has begun may have passed over what is new."""
    return Run.objects.filter(kind=kind, state=Run.State.QUEUED).exists()
