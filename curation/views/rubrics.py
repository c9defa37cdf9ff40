"""The page of a scenario's rubric, and what authors do on it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import role_required
from accounts.models import Role, User, UserRequest
from config.saying import told
from config.wording import words
from curation.actions.criteria import (
    MOST_CRITERIA,
    NotADraft,
    TooMany,
    WordingExists,
    add_criterion,
    begin_wording,
    change_criterion,
    digest_of,
    discard_draft,
    move_criterion,
    publish_criteria,
    restore_draft,
    retire_criterion,
)
from curation.actions.grading import hash_of
from curation.actions.rendering import ensure_rendered
from curation.actions.traits import ChangedMeanwhile
from curation.forms.rubrics import ScenarioCriterionForm, SharedSearch
from curation.models import Criterion, Proposal, Scenario, TraitVersion
from curation.rubric.healthbench import AXES
from curation.rubric.lint import lint_rubric
from curation.views.rubric_parts import NEW, Entry, Trouble, aimed_versions, entries_of, shared_of, totals
from curation.views.rubric_scores import next_address, scores_of
from curation.views.scenarios import turns
from curation.views.trait_edit import first_problem, posted_digest
from curation.views.trait_sections import SaveState

MOST_CANDIDATES = 20
GONE = words(
    "somebody published or removed this draft. Your words are still in the field; add them anew if they matter."
)
FULL = words("A rubric holds {most} criteria at most. Retire one first.", most=MOST_CRITERIA)
STEPS = {"up": -1, "down": 1}
DONE = {
    "added": words("Draft added. It counts once it is published."),
    "published": words("Published. The wording stays from now on; a new wording gets the next number."),
    "nothing": words("There was no draft to publish."),
    "retired": words("Retired. It no longer counts, and its wording is kept."),
    "reworded": words("A draft of the next wording is below. The published one counts until you publish it."),
    "removed": words("Draft removed."),
    "restored": words("The draft is back."),
    "gone": words("Somebody was quicker: that draft is published or gone."),
    "proposed": words(
        "Proposed, with your vote. It counts once more than half of two or more raters find that it fits."
    ),
    "voted": words("Your vote is counted."),
    "attached": words("Attached: more than half find that it fits."),
    "declined": words("Declined: more than half find that it doesn’t fit."),
    "decided": words("It was decided or you had voted already, so nothing changed."),
    "detached": words("Taken out of the rubric. The votes are kept."),
}
"""What is said after an act, by the word in the address."""


@require_safe
@login_required
def rubric(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show a scenario's rubric."""
    return render_rubric(request, find_scenario(request.user, pk))


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def criterion_add(request: UserRequest, pk: UUID) -> HttpResponse:
    """Add a draft."""
    scenario = find_scenario(request.user, pk)
    form = ScenarioCriterionForm(request.POST, versions=aimed_versions(scenario))
    if not form.is_valid():
        return refuse_new(request, scenario, form, first_problem(form))
    try:
        add_criterion(scenario, form.values, author=request.user)
    except TooMany:
        return refuse_new(request, scenario, form, told(FULL))
    return back_to(scenario, "added", anchor="add")


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def criterion(request: UserRequest, pk: UUID) -> HttpResponse:
    """Save a draft."""
    found, scenario = find_criterion(request.user, pk)
    form = ScenarioCriterionForm(request.POST, versions=aimed_versions(scenario), stored=found)
    if not form.is_valid():
        state = SaveState(posted_digest(request), problem=first_problem(form))
        return refuse(request, scenario, Trouble(str(pk), form, state), status=422)
    try:
        changed = change_criterion(found, form.values, was=posted_digest(request))
    except ChangedMeanwhile as error:
        state = SaveState(
            request.POST.get("was", ""),
            theirs=error.theirs,
            their_digest=error.their_digest,
            take_url=address(scenario, anchor=f"criterion-{pk}"),
        )
        return refuse(request, scenario, Trouble(str(pk), form, state), status=409)
    except NotADraft:
        state = SaveState(request.POST.get("was", ""), problem=told(GONE))
        return refuse(request, scenario, Trouble(str(pk), form, state), status=409)
    if "HX-Request" not in request.headers:
        return redirect(address(scenario, anchor=f"criterion-{pk}"))
    return render(request, "_save_state.html", {"was": digest_of(changed), "saved_at": timezone.now()})


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def criterion_act(request: UserRequest, pk: UUID) -> HttpResponse:
    """Move a criterion, publish or remove its draft, begin a new wording, or retire it."""
    found, scenario = find_criterion(request.user, pk)
    act = request.POST.get("act", "")
    if act in STEPS:
        move_criterion(found, STEPS[act])
        return back_to(scenario, "", anchor=f"criterion-{pk}")
    return back_to(scenario, do(act, found, scenario, request), anchor=f"criterion-{pk}")


def do(act: str, found: Criterion, scenario: Scenario, request: UserRequest) -> str:
    """Do what was asked for, and return the word for what came of it; an unknown act does nothing."""
    if act == "publish":
        return "published" if publish_criteria(scenario, [found.pk], actor=request) else "gone"
    if act == "retire":
        retire_criterion(found, actor=request)
        return "retired"
    try:
        if act == "reword":
            begin_wording(found, author=request.user)
            return "reworded"
        if act == "remove":
            request.session[f"draft-{scenario.pk}"] = discard_draft(found)
            return "removed"
    except (NotADraft, WordingExists):
        return "gone"
    return ""


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def criterion_restore(request: UserRequest, pk: UUID) -> HttpResponse:
    """Bring back the draft that was removed last."""
    scenario = find_scenario(request.user, pk)
    kept: Mapping[str, Any] | None = request.session.pop(f"draft-{scenario.pk}", None)
    if kept is None:
        return back_to(scenario, "gone")
    try:
        restored = restore_draft(scenario, kept, author=request.user)
    except WordingExists:
        return back_to(scenario, "gone")
    return back_to(scenario, "restored", anchor=f"criterion-{restored.pk}")


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def rubric_publish(request: UserRequest, pk: UUID) -> HttpResponse:
    """Publish all drafts of a scenario that the page showed."""
    scenario = find_scenario(request.user, pk)
    shown = [UUID(each) for each in request.POST.getlist("draft") if is_uuid(each)]
    count = publish_criteria(scenario, shown, actor=request)
    return back_to(scenario, "published" if count else "nothing")


