"""Answers given in Label Studio as forms of ours, and back; what can't be carried over is named. Knows no Django."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from labeling.label_studio.controls import (
    AS_A_WHOLE,
    BETTER,
    CANT,
    DEGREE,
    EVIDENCE,
    RATING_LOWEST,
    Control,
    Layout,
    controls,
    response_name,
)
from labeling.questions import OVERALL_CODE, Question

Form = dict[str, list[str]]
"""Fields as our own page would post them, by the letters that people saw."""
MOST_REGIONS = 2_000
MOST_TEXT = 20_000
NOT_ASKED = "No question of the project has this name."
OTHER_KIND = "The answer is not of the kind that was asked for, so it was passed over."
DOUBLED = "It was answered twice; the last answer was taken."
UNKNOWN_CHOICE = "What was chosen is not one of the choices that were sent."
WIDENED = "The passage was widened to whole sentences."
NOT_FOUND = "The passage is not in the text that was sent."
EQUAL_AFTER_ALL = "A response was pressed, and “about equal” chosen: taken as equal."
NO_SIDE = "It says by how much, but not which response is better."
NO_SUCH_RESPONSE = "The item has no such response."
NOT_SHOWN = "The item has no such criterion."
TOO_MUCH = "There are more answers than anybody gives; the rest was passed over."
LEFT_HERE = "Passages that people cite stay here."


class Loss(NamedTuple):
    """Something that could not be carried over."""

    subject: str
    """The control, or what else it is about; a stranger's words, so shorten and escape them."""
    what: str


class Texts(NamedTuple):
    """What one item showed, by letter."""

    responses: Mapping[str, str]
    sentences: Mapping[str, Sequence[tuple[int, int]]]
    """Start and end of each sentence."""
    criteria: Sequence[str] = ()
    """Ids, in the order of the rubric."""


@dataclass
class Read:
    """What one annotation came to."""

    form: Form = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)

    def lose(self, subject: str, what: str) -> None:
        """Name something that can't be carried over."""
        self.losses.append(Loss(subject[:80], what))


def read_results(results: object, layout: Layout, texts: Texts) -> Read:
    """Return the form that an annotation's results come to. Nothing in them is trusted.

    Args:
        results: the list under `result`.
        layout: what was asked.
        texts: what was shown.
    """
    read = Read()
    asked = {control.name: control for control in controls(layout)}
    answers = _answers(results, asked, read)
    for name, values in answers.items():
        _take(asked[name], values, texts, read)
    if Question.OVERALL in layout.questions:
        _overall(read)
    if Question.CRITERIA in layout.questions:
        _name_criteria(texts, read)
    return read


def _answers(results: object, asked: Mapping[str, Control], read: Read) -> dict[str, list[dict[str, Any]]]:
    """The values of each control that the project asks, in the order in which they came."""
    found: dict[str, list[dict[str, Any]]] = {}
    regions = results if isinstance(results, list) else []
    if not isinstance(results, list):
        read.lose("result", OTHER_KIND)
    if len(regions) > MOST_REGIONS:
        read.lose("result", TOO_MUCH)
    for region in regions[:MOST_REGIONS]:
        name = region.get("from_name") if isinstance(region, dict) else None
        control = asked.get(name) if isinstance(name, str) else None
        if control is None:
            read.lose(name if isinstance(name, str) else "result", NOT_ASKED)
        elif region.get("type") != control.kind or not isinstance(region.get("value"), dict):
            read.lose(control.name, OTHER_KIND)
        else:
            found.setdefault(control.name, []).append(region["value"])
    return found


def _take(control: Control, values: Sequence[dict[str, Any]], texts: Texts, read: Read) -> None:
    if control.tag == "Labels":
        for value in values:
            _cite(control, value, texts, read)
        return
    if len(values) > 1 and control.tag != "TextArea":
        read.lose(control.name, DOUBLED)
    taken = _READERS[control.tag](control, values)
    if taken is None:
        read.lose(control.name, UNKNOWN_CHOICE if control.tag == "Choices" else OTHER_KIND)
    elif control.tag == "Ranker":
        read.form |= taken
    elif taken.get(control.name):
        _keep(control, taken[control.name], read)


def _keep(control: Control, values: list[str], read: Read) -> None:
    """Put an answer into the field of our form that it fills."""
    if control.name.startswith("na_"):
        _, letter, code = control.name.split("_", 2)
        read.form[f"r_{letter}_{code}"] = [CANT]
    elif control.name.startswith("p_") and values == [CANT]:
        read.form["na" + control.name[1:]] = ["1"]
    elif control.name.startswith("r_"):
        read.form.setdefault(control.name, values)
    else:
        read.form[control.name] = values


