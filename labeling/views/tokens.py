"""One's own tokens, by which programs act for one: made, listed, revoked. Each is shown once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import ApiToken, UserRequest
from accounts.tokens import Made, make_token, revoke_token
from labeling.forms.tokens import TokenForm
from labeling.models import Project
from labeling.views.answers import labels

LISTED = 200


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@labels
def tokens(request: UserRequest) -> HttpResponse:
    """List one's tokens, and make one. It can't be fetched again, so it is in the answer itself."""
    form = TokenForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        return show(request, made=make_token(request.user, form.terms, actor=request))
    return show(request, form=form, status=422 if form.is_bound else 200)


def show(
    request: UserRequest, *, form: TokenForm | None = None, made: Made | None = None, status: int = 200
) -> HttpResponse:
    """Render the page."""
    rows = list(ApiToken.objects.visible_to(request.user).order_by("-pk")[:LISTED])
    names = dict(Project.objects.filter(pk__in={row.project_id for row in rows}).values_list("pk", "name"))
    context: dict[str, Any] = {
        "tokens": [(row, names.get(row.project_id) if row.project_id else "") for row in rows],
        "form": form or TokenForm(user=request.user),
        "made": made,
    }
    return render(request, "labeling/tokens.html", context, status=status)


@require_POST
@labels
def token_revoke(request: UserRequest, pk: UUID) -> HttpResponse:
    """End a token."""
    row = get_object_or_404(ApiToken.objects.visible_to(request.user), pk=pk)
    if revoke_token(row, actor=request):
        said = _("“%(name)s” is revoked. Programs that use it are refused from now on.")
        messages.success(request, said % {"name": row.name})
    return redirect("labeling:tokens")
