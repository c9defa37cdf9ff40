"""Tells people by e-mail what happened to their account, and sends the links that prove an address."""

import smtplib
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.core.mail import send_mail
from django.db import models
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlsafe_base64_encode

from accounts.models import User
from runs.actions import start
from runs.words import say
from runs.work import RunFailed, TryLater, Work

KIND = "accounts.letter"
ADDRESS_SALT = "accounts.address"
ADDRESS_AGE_S = 24 * 3600


class Letter(models.TextChoices):
    """What a letter is about; its text is the template of this name."""

    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    RESET = "reset"
    ADDRESS = "address"
    ADDRESS_ASKED = "address_asked"
    ADDRESS_CHANGED = "address_changed"
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    CODES = "codes"
    PROVIDER_ADDED = "provider_added"
    PROVIDER_REMOVED = "provider_removed"


def can_send() -> bool:
    """Whether the operator named a mail server."""
    return bool(settings.EMAIL_HOST)


def send_letter(user: User, letter: Letter, what: str = "") -> None:
    """Write down that a person shall get a letter; a worker brings it. Without a mail server, nothing happens.

    Args:
        user: To whom: at the address that they have now, or want to have.
        letter: Which.
        what: What it was done to, in marked words, or a name.
    """
    if not can_send() or user.erased_at or user.needs_email:
        return
    start(KIND, {"user": str(user.pk), "letter": letter.value, "what": what}, unit="letters", total=1)


def run_letter(work: Work) -> dict[str, Any]:
    """Bring one letter, or try again later. Links are made here, so that no table holds them."""
    said = work.arguments
    user = User.objects.filter(pk=said["user"], is_active=True).first()
    if user is None:
        return {"sent": False}
    letter = Letter(said["letter"])
    subject, _, text = written(user, letter, said["what"]).partition("\n")
    to = user.new_email if letter == Letter.ADDRESS else user.email
    if not to:
        return {"sent": False}
    try:
        send_mail(subject.strip(), text.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [to])
    except (OSError, smtplib.SMTPException) as error:
        reason = say("The mail server did not take it ({kind}).", kind=type(error).__name__)
        if work.run.attempts < work.run.max_attempts:
            raise TryLater(reason) from error
        raise RunFailed(reason) from error
    work.checkpoint(1)
    return {"sent": True}


def written(user: User, letter: Letter, what: str) -> str:
    """Return a letter in the language of its receiver, its subject in the first line."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        context = {
            "person": user,
            "what": translation.gettext(what) if what else "",
            "link": link_for(user, letter),
            "base": settings.BASE_URL,
        }
        return render_to_string(f"accounts/letters/{letter.value}.txt", context)


def link_for(user: User, letter: Letter) -> str:
    """Return the link that a letter is for, if it is for one."""
    if letter == Letter.RESET:
        uid = urlsafe_base64_encode(str(user.pk).encode())
        path = reverse("accounts:reset", args=[uid, default_token_generator.make_token(user)])
    elif letter == Letter.ADDRESS:
        path = reverse("accounts:address", args=[address_token(user)])
    else:
        path = reverse("accounts:security")
    return settings.BASE_URL.rstrip("/") + path


def address_token(user: User) -> str:
    """Return what proves that a person reads the address they want to have."""
    return signing.dumps([str(user.pk), user.new_email], salt=ADDRESS_SALT)
