"""What a person wishes holds at once, whatever their other tabs are doing."""

import pytest

from config.invariants import violations
from labeling.actions.annotations import Withdrawn
from labeling.actions.care import opt_out
from labeling.actions.withdrawals import withdraw
from labeling.models import Annotation, Assignment
from labeling.queue import HeldEnough
from tests.factories import make_scenario
from tests.labeling.scenes import (
    at_once,
    make_item,
    make_labeling_project,
    make_member,
    submit,
    take,
    try_claim,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_tab_gets_what_the_person_opts_out_of_meanwhile() -> None:
    project = make_labeling_project()
    for _ in range(6):
        make_item(project, scenario=make_scenario(content_warnings=["violence"]))
    person = make_member(project)

    def act(number: int) -> None:
        if number == 3:
            opt_out(person, ["violence"])
            return
        held = Assignment.objects.live().filter(annotator=person).values_list("pk", flat=True)
        try:
            try_claim(project, person, *held)
        except HeldEnough:
            return

    at_once(act, 6)

    assert not Assignment.objects.live().exists()
    assert violations() == {}


def test_a_withdrawal_beside_submissions_leaves_nothing_behind_that_was_there_before() -> None:
    project = make_labeling_project(items=3)
    person = make_member(project)
    have = [take(project, person)]
    have.append(take(project, person, have[0].pk))
    have.append(take(project, person, *(each.pk for each in have)))
    submit(have[0])
    refused = []

    def act(number: int) -> None:
        if number == 0:
            withdraw(person)
            return
        try:
            submit(have[number])
        except Withdrawn as error:
            refused.append(error)

    at_once(act, 3)

    assert not Annotation.objects.counted().exists()
    assert violations() == {}
