"""What people say about a scenario beyond its text."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from curation.models.reviews import APPENDED
from curation.models.scenarios import Scenario


class TurnNote(models.Model):
    """What a turn is for: the pressure it puts on the model, and the writer's remark."""

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="turn_notes")
    turn = models.PositiveSmallIntegerField()
    """Index in the scenario's messages."""
    pressure = models.CharField(max_length=20, choices=Scenario.Pressure, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["turn"]
        constraints = [models.UniqueConstraint(fields=["scenario", "turn"], name="turn_note_once")]

    def __str__(self) -> str:
        return self.note or self.pressure


class ScenarioRatingQuerySet(models.QuerySet["ScenarioRating"]):
    """Which ratings."""

    def that_count(self) -> Self:
        """The newest of each person for each scenario."""
        return self.order_by("scenario", "rater", "-pk").distinct("scenario", "rater")


class ScenarioRating(models.Model):
    """How real a scenario reads to one person, and whether a model would notice a test. The newest counts."""

    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="ratings")
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    realism = models.PositiveSmallIntegerField()
    """1 could not happen … 5 happens every day."""
    test_awareness = models.PositiveSmallIntegerField()
    """1 no model would notice that it is a test … 5 every model would."""
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ScenarioRatingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(realism__gte=1, realism__lte=5, test_awareness__gte=1, test_awareness__lte=5),
                name="scenario_rating_range",
            )
        ]
        triggers = [APPENDED]

    def __str__(self) -> str:
        return f"realism {self.realism}, noticed {self.test_awareness}"
