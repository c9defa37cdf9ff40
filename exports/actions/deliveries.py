"""Brings news to listeners, tries again, and gives listeners up who never answer."""

import json
import smtplib
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts.audit import record
from egress.secrets import SecretVoid, reveal
from exports.models import Delivery, Listener, News
from exports.webhook import Message, Unheard, post
from runs.work import RunFailed, TryLater, Work

MOST_FAILURES = 5
"""After so many deliveries in a row that were given up, nothing more is sent."""
GONE = 410
GAVE_UP = "{count} deliveries in a row were given up. The last one: {reason}"
SAID_GONE = "The receiver answered 410, which means that it is gone for good."


def run_deliver(work: Work) -> dict[str, Any]:
    """Bring one piece of news to one listener, or try again later.

    Returns:
        What a webhook answered.
    """
    delivery = Delivery.objects.select_related("listener__secret", "news").get(pk=work.arguments["delivery"])
    listener = delivery.listener
    if listener.disabled_at is not None:
        raise RunFailed("Nothing is sent there any more: " + listener.disabled_why)
    try:
        status = sent(delivery)
    except (Unheard, SecretVoid) as error:
        return fail(work, delivery, str(error))
    Delivery.objects.filter(pk=delivery.pk).update(status=status)
    if status == GONE:
        disable(listener, SAID_GONE)
        raise RunFailed(SAID_GONE)
    if status is not None and not 200 <= status < 300:
        return fail(work, delivery, f"It answered {status}.")
    Listener.objects.filter(pk=listener.pk).update(failures=0)
    work.checkpoint(1)
    return {"status": status}


def sent(delivery: Delivery) -> int | None:
    """Send a delivery; return the status of a webhook's answer.

    Raises:
        Unheard: there was no answer, or nothing may be sent there.
        SecretVoid: the secret was made for another address.
    """
    listener = delivery.listener
    if not listener.is_webhook:
        send_letter(listener, delivery.news)
        return None
    if listener.secret is None:
        raise Unheard("It has no secret to sign with. Make one.")
    message = Message(str(delivery.pk), delivery.news.kind, body_of(delivery))
    return post(listener.address, message, reveal(listener.secret, listener.address))


def body_of(delivery: Delivery) -> bytes:
    """Return what a webhook gets, the same bytes at every attempt."""
    news = delivery.news
    said = {"id": str(news.pk), "event": news.kind, "at": news.created_at.isoformat(), **news.facts}
    return json.dumps(said, ensure_ascii=False, sort_keys=True).encode()


def send_letter(listener: Listener, news: News) -> None:
    """Send an e-mail.

    Raises:
        Unheard: the mail server did not take it.
    """
    lines = [News.Kind(news.kind).label + ".", "", *lines_of(news.facts)]
    try:
        send_mail(
            f"Arete: {subject_of(news)}", "\n".join(lines), settings.DEFAULT_FROM_EMAIL, [listener.address]
        )
    except (OSError, smtplib.SMTPException) as error:
        raise Unheard(f"The mail server did not take it ({type(error).__name__}).") from error


def subject_of(news: News) -> str:
    """Return the subject of an e-mail, on one line."""
    release = news.facts.get("release", {})
    name = f"{release['name']}@{release['version']}: " if release else ""
    return " ".join(f"{name}{News.Kind(news.kind).label}".split())


def lines_of(facts: dict[str, Any], above: str = "") -> list[str]:
    """Return facts as lines of text."""
    lines = []
    for name, value in sorted(facts.items()):
        label = f"{above} {name}".strip()
        lines += lines_of(value, label) if isinstance(value, dict) else [f"{label}: {value}"]
    return lines


def fail(work: Work, delivery: Delivery, reason: str) -> dict[str, Any]:
    """End an attempt that failed: to be tried again, or given up.

    Raises:
        TryLater: there are attempts left.
        RunFailed: there are none.
    """
    work.log(reason)
    if work.run.attempts < work.run.max_attempts:
        raise TryLater(reason)
    count_failure(delivery.listener, reason)
    raise RunFailed(f"{reason} It was tried {work.run.attempts} times.")


@transaction.atomic
def count_failure(listener: Listener, reason: str) -> None:
    """Count a delivery that was given up, and stop sending after too many."""
    Listener.objects.filter(pk=listener.pk).update(failures=F("failures") + 1)
    listener.refresh_from_db(fields=["failures"])
    if listener.failures >= MOST_FAILURES:
        disable(listener, GAVE_UP.format(count=listener.failures, reason=reason))


@transaction.atomic
def disable(listener: Listener, why: str) -> None:
    """Send nothing more to a listener until a person says so."""
    enabled = Listener.objects.enabled().filter(pk=listener.pk)
    if enabled.update(disabled_at=Now(), disabled_why=why):
        record(None, "listener.disabled", listener, why=why)
