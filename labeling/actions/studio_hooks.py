"""Registers the webhook by which a Label Studio tells that there is news."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.audit import record
from labeling.actions.studios import studio_of
from labeling.label_studio.client import Missing, Rejected, Unclear
from labeling.models import LabelStudio, LabelStudioRun
from runs.words import say
from runs.work import RunFailed, TryLater, Work

NOT_SENT = say("Nothing was sent yet, so there is no project that could call. Send the project first.")
NO_HOOKS = say("Label Studio takes no webhooks, or the project is gone there.")
PRIVATE = say(
    "It calls no address inside a network unless it was started with USE_DEFAULT_BANNED_SUBNETS=false."
)
BY_HAND = say(
    "Nothing is lost: make a secret on the project’s page and add the webhook there by hand, or sync by the button."
)


def hook_address(connection: LabelStudio) -> str:
    """Return where Label Studio tells of news."""
    return settings.BASE_URL.rstrip("/") + reverse("labeling:label_studio_hear", args=[connection.pk])


def run_hook(work: Work) -> dict[str, Any]:
    """Register the webhook with a fresh secret, which is kept nowhere here. Doing it again makes no second one.

    Until Label Studio has taken it, the secret before stays in force.
    """
    exchange = LabelStudioRun.objects.select_related("connection__project", "connection__secret").get(
        run=work.run
    )
    connection = exchange.connection
    if connection.label_studio_id is None:
        raise RunFailed(NOT_SENT)
    token = secrets.token_urlsafe(32)
    with or_by_hand(), studio_of(connection) as studio:
        number = studio.place_hook(connection.label_studio_id, hook_address(connection), f"Bearer {token}")
    digest = sha256(token.encode()).hexdigest()
    with transaction.atomic():
        LabelStudio.objects.filter(pk=connection.pk).update(hook_sha256=digest, hook_label_studio_id=number)
        LabelStudioRun.objects.filter(pk=exchange.pk).update(completed_at=timezone.now())
        project = connection.project.slug
        record(
            work.run.created_by, "label_studio.hook_registered", connection, project=project, webhook=number
        )
    work.log(say("It is webhook {number} there.", number=number))
    return {"webhook": number}


@contextmanager
def or_by_hand() -> Iterator[None]:
    """Turn what a Label Studio did into the outcome of the run, with the other way to get there."""
    try:
        yield
    except Unclear as error:
        raise TryLater(say("{error} {next}", error=error, next=BY_HAND)) from error
    except Missing as error:
        raise RunFailed(say("{error} {next}", error=NO_HOOKS, next=BY_HAND)) from error
    except Rejected as error:
        raise RunFailed(say("{error} {why} {next}", error=error, why=PRIVATE, next=BY_HAND)) from error
