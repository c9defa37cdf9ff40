"""Every operation, for every role, with an object that is not theirs. One that nobody listed here fails."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from config.api import api
from curation.actions.proposals import propose
from curation.models import Response, SavedMapping, Scenario
from exports.models import Finding, Schedule, WaiverRequest
from labeling.models import Disagreement
from results.models import Report
from tests.access import ADMINISTRATORS, ALL, CURATORS, NOBODY, OVERSEERS, PEOPLE, READERS, STEWARDS
from tests.api import matrix
from tests.api.asking import ROOT, Caller
from tests.exports.gated import gated_release
from tests.factories import make_criterion, make_trait_version, make_user
from tests.labeling.scenes import make_member
from tests.results.reporting import reported
from tests.test_access import World, make_world

pytestmark = pytest.mark.django_db
WRITERS = frozenset({"curator", "trait author", "administrator"})
AUTHORS = frozenset({"trait author", "administrator"})
WHO = {
    "GET /me": ALL,
    "GET /runs": ALL,
    "GET /runs/{run_id}": OVERSEERS,
    "POST /runs/{run_id}/cancel": OVERSEERS,
    "GET /traits": ALL,
    "POST /traits": AUTHORS,
    "GET /traits/{slug}": ALL,
    "GET /traits/{slug}/versions": ALL,
    "GET /traits/{slug}/versions/{number}": ALL,
    "GET /traits/{slug}/versions/{number}/yaml": ALL,
    "GET /scenarios": ALL,
    "POST /scenarios": WRITERS,
    "GET /scenarios.ndjson": ALL,
    "GET /scenarios/{scenario_id}": READERS,
    "DELETE /scenarios/{scenario_id}": CURATORS,
    "GET /scenarios/{scenario_id}/words": WRITERS,
    "PUT /scenarios/{scenario_id}/words": WRITERS,
    "GET /scenarios/{scenario_id}/check": WRITERS,
    "POST /scenarios/{scenario_id}/ready": CURATORS,
    "POST /scenarios/{scenario_id}/copy": WRITERS,
    "POST /scenarios/{scenario_id}/ratings": WRITERS,
    "POST /scenarios/{scenario_id}/removal": CURATORS,
    "DELETE /scenarios/{scenario_id}/removal": CURATORS,
    "POST /scenarios/{scenario_id}/variants": WRITERS,
    "POST /scenarios/{scenario_id}/apart": WRITERS,
    "GET /families": READERS,
    "GET /families/{family_id}": READERS,
    "GET /scenarios/{scenario_id}/criteria": READERS,
    "POST /scenarios/{scenario_id}/criteria": AUTHORS,
    "PUT /criteria/{criterion_id}": AUTHORS,
    "DELETE /criteria/{criterion_id}": AUTHORS,
    "POST /criteria/{criterion_id}/publish": AUTHORS,
    "POST /criteria/{criterion_id}/retire": AUTHORS,
    "POST /criteria/{criterion_id}/wordings": AUTHORS,
    "POST /criteria/{criterion_id}/move": AUTHORS,
    "GET /scenarios/{scenario_id}/proposals": READERS,
    "POST /scenarios/{scenario_id}/proposals": WRITERS,
    "POST /proposals/{proposal_id}/vote": WRITERS,
    "POST /proposals/{proposal_id}/detach": AUTHORS,
    "POST /scenarios/{scenario_id}/responses": WRITERS,
    "GET /responses": ALL,
    "GET /responses.ndjson": ALL,
    "GET /responses/{response_id}": READERS,
    "GET /projects": ALL,
    "POST /projects": OVERSEERS,
    "GET /projects/{slug}": ADMINISTRATORS,
    "POST /projects/{slug}/state": ADMINISTRATORS,
    "GET /projects/{slug}/items": ADMINISTRATORS,
    "GET /projects/{slug}/items.ndjson": ADMINISTRATORS,
    "GET /projects/{slug}/rules": ADMINISTRATORS,
    "PUT /projects/{slug}/rules": ADMINISTRATORS,
    "GET /projects/{slug}/members": ADMINISTRATORS,
    "POST /projects/{slug}/members": ADMINISTRATORS,
    "PUT /projects/{slug}/members/{person_id}": ADMINISTRATORS,
    "DELETE /projects/{slug}/members/{person_id}": ADMINISTRATORS,
    "POST /projects/{slug}/items": ADMINISTRATORS,
    "POST /projects/{slug}/items/plan": ADMINISTRATORS,
    "POST /projects/{slug}/items/next": NOBODY,
    "GET /projects/{slug}/annotations": ADMINISTRATORS,
    "GET /projects/{slug}/annotations.ndjson": ADMINISTRATORS,
    "GET /projects/{slug}/agreement": ADMINISTRATORS,
    "POST /projects/{slug}/agreement": ADMINISTRATORS,
    "GET /projects/{slug}/disagreements": ADMINISTRATORS,
    "POST /projects/{slug}/disagreements": ADMINISTRATORS,
    "POST /projects/{slug}/disagreements/find": ADMINISTRATORS,
    "GET /disagreements/{disagreement_id}": ADMINISTRATORS,
    "POST /disagreements/{disagreement_id}/decisions": ADMINISTRATORS,
    "POST /disagreements/{disagreement_id}/reopen": ADMINISTRATORS,
    "POST /disagreements/{disagreement_id}/remarks": ADMINISTRATORS,
    "GET /assignments/{assignment_id}": NOBODY,
    "POST /assignments/{assignment_id}/annotation": NOBODY,
    "POST /assignments/{assignment_id}/flag": NOBODY,
    "POST /assignments/{assignment_id}/heartbeat": NOBODY,
    "POST /assignments/{assignment_id}/open": NOBODY,
    "POST /assignments/{assignment_id}/release": NOBODY,
    "GET /imports": ALL,
    "POST /imports": CURATORS,
    "GET /imports/{import_id}": CURATORS,
    "GET /imports/{import_id}/problems": CURATORS,
    "GET /imports/{import_id}/columns": CURATORS,
    "POST /imports/{import_id}/preview": CURATORS,
    "POST /imports/{import_id}/start": CURATORS,
    "GET /mappings": READERS,
    "DELETE /mappings/{mapping_id}": CURATORS,
    "GET /recipes": STEWARDS,
    "GET /recipes/{slug}": STEWARDS,
    "POST /recipes": STEWARDS,
    "PUT /recipes/{slug}": STEWARDS,
    "GET /recipes/{slug}/preview": STEWARDS,
    "POST /recipes/{slug}/preview": STEWARDS,
    "GET /recipes/{slug}/gates": STEWARDS,
    "PUT /recipes/{slug}/gates": STEWARDS,
    "POST /recipes/{slug}/releases": STEWARDS,
    "POST /recipes/{slug}/schedules": STEWARDS,
    "GET /releases": ALL,
    "GET /releases/{release_id}": STEWARDS,
    "GET /releases/{release_id}/files": STEWARDS,
    "GET /releases/{release_id}/files/{file_id}": STEWARDS,
    "GET /releases/{release_id}/gates": STEWARDS,
    "GET /releases/{release_id}/items.ndjson": STEWARDS,
    "POST /releases/{release_id}/discard": STEWARDS,
    "POST /releases/{release_id}/gates/check": STEWARDS,
    "GET /releases/{release_id}/waivers": STEWARDS,
    "POST /releases/{release_id}/gates/{gate}/waivers": STEWARDS,
    "POST /releases/{release_id}/waivers/{request_id}/give": STEWARDS,
    "GET /releases/{release_id}/findings": STEWARDS,
    "POST /releases/{release_id}/findings/{finding_id}": STEWARDS,
    "POST /releases/{release_id}/publications": STEWARDS,
    "GET /destinations": STEWARDS,
    "POST /destinations": STEWARDS,
    "GET /destinations/{slug}": STEWARDS,
    "PUT /destinations/{slug}": STEWARDS,
    "POST /destinations/{slug}/check": STEWARDS,
    "GET /publications": ALL,
    "GET /publications/{publication_id}": STEWARDS,
    "POST /publications/{publication_id}/cancel": STEWARDS,
    "POST /publications/{publication_id}/pause": STEWARDS,
    "POST /publications/{publication_id}/restore": STEWARDS,
    "POST /publications/{publication_id}/erase": STEWARDS,
    "POST /publications/{publication_id}/resume": STEWARDS,
    "GET /schedules": STEWARDS,
    "GET /schedules/{schedule_id}": STEWARDS,
    "PUT /schedules/{schedule_id}": STEWARDS,
    "GET /schedules/{schedule_id}/slots": STEWARDS,
    "POST /schedules/{schedule_id}/pause": STEWARDS,
    "POST /schedules/{schedule_id}/resume": STEWARDS,
    "POST /schedules/{schedule_id}/run": STEWARDS,
    "GET /results": ALL,
    "POST /results": STEWARDS,
    "GET /results/generalisation": ALL,
    "GET /results/{report_id}": OVERSEERS,
    "POST /results/{report_id}/retract": STEWARDS,
    **matrix.WHO,
}
"""Who finds something there when the object is not theirs. Lists are there for all, and empty."""
SHOWN: dict[str, Any] = {"traits": {}, "criteria": [], "renderer": "1"}
WEEKLY = {"expression": "0 6 * * MON"}
CRITERION = {"text": "It asks first.", "points": 5}
RULES = {
    "name": "Ours", "traits": ["none@1"], "questions": ["overall"], "overlap": 2, "gold_percent": 0,
    "lease_minutes": 30, "rationale_from": 2,
}  # fmt: skip
MAPPED = {"mapping": {"prompt": "prompt"}}
RECIPE = {"name": "Ours", "license": "cc-by-4.0", "projects": ["none"]}
GATES = {
    "limits": {
        "annotators": 2, "alpha_permille": 800, "gold_percent": 80, "position_points": 5, "length_points": 10,
        "identity_leaks": 0, "band_people": 5,
    },
    "card": {},
}  # fmt: skip
PLACE = {"name": "Shelf", "repo_id": "nowhere"}
SAID = [{"role": "user", "content": "May I?"}]
BODIES: dict[str, Any] = {
    "POST /traits": {"yaml": "slug: x"},
    "POST /scenarios": {"messages": [{"role": "user", "content": "May I?"}]},
    "POST /projects": {"name": "Ours", "traits": ["none@1"]},
    "POST /projects/{slug}/state": {"state": "paused"},
    "POST /scenarios/{scenario_id}/responses": {"source": "person", "text": "So."},
    "PUT /scenarios/{scenario_id}/words": {"messages": SAID, "was": "x"},
    "POST /scenarios/{scenario_id}/ready": {"was": "x"},
    "POST /scenarios/{scenario_id}/ratings": {"realism": 4, "test_awareness": 2},
    "POST /scenarios/{scenario_id}/removal": {"reason": "request"},
    "POST /scenarios/{scenario_id}/variants": {"kind": "benign_twin"},
    "POST /scenarios/{scenario_id}/criteria": CRITERION,
    "PUT /criteria/{criterion_id}": {**CRITERION, "was": "x"},
    "POST /criteria/{criterion_id}/move": {"direction": "up"},
    "POST /scenarios/{scenario_id}/proposals": {"criterion": str(uuid4())},
    "POST /proposals/{proposal_id}/vote": {"fits": True},
    "POST /proposals/{proposal_id}/detach": {"reason": "It is said twice."},
    "PUT /projects/{slug}/rules": RULES,
    "POST /projects/{slug}/members": {"email": "nobody@example.org", "role": "annotator"},
    "PUT /projects/{slug}/members/{person_id}": {"role": "annotator"},
    "POST /projects/{slug}/items": {"digest": "x"},
    "POST /projects/{slug}/disagreements": {"item": str(uuid4())},
    "POST /disagreements/{disagreement_id}/decisions": {"cause": "style", "reason": "Both do."},
    "POST /disagreements/{disagreement_id}/remarks": {"text": "Why?"},
    "POST /imports/{import_id}/preview": MAPPED,
    "POST /imports/{import_id}/start": MAPPED,
    "POST /recipes": RECIPE,
    "PUT /recipes/{slug}": RECIPE,
    "PUT /recipes/{slug}/gates": GATES,
    "POST /releases/{release_id}/gates/{gate}/waivers": {"reason": "The makers agreed by letter, on file."},
    "POST /releases/{release_id}/findings/{finding_id}": {"verdict": "invented"},
    "POST /destinations": {**PLACE, "kind": "folder"},
    "PUT /destinations/{slug}": PLACE,
    "POST /assignments/{assignment_id}/annotation": {"submission_id": str(uuid4()), "shown": SHOWN},
    "POST /assignments/{assignment_id}/release": {"reason": "other"},
    "POST /recipes/{slug}/schedules": WEEKLY,
    "PUT /schedules/{schedule_id}": WEEKLY,
    "POST /releases/{release_id}/publications": {"destination": "nowhere"},
    "POST /results/{report_id}/retract": {"reason": "The wrong file."},
    **matrix.BODIES,
}


ABSENT: dict[str, Any] = {
    "slug": "nothing", "number": 1, "file_id": 2, "mapping_id": 999, "request_id": 999, "gate": "none",
    **matrix.ABSENT,
}  # fmt: skip


def operations() -> set[str]:
    paths = api.get_openapi_schema(path_prefix="")["paths"]
    return {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


def foreign(world: World, operation: str) -> dict[str, Any]:
    """What the address names, all of it somebody else's."""
    scenario = world.assignment.item.scenario
    schedule = Schedule.objects.first() or Schedule.objects.create(
        recipe=world.release.recipe, expression="0 6 * * MON"
    )
    slug = "foreign" if {"recipes", "destinations"} & set(operation.split("/")) else world.project.slug
    if "/traits/" in operation:
        slug = make_trait_version().trait.slug
    return {
        "slug": slug,
        "number": 1,
        "run_id": world.run.pk,
        "scenario_id": scenario.pk,
        "family_id": scenario.family_id,
        "response_id": Response.objects.filter(scenario=scenario)[0].pk,
        "assignment_id": world.assignment.pk,
        "import_id": world.imported.pk,
        "release_id": world.release.pk,
        "file_id": world.file.pk,
        "publication_id": world.publication.pk,
        "schedule_id": schedule.pk,
        **made_for(world, operation, scenario),
        **matrix.made_for(world, operation),
    }


