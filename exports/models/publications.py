"""Pushes of releases to Hubs."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from config.ids import uuid7
from exports.models.guards import GATES_FIRST
from exports.models.recipes import Destination
from exports.models.releases import Release
from runs.models import Run


class PublicationQuerySet(models.QuerySet["Publication"]):
    """Which publications."""

    def visible_to(self, user: User) -> Self:
        """All for stewards, none for anybody else."""
        return self if user.may_release else self.none()

    def done(self) -> Self:
        """Publications that were read back and verified."""
        return self.filter(state=Publication.State.DONE)

    def open(self) -> Self:
        """Publications whose run has not ended, or was paused to go on later."""
        paused = Q(run__state=Run.State.CANCELLED, paused_at__isnull=False)
        return self.filter(Q(run__state__in=[Run.State.QUEUED, Run.State.RUNNING]) | paused)

    def loadable(self) -> Self:
        """Publications whose tag on a Hub leads to the release."""
        return self.done().filter(destination__kind=Destination.Kind.HUB, purpose=Publication.Purpose.PUBLISH)

    def at(self, endpoint: str, repo_id: str) -> Self:
        """Publications to one place."""
        return self.filter(endpoint=endpoint, repo_id=repo_id)

    def live(self) -> Self:
        """The newest finished publication of each place: what readers without a tag get there."""
        newest = (
            Publication.objects.done().order_by("endpoint", "repo_id", "-pk").distinct("endpoint", "repo_id")
        )
        return self.filter(pk__in=newest.values("pk"))


class Publication(models.Model):
    """One push of a release to one place."""

    class Purpose(models.TextChoices):
        PUBLISH = "publish"
        RESTORE = "restore"
        """An earlier release comes back to the head of main, or to what the pointer names."""
        ERASE = "erase"
        """The head of main, or its folder, shall hold none of the release's data any more."""

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
    endpoint = models.URLField(max_length=300, blank=True)
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.PUBLISH)
    state = models.CharField(max_length=10, choices=State, default=State.STARTED)
    accepted_head = models.CharField(max_length=64, blank=True)
    """A foreign commit on which a person decided to build."""
    parent_commit = models.CharField(max_length=64, blank=True)
    commit_oid = models.CharField(max_length=64, blank=True)
    """The commit on a Hub; elsewhere the sha256 of the manifest, whose arrival completes the release."""
    tag = models.CharField(max_length=40, blank=True)
    paused_at = models.DateTimeField(null=True)
    """Somebody stopped it to go on later; until then nothing else goes there."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "endpoint", "repo_id"],
                name="published_once_per_repo",
                condition=Q(state="done", purpose="publish"),
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | (~Q(commit_oid="") & ~Q(tag="")),
                name="done_publication_has_a_commit",
            ),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete), GATES_FIRST]

    def __str__(self) -> str:
        return f"{self.release} to {self.repo_id}"

    @property
    def is_paused(self) -> bool:
        """Whether it stopped to go on later."""
        return self.paused_at is not None and self.run.state == Run.State.CANCELLED

    @property
    def current(self) -> "Publication | None":
        """The publication that readers meet where this one went when they name no release; None when they meet nothing.

        On a Hub it made the head of main; where releases lie side by side, the recipe's pointer names its release.
        """
        there = Publication.objects.at(self.endpoint, self.repo_id)
        if self.destination.is_hub:
            return there.live().first()
        mine = there.done().filter(release__recipe=self.release.recipe_id).order_by("-pk")
        newest = mine.exclude(purpose=self.Purpose.ERASE).first()
        if newest is None:
            return None
        erasures = mine.filter(purpose=self.Purpose.ERASE, release=newest.release_id, pk__gt=newest.pk)
        return None if erasures.exists() else newest

    @property
    def wanted_tag(self) -> str:
        """The tag to set: the release's own, or one that says what was done with the release for which time."""
        if self.purpose == self.Purpose.PUBLISH:
            return self.release.tag
        same = Publication.objects.at(self.endpoint, self.repo_id).filter(
            release=self.release, purpose=self.purpose, pk__lte=self.pk
        )
        word = "restored" if self.purpose == self.Purpose.RESTORE else "erased"
        return f"{self.release.tag}-{word}-{same.count()}"
