"""What curators do with pools: a policy is drafted, applied, and frozen with the first release."""

import secrets
from hashlib import sha256
from uuid import uuid4

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext

from accounts.audit import Actor, person_behind, record
from accounts.models import User
from curation.actions.placing import EVERY_FAMILY, align_buckets, fresh, place, terms_of
from curation.allotment import Tally, Terms, canonical, digest
from curation.models import Canary, Family, PoolPolicy, PoolRule, PoolShare, Trait
from curation.models.scenarios import ATTACKS

SEED_BYTES = 16
POLICY_LOCK = 0x504F4F4C
"""Key of the advisory lock under which policies are begun and applied."""
MARKED = (Family.Pool.EVAL, Family.Pool.PRIVATE)
"""Pools whose files carry a canary."""
CANARY = (
    "This file is for measuring models and must not be in training data. "
    "Arete canary GUID {guid} marks every copy of it."
)


class PolicyFrozen(Exception):
    """The pools were frozen with the first release: no other policy can take their place."""


class DraftChanged(Exception):
    """The draft is not the one that was previewed."""


class ChangedMeanwhile(Exception):
    """Somebody else changed the draft since these terms were loaded."""


class UnknownNames(Exception):
    """A policy names families that don't exist."""


@transaction.atomic
def begin_policy(*, actor: Actor) -> PoolPolicy:
    """Return the draft that is open, or begin one with the terms of the policy in force.

    Raises:
        PolicyFrozen: the pools can't change any more.
    """
    # Without the lock two people would begin two drafts, and each would edit the other's half of the time.
    lock_policies()
    current = PoolPolicy.objects.in_force().first()
    if current and current.is_frozen:
        raise PolicyFrozen
    if draft := PoolPolicy.objects.drafts().first():
        return draft
    draft = PoolPolicy.objects.create(seed=secrets.token_hex(SEED_BYTES), created_by=person_behind(actor))
    if current:
        draft.eval_permille, draft.seed = current.eval_permille, current.seed
        draft.save(update_fields=["eval_permille", "seed"])
        store_terms(draft, terms_of(current))
    record(actor, "pool policy.begun", draft)
    return draft


@transaction.atomic
def save_policy(policy: PoolPolicy, terms: Terms, *, note: str, was: str) -> PoolPolicy:
    """Write the terms of a draft. The same terms again change nothing.

    Args:
        policy: the draft.
        terms: all that it says.
        note: why it is as it is.
        was: stamp of what the writer began with.

    Raises:
        ChangedMeanwhile: somebody else wrote something different since.
        DraftChanged: it was applied or discarded meanwhile.
        UnknownNames: a family is named that doesn't exist.
    """
    # Without the lock an application beside us could freeze half of the terms.
    draft = PoolPolicy.objects.drafts().select_for_update().filter(pk=policy.pk).first()
    if draft is None:
        raise DraftChanged
    stored = terms_of(draft)
    if (stored, draft.note) == (terms, note):
        return draft
    if stamp(stored, draft.note) != was:
        raise ChangedMeanwhile
    draft.seed, draft.eval_permille, draft.note = terms.seed, terms.eval_permille, note
    draft.save(update_fields=["seed", "eval_permille", "note"])
    store_terms(draft, terms)
    return draft


def stamp(terms: Terms, note: str) -> str:
    """Return what tells two states of a draft apart."""
    return sha256(f"{canonical(terms)}\n{note}".encode()).hexdigest()


def store_terms(policy: PoolPolicy, terms: Terms) -> None:
    """Write the rules and shares of a draft anew."""
    policy.rules.all().delete()
    policy.shares.all().delete()
    traits = dict(Trait.objects.values_list("slug", "pk"))
    if missing := set(terms.families) - set(
        Family.objects.filter(pk__in=terms.families).values_list("pk", flat=True)
    ):
        raise UnknownNames(", ".join(sorted(map(str, missing))))
    PoolRule.objects.bulk_create(
        [
            *(PoolRule(policy=policy, domain_id=slug, pool=pool) for slug, pool in terms.domains.items()),
            *(
                PoolRule(policy=policy, trait_id=traits[slug], pool=pool)
                for slug, pool in terms.traits.items()
            ),
            *(PoolRule(policy=policy, family_id=id, pool=pool) for id, pool in terms.families.items()),
        ]
    )
    PoolShare.objects.bulk_create(
        PoolShare(policy=policy, trait_id=traits[trait], domain_id=domain, eval_permille=permille)
        for (trait, domain), permille in terms.shares.items()
    )


