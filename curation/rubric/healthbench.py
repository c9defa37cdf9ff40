"""HealthBench's JSONL, in and out: a line is read into plain values, and written again with nothing changed but what was edited.

    row = parse_row(line)                       # raises Unusable with the field and the reason
    export_line(line, sheet_of(row)) == line    # byte for byte, whatever its key order, number spelling and escapes

Source: openai/simple-evals, healthbench_eval.py; arXiv:2505.08775.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from curation.rubric.frames import BadJson, Frame, edited, parse, spell, with_field, with_items
from curation.text import sanitise

AXES = ("accuracy", "completeness", "context awareness", "communication quality", "instruction following")
"""The five axes of HealthBench, as people read them; a tag writes them with `_`."""
AXIS = "axis:"
LONGEST_AXIS = 60
LONGEST_TAG = 200
LONGEST_ID = 120
IDEAL = "ideal_completions_data"
COMPLETION = "ideal_completion"
REFERENCES = "ideal_completions_ref_completions"


class Unusable(ValueError):
    """A line that can't be taken in."""

    def __init__(self, column: str, reason: str) -> None:
        self.column, self.reason = column, reason
        super().__init__(f"{column}: {reason}" if column else reason)


class Line(NamedTuple):
    """One criterion of a rubric."""

    text: str
    points: Decimal
    tags: tuple[str, ...] = ()
    source: int | None = None
    """Place in the rubric of the row that it came with; None when it was written here."""


class Turn(NamedTuple):
    """One message."""

    role: str
    content: str


@dataclass(frozen=True)
class Sheet:
    """What we hold of a row: all of it that people can change here."""

    prompt: tuple[Turn, ...]
    rubric: tuple[Line, ...]
    ideal: str = ""


@dataclass(frozen=True)
class Row:
    """A row as it came, its texts fit to be stored."""

    prompt_id: str
    sheet: Sheet
    references: tuple[str, ...] = ()
    """Answers that the ideal one was written from, as they came."""
    example_tags: tuple[str, ...] = ()
    original: str = ""
    """The prompt's JSON, when it held characters that can't be stored."""


def parse_row(line: str) -> Row:
    """Read a line.

    Raises:
        Unusable: what is wrong with it, and in which field.
    """
    try:
        frame = parse(line)
    except BadJson as error:
        raise Unusable("", str(error)) from None
    if frame.kind != "object":
        raise Unusable("", f"expected an object, found {_article(frame.kind)}")
    turns = _wanted(frame, "prompt", "array")
    prompt, is_sanitised = _prompt(turns)
    prompt_id = _text(_wanted(frame, "prompt_id", "string"), "prompt_id")
    if not 0 < len(prompt_id) <= LONGEST_ID:
        raise Unusable("prompt_id", f"expected 1 to {LONGEST_ID} characters, found {len(prompt_id)}")
    rubric = tuple(
        _criterion(each, number) for number, each in enumerate(_wanted(frame, "rubrics", "array").items)
    )
    ideal, references = _ideal(frame.get(IDEAL))
    example_tags = tuple(
        sanitise(each.value).text for each in frame.get("example_tags") or () if each.kind == "string"
    )
    return Row(
        prompt_id, Sheet(prompt, rubric, ideal), references, example_tags, turns.raw if is_sanitised else ""
    )


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "ao" else f"a {kind}"


def _wanted(frame: Frame, key: str, kind: str, path: str = "") -> Frame:
    found = frame.get(key)
    name = path + key
    if found is None:
        raise Unusable(name, "is missing")
    if found.kind != kind:
        raise Unusable(name, f"expected {_article(kind)}, found {_article(found.kind)}")
    return found


def _text(frame: Frame, column: str) -> str:
    if frame.kind != "string":
        raise Unusable(column, f"expected a string, found {_article(frame.kind)}")
    return sanitise(frame.value).text


