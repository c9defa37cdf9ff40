"""What was measured of a project: figures that are appended, and tallies that pages read instead of counting."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from config.ids import uuid7
from config.wording import words
from curation.models import Criterion, Domain, TraitVersion
from labeling.gates import Gate, gate
from labeling.models.items import Item
from labeling.models.projects import Project
from labeling.models.verdicts import APPENDED
from runs.models import Run


class VerdictKind(models.TextChoices):
    """Which table of verdicts a figure is about."""

    PREFERENCE = "preference", words("Preference")
    RATING = "rating", words("Rating")
    MARK = "mark", words("Mark")
    RANK = "rank", words("Rank")
    OUTSIDE = "outside", words("Preference of outside annotators")
    """Overall preferences of people without an account, among themselves."""
    TOGETHER = "together", words("Preference of members and outside annotators")
    """The same beside the overall preferences that count here."""


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    """Which measurements."""

    def of(self, project: Project) -> Self:
        """Those of a project, the newest first."""
        return self.filter(project=project).order_by("-pk")

    def complete(self) -> Self:
        """Those that came to their end; of the others nothing is shown."""
        return self.exclude(completed_at=None)


class Measurement(models.Model):
    """One time that a project was measured, by one run."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="measurements")
    run = models.OneToOneField(Run, models.PROTECT, related_name="+")
    done = models.PositiveBigIntegerField()
    """What the members' counters said when it was asked for: the same again means that nothing is new."""
    annotations = models.PositiveBigIntegerField(default=0)
    """How many counted."""
    median_ms = models.PositiveIntegerField(null=True)
    """Half of the annotations took longer; null where there is none."""
    created_at = models.DateTimeField(default=timezone.now)
    completed_at = models.DateTimeField(null=True)

    objects = MeasurementQuerySet.as_manager()

    def __str__(self) -> str:
        return f"measurement of {self.project}"


class AgreementReport(models.Model):
    """One statistic of one kind of verdict within one scope."""

    class Statistic(models.TextChoices):
        ALPHA = "krippendorff_alpha", words("Krippendorff’s alpha")
        PERCENT = "percent_agreement", words("Percent agreement")
        AC1 = "gwet_ac1", words("Gwet’s AC1")
        FLEISS = "fleiss_kappa", words("Fleiss’ kappa")
        WEIGHTED_KAPPA = "weighted_kappa", words("Weighted kappa")
        POSITION_BIAS = "position_bias", words("Position bias")
        LENGTH_BIAS = "length_bias", words("Length bias")
        SELF_CONSISTENCY = "self_consistency", words("Self-consistency")

    measurement = models.ForeignKey(Measurement, models.PROTECT, db_index=False, related_name="agreement")
    verdict = models.CharField(max_length=10, choices=VerdictKind)
    statistic = models.CharField(max_length=20, choices=Statistic)
    scale = models.CharField(max_length=8, blank=True)
    """nominal or ordinal; empty where the statistic knows no scale."""
    trait_version = models.ForeignKey(
        TraitVersion, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    """Null: the overall preference, a ranking, or criteria without a trait."""
    domain = models.ForeignKey(Domain, models.PROTECT, null=True, db_index=False, related_name="+")
    """Null: all domains together. So it is with criteria and annotators."""
    criterion = models.ForeignKey(Criterion, models.PROTECT, null=True, db_index=False, related_name="+")
    annotator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    """Of agreement: with everybody else."""
    value: "models.FloatField[float | None, float | None]" = models.FloatField(null=True)
    low: "models.FloatField[float | None, float | None]" = models.FloatField(null=True)
    high: "models.FloatField[float | None, float | None]" = models.FloatField(null=True)
    """Ends of the 95 % interval; null where one family is all there is."""
    undefined = models.TextField(blank=True)
    """Why there is no value."""
    units = models.PositiveBigIntegerField()
    """Judged by two or more; of a bias: verdicts that were no tie."""
    annotators = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "measurement",
                    "verdict",
                    "statistic",
                    "trait_version",
                    "domain",
                    "criterion",
                    "annotator",
                ],
                name="figure_once_per_scope",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(value=None) & ~Q(undefined="") | Q(value__isnull=False, undefined=""),
                name="figure_or_reason",
            ),
            models.CheckConstraint(
                condition=Q(low=None, high=None) | Q(low__lte=models.F("high")),
                name="figure_interval_ordered",
            ),
        ]
        indexes = [
            # What the dashboard reads first; figures by domain, criterion and annotator are many more.
            models.Index(
                fields=["measurement"],
                name="figure_headline",
                condition=Q(domain=None, criterion=None, annotator=None),
            )
        ]
        triggers = [APPENDED]

    def __str__(self) -> str:
        return f"{self.statistic} {self.value}"

    @property
    def gate(self) -> Gate | None:
        """How far a factual criterion can be relied on; None for what is reported and never gated."""
        is_gated = self.verdict == VerdictKind.MARK and self.statistic == self.Statistic.ALPHA
        return gate(self.value) if is_gated else None


