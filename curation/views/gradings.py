"""Grading one response, or one stock response, criterion by criterion."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from config.saying import told
from curation.actions.grading import Graded, MarksMissing, RubricChanged, hash_of, probes_of, record_grading
from curation.actions.rendering import ensure_rendered
from curation.models import Criterion, Grading, Response, Scenario
from curation.shown import StoredHtml, readable
from curation.views.rubric_scores import PROBE_WORDS, PROBES, letter_of, next_address, percent
from curation.views.rubrics import find_scenario
from curation.views.scenarios import turns

MET, NOT_MET = "met", "notmet"
SAID = {MET: True, NOT_MET: False}


class Sheet(NamedTuple):
    """What is graded, as the page shows it."""

    graded: Graded
    name: str
    address: str
    html: StoredHtml | None = None
    """Of a response."""
    letter: str = "a"
    """Of a response, by which its color is chosen."""


class Question(NamedTuple):
    """One criterion with the mark that was made."""

    number: int
    criterion: Criterion
    said: str
    is_missing: bool


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.TRAIT_AUTHORS, Role.CURATORS)
def grade(request: UserRequest, pk: UUID, response: UUID) -> HttpResponse:
    """Hold a response against the rubric of its scenario. Who made the response is not shown."""
    scenario = find_scenario(request.user, pk)
    responses = list(scenario.responses.order_by("text_sha256"))
    place = next((place for place, each in enumerate(responses) if each.pk == response), None)
    if place is None:
        raise Http404
    chosen, letter = responses[place], letter_of(place)
    ensure_rendered(scenario, [chosen])
    sheet = Sheet(
        Graded(response=chosen),
        _("Response %(letter)s") % {"letter": letter},
        reverse("curation:grade", args=[pk, response]),
        readable(chosen.rendered_html or "", letter),
        letter.lower(),
    )
    return answer(request, scenario, responses, sheet)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.TRAIT_AUTHORS, Role.CURATORS)
def probe(request: UserRequest, pk: UUID, probe: str) -> HttpResponse:
    """Hold a stock response against the rubric of a scenario."""
    if probe not in PROBES:
        raise Http404
    scenario, name = find_scenario(request.user, pk), PROBES[probe]
    ensure_rendered(scenario, [])
    text = probes_of(scenario, list(Criterion.objects.rubric_of(scenario)))[name]
    sheet = Sheet(
        Graded(probe=name, text=text),
        told(PROBE_WORDS[name][0]),
        reverse("curation:probe", args=[pk, probe]),
    )
    return answer(request, scenario, list(scenario.responses.order_by("text_sha256")), sheet)


def answer(request: UserRequest, scenario: Scenario, responses: list[Response], sheet: Sheet) -> HttpResponse:
    """Take marks that were sent, or show the page."""
    rubric = list(Criterion.objects.rubric_of(scenario).select_related("version__trait"))
    if request.method != "POST":
        return show(request, scenario, responses, sheet, rubric)
    said = {str(each.pk): request.POST.get(f"mark-{each.pk}", "") for each in rubric}
    marks = {each.pk: SAID[said[str(each.pk)]] for each in rubric if said[str(each.pk)] in SAID}
    try:
        record_grading(
            scenario, sheet.graded, marks, sha256=request.POST.get("rubric", ""), grader=request.user
        )
    except MarksMissing:
        return show(request, scenario, responses, sheet, rubric, said=said, problem="missing", status=422)
    except RubricChanged:
        return show(request, scenario, responses, sheet, rubric, said=said, problem="changed", status=409)
    return redirect(sheet.address)


def show(
    request: UserRequest,
    scenario: Scenario,
    responses: Sequence[Response],
    sheet: Sheet,
    rubric: Sequence[Criterion],
    **sent: Any,
) -> HttpResponse:
    """Show what is graded beside the criteria.

    Args:
        request: of the grader.
        scenario: whose rubric it is.
        responses: all of the scenario's, in the order of their letters.
        sheet: what is graded.
        rubric: its criteria, in order.
        sent: `said` with the marks that came, the `problem` with them, and the `status` of the answer.
    """
    sha256, problem = hash_of(rubric), sent.get("problem", "")
    mine = scenario.gradings.filter(grader=request.user, rubric_sha256=sha256).order_by("-created_at", "-pk")
    own = next((each for each in mine if is_of(each, sheet.graded)), None)
    said = sent.get("said") or marks_of(own)
    context = {
        "scenario": scenario,
        "turns": turns(scenario),
        "sheet": sheet,
        "questions": questions(rubric, said, mark_missing=problem == "missing"),
        "missing": sum(said.get(str(each.pk)) not in SAID for each in rubric),
        "sha256": sha256,
        "problem": problem,
        "own": None if problem else own,
        "score": percent(own.score) if own else "",
        "next": next_address(scenario, responses, request.user, sha256),
    }
    return render(request, "curation/rubric_grade.html", context, status=sent.get("status", 200))


def is_of(grading: Grading, graded: Graded) -> bool:
    """Whether a grading is of this thing; a stock response with other words is another thing."""
    response = graded.response.pk if graded.response else None
    return (grading.response_id, grading.probe, grading.text) == (response, graded.probe, graded.text)


def marks_of(grading: Grading | None) -> dict[str, str]:
    """Return the marks of a grading as the page sends them."""
    if grading is None:
        return {}
    rows = grading.marks.values_list("criterion", "is_met")
    return {str(criterion): MET if is_met else NOT_MET for criterion, is_met in rows}


def questions(rubric: Sequence[Criterion], said: Mapping[str, str], *, mark_missing: bool) -> list[Question]:
    """Return the criteria with the marks that were made."""
    return [
        Question(number, each, mark, mark_missing and mark not in SAID)
        for number, each in enumerate(rubric, start=1)
        for mark in [said.get(str(each.pk), "")]
    ]
