"""Tasks of a Label Studio as its export holds them, and outside verdicts made without an import."""

from typing import Any

from curation.models import Import
from labeling.models import Item, OutsideAnnotator, OutsideVerdict
from runs.models import Run

WHO = ("ada@example.org", "ben@example.org", "cai@example.org")


def pressed(who: Any, side: str, **more: Any) -> dict[str, Any]:
    """One annotation that prefers a side."""
    return {"completed_by": who, "result": [{"type": "pairwise", "value": {"selected": side}}], **more}


def task(number: int, *annotations: dict[str, Any]) -> dict[str, Any]:
    """A task with two responses."""
    data = {"prompt": f"May {number}?", "response_a": f"Yes {number}.", "response_b": f"Ask {number}."}
    return {"data": data, "annotations": list(annotations)}


def make_outside_verdict(
    item: Item, *, person: OutsideAnnotator | None = None, strength: int = 1, license: str = "cc-by-4.0"
) -> OutsideVerdict:
    """What somebody without an account said about an item."""
    if person is None:
        number = OutsideAnnotator.objects.filter(project=item.project).count() + 1
        person = OutsideAnnotator.objects.create(
            project=item.project, source="elsewhere", number=number, who_sha256=f"{number:064d}"
        )
    origin = Import.objects.create(
        run=Run.objects.create(kind="labeling.import"), file_name="a", path="a", source="label-studio"
    )
    return OutsideVerdict.objects.create(
        item=item,
        annotator=person,
        import_run=origin,
        source=OutsideVerdict.Source.LABEL_STUDIO,
        license=license,
        strength=strength,
        first_place=0,
    )
