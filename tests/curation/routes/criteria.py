from typing import Any

from curation.actions.proposals import propose
from curation.models import Scenario
from tests.access import CURATORS, READERS, Route
from tests.factories import make_criterion, make_response, make_trait_version

AUTHORS = frozenset({"trait author", "administrator"})
WRITERS = AUTHORS | {"curator"}
ROUTES: dict[str, Route] = {
    "curation:rubric": Route(READERS),
    "curation:criterion_add": Route(AUTHORS, "post"),
    "curation:rubric_publish": Route(AUTHORS, "post"),
    "curation:criterion_restore": Route(AUTHORS, "post"),
    "curation:criterion_propose": Route(frozenset(), "post"),
    "curation:grade": Route(WRITERS),
    "curation:probe": Route(WRITERS),
    "curation:lint": Route(WRITERS, "post"),
    "curation:criterion": Route(AUTHORS, "post"),
    "curation:criterion_act": Route(AUTHORS, "post"),
    "curation:proposal_vote": Route(WRITERS, "post"),
    "curation:proposal_detach": Route(AUTHORS, "post"),
    "curation:healthbench": Route(CURATORS),
}


def arguments(name: str, world: Any) -> dict[str, Any] | None:
    scenario: Scenario = world.assignment.item.scenario
    if name in ("curation:criterion", "curation:criterion_act"):
        return {"pk": make_criterion(scenario, state="draft").pk}
    if name.startswith("curation:proposal_"):
        shared = make_criterion(None, version=make_trait_version(is_published=False))
        return {"pk": propose(shared, scenario, proposer=world.other).pk}
    extra: dict[str, dict[str, Any]] = {
        "curation:grade": {"response": make_response(scenario).pk},
        "curation:probe": {"probe": "refusal"},
    }
    return {"pk": scenario.pk, **extra.get(name, {})} if name not in PLAIN else None


PLAIN = ("curation:lint", "curation:healthbench")
