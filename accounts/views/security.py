"""How a person signs in: second factors, providers, and the devices on which they are signed in."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import second_factor, visits
from accounts.actions.factors import end_visits
from accounts.actions.providers import LastWayIn, unlink
from accounts.middleware import ONWARD
from accounts.models import UserRequest
from accounts.providers import provider_names

ONLY_WAY = _("You have no password, and this is your last way in. Set a password first.")


@never_cache
@require_safe
@login_required
def security(request: UserRequest) -> HttpResponse:
    """Show all of it."""
    factors = list(Authenticator.objects.filter(user=request.user).order_by("created_at"))
    names = provider_names()
    linked = list(SocialAccount.objects.filter(user=request.user).order_by("pk"))
    must_have = second_factor.must_have(request.user)
    owes = must_have and not any(each.type in second_factor.FACTORS for each in factors)
    context = {
        "owes": owes,
        "must_have": must_have,
        "onward": "" if owes else request.session.pop(ONWARD, ""),
        "app": next((each for each in factors if each.type == Authenticator.Type.TOTP), None),
        "codes": next((each for each in factors if each.type == Authenticator.Type.RECOVERY_CODES), None),
        "passkeys": [each.wrap() for each in factors if each.type == Authenticator.Type.WEBAUTHN],
        "linked": [(each, names.get(each.provider, each.provider)) for each in linked],
        "unlinked": {key: name for key, name in names.items() if key not in {e.provider for e in linked}},
        "visits": request.user.visits.live().order_by("-seen_at", "-pk"),
        "here": request.session.session_key,
    }
    return render(request, "accounts/security.html", context)


@require_POST
@login_required
def visit_end(request: UserRequest, pk: int) -> HttpResponse:
    """Sign out on one device."""
    visits.end(request.user.visits.filter(pk=get_object_or_404(request.user.visits, pk=pk).pk))
    messages.success(request, _("You are signed out there."))
    return redirect("accounts:security")


@require_POST
@login_required
def visits_end(request: UserRequest) -> HttpResponse:
    """Sign out everywhere else."""
    count = end_visits(request.user, request, but=request.session.session_key)
    said = ngettext(
        "You are signed out on %(n)s other device.", "You are signed out on %(n)s other devices.", count
    )
    messages.success(request, said % {"n": count})
    return redirect("accounts:security")


@require_POST
@login_required
def provider_unlink(request: UserRequest, pk: int) -> HttpResponse:
    """No longer sign in by a provider."""
    linked = get_object_or_404(SocialAccount, user=request.user, pk=pk)
    try:
        unlink(linked, request)
        messages.success(request, _("You no longer sign in by this."))
    except LastWayIn:
        messages.error(request, ONLY_WAY)
    return redirect("accounts:security")