@transaction.atomic
def discard_policy(policy: PoolPolicy, *, actor: Actor) -> None:
    """Delete a draft. One that was applied meanwhile stays."""
    draft = PoolPolicy.objects.drafts().filter(pk=policy.pk).first()
    if draft:
        record(actor, "pool policy.discarded", draft)
        draft.delete()


@transaction.atomic
def apply_policy(policy: PoolPolicy, *, previewed: str, actor: Actor) -> Tally:
    """Put a draft in force and give every family its pool. Applied already, it places what is left.

    Args:
        policy: the draft.
        previewed: digest of the terms that somebody looked at.
        actor: who applies it.

    Raises:
        PolicyFrozen: the policy in force can't be replaced any more.
        DraftChanged: its terms are not those that were looked at, or it was replaced.
    """
    lock_policies()
    policy = PoolPolicy.objects.select_for_update().get(pk=policy.pk)
    terms = terms_of(policy)
    if digest(terms) != previewed or policy.state == PoolPolicy.State.REPLACED:
        raise DraftChanged
    if policy.state != PoolPolicy.State.DRAFT:
        return place(policy, fresh(policy))
    if PoolPolicy.objects.filter(state=PoolPolicy.State.FROZEN).exists():
        raise PolicyFrozen
    PoolPolicy.objects.filter(state=PoolPolicy.State.APPLIED).update(state=PoolPolicy.State.REPLACED)
    policy.state, policy.digest = PoolPolicy.State.APPLIED, previewed
    policy.applied_at = Now()
    policy.save(update_fields=["state", "digest", "applied_at"])
    counted = place(policy, EVERY_FAMILY)
    ensure_canaries(by=person_behind(actor))
    record(actor, "pool policy.applied", policy, digest=previewed, families=dict(counted.pools))
    return counted


@transaction.atomic
def assign_new_families() -> int:
    """Give pools by the policy in force to families that have none yet; without a policy nothing happens.

    Returns:
        How many families were placed.
    """
    # Two who place at once would each miss what the other has just put into a cluster.
    policy = PoolPolicy.objects.in_force().select_for_update(no_key=True).first()
    return place(policy, fresh(policy)).pools.total() if policy else 0


@transaction.atomic
def place_before_release() -> None:
    """Bring pools up to date before a release is cut: a policy that isn't frozen yet is gone through as a whole."""
    policy = PoolPolicy.objects.in_force().select_for_update(no_key=True).first()
    if policy:
        place(policy, fresh(policy) if policy.is_frozen else EVERY_FAMILY)
    align_buckets()


def freeze_policy() -> PoolPolicy | None:
    """Freeze the policy in force; None when there is none. Frozen already, it stays as it is.

    From then on no family that it placed ever moves. Belongs into the transaction that freezes a release.
    """
    applied = PoolPolicy.objects.filter(state=PoolPolicy.State.APPLIED)
    if applied.update(state=PoolPolicy.State.FROZEN, frozen_at=Now()):
        policy = PoolPolicy.objects.in_force().get()
        record(None, "pool policy.frozen", policy, digest=policy.digest)
    return PoolPolicy.objects.in_force().first()


def lock_policies() -> None:
    """Let only one draft be begun or applied at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [POLICY_LOCK])


@transaction.atomic
def ensure_canaries(*, by: User | None = None) -> list[Canary]:
    """Return the canaries of the pools that must not be trained on, and make those that are missing."""
    Canary.objects.bulk_create(
        [Canary(pool=pool, text=CANARY.format(guid=uuid4()), created_by=by) for pool in MARKED],
        ignore_conflicts=True,
    )
    return list(Canary.objects.order_by("pool"))


def may_take_variant(family: Family, variant: str) -> str | None:
    """Return why a family can't take a variant of this kind any more, in words; None when it can.

    A frozen policy moves no family, so an adversarial variant would bring its family's texts into training files.
    """
    if variant not in ATTACKS:
        return None
    families = Family.objects.filter(pk=family.pk)
    if family.cluster_id:
        families |= Family.objects.filter(cluster=family.cluster_id)
    if not families.filter(pool=Family.Pool.TRAIN, policy__state=PoolPolicy.State.FROZEN).exists():
        return None
    return gettext(
        "This family is used for training, and the pools were frozen with the first release. "
        "An adversarial variant would bring the attack into training files. "
        "Copy the base into a family of its own and write the variant there."
    )
