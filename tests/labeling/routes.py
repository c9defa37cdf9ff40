"""Who may find the pages of gold items and rounds, and their addresses."""

from typing import Any

from labeling.actions.gold import set_references
from labeling.models import Assignment, GoldContest, GoldReference, Round
from tests.access import ADMINISTRATORS, NOBODY, Route

ROUTES = {
    "labeling:gold": Route(ADMINISTRATORS),
    "labeling:gold_share": Route(ADMINISTRATORS, "post"),
    "labeling:gold_item": Route(ADMINISTRATORS),
    "labeling:gold_set": Route(ADMINISTRATORS, "post"),
    "labeling:gold_retire": Route(NOBODY, "post"),
    "labeling:gold_answer": Route(ADMINISTRATORS, "post"),
    "labeling:reference": Route(NOBODY),
    "labeling:contest_reference": Route(NOBODY, "post"),
    "labeling:quality": Route(ADMINISTRATORS),
    "labeling:rounds": Route(ADMINISTRATORS),
    "labeling:round_new": Route(ADMINISTRATORS, "post"),
    "labeling:qualification": Route(NOBODY),
    "labeling:round": Route(ADMINISTRATORS),
    "labeling:round_extend": Route(ADMINISTRATORS, "post"),
    "labeling:round_move": Route(ADMINISTRATORS, "post"),
    "labeling:round_remark": Route(NOBODY, "post"),
}


def arguments(name: str, assignment: Assignment) -> dict[str, Any] | None:
    """What an address of a calibration names, made where it is not there yet; None for other addresses."""
    if name not in ROUTES or name in ("labeling:reference", "labeling:contest_reference"):
        return None
    item, slug = assignment.item, assignment.item.project.slug
    if name == "labeling:gold_answer":
        contest = GoldContest.objects.first() or _contest(assignment)
        return {"pk": contest.pk}
    if name.startswith("labeling:gold_") and name != "labeling:gold_share":
        return {"slug": slug, "pk": item.pk}
    if name == "labeling:round_new" or (not name.startswith("labeling:round_") and name != "labeling:round"):
        return {"slug": slug}
    found = Round.objects.first() or Round.objects.create(
        project=item.project, kind="qualification", name="Foreign", created_by=assignment.annotator
    )
    return {"pk": found.pk}


def _contest(assignment: Assignment) -> GoldContest:
    set_references(assignment.item, {None: 1}, "So it is.", author=assignment.annotator)
    reference = GoldReference.objects.get()
    return GoldContest.objects.create(reference=reference, author=assignment.annotator, text="It is not.")
