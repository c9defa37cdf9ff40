"""Sampling responses: what it would cost, how far it is, and what came of it."""

from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from config.saying import told
from config.wording import words
from curation.actions.sampling import (
    BudgetUsedUp,
    NothingToAsk,
    NotTheSame,
    Plan,
    StillRunning,
    planned,
    resume_sampling,
    start_sampling,
)
from curation.forms.places import PlaceForm
from curation.forms.sampling import ResumeForm, SamplingForm
from curation.models import Endpoint, Family, Sample, Sampling, Scenario
from curation.paging import Page, newest_first
from curation.pricing import shown

PAGE_SIZE = 30
REASONS_SHOWN = 12
CHANGED = words("The number of requests has changed meanwhile. Look at the new figures, then start again.")
NOTHING = words("No scenario fits, so nothing would be asked. Widen the choice.")


class Figures(NamedTuple):
    """What a sampling would ask and cost, as the page says it: tokens of prompts, and of responses at most."""

    plan: Plan
    requests: str
    scenarios: str
    prompts: str
    responses: str
    most: str
    likely: str
    has_prices: bool
    is_capped: bool
    """Whether the cap may end it before all are asked."""
    holds_private: bool


class Counts(NamedTuple):
    """How many samples are in which state, and what they cost."""

    stored: int
    waiting: int
    failed: int
    skipped: int
    cost: str
    budget: str
    estimated: int
    """Stored ones whose cost is our estimate, since the endpoint told no usage."""
    reasons: list[tuple[str, int]]
    """Why samples failed or were left out, the most frequent first."""