def _prompt(turns: Frame) -> tuple[tuple[Turn, ...], bool]:
    read, is_sanitised = [], False
    for number, turn in enumerate(turns.items):
        column = f"prompt[{number}]"
        if turn.kind != "object":
            raise Unusable(column, f"expected an object, found {_article(turn.kind)}")
        role = _text(_wanted(turn, "role", "string", f"{column}."), f"{column}.role")
        content = _wanted(turn, "content", "string", f"{column}.")
        if role not in (("system", "user", "assistant") if number == 0 else ("user", "assistant")):
            raise Unusable(
                f"{column}.role",
                f"“{role[:40]}” can’t stand here: a system message comes first, then user and assistant",
            )
        if not content.value.strip():
            raise Unusable(f"{column}.content", "is empty")
        is_sanitised |= sanitise(content.value).is_changed
        read.append(Turn(role, sanitise(content.value).text))
    if not read or read[-1].role != "user":
        raise Unusable("prompt", "does not end on a user turn, so that no response can follow")
    return tuple(read), is_sanitised


def _criterion(frame: Frame, number: int) -> Line:
    column = f"rubrics[{number}]"
    if frame.kind != "object":
        raise Unusable(column, f"expected an object, found {_article(frame.kind)}")
    text = _text(_wanted(frame, "criterion", "string", f"{column}."), f"{column}.criterion")
    if not text.strip():
        raise Unusable(f"{column}.criterion", "is empty")
    points = _points(_wanted(frame, "points", "number", f"{column}."), f"{column}.points")
    return Line(text, points, _tags(frame.get("tags"), f"{column}.tags"), number)


def _points(frame: Frame, column: str) -> Decimal:
    try:
        points = Decimal(frame.value)
    except InvalidOperation:
        points = Decimal(0)
    if not -10 <= points <= 10 or points == 0:
        raise Unusable(column, f"{frame.value[:20]} is not a number from -10 to 10 other than 0")
    if points != points.quantize(Decimal("0.01")):
        raise Unusable(column, f"{frame.value[:20]} has more than two decimal places")
    return points


def _tags(frame: Frame | None, column: str) -> tuple[str, ...]:
    if frame is None:
        return ()
    if frame.kind != "array":
        raise Unusable(column, f"expected an array, found {_article(frame.kind)}")
    tags = tuple(_text(each, f"{column}[{number}]") for number, each in enumerate(frame.items))
    if any(len(tag) > LONGEST_TAG for tag in tags):
        raise Unusable(column, f"a tag has more than {LONGEST_TAG} characters")
    if len(set(tags)) < len(tags):
        raise Unusable(column, "a tag stands there twice")
    return tags


def _ideal(frame: Frame | None) -> tuple[str, tuple[str, ...]]:
    if frame is None or frame.raw == "null":
        return "", ()
    if frame.kind != "object":
        raise Unusable(IDEAL, f"expected an object or null, found {_article(frame.kind)}")
    completion, references = frame.get(COMPLETION), frame.get(REFERENCES)
    ideal = (
        "" if completion is None or completion.raw == "null" else _text(completion, f"{IDEAL}.{COMPLETION}")
    )
    texts = [each.value for each in references or () if each.kind == "string" and each.value.strip()]
    return ideal, tuple(dict.fromkeys(texts))


def axis_of(tags: Sequence[str]) -> str:
    """Return the axis that tags name, as people read it; empty when none does."""
    named = next((tag for tag in tags if tag.startswith(AXIS)), "")
    return named.removeprefix(AXIS).replace("_", " ")[:LONGEST_AXIS]


def with_axis(tags: Sequence[str], axis: str) -> tuple[str, ...]:
    """Return tags that name this axis; those that do already stay as they are."""
    if axis_of(tags) == axis:
        return tuple(tags)
    tag = [AXIS + axis.replace(" ", "_")] if axis else []
    place = next((place for place, each in enumerate(tags) if each.startswith(AXIS)), len(tags))
    others = [each for each in tags if not each.startswith(AXIS)]
    return tuple(dict.fromkeys([*others[:place], *tag, *others[place:]]))


