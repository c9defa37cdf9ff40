from typing import Any

from curation.models import Endpoint, Sampling
from runs.actions import start
from tests.access import CURATORS, OVERSEERS, READERS, Route
from tests.factories import make_response

WRITERS = READERS - {"steward"}
ROUTES: dict[str, Route] = {
    "curation:endpoints": Route(CURATORS),
    "curation:endpoint_new": Route(CURATORS),
    "curation:endpoint": Route(CURATORS),
    "curation:endpoint_check": Route(CURATORS, "post"),
    "curation:samplings": Route(OVERSEERS),
    "curation:sampling_new": Route(CURATORS),
    "curation:sampling_estimate": Route(CURATORS, "post"),
    "curation:sampling": Route(OVERSEERS),
    "curation:sampling_resume": Route(CURATORS, "post"),
    "curation:responses": Route(READERS),
    "curation:responses_look": Route(CURATORS, "post"),
    "curation:response_mark": Route(CURATORS, "post"),
    "curation:response_new": Route(WRITERS),
}


def arguments(name: str, world: Any) -> dict[str, Any] | None:
    if name in {"curation:endpoint", "curation:endpoint_check"}:
        return {"pk": foreign_endpoint().pk}
    if name in {"curation:sampling", "curation:sampling_resume"}:
        return {"pk": foreign_sampling().pk}
    if name == "curation:response_mark":
        return {"pk": make_response().pk}
    if name == "curation:response_new":
        return {"pk": world.assignment.item.scenario_id}
    return None


def foreign_endpoint() -> Endpoint:
    found, _ = Endpoint.objects.get_or_create(
        name="Foreign", defaults={"base_url": "https://api.example.org/v1", "model": "lab/model-1"}
    )
    return found


def foreign_sampling() -> Sampling:
    run = start("curation.sample", {})
    return Sampling.objects.create(run=run, endpoint=foreign_endpoint(), parameters={"max_tokens": 1})
