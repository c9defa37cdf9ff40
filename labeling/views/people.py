"""Who takes part in a project, with which role, and the links by which others come in."""

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.audit import record
from accounts.models import UserRequest
from config.saying import offered, told
from config.wording import words
from labeling.actions.assignments import remove_member
from labeling.actions.invitations import Offer, invite_into, revoke_invitation
from labeling.actions.projects import add_member
from labeling.forms.projects import ROLES, MemberForm, OfferForm, RoleForm
from labeling.models import Membership, Project, ProjectInvitation
from labeling.views.answers import labels
from labeling.views.doors import led_project

MOST_SHOWN = 500
MOST_INVITATIONS = 100
LAST_LEAD = words("Somebody has to lead the project. Make another person lead first.")


@require_GET
@labels
def project_people(request: UserRequest, slug: str) -> HttpResponse:
    """Show who takes part, and the links into the project."""
    return render_people(request, led_project(request, slug))


@require_POST
@labels
@transaction.atomic
def member_add(request: UserRequest, slug: str) -> HttpResponse:
    """Let someone take part."""
    found = led_project(request, slug)
    form = MemberForm(request.POST)
    if not form.is_valid():
        return render_people(request, found, member_form=form, status=422)
    person = form.cleaned_data["email"]
    add_member(found, person, form.cleaned_data["role"])
    record(request, "member.added", found, person=str(person.pk), role=form.cleaned_data["role"])
    return redirect("labeling:project_people", slug)


@require_POST
@labels
@transaction.atomic
def member_role(request: UserRequest, slug: str) -> HttpResponse:
    """Give someone another role."""
    found = led_project(request, slug)
    membership, form = member_of(request, found), RoleForm(request.POST)
    if not form.is_valid():
        raise Http404
    role = form.cleaned_data["role"]
    if role != Membership.Role.LEAD and is_last_lead(membership):
        messages.error(request, told(LAST_LEAD))
    elif role != membership.role:
        add_member(found, membership.user, role)
        record(request, "member.role_set", found, person=str(membership.user_id), role=role)
        messages.success(
            request,
            _("%(user)s is %(role)s now.")
            % {"user": membership.user, "role": Membership.Role(role).label.lower()},
        )
    return redirect("labeling:project_people", slug)


@require_POST
@labels
@transaction.atomic
def member_remove(request: UserRequest, slug: str) -> HttpResponse:
    """Take someone out; their leases go back, their annotations stay."""
    found = led_project(request, slug)
    membership = member_of(request, found)
    if is_last_lead(membership):
        messages.error(request, told(LAST_LEAD))
    else:
        remove_member(membership)
        record(request, "member.removed", found, person=str(membership.user_id))
    return redirect("labeling:project_people", slug)


@never_cache
@require_POST
@labels
def invitation_make(request: UserRequest, slug: str) -> HttpResponse:
    """Make a link into the project. It is on this answer and nowhere else."""
    found = led_project(request, slug)
    form = OfferForm(request.POST)
    if not form.is_valid():
        return render_people(request, found, offer_form=form, status=422)
    made = invite_into(found, Offer(**form.cleaned_data), invited_by=request.user)
    context = {
        "section": "projects",
        "project": found,
        "is_led": True,
        "invitation": made.invitation,
        "link": settings.BASE_URL.rstrip("/") + reverse("labeling:join", args=[made.token]),
    }
    return render(request, "labeling/project_invitation.html", context)


@require_POST
@labels
def invitation_revoke(request: UserRequest, slug: str) -> HttpResponse:
    """End a link."""
    found = led_project(request, slug)
    known = {str(each.pk): each for each in found.invitations.all()}
    invitation = known.get(request.POST.get("invitation", ""))
    if invitation is None:
        raise Http404
    if revoke_invitation(invitation, revoked_by=request.user):
        messages.success(request, _("The link no longer works. Who came by it stays."))
    return redirect("labeling:project_people", slug)


def member_of(request: UserRequest, found: Project) -> Membership:
    """Return the membership that a form names. Locked, so that two leads don't both go."""
    # All leads are locked with it: else each of two who leave at once finds the other still there.
    every = found.memberships.select_for_update(of=("self",)).select_related("user").order_by("pk")
    person = request.POST.get("person", "")
    membership = next((each for each in every if str(each.user_id) == person), None)
    if membership is None:
        raise Http404
    return membership


def is_last_lead(membership: Membership) -> bool:
    """Whether nobody else leads the project."""
    leads = Membership.objects.filter(project=membership.project_id, role=Membership.Role.LEAD)
    return membership.role == Membership.Role.LEAD and not leads.exclude(pk=membership.pk).exists()


def render_people(
    request: UserRequest,
    found: Project,
    *,
    member_form: MemberForm | None = None,
    offer_form: OfferForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Answer with the page of people and links."""
    memberships = (
        found.memberships.select_related("user")
        .prefetch_related("user__socialaccount_set")
        .order_by("-done", "created_at")
    )
    links = ProjectInvitation.objects.filter(project=found).select_related("invited_by").order_by("-pk")
    context = {
        "section": "projects",
        "project": found,
        "is_led": True,
        "memberships": memberships[:MOST_SHOWN],
        "invitations": links[:MOST_INVITATIONS],
        "roles": [(role.label, line) for role, line in ROLES.items()],
        "role_choices": offered(Membership.Role),
        "member_form": member_form or MemberForm(initial={"role": Membership.Role.ANNOTATOR}),
        "offer_form": offer_form or OfferForm(),
    }
    return render(request, "labeling/project_people.html", context, status=status)
