"""Helps people who have lost their second factor, and watches over what may be taken away."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts import second_factor, visits
from accounts.actions.letters import Letter, send_letter
from accounts.audit import Actor, record
from accounts.models import User
from config.wording import words


@transaction.atomic
def remove_factors(user: User, actor: Actor) -> int:
    """Take all second factors of a person away, who has lost them, and sign them out. Returns how many there were."""
    count: int = Authenticator.objects.filter(user=user).delete()[0]
    if count:
        visits.end(user.visits.all())
        record(actor, "second_factors.removed", user, count=count)
        send_letter(user, Letter.FACTOR_REMOVED, words("every app, passkey and recovery code"))
    return count


@transaction.atomic
def end_visits(user: User, actor: Actor, *, but: str | None = None) -> int:
    """Sign a person out on all devices, or all but one.

    Args:
        user: Whom.
        actor: Who does it.
        but: The key of the session that goes on.
    """
    count = visits.end(user.visits.exclude(session_key=but or ""))
    record(actor, "visits.ended", user, count=count)
    return count


def may_remove(authenticator: Authenticator) -> bool:
    """Whether a factor may go: not when it is the last of somebody whose role asks for one."""
    user = authenticator.user
    if authenticator.type not in second_factor.FACTORS or not second_factor.must_have(user):
        return True
    others = Authenticator.objects.filter(user=user, type__in=second_factor.FACTORS)
    return bool(others.exclude(pk=authenticator.pk).exists())
