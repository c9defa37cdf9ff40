"""Background work as rows. The broker only rings the bell; what is to be done, and how far it got, stands here."""

from datetime import timedelta
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import Role, User
from config.ids import uuid7
from config.wording import Words, words
from runs.paused import resumed_at
from runs.words import said

LEASE = timedelta(seconds=settings.RUN_LEASE_S)
"""How long a worker may be silent before another takes its run."""
WORKER_SILENCE = timedelta(seconds=settings.WORKER_SILENCE_S)
"""After this long without a sign of life, pages say that no worker is alive."""
LINES_SHOWN = 50
UNITS = (
    words("counts"),
    words("deliveries"),
    words("entries"),
    words("families"),
    words("gates"),
    words("items"),
    words("letters"),
    words("lines"),
    words("parts"),
    words("questions"),
    words("responses"),
    words("rows"),
    words("scenarios"),
    words("steps"),
    words("tasks"),
    words("texts"),
)
"""What runs count; here so that catalogues list it."""
OVERSEERS = (Role.CURATORS, Role.STEWARDS)
"""Who sees the runs of others, beside administrators."""


def oversees(user: User) -> bool:
    """Whether a person sees the background work of others."""
    return any(map(user.has_role, OVERSEERS))


class RunQuerySet(models.QuerySet["Run"]):
    """Which runs."""

    def waiting(self) -> Self:
        """Runs that a worker may take now: queued and due, or abandoned by a dead worker."""
        queued = models.Q(state=Run.State.QUEUED, due_at__lte=Now())
        abandoned = models.Q(state=Run.State.RUNNING, lease_until__lt=Now())
        return self.filter(queued | abandoned)

    def visible_to(self, user: User) -> Self:
        """The one door through which views reach runs: one's own, and all for those who run the house."""
        return self if oversees(user) else self.filter(created_by=user)

    def held_with(self, token: UUID | None) -> Self:
        """The running run whose lease this token stands for."""
        return self.filter(state=Run.State.RUNNING, lease_token=token)

    def exhausted(self) -> Self:
        """Runs that may not be tried again."""
        return self.filter(attempts__gte=models.F("max_attempts"))

    def unfinished(self) -> Self:
        """Runs that are queued or running."""
        return self.filter(state__in=[Run.State.QUEUED, Run.State.RUNNING])


class Run(models.Model):
    """One piece of background work with its progress, its lease and its outcome."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"
        NEEDS_ATTENTION = "needs attention"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=60)
    """The name under which an app registered the function that does the work."""
    queue = models.CharField(max_length=20, default="io")
    state = models.CharField(max_length=20, choices=State, default=State.QUEUED)
    arguments: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    """Ids of what to work on; never a secret, never content."""
    cursor: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    """Where the next attempt goes on; committed together with the work it stands for."""
    result: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    """Said to people: what happened, what is safe, what to do next. In English; pages show `problem`."""
    error_words: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(
        default=dict, db_default={}
    )
    """What it was put together from, as `runs.words` keeps it."""
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    unit = models.CharField(max_length=20, default="rows")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(db_default=Now())
    dispatched_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=5)
    cancel_asked_at = models.DateTimeField(null=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="running")
                | models.Q(lease_token__isnull=False, lease_until__isnull=False),
                name="running_run_has_a_lease",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["queued", "running"]) | models.Q(finished_at__isnull=False),
                name="ended_run_has_an_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="run_unfinished", condition=models.Q(state__in=["queued", "running"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def is_unfinished(self) -> bool:
        """Whether work is still to be done."""
        return self.state in {self.State.QUEUED, self.State.RUNNING}

    @property
    def problem(self) -> str:
        """The error, for the reader's language."""
        return said(self.error, self.error_words)

    @property
    def percent(self) -> int | None:
        """Progress from 0 to 100; None while the total is unknown."""
        return min(100, self.done * 100 // self.total) if self.total else None

    @property
    def amount(self) -> str:
        """How much was done, in words."""
        unit = Words(self.unit, {})
        if self.total is None:
            return words("{done} {unit}", done=f"{self.done:,}", unit=unit) if self.done else ""
        return words("{done} of {total} {unit}", done=f"{self.done:,}", total=f"{self.total:,}", unit=unit)

    @property
    def resume_url(self) -> str:
        """The address that lets it go on, by POST, when somebody paused it; else empty."""
        find = resumed_at.get(self.kind)
        return find(self.pk) if find and self.state == self.State.CANCELLED else ""

    @property
    def newest_lines(self) -> list["RunLog"]:
        """The last lines of the log, newest first."""
        return list(self.log.order_by("-pk")[:LINES_SHOWN])

    @property
    def has_worker(self) -> bool:
        """Whether a worker of the run's queue gave a sign of life just now."""
        return WorkerSign.objects.fresh().filter(queue=self.queue).exists()


class RunLog(models.Model):
    """One line of what a run did, for people to read."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="log")
    at = models.DateTimeField(db_default=Now())
    text = models.TextField()
    """In English; pages show `line`."""
    words: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict, db_default={})
    """What it was put together from, as `runs.words` keeps it."""

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text

    @property
    def line(self) -> str:
        """The text, for the reader's language."""
        return said(self.text, self.words)


class WorkerSignQuerySet(models.QuerySet["WorkerSign"]):
    """Which signs of life."""

    def fresh(self) -> Self:
        """Signs young enough to believe that the worker is alive."""
        return self.filter(seen_at__gt=Now() - WORKER_SILENCE)


class WorkerSign(models.Model):
    """The last time a message went from beat through the broker to a worker of this queue."""

    queue = models.CharField(max_length=20, unique=True)
    seen_at = models.DateTimeField()

    objects = WorkerSignQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.queue} {self.seen_at:%H:%M:%S}"


class Ring(models.Model):
    """The last time a beat sent a task that comes round, so that two beats send it once."""

    task = models.CharField(max_length=120, unique=True)
    sent_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.task
