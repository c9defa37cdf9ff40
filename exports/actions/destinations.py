"""Creates and changes destinations, and asks their Hubs who we are there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from accounts.audit import Actor, person_behind, record
from accounts.models import User
from egress.secrets import SecretVoid, seal
from exports.actions.deposit import store_of
from exports.hub import Conflict, Hub, HubError, NotFound, ParentMoved, RateLimited, Unclear, described
from exports.models import Destination
from runs.actions import start
from runs.models import Run
from runs.work import RunFailed, TryLater, Work

CHECK_S = 20.0
"""How long one question of a check may take."""


SAID = (
    "name",
    "endpoint",
    "repo_id",
    "is_private",
    "gating",
    "create_if_missing",
    "region",
    "access_key",
)


@dataclass(frozen=True)
class Address:
    """What people say about a destination. An empty token keeps the stored one, if it is still for this address."""

    name: str
    endpoint: str
    repo_id: str
    is_private: bool
    create_if_missing: bool
    token: str = ""
    kind: str = Destination.Kind.HUB
    """Taken when a destination is created; it never changes."""
    gating: str = ""
    region: str = ""
    access_key: str = ""


@transaction.atomic
def create_destination(address: Address, *, actor: Actor = None, slug: str = "") -> Destination:
    """Add a destination.

    Raises:
        egress.secrets.BadToken: no token looks like this.
    """
    destination = Destination(
        slug=slug or free_slug(address.name), kind=address.kind, created_by=person_behind(actor)
    )
    return written(destination, address, actor, "destination.created")


@transaction.atomic
def change_destination(destination: Destination, address: Address, *, actor: Actor = None) -> Destination:
    """Change a destination. Its token is void when it leads elsewhere now, unless a new one is given.

    Raises:
        egress.secrets.BadToken: no token looks like this.
    """
    locked = Destination.objects.select_for_update().get(pk=destination.pk)
    return written(locked, address, actor, "destination.changed")


def written(destination: Destination, address: Address, actor: Actor, act: str) -> Destination:
    """Save what was said, and drop the secret that it replaces."""
    leads_elsewhere = (destination.endpoint, destination.repo_id) != (address.endpoint, address.repo_id)
    for field in SAID:
        setattr(destination, field, getattr(address, field))
    former = destination.secret
    if address.token:
        destination.secret = seal(address.token, bound_to=address.endpoint)
    elif leads_elsewhere:
        destination.secret = None
    destination.save()
    # A token that opens nothing here any more might still open something there.
    if former is not None and former != destination.secret:
        former.delete()
    record(
        actor,
        act,
        destination,
        endpoint=destination.endpoint,
        repo_id=destination.repo_id,
        token_given=bool(address.token),
    )
    return destination


def free_slug(name: str) -> str:
    """Return a slug made of the name that no destination has."""
    base = slugify(name)[:50] or "destination"
    taken = set(Destination.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return (
        base
        if base not in taken
        else next(f"{base}-{n}" for n in range(2, 999) if f"{base}-{n}" not in taken)
    )


def start_check(destination: Destination, *, created_by: User | None) -> Run:
    """Have a worker look whether the place is there and may be written to."""
    return start("exports.check", {"destination": destination.pk}, created_by=created_by, unit="questions")


def run_check(work: Work) -> dict[str, Any]:
    """Look whether a place is there and may be written to. Nothing is changed there.

    Returns:
        What was found: on a Hub the account's name and whether the repository is there.
    """
    destination = Destination.objects.select_related("secret").get(pk=work.arguments["destination"])
    if destination.needs_token and destination.secret is None:
        raise RunFailed("No token is stored. Enter one, save, and check again.")
    with said_to_people():
        return check_hub(work, destination) if destination.is_hub else check_store(work, destination)


def check_hub(work: Work, destination: Destination) -> dict[str, Any]:
    """Ask a Hub whom the token belongs to and whether it may write."""
    assert destination.secret  # noqa: S101 - looked at before, and tells the type checker.
    hub = Hub(destination.endpoint, destination.repo_id, destination.secret, request_s=CHECK_S)
    account = hub.account()
    work.log(f"The token belongs to {account.name}. Its role is {account.role}.")
    is_there = may_write(hub, destination)
    repo = destination.repo_id
    work.log(
        f"It may write to {repo}." if is_there else f"{repo} is not there yet; the first push creates it."
    )
    return {"account": account.name, "is_there": is_there}


def check_store(work: Work, destination: Destination) -> dict[str, Any]:
    """Write an empty file to a storage or folder, and remove it again."""
    store = store_of(destination)
    probe = f".arete-check-{destination.pk}"
    store.put(probe, b"", sha256=described(b"").sha256)
    store.delete(probe)
    work.log(f"{store.place} can be written to.")
    return {"is_there": True}


def may_write(hub: Hub, destination: Destination) -> bool:
    """Say whether the repository is there; it is no refusal when the first push shall create it."""
    try:
        hub.check_write()
    except NotFound:
        if not destination.create_if_missing:
            raise
        return False
    return True


@contextmanager
def said_to_people() -> Iterator[None]:
    """Turn what the Hub said into the outcome of the run."""
    try:
        yield
    except (Unclear, RateLimited, Conflict, ParentMoved) as error:
        raise TryLater(str(error)) from error
    except (HubError, SecretVoid) as error:
        raise RunFailed(str(error)) from error
