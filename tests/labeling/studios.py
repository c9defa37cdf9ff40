"""Projects that are connected with a Label Studio, and who may find the pages about that."""

from typing import Any

from django.utils import timezone

from accounts.models import User
from labeling.actions.studio_hooks import run_hook
from labeling.actions.studio_send import run_send
from labeling.actions.studio_sync import run_sync
from labeling.actions.studios import HOOK, SEND, SYNC, Address, connect, start_exchange
from labeling.models import (
    Assignment,
    Item,
    LabelStudio,
    LabelStudioAnswer,
    LabelStudioRun,
    LabelStudioTask,
    Project,
)
from runs.actions import claim, settle
from runs.models import Run
from runs.outcomes import Outcome
from runs.work import NeedsAttention, RunFailed, TryLater, Work
from tests.access import ADMINISTRATORS, ALL, CURATORS, Route
from tests.factories import make_user
from tests.label_studio.server import chose, wrote
from tests.labeling.scenes import make_member, submit, take
from tests.labeling.studio_double import LEGACY

PERFORM = {SYNC: run_sync, HOOK: run_hook}
EMAIL = "a@example.org"
ROUTES = {
    "labeling:import_label_studio": Route(CURATORS),
    "labeling:label_studio": Route(ADMINISTRATORS),
    "labeling:label_studio_send": Route(ADMINISTRATORS, "post"),
    "labeling:label_studio_sync": Route(ADMINISTRATORS, "post"),
    "labeling:label_studio_anew": Route(ADMINISTRATORS, "post"),
    "labeling:label_studio_people": Route(ADMINISTRATORS, "post"),
    "labeling:label_studio_hook": Route(ADMINISTRATORS, "post"),
    "labeling:label_studio_register": Route(ADMINISTRATORS, "post"),
    "labeling:label_studio_losses": Route(ADMINISTRATORS),
    "labeling:label_studio_conflicts": Route(ADMINISTRATORS),
    "labeling:label_studio_settle": Route(ADMINISTRATORS, "post"),
    "labeling:label_studio_hear": Route(ALL, "post", is_public=True),
}


def arguments(name: str, assignment: Assignment) -> dict[str, Any] | None:
    """What an address of a connection names, made where it is not there yet; None for other addresses."""
    if name not in ROUTES or name == "labeling:import_label_studio":
        return None
    project = assignment.item.project
    found = LabelStudio.objects.first() or make_connection(project)
    if name == "labeling:label_studio_hear":
        return {"pk": found.pk}
    more = {"pk": found.pk} if name == "labeling:label_studio_settle" else {}
    return {"slug": project.slug, **more}


def make_connection(project: Project, **fields: Any) -> LabelStudio:
    """A connection without a token."""
    values = {"endpoint": "https://studio.example.org", "created_by": make_user(), **fields}
    return LabelStudio.objects.create(project=project, **values)


def connected(project: Project, url: str, *, token: str = LEGACY, kind: str = "legacy") -> LabelStudio:
    """A connection that has a token."""
    lead: User = make_user()
    return connect(project, Address(url, kind, token), actor=lead)


def came_back(project: Project) -> LabelStudio:
    """A connection with something of everything that its pages show."""
    pins = list(project.pins.values_list("trait_version_id", flat=True))
    found = make_connection(project, label_studio_id=7, size=2, trait_versions=pins)
    member = make_member(project)
    ours = submit(take(project, member)).annotation
    item = ours.assignment.item
    Item.objects.filter(pk=item.pk).update(needed=1)
    task = LabelStudioTask.objects.create(connection=found, item=item, order_shown=[0, 1], label_studio_id=1)
    for state, why in (
        ("conflict", "Both are kept."),
        ("waiting", "Nobody is known."),
        ("unusable", "Half."),
        ("kept", "A lead kept ours."),
    ):
        is_ours = state in ("conflict", "kept")
        person = found.people.create(email=f"{state}@example.org", member=member if is_ours else None)
        answer = LabelStudioAnswer.objects.create(
            task=task,
            person=person,
            state=state,
            why=why,
            annotation=ours if is_ours else None,
            results=[wrote("rationale", "It asks <b>first</b>.")],
        )
    answer.decisions.create(
        choice="ours", ours=ours, order_shown=ours.assignment.order_shown, decided_by=found.created_by
    )
    for direction in ("send", "sync"):
        run = Run.objects.create(kind=SYNC, state="done", finished_at=timezone.now())
        done = LabelStudioRun.objects.create(
            connection=found, run=run, direction=direction, completed_at=timezone.now()
        )
        done.losses.create(subject="reasons<b>", what="Something was lost.", count=3, example=item)
    return found


def code(project: Project) -> str:
    """The code of the only trait of a project."""
    pin = project.pins.select_related("trait_version__trait").get()
    return str(pin.trait_version.trait.code)


def prefers(project: Project, strength: int) -> list[dict[str, Any]]:
    """A whole answer to a project that asks about one trait."""
    return [chose(f"p_{code(project)}", str(strength)), wrote("rationale", "It asks first.")]


def losses(found: LabelStudioRun) -> dict[str, int]:
    """What an exchange could not carry over, and how often."""
    return {f"{each.subject}: {each.what}": each.count for each in found.losses.all()}


def takes_all(config: str, task: dict[str, Any]) -> None:
    """Stands for the SDK, which only the worker of Label Studio has."""
    assert config.startswith("<View>")
    assert task["data"]


def exchange(connection: LabelStudio, direction: str, **fields: Any) -> LabelStudioRun:
    """Send or sync here and now, as a worker does that has the SDK."""
    run = start_exchange(connection, direction, actor=connection.created_by, **fields)
    held = claim(run.pk)
    assert held
    try:
        work = Work(held)
        result = run_send(work, takes_all) if held.kind == SEND else PERFORM[held.kind](work)
        settle(held, Outcome(Run.State.DONE, result=result))
    except (RunFailed, NeedsAttention, TryLater) as said:
        settle(held, Outcome(getattr(said, "state", Run.State.FAILED), str(said)))
    connection.refresh_from_db()
    return LabelStudioRun.objects.select_related("run").get(run=run)
