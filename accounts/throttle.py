"""Slows down those who guess, wherever they guess. In the database, so that all web processes count together."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

from django.db.models.functions import Now

from accounts.address import counted_as
from accounts.models import SignInAttempt

WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)
MOST_PER_PERSON = 5
MOST_PER_ADDRESS = 100
"""High, since a whole institution may come from one address."""


def keys(subject: str, address: str) -> Iterator[tuple[str, int]]:
    """Yield what is counted, hashed, and how often it may come in one window."""
    client = counted_as(address)
    yield sha256(f"{client} {subject.strip().lower()}".encode()).hexdigest(), MOST_PER_PERSON
    if client:
        yield sha256(client.encode()).hexdigest(), MOST_PER_ADDRESS


def may_try(subject: str, address: str) -> bool:
    """Count an attempt, before what was sent is looked at, and say whether it may go on.

    Args:
        subject: What is guessed at: an e-mail, or one person's second factor.
        address: The client's. Empty counts the subject alone, from wherever it is tried.
    """
    SignInAttempt.objects.filter(at__lt=Now() - KEPT).delete()
    counted = list(keys(subject, address))
    SignInAttempt.objects.bulk_create([SignInAttempt(key=key) for key, _ in counted])
    recent = SignInAttempt.objects.filter(at__gt=Now() - WINDOW)
    return all(recent.filter(key=key).count() <= most for key, most in counted)


def forget(subject: str, address: str) -> None:
    """Forget the failed attempts of a person who is in now; the address's own count stays."""
    key, _ = next(keys(subject, address))
    SignInAttempt.objects.filter(key=key).delete()
