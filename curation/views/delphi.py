"""Delphi rounds on a draft: its panel, the rounds with their outcomes, and the page on which a panelist rates."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from config.saying import told
from config.wording import words
from curation.actions import delphi as actions
from curation.actions.delphi_results import RoundResult, StatementResult, results_of
from curation.actions.traits import NotADraft
from curation.consensus import FEWEST
from curation.forms.delphi import PanelistForm, RatingForm
from curation.models import DelphiStatement, TraitVersion
from curation.models.delphi import MOST_ROUNDS

NO_DRAFT = words("This version is no draft any more, so its panel stays as it is.")
CLOSED = words("This round takes no ratings any more.")
OUTSIDE = words("Only the people on the panel rate.")
RATED = words("You rated this before, and a rating stands once it is given. This is what you said then.")
PROBLEMS: dict[type[Exception], str] = {
    NotADraft: NO_DRAFT,
    actions.RoundIsOpen: words("The round before is still open. Close it first."),
    actions.NoMoreRounds: words(
        "There were {most} rounds, which is the most. Submit the draft for review.",
        most=MOST_ROUNDS,
    ),
    actions.PanelTooSmall: words(
        "A round needs {fewest} people or more: two would know each other’s ratings. Add people first.",
        fewest=FEWEST,
    ),
    actions.NothingToRate: words("The draft has no statement to rate. Write the definition first."),
    actions.PanelIsFixed: words(
        "The panel has been asked, so nobody leaves it: it would tell whose ratings are missing."
    ),
    actions.OnThePanel: words("This person is on the panel already."),
    actions.NotATraitAuthor: words(
        "Only people who write traits sit on a panel. An administrator gives that role."
    ),
}


class Card(NamedTuple):
    """A statement on the page where it is rated."""

    result: StatementResult
    before: list[StatementResult]
    """What rounds before say of the same statement, the last first."""
    form: RatingForm
    problem: str = ""

    @property
    def is_rated(self) -> bool:
        """Whether the reader has rated it."""
        return self.result.mine is not None


@require_safe
@role_required(Role.TRAIT_AUTHORS)
def delphi(request: UserRequest, slug: str, number: int) -> HttpResponse:
    """Show the panel of a version, its rounds and what came of them."""
    return render_panel(request, find_version(request, slug, number))


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def delphi_panelist_add(request: UserRequest, slug: str, number: int) -> HttpResponse:
    """Put someone on the panel."""
    version = find_version(request, slug, number)
    form = PanelistForm(request.POST, people=actions.possible_panelists(version))
    if not form.is_valid():
        return render_panel(request, version, form, status=422)
    try:
        actions.add_panelist(version, **form.cleaned_data, facilitator=request.user)
    except (NotADraft, actions.OnThePanel, actions.NotATraitAuthor) as error:
        messages.error(request, told(PROBLEMS[type(error)]))
    return to_panel(version)


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def delphi_panelist_remove(request: UserRequest, slug: str, number: int, pk: int) -> HttpResponse:
    """Take someone off the panel before it is asked."""
    version = find_version(request, slug, number)
    panelist = get_object_or_404(version.panel.select_related("version"), pk=pk)
    try:
        actions.remove_panelist(panelist, facilitator=request.user)
    except (NotADraft, actions.PanelIsFixed) as error:
        messages.error(request, told(PROBLEMS[type(error)]))
    return to_panel(version)


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def delphi_open(request: UserRequest, slug: str, number: int) -> HttpResponse:
    """Ask the panel."""
    version = find_version(request, slug, number)
    try:
        opened = actions.open_round(version, facilitator=request.user)
    except tuple(PROBLEMS) as error:
        messages.error(request, told(PROBLEMS[type(error)]))
    else:
        messages.success(
            request,
            _("Round %(number)s is open. The panel finds it on this page.") % {"number": opened.number},
        )
    return to_panel(version)


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def delphi_close(request: UserRequest, slug: str, number: int, round_number: int) -> HttpResponse:
    """Take no more ratings in a round."""
    version = find_version(request, slug, number)
    actions.close_round(
        get_object_or_404(version.rounds, number=min(round_number, 9)), facilitator=request.user
    )
    messages.success(request, _("Round %(number)s is closed.") % {"number": round_number})
    return to_panel(version)


@require_safe
@role_required(Role.TRAIT_AUTHORS)
def delphi_round(request: UserRequest, slug: str, number: int, round_number: int) -> HttpResponse:
    """Show the statements of a round: to rate for the panel, with what the others say where one may see it."""
    version = find_version(request, slug, number)
    get_object_or_404(version.rounds, number=min(round_number, 9))
    return render_round(request, version, round_number)


@require_POST
@role_required(Role.TRAIT_AUTHORS)
def delphi_rate(request: UserRequest, slug: str, number: int, round_number: int, pk: int) -> HttpResponse:
    """Record a panelist's rating of one statement."""
    version = find_version(request, slug, number)
    statements = DelphiStatement.objects.filter(round__version=version, round__number=min(round_number, 9))
    statement = get_object_or_404(statements, pk=pk)
    form = form_for(statement, request.POST)
    if not form.is_valid():
        problem = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return answer(request, version, statement, form, problem, status=422)
    try:
        actions.rate(statement, form.said, person=request.user)
    except actions.RatedAlready:
        return answer(request, version, statement, form, told(RATED), status=409)
    except actions.RoundIsClosed:
        return answer(request, version, statement, form, told(CLOSED), status=409)
    except actions.NotOnThePanel:
        messages.error(request, told(OUTSIDE))
        return to_panel(version)
    return answer(request, version, statement, form)


