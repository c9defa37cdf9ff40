import numpy as np
import pytest

from labeling.bias import Shown, length_bias, position_bias, self_consistency


def shown(first_won: list[int], families: list[int] | None = None) -> Shown:
    size = len(first_won)
    return Shown(np.array(first_won, bool), np.array(families or range(size)), np.arange(size) % 3)


def test_position_bias_is_how_much_more_often_the_first_wins() -> None:
    found = position_bias(shown([1] * 70 + [0] * 30))

    assert found.value == pytest.approx(0.2)
    assert found.low is not None
    assert found.high is not None
    # About two standard errors of a share of 70 in 100: .0458 each.
    assert found.low == pytest.approx(0.2 - 0.09, abs=0.02)
    assert found.high == pytest.approx(0.2 + 0.09, abs=0.02)


def test_length_bias_gives_back_the_slope_it_was_drawn_with() -> None:
    random = np.random.default_rng(2)
    ratio = random.normal(size=20_000)
    won = random.random(20_000) < 1 / (1 + np.exp(-(0.3 + 0.8 * ratio)))

    found = length_bias(Shown(won, np.arange(20_000), np.zeros(20_000, int)), ratio)

    assert found.value == pytest.approx(0.8, abs=0.05)
    assert found.low is not None
    assert found.high is not None
    # The textbook error of this slope is about .0185.
    assert found.high - found.low == pytest.approx(2 * 1.96 * 0.0185, abs=0.01)


def test_a_slope_worked_by_hand() -> None:
    # At ratio 0 one of two wins, at ratio 1 three of four: the slope is logit(3/4) - logit(1/2) = ln 3.
    ratio = np.array([0, 0, 1, 1, 1, 1.0])

    assert length_bias(shown([1, 0, 1, 1, 1, 0]), ratio).value == pytest.approx(np.log(3))


def test_a_slope_without_end_is_undefined() -> None:
    assert "no slope" in length_bias(shown([0, 0, 1, 1]), np.array([-2, -1, 1, 2.0])).undefined
    assert "no slope" in length_bias(shown([0, 1]), np.array([1, 1.0])).undefined


def test_consistency_is_the_share_of_pairs_judged_alike_both_times() -> None:
    first, second = np.array([2, -1, 0, 3]), np.array([1, -3, 0, -1])

    found = self_consistency(first, second, np.arange(4), np.zeros(4, int))

    assert found.value == 0.75
    assert found.units == 4


def test_nothing_judged_says_so() -> None:
    empty = np.array([], int)

    assert "preferred" in position_bias(Shown(empty.astype(bool), empty, empty)).undefined
    assert "both orders" in self_consistency(empty, empty, empty, empty).undefined
