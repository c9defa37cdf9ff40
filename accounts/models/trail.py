"""The audit trail: what people did with their rights."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from accounts.models.people import APPEND_ONLY, Role, User

AUDIT_HASH = """encode(sha256(convert_to(jsonb_build_array(
    {row}.id, {row}.previous_hash, to_char({row}.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), {row}.actor_id,
    {row}.act, {row}.object_type, {row}.object_id, {row}.detail, {row}.address)::text, 'UTF8')), 'hex')"""
"""SQL for the hash of one audit event; `{row}` stands for its row."""
CHAINED = pgtrigger.Trigger(
    name="chained",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    declare=[("newest", "accounts_auditevent%ROWTYPE")],
    # One at a time, and the id given under the lock, so that ids follow the chain.
    func=f"""
        PERFORM pg_advisory_xact_lock(hashtext('accounts_auditevent'));
        SELECT * INTO newest FROM accounts_auditevent ORDER BY id DESC LIMIT 1;
        NEW.id = coalesce(newest.id, 0) + 1;
        NEW.previous_hash = coalesce(newest.hash, '');
        NEW.hash = {AUDIT_HASH.format(row="NEW")};
        RETURN NEW;
    """,  # noqa: S608 - only our own constant is put in.
)


NOBODY = "-"
"""Asks for what the house did by itself."""


def ids_in(text: str) -> list[UUID]:
    """Return the id that a text is; none when it is something else."""
    try:
        return [UUID(text)]
    except ValueError:
        return []


def people_called(who: str) -> models.QuerySet[User]:
    """Return the people with this e-mail, name or id."""
    named = models.Q(email=who.lower()) | models.Q(name__iexact=who)
    return User.objects.filter(named | models.Q(pk__in=ids_in(who)))


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Which events."""

    def visible_to(self, user: User) -> Self:
        """The one door through which views reach the trail: administrators', and nobody else's."""
        return self if user.has_role(Role.ADMINISTRATORS) else self.none()

    def by(self, who: str) -> Self:
        """Events whose actor has this e-mail, name or id; the house's own for a dash."""
        return self.filter(actor=None) if who == NOBODY else self.filter(actor__in=people_called(who))

    def about(self, what: str) -> Self:
        """Events about an object, by its id or its kind."""
        return self.filter(models.Q(object_id=what) | models.Q(object_type=what.lower()))

    def named(self, act: str) -> Self:
        """Events whose act begins so: `trait_version.` or `trait_version.published`."""
        return self.filter(act__startswith=act)


class AuditEvent(models.Model):
    """A privileged act: who, what, to what, when, from where. Append-only, each row hashes the one before."""

    at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    act = models.CharField(max_length=80)
    object_type = models.CharField(max_length=80)
    object_id = models.CharField(max_length=64)
    detail: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    address = models.CharField(max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)
    """Over all of the row and the hash before; the database fills both in."""

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        triggers = [APPEND_ONLY, CHAINED]
        indexes = [
            models.Index(fields=["act"], opclasses=["varchar_pattern_ops"], name="audit_act"),
            models.Index(fields=["object_id"], name="audit_object"),
            models.Index(fields=["at"], name="audit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.object_type} {self.object_id}"


class AuditCheck(models.Model):
    """The whole chain was looked at, link by link."""

    at = models.DateTimeField(default=timezone.now)
    up_to = models.BigIntegerField()
    """The newest event that there was."""
    broken = ArrayField(models.BigIntegerField(), default=list)
    """The events at which the chain is broken; empty when all is well."""

    class Meta:
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"check up to {self.up_to}"
