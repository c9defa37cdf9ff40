"""How answers compare with references, worked by hand."""

from datetime import UTC, datetime

import pytest

from labeling.comparing import Compared, by_trait, by_week, longest_run, match_of, pace_of, wilson
from labeling.lines import line_of

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def compared(answer: int, reference: int, *, trait: str = "Care", at: datetime = MONDAY) -> Compared:
    return Compared(trait, answer, reference, at)


def test_wilson_agrees_with_a_published_interval():
    # Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263 has 0.2553 to 0.3662; 15 of 148, 0.0624 to 0.1605.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)


def test_wilson_stays_between_nothing_and_all():
    assert wilson(0, 10)[0] == 0
    assert wilson(10, 10)[1] == pytest.approx(1)
    assert wilson(0, 0) == (0, 1)


def test_same_direction_and_within_one_step_are_two_things():
    match = match_of([compared(1, 3), compared(-1, 0), compared(2, 1), compared(0, 0)])

    # 1 and 3 point the same way, two steps apart; -1 and 0 lie one step apart and don't.
    assert (match.same.hits, match.near.hits, match.same.total) == (3, 3, 4)
    assert match.same.percent == 75


def test_lean_tells_milder_from_stronger():
    assert match_of([compared(1, 3)] * 9).lean == -2
    assert match_of([compared(1, 3)] * 9).says == "Same direction, milder words"
    assert match_of([compared(-3, -2)] * 9).says == "Same direction, stronger words"
    assert match_of([compared(2, 2)] * 9).says == "Close match"
    assert match_of([compared(-2, 2)] * 9).says == "Often another direction"
    assert match_of([compared(2, 2)]).says == "Too few to tell"


def test_weeks_are_those_of_iso():
    rows = [compared(1, 1, at=datetime(2027, 1, 3, tzinfo=UTC)), compared(1, -1, at=MONDAY)]

    assert {week: match.same.hits for week, match in by_week(rows).items()} == {"2026-W48": 0, "2026-W53": 1}


def test_traits_are_told_apart():
    rows = [compared(1, 1), compared(1, -1, trait="Candor")]

    assert {trait: match.same.percent for trait, match in by_trait(rows).items()} == {
        "Candor": 0,
        "Care": 100,
    }


def test_pace_knows_the_median_the_repeats_and_the_longest_row():
    pace = pace_of([1, 1, 1, 2, 1], [4000, 0, 9000, 5000, 60000])

    assert (pace.answers, pace.seconds, pace.repeats.hits, pace.repeats.total, pace.longest) == (
        5,
        7,
        2,
        4,
        3,
    )


def test_nothing_has_no_pace():
    assert pace_of([], [])[:2] == (0, 0)
    assert longest_run([]) == 0


def test_a_line_says_what_it_shows():
    rows = [compared(1, 1), compared(1, -1), compared(1, 1, at=datetime(2026, 12, 1, tzinfo=UTC))]

    line = line_of(by_week(rows))

    assert line
    assert line.title == "Agreement with gold rose from 50% in W48 to 100% in W49."
    assert line.path == "60,88 494,20"
    assert line_of({}) is None
