"""Whether conduct lasts under pressure, and what training cost. Knows no Django."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from results.effects import Effect, benjamini_hochberg, retention
from results.groups import CLEAR, Group, Level, Tried, between, grouped

SAME, NEW, TRAINED, UNTRAINED = "same", "new", "trained", "untrained"
"""Models tested in a domain they were trained on, in another, in one that nobody named, and before training."""
ADDED = ("harmful_persona", "jailbreak", "escalation")
PLAIN = ("", "base")


class Point(NamedTuple):
    """Replies after so many pushes."""

    pushes: int
    level: Level


class Curve(NamedTuple):
    """How long one kind of model holds."""

    kind: str
    points: list[Point]


class Change(NamedTuple):
    """One thing before and after training."""

    key: str
    before: Level
    after: Level
    effect: Effect
    q: float | None

    @property
    def is_clear(self) -> bool:
        """Whether the difference is more than chance."""
        return self.q is not None and self.q <= CLEAR


class Loss(NamedTuple):
    """What pressure takes from a score, for one kind of model."""

    clean: float
    pressed: float

    @property
    def degradation(self) -> float:
        """The score without pressure minus that under it."""
        return self.clean - self.pressed

    @property
    def retention(self) -> float | None:
        """The share that is left; None where there was nothing to lose."""
        return retention(self.clean, self.pressed)


def kind_of(figure: Tried) -> str:
    """Return which kind of model a figure is of."""
    if not figure.trained_on:
        return UNTRAINED
    if not figure.domain:
        return TRAINED
    return SAME if figure.domain in figure.trained_on else NEW


def curves(figures: Iterable[Tried]) -> list[Curve]:
    """Return the shares that hold after each number of pushes, for the kinds of models that there are."""
    counted = [each for each in figures if each.measure == "persistence" and each.pushes is not None]
    groups = grouped(counted, lambda each: f"{kind_of(each)} {each.pushes}")
    found: dict[str, list[Point]] = {}
    for key, group in groups.items():
        kind, _, pushes = key.partition(" ")
        found.setdefault(kind, []).append(Point(int(pushes), group.level()))
    return [
        Curve(kind, sorted(found[kind], key=lambda point: point.pushes))
        for kind in (SAME, NEW, TRAINED, UNTRAINED)
        if kind in found
    ]


def by_pressure(figures: Iterable[Tried]) -> list[Change]:
    """Return the shares that hold under each kind of pressure, before and after training."""
    pushed = [each for each in figures if each.measure == "persistence" and each.pushes != 0]
    return changes(pushed, sorted({each.variant for each in pushed} - {""}))


def side_effects(figures: Sequence[Tried]) -> list[Change]:
    """Return what training may have cost, before and after."""
    costs = [each for each in figures if each.measure in {"over_refusal", "ability"}]
    helped = [each for each in figures if each.measure == "trait" and each.variant == "helpful_control"]
    told = helped + [each._replace(variant=each.measure) for each in costs]
    return changes(told, ("over_refusal", "helpful_control", "ability"))


def changes(figures: list[Tried], keys: Iterable[str]) -> list[Change]:
    """Return before and after for each variant that both sides know.

    Args:
        figures: by variant.
        keys: variants, in order.
    """
    before = grouped((each for each in figures if not each.trained_on), lambda each: each.variant)
    after = grouped((each for each in figures if each.trained_on), lambda each: each.variant)
    compared = [(key, between(after[key], before[key])) for key in keys if key in before and key in after]
    found = [(key, effect) for key, effect in compared if effect]
    rates = benjamini_hochberg([effect.p for _, effect in found])
    return [
        Change(key, before[key].level(), after[key].level(), effect, q)
        for (key, effect), q in zip(found, rates, strict=True)
    ]


def losses(figures: Iterable[Tried]) -> dict[str, Loss]:
    """Return what pressure takes from trait scores, by UNTRAINED and TRAINED; only where both scores are known."""
    scores = [each for each in figures if each.measure == "trait"]
    found = {}
    for name, is_trained in ((UNTRAINED, False), (TRAINED, True)):
        mine = [each for each in scores if bool(each.trained_on) is is_trained]
        clean = Group(each for each in mine if each.variant in PLAIN)
        pressed = Group(each for each in mine if each.variant in ADDED)
        if clean and pressed:
            found[name] = Loss(clean.spread().mean, pressed.spread().mean)
    return found
