"""Verdicts of people without an account here, as imports brought them. They stand beside annotations, and fill no place."""

from datetime import datetime
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from config.ids import uuid7
from config.wording import words
from curation.models import Import
from labeling.models.items import Item
from labeling.models.projects import Project, ProjectImport

KEPT = pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)
OF_ONE_PROJECT = pgtrigger.Trigger(
    name="of_one_project",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="""
        IF NOT EXISTS (
            SELECT 1 FROM labeling_item i
            JOIN labeling_outsideannotator a ON a.id = NEW.annotator_id AND a.project_id = i.project_id
            WHERE i.id = NEW.item_id
        ) THEN
            RAISE EXCEPTION 'an outside annotator judges items of one project' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    """,
)


class OutsideAnnotator(models.Model):
    """Somebody without an account here who judged items of a project elsewhere, under a number of that project alone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, db_index=False, related_name="outside_annotators")
    source = models.CharField(max_length=120)
    """Where they judged: a project of a Label Studio, or a dataset."""
    number = models.PositiveIntegerField()
    """From 1, within the project. No name, address or number from elsewhere is kept."""
    who_sha256 = models.CharField(max_length=64)
    """Of project, source and what they are called there; keyed with the deployment's secret, so that it means nothing elsewhere."""
    withdrawn_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    """When their verdicts were taken back: they count nowhere from then on, and no import brings them again."""
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="outside_number_once"),
            models.UniqueConstraint(fields=["project", "who_sha256"], name="outside_annotator_once"),
        ]
        triggers = [KEPT, pgtrigger.ReadOnly(name="stays_who_it_is", exclude=["withdrawn_at"])]

    def __str__(self) -> str:
        return f"outside annotator {self.number}"


class OutsideVerdictQuerySet(models.QuerySet["OutsideVerdict"]):
    """Which verdicts of outside annotators."""

    def live(self) -> Self:
        """The newest on each item by each person, of those that were not taken back."""
        return self.filter(superseded_by=None, annotator__withdrawn_at=None)


class OutsideVerdict(models.Model):
    """An overall preference that an outside annotator gave elsewhere, as one import found it. Another is a new row."""

    class Source(models.TextChoices):
        LABEL_STUDIO = "label_studio", words("Label Studio")
        IMPORT = "import", words("Import")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    item = models.ForeignKey(Item, models.PROTECT, db_index=False, related_name="outside_verdicts")
    annotator = models.ForeignKey(OutsideAnnotator, models.PROTECT, db_index=False, related_name="verdicts")
    import_run = models.ForeignKey(Import, models.PROTECT, db_index=False, related_name="+")
    source = models.CharField(max_length=12, choices=Source)
    license = models.CharField(max_length=60, blank=True)
    """Of the import: it stands where our consent stands for members. Without one the verdict is never released."""
    strength = models.SmallIntegerField()
    """As in `Preference`: -3 the first response in canonical order is much better … 3 the second is."""
    first_place = models.PositiveSmallIntegerField()
    """Canonical place of the response that the source lists first."""
    answered_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    """As the source says; null when it doesn't."""
    superseded_by = models.OneToOneField("self", models.PROTECT, null=True, related_name="supersedes")
    created_at = models.DateTimeField(default=timezone.now)

    objects = OutsideVerdictQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "annotator"], name="one_live_outside_verdict", condition=Q(superseded_by=None)
            ),
            models.CheckConstraint(
                condition=Q(strength__gte=-3, strength__lte=3, first_place__lte=1),
                name="outside_verdict_ranges",
            ),
            models.CheckConstraint(
                condition=Q(source__in=["label_studio", "import"]), name="outside_verdict_source_known"
            ),
        ]
        triggers = [
            OF_ONE_PROJECT,
            pgtrigger.ReadOnly(name="appended_only", exclude=["superseded_by"]),
            KEPT,
        ]

    def __str__(self) -> str:
        return f"strength {self.strength} by {self.annotator_id}"


class OutsideLoss(models.Model):
    """Something said elsewhere that an import could not make a verdict of, and how often."""

    target = models.ForeignKey(ProjectImport, models.CASCADE, db_index=False, related_name="losses")
    what = models.CharField(max_length=200)
    count = models.PositiveIntegerField()

    class Meta:
        ordering = ["-count", "what"]
        constraints = [models.UniqueConstraint(fields=["target", "what"], name="outside_loss_once")]

    def __str__(self) -> str:
        return self.what
