"""The way in and out: signing in, signing out, and one-time links."""

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import Entry, LinkUsed, accept_invitation, come_in_by_link, digest, newest_consent
from accounts.forms import EntryForm, SignInForm
from accounts.models import Invitation, User
from accounts.throttle import forget, may_try

BACKEND = "accounts.backend.Backend"
CAME_BY_LINK = "came_by_link"
NO_MATCH = "The password does not match this email"
TOO_OFTEN = "Too many attempts. Please wait a quarter of an hour and try again, or ask for a sign-in link"


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let people in who have an account; there is no open sign-up."""
    place = safe_place(request)
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(place)
        return render(request, "accounts/sign_in.html", {"form": SignInForm(), "next": place})
    form = SignInForm(request.POST)
    status = 422
    if form.is_valid():
        email, address = form.cleaned_data["email"].lower(), request.META.get("REMOTE_ADDR", "")
        if not may_try(email, address):
            form.add_error("email", TOO_OFTEN)
            status = 429
        elif user := authenticate(request, username=email, password=form.cleaned_data["password"]):
            forget(email, address)
            login(request, user)
            return redirect(place)
        else:
            form.add_error("password", NO_MATCH)
    return render(request, "accounts/sign_in.html", {"form": form, "next": place}, status=status)


def safe_place(request: HttpRequest) -> str:
    """Return where to go after signing in: a page of ours."""
    place = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(place, {request.get_host()}, require_https=request.is_secure())
    return place if is_ours else resolve_url(settings.LOGIN_REDIRECT_URL)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Let the holder of a one-time link in. Looking at the page doesn't use the link, only its form does."""
    links = Invitation.objects.open().filter(token_sha256=digest(token), user__is_active=True)
    link = links.select_related("user", "invited_by").first()
    if link is None:
        return render(request, "accounts/link_ended.html", status=410)
    if link.user.has_come_in:
        return enter_again(request, link)
    form = EntryForm(request.POST or None, user=link.user)
    if request.method == "POST" and form.is_valid():
        try:
            user = accept_invitation(link, Entry(**form.cleaned_data))
        except LinkUsed:
            return render(request, "accounts/link_ended.html", status=410)
        return let_in(request, user, by_link=False)
    context = {"form": form, "invitation": link, "consent": newest_consent()}
    return render(
        request, "accounts/invitation.html", context, status=422 if request.method == "POST" else 200
    )


def enter_again(request: HttpRequest, link: Invitation) -> HttpResponse:
    """Let somebody in who has an account already."""
    if request.method != "POST":
        return render(request, "accounts/sign_in_link.html", {"invitation": link})
    try:
        user = come_in_by_link(link)
    except LinkUsed:
        return render(request, "accounts/link_ended.html", status=410)
    return let_in(request, user, by_link=True)


def let_in(request: HttpRequest, user: User, *, by_link: bool) -> HttpResponse:
    """Begin a new session and show where to start, or where the person was going."""
    login(request, user, BACKEND)
    request.session[CAME_BY_LINK] = by_link
    return redirect(safe_place(request))
