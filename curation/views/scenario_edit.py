"""Writing a scenario: its turns, what is said about them, and nothing lost on the way."""

import json
from dataclasses import asdict
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from config.saying import told
from config.wording import words
from curation.actions.remarks import remarks
from curation.actions.scenarios import (
    ChangedMeanwhile,
    NotADraft,
    create_draft,
    reclassify,
    save_draft,
    words_of,
)
from curation.drafting import Edited, ScenarioWords, TurnWords, differing, edited, with_turn
from curation.forms.scenario_edit import LICENSES, PRESSURES, ScenarioForm
from curation.forms.scenario_new import NewScenarioForm
from curation.models import Scenario
from curation.variants import KINDS
from curation.warnings import gaps

REMOVED = "removed_turn"
FINAL = words(
    "Somebody marked this scenario as ready, so its text is final. Copy what you wrote and make a corrected copy."
)


class Focus(NamedTuple):
    """Which control a page of the editor begins with."""

    control: str
    """text, up or down."""
    number: int
    """Of the turn."""


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CURATORS, Role.TRAIT_AUTHORS)
def scenario_new(request: UserRequest) -> HttpResponse:
    """Begin a scenario."""
    if request.method == "POST":
        form = NewScenarioForm(request.POST)
        if form.is_valid():
            begun = create_draft(form.words, author=request.user)
            return redirect("curation:scenario_edit", begun.pk)
        return render(
            request, "curation/scenario_new.html", {"form": form, "section": "scenarios"}, status=422
        )
    form = NewScenarioForm(initial={name: request.GET.get(name, "") for name in ("domain", "trait")})
    return render(request, "curation/scenario_new.html", {"form": form, "section": "scenarios"})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CURATORS, Role.TRAIT_AUTHORS)
