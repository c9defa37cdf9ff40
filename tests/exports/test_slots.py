"""When schedules are due, above all when the clock is changed."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest

from exports.slots import BadSchedule, checked, explained, moments


def due(expression: str, zone: str, after: str, count: int = 2) -> list[str]:
    found = moments(expression, zone, datetime.fromisoformat(after).replace(tzinfo=UTC))
    return [f"{moment:%m-%d %H:%M}" for moment in islice(found, count)]


@pytest.mark.parametrize(
    ("zone", "after", "expected"),
    [
        # The clock leaps from 02:00 to 03:00: 02:30 is due right after the leap, at 03:00 local time.
        ("Europe/Berlin", "2027-03-27T12:00", ["03-28 01:00", "03-29 00:30"]),
        ("America/New_York", "2027-03-13T12:00", ["03-14 07:00", "03-15 06:30"]),
        # 02:30 comes twice, or is the first hour after; it is due once.
        ("Europe/Berlin", "2027-10-30T12:00", ["10-31 00:30", "11-01 01:30"]),
        ("America/New_York", "2027-11-06T12:00", ["11-07 07:30", "11-08 07:30"]),
        # Lord Howe moves its clock by half an hour: 02:00 to 02:30 in spring, 02:00 back to 01:30 in autumn.
        ("Australia/Lord_Howe", "2027-10-02T00:00", ["10-02 15:30", "10-03 15:30"]),
        ("Australia/Lord_Howe", "2027-04-02T20:00", ["04-03 16:00", "04-04 16:00"]),
    ],
)
def test_a_fixed_time_is_due_once_a_day_when_the_clock_is_changed(zone: str, after: str, expected: list[str]):
    assert due("30 2 * * *", zone, after) == expected


def test_a_day_that_a_place_left_out_is_made_up_for_right_after():
    # Samoa went from 29 to 31 December 2011.
    assert due("0 9 30 12 *", "Pacific/Apia", "2011-12-29T00:00", 1) == ["12-30 10:00"]


def test_a_time_that_comes_twice_is_not_due_again_in_between():
    # 00:45 UTC is 02:45 for the first time; 01:30 UTC would be 02:30 for the second.
    assert due("30 2 * * *", "Europe/Berlin", "2027-10-31T00:45", 1) == ["11-01 01:30"]


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
)
@pytest.mark.parametrize("expression", ["30 2 * * *", "0 2,3 * * *", "0 * * * *", "0 1-3 * * *"])
def test_moments_only_ever_go_forward(zone: str, expression: str):
    found = list(islice(moments(expression, zone, datetime(2027, 1, 1, tzinfo=UTC)), 9000))

    assert all(before < after for before, after in pairwise(found))


def test_what_is_due_every_hour_goes_on_through_the_change():
    found = list(islice(moments("0 * * * *", "Europe/Berlin", datetime(2027, 10, 30, 20, tzinfo=UTC)), 12))

    assert {after - before for before, after in pairwise(found)} == {timedelta(hours=1)}


@pytest.mark.parametrize(
    ("expression", "zone", "said"),
    [
        ("", "UTC", "no cron expression"),
        ("0 6 * *", "UTC", "no cron expression"),
        ("61 6 * * *", "UTC", "Bad minute"),
        ("0 6 * * FOO", "UTC", "Bad day-of-week"),
        ("0 0 30 2 *", "UTC", "no cron expression"),
        ("* * * * *", "UTC", "more often than every half hour"),
        ("0,10 6 * * MON", "UTC", "more often than every half hour"),
        ("0 6 * * *", "Europe/Atlantis", "no such time zone"),
        ("0 6 * * *", "../etc/passwd", "no such time zone"),
    ],
)
def test_what_is_no_schedule_is_said(expression: str, zone: str, said: str):
    with pytest.raises(BadSchedule, match=said):
        checked(expression, zone)


def test_an_expression_has_one_spelling():
    assert checked("  0 6   * * mon#1 ", "UTC") == "0 6 * * MON#1"


def test_an_expression_is_said_in_words():
    assert explained("0 6 * * MON#1") == "At 06:00 on the first Monday of the month"
