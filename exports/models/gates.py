"""Whether a release may leave: what each gate found, who waived it, and what was looked at by hand."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone

from config.ids import uuid7
from config.wording import from_json, words
from curation.models import Response, Scenario
from exports.models.guards import KEPT, RESULTS_IN_TIME, WAIVED_BY_ANOTHER
from exports.models.recipes import Recipe
from exports.models.releases import Release
from exports.released import annotations_of
from labeling.models import Annotation, Project

LEAST_REASON = 30
"""Characters that a reason for a waiver takes."""


class Gate(models.TextChoices):
    """What a release must pass before it is published, in the order of its page and card."""

    ANNOTATORS = "annotators", words("Enough people per pair")
    AGREEMENT = "agreement", words("Agreement on factual criteria")
    GOLD = "gold", words("Accuracy on gold items")
    ADJUDICATION = "adjudication", words("Contested items settled")
    LEAKS = "leaks", words("No family or near-duplicate in two pools or splits")
    CONTAMINATION = "contamination", words("Not in a known benchmark")
    PERSONAL_DATA = "personal_data", words("Personal data")
    IDENTITY = "identity", words("No response names its model")
    POSITION = "position", words("Position bias")
    LENGTH = "length", words("Length bias")
    LICENSES = "licenses", words("Licenses known")
    CONSENT = "consent", words("Consent current")
    DEMOGRAPHICS = "demographics", words("Nobody stands out by their bands")
    CANARIES = "canaries", words("Canaries in what is held out")


class Thresholds(models.Model):
    """How strict the gates of a recipe are. A release keeps those of its cut; a recipe without a row has the defaults."""

    recipe = models.OneToOneField(Recipe, models.CASCADE, primary_key=True, related_name="thresholds")
    annotators = models.PositiveSmallIntegerField(default=2)
    """Fewest people who could judge a released pair."""
    alpha_permille = models.PositiveSmallIntegerField(default=667)
    """Lowest alpha of a factual criterion."""
    gold_percent = models.PositiveSmallIntegerField(default=70)
    """Lowest share of answers to gold items that point the way of the reference."""
    position_points = models.PositiveSmallIntegerField(default=5)
    """How far, in points of percent, the share of preferences for what was shown first may lie from a half."""
    length_points = models.PositiveSmallIntegerField(default=10)
    """The same of preferences for the longer response."""
    identity_leaks = models.PositiveIntegerField(default=0)
    """Most responses that may name their own model."""
    band_people = models.PositiveSmallIntegerField(default=5)
    """Fewest people who share the released bands of each."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(annotators__gte=1, alpha_permille__lte=1000, gold_percent__lte=100)
                & Q(position_points__lte=50, length_points__lte=50, band_people__gte=2),
                name="thresholds_in_range",
            )
        ]

    def __str__(self) -> str:
        return f"thresholds of {self.recipe}"


class CardText(models.Model):
    """What the card of a recipe's releases says that no row knows. A release keeps the words of its cut."""

    recipe = models.OneToOneField(Recipe, models.CASCADE, primary_key=True, related_name="card_text")
    pay = models.TextField(blank=True)
    """How annotators were paid or thanked."""
    care = models.TextField(blank=True)
    """How they were looked after, beyond what Arete does by itself."""
    limits = models.TextField(blank=True)
    """What the data can't be relied on for."""
    contact = models.CharField(max_length=200, blank=True)
    """Where people write who want something taken out; published."""

    def __str__(self) -> str:
        return f"card of {self.recipe}"


class GateResultQuerySet(models.QuerySet["GateResult"]):
    """Which results."""

    def in_force(self) -> Self:
        """Those of the newest check of each release."""
        newest = GateResult.objects.filter(release=OuterRef("release")).order_by("-attempt")
        return self.filter(attempt=Subquery(newest.values("attempt")[:1])).order_by("pk")

    def failed(self) -> Self:
        """Those that keep a release in the house unless they are waived."""
        return self.filter(status=GateResult.Status.FAILED)

    def open(self) -> Self:
        """Those that fail, and that nobody waived at this figure."""
        waived = Waiver.objects.filter(
            request__result__release=OuterRef("release"),
            request__result__gate=OuterRef("gate"),
            request__result__figure=OuterRef("figure"),
            request__result__needed=OuterRef("needed"),
        )
        return self.in_force().failed().filter(~Exists(waived))


class GateResult(models.Model):
    """What one gate found at one check of a release. The newest check counts."""

    class Status(models.TextChoices):
        PASSED = "passed"
        FAILED = "failed"
        NOT_APPLICABLE = "not applicable"

    release = models.ForeignKey(Release, models.PROTECT, related_name="gate_results", db_index=False)
    attempt = models.PositiveSmallIntegerField()
    """Which check of the release, from 1."""
    gate = models.CharField(max_length=16, choices=Gate)
    status = models.CharField(max_length=16, choices=Status)
    figure = models.CharField(max_length=400)
    """What was found, or why nothing could be, for people."""
    needed = models.CharField(max_length=120)
    next_step = models.CharField(max_length=400, blank=True)
    wording: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(
        default=dict, db_default={}
    )
    """What those texts were put together from, so that a page can say them in the reader's language."""
    project = models.ForeignKey(Project, models.PROTECT, null=True, related_name="+", db_index=False)
    """Where the next step is taken, when it is in one project."""
    checked_at = models.DateTimeField(default=timezone.now)

    objects = GateResultQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "attempt", "gate"], name="gate_once_per_check"),
            models.CheckConstraint(
                condition=~Q(status="failed") | ~Q(next_step=""), name="failed_gate_has_a_next_step"
            ),
        ]
        triggers = [KEPT, RESULTS_IN_TIME]

    def __str__(self) -> str:
        return f"{self.gate} {self.status}"

    @property
    def said(self) -> dict[str, str]:
        """Its texts, as `Words` where they were put together from some."""
        plain = {"figure": self.figure, "needed": self.needed, "next_step": self.next_step}
        return {name: from_json(self.wording.get(name, text)) for name, text in plain.items()}

    @property
    def may_be_waived(self) -> bool:
        """Whether a steward can answer for it. Nobody can for people who did not agree."""
        return self.status == self.Status.FAILED and self.gate != Gate.CONSENT


