"""How people get in, and where they are."""

from typing import Self

from django.contrib.sessions.models import Session
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models.people import User
from config.ids import uuid7
from config.wording import words

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
"""By what user agents give browsers away; the first that is found counts, since most claim to be others as well."""
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Which invitations."""

    def open(self) -> Self:
        """Invitations whose link still works."""
        return self.filter(accepted_at=None, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """A one-time link by which a person sets a password and comes in. Only the token's hash is stored."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="invitations")
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    """Null for the first administrator, whose link is printed at start."""
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"invitation of {self.user}"


class SignInAttempt(models.Model):
    """Somebody tried to sign in and didn't, or not yet. Kept for a day to slow down those who guess."""

    key = models.CharField(max_length=64)
    """The hash of what is counted: an address, or an address and an e-mail."""
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["key", "at"], name="sign_in_attempt_newest")]

    def __str__(self) -> str:
        return f"attempt at {self.at:%H:%M:%S}"


class VisitQuerySet(models.QuerySet["Visit"]):
    """Which visits."""

    def live(self) -> Self:
        """Visits whose session still lets in."""
        known = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
        return self.filter(session_key__in=known)


class Visit(models.Model):
    """A person is signed in on one device."""

    user = models.ForeignKey(User, models.PROTECT, related_name="visits")
    session_key = models.CharField(max_length=40, unique=True)
    address = models.CharField(max_length=64, blank=True)
    agent = models.CharField(max_length=300, blank=True)
    """What the browser says of itself."""
    began_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    """To the hour."""

    objects = VisitQuerySet.as_manager()

    def __str__(self) -> str:
        return f"visit of {self.user_id}"

    @property
    def device(self) -> str:
        """Browser and system in a few words, as far as the browser tells them."""
        browser = next((name for mark, name in BROWSERS if mark in self.agent), words("Another browser"))
        system = next((name for mark, name in SYSTEMS if mark in self.agent), "")
        return words("{browser} on {system}", browser=browser, system=system) if system else browser
