"""Labeling efforts: the list, each one's state and people, and a new one."""

from django.contrib import messages
from django.db import transaction
from django.db.models import F, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit import record
from accounts.decorators import role_required
from accounts.models import Role, User, UserRequest
from config.wording import words
from labeling.actions.projects import ALLOWED, Plan, StateRefused, change_state, create_project
from labeling.forms.projects import ASKED, ProjectForm, StateForm
from labeling.models import Assignment, Project
from labeling.views.answers import labels
from labeling.views.doors import led_project, visible_project

STATE_VERBS = {"open": words("Open for labeling"), "paused": words("Pause"), "closed": words("Close")}
MEANS = {
    "open": words(
        "Everybody who takes part is handed items. What came back to the queue meanwhile is handed out again."
    ),
    "paused": words(
        "Nobody is handed another item, and the project is on nobody’s home page. Whoever holds an item may"
        " finish it, and it counts; drafts stay. An item whose time runs out waits in the queue. What is"
        " submitted after that is kept, and counts while its place is free."
    ),
    "closed": words(
        "For when the work is over. Items in hand, drafts and late answers fare as in a pause, nothing is deleted, and"
        " you can open the project again."
    ),
}
"""What each move does, to leases and late answers above all."""


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
    """Show how far a project is, and what its lead can do next."""
    return _render_project(request, visible_project(request, slug))


@require_http_methods(["GET", "POST"])
@role_required(Role.CURATORS, Role.STEWARDS)
def project_new(request: UserRequest) -> HttpResponse:
    """Set up a project."""
    form = ProjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        created = create_project(Plan(**form.cleaned_data), created_by=request.user)
        record(request, "project.created", created, slug=created.slug)
        return redirect("labeling:project", created.slug)
    status = 422 if form.is_bound else 200
    return render(request, "labeling/project_new.html", {"section": "projects", "form": form}, status=status)


@require_POST
@labels
@transaction.atomic
def project_state(request: UserRequest, slug: str) -> HttpResponse:
    """Open, pause or close a project."""
    found = led_project(request, slug)
    form = StateForm(request.POST)
    try:
        if not form.is_valid():
            raise StateRefused
        change_state(found, form.cleaned_data["state"])
    except StateRefused:
        messages.error(
            request, _("The project is %(state)s and can’t change that way.") % {"state": found.state}
        )
    else:
        record(request, f"project.{found.state}", found)
    return redirect("labeling:project", slug)


def _render_project(request: UserRequest, found: Project) -> HttpResponse:
    is_led = found.is_led_by(request.user)
    memberships = found.memberships.all()
    done = memberships.aggregate(done=Sum(F("done") - F("calibrated")))["done"] or 0
    wanted = found.items_total * found.overlap
    context = {
        "section": "projects",
        "project": found,
        "is_led": is_led,
        "is_member": memberships.filter(user=request.user).exists(),
        "people": memberships.count(),
        "annotators": memberships.exclude(role="lead").count(),
        "done": done,
        "wanted": wanted,
        "percent": min(100, done * 100 // wanted) if wanted else 0,
        # Allow-listed when the guidelines were saved.
        "guidelines": SafeString(found.guidelines_html),
        "pins": found.pins.select_related("trait_version__trait"),
        "asked": [ASKED[question] for question in ASKED if question in found.questions],
        "moves": _moves(found) if is_led else [],
        "held": Assignment.objects.live().filter(item__project=found).count() if is_led else 0,
    }
    return render(request, "labeling/project.html", context)


def _moves(found: Project) -> list[tuple[str, str, str]]:
    allowed = ALLOWED[Project.State(found.state)]
    return [(state, verb, MEANS[state]) for state, verb in STATE_VERBS.items() if state in allowed]


def _may_create(user: User) -> bool:
    return user.has_role(Role.CURATORS) or user.has_role(Role.STEWARDS)
