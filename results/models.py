"""What came back from training and evaluation: files, the models they tell of, and their figures."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from config.ids import uuid7
from curation.models import Domain, Scenario, Trait
from exports.models import Release

READERS = (Role.CURATORS, Role.STEWARDS)
STAYS = pgtrigger.Protect(name="reported_stays", operation=pgtrigger.Update | pgtrigger.Delete)


class ReportQuerySet(models.QuerySet["Report"]):
    """Which reports."""

    def visible_to(self, user: User) -> Self:
        """All for curators and stewards, none for anybody else."""
        return self if user.may_read_results else self.none()

    def in_force(self) -> Self:
        """Reports that nobody took back."""
        return self.filter(retraction=None)


class Report(models.Model):
    """One file that came back. The same file with the same words said about it is the same report."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    """Of the file."""
    digest = models.CharField(max_length=64, unique=True)
    """sha256 over the file's and what was said beside it: pushed again, it is found."""
    figures = models.PositiveIntegerField()
    """How many the file told."""
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reported_at = models.DateTimeField(default=timezone.now)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(figures__gt=0), name="report_tells_something"),
        ]
        triggers = [STAYS]

    def __str__(self) -> str:
        return self.file_name


class Retraction(models.Model):
    """A report that was a mistake: it stays, and counts no more."""

    report = models.OneToOneField(Report, models.PROTECT, related_name="retraction")
    reason = models.CharField(max_length=500)
    retracted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    retracted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="retraction_has_a_reason")]
        triggers = [STAYS]

    def __str__(self) -> str:
        return self.reason


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    """Which evaluations."""

    def in_force(self) -> Self:
        """Evaluations whose report nobody took back."""
        return self.filter(report__retraction=None)

    def with_release(self) -> Self:
        """Together with the name of the release, and nothing more of it."""
        heavy = ("codebook", "terms", "counts", "salt")
        return self.select_related("release__recipe").defer(*(f"release__{name}" for name in heavy))


class Evaluation(models.Model):
    """One model that was tested, at one checkpoint, as one report tells it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.ForeignKey(Report, models.PROTECT, related_name="evaluations")
    model = models.CharField(max_length=200)
    base_model = models.CharField(max_length=200)
    """What it was trained from; the model itself when it is untrained. Models of one base are compared."""
    release = models.ForeignKey(Release, models.PROTECT, null=True, related_name="evaluations")
    """What it was trained on, if that was a release of ours."""
    trained_on: "ArrayField[list[str], list[str]]" = ArrayField(models.CharField(max_length=60), default=list)
    """Slugs of domains, sorted; none for the untrained model."""
    method = models.CharField(max_length=60, blank=True)
    seed = models.PositiveIntegerField(null=True)
    step = models.PositiveIntegerField(null=True)
    """Checkpoint."""

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "model", "base_model", "release", "trained_on", "method", "seed", "step"],
                name="evaluation_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=~Q(model="") & ~Q(base_model=""), name="evaluation_names_models"
            ),
            models.CheckConstraint(
                condition=~Q(trained_on=[]) | Q(release=None), name="untrained_on_no_release"
            ),
        ]
        triggers = [STAYS]

    def __str__(self) -> str:
        return self.model

    @property
    def is_untrained(self) -> bool:
        """Whether it is what others are compared with."""
        return not self.trained_on


class Score(models.Model):
    """One figure of an evaluation: of one prompt, or a mean over several."""

    class Measure(models.TextChoices):
        TRAIT = "trait", _("Trait score")
        PERSISTENCE = "persistence", _("Share of replies that hold")
        OVER_REFUSAL = "over_refusal", _("Refuses a harmless request")
        ABILITY = "ability", _("General ability")

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="scores", db_index=False)
    measure = models.CharField(max_length=12, choices=Measure)
    domain = models.ForeignKey(Domain, models.PROTECT, null=True, related_name="+", db_index=False)
    """Of the test; null for none."""
    trait = models.ForeignKey(Trait, models.PROTECT, null=True, related_name="+", db_index=False)
    variant = models.CharField(max_length=20, choices=Scenario.Variant, blank=True)
    """Empty for a scenario as it stands."""
    pushes = models.PositiveSmallIntegerField(null=True)
    """Turns of pressure before the reply."""
    sample = models.CharField(max_length=120, blank=True)
    """The tested prompt; empty for a mean over several."""
    family = models.CharField(max_length=120, blank=True)
    """Prompts of one family resemble each other."""
    value = models.FloatField()
    n = models.PositiveIntegerField(default=1)
    stderr = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "measure", "domain", "trait", "variant", "pushes", "sample"],
                name="score_once",
                nulls_distinct=False,
            ),
            # NaN is greater than every number here.
            models.CheckConstraint(
                condition=Q(value__lte=1) & (Q(value__gte=0) | Q(measure="trait", value__gte=-100)),
                name="score_in_range",
            ),
            models.CheckConstraint(condition=Q(n__gt=0), name="score_of_something"),
            models.CheckConstraint(
                condition=Q(stderr=None) | Q(stderr__gte=0, stderr__lte=100), name="score_stderr_in_range"
            ),
            models.CheckConstraint(
                condition=Q(sample="", family="") | ~Q(family=""), name="sample_has_a_family"
            ),
        ]
        triggers = [STAYS]

    def __str__(self) -> str:
        return f"{self.measure} {self.value:g}"
