"""One's own page: name, password, consent, and how pages look on this device."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import i18n
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import languages, visits
from accounts.actions import give_consent, newest_consent, withdraw_consent
from accounts.actions.letters import can_send
from accounts.actions.own import (
    AddressTaken,
    NoSuchChange,
    ask_for_address,
    change_password,
    confirm_address,
)
from accounts.forms import AddressForm, AppearanceForm, NameForm, PasswordForm
from accounts.forms.people import EMAIL_TAKEN
from accounts.models import User, UserRequest
from accounts.views.again import confirmed_lately
from accounts.views.entering import CAME_BY_LINK

YEAR_S = 365 * 24 * 3600


@require_safe
@login_required
def me(request: UserRequest) -> HttpResponse:
    """Show what a person can change about themselves."""
    return show(request)


def show(request: UserRequest, *, status: int = 200, **rejected: Any) -> HttpResponse:
    """Render the page; forms that were rejected take the place of fresh ones."""
    came_by_link = bool(request.session.get(CAME_BY_LINK))
    shown = {
        "theme": request.COOKIES.get("theme", ""),
        "text": request.COOKIES.get("text", ""),
    }
    context = {
        "name_form": NameForm(initial={"name": request.user.name}),
        "password_form": PasswordForm(user=request.user, came_by_link=came_by_link),
        "appearance_form": AppearanceForm(initial=shown),
        "address_form": AddressForm(auto_id="address_%s"),
        "can_send": can_send(),
        "consent": newest_consent(),
        "came_by_link": came_by_link,
        **rejected,
    }
    return render(request, "accounts/me.html", context, status=status)


@require_POST
@login_required
def set_name(request: UserRequest) -> HttpResponse:
    """Change what colleagues call a person."""
    form = NameForm(request.POST)
    if not form.is_valid():
        return show(request, name_form=form, status=422)
    request.user.name = form.cleaned_data["name"]
    request.user.save(update_fields=["name"])
    messages.success(request, _("Your name is changed."))
    return redirect("accounts:me")


@require_POST
@login_required
@confirmed_lately
def set_address(request: UserRequest) -> HttpResponse:
    """Ask for another address to sign in with; it takes its place once its letter was read."""
    form = AddressForm(request.POST, auto_id="address_%s")
    if form.is_valid():
        try:
            ask_for_address(request.user, form.cleaned_data["email"])
        except AddressTaken:
            form.add_error("email", EMAIL_TAKEN)
    if not form.is_valid() or not can_send():
        return show(request, address_form=form, status=422)
    said = _("A letter is on its way to %(email)s. Follow its link within a day.")
    messages.success(request, said % {"email": request.user.new_email})
    return redirect("accounts:me")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def address(request: UserRequest, token: str) -> HttpResponse:
    """Confirm an address, from the letter that went to it. Looking at the page changes nothing."""
    if request.method != "POST":
        return render(request, "accounts/address.html", {"new_email": request.user.new_email})
    try:
        confirm_address(request.user, token, request)
        messages.success(request, _("You sign in with this address now."))
    except NoSuchChange:
        messages.error(request, _("This link has run out, or is for another address. Ask for a new one."))
    except AddressTaken:
        messages.error(request, EMAIL_TAKEN)
    return redirect("accounts:me")


@sensitive_post_parameters("current", "password")
@require_POST
@login_required
def set_password(request: UserRequest) -> HttpResponse:
    """Change the password. Other sessions of the person end, this one goes on."""
    came_by_link = bool(request.session.get(CAME_BY_LINK))
    form = PasswordForm(request.POST, user=request.user, came_by_link=came_by_link)
    if not form.is_valid():
        return show(request, password_form=form, status=422)
    change_password(request.user, form.cleaned_data["password"], request)
    old_key = request.session.session_key
    update_session_auth_hash(request, request.user)
    visits.follow(request, old_key)
    visits.end(request.user.visits.exclude(session_key=request.session.session_key))
    request.session[CAME_BY_LINK] = False
    messages.success(request, _("Your password is changed. Everywhere else you are signed out."))
    return redirect("accounts:me")


@require_POST
@login_required
def set_consent(request: UserRequest) -> HttpResponse:
    """Give consent, or withdraw it."""
    after = next_page(request) or reverse("accounts:me")
    if "give" in request.POST:
        give_consent(request.user)
        messages.success(request, _("Thank you. Releases from now on hold your labels."))
    elif "withdraw" in request.POST:
        withdraw_consent(request.user)
        messages.success(request, _("Releases from now on leave your labels out."))
    return redirect(after)


@require_safe
@login_required
def consent_due(request: UserRequest) -> HttpResponse:
    """Ask about releases: who came by a provider, and again when the wording that a person agreed to was replaced."""
    context = {
        "consent": newest_consent(),
        "earlier": request.user.newest_consent,
        "next": next_page(request),
    }
    return render(request, "accounts/consent_due.html", context)


def next_page(request: UserRequest) -> str:
    """Return the page of ours that the person wants to go on to; empty when there is none."""
    url = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if is_ours else ""


@require_POST
@login_required
def set_appearance(request: UserRequest) -> HttpResponse:
    """Keep how pages shall look in cookies of this device."""
    form = AppearanceForm(request.POST)
    if not form.is_valid():
        return show(request, appearance_form=form, status=422)
    answer = redirect("accounts:me")
    for name in ("theme", "text"):
        # The script of the theme button writes the same cookies.
        answer.set_cookie(name, form.cleaned_data[name], max_age=YEAR_S, samesite="Lax")
    return answer


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the language of pages in a cookie of this device; letters follow it."""
    if isinstance(request.user, User):
        languages.keep(request.user, request.POST.get("language", ""))
    answer: HttpResponse = i18n.set_language(request)
    return answer