def made_for(world: World, operation: str, scenario: Scenario) -> dict[str, Any]:
    """What only some addresses name, made where one does."""
    found: dict[str, Any] = {}
    if "{criterion_id}" in operation:
        found["criterion_id"] = make_criterion(scenario, state="draft").pk
    if "{proposal_id}" in operation:
        shared = make_criterion(None, version=make_trait_version(is_published=False))
        found["proposal_id"] = propose(shared, scenario, proposer=world.other).pk
    if "{person_id}" in operation:
        person = world.project.memberships.exclude(user=world.other).first()
        found["person_id"] = person.user_id if person else make_member(world.project).pk
    if "{disagreement_id}" in operation:
        contested, _ = Disagreement.objects.get_or_create(item=world.assignment.item, rule="sent")
        found["disagreement_id"] = contested.pk
    if "{mapping_id}" in operation:
        saved, _ = SavedMapping.objects.get_or_create(
            name="Theirs", defaults={"mapping": {"prompt": "question", "responses": []}}
        )
        found["mapping_id"] = saved.pk
    if {"{gate}", "{request_id}", "{finding_id}"} & set(operation.split("/")):
        found["release_id"] = gated_release().pk
        found |= {"gate": "licenses", "request_id": WaiverRequest.objects.earliest("pk").pk}
        found["finding_id"] = Finding.objects.earliest("pk").pk
    if "{report_id}" in operation:
        found["report_id"] = (Report.objects.first() or reported()).pk
    return found


