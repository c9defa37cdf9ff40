"""What a person's own wishes leave of the queue: notes they avoid, limits they set, pauses they take."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone

from accounts.models import User
from config.wording import Words, words
from labeling.models import Annotation, Assignment, Care, Membership, Withdrawal
from labeling.models.care import USUAL_BREAK_AFTER

PAUSE = timedelta(minutes=10)
"""Who stays away so long has had a break."""
LOOKED_BACK = timedelta(hours=8)
_EXPOSURE = """
SELECT count(*) FILTER (WHERE a.opened_at IS NULL OR a.opened_at >= %(day)s), count(*)
FROM labeling_assignment a
JOIN labeling_item i ON i.id = a.item_id JOIN curation_scenario s ON s.id = i.scenario_id
WHERE a.annotator_id = %(person)s AND a.leased_at >= %(week)s - interval '1 day' AND s.content_warnings <> '{}'
  AND (a.opened_at >= %(week)s OR %(with_held)s AND a.opened_at IS NULL AND a.state = 'leased')
"""
_MINUTES = """
SELECT coalesce(sum(n.elapsed_ms), 0) / 60000 FROM labeling_annotation n
JOIN labeling_assignment a ON a.id = n.assignment_id
WHERE a.annotator_id = %(person)s AND a.leased_at >= %(day)s - interval '1 day' AND n.created_at >= %(day)s
"""
# Wants an item `i`. Values, not EXISTS: the planner would make joins of these, and read all of the queue to have
# something to join.
UNAVOIDED = """NOT (
        SELECT lower(c.content_warnings::text)::text[] && %(avoided)s::text[]
        FROM curation_scenario c WHERE c.id = i.scenario_id)"""
CALM = """(NOT %(is_calm)s OR (
        SELECT c.content_warnings = '{}' FROM curation_scenario c WHERE c.id = i.scenario_id))"""


class Limit(StrEnum):
    """A limit that somebody reached."""

    DAY = "sensitive items today"
    WEEK = "sensitive items this week"
    MINUTES = "minutes of reading today"


class Rest(NamedTuple):
    """Nothing is handed out, because the person wants it so."""

    until: datetime
    limit: Limit | None = None
    """None: they pause."""
    number: int = 0
    """What they set the limit to."""
    may_go_on: bool = True
    """Whether they can still choose to go on with items that carry no content note."""

    @property
    def words(self) -> Words:
        """Which limit was reached, in words."""
        number = self.number
        if self.limit == Limit.DAY:
            return words("You have reached your limit: {number} sensitive items today.", number=number)
        if self.limit == Limit.WEEK:
            return words("You have reached your limit: {number} sensitive items this week.", number=number)
        return words("You have reached your limit: {number} minutes of reading today.", number=number)

    @property
    def is_at_once(self) -> bool:
        """Whether what the person holds has to wait as well."""
        return self.limit in (None, Limit.MINUTES)


class Rules(NamedTuple):
    """What a claim has to respect."""

    avoided: list[str]
    rest: Rest | None = None
    gone_past: Rest | None = None
    """The limit past which the person goes on, with items that carry no content note."""

    @property
    def is_calm(self) -> bool:
        """Whether only items without a content note are handed out, for the rest of today."""
        return self.gone_past is not None

    @property
    def narrow(self) -> bool:
        """Whether anything is kept from the person."""
        return bool(self.avoided) or self.is_calm

    @property
    def asked(self) -> dict[str, Any]:
        """What `UNAVOIDED` and `CALM` ask for."""
        return {"avoided": self.avoided, "is_calm": self.is_calm}


class Exposure(NamedTuple):
    """What a person has read."""

    sensitive_today: int
    """Items with a content note."""
    sensitive_this_week: int
    minutes_today: int


FREE = Rules([])


def rules_for(membership: Membership) -> Rules:
    """Return what a person's wishes leave of a queue; costs nothing for those who set nothing."""
    if not membership.is_careful:
        return FREE
    care = Care.objects.get(person=membership.user_id)
    now = timezone.now()
    if care.paused_until and care.paused_until > now:
        return Rules(care.avoided, rest=Rest(care.paused_until))
    reached = limit_reached(care, now)
    if reached and not (care.went_on_at and care.went_on_at >= day_of(now)):
        return Rules(care.avoided, rest=reached)
    return Rules(care.avoided, gone_past=reached and reached._replace(may_go_on=False))


