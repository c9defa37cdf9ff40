"""Every route, for every role, with an object that is not theirs. A route that nobody listed here fails."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

from accounts.models import User
from accounts.tokens import Terms, make_token
from curation.actions.importing import Plan
from curation.models import Import
from exports.models import Destination, Publication, Recipe, Release, ReleaseFile
from labeling.actions.imports import start_import
from labeling.models import Assignment, Disagreement, Project
from runs.actions import start
from runs.models import Run
from tests.access import (
    ADMINISTRATORS,
    ALL,
    CURATORS,
    NOBODY,
    OPEN,
    OVERSEERS,
    PEOPLE,
    READERS,
    STEWARDS,
    Route,
)
from tests.accounts import routes as account_routes
from tests.api import routes as api_routes
from tests.curation import routes as curation_routes
from tests.exports import gated
from tests.exports import routes as export_routes
from tests.factories import make_trait_version, make_user
from tests.labeling import routes as labeling_routes
from tests.labeling import studios
from tests.labeling.scenes import make_labeling_project, make_member, take
from tests.results import routes as result_routes

pytestmark = pytest.mark.django_db

ROUTES = {
    "help": Route(ALL),
    "metrics": Route(NOBODY, is_public=True),
    "status": Route(ADMINISTRATORS),
    "verify": Route(ADMINISTRATORS, "post"),
    "set_language": Route(ALL, "post", is_public=True),
    "labeling:home": Route(ALL),
    "labeling:projects": Route(ALL),
    "labeling:project_new": Route(frozenset({"curator", "steward", "administrator"})),
    "labeling:project": Route(ADMINISTRATORS),
    "labeling:project_state": Route(ADMINISTRATORS, "post"),
    "labeling:project_rules": Route(ADMINISTRATORS),
    "labeling:guidelines_preview": Route(ADMINISTRATORS, "post"),
    "labeling:project_versions": Route(ADMINISTRATORS),
    "labeling:version_move": Route(NOBODY, "post"),
    "labeling:project_items": Route(ADMINISTRATORS),
    "labeling:items_hurry": Route(ADMINISTRATORS, "post"),
    "labeling:items_new": Route(ADMINISTRATORS),
    "labeling:project_people": Route(ADMINISTRATORS),
    "labeling:invitation_make": Route(ADMINISTRATORS, "post"),
    "labeling:invitation_revoke": Route(NOBODY, "post"),
    "labeling:member_add": Route(ADMINISTRATORS, "post"),
    "labeling:member_role": Route(NOBODY, "post"),
    "labeling:member_remove": Route(NOBODY, "post"),
    "labeling:disagreements": Route(ADMINISTRATORS),
    "labeling:disagreements_find": Route(ADMINISTRATORS, "post"),
    "labeling:disagreement_send": Route(NOBODY, "post"),
    "labeling:disagreement": Route(ADMINISTRATORS),
    "labeling:disagreement_settle": Route(ADMINISTRATORS, "post"),
    "labeling:disagreement_reopen": Route(ADMINISTRATORS, "post"),
    "labeling:disagreement_remark": Route(ADMINISTRATORS, "post"),
    "labeling:join": OPEN,
    "labeling:dashboard": Route(ADMINISTRATORS),
    "labeling:measure": Route(ADMINISTRATORS, "post"),
    "labeling:deadline": Route(ADMINISTRATORS, "post"),
    "labeling:item_answers": Route(ADMINISTRATORS),
    "labeling:session": Route(NOBODY),
    "labeling:next": Route(NOBODY),
    "labeling:assignment": Route(NOBODY),
    "labeling:submit": Route(NOBODY, "post"),
    "labeling:draft": Route(NOBODY, "post"),
    "labeling:skip": Route(NOBODY, "post"),
    "labeling:flag": Route(NOBODY, "post"),
    "labeling:open": Route(NOBODY, "post"),
    "labeling:heartbeat": Route(NOBODY, "post"),
    "labeling:undo": Route(NOBODY, "post"),
    "labeling:care": Route(ALL),
    "labeling:rest": Route(ALL, "post"),
    "labeling:hours": Route(ALL),
    "labeling:hours_file": Route(ALL),
    "labeling:belongings": Route(ALL),
    "labeling:belongings_file": Route(ALL),
    "labeling:tokens": Route(ALL),
    "labeling:token_revoke": Route(NOBODY, "post"),
    "labeling:project_hours": Route(ADMINISTRATORS),
    "labeling:project_hours_file": Route(ADMINISTRATORS),
    "exports:withdraw": Route(ALL),
    "labeling:imports": Route(READERS),
    "labeling:import_new": Route(CURATORS),
    "labeling:import": Route(CURATORS),
    "labeling:import_columns": Route(CURATORS),
    "labeling:import_problems": Route(CURATORS),
    **curation_routes.ROUTES,
    **labeling_routes.ROUTES,
    **account_routes.ROUTES,
    "runs:runs": Route(OVERSEERS),
    "runs:progress": Route(OVERSEERS),
    "runs:cancel": Route(OVERSEERS, "post"),
    "runs:readyz": OPEN,
    "exports:releases": Route(STEWARDS),
    "exports:recipe_new": Route(STEWARDS),
    "exports:recipe": Route(STEWARDS),
    "exports:recipe_edit": Route(STEWARDS),
    "exports:cut": Route(STEWARDS, "post"),
    "exports:release": Route(STEWARDS),
    "exports:release_file": Route(STEWARDS),
    "exports:release_csv": Route(STEWARDS),
    "exports:destination_new": Route(STEWARDS),
    "exports:destination": Route(STEWARDS),
    "exports:publish": Route(STEWARDS, "post"),
    "exports:publication": Route(STEWARDS),
    "exports:destinations": Route(STEWARDS),
    "exports:destination_check": Route(STEWARDS, "post"),
    "exports:count": Route(STEWARDS, "post"),
    "exports:discard": Route(STEWARDS, "post"),
    "exports:recipe_gates": Route(STEWARDS),
    **gated.ROUTES,
    **studios.ROUTES,
    **export_routes.ROUTES,
    **result_routes.ROUTES,
    **api_routes.ROUTES,
}


class World(NamedTuple):
    """Things that belong to someone else."""

    project: Project
    assignment: Assignment
    imported: Import
    run: Run
    other: User
    release: Release
    file: ReleaseFile
    publication: Publication


def make_world(folder: Path) -> World:
    project = make_labeling_project(items=1)
    annotator = make_member(project)
    path = folder / "pairs.jsonl"
    path.write_text("")
    recipe = Recipe.objects.create(slug="foreign", name="Foreign")
    release = Release.objects.create(recipe=recipe, major=1, minor=0, patch=0, salt=b"x")
    destination = Destination.objects.create(slug="foreign", name="Hub", repo_id="some/repo")
    run = start("labeling.import", {"import": str(uuid4())}, created_by=annotator)
    return World(
        project=project,
        assignment=take(project, annotator),
        imported=start_import(project, Plan(path, path.name, "pairs"), created_by=annotator),
        run=run,
        other=annotator,
        release=release,
        file=ReleaseFile.objects.create(
            release=release, path="data/preference/train.parquet", sha256="0" * 64, size_bytes=1, rows=1
        ),
        publication=Publication.objects.create(
            run=start("exports.publish", {}), release=release, destination=destination, repo_id="some/repo"
        ),
    )


def address(name: str, parameters: list[str], world: World) -> str:
    arguments = curation_routes.arguments(name, world) or labeling_routes.arguments(name, world.assignment)
    arguments = arguments or gated.arguments(name) or studios.arguments(name, world.assignment)
    arguments = arguments or export_routes.arguments(name, world)
    arguments = arguments or result_routes.arguments(name) or api_routes.arguments(name)
    arguments = arguments or account_routes.arguments(name, world.other)
    if arguments is not None:
        return reverse(name, kwargs=arguments)
    version = world.project.traits.first() or make_trait_version()
    known: dict[str, Any] = {
        "release_id": world.release.pk,
        "file_id": world.file.pk,
        "assignment_id": world.assignment.pk,
        "item_id": world.assignment.item_id,
        "run_id": world.run.pk,
        "user_id": world.other.pk,
        "token": "not-a-token",
        "number": version.number,
    }
    if name.startswith("labeling:disagreement") and "pk" in parameters:
        contested = Disagreement.objects.get_or_create(item=world.assignment.item, rule="spread")[0]
        return reverse(name, kwargs={"pk": contested.pk})
    special: dict[tuple[str, str], Any] = {
        ("curation:scenario", "pk"): world.assignment.item.scenario_id,
        ("labeling:import", "pk"): world.imported.pk,
        ("labeling:token_revoke", "pk"): make_token(
            world.other, Terms("a program", ["read"], 7), actor=None
        ).row.pk,
        ("labeling:import_problems", "pk"): world.imported.pk,
        ("labeling:import_columns", "pk"): world.imported.pk,
        ("exports:publication", "pk"): world.publication.pk,
    }
    found = {each: special.get((name, each), known.get(each)) for each in parameters}
    if "slug" in found:
        found["slug"] = slug_for(name, world, version.trait.slug)
    return reverse(name, kwargs=found)


def slug_for(name: str, world: World, trait: str) -> str:
    if name.startswith("curation:"):
        return trait
    if name.startswith("exports:"):
        return "foreign"
    return world.project.slug


def patterns(within: Any = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in (within or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from patterns(each, f"{each.namespace}:" if each.namespace else space)
        else:
            yield f"{space}{each.name}", each


FOUND = dict(patterns())


@pytest.fixture(autouse=True)
def everything_is_open_that_can_be(settings: Settings, tmp_path: Path) -> None:
    settings.TRAITS_ARE_PUBLIC = True
    # Nobody listens there, and nobody may: a provider that can't be reached, but is known.
    known = {"provider_id": "oidc", "name": "The clinic", "client_id": "x", "secret": "x"}
    app = {**known, "settings": {"server_url": "https://127.0.0.1:1"}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    settings.DATA_DIR = tmp_path


def tables() -> dict[str, str]:
    """The addresses of Django's admin by name: its own pages, and a list and a row of each table."""
    found = {name: reverse(name) for name in ("admin:index", "admin:jsi18n")}
    found["admin:app_list"] = reverse("admin:app_list", args=["labeling"])
    for model in admin.site._registry:
        stem = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found[f"{stem}_changelist"] = reverse(f"{stem}_changelist")
        found[f"{stem}_change"] = reverse(f"{stem}_change", args=["0"])
    return found | {f"admin:curation_{each}_add": reverse(f"admin:curation_{each}_add") for each in ADDED}


