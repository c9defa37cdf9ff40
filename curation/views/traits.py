"""Reading traits: each version as it is worded."""

from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.models import UserRequest
from curation.actions.reviews import approvals, is_author
from curation.models import Comment, Trait, TraitReview, TraitVersion

SHORT = 90


class Thread(NamedTuple):
    """A remark with its answers."""

    comment: Comment
    replies: list[Comment]
    is_current: bool
    """Whether the words it quotes still stand in the text."""


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


def show(request: UserRequest, version: TraitVersion, *, status: int = 200, **said: Any) -> HttpResponse:
    """Render a version: as a page, or alone for the drawer of the labeling session.

    Args:
        request: by whoever reads.
        version: which one.
        status: of the answer.
        said: what someone just sent that could not be done, and why.
    """
    whole = TraitVersion.objects.with_parts().get(pk=version.pk)
    others = TraitVersion.objects.visible_to(request.user).filter(trait=version.trait_id).exclude(pk=whole.pk)
    context = {"version": whole, "others": others.order_by("-number"), "section": "traits", **said}
    if "HX-Request" in request.headers:
        answer = render(request, "curation/trait.html#wording", context, status=status)
    else:
        answer = render(
            request, "curation/trait.html", {**context, **workshop(request, whole)}, status=status
        )
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def workshop(request: UserRequest, version: TraitVersion) -> dict[str, Any]:
    """Return what those who write traits see beside the words."""
    if not request.user.may_write_traits:
        return {"dissents": dissents(version)}
    threads = version.comments.filter(reply_to=None).select_related("author", "resolved_by")
    passage_of = dict(passages(version))
    return {
        "dissents": dissents(version),
        "reviews": version.reviews.in_force().select_related("reviewer").order_by("pk"),
        "approvals": approvals(version),
        "needed": settings.TRAIT_APPROVALS,
        "is_author": is_author(version, request.user),
        "decisions": TraitReview.Decision.values,
        "passages": [
            (part, words if len(words) <= SHORT else f"{words[:SHORT]}…")
            for part, words in passage_of.items()
        ],
        "threads": [
            Thread(each, list(each.replies.all()), passage_of.get(each.part) == each.quote)
            for each in threads.prefetch_related(
                Prefetch("replies", Comment.objects.select_related("author"))
            )
        ],
    }


def dissents(version: TraitVersion) -> list[str]:
    """Return the reasons of those who approved a version with dissent."""
    dissenting = version.reviews.in_force().filter(decision=TraitReview.Decision.DISSENT)
    return list(dissenting.order_by("pk").values_list("reason", flat=True))


def passages(version: TraitVersion) -> list[tuple[str, str]]:
    """Return what can be remarked on: pairs of part and words."""
    texts = [("definition", version.definition), ("benefit", version.benefit)]
    behaviours = [(str(each.key), each.text) for each in version.behaviours.all()]
    tensions = [(f"tension-{each.pk}", each.text) for each in version.tensions.all()]
    return [(part, text) for part, text in [*texts, *behaviours, *tensions] if text]
