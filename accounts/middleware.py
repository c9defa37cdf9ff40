"""What is done around every request of somebody who is signed in."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from accounts import second_factor, visits
from accounts.address import client_address
from accounts.audit import coming_from
from accounts.models import User

WITHOUT_FACTOR = {
    "accounts:me",
    "accounts:security",
    "accounts:anew",
    "accounts:visit_end",
    "accounts:visits_end",
    "accounts:consent_due",
    "accounts:set_consent",
    "accounts:sign_out",
    "accounts:set_name",
    "accounts:set_password",
    "accounts:set_appearance",
    "help",
    "runs:readyz",
}
"""What people may reach who owe a second factor, beside the pages by which they set it up."""
ONWARD = "onward"
"""Under this name the session keeps where they were going."""
SET_UP = ("mfa_", "account_reauthenticate")


class PeopleMiddleware:
    """Notes from where acts come, when people were last here, and who owes a second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with coming_from(client_address(request)):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, arguments: Any, keywords: Any
    ) -> HttpResponseBase | None:
        """Lead those to its set-up who owe a second factor."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not isinstance(request.user, User):
            return None
        visits.freshen(request)
        match = request.resolver_match
        name = match.view_name if match else ""
        if name in WITHOUT_FACTOR or name.startswith(SET_UP) or not second_factor.owes(request.user):
            return None
        if request.method == "GET":
            request.session[ONWARD] = request.get_full_path()
        return redirect("accounts:security")
