"""A project's counterpart in a Label Studio: what was sent, what came back, and what could not be carried over."""

from datetime import datetime
from typing import Any, Self
from uuid import uuid4

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from config.ids import uuid7
from config.wording import words
from egress.models import Secret
from labeling.models.annotations import Annotation
from labeling.models.items import Item
from labeling.models.projects import Project
from runs.models import Run

KEPT = pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)


class LabelStudioQuerySet(models.QuerySet["LabelStudio"]):
    """Which connections."""

    def hinted(self) -> Self:
        """Those that were told of news since they were last synced, with nothing at work on them."""
        busy = LabelStudioRun.objects.unfinished().values("connection")
        return self.exclude(hinted_at=None).exclude(label_studio_id=None).exclude(pk__in=busy)


class LabelStudio(models.Model):
    """The connection of one project with one project of a Label Studio."""

    class TokenKind(models.TextChoices):
        LEGACY = "legacy", words("Legacy token")
        PERSONAL = "personal", words("Personal access token")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.OneToOneField(Project, models.PROTECT, related_name="label_studio")
    endpoint = models.CharField(max_length=300)
    token_kind = models.CharField(max_length=8, choices=TokenKind, default=TokenKind.PERSONAL)
    secret = models.ForeignKey(Secret, models.PROTECT, null=True, related_name="+")
    """Null until a token was given, and again when the address changed."""
    label_studio_id = models.PositiveBigIntegerField(null=True)
    """The project there; null until something was sent."""
    config = models.TextField(blank=True)
    """The labeling interface as it was sent."""
    trait_versions = ArrayField(models.UUIDField(), default=list)
    """Those that are shown there, in their order."""
    size = models.PositiveSmallIntegerField(default=0)
    """Responses of the largest item that can be shown there."""
    rubric = models.PositiveSmallIntegerField(default=0)
    """Criteria of the longest rubric that can be shown there."""
    hook_sha256 = models.CharField(max_length=64, blank=True)
    """Of the secret that its webhook must bring; the secret itself was shown once."""
    hook_label_studio_id = models.PositiveBigIntegerField(null=True)
    """The webhook there that we registered; null while there is none, or one that was added by hand."""
    hinted_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    """When it was last told of news; null once a sync began after that."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = LabelStudioQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "label_studio_id"], name="label_studio_project_once")
        ]
        triggers = [KEPT]

    def __str__(self) -> str:
        return f"{self.project} at {self.endpoint}"

    @property
    def url(self) -> str:
        """Where people see the project there."""
        return (
            f"{self.endpoint}/projects/{self.label_studio_id}/data" if self.label_studio_id else self.endpoint
        )


class LabelStudioTask(models.Model):
    """One item as it was sent. Its id goes along; Label Studio's own ids come again after a restored backup."""

    # Nothing of when or in which order may be read from an id that others see and could make up.
    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    connection = models.ForeignKey(LabelStudio, models.PROTECT, db_index=False, related_name="tasks")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    order_shown = ArrayField(models.PositiveSmallIntegerField())
    """As in `Assignment`; everybody there sees this order."""
    criteria = ArrayField(models.UUIDField(), default=list)
    label_studio_id = models.PositiveBigIntegerField(null=True)
    """The task there, as last seen; null until it was."""
    gone_at = models.DateTimeField(null=True)
    """When a sync first missed it."""
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "item"], name="label_studio_item_once"),
            models.UniqueConstraint(fields=["connection", "label_studio_id"], name="label_studio_task_once"),
        ]
        triggers = [KEPT]

    def __str__(self) -> str:
        return f"{self.item_id} at {self.connection_id}"


class LabelStudioPerson(models.Model):
    """Somebody who answers there, and who that is here."""

    connection = models.ForeignKey(LabelStudio, models.PROTECT, db_index=False, related_name="people")
    email = models.CharField(max_length=254)
    """In small letters: numbers of accounts come again after a restored backup, addresses don't."""
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    """Null until a lead says who it is, unless a member has the address."""
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(fields=["connection", "email"], name="label_studio_person_once")
        ]

    def __str__(self) -> str:
        return self.email


