"""One violation of each invariant about how projects are set up."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from labeling.models import Assignment, Item, ProjectInvitation
from tests.labeling.scenes import make_labeling_project, make_member, take


def stale_without_a_word() -> None:
    """An assignment that turned stale though nothing was submitted."""
    project = make_labeling_project(items=1)
    take(project, make_member(project))
    Assignment.objects.update(state="stale")
    Item.objects.update(taken=0)


def came_from_nowhere() -> None:
    """A link that counts somebody who didn't come."""
    ProjectInvitation.objects.create(
        project=make_labeling_project(),
        token_sha256="a" * 64,
        uses=1,
        expires_at=timezone.now() + timedelta(days=1),
        invited_by=make_member(make_labeling_project()),
    )


def urgent_in_vain() -> None:
    """An urgent item behind the point where everybody stops looking."""
    make_labeling_project(items=1)
    Item.objects.update(is_urgent=True)


SEEDS: dict[str, Callable[[], None]] = {
    "stale assignment was never submitted": stale_without_a_word,
    "invitation let in more people than it may": came_from_nowhere,
    "item is urgent where nobody looks": urgent_in_vain,
}
