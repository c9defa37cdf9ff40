"""Tokens by which programs act for a person, and the answers they got to requests that may come again."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from config.ids import uuid7


class Scope(models.TextChoices):
    """What a token may be used for. Never more than its person may do."""

    READ = "read", _("Read what you may read")
    LABEL = "label", _("Take items and submit annotations")
    CURATE = "curate", _("Propose traits, import files, run projects")
    RELEASE = "release", _("Cut, build and publish releases")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Which tokens."""

    def visible_to(self, user: User) -> Self:
        """One's own alone, also for administrators."""
        return self.filter(user=user)

    def in_force(self) -> Self:
        """Tokens that still open something."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())


class ApiToken(models.Model):
    """A secret by which a program acts for a person. Only its hash is stored; it was shown once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=80)
    """What its person calls it."""
    prefix = models.CharField(max_length=16)
    """Its beginning, so that people find it again."""
    sha256 = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=8, choices=Scope))
    project_id = models.UUIDField(null=True)
    """The only project it reaches; null for all that its person reaches."""
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    window_at = models.DateTimeField(null=True)
    """When the minute began in which its requests are counted."""
    window_count = models.PositiveIntegerField(default=0, db_default=0)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    scopes__len__gte=1, scopes__contained_by=["read", "label", "curate", "release"]
                ),
                name="token_scopes_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def state(self) -> str:
        """Whether it opens something: active, expired or revoked."""
        if self.revoked_at:
            return "revoked"
        return "active" if self.expires_at > timezone.now() else "expired"


class KeptAnswer(models.Model):
    """The answer to a request under an idempotency key: the same request again gets the same answer."""

    token = models.ForeignKey(ApiToken, models.CASCADE, db_index=False, related_name="+")
    key = models.CharField(max_length=200)
    body_sha256 = models.CharField(max_length=64)
    """Of method, address and body: another request under the same key is refused."""
    status = models.PositiveSmallIntegerField(default=0)
    """0 while the first request is at work: nobody else ever sees that."""
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="one_answer_per_key")]
        indexes = [models.Index(fields=["created_at"], name="kept_answer_age")]

    def __str__(self) -> str:
        return self.key