def _choices(control: Control, values: Sequence[dict[str, Any]]) -> Form | None:
    chosen = values[-1].get("choices")
    known = {value for value, _ in control.choices} | {words for _, words in control.choices}
    if not isinstance(chosen, list) or not all(isinstance(each, str) and each in known for each in chosen):
        return None
    if not control.is_many and len(chosen) != 1:
        return None
    # An export made elsewhere may hold the words instead of what they stand for.
    by_words = {words: value for value, words in control.choices}
    return {control.name: [by_words.get(str(each), str(each)) for each in chosen]}


def _pairwise(control: Control, values: Sequence[dict[str, Any]]) -> Form | None:
    selected = values[-1].get("selected")
    return {control.name: [str(selected)]} if selected in ("left", "right") else None


def _rating(control: Control, values: Sequence[dict[str, Any]]) -> Form | None:
    stars = values[-1].get("rating")
    if isinstance(stars, bool) or not isinstance(stars, int) or not RATING_LOWEST <= stars <= control.most:
        return None
    lowest = 1 if control.name == "confidence" else 0
    return {control.name: [str(stars - RATING_LOWEST + lowest)]}


def _text_area(control: Control, values: Sequence[dict[str, Any]]) -> Form | None:
    parts: list[str] = []
    for value in values:
        text = value.get("text")
        lines = [text] if isinstance(text, str) else text
        if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
            return None
        parts += lines
    return {control.name: ["\n".join(parts)[:MOST_TEXT]]}


def _ranker(control: Control, values: Sequence[dict[str, Any]]) -> Form | None:
    buckets = values[-1].get("ranker")
    if not isinstance(buckets, dict):
        return None
    known = {value for value, _ in control.choices}
    form: Form = {}
    for place, letters in buckets.items():
        if not isinstance(letters, list) or not all(isinstance(letter, str) for letter in letters):
            return None
        # What was left where it lay is in a bucket of its own, "_": it stays unranked.
        if place in known:
            form |= {f"place_{letter}": [place] for letter in letters if letter in "ABCDEFGH"}
    return form


_READERS = {
    "Choices": _choices,
    "Pairwise": _pairwise,
    "Rating": _rating,
    "TextArea": _text_area,
    "Ranker": _ranker,
}


def _overall(read: Read) -> None:
    """One preference of the two controls that ask which and by how much."""
    side = read.form.pop(BETTER, [""])[-1]
    degree = read.form.pop(DEGREE, [""])[-1]
    if degree == CANT:
        read.form[f"na_{OVERALL_CODE}"] = ["1"]
    elif degree == "0":
        if side:
            read.lose(BETTER, EQUAL_AFTER_ALL)
        read.form[f"p_{OVERALL_CODE}"] = ["0"]
    elif degree and side:
        read.form[f"p_{OVERALL_CODE}"] = [degree if side == "right" else f"-{degree}"]
    elif degree:
        read.lose(BETTER, NO_SIDE)


def _name_criteria(texts: Texts, read: Read) -> None:
    """Marks by number become marks by the id of the criterion that stood there."""
    for name in [name for name in read.form if name.startswith("m_")]:
        value = read.form.pop(name)
        _, letter, number = name.split("_")
        if letter not in texts.responses:
            read.lose(name, NO_SUCH_RESPONSE)
        elif int(number) > len(texts.criteria):
            read.lose(name, NOT_SHOWN)
        else:
            read.form[f"m_{letter}_{texts.criteria[int(number) - 1]}"] = value


def _cite(control: Control, value: dict[str, Any], texts: Texts, read: Read) -> None:
    letter = control.name.removeprefix(EVIDENCE)
    span = _span(value, texts.responses.get(letter, ""))
    labels = value.get("labels")
    if span is None or not isinstance(labels, list):
        read.lose(control.name, NOT_FOUND)
        return
    sentences = texts.sentences.get(letter, ())
    touched = [n for n, (start, end) in enumerate(sentences, start=1) if start < span[1] and span[0] < end]
    if not touched:
        read.lose(control.name, NOT_FOUND)
        return
    if span != (sentences[touched[0] - 1][0], sentences[touched[-1] - 1][1]):
        read.lose(control.name, WIDENED)
    known = {code for code, _ in control.choices} | {words for _, words in control.choices}
    by_words = {words: code for code, words in control.choices}
    for label in labels:
        if not isinstance(label, str) or label not in known:
            read.lose(control.name, UNKNOWN_CHOICE)
            continue
        code = by_words.get(label, label)
        target = "" if code == AS_A_WHOLE else f":{code}"
        cites = read.form.setdefault("cite", [])
        cites += [f"{letter}{n}{target}" for n in touched if f"{letter}{n}{target}" not in cites]


