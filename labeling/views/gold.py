"""Gold items for those who lead a project: the list, and one item with its references and objections."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User, UserRequest
from curation.asking import said
from curation.models import Scenario
from labeling.actions.gold import (
    AnsweredMeanwhile,
    keep_reference,
    retire_reference,
    set_gold_share,
    set_references,
)
from labeling.answered import saying
from labeling.forms.calibration import AnswerForm, ReferenceForm, ShareForm
from labeling.models import GoldContest, GoldReference, Item, Project
from labeling.reading import texts_of
from labeling.views.answers import labels
from labeling.views.asked import STEPS

SHOWN = 100
FOUND = 25
"""Items offered; without words to find, a mixed few in the order of an index."""
MATCHED = 500


@require_safe
@labels
def gold(request: UserRequest, slug: str) -> HttpResponse:
    """List the gold items of a project, with what waits for an answer, and find items that may become gold."""
    project = led_project(request.user, slug)
    return shown_list(request, project)


@require_POST
@labels
def gold_share(request: UserRequest, slug: str) -> HttpResponse:
    """Say how many of a hundred items are gold."""
    project = led_project(request.user, slug)
    form = ShareForm(request.POST)
    if not form.is_valid():
        return shown_list(request, project, form=form, status=422)
    set_gold_share(project, form.cleaned_data["percent"], by=request.user)
    return redirect("labeling:gold", slug)


@require_safe
@labels
def gold_item(request: UserRequest, slug: str, pk: UUID) -> HttpResponse:
    """Show an item with its references, to set or revise them."""
    return shown_item(request, item_of(request.user, slug, pk))


@require_POST
@labels
def gold_set(request: UserRequest, slug: str, pk: UUID) -> HttpResponse:
    """Set or revise references."""
    item = item_of(request.user, slug, pk)
    form = ReferenceForm(item.project, request.POST)
    if not form.is_valid():
        return shown_item(request, item, form=form, status=422)
    set_references(item, form.strengths, form.cleaned_data["reason"], author=request.user)
    messages.success(
        request, _("The reference is in force. People see it with its reason after they answered.")
    )
    return redirect("labeling:gold_item", slug, pk)


@require_POST
@labels
def gold_retire(request: UserRequest, slug: str, pk: UUID) -> HttpResponse:
    """Take a reference out of use."""
    item = item_of(request.user, slug, pk)
    sent = request.POST.get("reference", "")
    reference = next((each for each in item.gold_references.in_force() if str(each.pk) == sent), None)
    if reference is None:
        raise Http404
    retire_reference(reference, by=request.user)
    return redirect("labeling:gold_item", slug, pk)


@require_POST
@labels
def gold_answer(request: UserRequest, pk: int) -> HttpResponse:
    """Answer an objection: the reference stays."""
    found = get_object_or_404(GoldContest.objects.select_related("reference__item__project"), pk=pk)
    item = found.reference.item
    led_project(request.user, item.project.slug)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return shown_item(request, item, answer_form=form, status=422)
    try:
        keep_reference(found, form.cleaned_data["answer"], by=request.user)
    except AnsweredMeanwhile:
        messages.error(request, _("Someone else answered this meanwhile."))
    return redirect("labeling:gold_item", item.project.slug, item.pk)


def led_project(user: User, slug: str) -> Project:
    """Return a project that the person leads; for all others it does not exist."""
    project = get_object_or_404(Project.objects.visible_to(user), slug=slug)
    if not project.is_led_by(user):
        raise Http404
    return project


def item_of(user: User, slug: str, pk: UUID) -> Item:
    """Return an item of a project that the person leads."""
    rows = Item.objects.select_related("project", "scenario__domain")
    return get_object_or_404(rows, project=led_project(user, slug), pk=pk)


def shown_list(
    request: UserRequest, project: Project, *, form: ShareForm | None = None, status: int = 200
) -> HttpResponse:
    """Answer with the list of a project's gold items."""
    waiting = Count("gold_references__contests", filter=Q(gold_references__contests__outcome=""))
    rows = project.items.filter(is_gold=True).select_related("scenario__domain").annotate(waiting=waiting)
    items = list(rows.order_by("-waiting", "id")[:SHOWN])
    pinned = set(project.pins.values_list("trait_version_id", flat=True))
    references: dict[UUID, list[tuple[GoldReference, str, bool]]] = {}
    in_force = GoldReference.objects.in_force().filter(item__in=items).select_related("trait_version__trait")
    for each in in_force.order_by("id"):
        row = (each, saying(each.strength), fits(each, pinned))
        references.setdefault(each.item_id, []).append(row)
    q = request.GET.get("q", "").strip()
    others = project.items.filter(is_gold=False).select_related("scenario__domain")
    if q:
        saying_so = Scenario.objects.filter(said(q, in_responses=False)).values_list("pk", flat=True)
        others = others.filter(scenario__in=list(saying_so[:MATCHED]))
    context = {
        "section": "projects",
        "project": project,
        "rows": [(item, references[item.pk]) for item in items],
        "others": others.order_by("content_sha256")[:FOUND],
        "q": q,
        "form": form or ShareForm(initial={"percent": project.gold_percent}),
    }
    return render(request, "labeling/gold.html", context, status=status)


def fits(reference: GoldReference, pinned: set[UUID]) -> bool:
    """Whether a reference speaks of what the project asks about now."""
    return reference.trait_version_id is None or reference.trait_version_id in pinned


def shown_item(
    request: UserRequest,
    item: Item,
    *,
    form: ReferenceForm | None = None,
    answer_form: AnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Answer with the page of one item."""
    texts, responses = texts_of(item)
    rows = item.gold_references.select_related("trait_version__trait", "author").order_by("-id")
    contests = GoldContest.objects.filter(reference__item=item).select_related(
        "reference__trait_version__trait"
    )
    context = {
        "section": "projects",
        "project": item.project,
        "item": item,
        "texts": texts,
        "earlier": texts.turns[:-1],
        "final": texts.turns[-1],
        "responses": responses,
        "references": [(each, saying(each.strength)) for each in rows],
        "waiting": contests.waiting(),
        "answered": contests.answered(),
        "form": form or ReferenceForm(item.project),
        "answer_form": answer_form or AnswerForm(),
        "steps": STEPS,
    }
    return render(request, "labeling/gold_item.html", context, status=status)
