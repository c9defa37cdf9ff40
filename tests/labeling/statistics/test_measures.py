import numpy as np
import pytest

from labeling.gates import Gate, gate
from labeling.measures import Judged, Sides, agreement_figures, bias_figures, criterion_figures


def judged(*rows: tuple[int, int, int, int, int]) -> Judged:
    """Rows of unit, annotator, family, domain and value."""
    return Judged(*np.array(rows).T)


# Two domains of three units; 0 and 1 agree everywhere, 2 turns every answer round.
PANEL = judged(
    *(
        (unit, annotator, unit, unit // 3, -value if annotator == 2 else value)
        for unit, value in enumerate((3, -3, 1, 2, -2, -1))
        for annotator in range(3)
    )
)


def test_each_annotator_is_held_against_everybody_else() -> None:
    found = {
        each.annotator: each.estimate
        for each in agreement_figures(PANEL, "ordinal")
        if each.statistic == "percent_agreement" and each.annotator is not None and each.domain is None
    }

    # Of the two others, 0 agrees with one always and with one never; 2 agrees with nobody.
    assert [found[each].value for each in range(3)] == [0.5, 0.5, 0]
    assert (found[2].units, found[2].annotators) == (6, 3)


def test_every_domain_has_figures_and_so_has_everybody_within_it() -> None:
    found = {(each.statistic, each.domain, each.annotator) for each in agreement_figures(PANEL, "ordinal")}

    alpha = {(domain, annotator) for name, domain, annotator in found if name == "krippendorff_alpha"}
    assert alpha == {(domain, annotator) for domain in (None, 0, 1) for annotator in (None, 0, 1, 2)}
    assert ("weighted_kappa", None, 0) in found


def test_one_who_judged_alone_has_a_reason_instead_of_a_figure() -> None:
    alone = judged((0, 0, 0, 0, 1), (0, 1, 0, 0, 1), (1, 2, 1, 0, 2))

    found = next(each for each in agreement_figures(alone, "ordinal") if each.annotator == 2)

    assert found.estimate.value is None
    assert "two annotators" in found.estimate.undefined


def test_two_annotators_on_a_scale_get_a_weighted_kappa_together() -> None:
    two = PANEL.where(PANEL.annotators < 2)

    found = {
        each.statistic: each.estimate for each in agreement_figures(two, "ordinal") if each.annotator is None
    }

    assert found["weighted_kappa"].value == 1


def test_bias_follows_what_was_shown_first_and_leaves_ties_out() -> None:
    # Three verdicts: place 0 shown first and better; place 1 shown first and better; a tie.
    verdicts = judged((0, 0, 0, 0, -2), (1, 0, 1, 0, 2), (2, 0, 2, 0, 0))
    sides = Sides(np.array([0, 1, 0]), np.array([0.5, -0.2, 0.1]))

    found = {
        each.statistic: each.estimate for each in bias_figures(verdicts, sides) if each.annotator is None
    }

    assert found["position_bias"].value == 0.5
    assert found["position_bias"].units == 2


def test_length_is_compared_as_it_was_shown() -> None:
    random = np.random.default_rng(3)
    first, ratio = random.integers(0, 2, 4_000), random.normal(size=4_000)
    # The longer one wins with odds that grow with the ratio, on whichever side it stands.
    zero_wins = random.random(4_000) < 1 / (1 + np.exp(-ratio))
    names = np.arange(4_000)
    verdicts = Judged(names, names % 3, names, names * 0, np.where(zero_wins, -1, 1))

    found = next(
        each for each in bias_figures(verdicts, Sides(first, ratio)) if each.statistic == "length_bias"
    )

    assert found.estimate.value == pytest.approx(1, abs=0.1)


def test_criteria_that_nobody_judged_twice_have_no_figures_and_the_rest_is_capped() -> None:
    marks = judged(
        (0, 0, 0, 0, 1), (0, 1, 0, 0, 1),
        (1, 0, 0, 0, 1),
        (2, 0, 0, 0, 0), (2, 1, 0, 0, 1), (3, 0, 0, 0, 1), (3, 1, 0, 0, 1),
    )  # fmt: skip
    criteria = np.array([7, 7, 8, 9, 9, 9, 9])

    assert set(criterion_figures(marks, criteria, 10)) == {7, 9}
    assert set(criterion_figures(marks, criteria, 1)) == {9}


@pytest.mark.parametrize(
    ("alpha", "expected"),
    [
        (0.8, Gate.RELIABLE),
        (0.799, Gate.TENTATIVE),
        (0.667, Gate.TENTATIVE),
        (0.666, Gate.REVISE),
        (None, Gate.UNDEFINED),
    ],
)
def test_factual_criteria_pass_gates(alpha: float | None, expected: Gate) -> None:
    assert gate(alpha) == expected
