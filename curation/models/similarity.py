"""Which scenarios are too close to each other, or to a benchmark."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from config.ids import uuid7
from config.wording import words
from curation.models.scenarios import Scenario


class Signature(models.Model):
    """The MinHash of a scenario's text, and the bands by which neighbours are found."""

    scenario = models.OneToOneField(Scenario, models.CASCADE, primary_key=True, related_name="signature")
    values = models.BinaryField()
    """Unsigned 32-bit numbers, little-endian: `curation.similarity`."""
    bands = ArrayField(models.BigIntegerField())
    """Keys that it answers to. Of a key that many share, only the oldest scenarios answer to it."""
    method = models.PositiveSmallIntegerField(default=1)
    """Of `curation.similarity`: signatures of two methods are not compared."""

    class Meta:
        # Every look-up would have to read what waits in a pending list, so there is none.
        indexes = [GinIndex(fields=["bands"], name="signature_bands", fastupdate=False)]

    def __str__(self) -> str:
        return f"signature of {self.scenario_id}"


class NearDuplicateQuerySet(models.QuerySet["NearDuplicate"]):
    """Which pairs."""

    def open(self) -> Self:
        """Pairs that wait for a decision: both scenarios are there, and nobody has said that they differ or stay."""
        removals = Removal.objects.filter(Q(scenario=OuterRef("first")) | Q(scenario=OuterRef("second")))
        return self.filter(~Exists(removals), is_dismissed=False, is_kept=False)

    def decided(self) -> Self:
        """Pairs about which somebody has decided."""
        return self.filter(Q(is_dismissed=True) | Q(is_kept=True))

    def of_cluster(self, cluster: object) -> Self:
        """Pairs within one cluster."""
        return self.filter(first__family__cluster=cluster, second__family__cluster=cluster)

    def with_scenarios(self) -> Self:
        """Pairs with what their pages show of both scenarios."""
        parts = ("family", "domain", "removal")
        whole = self.select_related(*(f"{side}__{part}" for side in ("first", "second") for part in parts))
        return whole.select_related("dismissed_by").defer(
            *(f"{side}__{part}" for side in ("first", "second") for part in ("rendered", "original"))
        )


class NearDuplicate(models.Model):
    """Two scenarios that say nearly the same. The lower id stands first."""

    class Kind(models.TextChoices):
        NORMALISED = "normalised", words("Normalised")
        """The same but for case, spaces and signs."""
        NEAR = "near", words("Near")

    first = models.ForeignKey(Scenario, models.CASCADE, related_name="+")
    second = models.ForeignKey(Scenario, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    similarity = models.FloatField()
    """Jaccard index of their shingles, 0 to 1."""
    is_dismissed = models.BooleanField(default=False)
    """Someone looked and found them different: they leave no cluster together."""
    is_kept = models.BooleanField(default=False, db_default=False)
    """Someone looked and keeps both, in one cluster."""
    is_straddling = models.BooleanField(default=False, db_default=False)
    """Their pools were frozen as different ones before they were found, so no cluster joins them."""
    dismissed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    found_at = models.DateTimeField(default=timezone.now)

    objects = NearDuplicateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="near_duplicate_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="near_duplicate_in_order"),
            models.CheckConstraint(
                condition=Q(is_dismissed=False) | Q(is_kept=False), name="near_duplicate_one_decision"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="near_duplicate_straddling", condition=Q(is_straddling=True))
        ]

    def __str__(self) -> str:
        return f"{self.first_id} is near {self.second_id}"

    @property
    def percent(self) -> int:
        """How much the shingles overlap, rounded down."""
        return int(self.similarity * 100)

    @property
    def is_decided(self) -> bool:
        """Whether somebody has decided about it."""
        return self.is_dismissed or self.is_kept


class Removal(models.Model):
    """A scenario that is taken out: no new items, and no rows in the next release."""

    class Reason(models.TextChoices):
        DUPLICATE = "duplicate", words("Duplicate")
        CONTAMINATION = "contamination", words("Contamination")
        REQUEST = "request", words("Request")
        OTHER = "other", words("Other")

    scenario = models.OneToOneField(Scenario, models.PROTECT, related_name="removal")
    reason = models.CharField(max_length=16, choices=Reason)
    note = models.TextField(blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.scenario_id}: {self.reason}"


class Benchmark(models.Model):
    """Texts that other people test models with, kept as hashes of their n-grams only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120, unique=True)
    note = models.TextField(blank=True)
    n = models.PositiveSmallIntegerField(default=8)
    """Words in a gram."""
    entries = models.PositiveIntegerField(default=0)
    grams_total = models.PositiveBigIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    """Whether scenarios are held against it; false while its texts are being read."""
    active_since = models.DateTimeField(null=True)
    """When it was last switched on: what was checked before that is checked again."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class BenchmarkGram(models.Model):
    """The hash of one n-gram of a benchmark."""

    benchmark = models.ForeignKey(Benchmark, models.CASCADE, db_index=False, related_name="grams")
    value = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["value", "benchmark"], name="benchmark_gram_once")]

    def __str__(self) -> str:
        return str(self.value)


class BenchmarkCheck(models.Model):
    """When a scenario was last held against all benchmarks that were active then."""

    scenario = models.OneToOneField(
        Scenario, models.CASCADE, primary_key=True, related_name="benchmark_check"
    )
    checked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.scenario_id} at {self.checked_at:%Y-%m-%d %H:%M}"


class Contamination(models.Model):
    """How much of a scenario stands in a benchmark."""

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="contaminations")
    benchmark = models.ForeignKey(Benchmark, models.CASCADE, related_name="findings")
    coverage = models.FloatField()
    """Share of the scenario's n-grams that the benchmark holds, 0 to 1."""
    checked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scenario", "benchmark"], name="contamination_once")]

    def __str__(self) -> str:
        return f"{self.coverage:.0%} of {self.scenario_id} in {self.benchmark_id}"

    @property
    def percent(self) -> int:
        """How much of the scenario stands in the benchmark, rounded down."""
        return int(self.coverage * 100)


class Dismissal(models.Model):
    """Someone looked at a finding of contamination and keeps the scenario, with a reason."""

    contamination = models.OneToOneField(Contamination, models.CASCADE, related_name="dismissal")
    reason = models.TextField()
    dismissed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        triggers = [pgtrigger.Protect(name="words_stay", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return self.reason[:80]
