"""Texts of real size for measuring near-duplicates, some of them near each other on purpose; the same every time."""

import random
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

WORDS = 30_000
SYLLABLES = [f"{a}{b}" for a in "bcdfghklmnprstvw" for b in "aeiou"]
TEMPLATE_SHARE, MASS_SHARE, NEAR_SHARE, FAR_SHARE, SAME_SHARE = 0.02, 0.02, 0.05, 0.03, 0.01
"""Of all texts: those that share half their words with very many, those that share nearly all with very many, and
those that are made of one other text by small edits, by larger ones, or by changing only case and signs."""


class Text(NamedTuple):
    """A text, and the place of the text that it was made of."""

    text: str
    source: int | None = None


class Vocabulary:
    """Words as often as in a language: the n-th about 1/n as often as the first."""

    def __init__(self, draw: random.Random) -> None:
        self.words = sorted({"".join(draw.choices(SYLLABLES, k=draw.randint(1, 4))) for _ in range(WORDS)})
        draw.shuffle(self.words)
        self.weights = list(accumulate(1 / (rank + 3) for rank in range(len(self.words))))
        self.draw = draw

    def some(self, count: int) -> list[str]:
        """Return so many words."""
        return self.draw.choices(self.words, cum_weights=self.weights, k=count)


def texts(count: int, seed: int = 7) -> Iterator[Text]:
    """Yield texts of 8 to 400 words, 90 on average as in hh-rlhf, each after the one that it was made of."""
    draw = random.Random(seed)
    vocabulary = Vocabulary(draw)
    mass, half = vocabulary.some(80), vocabulary.some(60)
    made: list[str] = []
    for _ in range(count):
        kind = draw.random()
        source = draw.randrange(len(made)) if made else None
        if kind < MASS_SHARE:
            yield Text(kept(made, [*mass[:70], *vocabulary.some(2), *mass[70:]]))
        elif kind < MASS_SHARE + TEMPLATE_SHARE:
            yield Text(kept(made, [*half, *vocabulary.some(30)]))
        else:
            yield derived(vocabulary, made, source, kind - MASS_SHARE - TEMPLATE_SHARE)


def derived(vocabulary: Vocabulary, made: list[str], source: int | None, kind: float) -> Text:
    """Return a text made of another, or a new one."""
    draw = vocabulary.draw
    if source is None or kind >= NEAR_SHARE + FAR_SHARE + SAME_SHARE:
        length = min(400, max(8, int(draw.lognormvariate(4.2, 0.75))))
        return Text(kept(made, vocabulary.some(length)))
    words = made[source].split()
    if kind < SAME_SHARE:
        return Text(kept(made, [f"{word.upper()}," for word in words]), source)
    edits = len(words) * (
        draw.uniform(0.0, 0.04) if kind < SAME_SHARE + NEAR_SHARE else draw.uniform(0.05, 0.12)
    )
    for _ in range(max(1, round(edits))):
        edit(vocabulary, words)
    return Text(kept(made, words), source)


def edit(vocabulary: Vocabulary, words: list[str]) -> None:
    """Replace, add or drop a word."""
    at = vocabulary.draw.randrange(len(words))
    how = vocabulary.draw.randrange(3)
    words[at : at + (how != 1)] = vocabulary.some(1) if how != 2 or len(words) < 3 else []


def kept(made: list[str], words: list[str]) -> str:
    """Remember a text so that others can be made of it, and return it."""
    made.append(" ".join(words))
    return made[-1]
