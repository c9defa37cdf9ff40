"""Forgets who somebody was. What they did stays, as the work of somebody who left."""

import os
from contextlib import nullcontext
from pathlib import Path

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import visits
from accounts.actions.people import keeping_an_administrator
from accounts.audit import Actor, record
from accounts.models import NOWHERE, ApiToken, Invitation, Profile, User

LOG = "erased.txt"
"""In the folder of files, which is backed up by itself: a database from before an erasure is told of it again."""


@transaction.atomic
def forget_person(user: User, actor: Actor, *, takes_labels: bool) -> None:
    """Take away everything that tells who an account belonged to. It can't be undone, nor signed in to again.

    Args:
        user: Whom.
        actor: Who does it: they themselves, or an administrator.
        takes_labels: Whether their labels were taken back; written down for a database that is restored.

    Raises:
        LastAdministrator: the only administrator would be gone.
    """
    with keeping_an_administrator() if user.is_superuser else nullcontext():
        held = User.objects.select_for_update().get(pk=user.pk)
        if held.erased_at:
            return
        held.groups.clear()
        held.email = f"{held.pk}@erased{NOWHERE}"
        held.name = held.new_email = held.language = ""
        held.is_active = held.is_superuser = False
        held.last_login = None
        held.erased_at = timezone.now()
        held.set_unusable_password()
        held.save()
    Invitation.objects.open().filter(user=held).update(expires_at=timezone.now())
    for model in (Authenticator, SocialAccount, EmailAddress):
        model._default_manager.filter(user=held).delete()
    ApiToken.objects.filter(user=held).delete()
    Profile.objects.filter(user=held).delete()
    visits.end(held.visits.all())
    record(actor, "account.erased", held, takes_labels=takes_labels)
    transaction.on_commit(lambda: note_erasure(held, takes_labels=takes_labels))


def log_path() -> Path:
    """Return where erasures are written down outside the database: ids alone."""
    return Path(settings.DATA_DIR) / LOG


def note_erasure(user: User, *, takes_labels: bool) -> None:
    """Add a line to the log, once."""
    path = log_path()
    if str(user.pk) in {line.split()[0] for line in erasures()}:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{user.pk} {'labels-too' if takes_labels else 'labels-stay'}\n")
        file.flush()
        os.fsync(file.fileno())


def erasures() -> list[str]:
    """Return the lines of the log; none when nobody was erased."""
    path = log_path()
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
