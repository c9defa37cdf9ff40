"""Label Studio's XML for a project, and the tasks that it shows. Knows no Django."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

from labeling.label_studio.controls import (
    CONVERSATION,
    EVIDENCE,
    RESPONSES,
    Control,
    Layout,
    controls,
    response_name,
)
from labeling.questions import Question

OUR_ID = "arete_task"
"""Under this name a task carries our id, in its data and its meta: Label Studio's own ids come again after a backup."""
NOTE = "note"
SIDE_BY_SIDE = "display: flex; gap: 1em; flex-wrap: wrap;"
COLUMN = "flex: 1 1 20em; min-width: 0;"


class Shown(NamedTuple):
    """What people see of one item."""

    our_id: str
    turns: Sequence[Mapping[str, str]]
    """Each with `role` and `content`."""
    responses: Sequence[str]
    """In the order of the letters."""
    note: str = ""
    criteria: Sequence[str] = ()


def label_config(layout: Layout) -> str:
    """Return the labeling interface of a project."""
    view = Element("View")
    SubElement(view, "Header", value=f"${NOTE}", size="4")
    SubElement(
        view,
        "Paragraphs",
        name=CONVERSATION,
        value=f"${CONVERSATION}",
        layout="dialogue",
        nameKey="role",
        textKey="content",
    )
    asked = controls(layout)
    _texts(view, layout, asked)
    if Question.RANKING in layout.questions:
        SubElement(view, "List", name=RESPONSES, value=f"${RESPONSES}", title="Responses")
    for number in range(1, layout.rubric + 1):
        SubElement(view, "Text", name=f"criterion_{number}", value=f"$criterion_{number}", valueType="text")
        _asked(view, [each for each in asked if _criterion_of(each) == number])
    _asked(view, [each for each in asked if not each.name.startswith(EVIDENCE) and not _criterion_of(each)])
    return tostring(view, encoding="unicode")


def _criterion_of(control: Control) -> int:
    return int(control.name.rpartition("_")[2]) if control.name.startswith("m_") else 0


def _texts(view: Element, layout: Layout, asked: Sequence[Control]) -> None:
    row = SubElement(view, "View", style=SIDE_BY_SIDE)
    for letter in layout.letters:
        column = SubElement(row, "View", style=COLUMN)
        SubElement(column, "Header", value=letter, size="4")
        name = response_name(letter)
        _asked(column, [each for each in asked if each.name == f"{EVIDENCE}{letter}"])
        SubElement(
            column,
            "Text",
            name=name,
            value=f"${name}",
            valueType="text",
            granularity="sentence",
            saveTextResult="yes",
        )


def _asked(view: Element, asked: Sequence[Control]) -> None:
    for control in asked:
        if control.tag not in {"Labels"}:
            SubElement(view, "Header", value=control.title, size="5")
        _TAGS[control.tag](view, control)


def _choices(view: Element, control: Control) -> None:
    many = "multiple" if control.is_many else "single-radio"
    tag = _tag(view, control, choice=many, showInline="true")
    _required(tag, control)
    for value, words in control.choices:
        SubElement(tag, "Choice", alias=value, value=words)


def _labels(view: Element, control: Control) -> None:
    tag = _tag(view, control)
    for value, words in control.choices:
        SubElement(tag, "Label", alias=value, value=words)


def _pairwise(view: Element, control: Control) -> None:
    _tag(view, control)


def _rating(view: Element, control: Control) -> None:
    _tag(view, control, maxRating=str(control.most))


def _text_area(view: Element, control: Control) -> None:
    _tag(view, control, rows="4", maxSubmissions="1", editable="true")


def _ranker(view: Element, control: Control) -> None:
    tag = _tag(view, control)
    for value, words in control.choices:
        SubElement(tag, "Bucket", name=value, title=words)


def _tag(view: Element, control: Control, **attributes: str) -> Element:
    return SubElement(view, control.tag, {"name": control.name, "toName": control.to, **attributes})


def _required(tag: Element, control: Control) -> None:
    if control.is_required:
        tag.set("required", "true")
        tag.set("requiredMessage", control.title)


_TAGS = {
    "Choices": _choices,
    "Labels": _labels,
    "Pairwise": _pairwise,
    "Rating": _rating,
    "TextArea": _text_area,
    "Ranker": _ranker,
}


def task_of(shown: Shown, layout: Layout) -> dict[str, Any]:
    """Return an item as a task. It says nothing about where the responses came from."""
    data: dict[str, Any] = {
        OUR_ID: shown.our_id,
        NOTE: shown.note,
        CONVERSATION: [dict(turn) for turn in shown.turns],
    }
    texts = dict(zip(layout.letters, shown.responses, strict=False))
    # A text for which there is nothing to show must still be there, or the task is refused.
    data |= {response_name(letter): texts.get(letter, "") for letter in layout.letters}
    if Question.RANKING in layout.questions:
        data[RESPONSES] = [
            {"id": letter, "title": f"Response {letter}", "body": text} for letter, text in texts.items()
        ]
    for number in range(1, layout.rubric + 1):
        words = shown.criteria[number - 1] if number <= len(shown.criteria) else ""
        data[f"criterion_{number}"] = words
    return {"data": data, "meta": {OUR_ID: shown.our_id}}
