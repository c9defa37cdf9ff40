"""Items are made of chosen scenarios and responses: looked at first, then made, and the same question only once."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext

from accounts.audit import record
from accounts.models import User
from config.ids import uuid7
from config.wording import words
from curation.actions.copying import rows_with
from curation.models import Response
from curation.models.scenarios import ScenarioQuerySet
from labeling.actions.rules import response_count
from labeling.identity import item_sha256
from labeling.models import Item, ItemBatch, ItemResponse, Membership, Project
from labeling.pairing import Candidate, Earlier, Pair, Rule, Tally, Terms, chosen
from labeling.questions import fits
from labeling.queue import hurried, reserve_positions
from runs.actions import perform, start
from runs.models import Run
from runs.words import say
from runs.work import RunFailed, Work

KIND = "labeling.make_items"
MOST_SCENARIOS = 20_000
"""Up to so many scenarios are looked through at a time."""
MOST_ITEMS = 100_000
CHUNK = 500
LOOKED_UP = 5_000
QUICK = 1_000
"""Up to so many items are made while someone waits for the page; more, by a worker."""
NO_MODEL = words("no model named")
OTHER_QUESTIONS = say(
    "The project’s questions changed since the preview, and want another number of responses. Nothing was made."
)

_JUDGED = """
SELECT first.response_id, second.response_id, one.model, other.model,
    count(*) FILTER (WHERE v.strength < 0) + count(*) FILTER (WHERE v.strength = 0) / 2.0,
    count(*) FILTER (WHERE v.strength > 0) + count(*) FILTER (WHERE v.strength = 0) / 2.0
