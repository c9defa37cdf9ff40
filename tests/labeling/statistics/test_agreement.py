import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.agreement import (
    LEVELS,
    Verdicts,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    percent_agreement,
    tabulate,
    weighted_kappa,
)
from labeling.agreement.alpha import Level

# Krippendorff's own example: four coders, twelve units, a dot where one is missing.
EXAMPLE = {
    "A": "1 2 3 3 2 1 4 1 2 . . .",
    "B": "1 2 3 3 2 2 4 1 2 5 . 3",
    "C": ". 3 3 3 2 3 4 2 2 5 1 .",
    "D": "1 2 3 3 2 4 4 1 2 5 1 .",
}


def table(rows: dict[str, str], families: list[int] | None = None) -> Verdicts:
    cells = [
        (unit, coder, int(value))
        for coder, row in rows.items()
        for unit, value in enumerate(row.split())
        if value != "."
    ]
    units, coders, values = zip(*cells, strict=True)
    return tabulate(units, coders, values, families and [families[unit] for unit in units])


@pytest.mark.parametrize(
    ("level", "expected"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_is_that_of_the_published_example(level: Level, expected: float) -> None:
    found = krippendorff_alpha(table(EXAMPLE), level)

    assert found.value == pytest.approx(expected, abs=0.0005)
    assert (found.units, found.annotators) == (11, 4)
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value <= found.high


def test_alpha_of_a_table_worked_by_hand() -> None:
    # Pairs aa, ab, bb: coincidences aa 2, ab 1, ba 1, bb 2, n = 6.
    # Observed 2 / 6; expected 2 * 3 * 3 / (6 * 5) = .6; alpha = 1 - (1/3) / .6 = 4/9.
    found = krippendorff_alpha(table({"x": "1 1 2", "y": "1 2 2"}), "nominal")

    assert found.value == pytest.approx(4 / 9)


def test_an_undefined_alpha_says_why() -> None:
    same = krippendorff_alpha(table({"x": "1 1", "y": "1 1"}), "ordinal")
    alone = krippendorff_alpha(table({"x": "1 2", "y": ". ."}), "ordinal")

    assert same.value is None
    assert "same answer" in same.undefined
    assert alone.value is None
    assert "two annotators" in alone.undefined


def test_text_has_a_nominal_alpha_only() -> None:
    verdicts = tabulate([1, 1, 2, 2], ["x", "y", "x", "y"], ["met", "met", "not met", "met"])

    assert krippendorff_alpha(verdicts, "nominal").value == pytest.approx(0)
    with pytest.raises(ValueError, match="no ordinal scale"):
        krippendorff_alpha(verdicts, "ordinal")


def test_one_family_has_no_interval() -> None:
    found = krippendorff_alpha(table(EXAMPLE, families=[0] * 12), "ordinal")

    assert found.value == pytest.approx(0.815, abs=0.0005)
    assert (found.low, found.high) == (None, None)


def test_families_that_resemble_each_other_widen_the_interval() -> None:
    random = np.random.default_rng(3)
    truth = np.repeat(random.integers(0, 2, 40), 10)
    agree = np.repeat(random.random(40) < 0.7, 10)
    rows = {"x": truth, "y": np.where(agree, truth, 1 - truth)}
    text = {name: " ".join(map(str, row)) for name, row in rows.items()}

    apart = krippendorff_alpha(table(text), "nominal")
    together = krippendorff_alpha(table(text, families=[unit // 10 for unit in range(400)]), "nominal")

    assert together.value == apart.value
    assert together.high - together.low > 2 * (apart.high - apart.low)  # type: ignore[operator]


def test_gwet_and_percent_are_those_of_the_published_example() -> None:
    # Gwet, Handbook of Inter-Rater Reliability: AC1 of the same table is .775.
    assert gwet_ac1(table(EXAMPLE)).value == pytest.approx(0.775, abs=0.0005)
    # Nine units agree in part or whole: 7 whole, unit 2 in 3 of 6 pairs, unit 6 in 0 of 6, unit 8 in 3 of 6, 12 alone.
    assert percent_agreement(table(EXAMPLE)).value == pytest.approx(9 / 11)


def test_fleiss_kappa_is_that_of_the_published_table() -> None:
    # The worked example that encyclopedias reprint: 10 subjects, 14 raters, 5 categories, kappa .210.
    counts = [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]  # fmt: skip
    cells = [
        (subject, rater, value)
        for subject, row in enumerate(counts)
        for rater, value in enumerate(value for value, times in enumerate(row) for _ in range(times))
    ]
    subjects, raters, values = zip(*cells, strict=True)

    assert fleiss_kappa(tabulate(subjects, raters, values)).value == pytest.approx(0.210, abs=0.0005)


def test_fleiss_kappa_needs_as_many_verdicts_everywhere() -> None:
    assert "same number" in fleiss_kappa(table(EXAMPLE)).undefined


def test_weighted_kappa_worked_by_hand() -> None:
    # One miss. Rows 2 and 2, columns 1 and 3, so chance misses are 2*3/4 + 2*1/4 = 2; kappa = 1 - 1/2.
    found = weighted_kappa(table({"x": "1 1 2 2", "y": "1 2 2 2"}), 0, 1)

    assert found.value == pytest.approx(0.5)
    assert found.units == 4


def test_weighted_kappa_forgives_near_misses() -> None:
    near = weighted_kappa(table({"x": "1 2 3 4 4", "y": "2 2 3 4 3"}), 0, 1).value
    far = weighted_kappa(table({"x": "1 2 3 4 4", "y": "4 2 3 4 1"}), 0, 1).value

    assert near is not None
    assert far is not None
    assert near > 0.6 > far


def test_nobody_may_judge_a_unit_twice() -> None:
    with pytest.raises(ValueError, match="twice"):
        tabulate([1, 1], ["x", "x"], [1, 2])


VALUES = st.lists(st.lists(st.integers(-3, 3), min_size=2, max_size=4), min_size=2, max_size=20)


def verdicts_of(units: list[list[int]]) -> Verdicts:
    cells = [(unit, coder, value) for unit, row in enumerate(units) for coder, value in enumerate(row)]
    return tabulate(*zip(*cells, strict=True))


@settings(max_examples=60, deadline=None)
@given(VALUES, st.sampled_from(LEVELS[:3]))
def test_alpha_is_never_above_one_and_knows_no_order_of_people(units: list[list[int]], level: Level) -> None:
    found = krippendorff_alpha(verdicts_of(units), level)
    turned = krippendorff_alpha(verdicts_of([row[::-1] for row in units][::-1]), level)

    assert found.value is None or found.value <= 1 + 1e-12
    assert (found.value is None) == (turned.value is None)
    assert found.value is None or found.value == pytest.approx(turned.value)


@settings(max_examples=60, deadline=None)
@given(VALUES, st.integers(1, 5), st.integers(-9, 9))
def test_interval_alpha_knows_no_unit_and_no_zero(units: list[list[int]], factor: int, shift: int) -> None:
    moved = [[value * factor + shift for value in row] for row in units]

    found = krippendorff_alpha(verdicts_of(units), "interval").value

    assert found is None or found == pytest.approx(krippendorff_alpha(verdicts_of(moved), "interval").value)


@settings(max_examples=40, deadline=None)
@given(VALUES)
def test_whole_agreement_is_one(units: list[list[int]]) -> None:
    agreed = [[row[0]] * len(row) for row in units]
    varies = len({row[0] for row in units}) > 1

    assert krippendorff_alpha(verdicts_of(agreed), "ordinal").value == (1 if varies else None)
    assert percent_agreement(verdicts_of(agreed)).value == 1
