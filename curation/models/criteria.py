"""Criteria and the rubrics they make."""

from collections.abc import Collection
from typing import Self
from uuid import UUID, uuid4

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from config.ids import uuid7
from config.wording import words
from curation.models.responses import Response
from curation.models.reviews import APPENDED
from curation.models.scenarios import Scenario
from curation.models.traits import TraitVersion

REFUSE_IN_PUBLISHED_VERSION = pgtrigger.Trigger(
    name="shared_criteria_of_published_version",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Delete,
    func="""
        IF coalesce(NEW.scenario_id, OLD.scenario_id) IS NULL AND EXISTS (
            SELECT 1 FROM curation_traitversion
            WHERE id = coalesce(NEW.version_id, OLD.version_id) AND state IN ('published', 'retired')
        ) THEN
            RAISE EXCEPTION 'a published trait version keeps its criteria' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN coalesce(NEW, OLD);
    """,
)


class CriterionQuerySet(models.QuerySet["Criterion"]):
    """Which criteria."""

    def published(self) -> Self:
        """Criteria that count in a rubric."""
        return self.filter(state=Criterion.State.PUBLISHED)

    def shared(self) -> Self:
        """Criteria that may be attached to scenarios."""
        return self.filter(scenario=None)

    def rubric_of(self, scenario: Scenario) -> Self:
        """The published criteria of a scenario: its own, then the shared ones that were voted in."""
        attached = Q(proposals__scenario=scenario, proposals__state=Proposal.State.ATTACHED)
        return self.published().filter(Q(scenario=scenario) | attached).order_by("scenario", "position", "id")

    def rubrics_of(self, scenarios: Collection[UUID]) -> dict[UUID, list["Criterion"]]:
        """Return the rubrics of many scenarios, each in the order of `rubric_of`."""
        rubrics: dict[UUID, list[Criterion]] = {scenario: [] for scenario in scenarios}
        ordered = self.published().order_by("position", "id")
        for criterion in ordered.filter(scenario__in=scenarios):
            rubrics[criterion.scenario_id].append(criterion)  # type: ignore[index]  # the filter leaves no null
        attached = Proposal.objects.filter(scenario__in=scenarios, state=Proposal.State.ATTACHED)
        shared = ordered.in_bulk(list(attached.values_list("criterion", flat=True)))
        pairs = [
            (scenario, shared[each])
            for scenario, each in attached.values_list("scenario", "criterion")
            if each in shared
        ]
        for scenario, criterion in sorted(pairs, key=lambda pair: (pair[1].position, pair[1].pk)):
            rubrics[scenario].append(criterion)
        return rubrics


