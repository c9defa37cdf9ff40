import time
from datetime import UTC, datetime
from uuid import RFC_4122, UUID

import pytest
from django.db import IntegrityError

from config.ids import uuid7, uuid7_bytes
from curation.actions.copying import copy_in, rows_with
from curation.models import Family, Response, Scenario
from tests.factories import make_response, make_scenario

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC)


def copy_scenario(**changed: object) -> None:
    values = {
        "id": uuid7(),
        "family_id": Family.objects.create().pk,
        "system_prompt": "Zürich \\ \t\n👩‍👩‍👧",
        "messages": b'[{"role": "user", "content": "?"}]',
        "content_sha256": "a" * 64,
        "normalised_sha256": "b" * 64,
        "original": b"\x00\xff",
        "planted_fault_turn": None,
        **changed,
    }
    constants = {
        "variant": "base",
        "state": "ready",
        "pressures": [],
        "values_in_tension": ["a, b", '"c"'],
        "content_warnings": [],
        "language": "en",
        "origin": "imported",
        "source": "",
        "license": "",
        "is_demo": False,
        "is_sanitised": True,
        "renderer_version": 300,
        "created_at": NOW,
    }
    copy_in(Scenario, list(values), [list(values.values())], constants)


def test_every_type_arrives_as_it_was_sent() -> None:
    copy_scenario()

    scenario = Scenario.objects.get()

    assert scenario.system_prompt == "Zürich \\ \t\n👩‍👩‍👧"
    assert scenario.messages == [{"role": "user", "content": "?"}]
    assert bytes(scenario.original or b"") == b"\x00\xff"
    assert (scenario.planted_fault_turn, scenario.pressures) == (None, [])
    assert scenario.values_in_tension == ["a, b", '"c"']
    assert (scenario.is_demo, scenario.is_sanitised, scenario.renderer_version) == (False, True, 300)
    assert scenario.created_at == NOW


def test_a_row_that_is_there_already_is_an_integrity_error() -> None:
    copy_scenario()

    with pytest.raises(IntegrityError):
        copy_scenario()


def test_more_than_a_block_goes_over_in_order() -> None:
    families = [UUID(bytes=each) for each in uuid7_bytes(20_000)]

    copy_in(Family, ("id", "bucket"), ((each, 7) for each in families), {"pool": "TRAIN"})

    assert list(Family.objects.order_by("pk").values_list("pk", flat=True)) == families


def test_ids_made_together_are_uuids_of_version_7_in_order() -> None:
    made = uuid7_bytes(1000)

    assert len(set(made)) == 1000
    assert made == sorted(made)
    assert {(UUID(bytes=each).version, UUID(bytes=each).variant) for each in made} == {(7, RFC_4122)}
    assert abs(int.from_bytes(made[0][:6], "big") / 1000 - time.time()) < 10


def test_rows_are_found_by_many_keys_at_once() -> None:
    first, second, _ = make_scenario(), make_scenario(), make_scenario()
    answer = make_response(first)

    by_hash = rows_with(Scenario, "content_sha256", {first.content_sha256, second.content_sha256, "x"})
    by_id = rows_with(Response, "scenario_id", [first.pk, second.pk])
    by_nothing = rows_with(Scenario, "content_sha256", [])

    assert set(by_hash) == {first, second}
    assert list(by_id) == [answer]
    assert list(by_nothing) == []


def test_ids_grow_and_say_that_they_are_of_version_seven() -> None:
    ids = [UUID(bytes=each) for each in uuid7_bytes(1000)]

    assert ids == sorted(set(ids))
    assert {(each.version, each.variant) for each in ids} == {(7, UUID(int=2 << 62).variant)}
    assert uuid7() > UUID(int=ids[0].int >> 80 << 80)
