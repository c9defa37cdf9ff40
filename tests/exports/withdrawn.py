"""A release with judgments of somebody who may withdraw."""

from accounts.models import User
from exports.models import Release
from tests.exports.judged import Panel, frozen, make_recipe


def withdrawn_release() -> tuple[Release, User]:
    """A built release of one pair that three people judged, and one of them."""
    panel = Panel()
    panel.pair(1, 2, 1)
    release = frozen(make_recipe(panel.project, slug="withdrawn"))
    Release.objects.filter(pk=release.pk).update(state="built", path="somewhere")
    release.refresh_from_db()
    return release, panel.people[0]
