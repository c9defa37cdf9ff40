"""Urgent items come first, and cost those who claim nothing when there are none."""

import re

import pytest
from django.db import connection, transaction

from config.invariants import violations
from config.statements import planned
from labeling import queue
from labeling.actions.assignments import skip_item
from labeling.desk import come_in
from labeling.models import Assignment, Item, Membership, Project
from labeling.queue import expire_leases, hurry
from tests.labeling.scenes import (
    at_once,
    let_lease_run_out,
    make_labeling_project,
    make_member,
    submit,
    take,
    try_claim,
)
from tests.labeling.test_queue import _LONG_QUEUE, DONE, wanted_by

pytestmark = pytest.mark.django_db


def in_order(project: Project) -> list[Item]:
    return list(project.items.order_by("position"))


def rush(*items: Item, is_urgent: bool = True) -> int:
    with transaction.atomic():
        return hurry(items[0].project_id, [item.pk for item in items], is_urgent=is_urgent)


def work_through(project: Project, person) -> list[object]:
    done: list[object] = []
    while isinstance(found := try_claim(project, person), Assignment):
        done.append(found.item_id)
        submit(found)
    return done


def test_an_urgent_item_comes_before_all_others() -> None:
    project = make_labeling_project(items=4)
    person = make_member(project)
    first, second, third, last = in_order(project)
    submit(take(project, person))

    rush(last)

    assert work_through(project, person) == [last.pk, second.pk, third.pk]
    assert first.pk not in work_through(project, person)
    assert violations() == {}


def test_who_has_passed_an_item_gets_it_when_it_is_urgent() -> None:
    project = make_labeling_project(items=2, overlap=1)
    person, other = make_member(project), make_member(project)
    held = take(project, other)
    assert take(project, person).item_id != held.item_id
    submit(Assignment.objects.get(annotator=person))

    rush(held.item)
    skip_item(held.pk, other, "unclear")

    assert take(project, person).item_id == held.item_id
    assert violations() == {}


def test_an_urgent_item_that_was_abandoned_stays_urgent() -> None:
    project = make_labeling_project(items=3, overlap=1)
    other, person = make_member(project), make_member(project)
    rush(in_order(project)[1])
    held = take(project, other)
    let_lease_run_out(held)
    expire_leases()

    assert take(project, person).item_id == held.item_id


def test_an_item_put_back_in_line_comes_last() -> None:
    project = make_labeling_project(items=3)
    person = make_member(project)
    first, second, third = in_order(project)
    rush(first, second)

    assert rush(second, first, is_urgent=False) == 2
    assert rush(first, is_urgent=False) == 0

    assert work_through(project, person) == [third.pk, second.pk, first.pk]


def test_items_of_other_projects_are_left_alone() -> None:
    project, foreign = make_labeling_project(items=1), make_labeling_project(items=1)
    with transaction.atomic():
        count = hurry(project.pk, [foreign.items.get().pk], is_urgent=True)

    assert count == 0
    assert not foreign.items.get().is_urgent


def test_once_urgent_items_are_seen_nobody_looks_for_them(django_assert_num_queries) -> None:
    project = make_labeling_project(items=3)
    person = make_member(project)
    rush(in_order(project)[0])
    submit(take(project, person))
    submit(take(project, person))
    with transaction.atomic():
        membership = come_in(project.slug, person)
        with django_assert_num_queries(2):
            queue.claim(membership)


def test_a_claim_of_an_urgent_item_in_a_long_queue_uses_its_own_index() -> None:
    project = make_labeling_project(items=1, overlap=1)
    person = make_member(project)
    with connection.cursor() as cursor:
        cursor.execute(_LONG_QUEUE, {"project": project.pk, "person": person.pk})
    rush(*Item.objects.filter(project=project).order_by("-position")[:3])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE labeling_item, labeling_assignment, labeling_itemresponse")
    Membership.objects.update(cursor=DONE)
    with transaction.atomic():
        membership = come_in(project.slug, person)

    wanted = {**wanted_by(membership), "after": 0, "urgent_last": membership.project.urgent_last}
    with planned() as cursor:
        cursor.execute("EXPLAIN " + queue._USUAL.urgent, wanted)
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "item_urgent" in plan
    assert re.search(r"Seq Scan on labeling_(item|assignment) |Hash", plan) is None, plan


@pytest.mark.django_db(transaction=True)
def test_many_at_once_share_urgent_items_exactly() -> None:
    project = make_labeling_project(items=8, overlap=2)
    people = [make_member(project) for _ in range(6)]
    rush(*in_order(project)[4:])

    def work(number: int) -> int:
        if number == 5:
            rush(*in_order(project)[:2])
        return len(work_through(project, people[number]))

    done = sum(at_once(work, 6)) + sum(map(work, range(5)))

    assert done == 16
    assert violations() == {}
