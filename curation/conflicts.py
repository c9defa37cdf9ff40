"""Where texts of two pools come too close to each other, and what then stays out of training files."""

from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from config.wording import words
from curation.models import Family, NearDuplicate, PoolPolicy, PoolRule, Removal, Scenario
from curation.models.scenarios import ATTACKS, ScenarioQuerySet

SHOWN = 50


class Conflict(NamedTuple):
    """A scenario that is where it should not be, the one it is too close to if there is one, and why."""

    scenario: Scenario
    other: Scenario | None
    reason: str


def conflicts(policy: PoolPolicy | None) -> list[Conflict]:
    """Return the first conflicts under a policy; one that isn't frozen has none, since it is gone through again."""
    if policy is None or not policy.is_frozen:
        return []
    return [*straddling(), *ruled(policy), *attacks()][:SHOWN]


def straddling() -> list[Conflict]:
    """Return pairs of near-duplicates whose pools were frozen as different ones before they were found."""
    gone = Removal.objects.filter(Q(scenario=OuterRef("first")) | Q(scenario=OuterRef("second")))
    pairs = NearDuplicate.objects.filter(~Exists(gone), is_straddling=True, is_dismissed=False)
    deferred = [f"{side}__{field}" for side in ("first", "second") for field in ("rendered", "original")]
    rows = pairs.select_related("first__family", "second__family").defer(*deferred).order_by("-pk")[:SHOWN]
    return [
        Conflict(
            row.first,
            row.second,
            words(
                "{similarity} alike, in {pool} and {other_pool}",
                similarity=f"{row.similarity:.0%}",
                pool=row.first.family.pool,
                other_pool=row.second.family.pool,
            ),
        )
        for row in rows
        if row.first.family.pool != row.second.family.pool
    ]


def in_train() -> ScenarioQuerySet:
    """Return the scenarios whose families were frozen for training."""
    kept = Scenario.objects.ready().kept().defer("rendered", "original").select_related("domain")
    return kept.filter(family__pool=Family.Pool.TRAIN, family__policy__isnull=False)


def ruled(policy: PoolPolicy) -> list[Conflict]:
    """Return scenarios for training that came to be in what the policy holds out."""
    rules = PoolRule.objects.filter(policy=policy)
    domains = list(rules.filter(domain__isnull=False).values_list("domain", flat=True))
    traits = list(rules.filter(trait__isnull=False).values_list("trait", flat=True))
    # Each by its own index and in no order: sorted, the planner would walk through all scenarios to find a few.
    aims = Scenario.objects.filter(aimed_traits__in=traits).values("pk")
    found = {each.pk: each for each in in_train().filter(domain__in=domains)[:SHOWN]}
    found |= {each.pk: each for each in in_train().filter(pk__in=aims)[:SHOWN]}
    reason = words("in a domain or aimed at a trait that is held out")
    return [Conflict(found[pk], None, reason) for pk in sorted(found, reverse=True)]


def attacks() -> list[Conflict]:
    """Return adversarial variants in families for training."""
    found = in_train().varied().filter(variant__in=ATTACKS)[:SHOWN]
    return [Conflict(each, None, words("an adversarial variant")) for each in found]
