from typing import Any
from uuid import UUID

from curation.models import Benchmark, Cluster, Contamination, Family, NearDuplicate, Removal, Scenario
from tests.access import CURATORS, READERS, Route
from tests.factories import make_scenario

ROUTES: dict[str, Route] = {
    "curation:duplicates": Route(READERS),
    "curation:duplicates_compare": Route(CURATORS, "post"),
    "curation:duplicate": Route(READERS),
    "curation:duplicate_keep": Route(CURATORS, "post"),
    "curation:duplicate_decide": Route(CURATORS, "post"),
    "curation:benchmarks": Route(READERS),
    "curation:benchmark_new": Route(CURATORS),
    "curation:benchmark": Route(READERS),
    "curation:benchmark_switch": Route(CURATORS, "post"),
    "curation:benchmark_delete": Route(CURATORS, "post"),
    "curation:contamination": Route(READERS),
    "curation:contamination_check": Route(CURATORS, "post"),
    "curation:contamination_decide": Route(CURATORS, "post"),
    "curation:removals": Route(READERS),
    "curation:removals_file": Route(READERS),
    "curation:removal_restore": Route(CURATORS, "post"),
    "curation:scenario_remove": Route(CURATORS),
}
BENCHMARK = UUID(int=7)


def arguments(name: str, world: Any) -> dict[str, Any] | None:
    scenario: Scenario = world.assignment.item.scenario
    match name.removeprefix("curation:"):
        case "scenario_remove":
            return {"pk": scenario.pk}
        case "duplicate" | "duplicate_keep":
            cluster = Cluster.objects.create()
            Family.objects.filter(pk=scenario.family_id).update(cluster=cluster)
            return {"pk": cluster.pk}
        case "duplicate_decide":
            return {"pk": pair_with(scenario).pk}
        case "benchmark" | "benchmark_switch" | "benchmark_delete":
            # People delete it one after the other, and each must find it.
            return {"pk": standing_benchmark().pk}
        case "contamination_decide":
            finding, _ = Contamination.objects.get_or_create(
                scenario=scenario, benchmark=standing_benchmark(), coverage=1
            )
            return {"pk": finding.pk}
        case "removal_restore":
            Removal.objects.filter(scenario=scenario).delete()
            return {"pk": Removal.objects.create(scenario=scenario, reason="other").pk}
    return None


def standing_benchmark() -> Benchmark:
    since = Scenario.objects.values_list("created_at", flat=True)[0]
    return Benchmark.objects.get_or_create(pk=BENCHMARK, defaults={"name": "Foreign", "active_since": since})[
        0
    ]


def pair_with(scenario: Scenario) -> NearDuplicate:
    first, second = sorted((scenario.pk, make_scenario().pk))
    return NearDuplicate.objects.create(first_id=first, second_id=second, kind="near", similarity=0.9)
