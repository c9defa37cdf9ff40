"""Reading a scenario with its conversation and responses."""

from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import UserRequest
from curation.actions.rendering import ensure_rendered
from curation.models import Response, Scenario
from curation.shown import StoredHtml, readable

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Turn(NamedTuple):
    """One message as the page shows it."""

    number: int
    role: str
    html: StoredHtml
    is_planted: bool
    is_final: bool


class Answer(NamedTuple):
    """One response as the page shows it."""

    letter: str
    html: StoredHtml
    response: Response


@require_safe
@login_required
def scenario(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show a scenario; who made its responses is for those who curate."""
    visible = Scenario.objects.visible_to(request.user).select_related("domain", "family", "imported_by")
    found = get_object_or_404(visible, pk=pk)
    # By hash, because files often name the better response first.
    responses = list(found.responses.order_by("text_sha256"))
    ensure_rendered(found, responses)
    siblings = Scenario.objects.visible_to(request.user).filter(family=found.family_id).exclude(pk=found.pk)
    context = {
        "scenario": found,
        "turns": turns(found),
        "answers": answers(responses),
        "pressures": [each.replace("_", " ") for each in found.pressures],
        "traits": found.aimed_traits.order_by("name"),
        "siblings": siblings.order_by("pk")[:20],
        "section": "scenarios",
    }
    return render(request, "curation/scenario.html", context)


def turns(found: Scenario) -> list[Turn]:
    """Return the conversation as the page shows it."""
    last = len(found.messages) - 1
    return [
        Turn(
            number=index + 1,
            role=message["role"],
            html=StoredHtml(html),
            is_planted=index == found.planted_fault_turn,
            is_final=index == last,
        )
        for index, (message, html) in enumerate(zip(found.messages, found.rendered or [], strict=True))
    ]


def answers(responses: list[Response]) -> list[Answer]:
    """Return the responses as the page shows them, with a letter each."""
    return [
        Answer(letter, readable(response.rendered_html or "", letter), response)
        for letter, response in zip(LETTERS, responses, strict=False)
    ]
