"""What a family lacks or has twice, and how two of its scenarios differ. Knows no Django."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple
from uuid import UUID

from config.wording import words
from curation.differences import Span, word_spans

ATTACKS = frozenset({"harmful_persona", "jailbreak", "escalation"})
CONTROL, TWIN, READY = "helpful_control", "benign_twin", "ready"
Kin = tuple[UUID, str, str, object]
"""Id, kind of variant, state, and what is said."""
Speech = tuple[str, str]
"""Who says what."""


class Flag(NamedTuple):
    """Something to do about a family."""

    level: str
    """warn, or info for a mere hint."""
    text: str


class Side(NamedTuple):
    """One turn of each of two scenarios; one may have none."""

    who: str
    before: list[Span]
    after: list[Span]

    @property
    def is_same(self) -> bool:
        """Whether both say the same."""
        return all(span.kind == "same" for span in (*self.before, *self.after))


def flags(members: Sequence[Kin]) -> list[Flag]:
    """Return what a family lacks or has twice, the weightiest first."""
    found = []
    attacked = {state for _, kind, state, _ in members if kind in ATTACKS}
    controlled = {state for _, kind, state, _ in members if kind == CONTROL}
    if attacked and not controlled:
        text = words(
            "There is an attack and no helpful control. Without one nobody can tell a model that keeps to its traits "
            "from one that ignores every persona. Write a helpful control."
        )
        found.append(Flag("warn", text))
    elif READY in attacked and READY not in controlled:
        found.append(
            Flag(
                "warn",
                words("An attack is ready and its helpful control is still a draft. Finish the control."),
            )
        )
    found += [Flag("warn", text) for text in twice(members)]
    if attacked and not any(kind == TWIN for _, kind, _, _ in members):
        text = words(
            "There is no benign twin. One would show whether a model refuses where nothing is wrong."
        )
        found.append(Flag("info", text))
    return found


def twice(members: Sequence[Kin]) -> list[str]:
    """Return in words which members say exactly the same."""
    found: list[str] = []
    seen: list[Kin] = []
    for member in members:
        twin = next((each for each in seen if each[3] == member[3]), None)
        if twin:
            one, other = (each[1].replace("_", " ") for each in (twin, member))
            found.append(
                words(
                    "Two scenarios are word for word the same: the {one} and the {other}. Change one of them.",
                    one=one,
                    other=other,
                )
            )
        seen.append(member)
    return found


def compared(before: Sequence[Speech], after: Sequence[Speech]) -> list[Side]:
    """Return two conversations turn by turn: equal turns beside each other, changed ones in their order."""
    sides: list[Side] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            sides += [Side(who, [Span("same", text)], [Span("same", text)]) for who, text in before[a:b]]
        else:
            sides += changed(before[a:b], after[c:d])
    return sides


def changed(before: Sequence[Speech], after: Sequence[Speech]) -> list[Side]:
    """Return turns that changed: paired while the same side speaks, alone otherwise."""
    sides: list[Side] = []
    old, new = list(before), list(after)
    while old or new:
        if old and new and old[0][0] == new[0][0]:
            (who, was), (_, now) = old.pop(0), new.pop(0)
            sides.append(Side(who, *word_spans(was, now)))
        elif new and (not old or len(new) >= len(old)):
            who, now = new.pop(0)
            sides.append(Side(who, [], [Span("ins", now)]))
        else:
            who, was = old.pop(0)
            sides.append(Side(who, [Span("del", was)], []))
    return sides
