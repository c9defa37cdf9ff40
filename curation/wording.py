"""A trait's wording as plain values: what the file of a trait holds, and what a comparison looks at."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

from config.wording import words

KINDS = {
    "exhibits": words("It shows when a response"),
    "violates": words("It fails when a response"),
    "counterfeit": words("Counterfeits"),
    "boundary": words("Boundary cases"),
}
"""Kinds of behaviour with the titles of their sections, in the order of the page."""
COUNTS_AS = ("", "positive", "negative", "neutral")
CRITERION_KINDS = ("must", "should", "pitfall")
FRAMINGS = ("positive", "negative")
LONGEST_TEXT = 8000
LONGEST_NAME = 120
LONGEST_TITLE = 300
LONGEST_URL = 500
LONGEST_AXIS = 60
MOST_PARTS = 200
"""Of one kind in one version."""
BEGINNING = "Whether the model"
CODE = re.compile(r"[A-Z]{2}")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
RESERVED = frozenset({"new", "import", "compare"})
"""Words that stand in addresses where a trait's slug stands."""


@dataclass(frozen=True)
class BehaviourWords:
    """What a response does that shows the trait, fails it, imitates it or lies on its border."""

    kind: str
    text: str
    counts_as: str = ""
    key: str = ""
    """A UUID; empty when the writer of a file gave none."""


@dataclass(frozen=True)
class TensionWords:
    """Where the trait pulls against another."""

    trait: str
    text: str


@dataclass(frozen=True)
class ReferenceWords:
    """A source."""

    title: str
    url: str = ""


@dataclass(frozen=True)
class CriterionWords:
    """A shared criterion."""

    text: str
    points: Decimal
    kind: str = "should"
    framing: str = "positive"
    axis: str = ""
    tags: tuple[str, ...] = ()
    key: str = ""


@dataclass(frozen=True)
class GuidanceWords:
    """What a reader must know of the trait in one domain."""

    domain: str
    text: str = ""
    example: str = ""
    authorities: str = ""


@dataclass(frozen=True)
class Wording:
    """All words of one version of a trait, in their order."""

    definition: str
    benefit: str = ""
    attribution: str = ""
    behaviours: tuple[BehaviourWords, ...] = ()
    tensions: tuple[TensionWords, ...] = ()
    references: tuple[ReferenceWords, ...] = ()
    criteria: tuple[CriterionWords, ...] = ()

    @property
    def keys(self) -> set[str]:
        """The keys of its behaviours and criteria."""
        return {each.key for each in self.behaviours} | {each.key for each in self.criteria}

    def of_kind(self, kind: str) -> list[BehaviourWords]:
        """Return the behaviours of a kind."""
        return [each for each in self.behaviours if each.kind == kind]


@dataclass(frozen=True)
class TraitFile:
    """What the file of a trait holds."""

    slug: str
    code: str
    name: str
    wording: Wording
    change_note: str = ""
    meaning_changed: bool = True
    guidance: tuple[GuidanceWords, ...] = field(default=())


class Gap(NamedTuple):
    """Something that a draft still wants."""

    section: str
    what: str


def digest(*values: object) -> str:
    """Return what tells whether words are still those that somebody saw."""
    body = json.dumps([str(value) for value in values], ensure_ascii=True)
    return hashlib.sha256(body.encode()).hexdigest()[:32]


def with_known_keys(wording: Wording, known: Wording) -> Wording:
    """Return a wording whose parts without a key take it from an equal part of another wording."""
    behaviours = {(each.kind, each.text): each.key for each in known.behaviours}
    criteria = {each.text: each.key for each in known.criteria}
    taken = wording.keys

    def key_for(given: str, found: str | None) -> str:
        if given or not found or found in taken:
            return given
        taken.add(found)
        return found

    return replace(
        wording,
        behaviours=tuple(
            replace(each, key=key_for(each.key, behaviours.get((each.kind, each.text))))
            for each in wording.behaviours
        ),
        criteria=tuple(
            replace(each, key=key_for(each.key, criteria.get(each.text))) for each in wording.criteria
        ),
    )


def gaps(wording: Wording) -> list[Gap]:
    """Return what a draft wants before others should read it; empty when nothing."""
    found = []
    if not wording.definition.strip():
        found.append(Gap("definition", words("The definition is empty.")))
    elif not wording.definition.strip().startswith(BEGINNING):
        found.append(
            Gap("definition", words("The definition does not begin “{beginning} …”.", beginning=BEGINNING))
        )
    if not wording.benefit.strip():
        found.append(Gap("benefit", words("Nothing says why the trait is good for people.")))
    for kind, what in (
        ("exhibits", words("No behaviour shows the trait yet.")),
        ("violates", words("No behaviour fails the trait yet.")),
        ("counterfeit", words("No counterfeit yet: what looks like the trait and is not?")),
        ("boundary", words("No boundary case yet: where would two careful people differ?")),
    ):
        if not wording.of_kind(kind):
            found.append(Gap(kind, what))
    undecided = sum(not each.counts_as for each in wording.of_kind("boundary"))
    if undecided:
        found.append(
            Gap(
                "boundary",
                words("Boundary cases that don’t say how they count: {undecided}.", undecided=undecided),
            )
        )
    return found


def suggested_slug(name: str) -> str:
    """Return a name for addresses and releases; empty when the name has no Latin letters."""
    slug = "-".join(re.findall(r"[a-z0-9]+", name.lower()))[:80].strip("-")
    return f"{slug}-trait" if slug in RESERVED else slug


def suggested_code(name: str, taken: Iterable[str]) -> str:
    """Return two letters that no trait has: initials first, then letters of the name, then any; empty when all are taken."""
    used = set(taken)
    capitals = re.findall(r"[A-Z]+", name.upper())
    initials = "".join(word[0] for word in capitals)
    letters = "".join(capitals)
    pairs = [initials[:2], *(letters[:1] + other for other in letters[1:])]
    alphabet = [chr(code) for code in range(ord("A"), ord("Z") + 1)]
    pairs += [letters[:1] + other for other in alphabet]
    pairs += [first + second for first in alphabet for second in alphabet]
    return next((pair for pair in pairs if CODE.fullmatch(pair) and pair not in used), "")
