"""One answer for three kinds of client: scripts (JSON), htmx (a fragment) and plain forms (a redirect)."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from accounts.models import UserRequest
from labeling.models import Assignment, Membership

Parameters = ParamSpec("Parameters")
View = Callable[Concatenate[UserRequest, Parameters], HttpResponse]
AnyView = Callable[Concatenate[HttpRequest, Parameters], HttpResponse]


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asked, which wants to know what happened and shows it itself."""
    return request.headers.get("Accept", "").startswith("application/json")


def wants_fragment(request: HttpRequest) -> bool:
    """Whether the page stays and only its stage changes."""
    return "HX-Request" in request.headers


def is_someone_else(request: HttpRequest) -> bool:
    """Whether a page that one person left open asks in the session of another, who signed in meanwhile."""
    return request.headers.get("X-Arete-Person", str(request.user.pk)) != str(request.user.pk)


def say(state: str, *, status: int = 200, **details: Any) -> JsonResponse:
    """Return the JSON that scripts read."""
    return JsonResponse({"state": state, **details}, status=status)


def labels(view: View[Parameters]) -> AnyView[Parameters]:
    """Let in who is signed in; what is not theirs does not exist for them."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponse:
        if not request.user.is_authenticated or is_someone_else(request):
            if wants_json(request) or wants_fragment(request):
                return say("signed_out", status=401)
            return redirect_to_login(request.get_full_path())
        try:
            return view(cast(UserRequest, request), *args, **kwargs)
        except (Assignment.DoesNotExist, Membership.DoesNotExist) as error:
            if wants_json(request):
                return say("gone", status=404, message=_("This item is not yours any more."))
            raise Http404 from error

    return guarded
