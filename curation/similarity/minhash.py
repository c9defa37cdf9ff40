"""Shingles, MinHash signatures, and the keys under which near texts find each other."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import chain
from operator import eq
from struct import Struct
from typing import NamedTuple

from rensa import RMinHash

from curation.similarity.words import words_of
from curation.text.identity import normalise

METHOD = 1
"""Grows with every change below, and with every release of rensa that makes other numbers of the same text."""
SHINGLE = 3
"""Words in a shingle."""
FEWEST_WORDS = 5
"""Shorter texts are compared as a whole."""
SIGNATURE = 128
SEED = 20_260_624
BANDS, ROWS = 16, 6
"""A pair with Jaccard index s shares a key with probability 1 - (1 - s^6)^16: .992 at .8, .22 at .5, .01 at .3."""
KEYS = BANDS + 1
"""At most: one a band, and one that stands for the text as a whole."""
HOLDERS = 20
"""How many scenarios answer to one key; more would make the work quadratic where texts share a template."""
DOUBT = 0.12
"""How far below the threshold an estimate may lie: more than three standard errors."""

_numbers = Struct(f"<{SIGNATURE}I")
_key = Struct(">q")


class Mark(NamedTuple):
    """What is kept of a text so that near ones are found."""

    values: bytes
    """The signature: unsigned 32-bit numbers, little-endian. Empty for a short text."""
    keys: tuple[int, ...]
    """Signed 64-bit numbers."""


def compared_as(texts: Iterable[str]) -> list[str]:
    """Return the words by which a conversation is compared.

    Returns:
        Its words in order; of one with less than five, a single string that keeps the signs.
    """
    texts = list(texts)
    words = list(chain.from_iterable(map(words_of, texts)))
    return words if len(words) >= FEWEST_WORDS else ["\n".join(map(normalise, texts))]


def shingles(words: Sequence[str]) -> frozenset[str]:
    """Return all runs of three words; of a short text the text itself."""
    if len(words) < SHINGLE:
        return frozenset(words)
    return frozenset(map(" ".join, zip(words, words[1:], words[2:], strict=False)))


def mark(words: Sequence[str]) -> Mark:
    """Return the mark of one text."""
    return marks([words])[0]


def marks(texts: Sequence[Sequence[str]]) -> list[Mark]:
    """Return the marks of many texts, each as `compared_as` gives it. The same text gives the same mark everywhere."""
    # The order of tokens doesn't matter to the signature, so that of a set does no harm.
    sets = [list(shingles(words)) if len(words) >= FEWEST_WORDS else [] for words in texts]
    rows = RMinHash.digest_matrix_from_token_sets(sets, SIGNATURE, SEED).to_rows()
    return [
        marked(words, _numbers.pack(*row)) if tokens else Mark(b"", (whole_key(words),))
        for words, tokens, row in zip(texts, sets, rows, strict=True)
    ]


def marked(words: Sequence[str], values: bytes) -> Mark:
    """Return the mark of a text with its signature."""
    width = 4 * ROWS
    bands = (hashed(bytes([band]) + values[band * width : (band + 1) * width]) for band in range(BANDS))
    return Mark(values, (*bands, whole_key(words)))


def whole_key(words: Sequence[str]) -> int:
    """Return the key that only texts of the very same words share."""
    return hashed(b"\xff" + " ".join(words).encode("utf-8", "surrogatepass"))


def hashed(data: bytes) -> int:
    """Return a signed 64-bit number that is the same on every machine."""
    return int(_key.unpack(blake2b(data, digest_size=_key.size).digest())[0])


def estimate(first: bytes, second: bytes) -> float:
    """Return the Jaccard index that two signatures suggest, 0 to 1. Its standard error is at most .044."""
    if not first or not second:
        return 0.0
    return int(sum(map(eq, _numbers.unpack(first), _numbers.unpack(second)))) / SIGNATURE


def jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    """Return how much two sets overlap, 0 to 1."""
    shared = len(first & second)
    whole = len(first) + len(second) - shared
    return shared / whole if whole else 1.0
