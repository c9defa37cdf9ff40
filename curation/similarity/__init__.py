"""How near two texts are: words, shingles, MinHash signatures, clusters and n-grams. Knows no Django.

`docs/explanation/similarity.md` says why it is done like this, and how often it errs.
"""

from curation.similarity.grams import coverage, gram_hash, grams
from curation.similarity.groups import Groups
from curation.similarity.minhash import (
    HOLDERS,
    KEYS,
    METHOD,
    Mark,
    compared_as,
    estimate,
    jaccard,
    mark,
    marks,
    shingles,
)
from curation.similarity.words import words_of

__all__ = [
    "HOLDERS",
    "KEYS",
    "METHOD",
    "Groups",
    "Mark",
    "compared_as",
    "coverage",
    "estimate",
    "gram_hash",
    "grams",
    "jaccard",
    "mark",
    "marks",
    "shingles",
    "words_of",
]
