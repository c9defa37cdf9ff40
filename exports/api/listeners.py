"""Who is told of news about releases, for programs: webhooks and letters, their secrets, and what was delivered."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Scope
from config.rest.forms import problem_of
from config.rest.paging import Page, Paging, Sent, page_of
from config.rest.problems import Problem, not_found
from config.rest.routes import Routes
from exports.actions.listeners import (
    NoSecret,
    Wish,
    change_listener,
    create_listener,
    renew_secret,
    send_test,
    turn_off,
    turn_on,
)
from exports.api.doors import stewards_only
from exports.forms.listeners import FORMS
from exports.models import Delivery, Listener

routes = Routes(tags=["notifications"])
READS = needs(Scope.READ, Scope.RELEASE)
WRITES = needs(Scope.RELEASE)
NewsKind = Literal["release.built", "release.published", "release.failed", "gate.failed", "schedule.skipped"]


class ListenerShape(BaseModel):
    """Somebody, or some program, who is told of news."""

    id: UUID
    kind: Literal["webhook", "email"]
    name: str
    address: str
    kinds: list[str]
    has_secret: bool = Field(description="Of a webhook: without one nothing is sent.")
    failures: int = Field(description="Deliveries in a row that were given up.")
    disabled_at: datetime | None
    disabled_why: str


class ListenerIn(Sent):
    """Who is told of what."""

    name: str = Field(min_length=1, max_length=120)
    address: str = Field(min_length=1, max_length=300, description="A URL, or an e-mail address.")
    kinds: list[NewsKind] = Field(min_length=1, max_length=10)


class NewListener(ListenerIn):
    """Who shall be told of what."""

    kind: Literal["webhook", "email"]


class SecretShape(BaseModel):
    """The secret that signs what a webhook gets."""

    secret: str = Field(description="Told this once.")


class SwitchIn(Sent):
    """Whether something is sent there."""

    is_enabled: bool


class DeliveryShape(BaseModel):
    """One piece of news on its way to one listener."""

    id: UUID
    kind: str
    state: str
    error: str
    created_at: datetime


def listener_shape(listener: Listener) -> ListenerShape:
    """Return a listener as it is sent."""
    same: dict[str, Any] = {
        name: getattr(listener, name) for name in ListenerShape.model_fields if name != "has_secret"
    }
    return ListenerShape(**same, has_secret=listener.secret_id is not None)


def delivery_shape(delivery: Delivery) -> DeliveryShape:
    """Return a delivery, fetched with its news and run, as it is sent."""
    return DeliveryShape(
        id=delivery.pk,
        kind=delivery.news.kind,
        state=delivery.run.state,
        error=delivery.run.error,
        created_at=delivery.news.created_at,
    )


def checked(said: ListenerIn, kind: str, listener: Listener | None = None) -> Wish:
    """Return who is told of what, held to the rules of the page.

    Raises:
        Problem: a field can't be used.
    """
    form = FORMS[kind](said.model_dump(exclude={"kind"}), listener=listener)
    if not form.is_valid():
        raise problem_of(form)
    return form.wish


def find(request: Asking, listener_id: UUID) -> Listener:
    """Return a listener, to stewards."""
    stewards_only(request)
    return get_object_or_404(Listener.objects.select_related("secret"), pk=listener_id)


@routes.get("/notifications", auth=READS, response=Page[ListenerShape], url_name="notifications")
def notifications(request: Asking, asked: Query[Paging]) -> Page[ListenerShape]:
    """List who is told of news, newest first."""
    stewards_only(request)
    return page_of(Listener.objects.all(), asked, listener_shape)


@routes.post("/notifications", auth=WRITES, response={201: ListenerShape}, url_name="notifications")
@once
def notification_add(request: Asking, said: NewListener) -> Status[ListenerShape]:
    """Add somebody who is told. A webhook gets nothing before its secret is made."""
    stewards_only(request)
    return Status(201, listener_shape(create_listener(said.kind, checked(said, said.kind), actor=request)))


@routes.get("/notifications/{uuid:listener_id}", auth=READS, response=ListenerShape, url_name="notification")
def notification(request: Asking, listener_id: UUID) -> ListenerShape:
    """Return somebody who is told."""
    return listener_shape(find(request, listener_id))


@routes.put("/notifications/{uuid:listener_id}", auth=WRITES, response=ListenerShape, url_name="notification")
def notification_change(request: Asking, listener_id: UUID, said: ListenerIn) -> ListenerShape:
    """Change who is told of what. The secret of a webhook is void when it leads elsewhere now."""
    found = find(request, listener_id)
    return listener_shape(change_listener(found, checked(said, found.kind, found), actor=request))


# It takes no Idempotency-Key: an answer that is kept would keep the secret.
@routes.post(
    "/notifications/{uuid:listener_id}/secret",
    auth=WRITES,
    response=SecretShape,
    url_name="notification_secret",
)
def notification_secret(request: Asking, listener_id: UUID) -> SecretShape:
    """Make a new secret of a webhook; the former one is void at once."""
    found = find(request, listener_id)
    if not found.is_webhook:
        raise not_found()
    return SecretShape(secret=renew_secret(found, actor=request))


@routes.post(
    "/notifications/{uuid:listener_id}/test",
    auth=WRITES,
    response={202: DeliveryShape},
    url_name="notification_test",
)
def notification_test(request: Asking, listener_id: UUID) -> Status[DeliveryShape]:
    """Send a test."""
    try:
        return Status(202, delivery_shape(send_test(find(request, listener_id), actor=request)))
    except NoSecret as error:
        raise Problem(409, "no_secret", str(error)) from error


@routes.post(
    "/notifications/{uuid:listener_id}/switch",
    auth=WRITES,
    response=ListenerShape,
    url_name="notification_switch",
)
def notification_turn(request: Asking, listener_id: UUID, said: SwitchIn) -> ListenerShape:
    """Send nothing more there, or again what happens from now on. Twice is once."""
    found = find(request, listener_id)
    (turn_on if said.is_enabled else turn_off)(found, actor=request)
    return listener_shape(find(request, listener_id))


@routes.get(
    "/notifications/{uuid:listener_id}/deliveries",
    auth=READS,
    response=Page[DeliveryShape],
    url_name="notification_deliveries",
)
def notification_deliveries(request: Asking, listener_id: UUID, asked: Query[Paging]) -> Page[DeliveryShape]:
    """List what was delivered, newest first."""
    rows = find(request, listener_id).deliveries.select_related("news", "run")
    return page_of(rows, asked, delivery_shape)
