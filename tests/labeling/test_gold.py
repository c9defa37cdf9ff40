"""Gold items are mixed in unseen, hold no place, and are compared with afterwards."""

import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.invariants import violations
from labeling.actions.assignments import keep_alive, remove_member, skip_item
from labeling.actions.gold import retire_reference
from labeling.models import Annotation, Assignment, GoldContest, GoldReference, Item, Membership, Project
from labeling.quality import answered
from labeling.queue import expire_leases
from tests.factories import make_trait_version
from tests.labeling.calibrating import answer, gold_project, make_gold, member_of, take_gold
from tests.labeling.pages import JSON, open_session
from tests.labeling.scenes import (
    answer_to,
    at_once,
    let_lease_run_out,
    make_item,
    make_labeling_project,
    make_member,
    signed_in,
    submit,
    take,
    try_claim,
)

pytestmark = pytest.mark.django_db


def gold_taken(**fields: int) -> tuple[Project, Assignment]:
    project, _ = gold_project(**fields)
    found = take_gold(project, make_member(project))
    assert found
    return project, found


def test_a_gold_item_takes_no_place_and_counts_nowhere():
    _, found = gold_taken()

    answer(found, 2)

    annotation = Annotation.objects.get()
    membership = Membership.objects.get()
    assert annotation.is_late
    assert (Item.objects.get().taken, membership.done, membership.calibrated) == (0, 1, 1)
    assert vars(Project.objects.with_progress().get())["done"] == 0
    assert violations() == {}


def test_the_places_of_a_gold_item_stay_for_the_queue():
    project, [item] = gold_project(overlap=1)
    first, second = make_member(project), make_member(project)
    take_gold(project, first)

    assert take(project, second).item_id == item.pk
    assert Item.objects.get().taken == 1
    assert violations() == {}


def test_a_gold_item_is_not_handed_out_to_who_saw_it():
    project, found = gold_taken()

    answer(found, 2)

    assert take_gold(project, found.annotator) is None
    assert try_claim(project, found.annotator) is None


def test_gold_of_another_version_is_not_handed_out():
    project, _ = gold_project()
    project.pins.update(trait_version=make_trait_version())

    assert take_gold(project, make_member(project)) is None


def test_the_share_mixes_gold_in():
    project, _ = gold_project(30, gold_percent=50)
    for _ in range(30):
        make_item(project)
    person = make_member(project)
    for _ in range(40):
        answer(take(project, person), 1)

    mixed = Assignment.objects.filter(is_calibration=True).count()

    assert 5 <= mixed <= 30


def test_a_project_without_gold_costs_no_query_more():
    plain = make_labeling_project(items=1, traits=1)
    mixed, _ = gold_project()
    costs = []
    for project in (plain, mixed):
        person = make_member(project)
        with CaptureQueriesContext(connection) as queries:
            take(project, person)
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_leads_who_know_the_references_get_no_gold():
    project, _ = gold_project(gold_percent=50)
    Item.objects.update(needed=0)
    lead = make_member(project, role=Membership.Role.LEAD)

    assert {try_claim(project, lead) for _ in range(20)} == {None}


def test_skipping_expiring_and_leaving_give_no_place_back():
    project, _ = gold_project(3)
    people = [make_member(project) for _ in range(3)]
    held = [take_gold(project, person) for person in people]
    assert all(held)
    before = list(Item.objects.order_by("id").values_list("taken", "position"))

    skip_item(held[0].pk, people[0], "unclear")  # type: ignore[union-attr]
    let_lease_run_out(held[1])  # type: ignore[arg-type]
    assert expire_leases() == 1
    remove_member(Membership.objects.get(user=people[2]))

    assert list(Item.objects.order_by("id").values_list("taken", "position")) == before
    assert violations() == {}


def test_a_gold_lease_that_ran_out_is_renewed_without_a_place():
    _, found = gold_taken()
    let_lease_run_out(found)
    expire_leases()

    assert keep_alive(found.pk, found.annotator).state == Assignment.State.LEASED
    assert Item.objects.get().taken == 0


