import re
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from config.ids import uuid7
from config.statements import planned
from labeling import queue
from labeling.actions.assignments import remove_member, skip_item
from labeling.desk import come_in
from labeling.models import Assignment, Item, Membership, Project, ProjectTrait
from labeling.queue import HeldEnough, NothingNow, expire_leases, reserve_positions
from tests.factories import make_trait_version
from tests.labeling.scenes import (
    let_lease_run_out,
    make_item,
    make_labeling_project,
    make_member,
    submit,
    take,
    try_claim,
)

pytestmark = pytest.mark.django_db


def taken(item: Item) -> int:
    return Item.objects.get(pk=item.pk).taken


def test_items_come_in_the_order_of_the_queue() -> None:
    project = make_labeling_project(items=3)
    person = make_member(project)

    claimed = []
    while isinstance(found := try_claim(project, person), Assignment):
        claimed.append(found.item_id)
        submit(found)

    assert claimed == list(project.items.order_by("position").values_list("id", flat=True))


def test_a_held_item_is_offered_again_before_a_new_one() -> None:
    project = make_labeling_project(items=2)
    person = make_member(project)
    first = take(project, person)

    again = take(project, person)

    assert again.pk == first.pk


def test_what_the_client_has_is_not_offered_again() -> None:
    project = make_labeling_project(items=2)
    person = make_member(project)
    first = take(project, person)

    second = take(project, person, first.pk)

    assert second.item_id != first.item_id


def test_one_person_holds_three_items_at_most() -> None:
    project = make_labeling_project(items=5)
    person = make_member(project)
    have: list[UUID] = []
    for _ in range(3):
        have.append(take(project, person, *have).pk)

    with pytest.raises(HeldEnough):
        try_claim(project, person, *have)


def test_nobody_gets_an_item_twice() -> None:
    project = make_labeling_project(items=1, overlap=3)
    person = make_member(project)
    submit(take(project, person))

    assert try_claim(project, person) is None


def test_an_item_goes_to_as_many_people_as_it_needs() -> None:
    project = make_labeling_project(items=1, overlap=2)
    people = [make_member(project) for _ in range(3)]
    for person in people[:2]:
        take(project, person)

    found = try_claim(project, people[2])

    assert isinstance(found, NothingNow)


def test_nothing_now_says_how_many_others_hold_and_when_the_next_is_free() -> None:
    project = make_labeling_project(items=2, overlap=1)
    holder, person = make_member(project), make_member(project)
    first = take(project, holder)
    take(project, holder, first.pk)

    found = try_claim(project, person)

    assert found == NothingNow(2, first.expires_at)


def test_a_finished_queue_has_nothing_to_wait_for() -> None:
    project = make_labeling_project(items=1, overlap=1)
    other, person = make_member(project), make_member(project)
    submit(take(project, other))

    assert try_claim(project, person) is None


def test_a_skipped_item_goes_to_the_end_and_to_others_only() -> None:
    project = make_labeling_project(items=2, overlap=1)
    person, other = make_member(project), make_member(project)
    skipped = take(project, person)
    skip_item(skipped.pk, person, "unclear")

    submit(take(project, person))

    assert try_claim(project, person) is None
    assert take(project, other).item_id == skipped.item_id


def test_a_cursor_that_passed_a_full_item_meets_it_again_when_it_is_given_back() -> None:
    project = make_labeling_project(items=2, overlap=1)
    holder, person = make_member(project), make_member(project)
    held = take(project, holder)
    submit(take(project, person))

    skip_item(held.pk, holder, "language")

    assert take(project, person).item_id == held.item_id


def test_an_abandoned_lease_gives_its_place_back() -> None:
    project = make_labeling_project(items=1, overlap=1)
    person, other = make_member(project), make_member(project)
    abandoned = take(project, person)
    let_lease_run_out(abandoned)

    swept = expire_leases()

    assert (swept, expire_leases()) == (1, 0)
    assert take(project, other).item_id == abandoned.item_id


def test_a_live_lease_is_left_alone() -> None:
    project = make_labeling_project(items=1)
    held = take(project, make_member(project))

    assert expire_leases() == 0
    assert taken(held.item) == 1


def test_who_let_a_lease_run_out_may_get_the_item_again_as_it_was_shown() -> None:
    project = make_labeling_project(items=1, overlap=1)
    person = make_member(project)
    before = take(project, person)
    let_lease_run_out(before)
    expire_leases()

    again = take(project, person)

    assert (again.pk, again.order_shown) == (before.pk, before.order_shown)
    assert again.state == Assignment.State.LEASED
    assert taken(again.item) == 1


