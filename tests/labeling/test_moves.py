"""A project moves to a newer version of a trait: exactly what turned stale is judged again."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from config.invariants import violations
from curation.models import TraitVersion
from labeling.actions.agreement import collected
from labeling.actions.annotations import StaleRevision, save_draft, submit_annotation
from labeling.actions.assignments import skip_item
from labeling.actions.moves import NotNewer, Stale, move_pin, open_moves
from labeling.models import Annotation, Assignment, Item, Membership, Preference, Project
from labeling.queue import expire_leases
from labeling.submission import OtherDefinition
from tests.factories import make_trait_version
from tests.labeling.calibrating import answer, gold_project, take_gold
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
LEAD = Membership.Role.LEAD


def pinned(project: Project) -> TraitVersion:
    pin = project.pins.select_related("trait_version__trait").first()
    assert pin
    return pin.trait_version


def newer(project: Project, *, meaning_changed: bool = True) -> TraitVersion:
    return make_trait_version(pinned(project).trait, meaning_changed=meaning_changed)


def test_a_new_meaning_turns_what_was_judged_stale_and_opens_its_items_alone() -> None:
    project = make_labeling_project(items=3, overlap=1)
    person = make_member(project)
    judged = [submit(take(project, person)).annotation for _ in range(2)]
    other = project.items.get(taken=0)
    before = other.position

    stale = move_pin(project, newer(project), actor=person)

    assert stale == Stale(annotations=2, items=2, people=1)
    assert list(project.items.values_list("taken", flat=True)) == [0, 0, 0]
    assert Item.objects.get(pk=other.pk).position == before
    assert Membership.objects.get().done == 0
    assert set(Annotation.objects.live()) == set(judged)
    assert not Annotation.objects.counted().exists()
    assert violations() == {}


def test_answers_to_calibrate_stay_as_they_are() -> None:
    project, _ = gold_project()
    person = make_member(project)
    given = take_gold(project, person)
    assert given
    answer(given, 2)

    stale = move_pin(project, newer(project), actor=person)

    assert stale == Stale()
    assert Assignment.objects.get().state == "submitted"
    assert violations() == {}


def test_the_same_meaning_turns_nothing_stale() -> None:
    project = make_labeling_project(items=2, overlap=1)
    person = make_member(project)
    submit(take(project, person))
    version = newer(project, meaning_changed=False)

    stale = move_pin(project, version, actor=person)

    assert stale == Stale()
    assert Annotation.objects.counted().count() == 1
    assert version.pk in take(project, person).trait_versions
    assert violations() == {}


def test_a_change_in_between_counts_as_a_change() -> None:
    project = make_labeling_project(items=1)
    person = make_member(project)
    submit(take(project, person))
    newer(project, meaning_changed=True)

    assert move_pin(project, newer(project, meaning_changed=False), actor=person).annotations == 1


def test_what_was_judged_before_a_mere_rewording_turns_stale_with_it() -> None:
    project = make_labeling_project(items=2)
    person = make_member(project)
    submit(take(project, person))
    move_pin(project, newer(project, meaning_changed=False), actor=person)
    submit(take(project, person))

    assert move_pin(project, newer(project), actor=person).annotations == 2
    assert violations() == {}


def test_its_author_judges_again_and_the_old_answer_stays() -> None:
    project = make_labeling_project(items=1, overlap=1)
    person = make_member(project)
    first = submit(take(project, person), strength=3)
    move_pin(project, newer(project), actor=person)

    again = take(project, person)
    second = submit(again, strength=-1)

    first.annotation.refresh_from_db()
    assert again.pk == first.annotation.assignment_id
    assert first.annotation.superseded_by == second.annotation
    assert (second.annotation.revision, second.annotation.is_late, second.done) == (2, False, 1)
    assert Preference.objects.filter(annotation=first.annotation, strength__in=[3, -3]).count() == 2
    assert Annotation.objects.counted().get() == second.annotation
    assert violations() == {}


def test_the_page_of_an_item_to_judge_again_is_empty_and_takes_the_answer() -> None:
    project = make_labeling_project(items=1, overlap=1)
    person = make_member(project)
    submit(take(project, person), rationale="Said under the old meaning.")
    move_pin(project, newer(project), actor=person)
    client = signed_in(person)

    page = client.get(reverse("labeling:session", args=[project.slug])).content.decode()
    assignment = Assignment.objects.get()
    again = client.get(reverse("labeling:assignment", args=[assignment.pk])).content.decode()
    client.post(reverse("labeling:draft", args=[assignment.pk]), answer_to(assignment))
    client.post(reverse("labeling:submit", args=[assignment.pk]), answer_to(assignment))

    assert 'data-state="item"' in page
    assert "Said under the old meaning." not in page + again
    assert 'name="expected_revision" value="0"' in again
    assert Annotation.objects.counted().get().revision == 2
    assert violations() == {}


def test_a_stale_answer_is_not_corrected_but_judged_anew() -> None:
    project = make_labeling_project(items=1)
    person = make_member(project)
    assignment = take(project, person)
    submit(assignment)
    old_form = answer_to(assignment, expected_revision=1)
    move_pin(project, newer(project), actor=person)

    with pytest.raises(OtherDefinition):
        submit_annotation(assignment.pk, person, old_form)
    assignment.refresh_from_db()
    with pytest.raises(StaleRevision):
        save_draft(assignment.pk, person, answer_to(assignment, expected_revision=1))
    assert violations() == {}


def test_what_is_being_judged_goes_on_under_the_new_wording() -> None:
    project = make_labeling_project(items=1, overlap=2)
    person = make_member(project)
    assignment = take(project, person)
    old_form = answer_to(assignment)
    version = newer(project)

    move_pin(project, version, actor=person)

    with pytest.raises(OtherDefinition):
        submit_annotation(assignment.pk, person, old_form)
    assignment.refresh_from_db()
    submit(assignment)
    assert version.pk in assignment.trait_versions
    assert violations() == {}


def test_an_answer_that_arrives_after_its_lease_ran_out_is_of_the_new_wording_too() -> None:
    project = make_labeling_project(items=1, overlap=1)
    person = make_member(project)
    assignment = take(project, person)
    old_form = answer_to(assignment)
    let_lease_run_out(assignment)
    expire_leases()
    move_pin(project, newer(project), actor=person)

    with pytest.raises(OtherDefinition):
        submit_annotation(assignment.pk, person, old_form)


def test_a_late_answer_turns_stale_without_a_place_to_give_back() -> None:
    project = make_labeling_project(items=1, overlap=1)
    late, other = make_member(project), make_member(project)
    lost = take(project, late)
    let_lease_run_out(lost)
    expire_leases()
    take(project, other)
    submit(lost)

    stale = move_pin(project, newer(project), actor=late)

    assert (stale.annotations, project.items.get().taken) == (1, 1)
    assert violations() == {}


def test_an_item_to_judge_again_may_be_skipped_or_run_out() -> None:
    project = make_labeling_project(items=2, overlap=1)
    person = make_member(project)
    submit(take(project, person))
    submit(take(project, person))
    move_pin(project, newer(project), actor=person)

    first = take(project, person)
    skip_item(first.pk, person, "unclear")
    second = take(project, person)
    let_lease_run_out(second)
    expire_leases()

    assert violations() == {}
    assert take(project, person).pk == second.pk


def test_others_may_take_the_free_places() -> None:
    project = make_labeling_project(items=1, overlap=1)
    person, other = make_member(project), make_member(project)
    submit(take(project, person))
    move_pin(project, newer(project), actor=person)

    submit(take(project, other))

    assert try_claim(project, person) is None
    assert violations() == {}


def test_agreement_leaves_out_what_turned_stale() -> None:
    project = make_labeling_project(items=1, traits=1)
    person = make_member(project)
    submit(take(project, person))
    move_pin(project, newer(project), actor=person)

    assert collected(project) == {}


def test_other_projects_keep_their_wording() -> None:
    project = make_labeling_project(items=1)
    other = make_labeling_project(traits=0)
    other.pins.create(trait_version=pinned(project))
    make_item(other)
    person = make_member(other)
    submit(take(other, person))

    move_pin(project, newer(project), actor=person)

    assert Annotation.objects.counted().count() == 1
    assert pinned(other).number == 1


def test_nobody_goes_back_to_an_older_version_or_to_a_draft() -> None:
    project = make_labeling_project()
    version = pinned(project)
    draft = make_trait_version(version.trait, is_published=False)

    for wrong in (version, draft, make_trait_version()):
        with pytest.raises(NotNewer):
            move_pin(project, wrong, actor=None)


def test_a_trait_in_its_newest_version_offers_no_move() -> None:
    project = make_labeling_project(traits=2)
    version = newer(project)

    assert [move.newer for move in open_moves(project)] == [version]


def test_the_page_says_what_turns_stale_and_a_lead_moves_on_the_record() -> None:
    project = make_labeling_project(items=2)
    lead = make_member(project, role=LEAD)
    submit(take(project, lead))
    version = newer(project)
    client = signed_in(lead)

    page = client.get(reverse("labeling:project_versions", args=[project.slug])).content.decode()
    client.post(reverse("labeling:version_move", args=[project.slug]), {"version": str(version.pk)})

    assert "1 annotation turns stale" in page
    assert "1 given under version 1" in page
    assert pinned(project) == version
    assert AuditEvent.objects.get().detail["annotations"] == 1


def test_annotators_find_no_versions_to_move() -> None:
    project = make_labeling_project()
    version = newer(project)
    client = signed_in(make_member(project))

    page = client.get(reverse("labeling:project_versions", args=[project.slug]))
    move = client.post(reverse("labeling:version_move", args=[project.slug]), {"version": str(version.pk)})

    assert (page.status_code, move.status_code) == (404, 404)


@pytest.mark.django_db(transaction=True)
def test_a_move_amid_submissions_skips_and_sweeps_keeps_the_counts() -> None:
    project = make_labeling_project(items=10, overlap=2)
    people = [make_member(project) for _ in range(7)]
    for person in people:
        submit(take(project, person))
    held = [take(project, person) for person in people]
    let_lease_run_out(held[0])
    version = newer(project)

    def work(number: int) -> None:
        if number == 6:
            move_pin(project, version, actor=people[6])
        elif number % 3 == 0:
            expire_leases()
        elif number % 3 == 1:
            skip_item(held[number].pk, people[number], "other")
        else:
            try:
                submit(held[number])
            except OtherDefinition:
                return

    at_once(work, 7)

    assert violations() == {}
    assert Assignment.objects.filter(state="stale").count() >= 7


@pytest.mark.django_db(transaction=True)
def test_two_leads_move_once() -> None:
    project = make_labeling_project(items=1)
    leads = [make_member(project, role=LEAD) for _ in range(2)]
    submit(take(project, leads[0]))
    version = newer(project)

    def move(number: int) -> int:
        try:
            return move_pin(project, version, actor=leads[number]).annotations
        except NotNewer:
            return 0

    assert sorted(at_once(move, 2)) == [0, 1]
    assert violations() == {}
