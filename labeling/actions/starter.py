"""Loads the demo projects: items, people and a handful of annotations. Loading again changes nothing."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.db import transaction

from accounts.models import User
from curation.actions.starter import Document, read, read_scenarios, responses_of, scenario_of
from curation.models import Criterion, Scenario, TraitVersion
from curation.text import RENDERER_VERSION
from labeling.actions.annotations import submit_annotation
from labeling.actions.projects import Plan, add_member, create_project
from labeling.definitions import definitions
from labeling.desk import come_in
from labeling.identity import item_sha256
from labeling.models import Assignment, Item, ItemResponse, Membership, Project
from labeling.queue import claim, reserve_positions

ANNOTATORS = {"first-reader@demo.invalid": 6, "second-reader@demo.invalid": 3}
"""Who stands for the authors of the demo annotations, and how many each of them made."""
MOST_RESPONSES = 8
SPREAD = {"first-reader@demo.invalid": 0, "second-reader@demo.invalid": 1}
"""How much milder each reads than what the files expect: two people seldom agree to the step."""


@transaction.atomic
def load() -> None:
    """Load the demo projects after curation's part of the starter pack: one of pairs, one of every other question."""
    scenarios = {each["slug"]: each for each in read_scenarios()}
    project = _load(read("project.yaml"), scenarios, responses=2)
    _load(read("sitting.yaml"), scenarios, responses=MOST_RESPONSES)
    for administrator in User.objects.filter(is_superuser=True, is_active=True):
        join_demo(administrator)
    expected = _expectations(scenarios.values())
    for email, count in ANNOTATORS.items():
        _annotate(project, email, count, expected)


def join_demo(administrator: User) -> None:
    """Make an administrator lead of the demo project, so that the first page has something to do."""
    for project in Project.objects.filter(is_demo=True).exclude(memberships__user=administrator):
        Membership.objects.get_or_create(
            project=project, user=administrator, defaults={"role": Membership.Role.LEAD}
        )


def _load(document: Document, scenarios: Mapping[str, Document], *, responses: int) -> Project:
    project = Project.objects.filter(slug=document["slug"]).first() or _create(document)
    for slug, criteria in document.get("criteria", {}).items():
        _add_rubric(scenario_of(scenarios[slug]), criteria)
    _add_items(project, [scenarios[slug] for slug in document["scenarios"]], responses)
    return project


def _add_rubric(scenario: Scenario, criteria: list[Document]) -> None:
    if not scenario.criteria.exists():
        Criterion.objects.bulk_create(
            Criterion(
                scenario=scenario,
                state=Criterion.State.PUBLISHED,
                framing=Criterion.Framing.NEGATIVE if each["points"] < 0 else Criterion.Framing.POSITIVE,
                kind=Criterion.Kind.PITFALL if each["points"] < 0 else Criterion.Kind.SHOULD,
                position=position,
                **each,
            )
            for position, each in enumerate(criteria)
        )


def _create(document: Document) -> Project:
    slugs = document["traits"]
    found = TraitVersion.objects.published().filter(trait__slug__in=slugs).order_by("number")
    versions = {version.trait.slug: version for version in found.select_related("trait")}
    project = create_project(
        Plan(
            name=document["name"],
            guidelines=document["guidelines"],
            overlap=document["overlap"],
            traits=[versions[slug] for slug in slugs],
            slug=document["slug"],
            is_demo=True,
        ),
        created_by=None,
    )
    project.state = Project.State.OPEN
    project.questions = document.get("questions", project.questions)
    project.save(update_fields=["state", "questions"])
    return project


def _add_items(project: Project, documents: list[Document], responses: int) -> None:
    there = set(project.items.values_list("content_sha256", flat=True))
    items, places = [], []
    for document in documents:
        scenario = scenario_of(document)
        shown = responses_of(document, scenario)[:responses]
        sha = item_sha256(scenario.content_sha256, [each.text_sha256 for each in shown])
        if sha in there:
            continue
        item = Item(
            project=project, scenario=scenario, needed=project.overlap, content_sha256=sha, position=0
        )
        items.append(item)
        # Which comes first must say nothing about them; their hashes know nothing.
        shown.sort(key=lambda each: each.text_sha256)
        places += [ItemResponse(item=item, response=each, place=n) for n, each in enumerate(shown)]
    first = reserve_positions(project.pk, len(items))
    for position, item in enumerate(items, start=first):
        item.position = position
    Item.objects.bulk_create(items)
    ItemResponse.objects.bulk_create(places)


def _expectations(documents: Any) -> Mapping[str, Document]:
    return {scenario_of(each).content_sha256: each for each in documents}


def _annotate(project: Project, email: str, count: int, expected: Mapping[str, Document]) -> None:
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, name=f"{email.partition('-')[0].capitalize()} demo reader")
        user.is_demo = True
        user.is_active = False
        user.save(update_fields=["is_demo", "is_active"])
    add_member(project, user, Membership.Role.ANNOTATOR)
    for _ in range(count):
        membership = come_in(project.slug, user)
        if membership.done >= count:
            return
        assignment = claim(membership)
        if not isinstance(assignment, Assignment):
            return
        document = expected[assignment.item.scenario.content_sha256]
        submit_annotation(assignment.pk, user, _answer(assignment, document, SPREAD[email]), source="demo")


def _answer(assignment: Assignment, document: Document, milder: int) -> dict[str, list[str]]:
    """The form as someone would fill it who reads the responses as the files expect."""
    first, second = responses_of(document, assignment.item.scenario)[:2]
    letters = dict(
        zip((_response_at(assignment, place) for place in assignment.order_shown), "AB", strict=True)
    )
    sign = 1 if letters[first.pk] == "A" else -1
    expected = {each["trait"]: each["strength"] for each in document["expected"]}
    notes = {letters[first.pk]: document["responses"][0], letters[second.pk]: document["responses"][1]}
    fields = {
        "submission_id": [str(uuid4())],
        "expected_revision": ["0"],
        "renderer": [str(RENDERER_VERSION)],
        "elapsed_ms": [str(180_000 + 15_000 * milder)],
        "rationale": [" ".join(f"{letter}: {notes[letter]['quality_note']}" for letter in sorted(notes))],
    }
    by_version = {version.pk: version.trait.slug for version in assignment.item.project.traits.all()}
    for trait in definitions(tuple(assignment.trait_versions)):
        fields[f"v_{trait.code}"] = [str(trait.version_id)]
        strength = expected.get(by_version[trait.version_id])
        if strength is None:
            fields[f"na_{trait.code}"] = ["1"]
            continue
        strength = max(abs(strength) - milder, 0) * (1 if strength > 0 else -1) * sign
        fields[f"p_{trait.code}"] = [str(strength)]
        if strength:
            fields.setdefault("cite", []).append(f"{'B' if strength > 0 else 'A'}1:{trait.code}")
    return fields


def _response_at(assignment: Assignment, place: int) -> Any:
    return assignment.item.places.get(place=place).response_id