def knock(caller: Caller, operation: str, path: str) -> int:
    method = operation.split()[0]
    if operation in ("POST /imports", "POST /benchmarks"):
        file = SimpleUploadedFile("pairs.jsonl", b"")
        return int(caller.upload(path, {"source": "none", "file": file}).status_code)
    body = BODIES.get(operation, {})
    answers = {
        "GET": lambda: caller.get(path),
        "PUT": lambda: caller.put(path, body),
        "DELETE": lambda: caller.send("DELETE", path, b""),
    }
    return int(answers.get(method, lambda: caller.post(path, body))().status_code)


@pytest.fixture(autouse=True)
def house(settings: Settings, tmp_path: Any) -> None:
    settings.DATA_DIR = settings.MEDIA_ROOT = tmp_path


def test_every_operation_is_listed_here():
    assert operations() == set(WHO)


@pytest.mark.parametrize("operation", WHO)
def test_strangers_find_nothing_and_nothing_breaks(operation, tmp_path):
    world = make_world(tmp_path)

    for person, roles in PEOPLE.items():
        path = operation.split()[1].format(**foreign(world, operation))
        status = knock(Caller(make_user(roles=roles)), operation, path)
        assert status < 500, person
        assert status not in (401, 403, 405), person
        assert (status != 404) == (person in WHO[operation]), person


@pytest.mark.parametrize("operation", [each for each in WHO if "{" in each])
def test_what_is_not_there_answers_like_what_is_somebody_elses(operation, tmp_path):
    world = make_world(tmp_path)
    there = foreign(world, operation)
    absent = {**{name: uuid4() for name in there}, **ABSENT}
    caller = Caller(make_user())
    hidden = WHO[operation] != ALL

    answers = [knock(caller, operation, operation.split()[1].format(**names)) for names in (there, absent)]

    assert answers == [404 if hidden else 200, 404]


@pytest.mark.parametrize("operation", WHO)
def test_nobody_comes_in_without_a_token(operation, client):
    names = re.findall(r"{(\w+)}", operation)
    path = operation.split()[1].format(**{**dict.fromkeys(names, uuid4()), **ABSENT})

    answer = client.generic(operation.split()[0], ROOT + path, b"{}", content_type="application/json")

    assert answer.status_code == 401
