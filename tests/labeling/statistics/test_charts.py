from datetime import date, timedelta

import pytest

from labeling.charts import Axis, axis_over, daily_chart, round_step, shares, vote_bars, whisker

MONDAY = date(2026, 11, 9)
WEEK = [MONDAY + timedelta(days=number) for number in range(7)]


def test_bars_stand_on_the_ground_and_reach_as_high_as_their_counts() -> None:
    chart = daily_chart(WEEK, [142, 0, 171, 128, 149, 34, 200])

    assert [tick.label for tick in chart.ticks] == [0, 50, 100, 150, 200]
    assert [bar.height for bar in chart.bars[:2]] == [142, 0]
    assert {bar.y + bar.height for bar in chart.bars} == {215}
    assert [bar.is_weekend for bar in chart.bars] == [False] * 5 + [True] * 2


def test_the_needed_line_fits_even_when_nobody_comes_near_it() -> None:
    chart = daily_chart(WEEK, [1] * 7, needed=99)

    assert chart.needed_y is not None
    assert 15 <= chart.needed_y < chart.bars[0].y
    assert daily_chart(WEEK, [1] * 7).needed_y is None


@pytest.mark.parametrize(("most", "step"), [(0, 1), (3, 1), (4, 1), (5, 2), (81, 50), (200, 50), (201, 100)])
def test_steps_are_round_and_four_of_them_reach(most: float, step: int) -> None:
    assert round_step(most) == step


def test_a_whisker_is_placed_along_its_axis_and_hollow_below_the_target() -> None:
    found = whisker(0.58, 0.49, 0.66, Axis(0.4, 0.9), target=0.667)

    assert (found.value, found.low, found.high) == (36, 18, 52)
    assert found.target == 53.4
    assert found.is_below


def test_what_lies_outside_an_axis_stands_at_its_end() -> None:
    assert whisker(2, None, None, Axis(0, 1)).high == 100


def test_an_axis_holds_every_end() -> None:
    assert axis_over([0.3, None, -0.31], least=Axis(0, 1), step=0.2) == Axis(-0.4, 1)
    assert axis_over([], least=Axis(0, 1), step=0.2) == Axis(0, 1)


def test_votes_are_counted_on_either_side_of_the_tie() -> None:
    found = vote_bars([1, 2, 0, 1, 0, 2, 1])

    assert (found.for_a, found.ties, found.for_b) == (3, 1, 3)
    assert found.bars[1].height == 28
    assert [bar.side for bar in found.bars] == ["a"] * 3 + ["tie"] + ["b"] * 3


def test_shares_lie_side_by_side_and_make_a_whole() -> None:
    found = shares([1, 1, 2])

    assert [(share.begin, share.width, share.percent) for share in found] == [
        (0, 25, 25),
        (25, 25, 25),
        (50, 50, 50),
    ]
    assert shares([0, 0]) == []
