"""Administrators' pages about people."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions, second_factor
from accounts.actions.factors import end_visits, remove_factors
from accounts.actions.own import AddressTaken, correct_person
from accounts.decorators import role_required
from accounts.forms import InvitationForm, PlaceForm, RolesForm
from accounts.forms.people import EMAIL_TAKEN, CorrectionForm
from accounts.models import Invitation, Role, User, UserRequest

PAGE_LENGTH = 100
LAST = _("This is the only administrator. Make somebody else one first.")


def link_of(token: str) -> str:
    """Return the whole one-time link, to be handed on by hand."""
    return settings.BASE_URL.rstrip("/") + reverse("accounts:invitation", args=[token])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMINISTRATORS)
def people(request: UserRequest) -> HttpResponse:
    """List people, and invite one. The link is on the answer to the invitation and nowhere else."""
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data
        try:
            invited = actions.invite(
                sent["email"], name=sent["name"], roles=sent["roles"], invited_by=request
            )
        except actions.AlreadyHere:
            form.add_error("email", _("This person has an account already"))
        else:
            return show_link(request, invited)
    found = (
        User.objects.visible_to(request.user)
        .people()
        .order_by("email")
        .prefetch_related("groups", "socialaccount_set")
    )
    place = PlaceForm(request.GET)
    if place.is_valid():
        found = found.filter(email__gt=place.cleaned_data["after"])
    shown = list(found[: PAGE_LENGTH + 1])
    context = {"people": shown[:PAGE_LENGTH], "last": shown[PAGE_LENGTH - 1] if shown[PAGE_LENGTH:] else None}
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/people.html", {"form": form, **context}, status=status)


def show_link(request: UserRequest, invited: actions.Invited) -> HttpResponse:
    """Show a one-time link, this once."""
    link = link_of(invited.token)
    return render(request, "accounts/link.html", {"invitation": invited.invitation, "link": link})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMINISTRATORS)
def person(request: UserRequest, user_id: UUID) -> HttpResponse:
    """Show one person, and set their roles."""
    shown = find(request, user_id)
    form = RolesForm(request.POST if request.method == "POST" else None, initial={"roles": shown.roles})
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_roles(shown, form.cleaned_data["roles"], request)
        except actions.LastAdministrator:
            form.add_error("roles", LAST)
        else:
            messages.success(request, _("The roles are set."))
            return redirect("accounts:person", shown.pk)
    return show_person(request, shown, form=form, status=422 if form.errors else 200)


def show_person(request: UserRequest, shown: User, *, status: int, **rejected: Any) -> HttpResponse:
    """Render the page of one person; forms that were rejected take the place of fresh ones."""
    context = {
        "form": RolesForm(initial={"roles": shown.roles}),
        "correction": CorrectionForm(initial={"name": shown.name, "email": shown.email}, auto_id="to_%s"),
        "person": shown,
        "open_link": Invitation.objects.open().filter(user=shown).first(),
        "has_factor": second_factor.has(shown),
        "devices": shown.visits.live().count(),
        **rejected,
    }
    return render(request, "accounts/person.html", context, status=status)


@require_POST
@role_required(Role.ADMINISTRATORS)
def correct(request: UserRequest, user_id: UUID) -> HttpResponse:
    """Set somebody's name and address right."""
    shown = find(request, user_id)
    form = CorrectionForm(request.POST, auto_id="to_%s")
    if form.is_valid():
        try:
            correct_person(shown, form.cleaned_data["name"], form.cleaned_data["email"], request)
        except AddressTaken:
            form.add_error("email", EMAIL_TAKEN)
    if not form.is_valid():
        return show_person(request, find(request, user_id), correction=form, status=422)
    messages.success(request, _("Name and address are set."))
    return redirect("accounts:person", user_id)


@require_POST
@role_required(Role.ADMINISTRATORS)
def factors_remove(request: UserRequest, user_id: UUID) -> HttpResponse:
    """Take the second factors of somebody away who has lost them."""
    if remove_factors(find(request, user_id), request):
        messages.success(request, _("The second steps are removed, and the person is signed out everywhere."))
    return redirect("accounts:person", user_id)


@require_POST
@role_required(Role.ADMINISTRATORS)
def sign_out(request: UserRequest, user_id: UUID) -> HttpResponse:
    """Sign somebody out on all their devices."""
    end_visits(find(request, user_id), request)
    messages.success(request, _("The person is signed out everywhere."))
    return redirect("accounts:person", user_id)


def find(request: UserRequest, user_id: UUID) -> User:
    """Fetch a person through the door."""
    return get_object_or_404(User.objects.visible_to(request.user).people(), pk=user_id)


@never_cache
@require_POST
@role_required(Role.ADMINISTRATORS)
def new_link(request: UserRequest, user_id: UUID) -> HttpResponse:
    """Make another link: an invitation, or for who has been in already a way in without the password."""
    shown = get_object_or_404(User.objects.visible_to(request.user).people(), pk=user_id, is_active=True)
    return show_link(request, actions.make_new_link(shown, request))


@require_POST
@role_required(Role.ADMINISTRATORS)
def revoke(request: UserRequest, user_id: UUID) -> HttpResponse:
    """End a link that was not used."""
    if actions.revoke_links(find(request, user_id), request):
        messages.success(request, _("The link no longer works."))
    return redirect("accounts:person", user_id)


@require_POST
@role_required(Role.ADMINISTRATORS)
def deactivate(request: UserRequest, user_id: UUID) -> HttpResponse:
    """Let a person go."""
    try:
        actions.deactivate(find(request, user_id), request)
        messages.success(request, _("The person is signed out and can't sign in. What they did stays."))
    except actions.LastAdministrator:
        messages.error(request, LAST)
    return redirect("accounts:person", user_id)


@require_POST
@role_required(Role.ADMINISTRATORS)
def reactivate(request: UserRequest, user_id: UUID) -> HttpResponse:
    """Let a person come back."""
    actions.reactivate(find(request, user_id), request)
    messages.success(request, _("The person can sign in again."))
    return redirect("accounts:person", user_id)
