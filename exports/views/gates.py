"""The gates of a release: what each found, waivers, findings to look at, and how strict a recipe is."""

from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import role_required
from accounts.models import Role, User, UserRequest
from config.saying import told
from exports.actions.gates import (
    KIND,
    NAMELESS,
    NotWaivable,
    ask_waiver,
    refusals_of,
    refuse_waiver,
    review_finding,
    start_check,
    waive,
    waivers_of,
    why_held,
)
from exports.actions.recipes import set_gates
from exports.excerpts import Shown, shown
from exports.forms.gates import GatesForm, RefusalForm, WaiverForm
from exports.models import (
    Finding,
    FindingReview,
    Gate,
    GateResult,
    Recipe,
    Release,
    Waiver,
    WaiverRefusal,
    WaiverRequest,
)
from exports.papers.figures.dark import darkened
from runs.models import Run

LISTED = 100
STAYS = _("It is being published, or was: what its card says of its gates stays.")


class Row(NamedTuple):
    """One gate on the page of a release."""

    result: GateResult
    waiver: Waiver | None
    asked: int
    """How many ask for a waiver of it."""
    link: str
    """Where the next step is taken."""
    link_text: str
    refusal: WaiverRefusal | None = None
    """The latest waiver of it that was refused."""

    @property
    def state(self) -> str:
        """How it stands, a waiver counted."""
        return "waived" if self.waiver else self.result.status

    @property
    def is_open(self) -> bool:
        """Whether it holds the release."""
        return self.state == GateResult.Status.FAILED


def gates_shown(release: Release, user: User) -> dict[str, Any]:
    """Return what `exports/_gates.html` and the publish card need on the page of a frozen release."""
    waived = {each.result.gate: each.waiver for each in waivers_of(release)}
    results = release.gate_results.in_force().select_related("project")
    asked = WaiverRequest.objects.filter(result__release=release, waiver=None, refusal=None)
    waiting = list(asked.values_list("result", flat=True))
    refused = {each.request.result.gate: each for each in reversed(list(refusals_of(release)))}
    rows = [
        Row(
            each,
            waived.get(each.gate),
            waiting.count(each.pk),
            *next_step(each, release, user),
            refused.get(each.gate),
        )
        for each in results
    ]
    is_on_its_way = release.publications.exists()
    run = Run.objects.filter(kind=KIND, arguments__release=str(release.pk)).order_by("-pk").first()
    return {
        "gates": rows,
        "open_gates": [row for row in rows if row.is_open],
        "waivers": [row for row in rows if row.waiver],
        "checked_at": rows[0].result.checked_at if rows else None,
        "gates_run": run if run and run.state != Run.State.DONE else None,
        "held": "" if is_on_its_way else told(why_held(release, is_live=False)),
        "may_check": not is_on_its_way and (run is None or not run.is_unfinished),
        "findings_total": Finding.objects.in_release(release).exists(),
    }


def next_step(result: GateResult, release: Release, user: User) -> tuple[str, str]:
    """Return address and words of the page on which a gate's next step is taken; no address where this person can't."""
    if result.gate == Gate.PERSONAL_DATA:
        return reverse("exports:findings", args=[release.pk]), gettext("Look at the findings")
    in_project = {
        Gate.AGREEMENT: ("labeling:dashboard", gettext("Open the dashboard")),
        Gate.GOLD: ("labeling:quality", gettext("Open the quality page")),
        Gate.ADJUDICATION: ("labeling:disagreements", gettext("See what is contested")),
        Gate.POSITION: ("labeling:dashboard", gettext("Open the dashboard")),
        Gate.LENGTH: ("labeling:dashboard", gettext("Open the dashboard")),
    }
    if result.project and result.gate in in_project:
        if not result.project.is_led_by(user):
            return "", gettext("This is for those who lead %(project)s.") % {"project": result.project}
        name, words = in_project[Gate(result.gate)]
        return reverse(name, args=[result.project.slug]), words
    elsewhere = {
        Gate.LEAKS: ("curation:duplicates", gettext("See near-duplicates")),
        Gate.CONTAMINATION: ("curation:benchmarks", gettext("Open benchmarks")),
        Gate.CANARIES: ("curation:pools", gettext("Open pools")),
    }
    if result.gate in elsewhere:
        name, words = elsewhere[Gate(result.gate)]
        return reverse(name), words
    return reverse("exports:recipe", args=[release.recipe.slug]), gettext("Open the recipe")


