"""Arithmetic of a Delphi panel, worked by hand beside each figure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.consensus import FEWEST, OTHERS, Outcome, Share, Terms, shown_groups, tally

TERMS = Terms(in_percent=70, out_percent=15)
ratings = st.lists(st.integers(1, 9), max_size=40)
panels = st.lists(
    st.tuples(st.integers(1, 9), st.sampled_from(["", "law", "medicine", "ethics"])), max_size=40
)


def outcome(*given: int) -> Outcome:
    return tally(given, [""] * len(given), TERMS).outcome


def test_seven_of_ten_is_in_and_one_of_ten_against_does_not_stop_it():
    # 7 of 10 rate 7 to 9: 70 % >= 70 %. 1 of 10 rates 1 to 3: 10 % < 15 %.
    assert outcome(7, 7, 8, 8, 9, 9, 9, 5, 6, 2) == Outcome.IN


def test_less_than_the_share_is_unsettled():
    # 9 of 13 = 69.2 % < 70 %.
    assert outcome(*[8] * 9, *[5] * 4) == Outcome.UNSETTLED


def test_exactly_the_share_against_it_is_too_much():
    # 3 of 20 rate 1 to 3: 15 % is not less than 15 %, though 17 of 20 = 85 % rate 7 to 9.
    assert outcome(*[9] * 17, *[1] * 3) == Outcome.UNSETTLED


def test_just_below_the_share_against_it_is_in():
    # 2 of 14 rate 1 to 3: 14.3 % < 15 %. 12 of 14 = 85.7 %.
    assert outcome(*[9] * 12, *[1] * 2) == Outcome.IN


def test_out_is_the_mirror_image_of_in():
    # 7 of 10 rate 1 to 3, 1 of 10 rates 7 to 9.
    assert outcome(1, 1, 2, 2, 3, 3, 3, 5, 4, 8) == Outcome.OUT


@pytest.mark.parametrize("given", [(), (9,), (9, 9)])
def test_fewer_than_three_settle_nothing(given):
    found = tally(given, [""] * len(given), TERMS)

    assert found.outcome == Outcome.TOO_FEW
    assert not found.can_be_shown


def test_the_middle_ratings_count_for_neither_side():
    found = tally([4, 5, 6], ["", "", ""], TERMS)

    assert (found.high, found.low) == (Share(0, 3), Share(0, 3))


def test_the_median_of_an_even_number_lies_between():
    # 3, 7 | 8, 9: (7 + 8) / 2.
    assert tally([9, 3, 8, 7], [""] * 4, TERMS).median == 7.5


def test_the_distribution_has_a_bar_for_each_rating():
    found = tally([9, 9, 1], [""] * 3, TERMS)

    assert [bar.people for bar in found.bars] == [1, 0, 0, 0, 0, 0, 0, 0, 2]
    assert [bar.height for bar in found.bars] == ["0.50", *["0"] * 7, "1.00"]


def test_percent_never_rounds_up_to_the_threshold():
    assert Share(699, 1000).percent == 69
    assert not Share(699, 1000).reaches(70)


def test_the_lowest_group_speaks_though_the_whole_is_in():
    # All: 8 of 10 = 80 %, nobody low: in. Law 6 of 6; medicine 2 of 4 = 50 % < 70 %.
    found = tally([8] * 6 + [8, 8, 5, 5], ["law"] * 6 + ["medicine"] * 4, TERMS)

    assert found.outcome == Outcome.IN
    assert found.lowest
    assert (found.lowest.name, found.lowest.high.percent) == ("medicine", 50)
    assert not found.is_shared


def test_consensus_is_shared_when_each_group_reaches_the_share():
    found = tally([8] * 3 + [9, 9, 9, 5], ["law"] * 3 + ["medicine"] * 4, TERMS)

    # Law 3 of 3, medicine 3 of 4 = 75 %.
    assert found.is_shared


def test_groups_of_fewer_than_three_stand_together():
    found = shown_groups([9] * 3 + [1, 1, 9], ["law"] * 3 + ["medicine", "medicine", "ethics"])

    assert [(each.name, each.high) for each in found] == [(OTHERS, Share(1, 3)), ("law", Share(3, 3))]


def test_a_single_person_beside_a_group_is_not_given_away():
    # Law 3 of 3 beside a total of 3 of 4 would say that the fourth rated low.
    assert shown_groups([9, 9, 9, 1], ["law"] * 3 + ["medicine"]) == ()


def test_a_panel_without_groups_has_none():
    found = tally([9, 9, 9, 9], [""] * 4, TERMS)

    assert found.groups == ()
    assert found.lowest is None
    assert found.is_shared


@pytest.mark.parametrize("given", [0, 10, -1])
def test_a_rating_outside_the_scale_is_refused(given):
    with pytest.raises(ValueError, match="1 to 9"):
        tally([given], [""], TERMS)


@given(panels)
def test_no_block_is_smaller_than_three_and_all_make_the_total(panel):
    found = tally([rating for rating, _ in panel], [group for _, group in panel], TERMS)

    assert all(each.high.of >= FEWEST for each in found.groups)
    if found.groups:
        assert len(found.groups) > 1
        assert sum(each.high.of for each in found.groups) == found.count
        assert sum(each.high.count for each in found.groups) == found.high.count
        assert found.lowest
        assert found.lowest.high.fraction <= found.high.fraction


@given(ratings)
def test_turning_the_scale_around_turns_in_into_out(given):
    turned = [10 - rating for rating in given]
    mirror = {Outcome.IN: Outcome.OUT, Outcome.OUT: Outcome.IN}

    assert outcome(*turned) == mirror.get(outcome(*given), outcome(*given))


@given(ratings, st.randoms())
def test_the_order_of_ratings_says_nothing(given, chance):
    shuffled = chance.sample(given, len(given))

    assert tally(shuffled, [""] * len(given), TERMS) == tally(given, [""] * len(given), TERMS)
