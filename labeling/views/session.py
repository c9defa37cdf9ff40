"""The page on which people label: the next item, or one that they come back to."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from accounts.models import UserRequest
from config.wording import words
from labeling.actions.rounds import Result, settle_qualification
from labeling.calibrating import QualifyFirst, left_in_rounds, qualification_is_due
from labeling.caring import Rest, break_offer, rules_for
from labeling.definitions import definitions
from labeling.desk import come_in
from labeling.models import Annotation, Assignment, Care, Membership, Project
from labeling.queue import HeldEnough, NothingNow, claim
from labeling.resubmission import answers_of
from labeling.sheets import Sheet, load_sheet
from labeling.views.answers import labels, wants_fragment
from labeling.views.panel import panel, skip_menu

MOST_KNOWN = 50
CLOSED_DOORS = {
    "draft": words("This project is not open yet"),
    "paused": words("This project is paused"),
    "closed": words("This project is closed"),
}


class Empty(NamedTuple):
    """What the page shows when there is no item."""

    state: str
    session_url: str
    held_by_others: int = 0
    next_free_at: Any = None
    project_state: str = ""
    results: Sequence[Result] = ()
    """Of a qualification that the person did not pass, the newest of them."""
    rest: Rest | None = None
    is_narrow: bool = False
    """The person may have kept items from themselves."""


@require_GET
@labels
def session(request: UserRequest, slug: str) -> HttpResponse:
    """Show the item that the person holds, or the next one; first a new wording of the consent, if there is one."""
    if request.user.is_consent_due:
        return redirect(f"{reverse('accounts:consent_due')}?next={request.path}")
    with transaction.atomic():
        membership = come_in(slug, request.user)
        stage = _next_stage(membership)
    return render_stage(request, membership, stage)


@require_GET
@labels
def next_item(request: UserRequest, slug: str) -> HttpResponse:
    """Lease the item after those that the client has, as a fragment to show later."""
    known = []
    for text in request.GET.getlist("have")[:MOST_KNOWN]:
        with suppress(ValueError):
            known.append(UUID(text))
    try:
        with transaction.atomic():
            membership = come_in(slug, request.user)
            stage = _next_stage(membership, known)
    except HeldEnough:
        return HttpResponse(status=204)
    return _fragment(request, membership, stage)


@require_GET
@labels
def assignment(request: UserRequest, assignment_id: UUID) -> HttpResponse:
    """Show one of the person's own items; a submitted one with its answers, to be changed."""
    found = Assignment.objects.select_related("item").get(pk=assignment_id, annotator=request.user)
    return render_assignment(request, found)


def render_assignment(
    request: UserRequest,
    found: Assignment,
    *,
    values: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
    notice: str = "",
    doubts: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    """Answer with an assignment's page, filled with what was typed, a draft, or what was submitted before."""
    memberships = Membership.objects.select_related("project")
    membership = memberships.get(project=found.item.project_id, user=request.user)
    found.item.project = membership.project
    if found.state == Assignment.State.WITHDRAWN:
        stone = Annotation.objects.live().get(assignment=found)
        url = f"/label/{membership.project.slug}/"
        taken_back = Empty("withdrawn", url, next_free_at=stone.created_at)
        return render_stage(request, membership, taken_back, status=status)
    stage = load_sheet(found)
    live = Annotation.objects.in_force().filter(assignment=found).first()
    if live:
        stage.revision = live.revision
        stage.values = stage.values or answers_of(live, found)
    stage.values = values or stage.values
    stage.problems = problems or {}
    stage.notice = notice
    stage.doubts = doubts
    return render_stage(request, membership, stage, status=status)


def render_stage(
    request: UserRequest, membership: Membership, stage: Sheet | Empty, *, status: int = 200
) -> HttpResponse:
    """Answer with the whole page, or with its stage alone for a client that has the rest."""
    if wants_fragment(request):
        return _fragment(request, membership, stage, status=status)
    project = membership.project
    versions = tuple(project.pins.values_list("trait_version", flat=True))
    if isinstance(stage, Sheet):
        versions = tuple(stage.assignment.trait_versions)
        stage.undo_id = stage.undo_id or _last_submitted(membership)
    saved = request.GET.get("saved", "") and _last_submitted(membership)
    context = _context(membership, stage) | {
        "project": project,
        "guidelines": SafeString(project.guidelines_html),
        "definitions": definitions(versions),
        "versions": " ".join(map(str, versions)),
        "saved": saved,
        "saved_has_reference": saved and Assignment.objects.filter(pk=saved, item__is_gold=True).exists(),
    }
    response = render(request, "labeling/session.html", context, status=status)
    # Another person on this browser must not find the text by going back.
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["HX-Request"])
    return response


def _next_stage(membership: Membership, known: list[UUID] | None = None) -> Sheet | Empty:
    project = membership.project
    url = f"/label/{project.slug}/"
    if project.state != Project.State.OPEN:
        return Empty("paused", url, project_state=CLOSED_DOORS[project.state])
    try:
        found = claim(membership, have=known or ())
    except QualifyFirst as error:
        if _holds_any(membership):
            raise HeldEnough from error
        results = settle_qualification(membership)
        if any(result.has_passed for result in results):
            return _next_stage(membership, known)
        return Empty("qualify", url, results=results, is_narrow=membership.is_careful)
    if not isinstance(found, Assignment):
        return _without_item(membership, found)
    stage = load_sheet(found)
    if found.is_calibration and qualification_is_due(membership):
        stage.to_qualify = left_in_rounds(membership, rules_for(membership))
    return stage


def _without_item(membership: Membership, found: NothingNow | Rest | None) -> Empty:
    url = f"/label/{membership.project.slug}/"
    if isinstance(found, NothingNow):
        return Empty("nothing", url, found.held_by_others, found.next_free_at)
    if isinstance(found, Rest):
        return Empty("limit" if found.limit else "resting", url, rest=found)
    return Empty("done", url, is_narrow=membership.is_careful)


def _holds_any(membership: Membership) -> bool:
    held = Assignment.objects.live().filter(annotator=membership.user_id)
    return held.filter(item__project=membership.project_id).exists()


def _fragment(
    request: UserRequest, membership: Membership, stage: Sheet | Empty, *, status: int = 200
) -> HttpResponse:
    context = _context(membership, stage) | {"csrf_token": get_token(request)}
    response = HttpResponse(render_to_string("labeling/_stage.html", context), status=status)
    response["Cache-Control"] = "no-store"
    return response


def _context(membership: Membership, stage: Sheet | Empty) -> dict[str, Any]:
    total = membership.project.items_total
    drawn: dict[str, Any] = {}
    if isinstance(stage, Sheet):
        drawn = {"panel": panel(stage), "skip": skip_menu(), "break_offer": _break_offer(membership)}
    return drawn | {
        "stage": stage,
        "progress": {
            "slug": membership.project.slug,
            "done": membership.done,
            "total": total,
            "percent": min(100, membership.done * 100 // total) if total else 0,
        },
    }


def _break_offer(membership: Membership) -> int:
    """Minutes of reading, when it is time to offer a break to someone who set when."""
    if not membership.is_careful:
        return 0
    return break_offer(membership.user_id, Care.objects.filter(person=membership.user_id).first())


def _last_submitted(membership: Membership) -> UUID | None:
    mine = Assignment.objects.filter(
        annotator=membership.user_id,
        item__project=membership.project_id,
        state=Assignment.State.SUBMITTED,
    )
    return mine.order_by("-leased_at").values_list("id", flat=True).first()
