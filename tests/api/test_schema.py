"""The API held against its own description: whatever is sent, it answers as it says, and never with a 5xx."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from pydantic import BaseModel
from pytest_django import Settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.models import Role
from config.api import api
from tests.api.asking import Caller
from tests.api.test_access import foreign
from tests.factories import make_user
from tests.labeling.scenes import make_member, take
from tests.test_access import make_world

pytestmark = pytest.mark.django_db
KEY = "Idempotency-Key"
PREFIX = "/api/v1"
HOST = "http://localhost"
schema = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/v1/"))
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 8
ROLES = (Role.ADMINISTRATORS,)


class House:
    """Somebody who may do everything, and what there is to do it to."""

    def __init__(self, folder: Any) -> None:
        self.world = make_world(folder)
        self.caller = Caller(make_user(roles=ROLES, name="Ada"))
        make_member(self.world.project, self.caller.user, role="lead")
        self.mine = take(self.world.project, self.caller.user)

    def address(self, operation: str) -> dict[str, Any]:
        names = {**foreign(self.world, operation), "assignment_id": self.mine.pk}
        return {name: str(value) if isinstance(value, UUID) else value for name, value in names.items()}

    def answer_to(self, case: Any) -> schemathesis.Response:
        """Send a case without a network: what a test's transaction holds is seen by its own thread alone."""
        wanted = case.as_transport_kwargs(base_url=HOST, headers=self.caller.headers({}))
        sent = requests.Request(
            **{name: value for name, value in wanted.items() if value is not None}
        ).prepare()
        kind = str(sent.headers.pop("Content-Type", ""))
        body = sent.body.encode() if isinstance(sent.body, str) else sent.body or b""
        headers = {name: str(value) for name, value in sent.headers.items()}
        answer: Any = self.caller.client.generic(
            sent.method or "", sent.path_url, body, content_type=kind, headers=headers
        )
        return schemathesis.Response(
            status_code=answer.status_code,
            headers={name.lower(): [value] for name, value in answer.items()},
            content=b"".join(answer.streaming_content) if answer.streaming else answer.content,
            request=sent,
            elapsed=0,
            verify=True,
        )


@pytest.fixture
def house(settings: Settings, tmp_path: Any) -> House:
    settings.DATA_DIR = settings.MEDIA_ROOT = tmp_path
    settings.API_REQUESTS_PER_MINUTE = 10_000
    return House(tmp_path)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
def test_it_answers_as_it_says(case, house):
    known = house.address(f"{case.method} {case.path.removeprefix(PREFIX)}")
    case.path_parameters.update({name: known[name] for name in case.path_parameters})

    case.validate_response(house.answer_to(case), checks=CHECKS)


def test_it_is_described_in_openapi_3_1(client):
    answer = client.get("/api/v1/openapi.json")

    described = answer.json()
    assert described["openapi"].startswith("3.1")
    assert len(described["paths"]) > 50
    problems = described["paths"]["/api/v1/me"]["get"]["responses"]["401"]["content"]
    assert list(problems) == ["application/problem+json"]
    assert described["paths"]["/api/v1/me"]["get"]["operationId"] == "me"


def test_no_two_shapes_share_a_name():
    places = {(each.__name__, each.__module__) for each in shapes_of(BaseModel) if ".api" in each.__module__}
    shapes = [name for name, _ in places]

    assert sorted(name for name in set(shapes) if shapes.count(name) > 1) == []


def shapes_of(shape: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for each in shape.__subclasses__():
        yield each
        yield from shapes_of(each)


def test_what_creates_something_names_its_key():
    paths = api.get_openapi_schema(path_prefix="")["paths"]

    posted = {path: methods["post"] for path, methods in paths.items() if "post" in methods}
    keyed = {path for path, each in posted.items() if KEY in names(each)}

    made = {path for path, each in posted.items() if 201 in each["responses"]}

    assert "/projects" in made
    assert made <= keyed
    assert {"/recipes/{slug}/releases", "/imports", "/projects"} <= keyed


def names(operation: Any) -> set[str]:
    return {each["name"] for each in operation["parameters"]}


def test_every_operation_stands_in_the_reference():
    page = Path("docs/reference/api.md").read_text()
    paths = api.get_openapi_schema(path_prefix="")["paths"]

    missing = [
        f"{method.upper()} {path}"
        for path, methods in paths.items()
        for method in methods
        if f"`{method.upper()} {path}`" not in page
    ]

    assert missing == []
