"""Runs of n words as stable hashes, by which texts are held against benchmarks."""

from collections.abc import Collection, Iterable
from hashlib import sha256
from struct import Struct

from curation.similarity.words import words_of

_number = Struct(">q")


def grams(texts: Iterable[str], n: int) -> frozenset[int]:
    """Return the hashes of all runs of n words that lie within one text.

    Args:
        texts: the turns of a conversation, or the texts of an entry. One with less than n words is a single run.
        n: words in a run, at least 1.
    """
    return frozenset(gram_hash(run) for text in texts for run in runs(words_of(text), n))


def runs(words: list[str], n: int) -> Iterable[list[str]]:
    """Yield every n words that follow each other; fewer words as they are, no words not at all."""
    if not words:
        return
    for start in range(max(1, len(words) - n + 1)):
        yield words[start : start + n]


def gram_hash(words: Iterable[str]) -> int:
    """Return the first eight bytes of the SHA-256 of words joined by spaces, as a signed big-endian number.

    Anyone can compute it without Arete, and hand in a benchmark without its texts.
    """
    return number(sha256(" ".join(words).encode("utf-8", "surrogatepass")).digest())


def number(digest: bytes) -> int:
    """Return the number that stands for a digest."""
    return int(_number.unpack(digest[: _number.size])[0])


def coverage(own: Collection[int], held: Collection[int]) -> float:
    """Return the share of a text's grams that a benchmark holds, 0 to 1; 0 for a text without grams."""
    return len(frozenset(own) & frozenset(held)) / len(frozenset(own)) if own else 0.0
