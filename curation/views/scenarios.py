"""Reading a scenario with its conversation and responses, as a curator or as an annotator, and rating it."""

from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import role_required
from accounts.models import Role, User, UserRequest
from curation.actions.rendering import ensure_rendered
from curation.forms.ratings import RatingForm
from curation.models import Response, Scenario, ScenarioRating
from curation.shown import StoredHtml, readable
from curation.text import sanitise
from curation.variants import KINDS, VARIANTS

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NARROW = "390"


class Turn(NamedTuple):
    """One message as the page shows it."""

    number: int
    role: str
    html: StoredHtml
    is_planted: bool
    is_final: bool
    pressure: str = ""
    note: str = ""

    @property
    def who(self) -> str:
        """Who speaks."""
        return self.role.capitalize()


class Answer(NamedTuple):
    """One response as the page shows it."""

    letter: str
    html: StoredHtml
    response: Response


class Ratings(NamedTuple):
    """What people think of a scenario; the mean is for those who rated it themselves."""

    own: ScenarioRating | None
    people: int = 0
    realism: float = 0
    test_awareness: float = 0


@require_safe
@login_required
def scenario(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show a scenario; who made its responses is for those who curate."""
    return render_scenario(request, find(request.user, pk))


def find(user: User, pk: UUID) -> Scenario:
    """Return a scenario that a person may see, or answer that there is none."""
    visible = Scenario.objects.visible_to(user)
    related = visible.select_related("domain", "family", "imported_by", "author", "based_on", "removal")
    return get_object_or_404(related, pk=pk)


def render_scenario(
    request: UserRequest, found: Scenario, *, rating: RatingForm | None = None
) -> HttpResponse:
    """Show a scenario."""
    # By hash, because files often name the better response first.
    responses = list(found.responses.order_by("text_sha256"))
    ensure_rendered(found, responses)
    siblings = Scenario.objects.visible_to(request.user).filter(family=found.family_id).exclude(pk=found.pk)
    context = {
        "scenario": found,
        "kind": KINDS[found.variant],
        "turns": turns(found),
        "answers": answers(responses),
        "pressures": [each.replace("_", " ") for each in found.pressures],
        "traits": found.aimed_traits.order_by("name"),
        "siblings": [(each, KINDS[each.variant]) for each in siblings.for_list().order_by("pk")[:20]],
        "section": "scenarios",
        **rights(request.user, found),
    }
    if context["may_write"] and not found.is_draft:
        context["rating_form"] = rating or RatingForm()
        context["ratings"] = ratings(found, request.user)
    return render(request, "curation/scenario.html", context, status=422 if rating else 200)


def rights(user: User, found: Scenario) -> dict[str, Any]:
    """Return what a person may do with a scenario."""
    is_curator = user.has_role(Role.CURATORS)
    may_write = is_curator or user.has_role(Role.TRAIT_AUTHORS)
    return {
        "may_write": may_write,
        "may_edit": is_curator or (may_write and found.is_draft),
        "may_delete": found.is_draft and (is_curator or (may_write and found.author_id == user.pk)),
        "variant_kinds": VARIANTS if may_write else (),
    }


def ratings(found: Scenario, user: User) -> Ratings:
    """Return what people think of a scenario, to somebody who has said what they think."""
    newest = list(found.ratings.that_count())
    own = next((each for each in newest if each.rater_id == user.pk), None)
    if own is None:
        return Ratings(None)
    count = len(newest)
    return Ratings(
        own,
        count,
        sum(each.realism for each in newest) / count,
        sum(each.test_awareness for each in newest) / count,
    )


@require_POST
@role_required(Role.CURATORS, Role.TRAIT_AUTHORS)
def scenario_rate(request: UserRequest, pk: UUID) -> HttpResponse:
    """Record how a scenario reads to somebody; their newest word counts."""
    found = find(request.user, pk)
    form = RatingForm(request.POST)
    if found.is_draft:
        messages.error(request, _("A draft is rated once it is ready: its text still changes."))
        return redirect("curation:scenario", pk)
    if not form.is_valid():
        return render_scenario(request, found, rating=form)
    said = form.cleaned_data
    ScenarioRating.objects.create(
        scenario=found,
        rater=request.user,
        realism=said["realism"],
        test_awareness=said["test_awareness"],
        note=sanitise(said["note"]).text,
    )
    messages.success(request, _("Your rating is saved."))
    return redirect("curation:scenario", pk)


@require_safe
@login_required
def scenario_preview(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show a scenario as an annotator will see it: behind its note, without who made it."""
    found = find(request.user, pk)
    ensure_rendered(found, [])
    shown = turns(found)
    context = {
        "scenario": found,
        "is_open": not found.content_warnings or request.GET.get("open") == "1",
        "earlier": shown[:-1],
        "final": shown[-1] if shown else None,
        "is_narrow": request.GET.get("width") == NARROW,
        "section": "scenarios",
        **rights(request.user, found),
    }
    return render(request, "curation/scenario_preview.html", context)


def turns(found: Scenario) -> list[Turn]:
    """Return the conversation as the page shows it."""
    last = len(found.messages) - 1
    notes = {note.turn: note for note in found.turn_notes.all()}
    return [
        Turn(
            number=index + 1,
            role=message["role"],
            html=StoredHtml(html),
            is_planted=index == found.planted_fault_turn,
            is_final=index == last,
            pressure=notes[index].pressure.replace("_", " ") if index in notes else "",
            note=notes[index].note if index in notes else "",
        )
        for index, (message, html) in enumerate(zip(found.messages, found.rendered or [], strict=True))
    ]


def answers(responses: list[Response]) -> list[Answer]:
    """Return the responses as the page shows them, with a letter each."""
    return [
        Answer(letter, readable(response.rendered_html or "", letter), response)
        for letter, response in zip(LETTERS, responses, strict=False)
    ]
