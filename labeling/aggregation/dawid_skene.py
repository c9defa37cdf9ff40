"""Dawid and Skene: what each unit is and how each annotator errs, estimated together."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labeling.agreement.verdicts import Verdicts

MOST_ROUNDS = 100
TOLERANCE = 1e-6
TINY = 1e-10

Floats = NDArray[np.float64]


class DawidSkene(NamedTuple):
    """What the model found."""

    posterior: Floats
    """Probability of each value for each unit: units by values."""
    prior: Floats
    """How common each value is."""
    confusion: Floats
    """What each annotator says when a value is true: annotators by true values by said values."""
    log_likelihood: float
    rounds: int
    """Rounds until the likelihood stood still; MOST_ROUNDS when it never did."""


def dawid_skene(verdicts: Verdicts) -> DawidSkene:
    """Return each unit's probabilities by expectation maximization, begun at the shares of votes.

    Args:
        verdicts: on a nominal scale; units may have any number of verdicts.

    Source:
        Dawid and Skene, Maximum likelihood estimation of observer error-rates using the EM algorithm (1979).
    """
    counts = verdicts.counts
    posterior = counts / counts.sum(axis=1, keepdims=True)
    before, rounds = -np.inf, 0
    for rounds in range(1, MOST_ROUNDS + 1):  # noqa: B007 - the last round's number is part of the answer.
        prior = posterior.mean(axis=0)
        confusion = confusions(verdicts, posterior)
        posterior, likelihood = expected(verdicts, prior, confusion)
        if likelihood - before < TOLERANCE * abs(likelihood):
            break
        before = likelihood
    return DawidSkene(posterior, prior, confusion, float(likelihood), rounds)


def confusions(verdicts: Verdicts, posterior: Floats) -> Floats:
    """Return how each annotator answers, given how probable each value is for each unit."""
    annotators, values = len(verdicts.annotator_names), len(verdicts.scale)
    cells = verdicts.annotators * values + verdicts.codes
    columns = [
        np.bincount(cells, weights=posterior[verdicts.units, true], minlength=annotators * values)
        for true in range(values)
    ]
    said = np.stack([column.reshape(annotators, values) for column in columns], axis=1) + TINY
    shares: Floats = said / said.sum(axis=2, keepdims=True)
    return shares


def expected(verdicts: Verdicts, prior: Floats, confusion: Floats) -> tuple[Floats, float]:
    """Return how probable each value is for each unit, and the log-likelihood of all verdicts."""
    logs = np.log(confusion).transpose(0, 2, 1)[verdicts.annotators, verdicts.codes]
    units = len(verdicts.families)
    joint = np.stack(
        [np.bincount(verdicts.units, weights=column, minlength=units) for column in logs.T], axis=1
    )
    joint += np.log(prior + TINY)
    top = joint.max(axis=1, keepdims=True)
    scaled = np.exp(joint - top)
    total = scaled.sum(axis=1, keepdims=True)
    return scaled / total, float((np.log(total) + top).sum())
