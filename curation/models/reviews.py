"""How a wording is discussed and signed off: who wrote it, what reviewers said, and why it was retired."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from config.ids import uuid7
from config.wording import words
from curation.models.traits import TraitVersion

APPENDED = pgtrigger.Protect(name="appended_only", operation=pgtrigger.Update | pgtrigger.Delete)


class Contribution(models.Model):
    """Someone changed the words of a draft, so their approval of it does not count."""

    version = models.ForeignKey(TraitVersion, models.CASCADE, related_name="contributions")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "author"], name="contribution_once")]

    def __str__(self) -> str:
        return f"{self.author} wrote {self.version_id}"


class TraitReviewQuerySet(models.QuerySet["TraitReview"]):
    """Which reviews."""

    def in_force(self) -> Self:
        """The last word of each reviewer in the round that runs."""
        later = self.model._default_manager.filter(
            version=models.OuterRef("version"),
            reviewer=models.OuterRef("reviewer"),
            round=models.OuterRef("round"),
            pk__gt=models.OuterRef("pk"),
        )
        return self.filter(~models.Exists(later), round=F("version__review_round"))

    def approving(self) -> Self:
        """Reviews that let the version be published, with or without dissent."""
        return self.filter(decision__in=[TraitReview.Decision.APPROVE, TraitReview.Decision.DISSENT])


class TraitReview(models.Model):
    """What a reviewer said of a version. Appended: a change of mind is a new row."""

    class Decision(models.TextChoices):
        APPROVE = "approve", words("Approve")
        DISSENT = "approve with dissent", words("Dissent")
        CHANGES = "ask for changes", words("Changes")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(TraitVersion, models.PROTECT, related_name="reviews")
    round = models.PositiveSmallIntegerField()
    """The version's `review_round` when it was said: approvals of an earlier text don't count."""
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decision = models.CharField(max_length=24, choices=Decision)
    reason = models.TextField(blank=True)
    """A dissent's reason is published with the version."""
    created_at = models.DateTimeField(default=timezone.now)

    objects = TraitReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="approve") | ~Q(reason=""), name="review_gives_its_reason"
            )
        ]
        triggers = [APPENDED]

    def __str__(self) -> str:
        return f"{self.decision} by {self.reviewer}"


class Comment(models.Model):
    """A remark on a passage of a version, or a reply to one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(TraitVersion, models.PROTECT, related_name="comments")
    part = models.CharField(max_length=60, blank=True)
    """What it is about: a section's name, or the key of a behaviour or criterion; empty for the whole."""
    quote = models.TextField(blank=True)
    """The words it is about, as they stood."""
    reply_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolved_by=None)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="comment_resolved_by_someone",
            )
        ]
        triggers = [
            pgtrigger.ReadOnly(name="words_stay", exclude=["resolved_at", "resolved_by"]),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class Retirement(models.Model):
    """Why a published version is no longer in force, and who decided it."""

    version = models.OneToOneField(TraitVersion, models.PROTECT, related_name="retirement")
    reason = models.TextField()
    retired_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        triggers = [APPENDED]

    def __str__(self) -> str:
        return self.reason[:80]
