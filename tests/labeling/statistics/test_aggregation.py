import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.aggregation import Comparison, bradley_terry, dawid_skene, mace
from labeling.agreement import Verdicts, tabulate

# Three who are right nine times in ten, two who always say 1.
TRUTH = np.arange(200) % 2


def crowd() -> Verdicts:
    random = np.random.default_rng(5)
    rows = [np.where(random.random(200) < 0.9, TRUTH, 1 - TRUTH) for _ in range(3)] + [np.ones(200, int)] * 2
    units = np.tile(np.arange(200), 5)
    return tabulate(units, np.repeat(np.arange(5), 200), np.concatenate(rows))


def test_dawid_and_skene_hear_through_those_who_always_say_the_same() -> None:
    verdicts = crowd()
    majority = verdicts.counts.argmax(axis=1)

    found = dawid_skene(verdicts)

    right = (found.posterior.argmax(axis=1) == TRUTH).mean()
    assert right > 0.95 > (majority == TRUTH).mean()
    assert found.confusion[0, 0, 0] == pytest.approx(0.9, abs=0.06)
    assert found.confusion[4, 0, 1] == pytest.approx(1, abs=0.01)
    assert found.prior == pytest.approx([0.5, 0.5], abs=0.06)


def test_mace_trusts_those_who_know() -> None:
    found = mace(crowd())

    assert (found.posterior.argmax(axis=1) == TRUTH).mean() > 0.95
    assert found.competence[:3].min() > 0.6 > 0.3 > found.competence[3:].max()


def test_one_round_of_dawid_and_skene_worked_by_hand() -> None:
    # Two units, two annotators who agree on both: nothing is left to doubt.
    found = dawid_skene(tabulate([1, 1, 2, 2], ["x", "y", "x", "y"], ["a", "a", "b", "b"]))

    assert found.posterior == pytest.approx(np.eye(2), abs=1e-6)
    assert found.log_likelihood == pytest.approx(2 * np.log(0.5), abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=4), min_size=1, max_size=15))
def test_posteriors_are_probabilities(units: list[list[int]]) -> None:
    cells = [(unit, coder, value) for unit, row in enumerate(units) for coder, value in enumerate(row)]
    verdicts = tabulate(*zip(*cells, strict=True))

    for posterior in (dawid_skene(verdicts).posterior, mace(verdicts).posterior):
        assert posterior.sum(axis=1) == pytest.approx(np.ones(len(units)))
        assert (posterior >= 0).all()


def games(wins: int, losses: int, ties: int = 0, *, first: str = "a", second: str = "b") -> list[Comparison]:
    outcomes = [1] * wins + [-1] * losses + [0] * ties
    return [Comparison(first, second, outcome) for outcome in outcomes]


def test_two_strengths_give_back_the_share_of_wins() -> None:
    found = bradley_terry(games(3000, 1000))

    # ln 3 apart, but for the prior's half win and half loss each.
    assert found.names == ["a", "b"]
    assert found.strength[0] - found.strength[1] == pytest.approx(np.log(3), abs=0.01)
    assert found.tie == 0


def test_ties_are_given_back_too() -> None:
    chances = bradley_terry(games(4000, 1000, 5000)).chance("a", "b")

    assert chances == pytest.approx((0.4, 0.5, 0.1), abs=0.01)


def test_strengths_order_what_never_met() -> None:
    found = bradley_terry([*games(80, 20), *games(80, 20, first="b", second="c")])

    assert found.names == ["a", "b", "c"]
    assert found.chance("a", "c")[0] > 0.9
    assert (found.low <= found.strength).all()
    assert (found.strength <= found.high).all()


def test_what_never_lost_stays_finite() -> None:
    assert np.isfinite(bradley_terry(games(5, 0)).strength).all()


def test_nothing_and_oneself_are_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        bradley_terry([])
    with pytest.raises(ValueError, match="itself"):
        bradley_terry([Comparison("a", "a", 1)])
