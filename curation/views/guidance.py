"""Writing what readers of a cell must know, and reading what was said before."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from config.saying import told
from config.wording import words
from curation.actions.cells import (
    ChangedMeanwhile,
    NothingToPublish,
    Words,
    discard_guidance,
    draft_or_newest,
    publish_guidance,
    save_guidance,
    words_of,
)
from curation.coverage import lines_of
from curation.differences import Span, word_spans
from curation.forms.cells import GuidanceForm
from curation.models import Domain, Guidance, Trait
from curation.views.cells import READERS, find

TITLES = {"text": words("Guidance"), "example": words("Example"), "authorities": words("Authorities")}


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.TRAIT_AUTHORS)
def guidance_edit(request: UserRequest, slug: str, domain: str) -> HttpResponse:
    """Write the draft of a cell's guidance; the form saves itself."""
    trait, found = find(slug, domain)
    if request.method != "POST":
        return render_editor(request, trait, found)
    form = GuidanceForm(request.POST)
    state: dict[str, Any] = {"was": request.POST.get("was", "")}
    if not form.is_valid():
        problem = next(error for errors in form.errors.values() for error in errors)
        return answer(request, trait, found, form, state | {"problem": problem}, 422)
    was = request.POST.get("over") or state["was"]
    try:
        saved = save_guidance(trait, found, form.words, was=was, author=request.user)
    except ChangedMeanwhile as error:
        return answer(request, trait, found, form, state | conflict(request, error.theirs), 409)
    if "HX-Request" not in request.headers:
        messages.success(request, _("Draft saved."))
        return redirect("curation:guidance_edit", slug, domain)
    state = {"was": words_of(saved).digest, "saved_at": timezone.now()}
    return answer(request, trait, found, form, state, 200)


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def guidance_publish(request: UserRequest, slug: str, domain: str) -> HttpResponse:
    """Put the draft in force."""
    trait, found = find(slug, domain)
    try:
        published = publish_guidance(trait, found, was=request.POST.get("was", ""), actor=request)
    except NothingToPublish:
        messages.error(request, _("Not published: the draft says nothing, or nothing new."))
    except ChangedMeanwhile:
        messages.error(
            request, _("Not published: the draft changed after you opened this page. Read it again.")
        )
    else:
        messages.success(request, _("Published as version %(number)s.") % {"number": published.number})
    return redirect("curation:cell", slug, domain)


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def guidance_discard(request: UserRequest, slug: str, domain: str) -> HttpResponse:
    """Delete the draft."""
    trait, found = find(slug, domain)
    discard_guidance(trait, found, actor=request)
    messages.success(request, _("Draft discarded."))
    return redirect("curation:cell", slug, domain)


@require_safe
@role_required(*READERS)
def guidance_version(request: UserRequest, slug: str, domain: str, number: int) -> HttpResponse:
    """Show one wording, and what it changed against the one before."""
    trait, found = find(slug, domain)
    versions = Guidance.objects.filter(cell__trait=trait, cell__domain=found)
    guidance = get_object_or_404(versions, number=min(number, 32767))
    before = versions.published().filter(number__lt=guidance.number).order_by("number").last()
    context = {
        "trait": trait,
        "domain": found,
        "guidance": guidance,
        "before": before,
        "changes": changes(words_of(before), words_of(guidance)) if before else [],
        "authorities": lines_of(guidance.authorities),
        "may_publish": request.user.may_write_traits and guidance.published_at is None,
        "digest": words_of(guidance).digest,
        "section": "traits",
    }
    return render(request, "curation/guidance.html", context)


def changes(before: Words, after: Words) -> list[tuple[str, list[Span], list[Span]]]:
    """Return the parts that differ, word by word."""
    pairs = zip(TITLES.values(), before, after, strict=True)
    return [(title, *word_spans(old, new)) for title, old, new in pairs if old != new]


def render_editor(request: UserRequest, trait: Trait, domain: Domain) -> HttpResponse:
    """Show the editor with the words that are stored."""
    words = words_of(draft_or_newest(trait, domain))
    form = GuidanceForm(initial=words._asdict())
    return render(request, "curation/guidance_edit.html", page(trait, domain, form, {"was": words.digest}))


def answer(
    request: UserRequest, trait: Trait, domain: Domain, form: GuidanceForm, state: dict[str, Any], status: int
) -> HttpResponse:
    """Say what became of the words: to the script alone, or on the whole page."""
    if "HX-Request" in request.headers:
        return render(request, "_save_state.html", state, status=status)
    return render(request, "curation/guidance_edit.html", page(trait, domain, form, state), status=status)


def page(trait: Trait, domain: Domain, form: GuidanceForm, state: dict[str, Any]) -> dict[str, Any]:
    """Return what the editor shows."""
    newest = draft_or_newest(trait, domain)
    draft = newest if newest and newest.published_at is None else None
    # A template takes what is missing for an empty text, which is what nothing looks like.
    whole = {"theirs": None} | state
    return {
        "trait": trait,
        "domain": domain,
        "form": form,
        "state": whole,
        "draft": draft,
        "section": "traits",
    }


def conflict(request: UserRequest, theirs: Guidance) -> dict[str, Any]:
    """Return what somebody else wrote meanwhile."""
    if theirs.cell_id is None:
        raise Http404
    words = words_of(theirs)
    parts = [f"{told(title)}: {said}" for title, said in zip(TITLES.values(), words, strict=True) if said]
    return {
        "theirs": "\n\n".join(parts),
        "their_digest": words.digest,
        "their_author": str(theirs.author)
        if theirs.author and theirs.author != request.user
        else _("another page of yours"),
        "take_url": reverse("curation:guidance_edit", args=[theirs.cell.trait.slug, theirs.cell.domain_id]),
    }
