"""People leave for good, or an administrator lets them be forgotten."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import role_required
from accounts.models import Role, User, UserRequest
from accounts.views.again import confirmed_lately
from exports.actions.erasure import LastAdministrator, erase_person
from exports.withdrawn import releases_holding
from labeling.actions.withdrawals import standing_of

LAST = _("This is the only administrator. Make somebody else one first.")
CHOICES = ("stay", "go")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@confirmed_lately
def erase_me(request: UserRequest) -> HttpResponse:
    """Ask what becomes of the labels, and erase the account of whoever asks."""
    person = request.user
    if erased(request, person):
        logout(request)
        return render(request, "exports/erased.html")
    return ask(request, person, is_own=True)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMINISTRATORS)
@confirmed_lately
def erase_other(request: UserRequest, user_id: UUID) -> HttpResponse:
    """Erase somebody who asked for it."""
    person = get_object_or_404(User.objects.visible_to(request.user).people(), pk=user_id)
    if erased(request, person):
        messages.success(
            request, _("The person is erased. What they did stays, as the work of somebody who left.")
        )
        return redirect("accounts:people")
    return ask(request, person, is_own=person == request.user)


def erased(request: UserRequest, person: User) -> bool:
    """Erase the person when the form says so wholly."""
    choice = request.POST.get("labels", "")
    if request.method != "POST" or choice not in CHOICES or "sure" not in request.POST:
        return False
    try:
        erase_person(person, request, takes_labels=choice == "go")
    except LastAdministrator:
        messages.error(request, LAST)
        return False
    return True


def ask(request: UserRequest, person: User, *, is_own: bool) -> HttpResponse:
    """Show what erasing means."""
    context = {
        "person": person,
        "is_own": is_own,
        "is_unsure": request.method == "POST",
        "chosen": request.POST.get("labels", ""),
        "count": standing_of(person).count(),
        "releases": releases_holding(person),
    }
    return render(request, "exports/erase.html", context, status=422 if request.method == "POST" else 200)
