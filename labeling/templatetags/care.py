"""What the page for oneself shows of one's pauses and limits."""

from datetime import datetime
from typing import NamedTuple

from django import template
from django.utils import timezone

from accounts.models import User
from config.wording import words
from labeling.caring import break_offer, exposure_of
from labeling.models import Care

register = template.Library()


class Shown(NamedTuple):
    """A limit and how far it is reached."""

    name: str
    reached: int
    most: int

    @property
    def percent(self) -> int:
        """How much of it is used, from 0 to 100."""
        return min(100, self.reached * 100 // self.most) if self.most else 100


class CareNow(NamedTuple):
    """How somebody stands to what they set."""

    offer: int
    """Minutes of reading, when a break is offered; else 0."""
    paused_until: datetime | None
    limits: list[Shown]


@register.simple_tag
def care_of(user: User) -> CareNow:
    """Return a person's pause, limits and the offer of a break."""
    care, now = Care.objects.filter(person=user).first(), timezone.now()
    pause = care.paused_until if care and care.paused_until and care.paused_until > now else None
    return CareNow(break_offer(user.pk, care), pause, limits_of(care, now) if care else [])


def limits_of(care: Care, now: datetime) -> list[Shown]:
    """Return the limits that a person set, with what they used."""
    if care.sensitive_per_day is care.sensitive_per_week is care.minutes_per_day is None:
        return []
    seen = exposure_of(care.person_id, now)
    set_by_them = (
        (words("Sensitive items today"), seen.sensitive_today, care.sensitive_per_day),
        (words("Sensitive items this week"), seen.sensitive_this_week, care.sensitive_per_week),
        (words("Minutes of reading today"), seen.minutes_today, care.minutes_per_day),
    )
    return [Shown(name, reached, most) for name, reached, most in set_by_them if most is not None]