class Criterion(models.Model):
    """One checkable statement with signed points, in one numbered wording."""

    class State(models.TextChoices):
        DRAFT = "draft", words("Draft")
        PUBLISHED = "published", words("Published")
        RETIRED = "retired", words("Retired")

    class Kind(models.TextChoices):
        MUST = "must", words("Must")
        SHOULD = "should", words("Should")
        PITFALL = "pitfall", words("Pitfall")

    class Framing(models.TextChoices):
        POSITIVE = "positive", words("Positive")
        """Says what is there when all is well."""
        NEGATIVE = "negative", words("Negative")
        """Says what is there when something went wrong; met when it happens."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.UUIDField(default=uuid4)
    """The same through all wordings: `criterion_id` in releases."""
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    version = models.ForeignKey(TraitVersion, models.PROTECT, null=True, related_name="criteria")
    """The trait version it checks; null for what came without a trait."""
    scenario = models.ForeignKey(Scenario, models.PROTECT, null=True, related_name="criteria")
    """Null for a shared criterion, which is attached by proposal and vote."""
    text = models.TextField()
    points = models.DecimalField(max_digits=5, decimal_places=2)
    """-10 to 10, never 0."""
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.SHOULD)
    axis = models.CharField(max_length=60, blank=True)
    """For instance accuracy, completeness, communication; HealthBench writes it as a tag `axis:…`."""
    framing = models.CharField(max_length=8, choices=Framing, default=Framing.POSITIVE)
    tags = ArrayField(models.CharField(max_length=200), default=list)
    position = models.PositiveSmallIntegerField(default=0)
    agreement: "models.FloatField[float | None, float | None]" = models.FloatField(null=True)
    """Alpha of a shared criterion in its last pilot; null when nobody measured it."""
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = CriterionQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "criteria"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], name="criterion_number"),
            models.UniqueConstraint(
                fields=["key"], name="one_published_wording", condition=Q(state="published")
            ),
            models.CheckConstraint(
                condition=Q(points__gte=-10, points__lte=10) & ~Q(points=0), name="criterion_points_range"
            ),
        ]
        triggers = [
            REFUSE_IN_PUBLISHED_VERSION,
            pgtrigger.Protect(
                name="published_wording",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state <> 'draft' AND to_jsonb(OLD) - 'state' - 'agreement' - 'position'"
                    " IS DISTINCT FROM to_jsonb(NEW) - 'state' - 'agreement' - 'position'"
                ),
            ),
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.state <> 'draft' AND NEW.state = 'draft'"),
            ),
            pgtrigger.Protect(
                name="published_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state <> 'draft'"),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def signed_points(self) -> str:
        """Its points with their sign, as people read them."""
        return f"{self.points.normalize():+f}".replace("-", "\N{MINUS SIGN}")


class Proposal(models.Model):
    """Someone proposes that a shared criterion belongs in a scenario's rubric."""

    class State(models.TextChoices):
        OPEN = "open", words("Open")
        ATTACHED = "attached", words("Attached")
        DECLINED = "declined", words("Declined")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="proposals")
    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="proposals")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["criterion", "scenario"], name="proposal_once")]

    def __str__(self) -> str:
        return f"{self.criterion_id} for {self.scenario_id}"


class ProposalVote(models.Model):
    """Whether a rater finds that the criterion fits the scenario. Attached at more than half of two or more."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="votes")
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    agrees = models.BooleanField()
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "rater"], name="proposal_vote_once")]
        triggers = [APPENDED]

    def __str__(self) -> str:
        return "fits" if self.agrees else "does not fit"


class Grading(models.Model):
    """A response, or a stock response that probes the rubric, held against a rubric by one grader."""

    class Probe(models.TextChoices):
        NONE = "", words("None")
        KEYWORD_STUFFING = "keyword stuffing", words("Keyword Stuffing")
        SAFE_ESSAY = "generic safe essay", words("Safe Essay")
        REFUSAL = "refusal", words("Refusal")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="gradings")
    response = models.ForeignKey(Response, models.PROTECT, null=True, related_name="gradings")
    probe = models.CharField(max_length=20, choices=Probe, blank=True, default="")
    text = models.TextField(blank=True)
    """The stock response as it was graded; empty for a response."""
    rubric_sha256 = models.CharField(max_length=64)
    """Of keys, numbers and points: a changed rubric makes the grading old."""
    score: "models.FloatField[float | None, float | None]" = models.FloatField(null=True)
    """Points of met criteria / all positive points; null when no criterion has positive points."""
    grader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(response=None) & ~Q(probe="") | Q(response__isnull=False, probe=""),
                name="grading_of_one_thing",
            )
        ]
        triggers = [APPENDED]

    def __str__(self) -> str:
        return f"{self.probe or self.response_id}: {self.score}"


class GradingMark(models.Model):
    """Whether one criterion was met in one grading."""

    grading = models.ForeignKey(Grading, models.PROTECT, related_name="marks")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    is_met = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["grading", "criterion"], name="grading_mark_once")]
        triggers = [APPENDED]

    def __str__(self) -> str:
        return "met" if self.is_met else "not met"


class HealthBenchRow(models.Model):
    """Where a scenario came from HealthBench: what its file says beyond what our tables hold."""

    scenario = models.OneToOneField(Scenario, models.PROTECT, related_name="healthbench")
    prompt_id = models.CharField(max_length=120, db_index=True)
    raw = models.TextField()
    """The line as it came, so that an unchanged row leaves byte for byte."""

    class Meta:
        triggers = [APPENDED]

    def __str__(self) -> str:
        return self.prompt_id
