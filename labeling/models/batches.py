"""Items that were made together."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from config.ids import uuid7
from labeling.models.projects import Project
from runs.models import Run


class ItemBatch(models.Model):
    """One choice of scenarios and responses from which items were made."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="batches")
    query = models.TextField()
    """The form as it was sent, so that the choice can be looked at and made again."""
    size = models.PositiveSmallIntegerField()
    """Responses in each item."""
    planned = models.PositiveIntegerField()
    """How many new items the preview promised; more are never made."""
    made = models.PositiveIntegerField(default=0)
    run = models.OneToOneField(Run, models.PROTECT, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "item batches"
        constraints = [
            models.CheckConstraint(condition=Q(made__lte=F("planned")), name="batch_makes_what_it_promised")
        ]

    def __str__(self) -> str:
        return f"{self.made} items of {self.project}"
