"""What happens between knowing who somebody is and letting them in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.stagekit import unstash_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User
from accounts.throttle import forget, may_try

CAME_BY_LINK = "came_by_link"
REDIRECTS = range(300, 400)
View = Callable[..., HttpResponse]


def safe_place(request: HttpRequest) -> str:
    """Return where to go after signing in: a page of ours."""
    place = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(place, {request.get_host()}, require_https=request.is_secure())
    return place if is_ours else resolve_url(settings.LOGIN_REDIRECT_URL)


def enter(request: HttpRequest, user: User, *, way: str) -> HttpResponse:
    """Let a person in, or ask for their second factor first.

    Args:
        request: Of whoever has proved to be them.
        user: Who it is.
        way: How they proved it: "password" or "link".
    """
    if request.user.is_authenticated:
        # Whoever was in on this browser takes nothing over to the next person.
        logout(request)
    request.session[CAME_BY_LINK] = way == "link"
    record_authentication(request, user, method=way)
    answer: HttpResponse = perform_login(request, Login(user=user, redirect_url=safe_place(request)))
    return answer


def counted(view: View) -> View:
    """Slow down guessing at one person's second factor or password, from wherever it is tried.

    What was wrong is answered with 422, so that pages say it the same way as all others.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        subject = f"proof of {person_at(request)}"
        if not may_try(subject, ""):
            return render(request, "accounts/too_often.html", status=429)
        answer = view(request, *args, **kwargs)
        if answer.status_code in REDIRECTS:
            forget(subject, "")
        else:
            answer.status_code = 422
        return answer

    return guarded


def person_at(request: HttpRequest) -> str:
    """Return the id of the person who is in, or is about to come in."""
    if isinstance(request.user, User):
        return str(request.user.pk)
    login = unstash_login(request, peek=True)
    return str(login.user.pk) if login and login.user else "nobody"
