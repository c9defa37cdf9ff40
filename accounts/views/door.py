"""The way in and out: signing in, signing out, one-time links, and a forgotten password."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlsafe_base64_decode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import Entry, LinkUsed, accept_invitation, come_in_by_link, digest, newest_consent
from accounts.actions.letters import Letter, can_send, send_letter
from accounts.actions.own import reset_password
from accounts.address import client_address
from accounts.forms import AddressForm, EntryForm, NewPasswordForm, SignInForm
from accounts.models import Invitation, User
from accounts.providers import provider_names
from accounts.throttle import forget, may_try
from accounts.views.entering import enter, safe_place

NO_MATCH = _("The password does not match this email")
TOO_OFTEN = _("Too many attempts. Please wait a quarter of an hour and try again, or ask for a sign-in link")


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let people in who have an account; there is no open sign-up."""
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(safe_place(request))
        return show_door(request, SignInForm())
    form = SignInForm(request.POST)
    status = 422
    if form.is_valid():
        email, address = form.cleaned_data["email"].lower(), client_address(request)
        if not may_try(email, address):
            form.add_error("email", TOO_OFTEN)
            status = 429
        elif user := authenticate(request, username=email, password=form.cleaned_data["password"]):
            forget(email, address)
            return enter(request, user, way="password")
        else:
            form.add_error("password", NO_MATCH)
    return show_door(request, form, status=status)


def show_door(request: HttpRequest, form: SignInForm, *, status: int = 200) -> HttpResponse:
    """Show all the ways in."""
    context = {
        "form": form,
        "next": safe_place(request),
        "providers": provider_names(),
        "can_send": can_send(),
    }
    return render(request, "accounts/sign_in.html", context, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    get_adapter(request).logout(request)
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
        return enter(request, user, way="password")
    context = {
        "form": form,
        "invitation": link,
        "consent": newest_consent(),
        "providers": {} if link.user.needs_email else provider_names(),
        "next": safe_place(request),
    }
    return render(
        request, "accounts/invitation.html", context, status=422 if request.method == "POST" else 200
    )


def enter_again(request: HttpRequest, link: Invitation) -> HttpResponse:
    """Let somebody in who has an account already. A link stands for the password, never for the second factor."""
    if request.method != "POST":
        return render(request, "accounts/sign_in_link.html", {"invitation": link})
    try:
        user = come_in_by_link(link)
    except LinkUsed:
        return render(request, "accounts/link_ended.html", status=410)
    return enter(request, user, way="link")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Send a link for a new password. The answer is the same whether somebody has the address or not."""
    form = AddressForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            email = form.cleaned_data["email"].lower()
            if may_try(f"forgotten {email}", client_address(request)):
                person = User.objects.people().filter(email=email, is_active=True).first()
                if person and person.has_come_in:
                    send_letter(person, Letter.RESET)
                return render(request, "accounts/forgotten_sent.html", {"email": email})
            form.add_error("email", TOO_OFTEN)
            status = 429
    return render(request, "accounts/forgotten.html", {"form": form, "can_send": can_send()}, status=status)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Let the holder of a link from a letter set a new password. They sign in with it, as always."""
    person = person_of(uid)
    if person is None or not default_token_generator.check_token(person, token):
        return render(request, "accounts/link_ended.html", status=410)
    form = NewPasswordForm(request.POST or None, user=person)
    if request.method == "POST" and form.is_valid():
        reset_password(person, form.cleaned_data["password"], request)
        messages.success(request, _("Your password is set. Sign in with it."))
        return redirect("accounts:sign_in")
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/reset.html", {"form": form, "person": person}, status=status)


def person_of(uid: str) -> User | None:
    """Return the person whom a link names, if they may come in."""
    try:
        return User.objects.people().filter(pk=urlsafe_base64_decode(uid).decode(), is_active=True).first()
    except (ValueError, ValidationError):
        return None
