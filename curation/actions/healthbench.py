"""Rubrics from and to HealthBench's JSONL.

For who brings lines in, one call stores one line of a file, or a chunk of them in one transaction:

    store_row(line, origin=origin)          # -> Outcome.CREATED or Outcome.DUPLICATE; raises Unusable(column, reason)
    store_rows(lines, origin=origin)        # -> an Outcome or an Unusable per line, in their order

`line` is the text of the line without its line break, exactly as it stands in the file: it is what leaves again.
`origin` is the Import that brings it, or None; its domain, source and license are taken over.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import islice
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from config.ids import uuid7_bytes
from curation.actions.imports import lock_imports
from curation.models import (
    Criterion,
    Domain,
    Family,
    HealthBenchRow,
    Import,
    Proposal,
    Response,
    Scenario,
    Trait,
)
from curation.rubric.healthbench import (
    Line,
    Row,
    Sheet,
    Turn,
    Unusable,
    axis_of,
    export_line,
    new_line,
    parse_row,
    with_axis,
)
from curation.text import (
    content_sha256,
    leaks_identity,
    normalised_sha256,
    original_bytes,
    prompt_id,
    sanitise,
    with_system,
    word_count,
)

SOURCE = "healthbench"
CHUNK = 200
DOMAIN, TRAIT = "domain:", "trait:"
"""Tags of an example by which one deployment tells another what it is about."""


class Outcome(StrEnum):
    """What became of a usable line."""

    CREATED = "created"
    DUPLICATE = "duplicate"


def store_row(line: str, *, origin: Import | None = None) -> Outcome:
    """Store one line.

    Raises:
        Unusable: what is wrong with it, and in which field.
    """
    outcome = store_rows([line], origin=origin)[0]
    if isinstance(outcome, Unusable):
        raise outcome
    return outcome


@transaction.atomic
def store_rows(lines: Sequence[str], *, origin: Import | None = None) -> list[Outcome | Unusable]:
    """Store lines: each is a scenario with a published rubric. What is here already is left as it is.

    Returns:
        What became of each line, in their order.
    """
    lock_imports()
    outcomes: list[Outcome | Unusable] = []
    new: dict[str, tuple[Row, str]] = {}
    parsed = [read(line) for line in lines]
    known = scenarios_with(content_of(row) for row in parsed if isinstance(row, Row))
    for line, row in zip(lines, parsed, strict=True):
        if isinstance(row, Unusable):
            outcomes.append(row)
            continue
        sha = content_of(row)
        if sha in new:
            outcomes.append(Outcome.DUPLICATE if new[sha][1] == line else other_rubric(row))
        elif sha in known and not is_bare(known[sha]):
            outcomes.append(met_again(known[sha], line))
        else:
            new[sha] = (row, line)
            outcomes.append(Outcome.CREATED)
    create_rows(new, known, origin)
    return outcomes


def read(line: str) -> Row | Unusable:
    """Return what a line holds, or why it can't be used."""
    try:
        return parse_row(line)
    except Unusable as fault:
        return fault


def messages_of(row: Row) -> tuple[str, list[dict[str, str]]]:
    """Return a row's system prompt, empty when it has none, and its other messages."""
    turns = [{"role": turn.role, "content": turn.content} for turn in row.sheet.prompt]
    return (turns[0]["content"], turns[1:]) if turns[0]["role"] == "system" else ("", turns)


def content_of(row: Row) -> str:
    """Return the hash by which a row's conversation is known."""
    system, messages = messages_of(row)
    return content_sha256(with_system(messages, system))


def scenarios_with(hashes: Iterable[str]) -> dict[str, Scenario]:
    """Return the scenarios that we have, by the hash of their conversation."""
    found = Scenario.objects.filter(content_sha256__in=set(hashes)).select_related("healthbench")
    return {scenario.content_sha256: scenario for scenario in found}


def is_bare(scenario: Scenario) -> bool:
    """Whether a scenario came without a rubric and nobody has begun one, so that it may take a row's."""
    return not (hasattr(scenario, "healthbench") or scenario.ideal_answer or scenario.criteria.exists())


