"""Reading traits: each version as it is worded."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.models import UserRequest
from curation.models import Trait, TraitVersion


@require_safe
@login_required
def trait(request: UserRequest, slug: str) -> HttpResponse:
    """Show a trait in the wording that is in force, or in its newest one when none is yet."""
    found = get_object_or_404(Trait, slug=slug)
    visible = TraitVersion.objects.visible_to(request.user).filter(trait=found)
    version = visible.published().order_by("number").last() or visible.order_by("number").last()
    if version is None:
        raise Http404
    return show(request, version)


@require_safe
@login_required
def trait_version(request: UserRequest, slug: str, number: int) -> HttpResponse:
    """Show one wording of a trait."""
    visible = TraitVersion.objects.visible_to(request.user)
    return show(request, get_object_or_404(visible, trait__slug=slug, number=min(number, 32767)))


def show(request: UserRequest, version: TraitVersion) -> HttpResponse:
    """Render a version: as a page, or alone for the drawer of the labeling session."""
    whole = TraitVersion.objects.with_parts().get(pk=version.pk)
    others = TraitVersion.objects.visible_to(request.user).filter(trait=version.trait_id).exclude(pk=whole.pk)
    context = {"version": whole, "others": others.order_by("-number"), "section": "traits"}
    page = "curation/trait.html"
    answer = render(request, f"{page}#wording" if "HX-Request" in request.headers else page, context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer
