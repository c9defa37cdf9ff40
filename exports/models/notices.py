"""What happened to releases, who wants to know, and what was delivered to them."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7
from egress.models import Secret
from runs.models import Run


class News(models.Model):
    """Something that happened to a release, written down once."""

    class Kind(models.TextChoices):
        BUILT = "release.built", _("A release was built")
        PUBLISHED = "release.published", _("A release was published")
        FAILED = "release.failed", _("A build or publication failed, or waits for a person")
        GATE_FAILED = "gate.failed", _("A schedule stopped because something is wrong with its release")
        SKIPPED = "schedule.skipped", _("A schedule skipped a slot")
        TEST = "test", _("A test")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=30, choices=Kind)
    subject = models.UUIDField()
    """The run, slot or notification that it is about: once for each kind."""
    facts: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    """Forwarded as it is."""
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="news_once")]
        triggers = [pgtrigger.Protect(name="news_stay", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class ListenerQuerySet(models.QuerySet["Listener"]):
    """Which listeners."""

    def enabled(self) -> Self:
        """Those who are told."""
        return self.filter(disabled_at=None)

    def reachable(self) -> Self:
        """Those who are told and can tell that it is from us."""
        return self.enabled().exclude(kind=Listener.Kind.WEBHOOK, secret=None)


class Listener(models.Model):
    """Somebody, or some program, who is told of news."""

    class Kind(models.TextChoices):
        WEBHOOK = "webhook", _("Webhook")
        EMAIL = "email", _("E-mail")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=300)
    """A URL, or an e-mail address."""
    kinds: "ArrayField[list[str], list[str]]" = ArrayField(models.CharField(max_length=30), default=list)
    """Of news."""
    secret = models.ForeignKey(Secret, models.PROTECT, null=True, related_name="+")
    """Signs what a webhook gets; null until somebody made one, and again when the address changed."""
    failures = models.PositiveSmallIntegerField(default=0)
    """Deliveries in a row that were given up."""
    disabled_at = models.DateTimeField(null=True)
    disabled_why = models.TextField(blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ListenerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(disabled_at=None) | ~Q(disabled_why=""), name="disabled_listener_says_why"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_webhook(self) -> bool:
        """Whether it is a program."""
        return self.kind == self.Kind.WEBHOOK

    @property
    def lacks_secret(self) -> bool:
        """Whether nothing can be sent yet, since nobody could tell that it is from us."""
        return self.is_webhook and self.secret is None


class Delivery(models.Model):
    """One piece of news on its way to one listener."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    listener = models.ForeignKey(Listener, models.PROTECT, related_name="deliveries")
    news = models.ForeignKey(News, models.PROTECT, related_name="deliveries")
    run = models.OneToOneField(Run, models.PROTECT, related_name="+")
    status = models.PositiveSmallIntegerField(null=True)
    """What a webhook answered last."""
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["listener", "news"], name="delivered_once")]

    def __str__(self) -> str:
        return f"{self.news} to {self.listener}"
