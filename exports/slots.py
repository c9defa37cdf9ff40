"""When a schedule is due: cron expressions in a time zone, as moments in UTC.

Daylight saving is kept as Debian's cron keeps it: a time that the clock leaps over is due right after the leap, and a
time that comes twice is due the first time. Expressions that begin with `*` for the hour run on through both.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

from config.wording import words

SHORTEST = timedelta(minutes=30)
TOO_OFTEN = words("This is due more often than every half hour. Releases need more time than that.")
LOOKED_AT = 60
"""How many slots are looked at to find out whether any two are too close."""


class BadSchedule(ValueError):
    """No schedule looks like this. The text is said to people."""


def checked(expression: str, zone: str) -> str:
    """Return a cron expression in its plain spelling.

    Raises:
        BadSchedule: it can't be read, is never due, or is due too often; or there is no such time zone.
    """
    plain = " ".join(expression.upper().split())
    if zone not in available_timezones():
        raise BadSchedule(words("There is no such time zone. It looks like Europe/Berlin, or UTC."))
    try:
        coming = list(islice(moments(plain, zone, datetime.now(UTC)), LOOKED_AT))
    except CronSimError as error:
        raise BadSchedule(
            words(
                "This is no cron expression ({error}). It has five parts: minute, hour, day of the month, month, "
                "day of the week.",
                error=str(error),
            )
        ) from error
    if not coming:
        raise BadSchedule(words("This day never comes."))
    if any(after - before < SHORTEST for before, after in pairwise(coming)):
        raise BadSchedule(TOO_OFTEN)
    return plain


def moments(expression: str, zone: str, after: datetime) -> Iterator[datetime]:
    """Return the moments in UTC at which a schedule is due, in order and without end, each later than `after`."""
    last = after
    for local in CronSim(expression, after.astimezone(ZoneInfo(zone))):
        moment = local.astimezone(UTC)
        # At a change of the clock the same moment, or an earlier one, can come up again.
        if moment > last:
            yield moment
            last = moment


def explained(expression: str) -> str:
    """Return in words when a cron expression is due."""
    return str(CronSim(expression, datetime.now(UTC)).explain())
