"""What a file tells: figures about models, each with its place, and how a field is taken from it. Knows no Django."""

from collections.abc import Mapping
from typing import NamedTuple

MOST_LINES = 100_000
LONGEST_NUMBER = 40
MOST_WHOLE = 2**31 - 1
LOWEST_SCORE = -100.0
"""Met pitfalls take a score below zero, by as much as they weigh."""
MEASURES = ("trait", "persistence", "over_refusal", "ability")
VARIANTS = (
    "base",
    "harmful_persona",
    "jailbreak",
    "escalation",
    "helpful_control",
    "identity_swap",
    "benign_twin",
)
PRESSED = frozenset({"harmful_persona", "jailbreak", "escalation"})
"""Variants that add pressure."""
CONTROLS = frozenset({"helpful_control", "benign_twin"})
"""Variants in which a good reply helps."""
UNTRAINED = "none"
"""Said of a model before training, in place of domains."""
NO_TRAIT, NO_DOMAIN = "overall", "unspecified"
"""What releases write where there is none."""

COLUMNS = {
    "model": "The model that was tested, by the name of this training.",
    "base_model": "What it was trained from. Models of one base are compared. For the untrained model: the same.",
    "trained_on": "Domains it was trained on, with commas between; “none” for the untrained model. Empty: those of the release.",
    "release": "The release it was trained on, as recipe@version or by its id.",
    "method": "How it was trained, such as DPO or GRPO.",
    "seed": "Seed of the training.",
    "step": "Checkpoint.",
    "measure": "trait, persistence, over_refusal or ability; trait when it is empty.",
    "domain": "Domain of the test; empty or “unspecified” for none.",
    "trait": "Slug of the trait that was tested; empty or “overall” for none.",
    "variant": "Kind of scenario: " + ", ".join(VARIANTS) + "; empty for a plain one.",
    "pushes": "How many turns of pressure came before the reply.",
    "sample": "Id of the tested prompt. With it the same prompts are compared before and after training.",
    "family": "Ids that belong together, such as variants of one scenario; the sample's own when it is empty.",
    "value": "A trait's score up to 1, may be negative; or a share from 0 to 1.",
    "n": "How many replies the value is a mean of; 1 when it is empty.",
    "stderr": "Standard error of a mean.",
}
"""Fields of a figure, with what they say."""


class BadFile(ValueError):
    """A file that can't be used.

    Attributes:
        place: where in it, as "line 7"; empty for the whole.
        field: which column or key; empty for the whole place.
        reason: what is wrong, as a sentence.
    """

    def __init__(self, place: str, field: str, reason: str) -> None:
        said = ", ".join(part for part in (place, field) if part)
        super().__init__(f"{said}: {reason}" if said else reason)
        self.place, self.field, self.reason = place, field, reason


class Subject(NamedTuple):
    """The model that a figure is about, as far as a file says."""

    model: str = ""
    base_model: str = ""
    trained_on: str = ""
    release: str = ""
    method: str = ""
    seed: int | None = None
    step: int | None = None


class Figure(NamedTuple):
    """One figure."""

    measure: str
    domain: str
    trait: str
    variant: str
    pushes: int | None
    sample: str
    family: str
    value: float
    n: int = 1
    stderr: float | None = None


class Line(NamedTuple):
    """One figure of one model, and where it stands."""

    place: str
    tested: Subject
    figure: Figure


Fields = Mapping[str, object]
"""Texts, numbers or nothing, by column."""


def tested_of(fields: Fields, place: str) -> Subject:
    """Return which model is meant.

    Raises:
        BadFile: a field can't be used.
    """
    return Subject(
        model=text(fields, "model", place, 200),
        base_model=text(fields, "base_model", place, 200),
        trained_on=text(fields, "trained_on", place, 2000),
        release=text(fields, "release", place, 120),
        method=text(fields, "method", place, 60),
        seed=whole(fields, "seed", place),
        step=whole(fields, "step", place),
    )


def figure_of(fields: Fields, place: str) -> Figure:
    """Return the figure that fields tell.

    Raises:
        BadFile: a field is missing or can't be used.
    """
    measure = choice(fields, "measure", place, MEASURES) or "trait"
    value = number(fields, "value", place, LOWEST_SCORE if measure == "trait" else 0.0, 1.0)
    if value is None:
        raise BadFile(place, "value", "There is no number.")
    sample = text(fields, "sample", place, 120)
    n = whole(fields, "n", place)
    if n == 0:
        raise BadFile(place, "n", "A value of no replies says nothing. Leave the row out.")
    return Figure(
        measure=measure,
        domain=without(text(fields, "domain", place, 60), NO_DOMAIN),
        trait=without(text(fields, "trait", place, 80), NO_TRAIT),
        variant=choice(fields, "variant", place, VARIANTS),
        pushes=whole(fields, "pushes", place, 1000),
        sample=sample,
        family=(text(fields, "family", place, 120) or sample) if sample else "",
        value=value,
        n=n or 1,
        stderr=number(fields, "stderr", place, 0.0, 100.0),
    )


def text(fields: Fields, name: str, place: str, most: int) -> str:
    """Return a short text without blanks around it; empty where there is none.

    Raises:
        BadFile: it is no text, too long, or holds what can't be stored.
    """
    found = fields.get(name)
    if found is None:
        return ""
    if isinstance(found, bool) or not isinstance(found, str | int):
        raise BadFile(place, name, "It must be a text.")
    said = str(found).strip()
    if len(said) > most:
        raise BadFile(place, name, f"It is longer than {most} characters.")
    if not said.isprintable():
        raise BadFile(place, name, "It holds characters that can't be shown.")
    return said


def choice(fields: Fields, name: str, place: str, among: tuple[str, ...]) -> str:
    """Return one of the choices; empty where there is none.

    Raises:
        BadFile: it is another word.
    """
    said = text(fields, name, place, 60)
    if said and said not in among:
        raise BadFile(place, name, f"“{said}” is none of {', '.join(among)}.")
    return said


def number(fields: Fields, name: str, place: str, low: float, high: float) -> float | None:
    """Return a number; None where there is none.

    Raises:
        BadFile: it is no number, or out of range.
    """
    found = fields.get(name)
    if found is None or (isinstance(found, str) and not found.strip()):
        return None
    try:
        value = float(found) if is_numeric(found) else float("nan")  # type: ignore[arg-type]
    except (ValueError, OverflowError):
        value = float("nan")
    # What is not a number is in no range.
    if not low <= value <= high:
        raise BadFile(place, name, f"It must be a number from {low:g} to {high:g}. Write 71 % as 0.71.")
    return value


def whole(fields: Fields, name: str, place: str, most: int = MOST_WHOLE) -> int | None:
    """Return a whole number from 0; None where there is none.

    Raises:
        BadFile: it is none, or too large.
    """
    value = number(fields, name, place, 0, most)
    if value is None:
        return None
    if value != int(value):
        raise BadFile(place, name, "It must be a whole number.")
    return int(value)


def is_numeric(found: object) -> bool:
    """Whether it may be a number: a number, or a text that is not endless."""
    if isinstance(found, str):
        return len(found) <= LONGEST_NUMBER
    return isinstance(found, int | float) and not isinstance(found, bool)


def without(said: str, nothing: str) -> str:
    """Return what was said; empty for the word that stands for nothing."""
    return "" if said == nothing else said
