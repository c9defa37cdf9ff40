"""Links by which people come into a project."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import APPEND_ONLY
from config.ids import uuid7
from config.wording import words
from labeling.models.projects import Membership, Project


class ProjectInvitationQuerySet(models.QuerySet["ProjectInvitation"]):
    """Which invitations."""

    def open(self) -> Self:
        """Invitations whose link still lets somebody in."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now(), uses__lt=F("most_uses"))


class ProjectInvitation(models.Model):
    """A link by which people join a project in a role. Only the token's hash is stored."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=12, choices=Membership.Role, default=Membership.Role.ANNOTATOR)
    email = models.EmailField(max_length=254, blank=True)
    """Whom it is for, in lower case; empty lets anybody in who has the link."""
    token_sha256 = models.CharField(max_length=64, unique=True)
    most_uses = models.PositiveSmallIntegerField(default=1)
    uses = models.PositiveSmallIntegerField(default=0)
    """How many people came by it; raised only while it is below `most_uses`."""
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ProjectInvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(uses__lte=F("most_uses")), name="invitation_not_overused"),
            models.CheckConstraint(
                condition=Q(email="") | Q(most_uses=1), name="invitation_of_one_person_works_once"
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="terms_stay", exclude=["uses", "revoked_at"]),
        ]

    def __str__(self) -> str:
        return f"invitation into {self.project}"

    @property
    def state(self) -> str:
        """What a page says of the link."""
        if self.revoked_at:
            return words("revoked")
        if self.uses >= self.most_uses:
            return words("used")
        return words("run out") if self.expires_at <= timezone.now() else words("open")


class ProjectInvitationUse(models.Model):
    """Somebody came by a link."""

    invitation = models.ForeignKey(ProjectInvitation, models.PROTECT, related_name="came")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invitation", "user"], name="invitation_once_per_person")
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.user} came by {self.invitation}"
