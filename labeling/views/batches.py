"""A project's items: how many there are, which come first, and making more of them."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit import record
from accounts.models import User, UserRequest
from config.saying import told
from config.wording import words
from curation.models import Domain, SavedFilter, Scenario
from labeling.actions.batches import (
    Plan,
    PlanChanged,
    TooMany,
    perform_if_quick,
    plan,
    start_batch,
)
from labeling.forms.batches import ChoiceForm, Finding, UrgencyForm, choice_of
from labeling.models import Item, ItemBatch, Project
from labeling.queue import hurry
from labeling.views.answers import labels
from labeling.views.doors import led_project

SHOWN = 10
SHOWN_MODELS = 40
MOST_BATCHES = 50
MOST_HURRIED = 20_000
LIST_OF_SCENARIOS = "curation:scenarios"
CHANGED = words(
    "What would be made is not what you looked at any more, so nothing was made. Look again, then make them."
)


@require_GET
@labels
def project_items(request: UserRequest, slug: str) -> HttpResponse:
    """Show how many items there are, which were made together, and those that match a filter."""
    found = led_project(request, slug)
    finding = Finding(request.GET, reader=request.user)
    asked = finding.asked
    matching = open_items(found, finding, request.user)
    first = matching.values("pk", "is_urgent")[: MOST_HURRIED + 1]
    counts = first.aggregate(matching=Count("pk"), urgent=Count("pk", filter=Q(is_urgent=True)))
    context = {
        "section": "projects",
        "project": found,
        "is_led": True,
        "finding": finding,
        "asked": urlencode(asked),
        "matching": min(counts["matching"], MOST_HURRIED),
        "urgent": counts["urgent"],
        "has_more": counts["matching"] > MOST_HURRIED,
        "batches": ItemBatch.objects.filter(project=found)
        .select_related("run", "created_by")
        .order_by("-pk")[:MOST_BATCHES],
    }
    return render(request, "labeling/project_items.html", context)


def open_items(found: Project, finding: Finding, reader: User) -> Any:
    """Return the open items whose scenarios a filter asks for."""
    items = Item.objects.open().filter(project=found).order_by()
    if not finding.asked:
        return items
    return items.filter(
        scenario__in=finding.narrowed(Scenario.objects.visible_to(reader)).order_by().values("pk")
    )


@require_POST
@labels
@transaction.atomic
def items_hurry(request: UserRequest, slug: str) -> HttpResponse:
    """Have the open items that match a filter handed out first, or no longer."""
    found = led_project(request, slug)
    form, query = UrgencyForm(request.POST), request.POST.get("query", "")[:1000]
    finding = Finding(QueryDict(query), reader=request.user)
    finding.is_valid()
    if form.is_valid():
        is_urgent = form.cleaned_data["is_urgent"]
        others = open_items(found, finding, request.user).filter(is_urgent=not is_urgent)
        count = hurry(found.pk, list(others.values_list("pk", flat=True)[:MOST_HURRIED]), is_urgent=is_urgent)
        if count:
            record(
                request, "items.hurried" if is_urgent else "items.put_back", found, count=count, query=query
            )
        messages.success(request, hurried(count, is_urgent=is_urgent))
    return redirect(f"{reverse('labeling:project_items', args=[slug])}?{urlencode(finding.asked)}")


def hurried(count: int, *, is_urgent: bool) -> str:
    """Say what became of items."""
    if not count:
        return _("Nothing had to be changed.")
    if is_urgent:
        return ngettext(
            "%(shown)s item is handed out before the others now.",
            "%(shown)s items are handed out before the others now.",
            count,
        ) % {"shown": f"{count:,}"}
    return ngettext(
        "%(shown)s item waits in line with the others now.",
        "%(shown)s items wait in line with the others now.",
        count,
    ) % {"shown": f"{count:,}"}


@require_http_methods(["GET", "POST"])
@labels
def items_new(request: UserRequest, slug: str) -> HttpResponse:
    """Choose scenarios and responses, look at what would come of it, and make it."""
    found = led_project(request, slug)
    query = request.POST.get("query", "")[:4000] if request.method == "POST" else request.GET.urlencode()
    data = QueryDict(query)
    finding = Finding(data, reader=request.user)
    finding.is_valid()
    form = ChoiceForm(data if "look" in data else None, project=found)
    if not form.is_valid():
        return render_new(request, found, finding, form, status=422 if form.is_bound else 200)
    choice = choice_of(finding, form, request.user)
    try:
        if request.method == "POST":
            digest = request.POST.get("digest", "")
            batch = start_batch(found, choice, query=query, looked_at=digest, created_by=request.user)
            return after_making(request, batch)
        planned = plan(found, choice, request.user)
    except TooMany as error:
        form.add_error(None, str(error))
        return render_new(request, found, finding, form, status=422)
    except PlanChanged:
        messages.error(request, told(CHANGED))
        return redirect(f"{reverse('labeling:items_new', args=[slug])}?{query}")
    form = ChoiceForm(data, project=found, models=planned.models)
    form.is_valid()
    return render_new(request, found, finding, form, planned=planned, query=query)


def after_making(request: UserRequest, batch: ItemBatch) -> HttpResponse:
    """Make the items here if they are few, and lead to where they can be seen."""
    if perform_if_quick(batch).state != "done":
        return redirect("runs:progress", batch.run_id)
    messages.success(request, f"{batch.made:,} item{'' if batch.made == 1 else 's'} made.")
    return redirect("labeling:project_items", batch.project.slug)


def render_new(
    request: UserRequest,
    found: Project,
    finding: Finding,
    form: ChoiceForm,
    *,
    planned: Plan | None = None,
    query: str = "",
    status: int = 200,
) -> HttpResponse:
    """Answer with the page on which items are chosen, with what they come to if that is known."""
    context: dict[str, Any] = {
        "section": "projects",
        "project": found,
        "is_led": True,
        "finding": finding,
        "form": form,
        "saved": SavedFilter.objects.filter(owner=request.user, page=LIST_OF_SCENARIOS),
        "planned": planned,
        "query": query,
    }
    if planned:
        names = dict(Domain.objects.values_list("slug", "name"))
        first = planned.fresh[:SHOWN]
        scenarios = Scenario.objects.select_related("domain").in_bulk([item.scenario for item in first])
        context |= {
            "first": [(item, scenarios[item.scenario]) for item in first],
            "by_models": planned.by_models[:SHOWN_MODELS],
            "more_models": max(0, len(planned.by_models) - SHOWN_MODELS),
            "by_domain": [(names.get(slug, _("No domain")), number) for slug, number in planned.by_domain],
        }
    return render(request, "labeling/items_new.html", context, status=status)
