"""What we aggregate against crowd-kit. `./arete test oracles` installs it; other runs pass these tests by."""

from typing import Any

import numpy as np
import pytest

from labeling.aggregation import Comparison, bradley_terry, dawid_skene, mace
from labeling.agreement import Verdicts, tabulate

aggregation: Any = pytest.importorskip("crowdkit.aggregation", reason="./arete test oracles installs it")
linear: Any = pytest.importorskip("sklearn.linear_model", reason="./arete test oracles installs it")
pandas: Any = pytest.importorskip("pandas")

RELIABLE = (0.95, 0.9, 0.8, 0.7, 0.4)
"""How often each of five people is right about one of three values."""


def crowd(seed: int) -> tuple[Verdicts, Any]:
    """The same verdicts as we and as crowd-kit take them."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, 3, 300)
    rows = [
        (unit, person, int(value if random.random() < reliable else random.integers(0, 3)))
        for unit, value in enumerate(truth)
        for person, reliable in enumerate(RELIABLE)
    ]
    return tabulate(*zip(*rows, strict=True)), pandas.DataFrame(rows, columns=["task", "worker", "label"])


@pytest.mark.parametrize("seed", range(3))
def test_dawid_and_skene_come_to_the_same_probabilities(seed: int) -> None:
    verdicts, frame = crowd(seed)

    found = dawid_skene(verdicts).posterior

    theirs = aggregation.DawidSkene(n_iter=500, tol=1e-8).fit_predict_proba(frame)
    expected = theirs.sort_index()[[0, 1, 2]].to_numpy()
    assert (found.argmax(axis=1) == expected.argmax(axis=1)).mean() > 0.99
    assert np.abs(found - expected).mean() < 0.005


@pytest.mark.parametrize("seed", range(3))
def test_mace_trusts_the_same_people_and_says_the_same(seed: int) -> None:
    verdicts, frame = crowd(seed)

    found = mace(verdicts)

    theirs = aggregation.MACE(n_restarts=10, n_iter=50, random_state=1)
    expected = theirs.fit_predict(frame).sort_index().to_numpy()
    assert (found.posterior.argmax(axis=1) == expected).mean() > 0.98
    assert list(found.competence.argsort()) == [4, 3, 2, 1, 0]


def test_bradley_and_terry_are_a_logistic_regression_and_rank_as_crowd_kit_does() -> None:
    random = np.random.default_rng(7)
    strength = {"a": 1.0, "b": 0.4, "c": 0.0, "d": -0.7}
    rows = []
    for _ in range(2_000):
        one, other = (str(name) for name in random.choice(list(strength), 2, replace=False))
        wins = random.random() < 1 / (1 + np.exp(strength[other] - strength[one]))
        rows.append((one, other, one if wins else other))

    found = bradley_terry([Comparison(one, other, 1 if won == one else -1) for one, other, won in rows])

    sides = np.array([[(name == one) - (name == other) for name in found.names] for one, other, _ in rows])
    won = np.array([won == one for one, _, won in rows])
    fitted = linear.LogisticRegression(C=1e6, fit_intercept=False, tol=1e-8).fit(sides.astype(float), won)
    expected = fitted.coef_[0] - fitted.coef_[0].mean()
    assert found.strength == pytest.approx(expected, abs=0.01)
    # crowd-kit's strengths lie closer together than the regression's; the order is the same.
    frame = pandas.DataFrame([("w", *row) for row in rows], columns=["worker", "left", "right", "label"])
    theirs = aggregation.BradleyTerry(n_iter=100).fit_predict(frame)
    assert list(theirs.sort_values(ascending=False).index) == found.names
