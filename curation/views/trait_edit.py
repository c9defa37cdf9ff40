"""Editing a draft: one page, whose small forms save themselves."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from config.saying import told
from config.wording import words
from curation.actions.trait_parts import (
    SECTIONS,
    PartIsGone,
    Section,
    TooMany,
    add_part,
    change_part,
    digest_of,
    find,
    move_part,
    remove_part,
    restore_part,
)
from curation.actions.traits import TEXTS, ChangedMeanwhile, NotADraft, change_text
from curation.actions.wordings import newest_guidance, wording_of
from curation.models import TraitVersion
from curation.views.trait_sections import (
    SaveState,
    Trouble,
    cell_views,
    other_traits,
    part_form,
    remember_removed,
    section_view,
    section_views,
    take_removed,
    text_form,
    text_views,
)
from curation.wording import MOST_PARTS, digest, gaps

LOCKED = words("{version} is {state}, so its words stay. Begin a new version from it to change them.")
NO_DRAFT = words(
    "this version is no longer a draft. Your words are still in the field; copy them into a new version."
)
GONE = words(
    "a colleague took this part away. Your words are still in the field; add them anew if they matter."
)
FULL = words("A section holds {most} entries at most. Remove one first.", most=MOST_PARTS)
STEPS = {"up": -1, "down": 1}


@require_safe
@role_required(Role.TRAIT_AUTHORS)
def trait_edit(request: UserRequest, slug: str, number: int) -> HttpResponse:
    """Show a draft with all its words ready to be changed."""
    version = find_version(request, slug, number)
    if version.state != TraitVersion.State.DRAFT:
        return back_to_reading(request, version)
    return render_page(request, version)


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def trait_text(request: UserRequest, slug: str, number: int, field: str) -> HttpResponse:
    """Save one text of a draft."""
    version = find_version(request, slug, number)
    if field not in TEXTS:
        raise Http404
    form = text_form(version, field, request.POST)
    if not form.is_valid():
        return refuse(
            request,
            version,
            Trouble(field, "", form, SaveState(posted_digest(request), problem=first_problem(form))),
        )
    value = form.cleaned_data["value"]
    try:
        change_text(version, field, value, was=posted_digest(request), editor=request.user)
    except (NotADraft, ChangedMeanwhile) as error:
        return refuse(
            request,
            version,
            Trouble(field, "", form, state_after(request, version, error, field)),
            status=409,
        )
    return saved(request, version, digest(value), field)


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def trait_part(request: UserRequest, slug: str, number: int, section: str, part: str) -> HttpResponse:
    """Save one part of a draft."""
    version, chosen = find_version(request, slug, number), find_section(section)
    try:
        stored = find(version, chosen, part)
    except PartIsGone as error:
        form = part_form(chosen, None, other_traits(version), request.POST)
        return refuse(
            request,
            version,
            Trouble(section, part, form, state_after(request, version, error, section)),
            status=409,
        )
    form = part_form(chosen, stored, other_traits(version), request.POST)
    if not form.is_valid():
        return refuse(
            request,
            version,
            Trouble(section, part, form, SaveState(posted_digest(request), problem=first_problem(form))),
        )
    try:
        changed = change_part(
            version, chosen, part, form.cleaned_data, was=posted_digest(request), editor=request.user
        )
    except (NotADraft, PartIsGone, ChangedMeanwhile) as error:
        return refuse(
            request,
            version,
            Trouble(section, part, form, state_after(request, version, error, section)),
            status=409,
        )
    return saved(request, version, digest_of(chosen, changed), section)


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def trait_part_add(request: UserRequest, slug: str, number: int, section: str) -> HttpResponse:
    """Add a part to a draft."""
    version, chosen = find_version(request, slug, number), find_section(section)
    form = part_form(chosen, None, other_traits(version), request.POST)
    if not form.is_valid():
        return refuse(
            request, version, Trouble(section, "", form, SaveState("", problem=first_problem(form)))
        )
    try:
        add_part(version, chosen, form.cleaned_data, editor=request.user)
    except NotADraft:
        return refuse(
            request, version, Trouble(section, "", form, SaveState("", problem=told(NO_DRAFT))), status=409
        )
    except TooMany:
        return refuse(request, version, Trouble(section, "", form, SaveState("", problem=told(FULL))))
    return section_changed(request, version, chosen, focus="add")


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def trait_part_act(request: UserRequest, slug: str, number: int, section: str, part: str) -> HttpResponse:
    """Move a part up or down, or take it away."""
    version, chosen = find_version(request, slug, number), find_section(section)
    act = request.POST.get("act", "")
    try:
        if act == "remove":
            removed = remove_part(version, chosen, part, editor=request.user)
            remember_removed(request, version, removed)
        elif act in STEPS:
            move_part(version, chosen, part, STEPS[act], editor=request.user)
    except NotADraft:
        return back_to_reading(request, version)
    except PartIsGone:
        return section_changed(request, version, chosen, note=_("A colleague took that part away already."))
    return section_changed(request, version, chosen, focus=act)


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def trait_part_restore(request: UserRequest, slug: str, number: int, section: str) -> HttpResponse:
    """Bring back what was taken away last."""
    version, chosen = find_version(request, slug, number), find_section(section)
    removed = take_removed(request, version, chosen)
    try:
        if removed:
            restore_part(version, removed, editor=request.user)
    except NotADraft:
        return back_to_reading(request, version)
    except TooMany:
        remember_removed(request, version, removed or {})
        return section_changed(request, version, chosen, note=told(FULL))
    return section_changed(request, version, chosen)


def find_version(request: UserRequest, slug: str, number: int) -> TraitVersion:
    """Return the version that an address names."""
    visible = TraitVersion.objects.visible_to(request.user).select_related("trait", "author")
    return get_object_or_404(visible, trait__slug=slug, number=min(number, 32767))


def find_section(name: str) -> Section:
    """Return the section that an address names."""
    if name not in SECTIONS:
        raise Http404
    return SECTIONS[name]


def posted_digest(request: UserRequest) -> str:
    """Return the digest of what the person saw: of the other's words when these are to be written over."""
    return request.POST.get("over") or request.POST.get("was", "")


