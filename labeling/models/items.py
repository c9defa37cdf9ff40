"""What is to be judged, and who holds it."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from config.ids import uuid7
from config.wording import words
from curation.models import Response, Scenario
from labeling.models.projects import Project


class ItemQuerySet(models.QuerySet["Item"]):
    """Which items."""

    def visible_to(self, user: User) -> Self:
        """The one door through which views reach items."""
        return self if user.is_superuser else self.filter(project__memberships__user=user)

    def open(self) -> Self:
        """Items that still need annotators."""
        return self.filter(taken__lt=F("needed"))


class Item(models.Model):
    """A scenario with one to N responses to be judged in a project."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, db_index=False, related_name="items")
    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="items")
    responses: "models.ManyToManyField[Response, ItemResponse]" = models.ManyToManyField(
        Response, through="ItemResponse", related_name="items"
    )
    needed = models.PositiveSmallIntegerField(default=2)
    taken = models.PositiveSmallIntegerField(default=0)
    """Live leases plus counted annotations; changed only by compare-and-set."""
    position = models.BigIntegerField()
    """Place in the queue. A re-opened item gets a fresh one at the end, so that cursors never go back."""
    is_urgent = models.BooleanField(default=False, db_default=False)
    """Whether it is handed out before the others; changed only together with a fresh position."""
    is_gold = models.BooleanField(default=False)
    """Whether it has a reference in force; kept with the references."""
    content_sha256 = models.CharField(max_length=64)
    """Of the scenario's and the sorted responses' hashes: the same question once per project."""
    source_preference = models.SmallIntegerField(null=True)
    """What the imported file preferred: -1 the first response in canonical order, 1 the second. Never shown, never aggregated."""
    created_at = models.DateTimeField(default=timezone.now)

    objects = ItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(taken__lte=F("needed")), name="item_not_oversubscribed"),
            models.UniqueConstraint(fields=["project", "content_sha256"], name="item_once_per_project"),
            # The queue's only index by position: with another the planner might walk the finished items.
            models.UniqueConstraint(
                fields=["project", "position"], name="item_open", condition=Q(taken__lt=F("needed"))
            ),
        ]
        indexes = [
            models.Index(fields=["project"], name="item_gold", condition=Q(is_gold=True)),
            models.Index(
                fields=["project", "position"],
                name="item_urgent",
                condition=Q(is_urgent=True, taken__lt=F("needed")),
            ),
        ]

    def __str__(self) -> str:
        return f"item {self.id}"


class ItemResponse(models.Model):
    """A response of an item at its place in the canonical order, which was drawn once and is never shown."""

    item = models.ForeignKey(Item, models.CASCADE, db_index=False, related_name="places")
    response = models.ForeignKey(Response, models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["item", "place"], name="item_place_once"),
            models.UniqueConstraint(fields=["item", "response"], name="item_response_once"),
        ]

    def __str__(self) -> str:
        return f"place {self.place} of {self.item_id}"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Which assignments."""

    def visible_to(self, user: User) -> Self:
        """A person's own assignments in projects they are still in."""
        mine = self.filter(annotator=user)
        return mine if user.is_superuser else mine.filter(item__project__memberships__user=user)

    def live(self) -> Self:
        """Assignments that hold a place: leased, also when the lease has just run out and nobody swept it."""
        return self.filter(state=Assignment.State.LEASED)

    def in_progress(self) -> Self:
        """Leases on which the person has written something, the newest first."""
        return self.live().filter(draft__isnull=False).with_text().order_by("-draft__saved_at")

    def submitted(self) -> Self:
        """Assignments with an annotation."""
        return self.filter(state=Assignment.State.SUBMITTED)

    def with_text(self) -> Self:
        """Together with the project and the conversation."""
        return self.select_related("item__project", "item__scenario__domain")


class Assignment(models.Model):
    """One item leased to one annotator, with the order in which they see the responses."""

    class State(models.TextChoices):
        LEASED = "leased", words("Leased")
        SUBMITTED = "submitted", words("Submitted")
        SKIPPED = "skipped", words("Skipped")
        EXPIRED = "expired", words("Expired")
        STALE = "stale", words("Stale")
        """Submitted under a wording that has come to mean something else: may be judged again."""
        WITHDRAWN = "withdrawn", words("Withdrawn")
        """Taken back by its author: it counts nowhere, and is never handed to them again."""

    class SkipReason(models.TextChoices):
        DISTRESSING = "distressing", words("Distressing")
        OUTSIDE_EXPERTISE = "outside my expertise", words("Outside Expertise")
        UNCLEAR = "unclear", words("Unclear")
        LANGUAGE = "language", words("Language")
        CONFLICT = "conflict of interest", words("Conflict")
        OTHER = "other", words("Other")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    item = models.ForeignKey(Item, models.PROTECT, db_index=False, related_name="assignments")
    annotator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="assignments"
    )
    order_shown = ArrayField(models.PositiveSmallIntegerField())
    """Canonical places in the order of the letters: [1, 0] shows the second response as A."""
    state = models.CharField(max_length=10, choices=State, default=State.LEASED)
    skip_reason = models.CharField(max_length=24, choices=SkipReason, blank=True)
    skip_note = models.TextField(blank=True)
    leased_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    """By the database's clock."""
    heartbeat_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    """When the text was first shown; a prefetched item is leased, not opened."""
    trait_versions = ArrayField(models.UUIDField(), default=list)
    """Ids of the trait versions that were shown; a judgment under any other is refused."""
    earlier_versions = ArrayField(models.UUIDField(), default=list, db_default=[])
    """Ids of those that were shown for annotations which have turned stale since."""
    criteria = ArrayField(models.UUIDField(), default=list, db_default=[])
    """Ids of the criteria that were shown, in their order; empty where the project doesn't ask about them."""
    is_calibration = models.BooleanField(default=False, db_default=False)
    """Handed out beside the queue, to compare: it holds none of the item's places, and its answer is not counted."""

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "annotator"], name="item_once_per_annotator"),
            models.CheckConstraint(
                condition=~Q(state="skipped") | ~Q(skip_reason=""), name="skip_has_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["annotator", "-leased_at"], name="assignment_of_annotator"),
            models.Index(fields=["expires_at"], name="assignment_live", condition=Q(state="leased")),
            models.Index(fields=["annotator"], name="assignment_held", condition=Q(state="leased")),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} for {self.annotator_id}"