def met_again(scenario: Scenario, line: str) -> Outcome | Unusable:
    """Return what a line is whose conversation is here already."""
    row = getattr(scenario, "healthbench", None)
    if line == (row.raw if row else None) or line in (each.decode() for each in lines_of([scenario])):
        return Outcome.DUPLICATE
    return Unusable(
        "rubrics",
        "this conversation is here already, with another rubric, tags or ideal answer; change them on its page"
        f" ({scenario.pk})",
    )


def other_rubric(row: Row) -> Unusable:
    """Return the refusal of a conversation that the file brings twice, with different rubrics."""
    return Unusable(
        "prompt",
        f"an earlier line has the same conversation with another rubric (this one is {row.prompt_id})",
    )


def create_rows(
    new: dict[str, tuple[Row, str]], known: Mapping[str, Scenario], origin: Import | None
) -> None:
    """Write rubrics with all that belongs to them, and the scenarios that are not here yet."""
    made = make_scenarios({sha: row for sha, (row, _) in new.items() if sha not in known}, origin)
    pairs = [(made.get(sha) or known[sha], row) for sha, (row, _) in new.items()]
    for scenario, row in pairs:
        if scenario.ideal_answer != row.sheet.ideal:
            scenario.ideal_answer = row.sheet.ideal
            scenario.save(update_fields=["ideal_answer"])
    Criterion.objects.bulk_create([each for scenario, row in pairs for each in criteria_of(scenario, row)])
    Response.objects.bulk_create(
        [each for scenario, row in pairs for each in references_of(scenario, row, origin)],
        ignore_conflicts=True,
    )
    HealthBenchRow.objects.bulk_create(
        HealthBenchRow(scenario=scenario, prompt_id=row.prompt_id, raw=line)
        for (scenario, row), (_, line) in zip(pairs, new.values(), strict=True)
    )
    aim(pairs)


def make_scenarios(new: Mapping[str, Row], origin: Import | None) -> dict[str, Scenario]:
    """Write scenarios, each in a family of its own, and return them in the order of the file."""
    families = Family.objects.bulk_create(Family() for _ in new)
    domains = set(Domain.objects.values_list("slug", flat=True))
    ids = uuid7_bytes(len(new))
    made = {}
    for (sha, row), family, key in zip(new.items(), families, ids, strict=True):
        system, messages = messages_of(row)
        named = next((tag.removeprefix(DOMAIN) for tag in row.example_tags if tag.startswith(DOMAIN)), "")
        made[sha] = Scenario(
            id=UUID(bytes=key),
            family=family,
            state=Scenario.State.READY,
            system_prompt=system,
            messages=messages,
            ideal_answer=row.sheet.ideal,
            domain_id=named if named in domains else (origin.domain_id if origin else None),
            origin=Scenario.Origin.IMPORTED,
            source=origin.source if origin else SOURCE,
            license=origin.license if origin else "",
            content_sha256=sha,
            normalised_sha256=normalised_sha256(with_system(messages, system)),
            is_sanitised=bool(row.original),
            original=original_bytes(row.original) if row.original else None,
            imported_by=origin,
        )
    Scenario.objects.bulk_create(made.values())
    return made


def criteria_of(scenario: Scenario, row: Row) -> Iterator[Criterion]:
    """Yield a row's criteria, published as they come."""
    for place, line in enumerate(row.sheet.rubric):
        is_penalty = line.points < 0
        yield Criterion(
            key=key_of(scenario.pk, place),
            state=Criterion.State.PUBLISHED,
            scenario=scenario,
            text=line.text,
            points=line.points,
            kind=Criterion.Kind.PITFALL if is_penalty else Criterion.Kind.SHOULD,
            framing=Criterion.Framing.NEGATIVE if is_penalty else Criterion.Framing.POSITIVE,
            axis=axis_of(line.tags),
            tags=list(line.tags),
            position=place,
        )


