"""Labeling efforts: the list, each one's state and people, and a new one."""

from django.contrib import messages
from django.db import transaction
from django.db.models import F, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit import record
from accounts.decorators import role_required
from accounts.models import Role, User, UserRequest
from labeling.actions.assignments import remove_member
from labeling.actions.projects import ALLOWED, Plan, StateRefused, add_member, change_state, create_project
from labeling.forms.projects import MemberForm, ProjectForm, StateForm
from labeling.models import Membership, Project
from labeling.views.answers import labels

STATE_VERBS = {"open": "Open for labeling", "paused": "Pause", "closed": "Close"}


@require_GET
@labels
def projects(request: UserRequest) -> HttpResponse:
    """List the projects that the person takes part in."""
    found = Project.objects.visible_to(request.user).with_progress().order_by("-created_at")[:200]
    return render(
        request,
        "labeling/projects.html",
        {"section": "projects", "projects": found, "may_create": _may_create(request.user)},
    )


@require_GET
@labels
def project(request: UserRequest, slug: str) -> HttpResponse:
    """Show how far a project is, and who takes part."""
    return _render_project(request, _visible(request, slug))


@require_http_methods(["GET", "POST"])
@role_required(Role.CURATORS, Role.STEWARDS)
def project_new(request: UserRequest) -> HttpResponse:
    """Set up a project."""
    form = ProjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        created = create_project(Plan(**form.cleaned_data), created_by=request.user)
        return redirect("labeling:project", created.slug)
    status = 422 if form.is_bound else 200
    return render(request, "labeling/project_new.html", {"section": "projects", "form": form}, status=status)


@require_POST
@labels
@transaction.atomic
def project_state(request: UserRequest, slug: str) -> HttpResponse:
    """Open, pause or close a project."""
    found = _led(request, slug)
    form = StateForm(request.POST)
    try:
        if not form.is_valid():
            raise StateRefused
        change_state(found, form.cleaned_data["state"])
    except StateRefused:
        messages.error(request, f"The project is {found.state} and can’t change that way.")
    else:
        record(request, f"project.{found.state}", found)
    return redirect("labeling:project", slug)


@require_POST
@labels
@transaction.atomic
def member_add(request: UserRequest, slug: str) -> HttpResponse:
    """Let someone take part."""
    found = _led(request, slug)
    form = MemberForm(request.POST)
    if not form.is_valid():
        return _render_project(request, found, member_form=form, status=422)
    person = form.cleaned_data["email"]
    add_member(found, person, form.cleaned_data["role"])
    record(request, "member.added", found, person=str(person.pk), role=form.cleaned_data["role"])
    return redirect("labeling:project", slug)


@require_POST
@labels
@transaction.atomic
def member_remove(request: UserRequest, slug: str) -> HttpResponse:
    """Take someone out; their leases go back, their annotations stay."""
    found = _led(request, slug)
    person = request.POST.get("person", "")
    membership = next((each for each in found.memberships.all() if str(each.user_id) == person), None)
    if membership is None:
        raise Http404
    remove_member(membership)
    record(request, "member.removed", found, person=person)
    return redirect("labeling:project", slug)


def _render_project(
    request: UserRequest, found: Project, *, member_form: MemberForm | None = None, status: int = 200
) -> HttpResponse:
    is_led = found.is_led_by(request.user)
    memberships = found.memberships.select_related("user").order_by("-done", "created_at")
    done = found.memberships.aggregate(done=Sum(F("done") - F("calibrated")))["done"] or 0
    wanted = found.items_total * found.overlap
    context = {
        "section": "projects",
        "project": found,
        "is_led": is_led,
        "is_member": memberships.filter(user=request.user).exists(),
        "memberships": memberships[:500] if is_led else [],
        "people": memberships.count(),
        "done": done,
        "wanted": wanted,
        "percent": min(100, done * 100 // wanted) if wanted else 0,
        # Allow-listed when the guidelines were saved.
        "guidelines": SafeString(found.guidelines_html),
        "pins": found.pins.select_related("trait_version__trait"),
        "moves": [
            (state, STATE_VERBS[state])
            for state in STATE_VERBS
            if state in ALLOWED[Project.State(found.state)]
        ],
        "member_form": member_form or MemberForm(initial={"role": Membership.Role.ANNOTATOR}),
    }
    return render(request, "labeling/project.html", context, status=status)


def _visible(request: UserRequest, slug: str) -> Project:
    return get_object_or_404(Project.objects.visible_to(request.user), slug=slug)


def _led(request: UserRequest, slug: str) -> Project:
    found = _visible(request, slug)
    if not found.is_led_by(request.user):
        raise Http404
    return found


def _may_create(user: User) -> bool:
    return user.has_role(Role.CURATORS) or user.has_role(Role.STEWARDS)
