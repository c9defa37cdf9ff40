"""Model endpoints, and what was asked of them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from config.ids import uuid7
from config.wording import words
from curation.models.responses import Response
from curation.models.scenarios import Scenario
from egress.models import Secret
from runs.models import Run


class Endpoint(models.Model):
    """Where a model answers, in the manner of OpenAI's chat completions."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120, unique=True)
    base_url = models.URLField(max_length=300)
    """Up to and including `/v1`; changing it makes the key void."""
    model = models.CharField(max_length=200)
    license = models.CharField(max_length=60, blank=True)
    """Terms of the model's maker for its outputs."""
    secret = models.ForeignKey(Secret, models.PROTECT, null=True, related_name="+")
    concurrency = models.PositiveSmallIntegerField(default=4)
    """Requests at the same time."""
    price_in = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    """For a million prompt tokens, in the deployment's currency."""
    price_out = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    """For a million tokens of the response."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(concurrency__gte=1, concurrency__lte=32), name="endpoint_concurrency_range"
            ),
            models.CheckConstraint(
                condition=Q(price_in__gte=0, price_out__gte=0), name="endpoint_prices_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Sampling(models.Model):
    """Responses asked of one endpoint: k for each of some scenarios, under a cap of cost."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.OneToOneField(Run, models.PROTECT, related_name="+")
    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="samplings")
    k = models.PositiveSmallIntegerField(default=2)
    system_prompt = models.TextField(blank=True)
    """Put before each conversation that has none of its own."""
    parameters: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    """As they are sent: temperature, top_p, max_tokens."""
    seed = models.BigIntegerField(null=True)
    """Of ordinal 0; each further ordinal adds one. Null asks without a seed."""
    budget = models.DecimalField(max_digits=16, decimal_places=6, null=True)
    """Nothing is asked that could carry the cost beyond it; null for no cap."""
    estimate = models.DecimalField(max_digits=16, decimal_places=6, default=0)
    """The most it can cost, when every response is as long as it may be."""
    cost = models.DecimalField(max_digits=16, decimal_places=6, default=0)
    """The sum over its samples, kept with each of them."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(k__gte=1, k__lte=64), name="sampling_k_range")]

    def __str__(self) -> str:
        return f"{self.k} of {self.endpoint}"


class Sample(models.Model):
    """One response asked for: one ordinal of one scenario. Answered once, and billed once."""

    class State(models.TextChoices):
        WAITING = "waiting", words("Waiting")
        STORED = "stored", words("Stored")
        FAILED = "failed", words("Failed")
        SKIPPED = "skipped", words("Skipped")
        """Left out, because it could have carried the cost beyond the budget."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sampling = models.ForeignKey(Sampling, models.PROTECT, db_index=False, related_name="samples")
    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="samples")
    ordinal = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    response = models.ForeignKey(Response, models.PROTECT, null=True, related_name="samples")
    """Two samples with the same words share a response."""
    model = models.CharField(max_length=200, blank=True)
    """As returned."""
    finish_reason = models.CharField(max_length=40, blank=True)
    prompt_tokens = models.PositiveIntegerField(null=True)
    completion_tokens = models.PositiveIntegerField(null=True)
    cost = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    """By the usage that the endpoint told; where it told none, the most that it can have been."""
    attempts = models.PositiveSmallIntegerField(default=0)
    """How often it was asked, counted before each time; being told to wait, or to bring another key, is taken back."""
    problem = models.CharField(max_length=300, blank=True)
    """Why it failed or was left out, fit for a page. Of a waiting one that was asked: what came of it; empty when the
    answer is out, or was lost with its worker."""
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sampling", "scenario", "ordinal"], name="sample_once"),
            models.CheckConstraint(
                condition=~Q(state="stored") | Q(response__isnull=False), name="stored_sample_has_a_response"
            ),
        ]
        indexes = [
            models.Index(fields=["sampling", "id"], name="sample_waiting", condition=Q(state="waiting"))
        ]

    def __str__(self) -> str:
        return f"{self.ordinal} of {self.scenario_id}: {self.state}"
