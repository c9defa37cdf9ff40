"""The way into a project by a link, for people with an account and without."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.actions import AlreadyHere, digest
from accounts.address import client_address
from accounts.models import User
from accounts.throttle import may_try
from labeling.actions.invitations import ForSomeoneElse, LinkEnded, come_by, join
from labeling.forms.joining import AddressForm
from labeling.models import ProjectInvitation

KNOWN = _("There is an account with this address. Sign in with it, or use the link that you were sent for it")
OTHER = _("This link is for another address")
TOO_OFTEN = _("Too many attempts. Please wait a quarter of an hour and try again")


@sensitive_variables("token")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join_project(request: HttpRequest, token: str) -> HttpResponse:
    """Offer a place in a project. Looking at the page doesn't use the link, only its form does."""
    found = ProjectInvitation.objects.filter(token_sha256=digest(token)).select_related(
        "project", "invited_by"
    )
    invitation = found.first()
    user = request.user if isinstance(request.user, User) else None
    if invitation is None or not (is_open(invitation) or (user and takes_part(invitation, user))):
        return ended(request)
    if user is None:
        return sign_up_or_in(request, invitation, token)
    if request.method == "POST":
        return come_in(request, invitation, user)
    if takes_part(invitation, user):
        return redirect("labeling:project", invitation.project.slug)
    is_other = bool(invitation.email) and invitation.email != user.email
    return render(request, "labeling/join.html", {"invitation": invitation, "is_other": is_other})


def come_in(request: HttpRequest, invitation: ProjectInvitation, user: User) -> HttpResponse:
    """Give somebody who is signed in their place."""
    try:
        join(invitation, user)
    except LinkEnded:
        return ended(request)
    except ForSomeoneElse:
        return render(request, "labeling/join.html", {"invitation": invitation, "is_other": True}, status=422)
    return redirect("labeling:project", invitation.project.slug)


def sign_up_or_in(request: HttpRequest, invitation: ProjectInvitation, token: str) -> HttpResponse:
    """Let somebody sign in first, or make an account."""
    form = AddressForm(request.POST or None, initial={"email": invitation.email}, label_suffix="")
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            email = form.cleaned_data["email"]
            # Whoever holds a link may not find out by it who has an account.
            if not may_try(email, client_address(request)):
                form.add_error("email", TOO_OFTEN)
                status = 429
            elif answer := signed_up(invitation, email, form):
                return answer
    context = {
        "invitation": invitation,
        "form": form,
        "sign_in": f"{reverse('accounts:sign_in')}?{urlencode({'next': reverse('labeling:join', args=[token])})}",
    }
    return render(request, "labeling/join_new.html", context, status=status)


def signed_up(invitation: ProjectInvitation, email: str, form: AddressForm) -> HttpResponse | None:
    """Make an account and lead to its door; None when there is something to correct."""
    try:
        invited = come_by(invitation, email)
    except AlreadyHere:
        form.add_error("email", KNOWN)
    except ForSomeoneElse:
        form.add_error("email", OTHER)
    except LinkEnded:
        form.add_error(None, _("The link ended a moment ago. Ask for a new one."))
    else:
        place = urlencode({"next": reverse("labeling:project", args=[invitation.project.slug])})
        return redirect(f"{reverse('accounts:invitation', args=[invited.token])}?{place}")
    return None


def is_open(invitation: ProjectInvitation) -> bool:
    """Whether the link lets somebody in."""
    return ProjectInvitation.objects.open().filter(pk=invitation.pk).exists()


def takes_part(invitation: ProjectInvitation, user: User) -> bool:
    """Whether the person is in the project already."""
    return invitation.project.memberships.filter(user=user).exists()


def ended(request: HttpRequest) -> HttpResponse:
    """Say that the link has ended."""
    return render(request, "accounts/link_ended.html", status=410)
