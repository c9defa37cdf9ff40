"""What a house wrote or reads elsewhere, and no backup of it holds."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from exports.models import Destination, Publication
from labeling.models import LabelStudio, LabelStudioAnswer

Kind = Destination.Kind


def outside() -> list[str]:
    """Return one line for each place that holds something of the house's."""
    return [*of_destinations(), *of_studios()]


def of_destinations() -> Iterator[str]:
    """Say where copies of releases lie, also where a destination led before it was changed."""
    done = Publication.objects.done().order_by("destination__kind", "endpoint", "repo_id")
    for kind, endpoint, place in done.values_list("destination__kind", "endpoint", "repo_id").distinct():
        if kind == Kind.S3:
            yield f"copies of releases in the storage {endpoint}, under {place}"
        elif kind == Kind.HUB:
            yield f"the repository {place} at {endpoint}"
        elif not is_inside(place):
            yield f"copies of releases in the folder {place}"


def of_studios() -> Iterator[str]:
    """Say in which Label Studios people answer."""
    for connection in LabelStudio.objects.exclude(label_studio_id=None).order_by("pk"):
        kept = LabelStudioAnswer.objects.filter(task__connection=connection).count()
        yield f"project {connection.label_studio_id} of {connection.endpoint}; answers that are here: {kept:,}"


def is_inside(folder: str) -> bool:
    """Whether a folder is part of the data folder, and so of the backup."""
    return Path(folder).resolve().is_relative_to(settings.DATA_DIR.resolve())