def scenario_edit(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show the editor of a scenario, or take what was written."""
    found = get_object_or_404(Scenario.objects.visible_to(request.user).select_related("family"), pk=pk)
    if not found.is_draft and not request.user.has_role(Role.CURATORS):
        return redirect("curation:scenario", pk)
    data = request.POST if request.method == "POST" else None
    form = ScenarioForm(data, scenario=found, stored=words_of(found), writer=request.user)
    if data is None:
        return render_editor(request, form)
    if not form.is_valid():
        return refused(request, form, problem=problem_of(form), status=422)
    return take(request, form)


def take(request: UserRequest, form: ScenarioForm) -> HttpResponse:
    """Store what was written, then do what the pressed button says."""
    was = request.POST.get("over") or request.POST.get("was", "")
    try:
        if form.scenario.is_draft:
            save_draft(form.scenario.pk, form.words, was=was)
        else:
            reclassify(form.scenario.pk, form.words, was=was, actor=request)
    except ChangedMeanwhile as error:
        return refused(request, form, theirs=error.theirs, status=409)
    except NotADraft:
        return refused(request, form, problem=told(FINAL), status=409)
    return go_on(request, form.scenario, form.words)


def go_on(request: UserRequest, found: Scenario, words: ScenarioWords) -> HttpResponse:
    """Answer after words were stored: stay, go to another page, or show the turns in their new order."""
    act = request.POST.get("do", "")
    if act in ("ready", "preview") and found.is_draft:
        return leave(request, words, reverse(f"curation:scenario_{act}", args=[found.pk]))
    changed = acted(request, found, words, act) if found.is_draft else None
    if changed:
        save_draft(found.pk, changed.words, was=words.digest)
        verb = act.partition("-")[0]
        focus = verb if verb in ("up", "down") else "text"
        return stay(request, changed.words, found, f"?at={focus}-{changed.at + 1}")
    if is_script(request):
        return saved_state(request, was=words.digest)
    messages.success(request, gettext("Saved."))
    return redirect("curation:scenario_edit" if found.is_draft else "curation:scenario", found.pk)


def acted(request: UserRequest, found: Scenario, words: ScenarioWords, act: str) -> Edited | None:
    """Return the words after an act on the turns. A turn that was removed can be put back until the next one is."""
    if act == "restore":
        removed = request.session.pop(REMOVED, None)
        if not removed or removed["scenario"] != str(found.pk):
            return None
        return with_turn(words, min(removed["index"], len(words.turns)), TurnWords(**removed["turn"]))
    changed = edited(words, act)
    if changed and changed.removed and not changed.removed.is_empty:
        index = int(act.partition("-")[2]) - 1
        request.session[REMOVED] = {
            "scenario": str(found.pk), "index": index, "turn": asdict(changed.removed)
        }  # fmt: skip
    return changed


def is_script(request: UserRequest) -> bool:
    """Whether the page itself asks, not the person's browser."""
    return "HX-Request" in request.headers


def saved_state(request: UserRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    """Answer a form that saves itself."""
    if status == 200:
        context["saved_at"] = timezone.now()
    answer = render(request, "curation/_scenario_saved.html", context, status=status)
    if status == 200:
        answer["HX-Trigger"] = "scenario-saved"
    return answer


def leave(request: UserRequest, words: ScenarioWords, url: str) -> HttpResponse:
    """Go to another page once everything is stored."""
    if not is_script(request):
        return redirect(url)
    answer = saved_state(request, was=words.digest)
    answer["HX-Redirect"] = url
    return answer


def stay(request: UserRequest, words: ScenarioWords, found: Scenario, query: str) -> HttpResponse:
    """Show the editor again with its turns in another order."""
    url = reverse("curation:scenario_edit", args=[found.pk]) + query
    if not is_script(request):
        return redirect(url)
    answer = saved_state(request, was=words.digest)
    answer["HX-Location"] = json.dumps(
        {"path": url, "target": "#editor", "select": "#editor", "swap": "outerHTML", "push": "false"}
    )
    return answer


def refused(
    request: UserRequest,
    form: ScenarioForm,
    *,
    status: int,
    problem: str = "",
    theirs: ScenarioWords | None = None,
) -> HttpResponse:
    """Answer that nothing was stored, and why; what was written stays in the form."""
    context: dict[str, Any] = {"problem": problem, "was": request.POST.get("was", "")}
    if theirs is not None:
        context["conflict"] = list(differing(form.words, theirs))
        context["their_digest"] = theirs.digest
    if is_script(request):
        return saved_state(request, status=status, scenario=form.scenario, **context)
    return render_editor(request, form, status=status, **context)


def problem_of(form: ScenarioForm) -> str:
    """Return in one sentence what can't be stored."""
    found = []
    for name, errors in form.errors.items():
        label = f"{form[name].label}: " if name in form.fields else ""
        found.append(label + ", ".join(map(str, errors)).rstrip("."))
    return "; ".join(found) + "."


def focus_of(request: UserRequest) -> Focus | None:
    """Return where the page begins, after the turns were put in another order."""
    control, _, number = request.GET.get("at", "").partition("-")
    return Focus(control, int(number)) if number.isdecimal() and len(number) < 4 else None


def render_editor(
    request: UserRequest, form: ScenarioForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    """Show the editor."""
    found = form.scenario
    removed = request.session.get(REMOVED)
    checks = checks_of(found, form.stored)
    context = {
        "scenario": found,
        "form": form,
        "was": form.stored.digest,
        "saved_at": found.edited_at,
        "rows": form.rows(checks["remarks"]),
        "kind": KINDS[found.variant],
        "pressures": PRESSURES,
        "licenses": LICENSES,
        "focus": focus_of(request),
        "removed": removed if removed and removed["scenario"] == str(found.pk) else None,
        "may_finish": request.user.has_role(Role.CURATORS),
        "section": "scenarios",
        **checks,
        **more,
    }
    return render(request, "curation/scenario_edit.html", context, status=status)


def checks_of(found: Scenario, words: ScenarioWords) -> dict[str, Any]:
    """Return what a draft still wants, and what should be looked at."""
    if not found.is_draft:
        return {"gaps": [], "remarks": []}
    return {"gaps": gaps(words), "remarks": remarks(found, words)}


@require_safe
@role_required(Role.CURATORS, Role.TRAIT_AUTHORS)
def scenario_checks(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show what a draft still wants, as it is stored now."""
    found = get_object_or_404(Scenario.objects.visible_to(request.user), pk=pk)
    context = {"scenario": found, **checks_of(found, words_of(found))}
    if not is_script(request):
        return redirect("curation:scenario_edit", pk)
    return render(request, "curation/_scenario_checks.html", context)