class WaiverRequest(models.Model):
    """A steward asks that a release may leave in spite of a gate, and says why."""

    result = models.ForeignKey(GateResult, models.PROTECT, related_name="requests")
    reason = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=GreaterThanOrEqual(Length("reason"), LEAST_REASON),
                name="waiver_reason_says_something",
            ),
            models.UniqueConstraint(fields=["result", "asked_by"], name="waiver_asked_once"),
        ]
        triggers = [KEPT]

    def __str__(self) -> str:
        return self.reason[:80]


class Waiver(models.Model):
    """Another steward answers for it. It stands in the card, under their name."""

    request = models.OneToOneField(WaiverRequest, models.PROTECT, related_name="waiver")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        triggers = [KEPT, WAIVED_BY_ANOTHER]

    def __str__(self) -> str:
        return f"waiver by {self.approved_by}"


class ReleaseMeasures(models.Model):
    """What was measured over the frozen rows of a release, once, for its gates, card and figures."""

    release = models.OneToOneField(Release, models.PROTECT, primary_key=True, related_name="measures")
    values: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField()

    class Meta:
        triggers = [KEPT]

    def __str__(self) -> str:
        return f"measures of {self.release}"


class FindingQuerySet(models.QuerySet["Finding"]):
    """Which findings."""

    def in_release(self, release: Release) -> Self:
        """Those in texts that a release holds."""
        return self.filter(
            Q(scenario__in=release.prompts.order_by().values("scenario"))
            | Q(response__in=release.responses.order_by().values("response"))
            | Q(annotation__in=annotations_of(release.pk))
            | ~Q(part="") & Q(pk__in=FindingPlace.objects.filter(release=release).values("finding"))
        )

    def open(self) -> Self:
        """Those that nobody has looked at."""
        return self.filter(review=None)


class Finding(models.Model):
    """A passage that looks like personal data or a key, in a text that was to be released. The text stays where it is."""

    class Kind(models.TextChoices):
        EMAIL = "email", words("E-mail address")
        PHONE = "phone", words("Phone number")
        NAME = "name", words("Name of a person")
        ADDRESS = "address", words("Street address")
        CARD = "card", words("Card number")
        IBAN = "iban", words("Bank account")
        NATIONAL_ID = "national_id", words("National id")
        KEY = "key", words("Key or token")

    class Part(models.TextChoices):
        """Texts that a release keeps a copy of, since theirs may change: they are known by their hash."""

        IDEAL = "ideal", words("Ideal response")
        CRITERION = "criterion", words("Criterion")
        ABOUT = "about", words("Source, terms or parameters")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    scenario = models.ForeignKey(Scenario, models.PROTECT, null=True, related_name="+")
    turn = models.SmallIntegerField(null=True)
    """Of a scenario: index in `messages`, or -1 for the system prompt."""
    response = models.ForeignKey(Response, models.PROTECT, null=True, related_name="+")
    annotation = models.ForeignKey(Annotation, models.PROTECT, null=True, related_name="+")
    """In its words, see `exports.released.words_of`."""
    part = models.CharField(max_length=10, choices=Part, default="", db_default="", blank=True)
    """Empty for a text that is in one of those rows."""
    text_sha256 = models.CharField(max_length=64, default="", db_default="", blank=True)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    found_at = models.DateTimeField(default=timezone.now)

    objects = FindingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "scenario",
                    "turn",
                    "response",
                    "annotation",
                    "part",
                    "text_sha256",
                    "kind",
                    "start",
                    "end",
                ],
                name="finding_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(start__lt=F("end")), name="finding_not_empty"),
            models.CheckConstraint(
                condition=Q(
                    scenario__isnull=False, turn__isnull=False, response=None, annotation=None, part=""
                )
                | Q(scenario=None, turn=None, response__isnull=False, annotation=None, part="")
                | Q(scenario=None, turn=None, response=None, annotation__isnull=False, part="")
                | Q(scenario=None, turn=None, response=None, annotation=None)
                & ~Q(part="")
                & ~Q(text_sha256=""),
                name="finding_is_in_one_text",
            ),
        ]
        triggers = [KEPT]

    def __str__(self) -> str:
        return f"{self.kind} at {self.start}"


class FindingPlace(models.Model):
    """A config of a release in which the text of a finding stands, with one of its rows."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="+", db_index=False)
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="places")
    config = models.CharField(max_length=20, blank=True)
    """Empty: every config with rows of that prompt."""
    row_id = models.CharField(max_length=40)
    """The `id` of the first of them; of the prompt, where it is every config."""
    rows = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "finding", "config"], name="finding_place_once")
        ]
        triggers = [KEPT]

    def __str__(self) -> str:
        return f"{self.config} {self.row_id}"


class FindingReview(models.Model):
    """A steward looked at a finding and lets its text leave, and says why."""

    class Verdict(models.TextChoices):
        INVENTED = "invented", words("Invented, or a placeholder")
        PUBLIC = "public", words("Published by its owner, such as a hotline")
        NOT_PERSONAL = "not personal", words("No personal data at all")

    finding = models.OneToOneField(Finding, models.PROTECT, related_name="review")
    verdict = models.CharField(max_length=12, choices=Verdict)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        triggers = [KEPT]

    def __str__(self) -> str:
        return self.verdict
