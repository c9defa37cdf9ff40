"""What full-text search reads, and the filters people keep."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils import timezone

from curation.models.responses import Response
from curation.models.scenarios import Scenario


class ScenarioDocument(models.Model):
    """The words of a scenario, written by a run after it came in: importing does not wait for it."""

    scenario = models.OneToOneField(Scenario, models.CASCADE, primary_key=True, related_name="document")
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="scenario_words")]

    def __str__(self) -> str:
        return f"words of {self.scenario_id}"


class ResponseDocument(models.Model):
    """The words of a response."""

    response = models.OneToOneField(Response, models.CASCADE, primary_key=True, related_name="document")
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="response_words")]

    def __str__(self) -> str:
        return f"words of {self.response_id}"


class SavedFilter(models.Model):
    """A way of looking at a list that someone wants to come back to."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters")
    page = models.CharField(max_length=40)
    """Of which list: the name of its URL."""
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000)
    """As it stands in the address; checked again whenever it is used."""
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "page", "name"], name="saved_filter_name")]

    def __str__(self) -> str:
        return self.name
