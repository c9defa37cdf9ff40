"""A scenario's words as plain values, and what its writers do with its turns. Knows no Django."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from typing import NamedTuple

import orjson

from config.wording import words

MOST_TURNS = 100
USER, ASSISTANT = "user", "assistant"


@dataclass(frozen=True)
class TurnWords:
    """One turn with what its writer says about it."""

    role: str = USER
    content: str = ""
    pressure: str = ""
    """Which pressure it puts on the model; empty for none."""
    note: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said."""
        return not self.content.strip()


@dataclass(frozen=True)
class ScenarioWords:
    """Everything that the editor of a scenario holds."""

    turns: tuple[TurnWords, ...] = (TurnWords(),)
    system_prompt: str = ""
    planted: int | None = None
    """Index of the assistant turn that is wrong on purpose."""
    name: str = ""
    what_changes: str = ""
    domain: str = ""
    """Its slug."""
    traits: tuple[str, ...] = ()
    """Slugs in order."""
    pressures: tuple[str, ...] = ()
    """In order; those that a turn is typed with are left out."""
    values_in_tension: tuple[str, ...] = ()
    content_warnings: tuple[str, ...] = ()
    background: str = ""
    lazy_answer: str = ""
    over_refusal_answer: str = ""
    ideal_answer: str = ""
    language: str = "en"
    origin: str = "human"
    source: str = ""
    license: str = ""

    @property
    def digest(self) -> str:
        """What tells whether these are still the words that somebody saw."""
        return sha256(orjson.dumps(self)).hexdigest()[:32]

    @property
    def messages(self) -> list[dict[str, str]]:
        """The turns as they are stored."""
        return [{"role": turn.role, "content": turn.content} for turn in self.turns]

    @property
    def all_pressures(self) -> list[str]:
        """Pressures of the turns and of the whole, each once."""
        typed = {turn.pressure for turn in self.turns if turn.pressure}
        return sorted(typed.union(self.pressures))

    @property
    def trimmed(self) -> "ScenarioWords":
        """The same without white space around its turns and its system prompt."""
        turns = tuple(replace(turn, content=turn.content.strip()) for turn in self.turns)
        return replace(self, turns=turns, system_prompt=self.system_prompt.strip())


class Edited(NamedTuple):
    """Words after something was done with their turns."""

    words: ScenarioWords
    at: int
    """Index of the turn to go on with."""
    removed: TurnWords | None = None


class Difference(NamedTuple):
    """A field in which two people's words differ."""

    label: str
    mine: str
    theirs: str


def edited(written: ScenarioWords, act: str) -> Edited | None:
    """Return the words after an act on their turns: `add-user`, `up-2`, `down-2`, `remove-2`; turns count from 1.

    Returns:
        None when the act says nothing that can be done.
    """
    verb, _, what = act.partition("-")
    if verb == "add" and what in (USER, ASSISTANT):
        return with_turn(written, len(written.turns), TurnWords(what))
    index = int(what) - 1 if what.isdecimal() and len(what) < 4 else -1
    if not 0 <= index < len(written.turns):
        return None
    if verb == "remove":
        return without_turn(written, index)
    step = {"up": -1, "down": 1}.get(verb)
    return moved(written, index, index + step) if step else None


def with_turn(written: ScenarioWords, index: int, turn: TurnWords) -> Edited | None:
    """Return the words with one more turn; None when there are as many as there may be."""
    if len(written.turns) >= MOST_TURNS:
        return None
    order: list[int | TurnWords] = list(range(len(written.turns)))
    order.insert(index, turn)
    return Edited(in_order(written, order), index)


def without_turn(written: ScenarioWords, index: int) -> Edited:
    """Return the words with one turn less."""
    order: list[int | TurnWords] = [place for place in range(len(written.turns)) if place != index]
    return Edited(in_order(written, order), max(0, index - 1), written.turns[index])


def moved(written: ScenarioWords, index: int, to: int) -> Edited | None:
    """Return the words with a turn at another place; None when there is no such place."""
    if not 0 <= to < len(written.turns):
        return None
    order: list[int | TurnWords] = list(range(len(written.turns)))
    order.insert(to, order.pop(index))
    return Edited(in_order(written, order), to)


def in_order(written: ScenarioWords, order: list[int | TurnWords]) -> ScenarioWords:
    """Return the words with these turns, old ones by their index; the planted fault stays with its turn."""
    turns = tuple(each if isinstance(each, TurnWords) else written.turns[each] for each in order)
    planted = order.index(written.planted) if written.planted in order else None
    return replace(written, turns=turns, planted=planted)


def differing(mine: ScenarioWords, theirs: ScenarioWords) -> Iterator[Difference]:
    """Yield the fields in which two people's words differ, in the order of the page."""
    for number in range(max(len(mine.turns), len(theirs.turns))):
        sides = [
            said(written.turns[number]) if number < len(written.turns) else "" for written in (mine, theirs)
        ]
        if sides[0] != sides[1]:
            yield Difference(words("Turn {number}", number=number + 1), *sides)
    for field in fields(ScenarioWords):
        if field.name == "turns":
            continue
        one, two = (as_text(field.name, getattr(written, field.name)) for written in (mine, theirs))
        if one != two:
            label = (
                words("Planted fault")
                if field.name == "planted"
                else field.name.replace("_", " ").capitalize()
            )
            yield Difference(label, one, two)


def said(turn: TurnWords) -> str:
    """Return a turn as one text."""
    about = [turn.pressure.replace("_", " "), turn.note]
    return "\n".join([f"{turn.role.capitalize()}: {turn.content}", *filter(None, about)])


def as_text(name: str, value: object) -> str:
    """Return a field's value as people read it."""
    if name == "planted":
        return words("None") if value is None else words("Turn {value}", value=int(str(value)) + 1)
    if isinstance(value, tuple):
        return ", ".join(str(each).replace("_", " ") for each in value)
    return str(value)
