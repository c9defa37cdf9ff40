"""MACE: who answers from knowledge and who fills in anything, estimated together with the answers."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labeling.agreement.verdicts import Verdicts

ROUNDS = 50
RESTARTS = 10
SEED = 20_130_609
PRIOR_KNOWING = (0.5, 0.5)
PRIOR_HABIT = 10.0
"""Pseudo-verdicts spread evenly over an annotator's habit of guessing."""

Floats = NDArray[np.float64]


class Mace(NamedTuple):
    """What the model found."""

    posterior: Floats
    """Probability of each value for each unit: units by values."""
    competence: Floats
    """How probable it is that each annotator answers from knowledge, 0 to 1."""
    log_likelihood: float


def mace(verdicts: Verdicts) -> Mace:
    """Return each unit's probabilities and each annotator's competence: the best of several starts.

    Args:
        verdicts: on a nominal scale; units may have any number of verdicts.

    Source:
        Hovy et al., Learning whom to trust with MACE (2013): expectation maximization with smoothing.
    """
    random = np.random.default_rng(SEED)
    return max((climbed(verdicts, random) for _ in range(RESTARTS)), key=lambda found: found.log_likelihood)


def climbed(verdicts: Verdicts, random: np.random.Generator) -> Mace:
    """Climb to the next top from a random start."""
    annotators, values = len(verdicts.annotator_names), len(verdicts.scale)
    knowing = 0.5 + random.random(annotators) / 2
    habit = random.dirichlet(np.ones(values), annotators)
    for _ in range(ROUNDS):
        posterior, _, knew = expected(verdicts, knowing, habit)
        mass = np.bincount(verdicts.annotators, weights=knew, minlength=annotators)
        judged = np.bincount(verdicts.annotators, minlength=annotators)
        alpha, beta = PRIOR_KNOWING
        knowing = (mass + alpha) / (judged + alpha + beta)
        cells = verdicts.annotators * values + verdicts.codes
        guessed = np.bincount(cells, weights=1 - knew, minlength=annotators * values)
        habit = shares(guessed.astype(np.float64).reshape(annotators, values) + PRIOR_HABIT / values)
    posterior, likelihood, _ = expected(verdicts, knowing, habit)
    return Mace(posterior, knowing, likelihood)


def shares(rows: Floats) -> Floats:
    """Return rows that each sum to 1."""
    found: Floats = rows / rows.sum(axis=1, keepdims=True)
    return found


def expected(verdicts: Verdicts, knowing: Floats, habit: Floats) -> tuple[Floats, float, Floats]:
    """Return each unit's probabilities, the log-likelihood, and how probably each verdict came from knowledge."""
    units, values = len(verdicts.families), len(verdicts.scale)
    knows = knowing[verdicts.annotators]
    guess = (1 - knows) * habit[verdicts.annotators, verdicts.codes]
    # A verdict's probability is `guess`, and `knows` more where it names the true value.
    base = np.bincount(verdicts.units, weights=np.log(guess), minlength=units)
    gain = np.log1p(knows / guess)
    cells = verdicts.units * values + verdicts.codes
    joint = np.bincount(cells, weights=gain, minlength=units * values).reshape(units, values)
    joint += base[:, None] - np.log(values)
    top = joint.max(axis=1, keepdims=True)
    scaled = np.exp(joint - top)
    total = scaled.sum(axis=1, keepdims=True)
    posterior = scaled / total
    knew = posterior[verdicts.units, verdicts.codes] * knows / (knows + guess)
    return posterior, float((np.log(total) + top).sum()), knew
