"""Loads the words that Arete ships with: domains, traits, scenarios and responses. Loading again changes nothing."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import yaml
from django.db import transaction
from django.utils import timezone

from curation.actions.rendering import ensure_rendered
from curation.models import (
    Behaviour,
    Criterion,
    Domain,
    Family,
    Reference,
    Response,
    Scenario,
    Tension,
    Trait,
    TraitVersion,
)
from curation.text import content_sha256, normalised_sha256, with_system, word_count

STARTER = Path(__file__).resolve().parent.parent / "starter"
FAMILIES = UUID("5b0fd0a8-7f5c-4b39-9f0e-6f5f5f0c2a11")
"""Namespace of the families' ids, so that a family is found again by its name in the files."""
WRITTEN_FOR_DEMO = "written for the demo"
HELD_OUT = "held out by the starter pack"
LICENSE = "CC-BY-4.0"
SOURCE = "arete-starter"

Document = dict[str, Any]


@transaction.atomic
def load() -> None:
    """Load the starter pack. What is there already stays as it is."""
    load_domains(read("domains.yaml"))
    load_traits(read_all("traits"))
    for document in read_scenarios():
        load_scenario(document)
    for document in read_all("held_out"):
        load_held_out(document)


def read(name: str) -> Any:
    """Return what a file of the starter pack holds."""
    with (STARTER / name).open("rb") as file:
        return yaml.load(file, Loader=yaml.CSafeLoader)


def read_all(folder: str) -> list[Document]:
    """Return what the files of a folder hold, in the order of their names."""
    return [read(f"{folder}/{path.name}") for path in sorted((STARTER / folder).glob("*.yaml"))]


def read_scenarios() -> list[Document]:
    """Return the scenarios with what was expected of their responses, for the demo annotations."""
    return read_all("scenarios")


def scenario_of(document: Document) -> Scenario:
    """Return the stored scenario of a document.

    Raises:
        Scenario.DoesNotExist: it was not loaded.
    """
    return Scenario.objects.get(content_sha256=content_sha256(conversation(document)))


def responses_of(document: Document, scenario: Scenario) -> list[Response]:
    """Return the stored responses of a document in the order of the file."""
    stored = {response.text_sha256: response for response in scenario.responses.all()}
    return [stored[content_sha256(each["text"])] for each in document["responses"]]


def load_domains(documents: Iterable[Document]) -> None:
    """Insert the domains that are missing."""
    Domain.objects.bulk_create(
        [Domain(position=position, **document) for position, document in enumerate(documents)],
        ignore_conflicts=True,
    )


def load_traits(documents: list[Document]) -> None:
    """Publish the first version of the traits that are missing."""
    there = set(Trait.objects.values_list("slug", flat=True))
    new = [document for document in documents if document["slug"] not in there]
    Trait.objects.bulk_create(
        [Trait(slug=each["slug"], code=each["code"], name=each["name"]) for each in new]
    )
    traits = {trait.slug: trait for trait in Trait.objects.all()}
    for document in new:
        publish_first_version(traits[document["slug"]], document, traits)


def publish_first_version(trait: Trait, document: Document, traits: dict[str, Trait]) -> None:
    """Write a trait's version 1 with its parts, then publish it, after which nothing of it changes."""
    version = TraitVersion.objects.create(
        trait=trait,
        number=1,
        definition=document["definition"],
        benefit=document["benefit"],
        attribution=document["attribution"],
    )
    Behaviour.objects.bulk_create(
        [
            Behaviour(version=version, position=position, **each)
            for position, each in enumerate(document["behaviours"])
        ]
    )
    Tension.objects.bulk_create(
        [
            Tension(version=version, other=traits[each["trait"]], text=each["text"])
            for each in document["tensions"]
        ]
    )
    Reference.objects.bulk_create([Reference(version=version, **each) for each in document["references"]])
    version.state = TraitVersion.State.PUBLISHED
    version.published_at = timezone.now()
    version.save(update_fields=["state", "published_at"])


def load_held_out(document: Document) -> None:
    """Insert a scenario that nobody judges, in the pool that it names, with its rubric and ideal response."""
    Family.objects.get_or_create(
        id=uuid5(FAMILIES, document["family"]), defaults={"pool": document["pool"], "pool_reason": HELD_OUT}
    )
    load_scenario(document)
    load_rubric(scenario_of(document), document["criteria"])


def load_rubric(scenario: Scenario, criteria: list[Document]) -> None:
    """Insert and publish the criteria of a scenario that has none."""
    if scenario.criteria.exists():
        return
    Criterion.objects.bulk_create(
        Criterion(
            scenario=scenario,
            state=Criterion.State.PUBLISHED,
            framing=Criterion.Framing.NEGATIVE if each["points"] < 0 else Criterion.Framing.POSITIVE,
            position=position,
            **{"kind": Criterion.Kind.PITFALL if each["points"] < 0 else Criterion.Kind.SHOULD} | each,
        )
        for position, each in enumerate(criteria)
    )


def load_scenario(document: Document) -> None:
    """Insert a scenario with its family and responses, rendered, unless its text is there."""
    messages = conversation(document)
    sha = content_sha256(messages)
    if Scenario.objects.filter(content_sha256=sha).exists():
        return
    family, _ = Family.objects.get_or_create(id=uuid5(FAMILIES, document["family"]))
    scenario = Scenario.objects.create(
        family=family,
        variant=document["variant"],
        system_prompt=document["system_prompt"] or "",
        messages=document["messages"],
        domain_id=document["domain"],
        pressures=document["pressures"],
        values_in_tension=document["values_in_tension"],
        planted_fault_turn=document["planted_fault_turn"],
        content_warnings=document["content_warnings"],
        language=document["language"],
        origin=Scenario.Origin.HUMAN,
        source=SOURCE,
        license=LICENSE,
        is_demo=True,
        ideal_answer=document.get("ideal", ""),
        content_sha256=sha,
        normalised_sha256=normalised_sha256(messages),
    )
    scenario.aimed_traits.set(Trait.objects.filter(slug__in=document["aimed_traits"]))
    responses = Response.objects.bulk_create(
        [demo_response(scenario, each["text"]) for each in document.get("responses", [])]
    )
    ensure_rendered(scenario, responses)


def demo_response(scenario: Scenario, text: str) -> Response:
    """Return a response that says of itself that no model made it."""
    return Response(
        scenario=scenario,
        text=text,
        text_sha256=content_sha256(text),
        model=WRITTEN_FOR_DEMO,
        license=LICENSE,
        words=word_count(text),
    )


def conversation(document: Document) -> Any:
    """Return the messages with the system prompt, as they are hashed."""
    return with_system(document["messages"], document["system_prompt"])
