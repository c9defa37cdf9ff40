"""When releases are cut and published by themselves, and what became of each time."""

from datetime import datetime
from itertools import islice
from typing import Self
from zoneinfo import ZoneInfo

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7
from config.wording import words
from exports.models.publications import Publication
from exports.models.recipes import Destination, Recipe
from exports.models.releases import Release
from exports.slots import explained, moments
from runs.models import Run


class Schedule(models.Model):
    """A recipe that is released again and again, and where its releases go."""

    class Bump(models.TextChoices):
        MINOR = "minor", _("Minor: new, changed or withdrawn annotations")
        MAJOR = "major", _("Major: also when rows move to another split")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recipe = models.ForeignKey(Recipe, models.PROTECT, related_name="schedules")
    destinations: "models.ManyToManyField[Destination, models.Model]" = models.ManyToManyField(
        Destination, related_name="schedules", blank=True
    )
    """None: releases are built and not published."""
    expression = models.CharField(max_length=100)
    """Five fields of cron."""
    zone = models.CharField(max_length=60, default="UTC")
    """IANA name of the time zone in which the expression is read."""
    bump = models.CharField(max_length=10, choices=Bump, default=Bump.MINOR)
    skip_unchanged = models.BooleanField(default=True)
    next_at = models.DateTimeField(null=True)
    """The next slot; null while it is paused."""
    last_at = models.DateTimeField(null=True)
    """The newest slot that was written down; the next one names it, so that none gets lost unseen."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["recipe", "created_at"]
        indexes = [models.Index(fields=["next_at"], name="schedule_due", condition=Q(next_at__isnull=False))]

    def __str__(self) -> str:
        return f"{self.recipe}: {self.words}"

    @property
    def words(self) -> str:
        """When it is due, in words."""
        return words("{times}, {zone} time", times=explained(self.expression), zone=self.zone)

    @property
    def is_paused(self) -> bool:
        """Whether it is due no more until somebody says so."""
        return self.next_at is None

    @property
    def coming(self) -> list[datetime]:
        """The next three slots, in the schedule's own time zone."""
        if self.next_at is None:
            return []
        later = moments(self.expression, self.zone, self.next_at)
        return [slot.astimezone(ZoneInfo(self.zone)) for slot in [self.next_at, *islice(later, 2)]]


class ScheduleSlotQuerySet(models.QuerySet["ScheduleSlot"]):
    """Which slots."""

    def unfinished(self) -> Self:
        """Slots that are still worked on."""
        return self.filter(state__in=ScheduleSlot.UNFINISHED)


class ScheduleSlot(models.Model):
    """One time at which a schedule was due, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        BUILDING = "building"
        PUBLISHING = "publishing"
        DONE = "done"
        SKIPPED = "skipped"
        STOPPED = "stopped"
        """A gate is open: a person decides."""
        FAILED = "failed"

    UNFINISHED = (State.WAITING, State.BUILDING, State.PUBLISHING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    schedule = models.ForeignKey(Schedule, models.PROTECT, related_name="slots")
    slot_at = models.DateTimeField()
    previous_at = models.DateTimeField(null=True)
    """The slot before; null for the first, and for those that a person asked for."""
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    reason = models.TextField(blank=True)
    """Said to people: why it was skipped, stopped or failed."""
    run = models.OneToOneField(Run, models.PROTECT, null=True, related_name="+")
    """Looks whether there is something new, and cuts the release; null for slots that were only recorded."""
    build = models.ForeignKey(Run, models.PROTECT, null=True, related_name="+")
    release = models.ForeignKey(Release, models.SET_NULL, null=True, related_name="+")
    """Null again when it could not be frozen, so that its number is free."""
    publications: "models.ManyToManyField[Publication, models.Model]" = models.ManyToManyField(
        Publication, related_name="+"
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    """Who pressed the button; null when the time had come."""
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = ScheduleSlotQuerySet.as_manager()

    class Meta:
        ordering = ["-slot_at"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "slot_at"], name="slot_once"),
            models.CheckConstraint(
                condition=Q(state="skipped") | Q(run__isnull=False), name="slot_has_a_run_or_was_skipped"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["skipped", "stopped", "failed"]) | ~Q(reason=""), name="slot_says_why"
            ),
        ]
        triggers = [pgtrigger.Protect(name="slot_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.schedule_id} at {self.slot_at:%Y-%m-%d %H:%M}"

    @property
    def is_unfinished(self) -> bool:
        """Whether it is still worked on."""
        return self.state in self.UNFINISHED