def key_of(scenario: UUID, place: int) -> UUID:
    """Return the key of the criterion at a place of a row's rubric, by which it finds back to its place."""
    return uuid5(scenario, f"healthbench/{place}")


def references_of(scenario: Scenario, row: Row, origin: Import | None) -> Iterator[Response]:
    """Yield the answers that came with a row, each text once."""
    seen = set()
    for text in row.references:
        clean = sanitise(text)
        sha = content_sha256(clean.text)
        if sha not in seen:
            seen.add(sha)
            yield Response(
                scenario=scenario,
                text=clean.text,
                text_sha256=sha,
                words=word_count(clean.text),
                license=origin.license if origin else "",
                leaks_identity=leaks_identity(clean.text),
                is_sanitised=clean.is_changed,
                original=original_bytes(text) if clean.is_changed else None,
                imported_by=origin,
            )


def aim(rows: Iterable[tuple[Scenario, Row]]) -> None:
    """Aim scenarios at the traits that their rows name."""
    named = [
        (scenario, tag.removeprefix(TRAIT))
        for scenario, row in rows
        for tag in row.example_tags
        if tag.startswith(TRAIT)
    ]
    traits = {trait.slug: trait for trait in Trait.objects.filter(slug__in={slug for _, slug in named})}
    aimed = Scenario.aimed_traits.through
    aimed._default_manager.bulk_create(
        [
            aimed(scenario_id=scenario.pk, trait_id=traits[slug].pk)
            for scenario, slug in named
            if slug in traits
        ],
        ignore_conflicts=True,
    )


def exportable() -> "QuerySet[Scenario]":
    """Return the scenarios that have a rubric, or came with one, in the order in which they came."""
    own = Criterion.objects.published().filter(scenario=OuterRef("pk"))
    attached = Proposal.objects.filter(scenario=OuterRef("pk"), state=Proposal.State.ATTACHED)
    has_rubric = Q(Exists(own)) | Q(Exists(attached)) | Q(healthbench__isnull=False)
    return Scenario.objects.ready().kept().filter(has_rubric).order_by("pk")


def export(scenarios: "QuerySet[Scenario]") -> Iterator[bytes]:
    """Yield the lines of scenarios, each with its line break. Memory stays constant."""
    rows = scenarios.select_related("healthbench").defer("rendered", "original").iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        for line in lines_of(chunk):
            yield line + b"\n"


def lines_of(scenarios: Sequence[Scenario]) -> Iterator[bytes]:
    """Yield the lines of some scenarios, asking the database a fixed number of questions."""
    rubrics = Criterion.objects.rubrics_of([scenario.pk for scenario in scenarios])
    traits: dict[UUID, list[str]] = {}
    for scenario_id, slug in Scenario.aimed_traits.through._default_manager.filter(
        scenario__in=[scenario.pk for scenario in scenarios]
    ).values_list("scenario", "trait__slug"):
        traits.setdefault(scenario_id, []).append(slug)
    for scenario in scenarios:
        yield line_of(scenario, rubrics[scenario.pk], sorted(traits.get(scenario.pk, []))).encode()


def line_of(scenario: Scenario, rubric: Sequence[Criterion], traits: Sequence[str]) -> str:
    """Return the line of one scenario."""
    row: HealthBenchRow | None = getattr(scenario, "healthbench", None)
    messages = with_system(scenario.messages, scenario.system_prompt)
    # A row's criteria can't be more than fit in its line.
    places = (
        {key_of(scenario.pk, place): place for place in range(row.raw.count('"criterion"'))} if row else {}
    )
    sheet = Sheet(
        tuple(Turn(message["role"], message["content"]) for message in messages),
        tuple(
            Line(each.text, each.points, with_axis(each.tags, each.axis), places.get(each.key))
            for each in rubric
        ),
        scenario.ideal_answer,
    )
    if row:
        return export_line(row.raw, sheet)
    tags = [f"{DOMAIN}{scenario.domain_id}"] if scenario.domain_id else []
    return new_line(prompt_id(messages), sheet, example_tags=[*tags, *(f"{TRAIT}{slug}" for slug in traits)])
