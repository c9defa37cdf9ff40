"""Connects projects with Label Studio, and starts what goes there and comes back."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts.audit import Actor, person_behind, record
from accounts.models import User
from egress.secrets import SecretVoid, reveal, seal
from labeling.label_studio.client import Missing, Rejected, Studio, Unclear
from labeling.models import (
    LabelStudio,
    LabelStudioAnswer,
    LabelStudioLoss,
    LabelStudioPerson,
    LabelStudioRun,
    Project,
)
from runs.actions import start
from runs.models import Run
from runs.words import say, told_by
from runs.work import NeedsAttention, RunFailed, TryLater

SEND = "labeling.label_studio_send"
SYNC = "labeling.label_studio_sync"
HOOK = "labeling.label_studio_hook"
KINDS = {
    LabelStudioRun.Direction.SEND.value: SEND,
    LabelStudioRun.Direction.SYNC.value: SYNC,
    LabelStudioRun.Direction.HOOK.value: HOOK,
}
QUEUE = "labelstudio"
NO_TOKEN = say("No token is stored. Enter one, save, and try again. Nothing is lost.")
GONE = say(
    "The project is not there any more, or the account may not see it. Everything that came back before is kept here. "
    "To go on with a new project there, press “Begin anew”, then send."
)
LONGEST_SUBJECT = 120


class Address(NamedTuple):
    """What people say about a connection. An empty token keeps the stored one, if it is still for this address."""

    endpoint: str
    token_kind: str
    token: str = ""


class Busy(Exception):
    """Something is being sent or fetched right now."""


@transaction.atomic
def connect(project: Project, address: Address, *, actor: Actor) -> LabelStudio:
    """Connect a project with a Label Studio, or change the connection.

    Another address voids the token, and forgets which project there is meant.

    Raises:
        egress.secrets.BadToken: no token looks like this.
        Busy: something is being sent or fetched.
    """
    Project.objects.select_for_update().get(pk=project.pk)
    found = LabelStudio.objects.filter(project=project).first()
    connection = found or LabelStudio(project=project, created_by=person_behind(actor))
    leads_elsewhere = connection.endpoint != address.endpoint
    if found and leads_elsewhere:
        forget(found)
    former = connection.secret
    connection.endpoint, connection.token_kind = address.endpoint, address.token_kind
    if address.token:
        connection.secret = seal(address.token, bound_to=address.endpoint)
    elif leads_elsewhere:
        connection.secret = None
    connection.save()
    if former is not None and former != connection.secret:
        former.delete()
    act = "label_studio.changed" if found else "label_studio.connected"
    record(
        actor,
        act,
        connection,
        project=project.slug,
        endpoint=connection.endpoint,
        token_given=bool(address.token),
    )
    return connection


def forget(connection: LabelStudio) -> None:
    """Forget which project and tasks there are meant; what came back is kept.

    Raises:
        Busy: something is being sent or fetched.
    """
    if connection.exchanges.unfinished().exists():
        raise Busy
    connection.label_studio_id = None
    connection.config, connection.trait_versions = "", []
    connection.hook_sha256, connection.hook_label_studio_id, connection.hinted_at = "", None, None
    connection.save()
    connection.tasks.update(label_studio_id=None, gone_at=None)
    # What is answered anew is a new answer, also when it says the same.
    LabelStudioAnswer.objects.filter(task__connection=connection).update(digest="")


@transaction.atomic
def begin_anew(connection: LabelStudio, *, actor: Actor) -> None:
    """Have the next sending make a new project there.

    Raises:
        Busy: something is being sent or fetched.
    """
    locked = LabelStudio.objects.select_for_update().get(pk=connection.pk)
    former = locked.label_studio_id
    forget(locked)
    record(actor, "label_studio.begun_anew", locked, project=locked.project.slug, former=former)


@transaction.atomic
def start_exchange(
    connection: LabelStudio,
    direction: str,
    *,
    actor: Actor,
    predictions: str = "",
    with_held_out: bool = False,
) -> Run:
    """Have a worker send, fetch what came back, or register the webhook; when something is at work already, that is returned."""
    # Without the lock two who press at once would start two.
    locked = LabelStudio.objects.select_for_update().get(pk=connection.pk)
    if busy := locked.exchanges.unfinished().select_related("run").first():
        return busy.run
    person = person_behind(actor)
    run = start(KINDS[direction], {"connection": str(locked.pk)}, created_by=person, unit="tasks")
    LabelStudioRun.objects.create(
        connection=locked,
        run=run,
        direction=direction,
        predictions=predictions,
        with_held_out=with_held_out,
    )
    if direction == LabelStudioRun.Direction.SYNC:
        LabelStudio.objects.filter(pk=locked.pk).update(hinted_at=None)
    record(actor, f"label_studio.{direction}_started", locked, project=locked.project.slug, run=str(run.pk))
    return run


def start_hinted() -> int:
    """Sync the projects of which a Label Studio told news, and return how many."""
    found = list(LabelStudio.objects.hinted()[:20])
    for connection in found:
        start_exchange(connection, LabelStudioRun.Direction.SYNC, actor=None)
    return len(found)


@transaction.atomic
def new_hook(connection: LabelStudio, *, actor: Actor) -> str:
    """Return a new secret for the webhook; the one before is void from now on."""
    token = secrets.token_urlsafe(32)
    digest = sha256(token.encode()).hexdigest()
    LabelStudio.objects.filter(pk=connection.pk).update(hook_sha256=digest, hook_label_studio_id=None)
    record(actor, "label_studio.hook_made", connection, project=connection.project.slug)
    return token


def take_hint(connection_id: UUID, token: str) -> bool:
    """Note that there is news; False when the secret is not the one that was given out.

    However often and in whichever order it is called, it comes to one sync.
    """
    told = sha256(token.encode("utf-8", "replace")).hexdigest()
    kept = LabelStudio.objects.filter(pk=connection_id).values_list("hook_sha256", flat=True).first()
    if not kept or not secrets.compare_digest(kept, told):
        return False
    LabelStudio.objects.filter(pk=connection_id, hinted_at=None).update(hinted_at=Now())
    return True


@transaction.atomic
def name_people(connection: LabelStudio, members: Mapping[int, User | None], *, actor: Actor) -> int:
    """Say who people of Label Studio are here, and return how many changed."""
    changed = 0
    for person in LabelStudioPerson.objects.select_for_update().filter(connection=connection, pk__in=members):
        member = members[person.pk]
        if person.member_id != (member.pk if member else None):
            person.member = member
            person.save(update_fields=["member"])
            changed += 1
            who = str(member.pk) if member else None
            record(actor, "label_studio.person_named", connection, person=person.email, member=who)
    return changed


def studio_of(connection: LabelStudio) -> Studio:
    """Return the client of a connection.

    Raises:
        RunFailed: it has no token, or none that can be used.
    """
    if connection.secret is None:
        raise RunFailed(NO_TOKEN)
    try:
        token = reveal(connection.secret, connection.endpoint)
    except SecretVoid as error:
        raise RunFailed(told_by(error)) from error
    return Studio(connection.endpoint, token, connection.token_kind)


@contextmanager
def said_to_people() -> Iterator[None]:
    """Turn what a Label Studio did into the outcome of the run."""
    try:
        yield
    except Unclear as error:
        raise TryLater(say("{error} What was done is kept.", error=error)) from error
    except Missing as error:
        raise NeedsAttention(GONE) from error
    except Rejected as error:
        raise RunFailed(say("{error} Nothing is lost.", error=error)) from error


def lose(exchange: LabelStudioRun, subject: str, what: str, *, example: UUID | None = None) -> None:
    """Add to the report what could not be carried over."""
    found, is_new = LabelStudioLoss.objects.get_or_create(
        exchange=exchange, subject=printable(subject), what=what, defaults={"example_id": example}
    )
    if not is_new:
        LabelStudioLoss.objects.filter(pk=found.pk).update(count=F("count") + 1)


def printable(text: str) -> str:
    """Return a stranger's words, fit to be stored and shown on one line."""
    whole = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    return whole[:LONGEST_SUBJECT] or "?"