FROM labeling_item i
JOIN labeling_assignment a ON a.item_id = i.id AND a.state = 'submitted'
JOIN labeling_annotation n ON n.assignment_id = a.id AND n.superseded_by_id IS NULL AND NOT n.is_late
JOIN labeling_preference v ON v.annotation_id = n.id AND v.strength IS NOT NULL
JOIN labeling_itemresponse first ON first.item_id = i.id AND first.place = 0
JOIN labeling_itemresponse second ON second.item_id = i.id AND second.place = 1
JOIN curation_response one ON one.id = first.response_id
JOIN curation_response other ON other.id = second.response_id
WHERE i.project_id = ANY(%s)
GROUP BY 1, 2, 3, 4
"""

Value = TypeVar("Value")


class Choice(NamedTuple):
    """Of what items are made, and how."""

    scenarios: ScenarioQuerySet
    """Those that the person may see and asked for."""
    terms: Terms
    most_scenarios: int
    models: Sequence[str] = ()
    """Empty for all."""
    names_models: bool = False
    """Whether responses that name their model are taken too."""
    is_urgent: bool = False


class PlannedItem(NamedTuple):
    """An item as it would be made."""

    scenario: UUID
    domain: str
    responses: tuple[UUID, ...]
    """In canonical order."""
    models: tuple[str, ...]
    content_sha256: str


@dataclass
class Plan:
    """The items that a choice comes to."""

    fresh: list[PlannedItem] = field(default_factory=list)
    existing: int = 0
    """Items among them that the project has already."""
    scenarios: int = 0
    """Scenarios that give items."""
    lacking: int = 0
    """Scenarios with too few responses."""
    models: Counter[str] = field(default_factory=Counter)
    """How many responses of each model there are to choose from."""

    @property
    def digest(self) -> str:
        """What tells this plan from another: only what was looked at is made."""
        return sha256("\n".join(item.content_sha256 for item in self.fresh).encode()).hexdigest()

    @property
    def by_models(self) -> list[tuple[str, int]]:
        """How many items compare the same models."""
        return Counter(" · ".join(sorted(item.models)) for item in self.fresh).most_common()

    @property
    def by_domain(self) -> list[tuple[str, int]]:
        """How many items there are of each domain, by its slug."""
        return Counter(item.domain for item in self.fresh).most_common()


class TooMany(Exception):
    """More was asked for than is made at a time; the text says so, fit for a page."""


class PlanChanged(Exception):
    """What would be made is not what was looked at."""


def plan(project: Project, choice: Choice, reader: User) -> Plan:
    """Return the items that a choice comes to. Nothing is written.

    Raises:
        TooMany: it is more than is made at a time.
    """
    rows = {pk: (sha, domain or "") for pk, sha, domain in scenario_rows(choice.scenarios)}
    responses = response_rows(rows, choice)
    found = Plan()
    candidates = defaultdict[str, list[Candidate]](list)
    for pk, (owner, _, model) in responses.items():
        found.models[model] += 1
        if not choice.models or model in choice.models:
            candidates[str(owner)].append(Candidate(str(pk), model))
    earlier = earlier_judgments(reader) if choice.terms.rule == Rule.UNCERTAIN else Earlier({}, {})
    every = list[PlannedItem]()
    for scenario, groups in chosen(candidates, choice.terms, earlier):
        if found.scenarios == choice.most_scenarios:
            break
        found.scenarios += bool(groups)
        found.lacking += not groups
        every += (planned(UUID(scenario), group, rows, responses) for group in groups)
        if len(every) > MOST_ITEMS:
            raise TooMany(
                gettext("At most %(most)s items are made at a time. Take fewer scenarios.")
                % {"most": f"{MOST_ITEMS:,}"}
            )
    known = known_hashes(project, [item.content_sha256 for item in every])
    found.fresh = [item for item in every if item.content_sha256 not in known]
    found.existing = len(every) - len(found.fresh)
    return found


def scenario_rows(scenarios: ScenarioQuerySet) -> Sequence[tuple[UUID, str, str | None]]:
    """Return id, content hash and domain of scenarios.

    Raises:
        TooMany: there are more than are looked through at a time.
    """
    wanted = scenarios.order_by().values_list("pk", "content_sha256", "domain_id")
    rows = list(wanted[: MOST_SCENARIOS + 1])
    if len(rows) > MOST_SCENARIOS:
        raise TooMany(
            gettext("More than %(most)s scenarios match. Narrow them down.") % {"most": f"{MOST_SCENARIOS:,}"}
        )
    return rows


def response_rows(scenarios: Iterable[UUID], choice: Choice) -> dict[UUID, tuple[UUID, str, str]]:
    """Return scenario, text hash and model of each response that may be chosen, by its id."""
    found = {}
    for chunk in chunked(list(scenarios), LOOKED_UP):
        rows = rows_with(Response, "scenario_id", chunk)
        if not choice.names_models:
            rows = rows.filter(leaks_identity=False)
        for pk, scenario, sha, model in rows.values_list("pk", "scenario_id", "text_sha256", "model"):
            found[pk] = (scenario, sha, model or NO_MODEL)
    return found


def planned(
    scenario: UUID,
    group: Sequence[str],
    scenarios: dict[UUID, tuple[str, str]],
    responses: dict[UUID, tuple[UUID, str, str]],
) -> PlannedItem:
    """Return the item of one group of responses."""
    keys = tuple(map(UUID, group))
    sha, domain = scenarios[scenario]
    return PlannedItem(
        scenario,
        domain,
        keys,
        tuple(responses[key][2] for key in keys),
        item_sha256(sha, [responses[key][1] for key in keys]),
    )


def known_hashes(project: Project, hashes: Sequence[str]) -> set[str]:
    """Return those of the hashes that items of the project have already."""
    known = set[str]()
    for chunk in chunked(hashes, LOOKED_UP):
        there = rows_with(Item, "content_sha256", chunk).filter(project=project)
        known.update(there.values_list("content_sha256", flat=True))
    return known


def chunked(values: Sequence[Value], size: int) -> Iterator[list[Value]]:
    """Yield values in lists of at most that size."""
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk


def earlier_judgments(reader: User) -> Earlier:
    """Return how judgments came out in the projects that a person leads, by responses and by models."""
    led = Membership.objects.filter(user=reader, role=Membership.Role.LEAD)
    responses = defaultdict[Pair, list[float]](lambda: [0, 0])
    models = defaultdict[Pair, list[float]](lambda: [0, 0])
    with connection.cursor() as cursor:
        cursor.execute(_JUDGED, [list(led.values_list("project", flat=True))])
        for first, second, one, other, wins, losses in cursor.fetchall():
            for tallies, a, b in ((responses, str(first), str(second)), (models, one, other)):
                both = (float(wins), float(losses))
                for place, value in enumerate(both if a <= b else both[::-1]):
                    tallies[frozenset((a, b))][place] += value
    return Earlier(
        {pair: Tally(*both) for pair, both in responses.items()},
        {pair: Tally(*both) for pair, both in models.items()},
    )


@transaction.atomic
def start_batch(
    project: Project, choice: Choice, *, query: str, looked_at: str, created_by: User
) -> ItemBatch:
    """Write down that items are to be made.

    Args:
        project: into which.
        choice: of what.
        query: the form that the choice was read from.
        looked_at: the digest of the plan that was shown.
        created_by: a lead.

    Raises:
        PlanChanged: something else would be made than was looked at, or nothing.
        TooMany: it is more than is made at a time.
    """
    found = plan(project, choice, created_by)
    if not found.fresh or found.digest != looked_at:
        raise PlanChanged
    run = start(
        KIND, {"project": str(project.pk)}, created_by=created_by, total=len(found.fresh), unit="items"
    )
    batch = ItemBatch.objects.create(
        project=project,
        query=query,
        size=choice.terms.size,
        planned=len(found.fresh),
        run=run,
        created_by=created_by,
    )
    record(created_by, "batch.created", batch, project=project.slug, planned=batch.planned)
    return batch


def perform_if_quick(batch: ItemBatch) -> Run:
    """Make the items while someone waits, if they are few; else leave it to a worker."""
    if batch.planned <= QUICK:
        perform(batch.run_id, may_retry=False)
        batch.refresh_from_db()
        batch.run.refresh_from_db()
    return batch.run


def run_make(work: Work, asked: Callable[[ItemBatch], Choice]) -> dict[str, Any]:
    """Make a batch's items. Those that were made meanwhile, by this batch or another, are passed over."""
    batch = ItemBatch.objects.select_related("project", "created_by").get(run=work.run)
    choice = asked(batch)
    if choice.terms.size != batch.size:
        raise RunFailed(OTHER_QUESTIONS)
    found = plan(batch.project, choice, batch.created_by)
    made = batch.made
    # Judgments that came in since may make other pairs the least certain; never more than was looked at.
    for chunk in chunked(found.fresh[: batch.planned - made], CHUNK):
        with transaction.atomic():
            new = add_items(batch.project_id, chunk, is_urgent=choice.is_urgent)
            made += new
            ItemBatch.objects.filter(pk=batch.pk).update(made=F("made") + new)
            work.checkpoint(made)
    return {"made": made, "existing": batch.planned - made}


