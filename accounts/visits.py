"""On which devices people are signed in, and how they end that from afar."""

import time
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.address import client_address
from accounts.models import User, Visit

SEEN = "seen"
AN_HOUR = timedelta(hours=1)
AGENT_LENGTH = 300


def begin(request: HttpRequest, user: User) -> None:
    """Write down that the session of this request is a person's from now on."""
    if not request.session.session_key:
        request.session.save()
    request.session[SEEN] = int(time.time())
    Visit.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": user,
            "address": client_address(request),
            "agent": request.headers.get("User-Agent", "").replace("\0", "")[:AGENT_LENGTH],
        },
    )
    # What has run out lets nobody in; the list shall not grow with it.
    live = Visit.objects.live().filter(user=user).values("pk")
    Visit.objects.filter(user=user, seen_at__lt=timezone.now() - AN_HOUR).exclude(pk__in=live).delete()


def freshen(request: HttpRequest) -> None:
    """Keep to the hour when a person was last here."""
    seen = request.session.get(SEEN)
    if seen is not None and time.time() - seen > AN_HOUR.total_seconds():
        request.session[SEEN] = int(time.time())
        Visit.objects.filter(session_key=request.session.session_key).update(seen_at=timezone.now())


def follow(request: HttpRequest, old_key: str | None) -> None:
    """Keep the visit when its session got another key, as it does with a new password."""
    Visit.objects.filter(session_key=old_key).update(session_key=request.session.session_key)


def end(visits: "QuerySet[Visit]") -> int:
    """Sign out where these visits are, at once. Returns on how many devices."""
    keys = list(visits.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    count, _ = Visit.objects.filter(session_key__in=keys).delete()
    return count
