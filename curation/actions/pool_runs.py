"""Runs that go through all families: what a policy would do, and doing it."""

from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from curation.actions.placing import tally, terms_of
from curation.actions.pools import DraftChanged, PolicyFrozen, apply_policy
from curation.allotment import Tally, digest
from curation.models import Family, PoolPolicy
from runs.actions import perform, start
from runs.models import Run
from runs.words import say
from runs.work import RunFailed, Work

PREVIEW = "curation.preview_pools"
APPLY = "curation.apply_pools"
QUICK_FAMILIES = 5_000
"""Up to so many families are gone through while someone waits for the page; more, by a worker."""
CHANGED = say(
    "The draft is not the one that was previewed. Nothing was changed. Preview it again, then apply it."
)
FROZEN = say(
    "The pools were frozen with a release meanwhile. Nothing was changed, and the policy in force stays."
)
GONE = say("The draft was discarded. Nothing was changed.")


def start_preview(policy: PoolPolicy, *, created_by: User) -> Run:
    """Have it counted what a draft would do, at once where that is quick."""
    return begin(PREVIEW, {"policy": str(policy.pk)}, created_by)


def start_application(policy: PoolPolicy, *, previewed: str, created_by: User) -> Run:
    """Have a draft applied, at once where that is quick."""
    return begin(APPLY, {"policy": str(policy.pk), "previewed": previewed}, created_by)


def begin(kind: str, arguments: dict[str, str], created_by: User) -> Run:
    """Start a run over the families, unless the same one is under way; perform it here when they are few."""
    unfinished = Run.objects.unfinished().filter(kind=kind, arguments=arguments)
    run = unfinished.first() or start(kind, arguments, created_by=created_by, unit="families")
    if Family.objects.order_by()[: QUICK_FAMILIES + 1].count() <= QUICK_FAMILIES:
        perform(run.pk, may_retry=False)
    run.refresh_from_db()
    return run


def run_preview(work: Work) -> dict[str, Any]:
    """Count what a draft would do. Nothing is written."""
    policy = policy_of(work)
    terms = terms_of(policy)
    counted = tally(terms)
    work.checkpoint(counted.pools.total(), total=counted.pools.total())
    return {"digest": digest(terms)} | said(counted)


def run_apply(work: Work) -> dict[str, Any]:
    """Put a draft in force. Applied already, it places what is left."""
    policy = policy_of(work)
    try:
        with transaction.atomic():
            counted = apply_policy(policy, previewed=work.arguments["previewed"], actor=work.run.created_by)
            work.checkpoint(counted.pools.total(), total=counted.pools.total())
    except DraftChanged as error:
        raise RunFailed(CHANGED) from error
    except PolicyFrozen as error:
        raise RunFailed(FROZEN) from error
    return {"digest": work.arguments["previewed"]} | said(counted)


def policy_of(work: Work) -> PoolPolicy:
    """Return the policy that a run is about."""
    policy = PoolPolicy.objects.filter(pk=UUID(work.arguments["policy"])).first()
    if policy is None:
        raise RunFailed(GONE)
    return policy


def said(counted: Tally) -> dict[str, Any]:
    """Return a tally as the run's result keeps it."""
    return {
        "pools": dict(counted.pools),
        "cells": [[*key, number] for key, number in sorted(counted.cells.items())],
        "moves": [[*key, number] for key, number in counted.moves.most_common()],
        "examples": [
            [str(each.family.id), each.family.now, each.pool, each.reason] for each in counted.examples
        ],
    }


def newest(kind: str, policy: PoolPolicy) -> Run | None:
    """Return the last run of a kind over a policy."""
    return Run.objects.filter(kind=kind, arguments__policy=str(policy.pk)).order_by("-pk").first()
