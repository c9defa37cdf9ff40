"""Published traits for anybody, where the deployment allows it: no names, no drafts, nothing to press."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from curation.actions.wordings import criteria_of
from curation.models import TraitVersion
from curation.models.traits import FROZEN
from curation.views.traits import dissents


@require_safe
def public_traits(request: HttpRequest) -> HttpResponse:
    """List the traits in force."""
    only_where_public()
    published = TraitVersion.objects.published().newest_of_each().order_by("trait__name")
    return render(request, "curation/public_traits.html", {"versions": published})


@require_safe
def public_trait(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the wording in force; the last one that was, when all are retired."""
    only_where_public()
    versions = TraitVersion.objects.filter(trait__slug=slug, state__in=FROZEN).order_by("number")
    version = versions.published().last() or versions.last()
    if version is None:
        raise Http404
    return show_public(request, version)


@require_safe
def public_trait_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show one published wording."""
    only_where_public()
    final = TraitVersion.objects.filter(state__in=FROZEN)
    return show_public(request, get_object_or_404(final, trait__slug=slug, number=min(number, 32767)))


def only_where_public() -> None:
    """Refuse where the deployment keeps its traits to itself.

    Raises:
        Http404: it does.
    """
    if not settings.TRAITS_ARE_PUBLIC:
        raise Http404


def show_public(request: HttpRequest, version: TraitVersion) -> HttpResponse:
    """Render a published wording."""
    whole = TraitVersion.objects.with_parts().get(pk=version.pk)
    finals = whole.trait.versions.filter(state__in=FROZEN).select_related("retirement").order_by("-number")
    context = {
        "version": whole,
        "versions": finals,
        "criteria": criteria_of(whole),
        "dissents": dissents(whole),
        "newer": next(
            (each for each in finals if each.state == "published" and each.number > whole.number), None
        ),
    }
    return render(request, "curation/public_trait.html", context)
