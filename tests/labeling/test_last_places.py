"""Thirty people race for the last places, with items of every kind and gold and rounds among them."""

from collections import Counter
from uuid import UUID, uuid4

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from accounts.models import User
from config.invariants import violations
from labeling.actions.rounds import RoundPlan, open_round
from labeling.models import Annotation, Assignment, Item, Project, Round
from tests.factories import make_user
from tests.labeling.modes import MODES, filled_in, make_mode
from tests.labeling.pages import JSON, assignment_on, state_of
from tests.labeling.scenes import at_once, make_member, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 30
ITEMS = 6
NEEDED = 3


def busy_mode(mode: str) -> tuple[Project, list[User]]:
    """Eighteen places for thirty people, a third of the items gold, and a norming of two items for some."""
    project = make_mode(mode, items=ITEMS, gold=2, overlap=NEEDED, gold_percent=40)
    people = [make_member(project) for _ in range(PEOPLE)]
    plan = RoundPlan(
        Round.Kind.NORMING, "Together", list(project.items.filter(is_gold=False)[:2]), people=people[:5]
    )
    open_round(project, plan, by=make_user())
    return project, people


def work_through(client: Client, project: Project) -> list[UUID]:
    """Take item after item and submit each, as a browser does; return what was handed out."""
    handed: list[UUID] = []
    while True:
        page = client.get(reverse("labeling:next", args=[project.slug])).text
        if state_of(page) != "item":
            return handed
        assignment = assignment_on(page)
        handed.append(assignment.item_id)
        form = filled_in(page, str(uuid4()))
        told = client.post(reverse("labeling:submit", args=[assignment.pk]), form, headers=JSON).json()
        assert told["state"] == "saved", told


@pytest.mark.parametrize("mode", MODES)
def test_thirty_people_fill_exactly_the_places_that_there_are_and_nobody_gets_anything_twice(
    mode: str,
) -> None:
    project, people = busy_mode(mode)
    clients = [signed_in(person) for person in people]

    handed = at_once(lambda number: work_through(clients[number], project), PEOPLE)
    # Whoever stopped while the last items were in the hands of others looks once more.
    again = [work_through(client, project) for client in clients]

    for first, second in zip(handed, again, strict=True):
        assert max(Counter(first + second).values(), default=1) == 1
    counted = Counter(Annotation.objects.counted().values_list("assignment__item", flat=True))
    assert counted == dict.fromkeys(project.items.values_list("pk", flat=True), NEEDED)
    assert not Item.objects.exclude(taken=F("needed")).exists()
    beside = Annotation.objects.filter(assignment__is_calibration=True)
    assert beside.count() == Assignment.objects.filter(is_calibration=True).count() >= 10
    assert beside.count() + ITEMS * NEEDED == sum(map(len, handed + again)) == Annotation.objects.count()
    assert violations() == {}
