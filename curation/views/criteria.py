"""What is said about a criterion while it is being written."""

import re
from decimal import Decimal, InvalidOperation

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from curation.models import Criterion
from curation.rubric.lint import lint_criterion

PLACE = re.compile(r"[a-zA-Z][a-zA-Z0-9_-]{0,79}")


@require_POST
@role_required(Role.TRAIT_AUTHORS, Role.CURATORS)
def lint(request: UserRequest) -> HttpResponse:
    """Answer with the warnings about a wording: text, points and framing, and the id of the list that is replaced."""
    sent = request.POST
    place = sent.get("lint_id", "")
    points, framing = points_in(sent.get("points", "")), sent.get("framing", "")
    if framing not in Criterion.Framing.values:
        framing = "negative" if points < 0 else "positive"
    findings = lint_criterion(sent.get("text", ""), points=points, framing=framing)
    context = {"lint_id": place if PLACE.fullmatch(place) else "lint", "findings": findings}
    return render(request, "curation/_lint.html", context)


def points_in(text: str) -> Decimal:
    """Return the points that somebody is typing, 0 while they make no sense."""
    try:
        points = Decimal(text.strip().replace("\N{MINUS SIGN}", "-").replace(",", "."))
    except InvalidOperation:
        return Decimal(0)
    return points if points.is_finite() and abs(points) <= 10 else Decimal(0)