class Distribution(models.Model):
    """How often each answer was given to one kind of question."""

    measurement = models.ForeignKey(Measurement, models.PROTECT, db_index=False, related_name="distributions")
    verdict = models.CharField(max_length=10, choices=VerdictKind)
    trait_version = models.ForeignKey(
        TraitVersion, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    counts = ArrayField(models.PositiveBigIntegerField())
    """Of strengths -3 to 3; of ratings 0 to 4; of marks met, not met, unsure."""
    both_bad = models.PositiveBigIntegerField(default=0)
    cannot_judge = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measurement", "verdict", "trait_version"],
                name="distribution_once",
                nulls_distinct=False,
            )
        ]
        triggers = [APPENDED]

    def __str__(self) -> str:
        return f"{self.verdict} {self.counts}"


class DividedItem(models.Model):
    """An item of which people think very differently, among those with the most different answers."""

    measurement = models.ForeignKey(Measurement, models.PROTECT, db_index=False, related_name="divided_items")
    item = models.ForeignKey(Item, models.PROTECT, db_index=False, related_name="+")
    trait_version = models.ForeignKey(
        TraitVersion, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    """Null: the overall preference."""
    spread = models.FloatField()
    """Standard deviation of the strengths."""
    votes = ArrayField(models.PositiveIntegerField(), size=7)
    """How many gave each strength, -3 to 3 in canonical order."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measurement", "item", "trait_version"],
                name="divided_item_once",
                nulls_distinct=False,
            )
        ]
        triggers = [APPENDED]

    def __str__(self) -> str:
        return f"spread {self.spread}"


class QueueHealth(models.Model):
    """How the items of one domain are getting on."""

    measurement = models.ForeignKey(Measurement, models.PROTECT, db_index=False, related_name="queues")
    domain = models.ForeignKey(Domain, models.PROTECT, null=True, db_index=False, related_name="+")
    """Null: items without a domain."""
    items = models.PositiveBigIntegerField()
    waiting = models.PositiveBigIntegerField()
    """Items that still have a free place."""
    oldest_at = models.DateTimeField(null=True)
    """When the oldest of them was made."""
    handed_out = models.PositiveBigIntegerField()
    skipped = models.PositiveBigIntegerField()
    recent = models.PositiveBigIntegerField()
    """Annotations of the last seven days."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measurement", "domain"], name="queue_once_per_domain", nulls_distinct=False
            )
        ]
        triggers = [APPENDED]

    def __str__(self) -> str:
        return f"{self.waiting} wait"


class GoldStanding(models.Model):
    """How far one person's first answers agree with the reference labels, in all and of late."""

    measurement = models.ForeignKey(
        Measurement, models.PROTECT, db_index=False, related_name="gold_standings"
    )
    annotator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+")
    answers = models.PositiveIntegerField()
    same = models.PositiveIntegerField()
    """Answers that point the same way: to the same response, or a tie to a tie."""
    recent = models.PositiveIntegerField()
    """Answers of the last four weeks before the measurement."""
    recent_same = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["measurement", "annotator"], name="gold_standing_once"),
            models.CheckConstraint(
                condition=Q(same__lte=F("answers"))
                & Q(recent__lte=F("answers"))
                & Q(recent_same__lte=F("recent")),
                name="gold_standing_adds_up",
            ),
        ]
        triggers = [APPENDED]

    def __str__(self) -> str:
        return f"{self.same} of {self.answers}"


class DailyCount(models.Model):
    """What one person did on one day; counted anew with each measurement."""

    project = models.ForeignKey(Project, models.CASCADE, db_index=False, related_name="+")
    day = models.DateField()
    annotator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+")
    trait_version = models.ForeignKey(
        TraitVersion, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    """Null: whole annotations."""
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "day", "annotator", "trait_version"],
                name="counted_once_a_day",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.count} on {self.day}"


class Deadline(models.Model):
    """A lead says by when a project shall be done; the newest row counts."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="deadlines")
    due_on = models.DateField(null=True)
    """Null takes an earlier one back."""
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        triggers = [pgtrigger.Protect(name="appended_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"due on {self.due_on}"