def export_line(raw: str, sheet: Sheet) -> str:
    """Return the line that a row came as, with what was edited since; unedited, it is the line itself."""
    frame = parse(raw)
    rubrics = frame["rubrics"]
    changes: dict[Frame, str] = {}
    if (prompt := _changed_prompt(frame["prompt"], sheet.prompt)) is not None:
        changes[frame["prompt"]] = prompt
    if (rubric := _changed_rubric(rubrics, sheet.rubric)) is not None:
        changes[rubrics] = rubric
    data = frame.get(IDEAL)
    ideal = _changed_ideal(data, sheet.ideal, raw)
    if ideal is not None and data is not None:
        changes[data] = ideal
    whole = raw[: frame.start] + edited(frame, changes) + raw[frame.end :]
    if ideal is not None and data is None:
        again = parse(whole)
        return whole[: again.start] + with_field(again, IDEAL, ideal) + whole[again.end :]
    return whole


def _changed_prompt(frame: Frame, turns: Sequence[Turn]) -> str | None:
    if tuple(Turn(_text(each["role"], ""), _text(each["content"], "")) for each in frame) == tuple(turns):
        return None
    return spell([{"role": turn.role, "content": turn.content} for turn in turns], frame.source)


def _changed_rubric(frame: Frame, lines: Sequence[Line]) -> str | None:
    items = [_changed_criterion(frame, line) for line in lines]
    if items == [each.raw for each in frame]:
        return None
    return with_items(frame, items)


def _changed_criterion(rubrics: Frame, line: Line) -> str:
    if line.source is None or line.source >= len(rubrics.items):
        fields = {"criterion": line.text, "points": number(line.points), "tags": list(line.tags)}
        return spell(fields, rubrics.source)
    item = rubrics[line.source]
    changes: dict[Frame, str] = {}
    if _text(item["criterion"], "") != line.text:
        changes[item["criterion"]] = spell(line.text, rubrics.source)
    if Decimal(item["points"].value) != line.points:
        changes[item["points"]] = spell(number(line.points), rubrics.source)
    tags = item.get("tags")
    if tags is None and line.tags:
        return with_field(parse(edited(item, changes)), "tags", spell(list(line.tags), rubrics.source))
    if tags is not None and _tags(tags, "") != tuple(line.tags):
        changes[tags] = spell(list(line.tags), rubrics.source)
    return edited(item, changes)


def _changed_ideal(data: Frame | None, ideal: str, raw: str) -> str | None:
    if data is None or data.raw == "null":
        if not ideal:
            return None
        return spell({COMPLETION: ideal, "ideal_completions_group": None, REFERENCES: None}, raw)
    completion = data.get(COMPLETION)
    if _ideal(data)[0] == ideal:
        return None
    text = spell(ideal or None, raw)
    return with_field(data, COMPLETION, text) if completion is None else edited(data, {completion: text})


def new_line(prompt_id: str, sheet: Sheet, *, example_tags: Sequence[str]) -> str:
    """Return the line of a scenario that did not come from HealthBench, in the order of its files."""
    ideal = (
        {COMPLETION: sheet.ideal, "ideal_completions_group": None, REFERENCES: None} if sheet.ideal else None
    )
    return spell(
        {
            "example_tags": list(example_tags),
            IDEAL: ideal,
            "prompt": [{"role": turn.role, "content": turn.content} for turn in sheet.prompt],
            "prompt_id": prompt_id,
            "rubrics": [
                {"criterion": line.text, "points": number(line.points), "tags": list(line.tags)}
                for line in sheet.rubric
            ],
        },
        "",
    )


def number(points: Decimal) -> int | float:
    """Return points as JSON spells them: whole ones without a point."""
    return int(points) if points == int(points) else float(points)
