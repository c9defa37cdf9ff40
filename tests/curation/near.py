"""Scenarios that are near each other, for tests."""

import random
from uuid import UUID

from curation.models import Family, NearDuplicate, Scenario

WORDS = [f"word{number}" for number in range(500)]


def make_text(seed: int, places: tuple[int, ...] = ()) -> str:
    """A text of 60 words; the same seed gives the same, but for other words at some places."""
    words = random.Random(seed).choices(WORDS, k=60)
    for place in places:
        words[place] = f"other{seed}x{place}"
    return " ".join(words)


def pair_of(*scenarios: Scenario) -> NearDuplicate:
    """The pair of two scenarios."""
    first, second = sorted(each.pk for each in scenarios)
    return NearDuplicate.objects.get(first=first, second=second)


def cluster_of(scenario: Scenario) -> UUID | None:
    """The cluster in which a scenario's family is now."""
    return Family.objects.get(scenarios=scenario).cluster_id