def is_uuid(text: str) -> bool:
    """Whether a text is an id."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def find_scenario(reader: User, pk: UUID) -> Scenario:
    """Return a scenario that a person may see, or answer that there is none."""
    return get_object_or_404(Scenario.objects.visible_to(reader).select_related("domain"), pk=pk)


def find_criterion(reader: User, pk: UUID) -> tuple[Criterion, Scenario]:
    """Return a scenario's own criterion with the scenario."""
    related = Criterion.objects.select_related("scenario__domain", "version__trait")
    found = get_object_or_404(related, pk=pk, scenario__in=Scenario.objects.visible_to(reader))
    assert found.scenario is not None  # noqa: S101 - the line above saw it.
    return found, found.scenario


def address(scenario: Scenario, *, done: str = "", anchor: str = "") -> str:
    """Return where a rubric stands, with what was done there."""
    query = f"?done={done}" if done else ""
    return reverse("curation:rubric", args=[scenario.pk]) + query + (f"#{anchor}" if anchor else "")


def back_to(scenario: Scenario, done: str, *, anchor: str = "") -> HttpResponse:
    """Return to the rubric after an act."""
    return redirect(address(scenario, done=done, anchor=anchor))


def refuse_new(
    request: UserRequest, scenario: Scenario, form: ScenarioCriterionForm, problem: str
) -> HttpResponse:
    """Answer that a criterion was not added, with its words still there."""
    return render_rubric(request, scenario, Trouble(NEW, form, SaveState("", problem=problem)), status=422)


def refuse(request: UserRequest, scenario: Scenario, trouble: Trouble, *, status: int) -> HttpResponse:
    """Answer that a draft was not saved, with its words still there."""
    if "HX-Request" in request.headers:
        # The form saves itself and takes nothing but what became of it.
        return render(request, "_save_state.html", trouble.state._asdict(), status=status)
    return render_rubric(request, scenario, trouble, status=status)


def next_form(
    entries: Sequence[Entry], versions: Mapping[str, TraitVersion], *, done: str
) -> ScenarioCriterionForm:
    """Return the form for another criterion, with the focus in it when one was just added."""
    # Another id for each, because htmx takes the focus back to the field from which the last one was sent.
    form = ScenarioCriterionForm(versions=versions, place=f"new{len(entries)}")
    if done == "added":
        form.fields["text"].widget.attrs["autofocus"] = True
    return form


def render_rubric(
    request: UserRequest,
    scenario: Scenario,
    trouble: Trouble | None = None,
    *,
    status: int = 200,
    problem: str = "",
) -> HttpResponse:
    """Show the page."""
    may_write = request.user.may_write_traits
    versions = aimed_versions(scenario)
    criteria = list(scenario.criteria.select_related("version__trait").order_by("position", "id"))
    shared = shared_of(scenario, request.user)
    entries = entries_of(criteria, versions, may_write=may_write, trouble=trouble)
    counting = [each.criterion for each in shared if each.counts]
    rubric = list(Criterion.objects.rubric_of(scenario))
    responses = list(scenario.responses.order_by("text_sha256").only("scenario", "words", "text_sha256"))
    search = SharedSearch(request.GET, scenario=scenario)
    candidates = list(
        search.found([version.trait_id for version in versions.values()])[: MOST_CANDIDATES + 1]
    )
    earn, lose = totals(rubric)
    sha256 = hash_of(rubric)
    ensure_rendered(scenario, [])
    done = request.GET.get("done", "") if request.method == "GET" else ""
    context = {
        "scenario": scenario,
        "section": "scenarios",
        "may_write": may_write,
        "may_rate": may_write or request.user.has_role(Role.CURATORS),
        "may_download": request.user.has_role(Role.CURATORS),
        "entries": entries,
        "drafts": [each.draft for each in entries if each.draft],
        "retired": [each for each in criteria if each.state == Criterion.State.RETIRED],
        "attached": [each for each in shared if each.proposal.state == Proposal.State.ATTACHED],
        "open_proposals": [each for each in shared if each.proposal.state == Proposal.State.OPEN],
        "declined": [each for each in shared if each.proposal.state == Proposal.State.DECLINED],
        "search": search,
        "candidates": candidates[:MOST_CANDIDATES],
        "has_more": len(candidates) > MOST_CANDIDATES,
        "rubric": rubric,
        "findings": lint_rubric([*(each.shown for each in entries), *counting]),
        "earn": earn,
        "lose": lose,
        "adding": trouble.form
        if trouble and trouble.place == NEW
        else next_form(entries, versions, done=done),
        "trouble": trouble,
        "problem": problem,
        "removed": request.session.get(f"draft-{scenario.pk}"),
        "scores": scores_of(scenario, responses, rubric, sha256=sha256, reader=request.user),
        "grade_url": next_address(scenario, responses, request.user, sha256),
        "turns": turns(scenario),
        "axes": AXES,
        "done": done if done in DONE else "",
        "note": told(DONE.get(done, "")),
    }
    return render(request, "curation/rubric.html", context, status=status)