ADDED = ("domain", "trait")
"""Of what administrators may add rows in Django's admin."""


def knock(name: str, world: World, client: Client) -> int:
    url = address(name, list(FOUND[name].pattern.converters), world)
    return int(getattr(client, ROUTES[name].method)(url).status_code)


def test_every_route_is_listed_here():
    assert set(FOUND) == set(ROUTES) | set(tables())


def test_the_tables_are_for_administrators_alone():
    everybody: dict[str, Client] = {person: Client() for person in PEOPLE}
    for person, roles in PEOPLE.items():
        everybody[person].force_login(make_user(roles=roles))

    for name, url in tables().items():
        found = {person for person, client in everybody.items() if client.get(url).status_code != 404}
        assert found == ADMINISTRATORS, name
        assert Client().get(url)["Location"].startswith("/sign-in/"), name


def test_a_route_that_nobody_listed_would_be_found():
    assert set(FOUND) - (set(ROUTES) - {"accounts:audit"} | set(tables())) == {"accounts:audit"}


@pytest.mark.parametrize("name", ROUTES)
def test_people_without_an_account_are_sent_to_the_door(name, tmp_path):
    status = knock(name, make_world(tmp_path), Client())

    assert status != 404 or name in {"accounts:invitation", "metrics", "api:api-root"}
    assert ROUTES[name].is_public or status == 302


@pytest.mark.parametrize("name", ROUTES)
def test_a_stranger_finds_nothing_and_nothing_breaks(name, tmp_path):
    world = make_world(tmp_path)

    for person, roles in PEOPLE.items():
        client = Client()
        client.force_login(make_user(roles=roles))
        status = knock(name, world, client)
        assert status < 500 or name == "runs:readyz", person
        if name not in {"accounts:invitation", "api:api-root"}:
            assert (status != 404) == (person in ROUTES[name].who), person
