"""Reviewing a trait version: submitting it, deciding on it, putting it in force, and talking about it."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from curation.actions import discussion, reviews
from curation.beyond import Consequence, consequences
from curation.models import Comment, Trait, TraitReview, TraitVersion
from curation.text import sanitise
from curation.views.traits import dissents, passages, show

MOVED_ON = "Somebody else moved this version on meanwhile. This is how it stands now."


def version_of(request: UserRequest, slug: str, number: int) -> TraitVersion:
    """Return a version that the person may see.

    Raises:
        Http404: there is none.
    """
    visible = TraitVersion.objects.visible_to(request.user).select_related("trait")
    return get_object_or_404(visible, trait__slug=slug, number=min(number, 32767))


def back(version: TraitVersion, anchor: str = "") -> HttpResponse:
    """Return to the version's page."""
    return redirect(reverse("curation:trait_version", args=[version.trait.slug, version.number]) + anchor)


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def trait_submit(request: UserRequest, slug: str, number: int) -> HttpResponse:
    """Send a draft to the reviewers."""
    version = version_of(request, slug, number)
    try:
        reviews.submit(version, author=request.user)
    except reviews.NotReady as error:
        return show(request, version, status=422, lacking=error.problems)
    except reviews.WrongState:
        messages.warning(request, MOVED_ON)
    except reviews.NotYours as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Submitted. Its words stay while others read it.")
    return back(version)


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def trait_withdraw(request: UserRequest, slug: str, number: int) -> HttpResponse:
    """Take a version back from the reviewers."""
    version = version_of(request, slug, number)
    try:
        reviews.withdraw(version, author=request.user)
    except reviews.WrongState:
        messages.warning(request, MOVED_ON)
    except reviews.NotYours as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Taken back. You can go on writing.")
    return back(version)


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def trait_review(request: UserRequest, slug: str, number: int) -> HttpResponse:
    """Write a reviewer's decision down."""
    version = version_of(request, slug, number)
    decision, reason = request.POST.get("decision", ""), request.POST.get("reason", "")
    try:
        if decision not in TraitReview.Decision.values:
            raise ValueError("Choose what you decide.")
        reviews.review(version, decision, sanitise(reason).text, reviewer=request.user)
    except ValueError as error:
        return show(request, version, status=422, review_problem=str(error), reason=reason, decision=decision)
    except reviews.WrongState:
        return show(request, version, status=409, review_problem=MOVED_ON, reason=reason, decision=decision)
    except reviews.NotYours as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Your review is written down.")
    return back(version)


@require_http_methods(["GET", "POST"])
@role_required(Role.TRAIT_AUTHORS)
def trait_publish(request: UserRequest, slug: str, number: int) -> HttpResponse:
    """Say what publishing would do, and do it."""
    version = version_of(request, slug, number)
    if request.method == "POST":
        try:
            reviews.publish(version, publisher=request.user)
        except reviews.WrongState:
            messages.warning(request, MOVED_ON)
        except reviews.TooFewApprovals:
            messages.error(
                request, f"It needs {settings.TRAIT_APPROVALS} approvals by people who wrote none of it."
            )
        else:
            messages.success(request, f"Version {version.number} is in force. Its words never change again.")
        return back(version)
    context = {
        "version": version,
        "approvals": reviews.approvals(version),
        "needed": settings.TRAIT_APPROVALS,
        "consequences": resting_on(version),
        "open_comments": version.comments.filter(reply_to=None, resolved_at=None).count(),
        "section": "traits",
    }
    return render(request, "curation/trait_publish.html", context)


def resting_on(version: TraitVersion) -> list[Consequence]:
    """Return what a new meaning would make stale, as far as anything does."""
    found = [each for register in consequences for each in register(version.pk)]
    others = TraitVersion.objects.filter(trait=version.trait_id).exclude(pk=version.pk)
    criteria = sum(each.criteria.published().count() for each in others)
    return [each for each in [*found, Consequence(criteria, "Criteria of older versions")] if each.number]


@require_http_methods(["GET", "POST"])
@role_required(Role.TRAIT_AUTHORS)
def trait_retire(request: UserRequest, slug: str, number: int) -> HttpResponse:
    """Take a version out of force, with a reason."""
    version = version_of(request, slug, number)
    context = {"version": version, "consequences": resting_on(version), "section": "traits"}
    if request.method == "GET":
        return render(request, "curation/trait_retire.html", context)
    reason = sanitise(request.POST.get("reason", "")).text
    try:
        reviews.retire(version, reason, author=request.user)
    except ValueError as error:
        return render(request, "curation/trait_retire.html", {**context, "problem": str(error)}, status=422)
    except reviews.WrongState:
        messages.warning(request, MOVED_ON)
    else:
        messages.success(request, f"Version {version.number} is retired. It stays readable.")
    return back(version)


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def trait_comment(request: UserRequest, slug: str, number: int) -> HttpResponse:
    """Remark on a passage."""
    version = version_of(request, slug, number)
    text, part = request.POST.get("text", ""), request.POST.get("part", "")
    quote = dict(passages(version)).get(part, "")
    try:
        discussion.say(version, text, author=request.user, part=part if quote else "", quote=quote)
    except ValueError as error:
        return show(request, version, status=422, comment_problem=str(error))
    return back(version, "#discussion")


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def comment_reply(request: UserRequest, pk: UUID) -> HttpResponse:
    """Answer a remark."""
    comment = get_object_or_404(Comment.objects.select_related("version__trait"), pk=pk)
    try:
        discussion.reply(comment, request.POST.get("text", ""), author=request.user)
    except ValueError as error:
        messages.error(request, str(error))
    return back(comment.version, "#discussion")


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def comment_resolve(request: UserRequest, pk: UUID) -> HttpResponse:
    """Close a thread, or open it again."""
    comment = get_object_or_404(Comment.objects.select_related("version__trait"), pk=pk)
    discussion.resolve(comment, author=request.user, is_resolved="reopen" not in request.POST)
    return back(comment.version, "#discussion")


@require_safe
def public_traits(request: UserRequest) -> HttpResponse:
    """List the traits in force for anybody, where the deployment allows it."""
    if not settings.TRAITS_ARE_PUBLIC:
        raise Http404
    published = TraitVersion.objects.published().newest_of_each().order_by("trait__name")
    return render(request, "curation/public_traits.html", {"versions": published})


@require_safe
def public_trait(request: UserRequest, slug: str) -> HttpResponse:
    """Show the wording in force for anybody, with its dissents and without names."""
    if not settings.TRAITS_ARE_PUBLIC:
        raise Http404
    trait = get_object_or_404(Trait, slug=slug)
    version = trait.versions.published().with_parts().order_by("number").last()
    if version is None:
        raise Http404
    context = {"version": version, "dissents": dissents(version)}
    return render(request, "curation/public_trait.html", context)