def test_the_page_of_a_gold_item_looks_like_any_other():
    project, _ = gold_project(2)
    mine, other = make_member(project), make_member(project)
    take_gold(project, mine)
    take(project, other)

    pages = [open_session(signed_in(person), project) for person in (mine, other)]

    words = [
        set(re.findall(r"gold|referenc\w*|calibrat\w*", page.split("toasts")[0], re.I)) for page in pages
    ]
    assert words[0] == words[1]
    assert "gold" not in {word.lower() for word in words[0]}
    tags = [re.sub(r'"[^"]*"|>[^<]*<', "", page) for page in pages]
    assert tags[0] == tags[1]


def test_the_reference_is_no_page_before_the_answer():
    _, found = gold_taken()

    assert signed_in(found.annotator).get(reverse("labeling:reference", args=[found.pk])).status_code == 404


def test_after_the_answer_the_reason_is_shown():
    _, found = gold_taken()
    client = signed_in(found.annotator)

    said = client.post(reverse("labeling:submit", args=[found.pk]), answer_to(found), headers=JSON).json()
    page = client.get(said["reference"]).content.decode()

    assert not said["late"]
    assert "It says what it does not know." in page


def test_the_reference_stands_under_the_letters_that_the_person_saw():
    project, _ = gold_project()
    seen = set()
    for _ in range(12):
        found = take_gold(project, make_member(project))
        assert found
        answer(found, 2)
        page = signed_in(found.annotator).get(reverse("labeling:reference", args=[found.pk])).content.decode()
        letter = "B" if found.order_shown[0] == 0 else "A"
        assert f"<strong>{letter} is better.</strong>" in page
        assert f"You said: {letter} is better." in page
        seen.add(letter)

    assert seen


def test_a_plain_form_leads_to_the_reference():
    _, found = gold_taken()
    client = signed_in(found.annotator)

    page = client.post(
        reverse("labeling:submit", args=[found.pk]), answer_to(found), follow=True
    ).content.decode()

    assert reverse("labeling:reference", args=[found.pk]) in page


def test_only_the_first_answer_is_compared():
    _, found = gold_taken()
    answer(found, -2)
    answer(found, 2, expected_revision="1")

    [row] = answered(person=found.annotator.pk)

    assert (row.compared.answer, row.compared.reference) == (-2, 2)


def test_answers_from_before_the_reference_are_not_held_against_it():
    project = make_labeling_project(items=1, traits=1)
    found = take(project, make_member(project))
    answer(found, -3)
    make_gold(project, item=found.item)

    assert answered(project=project.pk) == []


def test_a_lead_sets_revises_and_retires_a_reference():
    project = make_labeling_project(items=1, traits=1)
    item = project.items.get()
    lead = signed_in(make_member(project, role=Membership.Role.LEAD))
    code = project.traits.get().trait.code
    page = reverse("labeling:gold_item", args=[project.slug, item.pk])

    for strength in ("2", "-1"):
        lead.post(f"{page}set", {f"p_{code}": strength, "reason": "It cites its source."})
    rows = GoldReference.objects.order_by("id").values_list("strength", "retired_at")
    assert [(strength, retired_at is None) for strength, retired_at in rows] == [(2, False), (-1, True)]
    assert "A is slightly better" in lead.get(page).content.decode()

    lead.post(f"{page}retire", {"reference": str(GoldReference.objects.in_force().get().pk)})
    assert not Item.objects.get().is_gold
    assert violations() == {}


def test_a_reference_needs_a_strength_and_a_reason():
    project = make_labeling_project(items=1, traits=1)
    lead = signed_in(make_member(project, role=Membership.Role.LEAD))

    answer = lead.post(reverse("labeling:gold_set", args=[project.slug, project.items.get().pk]), {})

    assert answer.status_code == 422
    assert "Choose an answer" in answer.content.decode()
    assert not GoldReference.objects.exists()


