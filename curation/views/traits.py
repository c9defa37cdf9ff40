"""Reading traits: each version as it is worded, with its sign-off and discussion for those who write traits."""

from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.models import UserRequest
from curation.actions.delphi_results import Dissent, panel_dissents
from curation.actions.discussion import passages_of, threads_of
from curation.actions.publishing import standing_before
from curation.actions.reviews import approvals, approvals_needed, is_author
from curation.actions.wordings import criteria_of
from curation.forms.reviews import RemarkForm, ReviewForm
from curation.models import DelphiRound, Trait, TraitReview, TraitVersion


class Dissents(NamedTuple):
    """Who agreed to publish a version, or rated it, and disagrees with some of it; nobody is named."""

    reviewers: list[str]
    panel: list[Dissent]


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
    return show(request, find_version(request, slug, number))


def find_version(request: UserRequest, slug: str, number: int) -> TraitVersion:
    """Return the version that an address names.

    Raises:
        Http404: there is none that the person may see.
    """
    visible = TraitVersion.objects.visible_to(request.user).select_related("trait", "author")
    return get_object_or_404(visible, trait__slug=slug, number=min(number, 32767))


def show(request: UserRequest, version: TraitVersion, *, status: int = 200, **said: Any) -> HttpResponse:
    """Render a version: as a page, or alone for the drawer of the labeling session.

    Args:
        request: by whoever reads.
        version: which one.
        status: of the answer.
        said: what someone just sent that could not be done, and why.
    """
    whole = TraitVersion.objects.with_parts().get(pk=version.pk)
    if "HX-Request" in request.headers:
        answer = render(request, "curation/trait.html#wording", {"version": whole}, status=status)
    else:
        answer = render(request, "curation/trait.html", {**page_of(request, whole), **said}, status=status)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def page_of(request: UserRequest, version: TraitVersion) -> dict[str, Any]:
    """Return what the page of a version shows to whoever reads it."""
    visible = TraitVersion.objects.visible_to(request.user).filter(trait=version.trait_id)
    others = list(visible.exclude(pk=version.pk).order_by("-number"))
    newer = [each for each in others if each.number > version.number and each.state == "published"]
    context = {
        "version": version,
        "others": others,
        "newer": newer[0] if newer and version.is_published else None,
        "criteria": criteria_of(version),
        "dissents": dissents(version),
        "section": "traits",
    }
    if not request.user.may_write_traits:
        return context
    return {**context, **approval_of(request, version), **discussion_of(version), "may_remark": True}


def approval_of(
    request: UserRequest, version: TraitVersion, form: ReviewForm | None = None
) -> dict[str, Any]:
    """Return where a version stands on its way to publication, and what this person can do about it."""
    in_review = version.state == TraitVersion.State.IN_REVIEW
    spoken = list(version.reviews.in_force().select_related("reviewer").order_by("pk"))
    mine = next((each for each in spoken if each.reviewer_id == request.user.pk), None)
    last_round = version.reviews.filter(round=version.review_round) if version.state == "draft" else None
    return {
        "reviews": spoken,
        "mine": mine,
        "asked_for_changes": last_round.filter(decision=TraitReview.Decision.CHANGES).last()
        if last_round
        else None,
        "approvals": approvals(version),
        "needed": approvals_needed(),
        "is_author": is_author(version, request.user),
        "may_submit": is_author(version, request.user) or request.user.is_superuser,
        "review_form": form or ReviewForm(initial={"round": version.review_round}),
        "standing": standing_before(version) if in_review else None,
        "panel_round": DelphiRound.objects.filter(version=version).last(),
    }


def discussion_of(version: TraitVersion, form: RemarkForm | None = None, part: str = "") -> dict[str, Any]:
    """Return the discussion of a version, with the form for another remark on a passage."""
    threads = threads_of(version)
    return {
        "threads": threads,
        "unresolved": sum(thread.comment.resolved_at is None for thread in threads),
        "remark_form": form or remark_form(version, part),
    }


def remark_form(version: TraitVersion, part: str = "") -> RemarkForm:
    """Return the form for a remark; on a passage it holds its words, to be shortened to those that are meant."""
    passages = passages_of(version)
    about = next((passage for passage in passages if passage.part == part), None)
    initial = {"part": about.part, "quote": about.text} if about else {}
    return RemarkForm(initial=initial, passages=passages, auto_id="remark-%s")


def dissents(version: TraitVersion) -> Dissents | None:
    """Return the dissents that are published with a version; None before it is, and when there are none."""
    if not version.is_published:
        return None
    said = version.reviews.in_force().filter(decision=TraitReview.Decision.DISSENT).order_by("reason")
    found = Dissents(list(said.values_list("reason", flat=True)), panel_dissents(version))
    return found if found.reviewers or found.panel else None