class LabelStudioAnswer(models.Model):
    """What one person answered to one task there, as it was last seen."""

    class State(models.TextChoices):
        TAKEN = "taken", words("Taken over")
        WAITING = "waiting", words("Waits")
        CONFLICT = "conflict", words("Conflict")
        UNUSABLE = "unusable", words("Can’t be used")
        KEPT = "kept", words("Ours kept")
        """It was in conflict, and a lead decided that what was judged here stands."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    task = models.ForeignKey(LabelStudioTask, models.PROTECT, db_index=False, related_name="answers")
    person = models.ForeignKey(LabelStudioPerson, models.PROTECT, related_name="answers")
    digest = models.CharField(max_length=64)
    """sha256 of the results: the same again changes nothing."""
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    why = models.TextField(blank=True)
    """Said to people, unless it was taken."""
    annotation = models.ForeignKey(Annotation, models.PROTECT, null=True, related_name="+")
    """The newest that was made of it; a conflict keeps the one that stands."""
    results: "models.JSONField[list[Any], list[Any]]" = models.JSONField(default=list)
    """As they came, kept unread."""
    answered_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
    """When a sync first missed it."""
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "person"], name="label_studio_answer_once"),
            models.CheckConstraint(
                condition=~Q(state="taken") | Q(annotation__isnull=False),
                name="taken_answer_has_an_annotation",
            ),
            models.CheckConstraint(
                condition=Q(state="taken") | ~Q(why=""), name="label_studio_answer_says_why"
            ),
        ]
        indexes = [models.Index(fields=["task"], name="label_studio_conflict", condition=Q(state="conflict"))]
        triggers = [KEPT]

    def __str__(self) -> str:
        return f"{self.state} answer to {self.task_id}"


class LabelStudioDecision(models.Model):
    """What a lead decided about two answers in conflict. The native one stays as a revision, whatever was decided."""

    class Choice(models.TextChoices):
        OURS = "ours", "Ours kept"
        THEIRS = "theirs", "Theirs taken"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    answer = models.ForeignKey(LabelStudioAnswer, models.PROTECT, related_name="decisions")
    choice = models.CharField(max_length=6, choices=Choice)
    digest = models.CharField(max_length=64, blank=True)
    """Of the answer there, as it was when this was decided."""
    ours = models.ForeignKey(Annotation, models.PROTECT, related_name="+")
    """What stood here then."""
    order_shown = ArrayField(models.PositiveSmallIntegerField())
    """The order in which ours was judged: the assignment tells that of theirs, once it was taken."""
    theirs = models.ForeignKey(Annotation, models.PROTECT, null=True, related_name="+")
    """The revision that was made of theirs."""
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(choice="ours", theirs=None) | Q(choice="theirs", theirs__isnull=False),
                name="only_what_was_taken_is_a_revision",
            )
        ]
        triggers = [pgtrigger.Protect(name="appended_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.choice} for {self.answer_id}"


class LabelStudioRunQuerySet(models.QuerySet["LabelStudioRun"]):
    """Which exchanges."""

    def unfinished(self) -> Self:
        """Those whose run has not ended."""
        return self.filter(run__state__in=[Run.State.QUEUED, Run.State.RUNNING])


class LabelStudioRun(models.Model):
    """One time that something was sent or fetched, and what came of it."""

    class Direction(models.TextChoices):
        SEND = "send", words("Sent")
        SYNC = "sync", words("Synced")
        HOOK = "hook", words("Webhook registered")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    connection = models.ForeignKey(LabelStudio, models.PROTECT, related_name="exchanges")
    run = models.OneToOneField(Run, models.PROTECT, related_name="+")
    direction = models.CharField(max_length=4, choices=Direction)
    predictions = models.CharField(max_length=8, blank=True)
    """Whose answers go along as predictions: nobody's, people's or judges'."""
    with_held_out = models.BooleanField(default=False)
    """Whether items of scenarios outside of TRAIN go along."""
    tasks = models.PositiveIntegerField(default=0)
    answers = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    revised = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    conflicts = models.PositiveIntegerField(default=0)
    unusable = models.PositiveIntegerField(default=0)
    completed_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = LabelStudioRunQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(completed_at=None)
                | Q(direction="send")
                | Q(
                    answers=models.F("created")
                    + models.F("revised")
                    + models.F("unchanged")
                    + models.F("waiting")
                    + models.F("conflicts")
                    + models.F("unusable")
                ),
                name="label_studio_totals_add_up",
            )
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.created_at:%Y-%m-%d %H:%M}"


class LabelStudioLoss(models.Model):
    """Something that an exchange could not carry over, and how often."""

    exchange = models.ForeignKey(LabelStudioRun, models.CASCADE, db_index=False, related_name="losses")
    subject = models.CharField(max_length=120)
    """The control, the person or the task that it is about."""
    what = models.TextField()
    count = models.PositiveIntegerField(default=1)
    example = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-count", "subject", "what"]
        constraints = [
            models.UniqueConstraint(fields=["exchange", "subject", "what"], name="label_studio_loss_once")
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.what}"
