"""Cells: one trait in one domain, with guidance of its own and targets."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from config.ids import uuid7
from curation.models.scenarios import Domain
from curation.models.traits import Trait


class Cell(models.Model):
    """One trait in one domain: how much of it there shall be. A cell without a row has no target yet."""

    trait = models.ForeignKey(Trait, models.PROTECT, related_name="cells")
    domain = models.ForeignKey(Domain, models.PROTECT, related_name="cells")
    target_scenarios = models.PositiveIntegerField(default=0)
    target_items = models.PositiveIntegerField(default=0)
    target_annotations = models.PositiveIntegerField(default=0)
    target_heldout = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trait", "domain"], name="cell_once")]

    def __str__(self) -> str:
        return f"{self.trait_id} in {self.domain_id}"


class GuidanceQuerySet(models.QuerySet["Guidance"]):
    """Which guidance."""

    def published(self) -> Self:
        """Wordings that readers go by, or went by."""
        return self.filter(published_at__isnull=False)

    def drafts(self) -> Self:
        """Wordings that are still being written."""
        return self.filter(published_at=None)


class Guidance(models.Model):
    """What a cell's reader must know, in one numbered wording. Once published it does not change."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cell = models.ForeignKey(Cell, models.PROTECT, related_name="guidance")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    example = models.TextField(blank=True)
    authorities = models.TextField(blank=True)
    """Laws, codes, guidelines and handbooks that decide here, one a line."""
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True)
    """Null while it is a draft."""

    objects = GuidanceQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "guidance"
        constraints = [
            models.UniqueConstraint(fields=["cell", "number"], name="guidance_number"),
            models.UniqueConstraint(
                fields=["cell"], name="one_guidance_draft", condition=Q(published_at=None)
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]


class CellCount(models.Model):
    """How much of a cell there is, as counted by the last run: pages read this and count nothing."""

    trait = models.ForeignKey(Trait, models.CASCADE, related_name="+")
    domain = models.ForeignKey(Domain, models.CASCADE, related_name="+")
    scenarios = models.PositiveIntegerField(default=0)
    heldout = models.PositiveIntegerField(default=0)
    items = models.PositiveIntegerField(default=0)
    annotations = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trait", "domain"], name="cell_count_once")]

    def __str__(self) -> str:
        return f"{self.trait_id} in {self.domain_id}: {self.scenarios} scenarios"
