"""Creates and changes model endpoints, and has a worker ask one a short question."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.audit import Actor, person_behind, record
from accounts.models import User
from curation.endpoints import Busy, EndpointError, Question, Unwell
from curation.endpoints import Endpoint as Connection
from curation.models import Endpoint
from egress.secrets import SecretVoid, normalized, reveal, seal
from runs.actions import start
from runs.models import Run
from runs.words import say, told_by
from runs.work import RunFailed, Work

CHECK_S = 60.0
CHECK_TOKENS = 64
"""Enough for a word after some thought, and too few to cost anything."""
CHECK_TURNS = [{"role": "user", "content": "Please answer with one word: is this connection working?"}]


@dataclass(frozen=True)
class EndpointFacts:
    """What people say about an endpoint. An empty key keeps the stored one, if it is still for this address."""

    name: str
    base_url: str
    model: str
    license: str
    concurrency: int
    price_in: Decimal
    price_out: Decimal
    key: str = ""
    forget_key: bool = False


@transaction.atomic
def create_endpoint(facts: EndpointFacts, *, actor: Actor = None) -> Endpoint:
    """Add an endpoint.

    Raises:
        egress.secrets.BadToken: no key looks like this.
    """
    return written(Endpoint(created_by=person_behind(actor)), facts, actor, "endpoint.created")


@transaction.atomic
def change_endpoint(endpoint: Endpoint, facts: EndpointFacts, *, actor: Actor = None) -> Endpoint:
    """Change an endpoint. Its key is void when it leads elsewhere now, unless a new one is given.

    Raises:
        egress.secrets.BadToken: no key looks like this.
    """
    locked = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    return written(locked, facts, actor, "endpoint.changed")


def written(endpoint: Endpoint, facts: EndpointFacts, actor: Actor, act: str) -> Endpoint:
    """Save what was said, and drop the secret that it replaces."""
    leads_elsewhere = normalized(endpoint.base_url) != normalized(facts.base_url)
    for field in ("name", "base_url", "model", "license", "concurrency", "price_in", "price_out"):
        setattr(endpoint, field, getattr(facts, field))
    former = endpoint.secret
    if facts.key:
        endpoint.secret = seal(facts.key, bound_to=facts.base_url)
    elif leads_elsewhere or facts.forget_key:
        endpoint.secret = None
    endpoint.save()
    if former is not None and former != endpoint.secret:
        former.delete()
    record(
        actor,
        act,
        endpoint,
        base_url=endpoint.base_url,
        model=endpoint.model,
        prices=[str(endpoint.price_in), str(endpoint.price_out)],
        key_given=bool(facts.key),
    )
    return endpoint


def start_check(endpoint: Endpoint, *, created_by: User | None) -> Run:
    """Have a worker ask the endpoint one short question."""
    arguments = {"endpoint": str(endpoint.pk)}
    return start("curation.endpoint_check", arguments, created_by=created_by, total=1, unit="questions")


def run_check(work: Work) -> dict[str, Any]:
    """Ask the endpoint one short question and say what came.

    Returns:
        The model as it calls itself.
    """
    endpoint = Endpoint.objects.select_related("secret").get(pk=work.arguments["endpoint"])
    question = Question(str(work.run.pk), CHECK_TURNS, {"model": endpoint.model, "max_tokens": CHECK_TOKENS})
    began = time.monotonic()
    try:
        with connected(endpoint, answer_s=CHECK_S) as connection:
            answer = connection.ask(question)
    except Busy as busy:
        raise RunFailed(
            say("{problem} The address and the key are right; check again in a while.", problem=busy)
        ) from None
    except Unwell as trouble:
        raise RunFailed(
            say("{problem} Check the address, or try again in a while.", problem=trouble)
        ) from None
    except (EndpointError, SecretVoid) as error:
        raise RunFailed(told_by(error)) from None
    work.log(say("It answered in {seconds} s.", seconds=f"{time.monotonic() - began:.1f}"))
    work.log(named(answer.model, endpoint.model))
    if None in answer.usage:
        work.log(say("It doesn’t say how many tokens it used, so costs will be estimated."))
    work.checkpoint(1)
    return {"model": answer.model}


def named(returned: str, asked: str) -> str:
    """Return what to say about the model's name."""
    if not returned:
        return say("It doesn’t say which model answered.")
    if returned == asked:
        return say("The model calls itself {returned}, as it was asked for.", returned=returned)
    return say(
        "The model calls itself {returned}, although {asked} was asked for. Responses are stored under the name that"
        " came back.",
        returned=returned,
        asked=asked,
    )


@contextmanager
def connected(endpoint: Endpoint, *, answer_s: float) -> Iterator[Connection]:
    """Give a connection to an endpoint.

    Raises:
        egress.secrets.SecretVoid: the key was given for another address, or nothing opens it.
    """
    connection = Connection(endpoint.base_url, opened_key(endpoint), answer_s=answer_s)
    try:
        yield connection
    finally:
        connection.close()


def opened_key(endpoint: Endpoint) -> str:
    """Return the endpoint's key, empty when it wants none.

    Raises:
        egress.secrets.SecretVoid: it was given for another address, or nothing opens it.
    """
    return reveal(endpoint.secret, endpoint.base_url) if endpoint.secret else ""
