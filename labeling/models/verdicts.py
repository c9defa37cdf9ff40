"""Typed answers inside an annotation, beside the preference."""

import pgtrigger
from django.db import models
from django.db.models import Q

from config.wording import words
from curation.models import Criterion, Response, TraitVersion
from labeling.models.annotations import Annotation

APPENDED = pgtrigger.Protect(name="appended_only", operation=pgtrigger.Update | pgtrigger.Delete)


class CriterionMark(models.Model):
    """A verdict: whether a response meets one criterion."""

    class Value(models.TextChoices):
        MET = "met", words("Met")
        NOT_MET = "not met", words("Not Met")
        UNSURE = "unsure", words("Unsure")

    annotation = models.ForeignKey(Annotation, models.PROTECT, db_index=False, related_name="marks")
    response = models.ForeignKey(Response, models.PROTECT, related_name="+")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="marks")
    """In the wording that was shown."""
    value = models.CharField(max_length=8, choices=Value)
    unsure_because = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["annotation", "response", "criterion"], name="mark_once_per_response_and_criterion"
            ),
            models.CheckConstraint(
                condition=Q(value__in=["met", "not met", "unsure"]), name="mark_value_known"
            ),
            models.CheckConstraint(
                condition=Q(value="unsure") | Q(unsure_because=""), name="mark_reason_when_unsure"
            ),
        ]
        triggers = [APPENDED]

    def __str__(self) -> str:
        return self.value


class Rating(models.Model):
    """A verdict: how far one response shows a trait, from 0 not at all to 4 fully."""

    annotation = models.ForeignKey(Annotation, models.PROTECT, db_index=False, related_name="ratings")
    response = models.ForeignKey(Response, models.PROTECT, related_name="+")
    trait_version = models.ForeignKey(TraitVersion, models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField(null=True)
    """Null: can't judge."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["annotation", "response", "trait_version"], name="rating_once_per_response_and_trait"
            ),
            models.CheckConstraint(condition=Q(value=None) | Q(value__lte=4), name="rating_range"),
        ]
        triggers = [APPENDED]

    def __str__(self) -> str:
        return f"rating {self.value}"


class Rank(models.Model):
    """A verdict: the place of one response among those of its item. A response without a row was left unranked."""

    annotation = models.ForeignKey(Annotation, models.PROTECT, db_index=False, related_name="ranks")
    response = models.ForeignKey(Response, models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    """From 1, the best; equal places are ties, and the place after a tie counts its members: 1, 1, 3."""
    is_acceptable = models.BooleanField(default=True)
    """Whether it stands above the line where acceptable ends."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["annotation", "response"], name="rank_once_per_response"),
            models.CheckConstraint(condition=Q(place__gte=1), name="rank_from_one"),
        ]
        triggers = [APPENDED]

    def __str__(self) -> str:
        return f"place {self.place}"


class Rewrite(models.Model):
    """A verdict: a better wording of one response."""

    annotation = models.OneToOneField(Annotation, models.PROTECT, related_name="rewrite")
    response = models.ForeignKey(Response, models.PROTECT, related_name="+")
    text = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="rewrite_not_empty")]
        triggers = [APPENDED]

    def __str__(self) -> str:
        return self.text[:80]


class Harm(models.Model):
    """A verdict: one response would do harm if it were sent."""

    annotation = models.ForeignKey(Annotation, models.PROTECT, db_index=False, related_name="harms")
    response = models.ForeignKey(Response, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["annotation", "response"], name="harm_once_per_response")
        ]
        triggers = [APPENDED]

    def __str__(self) -> str:
        return f"harm in {self.response_id}"
