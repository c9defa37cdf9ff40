"""Pushes of releases to Hubs."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from config.ids import uuid7
from exports.models.guards import GATES_FIRST
from exports.models.recipes import Destination
from exports.models.releases import Release
from runs.models import Run


class PublicationQuerySet(models.QuerySet["Publication"]):
    """Which publications."""

    def done(self) -> Self:
        """Publications that were read back and verified."""
        return self.filter(state=Publication.State.DONE)

    def open(self) -> Self:
        """Publications whose run has not ended."""
        return self.filter(run__state__in=[Run.State.QUEUED, Run.State.RUNNING])


class Publication(models.Model):
    """One push of a release to one Hub repository."""

    class State(models.TextChoices):
        STARTED = "started"
        COMMITTED = "committed"
        TAGGED = "tagged"
        DONE = "done"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.OneToOneField(Run, models.PROTECT, related_name="+")
    release = models.ForeignKey(Release, models.PROTECT, related_name="publications")
    destination = models.ForeignKey(Destination, models.PROTECT, related_name="publications")
    repo_id = models.CharField(max_length=193)
    """Where it went, also when the destination is changed later."""
    endpoint = models.URLField(max_length=300)
    state = models.CharField(max_length=10, choices=State, default=State.STARTED)
    accepted_head = models.CharField(max_length=64, blank=True)
    """A foreign commit on which a person decided to build."""
    parent_commit = models.CharField(max_length=64, blank=True)
    commit_oid = models.CharField(max_length=64, blank=True)
    tag = models.CharField(max_length=40, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "endpoint", "repo_id"],
                name="published_once_per_repo",
                condition=Q(state="done"),
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | (~Q(commit_oid="") & ~Q(tag="")),
                name="done_publication_has_a_commit",
            ),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete), GATES_FIRST]

    def __str__(self) -> str:
        return f"{self.release} to {self.repo_id}"
