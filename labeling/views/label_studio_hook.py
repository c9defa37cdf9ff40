"""Hears that something changed in a Label Studio. What it says is not read: the next sync fetches what is so."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from labeling.actions.studios import take_hint

BEARER = "Bearer "


# A program has no cookie that a forger could use: it proves itself by the secret in its header alone.
@csrf_exempt
@require_POST
def hear(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note that there is news about a project. Who brings no secret of it is not told whether there is one."""
    said = request.headers.get("Authorization", "")
    is_known = said.startswith(BEARER) and take_hint(pk, said.removeprefix(BEARER).strip())
    return HttpResponse(status=204 if is_known else 403)