@require_POST
@role_required(Role.STEWARDS)
def gates_check(request: UserRequest, release_id: UUID) -> HttpResponse:
    """Have the gates of a release checked again."""
    release = get_object_or_404(Release, pk=release_id)
    if start_check(release, actor=request) is None:
        messages.error(request, STAYS)
    return redirect(reverse("exports:release", args=[release_id]) + "#gates")


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARDS)
def gate(request: UserRequest, release_id: UUID, gate: str) -> HttpResponse:
    """Show what a gate found and who would waive it, and ask for a waiver."""
    release = get_object_or_404(Release.objects.select_related("recipe"), pk=release_id)
    result = result_of(release, gate)
    form = WaiverForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            ask_waiver(result, form.cleaned_data["reason"], asked_by=request.user, request=request)
            messages.success(request, _("Asked. Another steward has to answer for it."))
            return redirect("exports:gate", release_id, gate)
        except NotWaivable as reason:
            form.add_error("reason", told(reason.args[0]))
    return render_gate(request, result, form, status=422 if form.is_bound else 200)


def result_of(release: Release, gate: str) -> GateResult:
    """Return what a gate of a release found last.

    Raises:
        Http404: there is no such gate, or it was never checked.
    """
    result: GateResult | None = (
        release.gate_results.in_force().filter(gate=gate).select_related("project").first()
    )
    if result is None:
        raise Http404
    return result


