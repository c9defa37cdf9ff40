"""Label Studio: the tasks of a preference project, as its export in the format JSON holds them.

An export does not say which text is what, so the names in `data` have to: a prompt (`prompt`, `question`,
`conversation` …) and at least two responses (`response_a`, `answer2`, `option_left` …), in the order of their names.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from config.wording import words
from curation.sources.base import Limits, Record, Rejected, SourceRow, Vote
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
PRESSED = 2
"""How strong a preference is that was pressed without saying by how much: “better”, the middle of slightly and much."""
SKIPPED = words("Somebody skipped the task there.")
NO_SIDE = words("An annotation doesn’t say which of two responses is better.")
BOTH_SIDES = words("An annotation prefers both responses.")
NOBODY = words("An answer says nothing about who gave it.")
AGAIN = words("Somebody answered a task more than once; the latest answer was taken.")
MOST_RESPONSES = 8
_RESPONSE = re.compile(
    r"(response|answer|completion|output|option|candidate|reply|text|model)[ _-]?(a|b|c|d|e|f|g|h|[1-8]|left|right)",
    re.IGNORECASE,
)


def parse_task(record: Record, limits: Limits) -> SourceRow:
    """Make a scenario with responses of a task. Preferred is what more people pressed, if either; each person has a vote.

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
    is_pair = len(responses) == 2
    balance = sum(sides_in(record.fields.get("annotations"))) if is_pair else 0
    votes, losses = votes_in(record.fields.get("annotations")) if is_pair else ((), ())
    source = short_text_in(record, "source", 120) or "label-studio"
    return SourceRow(
        record.line,
        messages,
        responses,
        system=system,
        preferred=None if not balance else int(balance > 0),
        source=source,
        original=original,
        votes=votes,
        losses=losses,
        crew=source,
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


def votes_in(annotations: object) -> tuple[tuple[Vote, ...], tuple[str, ...]]:
    """Return what each person said last of two responses, and what of the annotations says nothing that counts."""
    newest: dict[str, tuple[tuple[str, float], Vote]] = {}
    losses: list[str] = []
    for annotation in annotations if isinstance(annotations, list) else ():
        if not isinstance(annotation, dict):
            continue
        who, sides = who_in(annotation), set(sides_in([annotation]))
        problem = SKIPPED if annotation.get("was_cancelled") else NO_SIDE if not sides else ""
        problem = problem or (BOTH_SIDES if len(sides) > 1 else "" if who else NOBODY)
        if problem:
            losses.append(problem)
            continue
        order = order_of(annotation)
        if who in newest:
            losses.append(AGAIN)
        if who not in newest or order >= newest[who][0]:
            newest[who] = (order, Vote(who, PRESSED * sides.pop(), order[0]))
    return tuple(vote for _, vote in newest.values()), tuple(losses)


def who_in(annotation: Mapping[str, Any]) -> str:
    """Return what Label Studio calls the author of an annotation; empty when it doesn't say.

    Numbers of accounts come again after a restored backup, addresses don't.
    """
    who = annotation.get("completed_by")
    if isinstance(who, dict):
        who = who.get("email") or who.get("id")
    if isinstance(who, float) and who.is_integer():
        who = int(who)
    is_name = isinstance(who, str | int) and not isinstance(who, bool)
    return str(who).strip().lower()[:254] if is_name else ""


def order_of(annotation: Mapping[str, Any]) -> tuple[str, float]:
    """Return what is greater for what was said later: the time, then the number."""
    at = annotation.get("updated_at") or annotation.get("created_at")
    number = annotation.get("id")
    return (at[:40] if isinstance(at, str) else "", number if isinstance(number, int | float) else 0)


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
