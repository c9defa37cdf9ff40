"""Answers from Label Studio that did not become annotations: conflicts to settle, and what waits or can't be used."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.models import UserRequest
from labeling.actions.studio_conflicts import CannotTake, Moved, conflicts_of, settle
from labeling.forms.label_studio import SettleForm
from labeling.models import LabelStudio, LabelStudioAnswer, LabelStudioDecision
from labeling.views.answers import labels
from labeling.views.label_studio import connected

SHOWN = 200
DONE = {
    "ours": "Ours stays. What was answered there is kept beside it.",
    "theirs": "Theirs is the newest revision now. What was judged here is kept as the one before.",
}
CHANGED = "Nothing was decided: one of the two answers has changed, or somebody else was quicker. Look again."
UNCLEAR = "Nothing was decided: say which of the two answers stands."


@require_GET
@labels
def label_studio_conflicts(request: UserRequest, slug: str) -> HttpResponse:
    """Show two answers side by side where both were given, and list those that wait or can't be used."""
    return render_conflicts(request, connected(request, slug))


@require_POST
@labels
def label_studio_settle(request: UserRequest, slug: str, pk: UUID) -> HttpResponse:
    """Let one of two answers stand."""
    connection = connected(request, slug)
    form = SettleForm(request.POST)
    if not form.is_valid():
        messages.error(request, UNCLEAR)
        return render_conflicts(request, connection, status=422)
    try:
        made = settle(connection, pk, form.cleaned_data["choice"], form.cleaned_data["seen"], actor=request)
    except LabelStudioAnswer.DoesNotExist as error:
        raise Http404 from error
    except Moved:
        messages.error(request, CHANGED)
    except CannotTake as error:
        messages.error(request, f"Nothing was decided, theirs can’t be taken. {error}")
    else:
        messages.success(request, DONE[made.choice])
    return redirect("labeling:label_studio_conflicts", slug)


def render_conflicts(request: UserRequest, connection: LabelStudio, *, status: int = 200) -> HttpResponse:
    """Answer with the page."""
    kept = LabelStudioAnswer.objects.filter(task__connection=connection)
    rest = kept.filter(state__in=["waiting", "unusable"]).select_related("task", "person__member")
    settled = LabelStudioDecision.objects.filter(answer__task__connection=connection)
    context = {
        "section": "projects",
        "project": connection.project,
        "is_led": True,
        "conflicts": conflicts_of(connection, request.user),
        "waiting": kept.filter(state="conflict").count(),
        "answers": rest.order_by("-state", "-pk")[:SHOWN],
        "settled": settled.select_related("answer__person", "answer__task", "decided_by")[:SHOWN],
    }
    return render(request, "labeling/label_studio_conflicts.html", context, status=status)