@require_safe
@role_required(Role.CURATORS, Role.STEWARDS)
def samplings(request: UserRequest) -> HttpResponse:
    """List samplings, newest first."""
    place = PlaceForm(request.GET)
    rows = Sampling.objects.select_related("endpoint", "run", "created_by")
    page = newest_first(rows, **place.keys, size=PAGE_SIZE)
    context = {
        "page": page,
        "entries": [(each, shown(each.cost)) for each in page.rows],
        "may_sample": request.user.has_role(Role.CURATORS),
        "section": "scenarios",
    }
    return render(request, "curation/samplings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CURATORS)
def sampling_new(request: UserRequest) -> HttpResponse:
    """Ask what to sample, and begin what was agreed to."""
    if request.method != "POST":
        return render(
            request, "curation/sampling_new.html", page_of(SamplingForm(initial=first_said(request)))
        )
    form = SamplingForm(request.POST)
    if not form.is_valid():
        return render(request, "curation/sampling_new.html", page_of(form), status=422)
    try:
        made = start_sampling(
            form.wanted, shown_requests=form.cleaned_data["shown_requests"] or 0, actor=request
        )
    except (NotTheSame, NothingToAsk) as reason:
        form.add_error(None, told(CHANGED if isinstance(reason, NotTheSame) else NOTHING))
        return render(request, "curation/sampling_new.html", page_of(form, is_counted=True), status=422)
    messages.success(request, _("Sampling began. You can leave this page; it goes on."))
    return redirect("curation:sampling", made.pk)


@require_POST
@role_required(Role.CURATORS)
@vary_on_headers("HX-Request")
def sampling_estimate(request: UserRequest) -> HttpResponse:
    """Say how many requests it would be and what they would cost. Nothing is asked."""
    form = SamplingForm(request.POST)
    is_valid = form.is_valid()
    is_fragment = request.headers.get("HX-Request") == "true"
    template = "curation/sampling_new.html#estimate" if is_fragment else "curation/sampling_new.html"
    return render(request, template, page_of(form, is_counted=is_valid), status=200 if is_valid else 422)


def first_said(request: UserRequest) -> dict[str, Any]:
    """Return what the address already says about the sampling."""
    asked = {
        name: request.GET[name]
        for name in ("scenario", "family", "domain", "trait", "endpoint", "pool")
        if name in request.GET
    }
    looked_at = SamplingForm(asked)
    looked_at.is_valid()
    said = {name: value for name, value in asked.items() if looked_at.cleaned_data.get(name)}
    if "scenario" in said or "family" in said:
        # Who comes from one scenario wants more for it, whatever is there.
        said["fill_up"] = ""
    only = list(Endpoint.objects.all()[:2])
    if "endpoint" not in said and len(only) == 1:
        said["endpoint"] = str(only[0].pk)
    return said


def page_of(form: SamplingForm, *, is_counted: bool = False) -> dict[str, Any]:
    """Return what the page shows."""
    return {
        "form": form,
        "figures": figures_of(form) if is_counted else None,
        "has_endpoints": Endpoint.objects.exists(),
        "given": given(form),
        "section": "scenarios",
    }


def figures_of(form: SamplingForm) -> Figures:
    """Count and estimate what a valid form asks for."""
    wanted = form.wanted
    plan = planned(wanted)
    private = Family.objects.filter(pool=Family.Pool.PRIVATE)
    return Figures(
        plan=plan,
        requests=f"{plan.requests:,}",
        scenarios=f"{len(plan.lines):,}",
        prompts=f"{plan.prompt_tokens:,}",
        responses=f"{plan.response_tokens:,}",
        most=shown(plan.most),
        likely="" if plan.likely is None else shown(plan.likely),
        has_prices=bool(wanted.endpoint.price_in or wanted.endpoint.price_out),
        is_capped=wanted.budget is not None and wanted.budget < plan.most,
        holds_private=wanted.scenarios.filter(family__in=private).exists(),
    )


def given(form: SamplingForm) -> Scenario | Family | None:
    """Return the one scenario or family that the address names, None when filters choose."""
    name = "scenario" if form["scenario"].value() else "family"
    value = form[name].value()
    try:
        pk = UUID(str(value))
    except ValueError:
        return None
    if name == "scenario":
        return Scenario.objects.filter(pk=pk).first()
    return Family.objects.filter(pk=pk).first()


@require_safe
@role_required(Role.CURATORS, Role.STEWARDS)
@vary_on_headers("HX-Request")
def sampling(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show how far a sampling is, what it cost and what it brought."""
    found = get_object_or_404(Sampling.objects.select_related("run", "endpoint", "created_by"), pk=pk)
    is_fragment = request.headers.get("HX-Request") == "true"
    return sampling_page(request, found, is_fragment=is_fragment)


def sampling_page(
    request: UserRequest, found: Sampling, *, form: ResumeForm | None = None, is_fragment: bool = False
) -> HttpResponse:
    """Return the page of a sampling; its outcome alone for htmx."""
    figures = counts(found)
    context = {
        "sampling": found,
        "counts": figures,
        "page": made_page(request, found),
        "form": form or ResumeForm(initial=resumed_as(found, figures)),
        "may_sample": request.user.has_role(Role.CURATORS),
        "section": "scenarios",
    }
    template = "curation/sampling.html#outcome" if is_fragment else "curation/sampling.html"
    return render(request, template, context, status=422 if form else 200)


def resumed_as(found: Sampling, figures: Counts) -> dict[str, Any]:
    """Return how a sampling would go on unless somebody says otherwise."""
    budget = "" if found.budget is None else f"{found.budget.normalize():f}"
    return {"budget": budget, "with_failed": not (figures.waiting or figures.skipped)}


def counts(found: Sampling) -> Counts:
    """Count the samples of a sampling."""
    state = Sample.State
    by_state: dict[str, int] = dict(found.samples.order_by().values_list("state").annotate(Count("pk")))
    ended = found.samples.filter(state__in=[state.FAILED, state.SKIPPED])
    reasons = (
        ended.order_by().values_list("problem").annotate(number=Count("pk")).order_by("-number", "problem")
    )
    no_usage = Q(prompt_tokens=None) | Q(completion_tokens=None)
    return Counts(
        stored=by_state.get(state.STORED, 0),
        waiting=by_state.get(state.WAITING, 0),
        failed=by_state.get(state.FAILED, 0),
        skipped=by_state.get(state.SKIPPED, 0),
        cost=shown(found.cost),
        budget="" if found.budget is None else shown(found.budget),
        estimated=found.samples.filter(no_usage, state=state.STORED).count(),
        reasons=list(reasons[:REASONS_SHOWN]),
    )


def made_page(request: UserRequest, found: Sampling) -> Page[Sample]:
    """Return the page of what was stored."""
    stored = found.samples.filter(state=Sample.State.STORED).select_related("response", "scenario")
    rows = stored.defer("scenario__messages", "scenario__rendered", "response__rendered_html")
    return newest_first(rows, **PlaceForm(request.GET).keys, size=PAGE_SIZE)


@require_POST
@role_required(Role.CURATORS)
def sampling_resume(request: UserRequest, pk: UUID) -> HttpResponse:
    """Go on with what waits."""
    found = get_object_or_404(Sampling.objects.select_related("run", "endpoint", "created_by"), pk=pk)
    form = ResumeForm(request.POST)
    if not form.is_valid():
        return sampling_page(request, found, form=form)
    try:
        resume_sampling(found, **form.cleaned_data, actor=request)
    except BudgetUsedUp:
        form.add_error(
            "budget",
            _("The cap must be above the %(cost)s that were spent already") % {"cost": shown(found.cost)},
        )
        return sampling_page(request, found, form=form)
    except StillRunning:
        messages.info(request, _("It is at work already."))
    except NothingToAsk:
        messages.info(request, _("Nothing waits."))
    return redirect("curation:sampling", found.pk)
