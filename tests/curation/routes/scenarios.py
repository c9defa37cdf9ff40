from typing import Any

from accounts.models import User
from curation.actions.scenarios import create_draft
from curation.drafting import ScenarioWords
from curation.models import SavedFilter, Scenario
from tests.access import CURATORS, NOBODY, READERS, Route

WRITERS = frozenset({"trait author", "curator", "administrator"})
DRAFTED = ("scenario_edit", "scenario_checks", "scenario_ready", "scenario_delete", "scenario_apart")

ROUTES: dict[str, Route] = {
    "curation:scenarios": Route(READERS),
    "curation:filter_save": Route(READERS, "post"),
    "curation:filter_delete": Route(NOBODY, "post"),
    "curation:scenario": Route(READERS),
    "curation:scenario_preview": Route(READERS),
    "curation:scenario_new": Route(WRITERS),
    "curation:scenario_edit": Route(WRITERS),
    "curation:scenario_checks": Route(WRITERS),
    "curation:scenario_ready": Route(CURATORS),
    "curation:scenario_delete": Route(CURATORS),
    "curation:scenario_copy": Route(WRITERS, "post"),
    "curation:scenario_apart": Route(WRITERS, "post"),
    "curation:scenario_rate": Route(WRITERS, "post"),
    "curation:variant_new": Route(WRITERS, "post"),
    "curation:families": Route(READERS),
    "curation:family": Route(READERS),
    "curation:family_compare": Route(READERS),
}


def arguments(name: str, world: Any) -> dict[str, Any] | None:
    if name == "curation:filter_delete":
        return {"pk": foreign_filter(world.other).pk}
    if name.removeprefix("curation:") in DRAFTED:
        return {"pk": create_draft(ScenarioWords(), author=world.other).pk}
    scenario: Scenario = world.assignment.item.scenario
    if name in (
        "curation:scenario_preview",
        "curation:scenario_copy",
        "curation:scenario_rate",
        "curation:variant_new",
    ):
        return {"pk": scenario.pk}
    if name == "curation:family":
        return {"pk": scenario.family_id}
    if name == "curation:family_compare":
        return {"pk": scenario.family_id, "variant": scenario.pk}
    return None


def foreign_filter(owner: User) -> SavedFilter:
    name = f"Filter {SavedFilter.objects.count()}"
    return SavedFilter.objects.create(owner=owner, page="curation:scenarios", name=name, query="q=key")