def test_the_lists_show_gold_what_waits_and_what_may_become_gold():
    project, _ = gold_project()
    make_item(project)
    lead = signed_in(make_member(project, role=Membership.Role.LEAD))

    page = lead.get(reverse("labeling:gold", args=[project.slug])).content.decode()

    assert all(
        reverse("labeling:gold_item", args=[project.slug, each.pk]) in page for each in Item.objects.all()
    )
    assert "B is better" in page
    assert lead.get(reverse("labeling:gold", args=[project.slug]), {"q": "zebra"}).status_code == 200


def test_a_lead_says_how_often():
    project, _ = gold_project()
    lead = signed_in(make_member(project, role=Membership.Role.LEAD))
    url = reverse("labeling:gold_share", args=[project.slug])

    assert lead.post(url, {"percent": "60"}).status_code == 422
    lead.post(url, {"percent": "15"})

    assert Project.objects.get().gold_percent == 15


def contested() -> GoldContest:
    _, found = gold_taken()
    answer(found, -2)
    reference = found.item.gold_references.get()
    url = reverse("labeling:contest_reference", args=[found.pk])
    signed_in(found.annotator).post(url, {"reference": str(reference.pk), "text": "The dose is right."})
    return GoldContest.objects.get()


def test_an_objection_is_kept_with_an_answer_that_its_author_reads_at_home():
    found = contested()
    lead = signed_in(make_member(found.reference.item.project, role=Membership.Role.LEAD))

    lead.post(reverse("labeling:gold_answer", args=[found.pk]), {"answer": "The leaflet says otherwise."})

    found.refresh_from_db()
    assert (found.outcome, found.answer) == ("kept", "The leaflet says otherwise.")
    assert (
        "The leaflet says otherwise."
        in signed_in(found.author).get(reverse("labeling:home")).content.decode()
    )


def test_a_revision_answers_the_objections_to_what_it_replaces():
    found = contested()

    make_gold(found.reference.item.project, -1, item=found.reference.item)

    found.refresh_from_db()
    assert (found.outcome, found.answer) == ("revised", "It says what it does not know.")


def test_the_same_person_objects_once_at_a_time():
    found = contested()
    mine = Assignment.objects.get()

    answer = signed_in(found.author).post(
        reverse("labeling:contest_reference", args=[mine.pk]),
        {"reference": str(found.reference_id), "text": "Again."},
    )

    assert answer.status_code == 409
    assert GoldContest.objects.count() == 1


def test_the_database_keeps_the_words_of_an_objection():
    found = contested()

    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        GoldContest.objects.filter(pk=found.pk).update(text="Nothing.")
    with pytest.raises(IntegrityError), transaction.atomic():
        GoldContest.objects.filter(pk=found.pk).update(outcome="kept")


def test_a_retired_reference_answers_too():
    found = contested()

    retire_reference(found.reference, by=found.author)

    found.refresh_from_db()
    assert found.outcome == "revised"


@pytest.mark.django_db(transaction=True)
def test_two_tabs_of_one_person_are_not_handed_one_gold_twice():
    project, _ = gold_project(6)
    person = make_member(project)

    found = at_once(lambda _: take_gold(project, person), 4)

    assert len({each.item_id for each in found if each}) == 4
    assert violations() == {}


@pytest.mark.django_db(transaction=True)
def test_many_people_may_be_handed_the_same_gold():
    project, [item] = gold_project(overlap=1)
    people = [make_member(project) for _ in range(6)]

    found = at_once(lambda n: take_gold(project, people[n]), 6)

    assert {each.item_id for each in found if each} == {item.pk}
    assert Assignment.objects.count() == 6
    assert violations() == {}


def test_membership_knows_its_calibrations():
    project, found = gold_taken()
    answer(found, 1)
    submit(take_normal(project, found), strength=1)

    membership = member_of(project, found.annotator)

    assert (membership.done, membership.calibrated) == (2, 1)
    assert violations() == {}


def take_normal(project: Project, found: Assignment) -> Assignment:
    make_item(project)
    return take(project, found.annotator)