def find_version(request: UserRequest, slug: str, number: int) -> TraitVersion:
    """Return the version that an address names."""
    visible = TraitVersion.objects.visible_to(request.user).select_related("trait", "author")
    return get_object_or_404(visible, trait__slug=slug, number=min(number, 32767))


def to_panel(version: TraitVersion) -> HttpResponse:
    """Return to the page of the panel."""
    return redirect("curation:delphi", version.trait.slug, version.number)


def render_panel(
    request: UserRequest, version: TraitVersion, form: PanelistForm | None = None, status: int = 200
) -> HttpResponse:
    """Render the page of a panel."""
    panel = version.panel.select_related("person").order_by("group", "person__name", "pk")
    results = results_of(version, request.user)
    newest = results[-1] if results else None
    running = newest if newest and newest.round.closed_at is None else None
    groups = sorted({each.group for each in panel if each.group})
    context = {
        "version": version,
        "panel": panel,
        "on_panel": any(each.person_id == request.user.pk for each in panel),
        "groups": groups,
        "form": form or PanelistForm(people=actions.possible_panelists(version)),
        "results": results[::-1],
        "running": running,
        "is_draft": version.state == TraitVersion.State.DRAFT,
        "next_number": len(results) + 1 if len(results) < MOST_ROUNDS and running is None else 0,
        "is_big_enough": len(panel) >= FEWEST,
        "fewest": FEWEST,
        "most_rounds": MOST_ROUNDS,
        "section": "traits",
    }
    return render(request, "curation/delphi.html", context, status=status)


def render_round(
    request: UserRequest, version: TraitVersion, number: int, status: int = 200, **trouble: Any
) -> HttpResponse:
    """Render all statements of a round; `trouble` is what was wrong with one of them."""
    results = results_of(version, request.user)
    shown = results[number - 1]
    cards = [card_of(each, results[: number - 1], trouble) for each in shown.statements]
    context = {
        "version": version,
        "shown": shown,
        "cards": cards,
        "problems": [card for card in cards if card.problem],
        "section": "traits",
    }
    return render(request, "curation/delphi_round.html", context, status=status)


def card_of(result: StatementResult, earlier: list[RoundResult], trouble: dict[str, Any]) -> Card:
    """Return a statement with what earlier rounds say of it, and with the form that was just refused, if it was this."""
    before = [found for each in reversed(earlier) if (found := each.of_part(result.statement.part))]
    if trouble.get("statement") == result.statement:
        return Card(result, before, trouble["form"], trouble["problem"])
    return Card(result, before, form_for(result.statement))


def form_for(statement: DelphiStatement, posted: Any = None) -> RatingForm:
    """Return the form of a statement; each has ids of its own on the page."""
    return RatingForm(posted, auto_id=f"s{statement.pk}-%s")


def answer(
    request: UserRequest,
    version: TraitVersion,
    statement: DelphiStatement,
    form: RatingForm,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Answer a rating: with the statement alone to htmx, else with the page."""
    trouble = {"statement": statement, "form": form, "problem": problem} if problem else {}
    if "HX-Request" in request.headers:
        results = results_of(version, request.user)
        shown = next(each for each in results if each.round.pk == statement.round_id)
        result = next(each for each in shown.statements if each.statement == statement)
        card = card_of(result, results[: shown.round.number - 1], trouble)
        context = {"version": version, "shown": shown, "card": card, "is_answer": True}
        # htmx swaps what is refused with 422, and nothing at 409.
        swapped = 422 if problem else status
        return render(request, "curation/delphi_round.html#rated", context, status=swapped)
    if problem:
        return render_round(request, version, statement.round.number, status, **trouble)
    path = reverse("curation:delphi_round", args=[version.trait.slug, version.number, statement.round.number])
    return redirect(f"{path}#statement-{statement.pk}")
