"""Our coefficients against other people's programs. `./arete test oracles` installs these; other runs pass them by."""

from typing import Any

import numpy as np
import pytest

from labeling.agreement import krippendorff_alpha, tabulate, weighted_kappa
from labeling.agreement.alpha import Level

krippendorff: Any = pytest.importorskip("krippendorff", reason="./arete test oracles installs it")
metrics: Any = pytest.importorskip("sklearn.metrics", reason="./arete test oracles installs it")


def panel(seed: int, *, people: int = 5, units: int = 60, missing: float = 0.3) -> np.ndarray[Any, Any]:
    """Verdicts 1 to 5 by people and units, NaN where one is missing."""
    random = np.random.default_rng(seed)
    truth = random.integers(1, 6, units)
    said: np.ndarray[Any, Any] = np.clip(truth + random.integers(-1, 2, (people, units)), 1, 5).astype(float)
    said[random.random(said.shape) < missing] = np.nan
    return said


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_is_that_of_the_package_krippendorff(level: Level, seed: int) -> None:
    said = panel(seed, missing=0.1 * seed)
    people, units = np.nonzero(~np.isnan(said))

    found = krippendorff_alpha(tabulate(units, people, said[people, units]), level)

    expected = krippendorff.alpha(reliability_data=said, level_of_measurement=level)
    assert found.value == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("weights", ["linear", "quadratic"])
def test_weighted_kappa_is_that_of_scikit_learn(weights: Any, seed: int) -> None:
    one, other = panel(seed, people=2, missing=0).astype(int)
    units = np.arange(len(one))

    found = weighted_kappa(
        tabulate(np.tile(units, 2), np.repeat([0, 1], len(one)), np.concatenate([one, other])),
        0,
        1,
        weights=weights,
    )

    assert found.value == pytest.approx(metrics.cohen_kappa_score(one, other, weights=weights), abs=1e-9)
