"""Where a paused publication goes on, for pages that know only its run."""

from uuid import UUID

from django.urls import reverse

from exports.models import Publication


def resumed_at(run_id: UUID) -> str:
    """Return the address that resumes the publication of a cancelled run; empty when it was not paused."""
    paused = Publication.objects.filter(run=run_id, paused_at__isnull=False).values_list("pk", flat=True)
    return next((reverse("exports:publication_resume", args=[pk]) for pk in paused), "")
