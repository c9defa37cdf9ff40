"""Talking about a version: remarks on its passages, answers, and what is resolved."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from curation.actions import discussion
from curation.forms.reviews import AnswerForm, RemarkForm
from curation.models import Comment, TraitVersion
from curation.views.traits import discussion_of, find_version, remark_form, show


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.TRAIT_AUTHORS)
def trait_comment(request: UserRequest, slug: str, number: int) -> HttpResponse:
    """Begin a remark on the passage that `part` names, or make it."""
    version = find_version(request, slug, number)
    if request.method != "POST":
        form = remark_form(version, request.GET.get("part", ""))
        if "HX-Request" in request.headers:
            context = {"version": version, "remark_form": form, "is_begun": True}
            return render(request, "curation/_thread.html#remark", context)
        return show(request, version, remark_form=form)
    form = RemarkForm(request.POST, passages=discussion.passages_of(version), auto_id="remark-%s")
    if not form.is_valid():
        return refuse(request, version, form)
    discussion.say(version, author=request.user, **form.cleaned_data)
    return answer(request, version, _("Your remark is added."))


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def comment_reply(request: UserRequest, pk: UUID) -> HttpResponse:
    """Answer a remark."""
    comment = find_comment(request, pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return refuse(request, comment.version, answered=comment, answer_form=form)
    discussion.reply(comment, form.cleaned_data["text"], author=request.user)
    return answer(request, comment.version, _("Your answer is added."))


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def comment_resolve(request: UserRequest, pk: UUID) -> HttpResponse:
    """Close a thread, or open it again."""
    comment = find_comment(request, pk)
    is_resolved = "reopen" not in request.POST
    discussion.resolve(comment, author=request.user, is_resolved=is_resolved)
    return answer(request, comment.version, _("Resolved.") if is_resolved else _("Open again."))


def find_comment(request: UserRequest, pk: UUID) -> Comment:
    """Return a remark on a version that the person may see."""
    visible = TraitVersion.objects.visible_to(request.user)
    return get_object_or_404(Comment.objects.select_related("version__trait"), pk=pk, version__in=visible)


def answer(request: UserRequest, version: TraitVersion, note: str) -> HttpResponse:
    """Answer with the discussion as it is now."""
    if "HX-Request" in request.headers:
        context = {"version": version, **discussion_of(version), "note": note}
        return render(request, "curation/_thread.html", context)
    return redirect(
        reverse("curation:trait_version", args=[version.trait.slug, version.number]) + "#discussion"
    )


def refuse(
    request: UserRequest, version: TraitVersion, form: RemarkForm | None = None, **trouble: object
) -> HttpResponse:
    """Answer that something could not be added, with all words still there."""
    if "HX-Request" in request.headers:
        context = {"version": version, **discussion_of(version, form), **trouble}
        return render(request, "curation/_thread.html", context, status=422)
    said = {"remark_form": form, **trouble} if form else trouble
    return show(request, version, status=422, **said)
