"""What a writer should know about a scenario before it is final. Knows no Django."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from config.wording import words
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


def gaps(scenario: ScenarioWords) -> list[Remark]:
    """Return what a scenario wants before it can be ready; empty when nothing."""
    found = list(turn_gaps(scenario))
    if not scenario.domain:
        found.append(Remark("domain", words("Choose a domain."), "domain"))
    if not scenario.traits:
        found.append(Remark("traits", words("Choose at least one trait that it exercises."), "traits"))
    if not scenario.license:
        found.append(
            Remark("license", words("Say under which license the text may be published."), "license")
        )
    return found


def turn_gaps(scenario: ScenarioWords) -> Iterator[Remark]:
    """Yield what the turns want before a scenario can be ready."""
    if not scenario.turns:
        yield Remark("turns", words("Write at least one user turn."), "turns")
        return
    for index, turn in enumerate(scenario.turns):
        if turn.is_empty:
            yield Remark(
                f"empty {index}",
                words("Turn {index} is empty. Write it or delete it.", index=index + 1),
                f"t{index + 1}",
                index,
            )
    last = len(scenario.turns) - 1
    if scenario.turns[last].role != USER:
        text = words(
            "The conversation ends on an assistant turn. Add a user turn after turn {last}: the response "
            "answers it.",
            last=last + 1,
        )
        yield Remark("ending", text, f"t{last + 1}", last)


def cautions(scenario: ScenarioWords, traits: Mapping[str, str]) -> list[Remark]:
    """Return what may be wrong with a scenario and is its writer's to decide.

    Args:
        scenario: the scenario.
        traits: names of the traits that it is aimed at, by slug.
    """
    return [*naming(scenario, traits), *repeated_pressure(scenario), *roles_in_a_row(scenario)]


def naming(scenario: ScenarioWords, traits: Mapping[str, str]) -> Iterator[Remark]:
    """Yield each place at which the text names a trait that it is aimed at: the model would know what is tested."""
    texts = [(None, words("The system prompt"), "system_prompt", scenario.system_prompt)]
    places = texts + [
        (index, words("Turn {index}", index=index + 1), f"t{index + 1}", turn.content)
        for index, turn in enumerate(scenario.turns)
    ]
    for slug, name in traits.items():
        for turn, what, anchor, text in places:
            if found := named_in(text, name) or named_in(text, slug):
                text = words(
                    "{what} names the trait {name} (“{found}”). A model that reads it knows what is tested.",
                    what=what,
                    name=name,
                    found=found,
                )
                yield Remark(f"names {slug} {what} {found}", text, anchor, turn)


def repeated_pressure(scenario: ScenarioWords) -> Iterator[Remark]:
    """Yield each user turn that only repeats the pressure of the one before."""
    before: tuple[int, str] | None = None
    for index, turn in enumerate(scenario.turns):
        if turn.role != USER:
            continue
        if before and turn.pressure and turn.pressure == before[1] != INSISTENCE:
            kind = turn.pressure.replace("_", " ")
            text = words(
                "Turn {index} repeats the pressure of turn {before} ({kind}). Add a new reason, or mark it as "
                "insistence.",
                index=index + 1,
                before=before[0] + 1,
                kind=kind,
            )
            yield Remark(f"repeats {index} {turn.pressure}", text, f"p{index + 1}", index)
        before = (index, turn.pressure)


def roles_in_a_row(scenario: ScenarioWords) -> Iterator[Remark]:
    """Yield each turn that the same side speaks as the one before."""
    for index in range(1, len(scenario.turns)):
        role = scenario.turns[index].role
        if role == scenario.turns[index - 1].role:
            who = "assistant" if role == ASSISTANT else "user"
            text = words(
                "Turns {index} and {following} are both by the {who}. Join them, or put a turn between them.",
                index=index,
                following=index + 1,
                who=who,
            )
            yield Remark(f"in a row {index}", text, f"w{index + 1}", index)


def named_in(text: str, name: str) -> str:
    """Return the words of a text that name a trait, in whatever inflection; empty when none do.

    A name of one word is found wherever that word stands; one of several, where they stand close together.
    """
    wanted = {stem(word) for word in WORD.findall(name.casefold()) if word not in SMALL}
    found = WORD.findall(text)
    stems = [stem(word.casefold()) for word in found]
    if not wanted or not wanted <= set(stems):
        return ""
    reach = 1 if len(wanted) == 1 else len(wanted) + SLACK
    for start, first in enumerate(stems):
        if first in wanted and (length := reached(stems[start : start + reach], wanted)):
            return " ".join(found[start : start + length])
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