def _span(value: Mapping[str, Any], text: str) -> tuple[int, int] | None:
    """Where a passage stands in the text: browsers count in UTF-16, in which some signs count twice."""
    start, end, quote = value.get("start"), value.get("end"), value.get("text")
    numbers = [
        int(each)
        for each in (start, end)
        if isinstance(each, int) or (isinstance(each, str) and each.isdigit())
    ]
    if len(numbers) != 2 or not 0 <= numbers[0] < numbers[1]:
        return None
    plain = (numbers[0], numbers[1])
    wide = text.encode("utf-16-le", "surrogatepass")
    before = wide[: 2 * plain[0]].decode("utf-16-le", "replace")
    inside = wide[2 * plain[0] : 2 * plain[1]].decode("utf-16-le", "replace")
    counted = (len(before), len(before) + len(inside))
    for found in (plain, counted):
        if found[1] <= len(text) and (not isinstance(quote, str) or text[slice(*found)] == quote):
            return found
    return None


def write_results(form: Mapping[str, Sequence[str]], layout: Layout, texts: Texts) -> list[dict[str, Any]]:
    """Return a form as results, for a prediction. Cited passages stay here.

    Args:
        form: by the letters that the task shows.
        layout: what is asked.
        texts: what is shown.
    """
    said = {name: list(values) for name, values in form.items() if any(values)}
    _split_overall(said)
    for number, criterion in enumerate(texts.criteria, start=1):
        for letter in texts.responses:
            if mark := said.pop(f"m_{letter}_{criterion}", None):
                said[f"m_{letter}_{number}"] = mark
    for control in controls(layout):
        if control.name.startswith("p_") and f"na{control.name[1:]}" in said:
            said[control.name] = [CANT]
    return [
        {
            "from_name": control.name,
            "to_name": control.to,
            "type": control.kind,
            "value": value,
        }
        for control in controls(layout)
        if (value := _value(control, said)) is not None
    ]


def _split_overall(said: dict[str, list[str]]) -> None:
    if f"na_{OVERALL_CODE}" in said:
        said[DEGREE] = [CANT]
    elif given := said.get(f"p_{OVERALL_CODE}"):
        strength = int(given[-1])
        said[DEGREE] = [str(abs(strength))]
        if strength:
            said[BETTER] = ["right" if strength > 0 else "left"]


def _value(control: Control, said: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    values = list(said.get(control.name, ()))
    if control.tag == "Ranker":
        return _ranks(said)
    if control.name.startswith("na_"):
        rated = said.get(f"r{control.name[2:]}", [""])[-1]
        return {"choices": [CANT]} if rated == CANT else None
    if not values or control.tag == "Labels":
        return None
    return _written(control, values)


def _written(control: Control, values: list[str]) -> dict[str, Any] | None:
    if control.tag == "Rating":
        lowest = 1 if control.name == "confidence" else 0
        return {"rating": int(values[-1]) + RATING_LOWEST - lowest} if values[-1].isdigit() else None
    if control.tag == "Pairwise":
        return {"selected": values[-1]}
    if control.tag == "TextArea":
        return {"text": values}
    chosen = ["bad"] if control.name.startswith("bad_") else values
    return {"choices": chosen}


def _ranks(said: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    buckets: dict[str, list[str]] = {}
    for name, values in said.items():
        if name.startswith("place_") and values[-1]:
            buckets.setdefault(values[-1], []).append(name.removeprefix("place_"))
    return {"ranker": buckets} if buckets else None


def summed(losses: Iterable[Loss]) -> dict[Loss, int]:
    """Return how often each loss came up."""
    counts: dict[Loss, int] = {}
    for loss in losses:
        counts[loss] = counts.get(loss, 0) + 1
    return counts


__all__ = [
    "LEFT_HERE",
    "Form",
    "Loss",
    "Read",
    "Texts",
    "read_results",
    "response_name",
    "summed",
    "write_results",
]
