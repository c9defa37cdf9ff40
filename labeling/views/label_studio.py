"""A project's Label Studio, for its lead: the connection, sending, syncing, and what could not be carried over."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import UserRequest
from config.saying import told
from config.wording import words
from labeling.actions.studio_hooks import hook_address
from labeling.actions.studios import QUEUE, Busy, begin_anew, connect, name_people, new_hook, start_exchange
from labeling.forms.label_studio import PeopleForm, SendForm, StudioForm
from labeling.models import LabelStudio, LabelStudioAnswer, LabelStudioRun, Project
from labeling.views.answers import labels
from labeling.views.doors import led_project
from runs.models import WorkerSign

BUSY = words("Something is being sent or fetched right now. Wait until it ended, or cancel it.")
SHOWN = 200
MOST_EXCHANGES = 10


@sensitive_post_parameters("token")
@require_http_methods(["GET", "POST"])
@never_cache
@labels
def label_studio(request: UserRequest, slug: str) -> HttpResponse:
    """Show the connection of a project, and change it."""
    found = led_project(request, slug)
    connection = connection_of(found)
    form = StudioForm(request.POST if request.method == "POST" else None, connection=connection)
    if form.is_valid():
        try:
            connect(found, form.address, actor=request)
        except Busy:
            messages.error(request, told(BUSY))
        else:
            messages.success(request, _("The connection is saved. Nothing was sent yet."))
        return redirect("labeling:label_studio", slug)
    return render_page(request, found, connection, form=form, status=422 if form.is_bound else 200)


@require_POST
@labels
def label_studio_send(request: UserRequest, slug: str) -> HttpResponse:
    """Send what is not there yet."""
    found = connected(request, slug)
    form = SendForm(request.POST)
    if not form.is_valid():
        return render_page(request, found.project, found, send_form=form, status=422)
    run = start_exchange(found, LabelStudioRun.Direction.SEND, actor=request, **form.cleaned_data)
    return redirect("runs:progress", run.pk) if run.created_by == request.user else back(slug)


@require_POST
@labels
def label_studio_sync(request: UserRequest, slug: str) -> HttpResponse:
    """Fetch what was answered there."""
    run = start_exchange(connected(request, slug), LabelStudioRun.Direction.SYNC, actor=request)
    return redirect("runs:progress", run.pk) if run.created_by == request.user else back(slug)


@require_POST
@labels
def label_studio_anew(request: UserRequest, slug: str) -> HttpResponse:
    """Have the next sending make a new project there."""
    try:
        begin_anew(connected(request, slug), actor=request)
    except Busy:
        messages.error(request, told(BUSY))
    else:
        messages.success(request, _("The next sending makes a new project there. What came back is kept."))
    return back(slug)


@require_POST
@labels
def label_studio_people(request: UserRequest, slug: str) -> HttpResponse:
    """Say who people of Label Studio are here."""
    found = connected(request, slug)
    form = PeopleForm(request.POST, connection=found)
    if not form.is_valid():
        return render_page(request, found.project, found, people_form=form, status=422)
    name_people(found, form.members, actor=request)
    messages.success(request, _("Saved. Answers that waited for this come in with the next sync."))
    return back(slug)


@require_POST
@never_cache
@labels
def label_studio_hook(request: UserRequest, slug: str) -> HttpResponse:
    """Make a new secret for the webhook, and show it this once."""
    found = connected(request, slug)
    token = new_hook(found, actor=request)
    found.refresh_from_db()
    return render_page(request, found.project, found, token=token)


@require_POST
@labels
def label_studio_register(request: UserRequest, slug: str) -> HttpResponse:
    """Have the webhook registered there."""
    run = start_exchange(connected(request, slug), LabelStudioRun.Direction.HOOK, actor=request)
    return redirect("runs:progress", run.pk) if run.created_by == request.user else back(slug)


@require_GET
@labels
def label_studio_losses(request: UserRequest, slug: str) -> HttpResponse:
    """Name what the newest exchanges could not carry over."""
    found = connected(request, slug)
    ended = found.exchanges.exclude(completed_at=None)
    newest = [ended.filter(direction=each).first() for each in ("send", "sync")]
    reports = [(each, each.losses.all()[:SHOWN]) for each in newest if each]
    context = {"section": "projects", "project": found.project, "is_led": True, "reports": reports}
    return render(request, "labeling/label_studio_losses.html", context)


def connection_of(project: Project) -> LabelStudio | None:
    """Return a project's connection, if it has one."""
    return LabelStudio.objects.select_related("secret", "project").filter(project=project).first()


def connected(request: UserRequest, slug: str) -> LabelStudio:
    """Return the connection of a project that the person leads; 404 when there is none."""
    connection = connection_of(led_project(request, slug))
    if connection is None:
        raise Http404
    return connection


def back(slug: str) -> HttpResponse:
    """Lead back to the page."""
    return redirect("labeling:label_studio", slug)


def render_page(
    request: UserRequest,
    project: Project,
    connection: LabelStudio | None,
    *,
    status: int = 200,
    **given: Any,
) -> HttpResponse:
    """Answer with the page, with the forms that were sent or with fresh ones."""
    context: dict[str, Any] = {
        "section": "projects",
        "project": project,
        "is_led": True,
        "connection": connection,
        "form": StudioForm(connection=connection),
    }
    if connection:
        exchanges = connection.exchanges.select_related("run")
        kept = LabelStudioAnswer.objects.filter(task__connection=connection)
        context |= {
            "send_form": SendForm(),
            "people_form": PeopleForm(connection=connection),
            "exchanges": exchanges[:MOST_EXCHANGES],
            "newest": exchanges.filter(direction="sync").exclude(completed_at=None).first(),
            "busy": exchanges.unfinished().first(),
            "tasks": connection.tasks.count(),
            "conflicts": kept.filter(state="conflict").count(),
            "has_worker": WorkerSign.objects.fresh().filter(queue=QUEUE).exists(),
            "hook": hook_address(connection),
            "registering": exchanges.filter(direction="hook").first(),
        }
    return render(request, "labeling/label_studio.html", context | given, status=status)
