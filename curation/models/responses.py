"""Candidate answers with their provenance."""

from typing import Any, Self

import pgtrigger
from django.db import models
from django.utils import timezone

from accounts.models import User
from config.ids import uuid7
from curation.models.imports import Import
from curation.models.scenarios import Scenario


class ResponseQuerySet(models.QuerySet["Response"]):
    """Which responses."""

    def visible_to(self, user: User) -> Self:
        """All for those who curate: who made a response is nothing for people who label it."""
        return self if user.may_curate else self.none()


class Response(models.Model):
    """A candidate answer to a scenario. Its text never changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scenario = models.ForeignKey(Scenario, models.PROTECT, db_index=False, related_name="responses")
    text = models.TextField()
    text_sha256 = models.CharField(max_length=64)
    model = models.CharField(max_length=200, blank=True)
    """As returned by the endpoint; empty when unknown."""
    model_revision = models.CharField(max_length=120, blank=True)
    parameters: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    seed = models.BigIntegerField(null=True)
    prompt_tokens = models.PositiveIntegerField(null=True)
    completion_tokens = models.PositiveIntegerField(null=True)
    generated_at = models.DateTimeField(null=True)
    finish_reason = models.CharField(max_length=40, blank=True)
    license = models.CharField(max_length=60, blank=True)
    """Terms of the model's maker, as a license id or short text."""
    leaks_identity = models.BooleanField(default=False)
    """Whether the text names its own model or maker: `curation.text.naming`, or a person who looked."""
    is_sanitised = models.BooleanField(default=False)
    original: "models.BinaryField[bytes | None, bytes | None]" = models.BinaryField(null=True)
    """The bytes as they came, when sanitising changed them."""
    rendered_html: "models.TextField[str | None, str | None]" = models.TextField(null=True)  # noqa: DJ001 - null says: not rendered yet.
    """Sanitised HTML with numbered sentences and no letter; null until the render run reached it."""
    sentences: "models.JSONField[list[list[int]] | None, list[list[int]] | None]" = models.JSONField(
        null=True
    )
    """[start, end] offsets into `text`, one per sentence, in order."""
    renderer_version = models.PositiveSmallIntegerField(default=0)
    words = models.PositiveIntegerField(default=0)
    imported_by = models.ForeignKey(
        Import, models.PROTECT, null=True, db_index=False, related_name="responses"
    )
    written_by = models.ForeignKey(User, models.PROTECT, null=True, db_index=False, related_name="+")
    """Who wrote it by hand; null for what a model said."""
    created_at = models.DateTimeField(default=timezone.now)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scenario", "text_sha256"], name="response_text_once")]
        indexes = [
            models.Index(fields=["id"], name="response_marked", condition=models.Q(leaks_identity=True))
        ]
        triggers = [
            pgtrigger.ReadOnly(name="text_stays", fields=["text", "text_sha256", "scenario", "model"]),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.text[:80]
