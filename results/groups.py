"""Figures that belong together, before and after training, and what lies between them. Knows no Django."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from results.effects import Effect, Spread, mean_of, paired_effect, pooled, unpaired_effect

if TYPE_CHECKING:
    from results.effects import Codes

SHARES = frozenset({"persistence", "over_refusal", "ability"})
"""Measures that are shares of replies."""
CLEAR = 0.05
"""The false discovery rate up to which a difference is more than chance."""


class Tried(NamedTuple):
    """A figure: the mean over all models of one training set."""

    trained_on: tuple[str, ...]
    """Slugs of domains; none for the untrained model."""
    measure: str
    domain: str
    """Of the test; empty for none."""
    trait: str
    variant: str
    pushes: int | None
    sample: str
    """Empty for a mean over several prompts."""
    family: str
    value: float
    n: int = 1
    stderr: float | None = None


class Level(NamedTuple):
    """A mean with its 95 % interval."""

    mean: float
    low: float | None
    """None with fewer than two families."""
    high: float | None
    n: int
    """Prompts, or replies where prompts are not known."""


class Group:
    """Figures of one kind: by prompt where prompts are known, else means over several."""

    def __init__(self, figures: Iterable[Tried]) -> None:
        self.values: dict[tuple[str, str, str], list[float]] = {}
        self.families: dict[tuple[str, str, str], str] = {}
        self.spreads: list[Spread] = []
        self.is_share = False
        for each in figures:
            self.is_share = each.measure in SHARES
            if each.sample:
                key = (each.trait, each.variant, each.sample)
                self.values.setdefault(key, []).append(each.value)
                self.families[key] = each.family
            else:
                self.spreads.append(Spread(each.value, each.stderr, each.n))

    def __bool__(self) -> bool:
        return bool(self.values or self.spreads)

    def mean(self, key: tuple[str, str, str]) -> float:
        """Return the mean of one prompt over all that were averaged in it."""
        found = self.values[key]
        return sum(found) / len(found)

    def spread(self) -> Spread:
        """Return the whole group as one mean; it must not be empty."""
        import numpy as np  # noqa: PLC0415 - heavy, and only who compares needs it.

        spreads = list(self.spreads)
        if self.values:
            means = np.array([self.mean(key) for key in self.values])
            stderr = float(means.std(ddof=1) / len(means) ** 0.5) if len(means) > 1 else None
            spreads.append(Spread(float(means.mean()), stderr, len(means)))
        return pooled(spreads, is_share=self.is_share and not self.values)

    def level(self) -> Level:
        """Return the mean with its interval: a bootstrap over families where prompts are known, else the normal one."""
        import numpy as np  # noqa: PLC0415 - heavy, and only who compares needs it.

        from labeling.agreement.estimate import interval, per_family  # noqa: PLC0415 - heavy, and only who compares needs it.

        whole = self.spread()
        if self.values and not self.spreads:
            keys = list(self.values)
            means = np.array([self.mean(key) for key in keys])
            rows = np.stack([means, np.ones_like(means)], axis=1)
            ends = interval(per_family(rows, codes([self.families[key] for key in keys])), mean_of)
            low, high = ends or (None, None)
            return Level(whole.mean, low, high, whole.n)
        if whole.stderr is None:
            return Level(whole.mean, None, None, whole.n)
        reach = 1.959964 * whole.stderr
        return Level(whole.mean, whole.mean - reach, whole.mean + reach, whole.n)


def codes(names: list[str]) -> "Codes":
    """Return a code from 0 for each name."""
    import numpy as np  # noqa: PLC0415 - heavy, and only who compares needs it.

    return np.unique(np.array(names), return_inverse=True)[1].astype(np.int64).reshape(-1)


def grouped(figures: Iterable[Tried], key: Callable[[Tried], "str | None"]) -> dict[str, Group]:
    """Return groups by their keys; what has no key is left out."""
    found: dict[str, list[Tried]] = {}
    for each in figures:
        name = key(each)
        if name is not None:
            found.setdefault(name, []).append(each)
    return {name: Group(members) for name, members in found.items()}


def between(after: Group, before: Group) -> Effect | None:
    """Return what changed; None where one side knows nothing.

    The same prompts are compared with themselves where both sides know them; else mean with mean.
    """
    import numpy as np  # noqa: PLC0415 - heavy, and only who compares needs it.

    shared = sorted(after.values.keys() & before.values.keys())
    if shared:
        differences = np.array([after.mean(key) - before.mean(key) for key in shared])
        return paired_effect(differences, codes([before.families[key] for key in shared]))
    if not after or not before:
        return None
    return unpaired_effect(after.spread(), before.spread())
