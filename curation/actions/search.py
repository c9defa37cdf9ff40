"""Writes the words of scenarios and responses down for full-text search."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from curation.asking import SIGNS
from curation.models import Response, ResponseDocument, Scenario, ScenarioDocument
from runs.actions import start
from runs.models import Run
from runs.work import Work

CHUNK = 1_000
RECENT = 500
"""How far back beat looks for what no run was started for, for instance a response written by hand."""
KIND = "curation.index"
NOBODY = UUID(int=0)
BLANK = " " * len(SIGNS)

# A tsvector holds a megabyte at most; what stands behind the first 100,000 characters is not searched.
_SCENARIOS = """
INSERT INTO curation_scenariodocument (scenario_id, words)
SELECT s.id, to_tsvector(
    CASE WHEN s.language LIKE 'en%%' THEN 'english' ELSE 'simple' END::regconfig,
    translate(left(s.name || ' ' || s.system_prompt || ' ' || coalesce(
        (SELECT string_agg(m.value ->> 'content', ' ') FROM jsonb_array_elements(s.messages) m), ''), 100000), %s, %s))
FROM curation_scenario s WHERE s.id = ANY(%s)
ON CONFLICT (scenario_id) DO UPDATE SET words = EXCLUDED.words
"""
_RESPONSES = """
INSERT INTO curation_responsedocument (response_id, words)
SELECT r.id, to_tsvector(
    CASE WHEN s.language LIKE 'en%%' THEN 'english' ELSE 'simple' END::regconfig,
    translate(left(r.text, 100000), %s, %s))
FROM curation_response r JOIN curation_scenario s ON s.id = r.scenario_id WHERE r.id = ANY(%s)
ON CONFLICT (response_id) DO NOTHING
"""


def index_scenarios(ids: Collection[UUID]) -> None:
    """Write down what these scenarios say now."""
    with connection.cursor() as cursor:
        cursor.execute(_SCENARIOS, [SIGNS, BLANK, list(ids)])


def index_responses(ids: Collection[UUID]) -> None:
    """Write down what these responses say."""
    with connection.cursor() as cursor:
        cursor.execute(_RESPONSES, [SIGNS, BLANK, list(ids)])


def run_index(work: Work) -> dict[str, Any]:
    """Write down what is not searchable yet. Doing it again changes nothing."""
    done = work.run.done
    for name, missing, write in (
        ("scenarios", missing_scenarios, index_scenarios),
        ("responses", missing_responses, index_responses),
    ):
        after = UUID(work.cursor.get(name, str(NOBODY)))
        while ids := missing(after):
            done += len(ids)
            after = ids[-1]
            with transaction.atomic():
                write(ids)
                work.checkpoint(done, cursor={**work.cursor, name: str(after)})
    return {"texts": done}


def missing_scenarios(after: UUID) -> list[UUID]:
    """Return the next scenarios without a document, by id."""
    rows = Scenario.objects.filter(pk__gt=after, document=None).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:CHUNK])


def missing_responses(after: UUID) -> list[UUID]:
    """Return the next responses without a document, by id."""
    rows = Response.objects.filter(pk__gt=after, document=None).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:CHUNK])


def start_index() -> Run | None:
    """Start a run when something new is not searchable and no run is at it."""
    if not is_behind() or Run.objects.filter(kind=KIND, state__in=["queued", "running"]).exists():
        return None
    return start(KIND, {}, unit="texts")


def is_behind() -> bool:
    """Whether one of the newest scenarios or responses has no document."""
    scenarios = Scenario.objects.order_by("-pk").values("pk")[:RECENT]
    responses = Response.objects.order_by("-pk").values("pk")[:RECENT]
    written = ScenarioDocument.objects.filter(pk__in=scenarios).count()
    answered = ResponseDocument.objects.filter(pk__in=responses).count()
    return written < len(scenarios) or answered < len(responses)
