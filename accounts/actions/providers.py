"""People who come by a provider: whom they are here, if anybody."""

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from accounts.actions.letters import Letter, send_letter
from accounts.actions.people import LinkUsed, use_link
from accounts.audit import Actor, record
from accounts.models import Invitation, User
from accounts.providers import provider_names


class NotInvited(Exception):
    """Nobody here has this address, or their invitation has ended."""


class LastWayIn(Exception):
    """The person has no password and no other provider."""


@transaction.atomic
def admit(email: str, name: str) -> User:
    """Return the person whom a provider vouches for: somebody with an account, or an invited one, who is in then.

    Args:
        email: An address that the provider has verified.
        name: What it calls the person; taken when we know no name.

    Raises:
        NotInvited: nobody here has this address, or their invitation has ended.
    """
    person = User.objects.people().filter(email=email.strip().lower(), is_active=True).first()
    if person is None:
        raise NotInvited
    if person.has_come_in:
        return person
    invitation = Invitation.objects.open().filter(user=person).first()
    if invitation is None:
        raise NotInvited
    try:
        use_link(invitation)
    except LinkUsed as error:
        raise NotInvited from error
    if not person.name:
        person.name = name.replace("\0", "")[:120]
        person.save(update_fields=["name"])
    record(person, "invitation.accepted", invitation)
    return person


@transaction.atomic
def unlink(linked: SocialAccount, actor: Actor) -> None:
    """No longer let a person in by a provider.

    Raises:
        LastWayIn: they have no password and no other provider.
    """
    person = linked.user
    others = SocialAccount.objects.filter(user=person).exclude(pk=linked.pk)
    if not person.has_usable_password() and not others.exists():
        raise LastWayIn
    name = provider_names().get(linked.provider, linked.provider)
    linked.delete()
    record(actor, "provider.unlinked", person, provider=linked.provider)
    send_letter(person, Letter.PROVIDER_REMOVED, name)