def test_orders_are_balanced_in_blocks_of_two() -> None:
    project = make_labeling_project(items=8, overlap=1)
    person = make_member(project)
    orders = []
    for _ in range(8):
        assignment = take(project, person)
        orders.append(assignment.order_shown)
        submit(assignment)

    blocks = list(zip(orders[::2], orders[1::2], strict=True))

    assert all(sorted(block) == [[0, 1], [1, 0]] for block in blocks)


def test_the_first_order_is_drawn_for_each_person() -> None:
    project = make_labeling_project(items=1, overlap=20)

    orders = {tuple(take(project, make_member(project)).order_shown) for _ in range(20)}

    assert orders == {(0, 1), (1, 0)}


def test_a_lease_holds_the_trait_versions_that_were_pinned_when_it_was_made() -> None:
    project = make_labeling_project(items=1)
    pinned = list(project.pins.values_list("trait_version_id", flat=True))
    assignment = take(project, make_member(project))

    ProjectTrait.objects.create(project=project, trait_version=make_trait_version(), position=9)

    assert Assignment.objects.get(pk=assignment.pk).trait_versions == pinned


def test_a_lease_runs_as_long_as_the_project_says() -> None:
    project = make_labeling_project(items=1, lease_minutes=30)

    assignment = take(project, make_member(project))

    assert (assignment.expires_at - assignment.leased_at).total_seconds() == 30 * 60


def test_what_someone_holds_goes_back_when_they_leave() -> None:
    project = make_labeling_project(items=1, overlap=1)
    person, other = make_member(project), make_member(project)
    held = take(project, person)

    remove_member(Membership.objects.get(user=person))

    assert take(project, other).item_id == held.item_id


def test_new_items_stand_behind_all_others() -> None:
    project = make_labeling_project(items=2)
    with transaction.atomic():
        first = reserve_positions(project.pk, 3)

    found = Project.objects.get(pk=project.pk)

    assert (first, found.next_position, found.items_total) == (3, 6, 5)


def test_the_database_refuses_more_than_is_needed() -> None:
    item = make_item(make_labeling_project(), needed=1)

    with pytest.raises(Exception, match="item_not_oversubscribed"), transaction.atomic():
        Item.objects.filter(pk=item.pk).update(taken=2)


def test_a_claim_in_a_long_queue_sorts_nothing_and_scans_nothing() -> None:
    project = make_labeling_project(items=1, overlap=1)
    person = make_member(project)
    with connection.cursor() as cursor:
        cursor.execute(_LONG_QUEUE, {"project": project.pk, "person": person.pk})
        cursor.execute("ANALYZE labeling_item, labeling_assignment, labeling_itemresponse")
    Membership.objects.update(cursor=DONE)
    with transaction.atomic():
        membership = come_in(project.slug, person)

    with planned() as cursor:
        cursor.execute("EXPLAIN " + queue._USUAL.onwards, wanted_by(membership))
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "item_open" in plan
    assert re.search(r"Seq Scan on labeling_(item|assignment) |Hash", plan) is None, plan


DONE = 5_000
_LONG_QUEUE = f"""
WITH item AS (
    INSERT INTO labeling_item (id, project_id, scenario_id, needed, taken, position, is_gold, content_sha256, created_at)
    SELECT gen_random_uuid(), project_id, scenario_id, 1, CASE WHEN n <= {DONE} THEN 1 ELSE 0 END, n, false, n::text, now()
    FROM labeling_item, generate_series(2, 20000) n WHERE project_id = %(project)s RETURNING id, taken
)
INSERT INTO labeling_assignment (id, item_id, annotator_id, order_shown, state, skip_reason, skip_note, leased_at,
    expires_at, trait_versions)
SELECT gen_random_uuid(), id, %(person)s, '{{0,1}}', 'submitted', '', '', now(), now(), '{{}}' FROM item WHERE taken = 1
"""  # noqa: S608


def wanted_by(membership: Membership) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "membership": membership.pk,
        "project": membership.project_id,
        "annotator": membership.user_id,
        "minutes": 60,
        "asks_criteria": False,
        "is_reversed": False,
        "cursor": membership.cursor,
        "after": membership.cursor,
    }
