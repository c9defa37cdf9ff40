"""Scenarios and responses that come in from a file: stored once."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from curation.actions.copying import copy_rows, layout_of, rows_with
from curation.arriving import FAMILY, RESPONSE, SCENARIO, Arrival, Form, Kept, Key, moved
from curation.models import Family, Import, Response, Scenario

IMPORT_LOCK = 0x41524554
"""Key of the advisory lock that lets one chunk of one import be written at a time."""


class Stored(NamedTuple):
    """Where the parts of an arrival are now."""

    scenario_id: Key
    response_ids: tuple[Key, ...]
    """In the order of the source."""
    is_new: bool
    """Whether the scenario or one of the responses was not there before."""


def form_of(origin: Import) -> Form:
    """Return how the rows of an import are written; its domain, source and license stand in for missing ones."""
    made = {"imported_by_id": origin.pk, "created_at": timezone.now(), "renderer_version": 0}
    return Form(
        family=layout_of(Family, FAMILY, {"pool": Family.Pool.TRAIN.value}),
        scenario=layout_of(
            Scenario,
            SCENARIO,
            {
                "variant": Scenario.Variant.BASE.value,
                "state": Scenario.State.READY.value,
                "pressures": [],
                "values_in_tension": [],
                "origin": Scenario.Origin.IMPORTED.value,
                "is_demo": False,
                **made,
            },
        ),
        response=layout_of(
            Response, RESPONSE, {"model_revision": "", "parameters": b"{}", "finish_reason": "", **made}
        ),
        domain=origin.domain_id,
        source=origin.source,
        license=origin.license,
    )


def lock_imports() -> None:
    """Wait until no other import is writing a chunk; held until the transaction ends.

    Two imports of the same file would otherwise find the same rows missing and write them twice.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])


@transaction.atomic
def store(arrivals: Sequence[Arrival], form: Form) -> list[Stored]:
    """Insert the scenarios and responses that are new; find the others.

    Args:
        arrivals: rows in the order of the file; the same scenario may come more than once.
        form: how they were encoded.

    Returns:
        One place per arrival, in the same order.

    Raises:
        IntegrityError: someone who imports nothing stored the same text at this moment; try again.
    """
    hashes = {each.content_sha256 for each in arrivals}
    stored = rows_with(Scenario, "content_sha256", hashes).values_list("content_sha256", "id")
    old = {sha: scenario.bytes for sha, scenario in stored}
    scenarios, new = dict(old), []
    for each in arrivals:
        if scenarios.setdefault(each.content_sha256, each.scenario_id) is each.scenario_id:
            new.append(each)
    copy_rows(Family, form.family, (each.family for each in new))
    copy_rows(Scenario, form.scenario, (each.scenario for each in new))
    return store_responses(arrivals, scenarios, old, form)


def store_responses(
    arrivals: Sequence[Arrival], scenarios: Mapping[str, Key], old: Mapping[str, Key], form: Form
) -> list[Stored]:
    """Insert responses that their scenario does not have yet.

    Args:
        arrivals: rows whose scenarios are stored by now.
        scenarios: the ids of all their scenarios, by hash.
        old: of those that were there before.
        form: how they were encoded.
    """
    there = known_responses({UUID(bytes=scenario): sha for sha, scenario in old.items()})
    rows: list[bytes] = []
    places: list[Stored] = []
    for each in arrivals:
        scenario, before = scenarios[each.content_sha256], len(rows)
        ids = []
        for sha, id_, row in zip(each.response_sha256, each.response_ids, each.responses, strict=True):
            place = there.setdefault((each.content_sha256, sha), id_)
            ids.append(place)
            if place is id_:
                rows.append(row if scenario is each.scenario_id else moved(row, scenario))
        is_new = len(rows) > before or scenario is each.scenario_id
        places.append(Stored(scenario, tuple(ids), is_new))
    copy_rows(Response, form.response, rows)
    return places


def known_responses(scenarios: Mapping[UUID, str]) -> dict[tuple[str, str], Key]:
    """Return the ids of stored responses by the hashes of scenario and text, for some scenarios' hashes."""
    stored = rows_with(Response, "scenario_id", scenarios).values_list("scenario", "text_sha256", "id")
    return {(scenarios[scenario], sha): response.bytes for scenario, sha, response in stored}


def keep(arrivals: Sequence[Arrival], form: Form) -> Kept:
    """Store rows."""
    places = store(arrivals, form)
    return Kept(sum(each.lines for each, place in zip(arrivals, places, strict=True) if place.is_new))