def limit_reached(care: Care, now: datetime, *, with_held: bool = True) -> Rest | None:
    """Return the limit that a person has reached, with when it starts anew.

    Args:
        care: the person's.
        now: the time.
        with_held: count sensitive items that wait to be opened like opened ones.
    """
    if care.sensitive_per_day is None and care.sensitive_per_week is None and care.minutes_per_day is None:
        return None
    seen = exposure_of(care.person_id, now, with_held=with_held)
    tomorrow = day_of(now) + timedelta(days=1)
    limits = (
        (Limit.WEEK, care.sensitive_per_week, seen.sensitive_this_week, week_of(now) + timedelta(days=7)),
        (Limit.DAY, care.sensitive_per_day, seen.sensitive_today, tomorrow),
        (Limit.MINUTES, care.minutes_per_day, seen.minutes_today, tomorrow),
    )
    return next(
        (
            Rest(until, limit, most)
            for limit, most, reached, until in limits
            if most is not None and reached >= most
        ),
        None,
    )


def exposure_of(person_id: UUID, now: datetime, *, with_held: bool = False) -> Exposure:
    """Count what a person opened and read today and this week, by UTC; weeks begin on Monday."""
    wanted: dict[str, Any] = {
        "person": person_id,
        "day": day_of(now),
        "week": week_of(now),
        "with_held": with_held,
    }
    with connection.cursor() as cursor:
        cursor.execute(_EXPOSURE, wanted)
        today, this_week = cursor.fetchone()
        cursor.execute(_MINUTES, wanted)
        return Exposure(today, this_week, int(cursor.fetchone()[0]))


def day_of(now: datetime) -> datetime:
    """Return when a day began."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def week_of(now: datetime) -> datetime:
    """Return when a week began."""
    return day_of(now) - timedelta(days=now.weekday())


def reading_minutes(person_id: UUID, now: datetime) -> int:
    """Return for how long a person has read without a break of ten minutes."""
    rows = (
        Annotation.objects.made()
        .filter(assignment__annotator=person_id, assignment__leased_at__gte=now - 2 * LOOKED_BACK)
        .filter(created_at__gte=now - LOOKED_BACK, created_at__lte=now)
        .order_by("-created_at")
        .values_list("created_at", "elapsed_ms")
    )
    began, spent = now, timedelta()
    for submitted_at, elapsed_ms in rows:
        if began - submitted_at >= PAUSE:
            break
        spent += timedelta(milliseconds=elapsed_ms)
        began = submitted_at - timedelta(milliseconds=elapsed_ms)
    return int(spent.total_seconds() // 60)


def break_offer(person_id: UUID, care: Care | None) -> int:
    """Return after how many minutes of reading a break is offered now; 0: it is not."""
    now = timezone.now()
    after = care.break_after if care else USUAL_BREAK_AFTER
    is_quiet = care and any(until and until > now for until in (care.quiet_until, care.paused_until))
    if after is None or is_quiet:
        return 0
    minutes = reading_minutes(person_id, now)
    return minutes if minutes >= after else 0


def may_return(assignment: Assignment, person: User, project_id: UUID) -> bool:
    """Whether a lease that ran out may be taken up again: not what a person avoids, or has taken back since."""
    return not was_withdrawn(assignment, person, project_id) and not is_avoided(assignment, person)


def was_withdrawn(assignment: Assignment, person: User, project_id: UUID) -> bool:
    """Whether the person took their labels back after they got the item."""
    withdrawals = Withdrawal.objects.of(person).covering(project_id)
    return withdrawals.filter(created_at__gte=assignment.leased_at).exists()


def is_avoided(assignment: Assignment, person: User) -> bool:
    """Whether an item carries a note that the person avoids."""
    care = Care.objects.filter(person=person).first()
    notes = assignment.item.scenario.content_warnings
    return care is not None and any(note.lower() in care.avoided for note in notes)
