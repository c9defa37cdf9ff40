"""What people send about an item that they hold. Every address takes a plain form as well as a script."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.models import UserRequest
from config.saying import LazyText, told
from labeling.actions.annotations import (
    DifferentSubmission,
    Doubtful,
    Receipt,
    StaleRevision,
    Withdrawn,
    save_draft,
    submit_annotation,
)
from labeling.actions.assignments import (
    AlreadySubmitted,
    UnknownReason,
    flag_item,
    keep_alive,
    open_item,
    skip_item,
)
from labeling.actions.care import opt_out
from labeling.models import Assignment
from labeling.submission import Fields, InvalidSubmission, OtherDefinition
from labeling.views.answers import labels, say, wants_fragment, wants_json
from labeling.views.session import render_assignment

STALE = _(
    "You have submitted this item already, here or in another window. Your words are below: "
    "submit again to put them in place of the earlier answer."
)
DIFFERENT = _(
    "This answer was sent once before with other words. Both are safe: look at it, and submit again."
)
TAKEN_BACK = _(
    "You took your labels back after you got this item, so nothing more is kept for it. "
    "Copy your words if you want them."
)
REDEFINED = _(
    "The definitions or the sentence numbers changed while this page was open. Your words are below; "
    "please judge again by the definitions that are shown now."
)


@require_POST
@labels
def submit(request: UserRequest, assignment_id: UUID) -> HttpResponse:
    """Record the annotation, then move on to the next item."""
    fields = _fields(request)
    try:
        receipt = submit_annotation(assignment_id, request.user, fields)
    except InvalidSubmission as error:
        return _invalid(request, assignment_id, fields, error)
    except Doubtful as error:
        return _doubtful(request, assignment_id, fields, error)
    except StaleRevision as error:
        return _conflict(request, assignment_id, "stale_revision", STALE, error.revision)
    except Withdrawn:
        return _gone(request, assignment_id, fields)
    except DifferentSubmission:
        return _conflict(request, assignment_id, "different_submission", DIFFERENT)
    except OtherDefinition:
        return _conflict(request, assignment_id, "definition_changed", REDEFINED)
    return _saved(request, receipt)


def _saved(request: UserRequest, receipt: Receipt) -> HttpResponse:
    annotation = receipt.annotation
    if not wants_json(request):
        return redirect(f"{reverse('labeling:session', args=[receipt.slug])}?saved=1")
    reference = reverse("labeling:reference", args=[annotation.assignment_id])
    return say(
        "saved",
        assignment=annotation.assignment_id,
        revision=annotation.revision,
        late=annotation.is_late and not annotation.assignment.is_calibration,
        done=receipt.done,
        total=receipt.total,
        url=f"/assignments/{annotation.assignment_id}/",
        reference=reference if receipt.has_reference else "",
    )


def _invalid(
    request: UserRequest, assignment_id: UUID, fields: Fields, error: InvalidSubmission
) -> HttpResponse:
    if wants_json(request):
        errors = [{"field": field, "message": told(message)} for field, message in error.problems.items()]
        return say("invalid", status=422, errors=errors)
    found = Assignment.objects.select_related("item").get(pk=assignment_id, annotator=request.user)
    return render_assignment(request, found, values=fields, problems=error.problems, status=422)


def _doubtful(request: UserRequest, assignment_id: UUID, fields: Fields, error: Doubtful) -> HttpResponse:
    """Ask whether both answers stand. Scripts ask before they send."""
    if wants_json(request):
        return say(
            "invalid",
            status=422,
            errors=[{"field": "confirmed", "message": " ".join(map(told, error.doubts))}],
        )
    found = Assignment.objects.select_related("item").get(pk=assignment_id, annotator=request.user)
    return render_assignment(request, found, values=fields, doubts=error.doubts, status=422)


def _gone(request: UserRequest, assignment_id: UUID, fields: Fields) -> HttpResponse:
    if wants_json(request):
        return say("gone", status=410, message=str(TAKEN_BACK))
    found = Assignment.objects.select_related("item").get(pk=assignment_id, annotator=request.user)
    return render_assignment(request, found, values=fields, notice=str(TAKEN_BACK), status=410)


def _conflict(
    request: UserRequest, assignment_id: UUID, reason: str, message: LazyText, revision: int = 0
) -> HttpResponse:
    if wants_json(request):
        return say("conflict", status=409, reason=reason, message=str(message), revision=revision)
    found = Assignment.objects.select_related("item").get(pk=assignment_id, annotator=request.user)
    return render_assignment(request, found, values=_fields(request), notice=str(message), status=409)


@require_POST
@labels
def draft(request: UserRequest, assignment_id: UUID) -> HttpResponse:
    """Keep what was typed so far."""
    try:
        kept = save_draft(assignment_id, request.user, _fields(request))
    except Withdrawn:
        return _gone(request, assignment_id, _fields(request))
    except StaleRevision as error:
        return _conflict(request, assignment_id, "stale_revision", STALE, error.revision)
    if wants_json(request):
        return say("draft", saved_at=f"{kept.saved_at:%H:%M}", doubts=[told(doubt) for doubt in kept.doubts])
    return redirect("labeling:assignment", assignment_id)


@require_POST
@labels
def skip(request: UserRequest, assignment_id: UUID) -> HttpResponse:
    """Pass the item on, with a reason."""
    try:
        desk = skip_item(
            assignment_id, request.user, request.POST.get("reason", ""), request.POST.get("note", "")
        )
        opt_out_of_its_notes(request, assignment_id)
    except UnknownReason:
        message = str(_("Choose one of the reasons."))
        if wants_json(request):
            return say("invalid", status=422, errors=[{"field": "reason", "message": message}])
        found = Assignment.objects.select_related("item").get(pk=assignment_id, annotator=request.user)
        return render_assignment(request, found, notice=message, status=422)
    except AlreadySubmitted:
        return _conflict(request, assignment_id, "already_submitted", STALE)
    return say("skipped") if wants_json(request) else redirect("labeling:session", desk.slug)


def opt_out_of_its_notes(request: UserRequest, assignment_id: UUID) -> None:
    """Give the person no more items with those notes of a distressing one that they ticked."""
    if request.POST.get("reason") == Assignment.SkipReason.DISTRESSING and "avoid" in request.POST:
        found = Assignment.objects.select_related("item__scenario").get(
            pk=assignment_id, annotator=request.user
        )
        opt_out(request.user, set(request.POST.getlist("avoid")) & set(found.item.scenario.content_warnings))


@require_POST
@labels
def flag(request: UserRequest, assignment_id: UUID) -> HttpResponse:
    """Say that something is wrong with the item, or take that back; the answer so far is kept."""
    is_raised = request.POST.get("raised") != "0"
    flag_item(assignment_id, request.user, is_raised=is_raised)
    if wants_json(request):
        return say("flagged" if is_raised else "unflagged")
    if "expected_revision" in request.POST:
        return draft(request, assignment_id)
    return redirect("labeling:assignment", assignment_id)


@require_POST
@labels
def open_gate(request: UserRequest, assignment_id: UUID) -> HttpResponse:
    """Show the text after the note about what it touches on."""
    desk = open_item(assignment_id, request.user)
    if wants_fragment(request):
        found = Assignment.objects.select_related("item").get(pk=assignment_id)
        return render_assignment(request, found)
    return say("opened") if wants_json(request) else redirect("labeling:session", desk.slug)


@require_POST
@labels
def heartbeat(request: UserRequest, assignment_id: UUID) -> HttpResponse:
    """Renew the lease of someone who is still reading."""
    found = keep_alive(assignment_id, request.user)
    if not wants_json(request):
        return redirect("labeling:assignment", assignment_id)
    if found.state == Assignment.State.LEASED:
        return say("leased", expires_at=found.expires_at)
    return say("submitted" if found.state == Assignment.State.SUBMITTED else "lost")


@require_POST
@labels
def undo(request: UserRequest, assignment_id: UUID) -> HttpResponse:
    """Lead back to a submitted item; submitting it again makes a new revision."""
    found = Assignment.objects.visible_to(request.user).get(pk=assignment_id)
    url = reverse("labeling:assignment", args=[found.pk])
    return say("reopened", url=url) if wants_json(request) else HttpResponseRedirect(url)


def _fields(request: UserRequest) -> Fields:
    return dict(request.POST.lists())