def add_items(project_id: UUID, wanted: Sequence[PlannedItem], *, is_urgent: bool) -> int:
    """Add the items that the project doesn't have, at the end of its queue, and return how many.

    Raises:
        RunFailed: the project asks other questions by now.
    """
    # Two who make the same items at once come one after the other; the second finds them there.
    project = Project.objects.select_for_update().get(pk=project_id)
    known = known_hashes(project, [each.content_sha256 for each in wanted])
    fresh = [each for each in wanted if each.content_sha256 not in known]
    if not all(fits(project.questions, len(each.responses)) for each in fresh):
        raise RunFailed(OTHER_QUESTIONS)
    first = reserve_positions(project_id, len(fresh))
    items = [
        Item(
            id=uuid7(),
            project=project,
            scenario_id=each.scenario,
            needed=project.overlap,
            position=position,
            is_urgent=is_urgent,
            content_sha256=each.content_sha256,
        )
        for position, each in enumerate(fresh, start=first)
    ]
    Item.objects.bulk_create(items)
    ItemResponse.objects.bulk_create(
        ItemResponse(item=item, response_id=response, place=place)
        for item, each in zip(items, fresh, strict=True)
        for place, response in enumerate(each.responses)
    )
    if is_urgent and items:
        hurried(project_id, items[-1].position)
    return len(items)


def usual_size(project: Project) -> int:
    """Return how many responses an item has when nobody said otherwise."""
    return response_count(project.questions) or (3 if "ranking" in project.questions else 1)