def first_problem(form: forms.Form) -> str:
    """Return what is wrong, in one line that names the field where there are several."""
    problems = []
    for name, errors in form.errors.items():
        label = str(form.fields[name].label or name.capitalize()) if name in form.fields else ""
        lead = f"{label}: " if len(form.fields) > 1 else ""
        problems.append(lead + " ".join(map(str, errors)))
    return " ".join(problems)


def state_after(request: UserRequest, version: TraitVersion, error: Exception, anchor: str) -> SaveState:
    """Return what to say when words could not be saved because of somebody else."""
    was = request.POST.get("was", "")
    if isinstance(error, ChangedMeanwhile):
        return SaveState(
            was,
            theirs=error.theirs,
            their_digest=error.their_digest,
            their_author=str(error.author or ""),
            take_url=edit_url(version, anchor),
        )
    return SaveState(was, problem=told(GONE if isinstance(error, PartIsGone) else NO_DRAFT))


def edit_url(version: TraitVersion, anchor: str = "") -> str:
    """Return where a draft is edited."""
    path = reverse("curation:trait_edit", args=[version.trait.slug, version.number])
    return f"{path}#{anchor}" if anchor else path


def saved(request: UserRequest, version: TraitVersion, was: str, anchor: str) -> HttpResponse:
    """Answer that words were saved."""
    if "HX-Request" not in request.headers:
        return redirect(edit_url(version, anchor))
    state = SaveState(was, saved_at=timezone.now())
    context = {**state._asdict(), "gaps": gaps(wording_of(fresh(version)))}
    return render(request, "curation/trait_edit.html#saved", context)


def refuse(request: UserRequest, version: TraitVersion, trouble: Trouble, status: int = 422) -> HttpResponse:
    """Answer that words were not saved, with all of them still there."""
    if "HX-Request" not in request.headers:
        return render_page(request, version, trouble, status=status)
    if trouble.name in SECTIONS and not trouble.part:
        view = section_view(request, version, SECTIONS[trouble.name], other_traits(version), trouble)
        return render(request, "curation/_trait_section.html", {"version": version, "view": view}, status=422)
    return render(request, "_save_state.html", trouble.state._asdict(), status=status)


def section_changed(
    request: UserRequest, version: TraitVersion, section: Section, *, focus: str = "", note: str = ""
) -> HttpResponse:
    """Answer with the section as it is now, the keyboard where the person goes on."""
    if "HX-Request" not in request.headers:
        if note:
            messages.warning(request, note)
        return redirect(edit_url(version, section.name))
    view = section_view(request, version, section, other_traits(version))
    if focus == "add":
        next(iter(view.adding.fields.values())).widget.attrs["autofocus"] = True
    context = {
        "version": version,
        "view": view,
        "gaps": gaps(wording_of(fresh(version))),
        "focus": focus,
        "note": note,
    }
    return render(request, "curation/trait_edit.html#changed", context)


def back_to_reading(request: UserRequest, version: TraitVersion) -> HttpResponse:
    """Send someone who wanted to edit final words to the page where they stand."""
    version = fresh(version)
    messages.info(
        request,
        told(LOCKED).format(
            version=_("Version %(number)s") % {"number": version.number},
            state=version.get_state_display().lower(),
        ),
    )
    target = reverse("curation:trait_version", args=[version.trait.slug, version.number])
    if "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Redirect": target})
    return redirect(target)


def fresh(version: TraitVersion) -> TraitVersion:
    """Return a version as it stands in the database now."""
    return TraitVersion.objects.select_related("trait").get(pk=version.pk)


def render_page(
    request: UserRequest, version: TraitVersion, trouble: Trouble | None = None, status: int = 200
) -> HttpResponse:
    """Render the whole page."""
    texts = text_views(version, trouble)
    before = version.trait.versions.filter(number__lt=version.number).order_by("-number").first()
    context: dict[str, Any] = {
        "version": version,
        "texts": texts,
        "sections": section_views(request, version, trouble),
        "trouble": trouble,
        "gaps": gaps(wording_of(version)),
        "cells": cell_views(version, newest_guidance(version.trait)),
        "before": before,
        "writers": [each.author for each in version.contributions.select_related("author").order_by("pk")],
        "section": "traits",
    }
    answer = render(request, "curation/trait_edit.html", context, status=status)
    patch_vary_headers(answer, ["HX-Request"])
    return answer
