"""Two versions of a trait side by side."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import UserRequest
from curation.actions.wordings import trait_names, wording_of
from curation.differences import differences, tally, with_names
from curation.models import Trait, TraitVersion


@require_safe
@login_required
def trait_compare(request: UserRequest, slug: str) -> HttpResponse:
    """Compare two versions: those that were asked for, else the newest with the one before."""
    trait = get_object_or_404(Trait, slug=slug)
    visible = (
        TraitVersion.objects.visible_to(request.user).filter(trait=trait).select_related("trait", "author")
    )
    versions = list(visible.order_by("number"))
    if not versions:
        raise Http404
    later = chosen(versions, request.GET.get("to")) or versions[-1]
    earlier = chosen(versions, request.GET.get("from")) or before(versions, later)
    found = with_names(differences(wording_of(earlier), wording_of(later)), trait_names())
    context = {
        "trait": trait,
        "versions": versions,
        "earlier": earlier,
        "later": later,
        "sections": found,
        "left": _("Version %(number)s") % {"number": earlier.number},
        "right": _("Version %(number)s") % {"number": later.number},
        "tally": tally(found),
        "same": [section for section in found if not section.is_changed],
        "is_changed": any(section.is_changed for section in found),
        "between": [each for each in versions if earlier.number < each.number <= later.number],
        "section": "traits",
    }
    return render(request, "curation/trait_diff.html", context)


def chosen(versions: list[TraitVersion], number: str | None) -> TraitVersion | None:
    """Return the version that was asked for; None when it is not among those that are shown."""
    return next((each for each in versions if str(each.number) == number), None)


def before(versions: list[TraitVersion], later: TraitVersion) -> TraitVersion:
    """Return the version to compare with when none was named: the last published one before, else the one before."""
    earlier = [each for each in versions if each.number < later.number]
    published = [each for each in earlier if each.state == TraitVersion.State.PUBLISHED]
    return (published or earlier or [later])[-1]
