"""What a person sees of references: after they answered, beside their own answer."""

from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import UserRequest
from labeling.actions.gold import AlreadyContested, contest
from labeling.answered import saying
from labeling.comparing import points_same_way
from labeling.forms.calibration import ContestForm
from labeling.models import Annotation, Assignment, GoldContest, GoldReference
from labeling.reading import texts_as_shown
from labeling.views.answers import labels


class Beside(NamedTuple):
    """A reference beside what the person said first, and what became of objections."""

    reference: GoldReference
    said: str
    own: str
    """Empty when they said nothing on this trait."""
    is_same: bool
    contests: list[GoldContest]


@require_safe
@labels
def reference(request: UserRequest, assignment_id: UUID) -> HttpResponse:
    """Show the references of an item that the person has judged."""
    return shown(request, judged(request, assignment_id))


@require_POST
@labels
def contest_reference(request: UserRequest, assignment_id: UUID) -> HttpResponse:
    """Say why a reference is wrong."""
    found = judged(request, assignment_id)
    form = ContestForm(found.item, request.POST)
    if not form.is_valid():
        return shown(request, found, form=form, status=422)
    try:
        contest(found, form.cleaned_data["reference"], form.cleaned_data["text"])
    except AlreadyContested:
        return shown(
            request, found, form=form, problem=_("Your earlier objection is not answered yet."), status=409
        )
    messages.success(
        request, _("Whoever leads the project reads this and answers. You find it on your home page.")
    )
    return redirect("labeling:reference", assignment_id)


def judged(request: UserRequest, assignment_id: UUID) -> Assignment:
    """Return an assignment that the person has answered, of an item with a reference. Before that, there is none."""
    rows = Assignment.objects.submitted().select_related("item__project", "item__scenario__domain")
    found = rows.get(pk=assignment_id, annotator=request.user)
    if not found.item.gold_references.exists():
        raise Http404
    return found


def shown(
    request: UserRequest,
    found: Assignment,
    *,
    form: ContestForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Answer with the references of an item."""
    texts, responses = texts_as_shown(found)
    context = {
        "section": "home",
        "found": found,
        "texts": texts,
        "earlier": texts.turns[:-1],
        "final": texts.turns[-1],
        "responses": responses,
        "rows": beside(found),
        "form": form or ContestForm(found.item),
        "problem": problem,
    }
    return render(request, "labeling/reference.html", context, status=status)


def beside(found: Assignment) -> list[Beside]:
    """Return each reference in force beside what the person said first, by the letters that they saw."""
    sign = 1 if found.order_shown[0] == 0 else -1
    first = Annotation.objects.get(assignment=found, revision=1)
    own = {each.trait_version_id: each for each in first.preferences.all()}
    rows = []
    for each in found.item.gold_references.in_force().select_related("trait_version__trait").order_by("id"):
        mine = own.get(each.trait_version_id)
        strength = mine.strength if mine else None
        rows.append(
            Beside(
                each,
                saying(each.strength * sign),
                saying(None if strength is None else strength * sign) if mine else "",
                strength is not None and points_same_way(strength, each.strength),
                list(each.contests.filter(author=found.annotator_id).order_by("id")),
            )
        )
    return rows