def render_gate(
    request: UserRequest,
    result: GateResult,
    form: WaiverForm,
    refused: dict[int, RefusalForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page of a gate; `refused` is a form, by request, in which something is to be corrected."""
    release, gate = result.release, result.gate
    waived = next((each.waiver for each in waivers_of(release) if each.result.gate == gate), None)
    link, link_text = next_step(result, release, request.user)
    context = {
        "release": release,
        "result": result,
        "form": form,
        "waiver": waived,
        "requests": [
            (each, why_not(each, request.user), refusal_form(each, request.user, refused or {}))
            for each in open_requests(result)
        ],
        "refusals": refusals_of(release, gate),
        "may_ask": result.may_be_waived and not waived and not release.publications.exists(),
        "link": link,
        "link_text": link_text,
        "section": "releases",
    }
    return render(request, "exports/gate.html", context, status=status)


def open_requests(result: GateResult) -> "QuerySet[WaiverRequest]":
    """Return what was asked about a gate and nobody has answered, the oldest first."""
    rows = result.requests.filter(waiver=None, refusal=None)
    return rows.select_related("asked_by", "result__release").order_by("pk")


def refusal_form(asked: WaiverRequest, person: User, refused: dict[int, RefusalForm]) -> RefusalForm | None:
    """Return the form by which this person refuses a waiver; None for who asked for it."""
    if asked.asked_by_id == person.pk:
        return None
    return refused.get(asked.pk) or RefusalForm(auto_id=f"refuse-{asked.pk}-%s")


def why_not(asked: WaiverRequest, person: User) -> str:
    """Return why this person can't answer for a waiver; empty when they can."""
    if asked.asked_by_id == person.pk:
        return gettext("You asked for it, so another steward has to answer for it.")
    if asked.result.release.created_by_id == person.pk:
        return gettext("You cut this release, so another steward has to answer for it.")
    return "" if person.name else told(NAMELESS)


@require_POST
@role_required(Role.STEWARDS)
def waiver(request: UserRequest, release_id: UUID, request_id: int) -> HttpResponse:
    """Answer for a release that leaves in spite of a gate."""
    asked = get_object_or_404(
        WaiverRequest.objects.select_related("result__release__recipe"),
        pk=request_id,
        result__release=release_id,
    )
    try:
        waive(asked, approved_by=request.user, request=request)
        messages.success(request, _("Waived. It stands in the card, with both names."))
    except NotWaivable as reason:
        messages.error(request, told(reason.args[0]))
    return redirect("exports:gate", release_id, asked.result.gate)


@require_POST
@role_required(Role.STEWARDS)
def waiver_refuse(request: UserRequest, release_id: UUID, request_id: int) -> HttpResponse:
    """Say that one does not answer for a waiver, and why."""
    asked = get_object_or_404(
        WaiverRequest.objects.select_related("result__release__recipe"),
        pk=request_id,
        result__release=release_id,
    )
    form = RefusalForm(request.POST, auto_id=f"refuse-{asked.pk}-%s")
    if not form.is_valid():
        result = result_of(asked.result.release, asked.result.gate)
        return render_gate(request, result, WaiverForm(), {asked.pk: form}, status=422)
    try:
        refuse_waiver(asked, form.cleaned_data["reason"], refused_by=request.user, request=request)
        messages.success(request, _("Refused. Whoever asked finds your reason on this page."))
    except NotWaivable as reason:
        messages.error(request, told(reason.args[0]))
    return redirect("exports:gate", release_id, asked.result.gate)


@require_safe
@role_required(Role.STEWARDS)
def findings(request: UserRequest, release_id: UUID) -> HttpResponse:
    """List what looks like personal data in a release, what nobody looked at first."""
    release = get_object_or_404(Release.objects.select_related("recipe"), pk=release_id)
    found = (
        Finding.objects.in_release(release)
        .select_related("scenario", "response", "annotation", "review__reviewed_by")
        .prefetch_related("places")
    )
    waiting = found.open()
    listed: list[Shown] = [
        shown(each, release)
        for each in [
            *waiting.order_by("kind", "pk")[:LISTED],
            *found.exclude(review=None).order_by("pk")[:LISTED],
        ]
    ]
    context = {
        "release": release,
        "findings": listed,
        "waiting": waiting.count(),
        "total": found.count(),
        "verdicts": FindingReview.Verdict.choices,
        "section": "releases",
    }
    return render(request, "exports/findings.html", context)


@require_POST
@role_required(Role.STEWARDS)
def finding(request: UserRequest, release_id: UUID, pk: UUID) -> HttpResponse:
    """Note that a finding was looked at."""
    release = get_object_or_404(Release, pk=release_id)
    found = get_object_or_404(Finding.objects.in_release(release), pk=pk)
    verdict = request.POST.get("verdict", "")
    if verdict in FindingReview.Verdict.values:
        review_finding(found, verdict, reviewer=request.user, request=request)
    else:
        messages.error(request, _("Say what it is."))
    return redirect("exports:findings", release_id)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.STEWARDS)
def recipe_gates(request: UserRequest, slug: str) -> HttpResponse:
    """Say how strict the gates of a recipe are, and what its card says that no row knows."""
    found = get_object_or_404(Recipe, slug=slug)
    form = GatesForm(request.POST if request.method == "POST" else None, recipe=found)
    if form.is_valid():
        set_gates(found, form.limits_said, form.words_said, actor=request)
        messages.success(request, _("Saved. Releases that were cut before keep theirs."))
        return redirect("exports:recipe", slug)
    context = {"form": form, "recipe": found, "section": "releases"}
    return render(request, "exports/recipe_gates.html", context, status=422 if form.is_bound else 200)


@require_safe
@role_required(Role.STEWARDS)
def figure(request: UserRequest, release_id: UUID, name: str) -> HttpResponseBase:
    """Send a figure of a release, to be shown in its card; `?on=dark` in the colors of the dark theme."""
    release = get_object_or_404(Release.objects.select_related("recipe"), pk=release_id)
    file = get_object_or_404(release.files, path=f"figures/{name}.svg")
    try:
        content = (release.folder / file.path).read_text()
    except OSError as error:
        raise Http404 from error
    if request.GET.get("on") == "dark":
        content = darkened(content)
    return HttpResponse(content, content_type="image/svg+xml")
