"""Label Studio: the tasks of a preference project, as its export in the format JSON holds them.

An export does not say which text is what, so the names in `data` have to: a prompt (`prompt`, `question`,
`conversation` …) and at least two responses (`response_a`, `answer2`, `option_left` …), in the order of their names.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from curation.sources.base import Limits, Record, Rejected, SourceRow
from curation.sources.cells import (
    checked_text,
    clean_conversation,
    ending_on_user,
    messages_in,
    response,
    short_text_in,
)

COLUMNS = ("data", "annotations", "source")
PROMPTS = (
    *(
        "prompt",
        "question",
        "instruction",
        "conversation",
        "messages",
        "dialogue",
        "context",
        "input",
        "query",
    ),
    "text",
)
SIDES = {"left": 0, "right": 1}
MOST_RESPONSES = 8
_RESPONSE = re.compile(
    r"(response|answer|completion|output|option|candidate|reply|text|model)[ _-]?(a|b|c|d|e|f|g|h|[1-8]|left|right)",
    re.IGNORECASE,
)


def parse_task(record: Record, limits: Limits) -> SourceRow:
    """Make a scenario with responses of a task. Preferred is what more people pressed, if either.

    Raises:
        Rejected: the task has no data, no prompt, or fewer than two responses.
    """
    data = record.fields.get("data")
    if not isinstance(data, dict):
        raise Rejected("expected an object with the texts of the task", "data")
    prompt = next((name for name in PROMPTS if data.get(name)), None)
    if prompt is None:
        raise Rejected(f"found no prompt; it is looked for under {', '.join(PROMPTS)}", "data")
    names = response_names(data)
    if len(names) < 2:
        raise Rejected("found no two responses, such as response_a and response_b", "data")
    messages, system, original = clean_conversation(*_turns(data[prompt], limits))
    responses = [response(checked_text(data[name], "data", limits)) for name in names]
    if len({each.text for each in responses}) < len(responses):
        raise Rejected("two responses are the same", "data")
    balance = sum(sides_in(record.fields.get("annotations"))) if len(responses) == 2 else 0
    return SourceRow(
        record.line,
        messages,
        responses,
        system=system,
        preferred=None if not balance else int(balance > 0),
        source=short_text_in(record, "source", 120) or "label-studio",
        original=original,
    )


def response_names(data: Mapping[str, Any]) -> list[str]:
    """Return the names of those texts that are responses, in their order: the largest group with one stem."""
    groups: dict[str, list[str]] = {}
    for name, value in data.items():
        if isinstance(value, str) and value and (match := _RESPONSE.fullmatch(name)):
            groups.setdefault(match[1].lower(), []).append(name)
    largest = max(groups.values(), key=lambda names: len(names), default=list[str]())
    return sorted(largest, key=str.lower)[:MOST_RESPONSES]


def sides_in(annotations: object) -> Iterator[int]:
    """Yield -1 for each annotation that prefers the left of two responses, 1 for the right."""
    for annotation in annotations if isinstance(annotations, list) else ():
        if not isinstance(annotation, dict) or annotation.get("was_cancelled"):
            continue
        results = annotation.get("result")
        for result in results if isinstance(results, list) else ():
            value = result.get("value") if isinstance(result, dict) else None
            selected = value.get("selected") if isinstance(value, dict) else None
            if isinstance(selected, str) and selected in SIDES:
                yield 2 * SIDES[selected] - 1


def _turns(value: object, limits: Limits) -> tuple[list[dict[str, str]], str]:
    if isinstance(value, str):
        return [{"role": "user", "content": checked_text(value, "data", limits)}], ""
    named = [
        {
            "role": str(turn.get("role") or turn.get("author") or "").lower(),
            "content": turn.get("content") or turn.get("text"),
        }
        for turn in (value if isinstance(value, list) else ())
        if isinstance(turn, dict)
    ]
    return ending_on_user(messages_in(named, "data", limits), "data")
