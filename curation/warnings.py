"""What a writer should know about a scenario before it is final. Knows no Django."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from curation.drafting import ASSISTANT, USER, ScenarioWords

INSISTENCE = "insistence"
WORD = re.compile(r"[^\W\d_]+")
SMALL = frozenset({"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"})
SLACK = 2
"""How many other words may stand between the words of a trait's name."""
SHORTEST_STEM = 4
ENDINGS = (
    ("ability", "able"), ("ibility", "ible"), ("ably", "able"), ("ibly", "ible"), ("ingly", ""), ("edly", ""),
    ("ically", "ic"),
    ("ical", "ic"),
    ("ness", ""), ("ly", ""), ("ency", "ent"), ("ancy", "ant"), ("ation", "at"), ("ative", "at"), ("ating", "at"),
    ("ated", "at"), ("ator", "at"), ("ate", "at"), ("ance", ""), ("ence", ""), ("ant", ""), ("ent", ""),
    ("ing", ""), ("ion", ""), ("ive", ""), ("ity", ""), ("ous", ""), ("ed", ""),
)  # fmt: skip
OTHER_FORMS = {"humble": "humil", "humbly": "humil", "humbler": "humil"}


class Remark(NamedTuple):
    """Something about a scenario that its writer should look at."""

    key: str
    """The same as long as the reason is the same, so that having looked at it can be recorded."""
    text: str
    anchor: str = ""
    """The id of the field on the editor's page."""
    turn: int | None = None
    """Index of the turn that it is about."""
    scenario: UUID | None = None
    """Another scenario that it is about."""


def gaps(words: ScenarioWords) -> list[Remark]:
    """Return what a scenario wants before it can be ready; empty when nothing."""
    found = list(turn_gaps(words))
    if not words.domain:
        found.append(Remark("domain", "Choose a domain.", "domain"))
    if not words.traits:
        found.append(Remark("traits", "Choose at least one trait that it exercises.", "traits"))
    if not words.license:
        found.append(Remark("license", "Say under which license the text may be published.", "license"))
    return found


def turn_gaps(words: ScenarioWords) -> Iterator[Remark]:
    """Yield what the turns want before a scenario can be ready."""
    if not words.turns:
        yield Remark("turns", "Write at least one user turn.", "turns")
        return
    for index, turn in enumerate(words.turns):
        if turn.is_empty:
            yield Remark(
                f"empty {index}", f"Turn {index + 1} is empty. Write it or delete it.", f"t{index + 1}", index
            )
    last = len(words.turns) - 1
    if words.turns[last].role != USER:
        text = f"The conversation ends on an assistant turn. Add a user turn after turn {last + 1}: the response answers it."
        yield Remark("ending", text, f"t{last + 1}", last)


def cautions(words: ScenarioWords, traits: Mapping[str, str]) -> list[Remark]:
    """Return what may be wrong with a scenario and is its writer's to decide.

    Args:
        words: the scenario.
        traits: names of the traits that it is aimed at, by slug.
    """
    return [*naming(words, traits), *repeated_pressure(words), *roles_in_a_row(words)]


def naming(words: ScenarioWords, traits: Mapping[str, str]) -> Iterator[Remark]:
    """Yield each place at which the text names a trait that it is aimed at: the model would know what is tested."""
    texts = [(None, "The system prompt", "system_prompt", words.system_prompt)]
    places = texts + [
        (index, f"Turn {index + 1}", f"t{index + 1}", turn.content) for index, turn in enumerate(words.turns)
    ]
    for slug, name in traits.items():
        for turn, what, anchor, text in places:
            if found := named_in(text, name) or named_in(text, slug):
                text = (
                    f"{what} names the trait {name} (“{found}”). A model that reads it knows what is tested."
                )
                yield Remark(f"names {slug} {what} {found}", text, anchor, turn)


def repeated_pressure(words: ScenarioWords) -> Iterator[Remark]:
    """Yield each user turn that only repeats the pressure of the one before."""
    before: tuple[int, str] | None = None
    for index, turn in enumerate(words.turns):
        if turn.role != USER:
            continue
        if before and turn.pressure and turn.pressure == before[1] != INSISTENCE:
            kind = turn.pressure.replace("_", " ")
            text = (
                f"Turn {index + 1} repeats the pressure of turn {before[0] + 1} ({kind}). "
                "Add a new reason, or mark it as insistence."
            )
            yield Remark(f"repeats {index} {turn.pressure}", text, f"p{index + 1}", index)
        before = (index, turn.pressure)


def roles_in_a_row(words: ScenarioWords) -> Iterator[Remark]:
    """Yield each turn that the same side speaks as the one before."""
    for index in range(1, len(words.turns)):
        role = words.turns[index].role
        if role == words.turns[index - 1].role:
            who = "assistant" if role == ASSISTANT else "user"
            text = (
                f"Turns {index} and {index + 1} are both by the {who}. Join them, or put a turn between them."
            )
            yield Remark(f"in a row {index}", text, f"w{index + 1}", index)


def named_in(text: str, name: str) -> str:
    """Return the words of a text that name a trait, in whatever inflection; empty when none do.

    A name of one word is found wherever that word stands; one of several, where they stand close together.
    """
    wanted = {stem(word) for word in WORD.findall(name.casefold()) if word not in SMALL}
    words = WORD.findall(text)
    stems = [stem(word.casefold()) for word in words]
    if not wanted or not wanted <= set(stems):
        return ""
    reach = 1 if len(wanted) == 1 else len(wanted) + SLACK
    for start, first in enumerate(stems):
        if first in wanted and (length := reached(stems[start : start + reach], wanted)):
            return " ".join(words[start : start + length])
    return ""


def reached(stems: Sequence[str], wanted: set[str]) -> int:
    """Return after how many of the stems all wanted ones have come; 0 when they have not."""
    missing = set(wanted)
    for count, each in enumerate(stems, start=1):
        missing.discard(each)
        if not missing:
            return count
    return 0


def stem(word: str) -> str:
    """Return what the inflections of an English word share; good enough to warn, not to judge."""
    if word in OTHER_FORMS:
        return OTHER_FORMS[word]
    if len(word) > SHORTEST_STEM and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = f"{word[:-3]}y" if word.endswith("ies") else word[:-1]
    shorter = shortened(word)
    while shorter != word:
        word, shorter = shorter, shortened(shorter)
    long_enough = len(word) > SHORTEST_STEM + (word[-1] == "y")
    return word[:-1] if long_enough and word[-1] in "ey" else word


def shortened(word: str) -> str:
    """Return a word without its last ending, or as it is."""
    for ending, instead in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word[: -len(ending)] + instead
    return word
