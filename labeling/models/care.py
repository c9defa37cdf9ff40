"""What people set for their own good, and what they took back."""

from typing import Self
from uuid import UUID

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User
from config.ids import uuid7
from labeling.models.projects import Project
from labeling.models.verdicts import APPENDED

USUAL_BREAK_AFTER = 50
"""Minutes of reading after which a break is offered to those who set nothing."""
TELLS_MEMBERSHIPS = pgtrigger.Trigger(
    name="tells_memberships",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func="""
        UPDATE labeling_membership SET is_careful = true WHERE user_id = NEW.person_id AND NOT is_careful;
        RETURN NEW;
    """,
)


class Care(models.Model):
    """What one person wants to read, how much of it, and when they rest. Nobody else sees it."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="care"
    )
    avoided = ArrayField(models.CharField(max_length=80), default=list)
    """Content notes, in lower case, whose items they are not given."""
    sensitive_per_day = models.PositiveSmallIntegerField(null=True)
    """Items with a content note that they want to open at most."""
    sensitive_per_week = models.PositiveSmallIntegerField(null=True)
    minutes_per_day = models.PositiveSmallIntegerField(null=True)
    break_after = models.PositiveSmallIntegerField(null=True, default=USUAL_BREAK_AFTER)
    """Minutes of reading after which a break is offered; null: never."""
    paused_until = models.DateTimeField(null=True)
    quiet_until = models.DateTimeField(null=True)
    """Before this no break is offered again."""
    went_on_at = models.DateTimeField(null=True)
    """When they last chose to go on past a limit, with items that carry no note."""

    class Meta:
        triggers = [TELLS_MEMBERSHIPS]

    def __str__(self) -> str:
        return f"care of {self.person_id}"


class WithdrawalQuerySet(models.QuerySet["Withdrawal"]):
    """Which withdrawals."""

    def of(self, person: User) -> Self:
        """Those by one person."""
        return self.filter(person_sha256=person_sha256(person))

    def covering(self, project_id: UUID) -> Self:
        """Those that reach into a project."""
        return self.filter(Q(project=None) | Q(project=project_id))


class Withdrawal(models.Model):
    """Somebody took labels back. It says how many and when, and who only to those who know the person already."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person_sha256 = models.CharField(max_length=64, db_index=True)
    """Keyed with the deployment's secret, so that it means nothing elsewhere."""
    project = models.ForeignKey(Project, models.PROTECT, null=True, related_name="+")
    """Null: all projects."""
    annotations = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    objects = WithdrawalQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        triggers = [APPENDED]

    def __str__(self) -> str:
        return f"withdrawal of {self.annotations} annotations"


def person_sha256(person: User) -> str:
    """Return what stands for a person in a withdrawal."""
    return salted_hmac("labeling.withdrawal", str(person.pk), algorithm="sha256").hexdigest()
