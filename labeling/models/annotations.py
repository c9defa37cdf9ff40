"""What people submitted: facts that are appended, never edited."""

from typing import Any, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from config.ids import uuid7
from curation.models import Criterion, Response, TraitVersion
from labeling.models.items import Assignment

WITHDRAWN = "withdrawn"
STAYS_WITHDRAWN = pgtrigger.Trigger(
    name="stays_withdrawn",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    condition=pgtrigger.Condition("NEW.revision > 1"),
    func="""
        IF EXISTS (
            SELECT 1 FROM labeling_annotation n
            WHERE n.assignment_id = NEW.assignment_id AND n.source = 'withdrawn' AND n.id <> NEW.id
        ) THEN
            RAISE EXCEPTION 'what was withdrawn stays withdrawn' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    """,
)


class AnnotationQuerySet(models.QuerySet["Annotation"]):
    """Which annotations."""

    def live(self) -> Self:
        """The newest revision of each."""
        return self.filter(superseded_by=None)

    def counted(self) -> Self:
        """Live annotations that hold one of the item's places: neither late nor stale."""
        return self.in_force().filter(is_late=False)

    def in_force(self) -> Self:
        """Live annotations under the wording that the project pins, or one that means the same."""
        return self.live().filter(assignment__state=Assignment.State.SUBMITTED)

    def made(self) -> Self:
        """Revisions that somebody submitted; what stands for a withdrawn one is none."""
        return self.exclude(source=WITHDRAWN)


class Annotation(models.Model):
    """Everything one annotator submitted for one assignment. A correction is a new revision."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    submission_id = models.UUIDField(unique=True)
    """Made by the browser: the same submission again changes nothing."""
    digest = models.CharField(max_length=64)
    """sha256 of the submitted body: another body under the same id is refused."""
    assignment = models.ForeignKey(Assignment, models.PROTECT, db_index=False, related_name="annotations")
    revision = models.PositiveSmallIntegerField(default=1)
    superseded_by = models.OneToOneField("self", models.PROTECT, null=True, related_name="supersedes")
    rationale = models.TextField(blank=True)
    confidence = models.PositiveSmallIntegerField(null=True)
    """1 unsure, 2 fairly sure, 3 very sure; null when not said."""
    reasons = ArrayField(models.CharField(max_length=40), default=list, db_default=[])
    """Those that were ticked, of the ones that the project offers."""
    note = models.TextField(blank=True)
    """For the adjudicator; never released."""
    elapsed_ms = models.PositiveIntegerField(default=0)
    is_late = models.BooleanField(default=False)
    """Holds no place, because it was given to someone else or was none (`Assignment.is_calibration`): kept, not counted."""
    source = models.CharField(max_length=80, default="native")
    """native, demo, import, label_studio, judge:<sha256>, or withdrawn: empty, late, and the last revision."""
    created_at = models.DateTimeField(default=timezone.now)

    objects = AnnotationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "revision"], name="annotation_revision_once"),
            models.UniqueConstraint(
                fields=["assignment"], name="one_live_annotation", condition=Q(superseded_by=None)
            ),
            models.CheckConstraint(
                condition=Q(confidence=None) | Q(confidence__gte=1, confidence__lte=3),
                name="confidence_range",
            ),
            models.CheckConstraint(
                condition=~Q(source=WITHDRAWN) | Q(is_late=True, rationale="", note="", confidence=None),
                name="withdrawn_is_empty",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="annotation_withdrawn", condition=Q(source=WITHDRAWN))
        ]
        triggers = [
            STAYS_WITHDRAWN,
            pgtrigger.ReadOnly(name="appended_only", exclude=["superseded_by"]),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"annotation {self.submission_id}"


class Preference(models.Model):
    """A verdict: which of two responses shows a trait better."""

    annotation = models.ForeignKey(Annotation, models.PROTECT, db_index=False, related_name="preferences")
    trait_version = models.ForeignKey(TraitVersion, models.PROTECT, null=True, related_name="+")
    """Null for the overall preference."""
    strength = models.SmallIntegerField(null=True)
    """-3 the first response in canonical order is much better … 0 tie … 3 the second is. Null: can't judge."""
    both_bad = models.BooleanField(default=False)
    cannot_judge = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["annotation", "trait_version"], name="preference_once_per_trait", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(cannot_judge=True, strength=None)
                | Q(cannot_judge=False, strength__gte=-3, strength__lte=3),
                name="preference_strength_range",
            ),
        ]
        triggers = [pgtrigger.Protect(name="appended_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"strength {self.strength}"


class Evidence(models.Model):
    """A cited passage of a response, by offsets and by its text, and the trait or the criterion it speaks to."""

    annotation = models.ForeignKey(Annotation, models.PROTECT, db_index=False, related_name="evidence")
    response = models.ForeignKey(Response, models.PROTECT, related_name="+")
    trait_version = models.ForeignKey(TraitVersion, models.PROTECT, null=True, related_name="+")
    criterion = models.ForeignKey(Criterion, models.PROTECT, null=True, related_name="+")
    sentence = models.PositiveIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(start__lt=models.F("end")), name="evidence_not_empty"),
            models.UniqueConstraint(
                fields=["annotation", "response", "sentence", "trait_version", "criterion"],
                name="evidence_once",
                nulls_distinct=False,
            ),
        ]
        triggers = [pgtrigger.Protect(name="appended_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.quote


class Flag(models.Model):
    """An annotator says that something is wrong with an item, apart from how they judge it."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="flags")
    note = models.TextField(blank=True)
    is_raised = models.BooleanField(default=True)
    """False takes an earlier flag back; the newest row counts."""
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.note or "flagged"


class Draft(models.Model):
    """An unsubmitted answer, kept as the form's own fields until it is submitted."""

    assignment = models.OneToOneField(Assignment, models.CASCADE, related_name="draft")
    body: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    saved_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"draft of {self.assignment_id}"
