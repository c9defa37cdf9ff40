"""Files that came in, and what became of each of their lines."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from config.ids import uuid7
from runs.models import Run


class Import(models.Model):
    """One file read once. Its lines are created, duplicate or rejected, and the three add up."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.OneToOneField(Run, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    path = models.CharField(max_length=1000)
    """Where the worker finds the file; uploads lie under MEDIA_ROOT."""
    source = models.CharField(max_length=40)
    """The name of the reader in `curation.sources`."""
    domain = models.ForeignKey("curation.Domain", models.PROTECT, null=True, related_name="+")
    license = models.CharField(max_length=60, blank=True)
    mapping: "models.JSONField[dict[str, Any] | None, dict[str, Any] | None]" = models.JSONField(null=True)
    """Which column is what, for files in no known shape; null for a named source."""
    hub_repo = models.CharField(max_length=193, blank=True)
    """Of a dataset that was fetched from a Hub; the file is then what was fetched."""
    hub_revision = models.CharField(max_length=64, blank=True)
    """The commit that was fetched; before that, what people named."""
    is_atomic = models.BooleanField(default=False)
    """One bad line and nothing is written."""
    lines = models.PositiveBigIntegerField(default=0)
    created = models.PositiveBigIntegerField(default=0)
    duplicates = models.PositiveBigIntegerField(default=0)
    rejected = models.PositiveBigIntegerField(default=0)
    unread: "models.JSONField[dict[str, int], dict[str, int]]" = models.JSONField(default=dict)
    """Columns that nobody reads, with how many lines hold them."""
    is_complete = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lines=models.F("created") + models.F("duplicates") + models.F("rejected")),
                name="import_totals_add_up",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_parked(self) -> bool:
        """Whether it has not begun, and waits for a dataset or for somebody."""
        return self.run.state == Run.State.NEEDS_ATTENTION and self.run.started_at is None


class SavedMapping(models.Model):
    """Which column of a kind of file is what, kept under a name for the next file of that kind."""

    name = models.CharField(max_length=80, unique=True)
    mapping: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ImportProblem(models.Model):
    """A line that was rejected, where in it, and why."""

    import_run = models.ForeignKey(Import, models.CASCADE, related_name="problems")
    line = models.PositiveBigIntegerField()
    column = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=500)

    class Meta:
        ordering = ["line"]
        constraints = [models.UniqueConstraint(fields=["import_run", "line"], name="one_problem_per_line")]

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"
