"""Asks people to prove once more that it is them, before something that can't be undone."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.adapters import proved_lately
from accounts.models import UserRequest
from accounts.providers import provider_names
from accounts.views.entering import safe_place

P = ParamSpec("P")
View = Callable[Concatenate[UserRequest, P], HttpResponseBase]


def confirmed_lately(view: View[P]) -> Callable[Concatenate[UserRequest, P], HttpResponseBase]:
    """Let only those in who came in a moment ago, or have proved since that it is still them."""

    @wraps(view)
    def guarded(request: UserRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not proved_lately(request):
            # Allauth's middleware leads to the proof, and back.
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return guarded  # type: ignore[return-value]  # It differs only in the name of its first argument.


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def anew(request: UserRequest) -> HttpResponse:
    """For those who have neither password nor second factor: sign out, and in again by the provider."""
    if request.method == "POST":
        get_adapter(request).logout(request)
        return render(
            request, "accounts/anew.html", {"providers": provider_names(), "next": safe_place(request)}
        )
    return render(request, "accounts/anew.html", {"next": safe_place(request)})
