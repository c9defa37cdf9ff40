"""Loads the demo projects: items, people and a handful of annotations. Loading again changes nothing."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import uuid4

from django.db import transaction

from accounts.models import User
from curation.actions.starter import (
    Document,
    load_rubric,
    read,
    read_scenarios,
    responses_of,
    scenario_of,
)
from curation.models import TraitVersion
from curation.text import RENDERER_VERSION
from labeling.actions.annotations import submit_annotation
from labeling.actions.projects import Plan, add_member, create_project
from labeling.definitions import Definition, definitions
from labeling.desk import come_in
from labeling.identity import item_sha256
from labeling.models import Assignment, Item, ItemResponse, Membership, Project
from labeling.queue import claim, reserve_positions
from labeling.submission import LETTERS

ANNOTATORS = {"first-reader@demo.invalid": (6, 3), "second-reader@demo.invalid": (3, 2)}
"""Who stands for the authors of the demo annotations, and how many pairs and sittings each of them judged."""
Fields = dict[str, list[str]]
Answer = Callable[[Assignment, Document, int], Fields]
MOST_RESPONSES = 8
SPREAD = {"first-reader@demo.invalid": 0, "second-reader@demo.invalid": 1}
"""How much milder each reads than what the files expect: two people seldom agree to the step."""


@transaction.atomic
def load() -> None:
    """Load the demo projects after curation's part of the starter pack: one of pairs, one of every other question."""
    scenarios = {each["slug"]: each for each in read_scenarios()}
    pairs, sittings = read("project.yaml"), read("sitting.yaml")
    project = _load(pairs, scenarios, responses=2)
    other = _load(sittings, scenarios, responses=MOST_RESPONSES)
    for administrator in User.objects.filter(is_superuser=True, is_active=True):
        join_demo(administrator)
    expected = _expectations(scenarios.values())
    for email, (paired, sat) in ANNOTATORS.items():
        reader = _reader(email)
        _annotate(project, reader, paired, _answer, expected)
        _annotate(other, reader, sat, partial(_sitting, sittings["answers"]), expected)


def join_demo(administrator: User) -> None:
    """Make an administrator lead of the demo project, so that the first page has something to do."""
    for project in Project.objects.filter(is_demo=True).exclude(memberships__user=administrator):
        Membership.objects.get_or_create(
            project=project, user=administrator, defaults={"role": Membership.Role.LEAD}
        )


def _load(document: Document, scenarios: Mapping[str, Document], *, responses: int) -> Project:
    project = Project.objects.filter(slug=document["slug"]).first() or _create(document)
    for slug, criteria in document.get("criteria", {}).items():
        load_rubric(scenario_of(scenarios[slug]), criteria)
    _add_items(project, [scenarios[slug] for slug in document["scenarios"]], responses)
    return project


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


def _reader(email: str) -> User:
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, name=f"{email.partition('-')[0].capitalize()} demo reader")
        user.is_demo = True
        user.is_active = False
        user.save(update_fields=["is_demo", "is_active"])
    return user


def _annotate(
    project: Project, reader: User, count: int, answer: Answer, expected: Mapping[str, Document]
) -> None:
    add_member(project, reader, Membership.Role.ANNOTATOR)
    milder = SPREAD[reader.email]
    for _ in range(count):
        membership = come_in(project.slug, reader)
        if membership.done >= count:
            return
        assignment = claim(membership)
        if not isinstance(assignment, Assignment):
            return
        document = expected.get(assignment.item.scenario.content_sha256)
        if document is None:
            # Somebody has added an item of their own.
            return
        fields = _common(assignment, milder) | answer(assignment, document, milder)
        submit_annotation(assignment.pk, reader, fields, source="demo")


def _common(assignment: Assignment, milder: int) -> Fields:
    """What every form holds."""
    return {
        "submission_id": [str(uuid4())],
        "expected_revision": ["0"],
        "renderer": [str(RENDERER_VERSION)],
        "elapsed_ms": [str(180_000 + 15_000 * milder)],
        **{f"v_{trait.code}": [str(trait.version_id)] for trait in _traits(assignment)},
    }


def _answer(assignment: Assignment, document: Document, milder: int) -> Fields:
    """The form as someone would fill it who reads a pair as the files expect."""
    letters = _letters(assignment, document)
    sign = 1 if letters[0] == "A" else -1
    expected = {each["trait"]: each["strength"] for each in document["expected"]}
    notes = dict(zip(letters, document["responses"], strict=False))
    fields: Fields = {
        "rationale": [" ".join(f"{letter}: {notes[letter]['quality_note']}" for letter in sorted(notes))]
    }
    slugs = _slugs(assignment)
    for trait in _traits(assignment):
        strength = expected.get(slugs[trait.version_id])
        if strength is None:
            fields[f"na_{trait.code}"] = ["1"]
            continue
        strength = max(abs(strength) - milder, 0) * (1 if strength > 0 else -1) * sign
        fields[f"p_{trait.code}"] = [str(strength)]
        if strength:
            fields.setdefault("cite", []).append(f"{'B' if strength > 0 else 'A'}1:{trait.code}")
    return fields


def _sitting(
    answers: Mapping[str, Document], assignment: Assignment, document: Document, milder: int
) -> Fields:
    """The form as someone would fill it who finds of the responses what the file says."""
    said, letters, slugs = answers[document["slug"]], _letters(assignment, document), _slugs(assignment)
    fields: Fields = {
        "criteria": [" ".join(map(str, assignment.criteria))],
        "cut": [str(said["acceptable"])],
        "reasons": said["reasons"],
        "rationale": [said["rationale"]],
        "confidence": [str(3 - milder)],
        "harm": [letter for letter, found in zip(letters, said["responses"], strict=True) if found["harm"]],
    }
    for letter, found in zip(letters, said["responses"], strict=True):
        # Who is milder sees the best one ahead, and none of the others.
        fields[f"place_{letter}"] = [str(min(found["place"], 2) if milder else found["place"])]
        for number, criterion in enumerate(assignment.criteria, start=1):
            fields[f"m_{letter}_{criterion}"] = ["met" if number in found["met"] else "not met"]
        for trait in _traits(assignment):
            value = found["ratings"][slugs[trait.version_id]]
            fields[f"r_{letter}_{trait.code}"] = [str(min(max(value, milder), 4 - milder))]
    if not milder:
        fields |= {"rewrite_of": [letters[said["rewrite_of"] - 1]], "rewrite": [said["rewrite"]]}
    return fields


def _traits(assignment: Assignment) -> Sequence[Definition]:
    return definitions(tuple(assignment.trait_versions))


def _slugs(assignment: Assignment) -> dict[Any, str]:
    return {version.pk: version.trait.slug for version in assignment.item.project.traits.all()}


def _letters(assignment: Assignment, document: Document) -> list[str]:
    """The letters under which the responses were shown, in the order of the file."""
    at = dict(assignment.item.places.values_list("place", "response"))
    letters = {at[place]: letter for place, letter in zip(assignment.order_shown, LETTERS, strict=False)}
    stored = responses_of(document, assignment.item.scenario)
    return [letters[each.pk] for each in stored if each.pk in letters]
