"""The rules of a project: what a lead changes, and what stays once items were handed out."""

from typing import Any

import pytest
from django.db import transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from config.invariants import violations
from labeling.actions.projects import Plan, create_project
from labeling.actions.rules import HandedOut, ItemsDontFit, Rules, perform_if_quick, save_rules
from labeling.models import Annotation, Item, Membership, Project
from labeling.questions import Question
from tests.factories import make_domain, make_scenario, make_trait_version, make_user
from tests.labeling.pages import open_session
from tests.labeling.scenes import (
    at_once,
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


def rules_of(project: Project, **fields: Any) -> Rules:
    plain = {name: getattr(project, name) for name in Rules._fields if name != "traits"}
    return Rules(**{**plain, **fields})


def change(project: Project, **fields: Any) -> None:
    run = save_rules(project, rules_of(project, **fields), actor=None)
    if run:
        perform_if_quick(run, project.items_total)


def form_of(project: Project, **fields: Any) -> dict[str, Any]:
    pins = [str(pk) for pk in project.pins.values_list("trait_version", flat=True)]
    plain = {name: getattr(project, name) for name in Rules._fields if name != "traits"}
    return {**plain, "shows_domain": "on", "traits": pins, **fields}


def lead_of(project: Project) -> Client:
    return signed_in(make_member(project, role=LEAD))


def url(project: Project, name: str = "project_rules") -> str:
    return reverse(f"labeling:{name}", args=[project.slug])


def test_a_lead_changes_the_rules_on_the_record() -> None:
    project = make_labeling_project()
    client = lead_of(project)
    sent = form_of(project, name="Advice", questions=["criteria", "harm"], lease_minutes=15, rationale_from=0)
    sent |= {"guidelines": "**Read.**", "gold_percent": 10}

    page = client.post(url(project), sent, follow=True).content.decode()

    project.refresh_from_db()
    assert "The rules are saved." in page
    assert (project.name, project.questions, project.gold_percent) == ("Advice", ["criteria", "harm"], 10)
    assert (project.lease_minutes, project.rationale_from) == (15, 0)
    assert "<strong>Read.</strong>" in project.guidelines_html
    assert AuditEvent.objects.get(act="project.rules_changed").detail["lease_minutes"] == 15


def test_saving_what_is_there_already_changes_and_records_nothing() -> None:
    project = make_labeling_project(items=1)
    take(project, make_member(project))

    change(project)

    assert not AuditEvent.objects.exists()


def test_each_question_is_explained_in_a_line() -> None:
    project = make_labeling_project()

    page = lead_of(project).get(url(project)).content.decode()

    assert "Two or more responses, ties and gaps allowed" in page
    assert all(f'value="{question}"' in page for question in Question)


def test_nonsense_comes_back_with_a_message_at_each_field() -> None:
    project = make_labeling_project()

    response = lead_of(project).post(
        url(project), form_of(project, name="", overlap=0, questions=[], lease_minutes=500)
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert all(
        text in page
        for text in ("Give the project a name.", "Choose at least one question.", "less than or equal to 120")
    )


def test_once_items_were_handed_out_the_page_says_what_stays() -> None:
    project = make_labeling_project(items=1)
    take(project, make_member(project))

    page = lead_of(project).get(url(project)).content.decode()

    assert "Items were handed out." in page
    assert 'name="questions"' not in page
    assert 'name="traits"' not in page


@pytest.mark.parametrize("fields", [{"questions": ["harm"]}, {"traits": []}])
def test_questions_and_traits_stay_once_items_were_handed_out(fields: dict[str, Any]) -> None:
    project = make_labeling_project(items=1)
    take(project, make_member(project))

    with pytest.raises(HandedOut):
        change(project, **fields)


def test_the_database_keeps_questions_that_were_asked() -> None:
    project = make_labeling_project(items=1)
    take(project, make_member(project))

    with pytest.raises(DatabaseError, match="handed out under other questions"), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(questions=["harm"])


def test_a_forged_form_changes_no_question_after_that() -> None:
    project = make_labeling_project(items=1)
    take(project, make_member(project))
    before = list(project.questions)

    lead_of(project).post(url(project), form_of(project, questions=["harm"], name="New name"))

    project.refresh_from_db()
    assert (project.questions, project.name) == (before, "New name")


def test_questions_that_don_t_fit_the_items_are_refused() -> None:
    project = make_labeling_project(questions=["ratings"])
    make_item(project, texts=("one", "two", "three"))

    with pytest.raises(ItemsDontFit, match="exactly two responses"):
        change(project, questions=["overall"])


def test_before_anything_is_handed_out_other_traits_may_be_pinned() -> None:
    project = make_labeling_project(items=1, traits=2)
    version = make_trait_version()

    change(project, traits=[version])

    assert list(project.traits.all()) == [version]


def test_a_higher_overlap_opens_finished_items_for_more_people() -> None:
    project = make_labeling_project(items=2, overlap=1)
    person, other = make_member(project), make_member(project)
    for _ in range(2):
        submit(take(project, person))
    # The other's cursor has passed nothing: but everybody's may have.
    assert try_claim(project, other) is None

    change(project, overlap=2)

    assert [take(project, other).item.needed] == [2]
    assert set(Item.objects.values_list("needed", flat=True)) == {2}
    assert violations() == {}


def test_a_lower_overlap_keeps_what_is_taken() -> None:
    project = make_labeling_project(items=2, overlap=3)
    for _ in range(2):
        submit(take(project, make_member(project)))

    change(project, overlap=1)

    assert sorted(Item.objects.values_list("needed", "taken")) == [(1, 0), (2, 2)]
    assert Annotation.objects.counted().count() == 2
    assert violations() == {}


def test_a_raised_overlap_keeps_urgent_items_urgent() -> None:
    project = make_labeling_project(items=1, overlap=1)
    submit(take(project, make_member(project)))
    Item.objects.update(is_urgent=True)
    Project.objects.update(urgent_last=1)

    change(project, overlap=2)

    assert violations() == {}


@pytest.mark.django_db(transaction=True)
def test_the_overlap_changes_amid_claims_without_a_place_too_many() -> None:
    project = make_labeling_project(items=6, overlap=3)
    people = [make_member(project) for _ in range(5)]

    def work(number: int) -> None:
        if number == 5:
            change(project, overlap=1)
            return
        for _ in range(3):
            try_claim(project, people[number])

    at_once(work, 6)

    assert violations() == {}


def test_guidelines_are_previewed_and_not_saved() -> None:
    project = make_labeling_project(guidelines="Old.")
    client = lead_of(project)

    fragment = client.post(
        url(project, "guidelines_preview"), {"guidelines": "*New* <script>"}, headers={"HX-Request": "true"}
    ).content.decode()
    page = client.post(
        url(project, "guidelines_preview"), form_of(project, guidelines="*New*", name="Not yet")
    ).content.decode()

    project.refresh_from_db()
    assert "<em>New</em>" in fragment
    assert "<script>" not in fragment
    assert "<em>New</em>" in page
    assert "Not yet" in page
    assert (project.guidelines, project.name) == ("Old.", project.slug)


def test_a_project_may_hide_the_domain() -> None:
    project = make_labeling_project()
    make_item(
        project,
        scenario=make_scenario("May I?", domain=make_domain("seafaring"), content_warnings=["Drowning"]),
    )
    person = make_member(project)
    shown = open_session(signed_in(person), project)

    change(project, shows_domain=False)

    assert "Seafaring" in shown
    assert "Seafaring" not in open_session(signed_in(person), project)


@pytest.mark.parametrize(
    "name", ["project_rules", "project_people", "project_items", "items_new", "project_versions"]
)
def test_only_leads_set_a_project_up(name: str) -> None:
    project = make_labeling_project()
    adjudicator = make_member(project, role=Membership.Role.ADJUDICATOR)

    statuses = [
        signed_in(person).get(url(project, name)).status_code for person in (adjudicator, make_user())
    ]

    assert statuses == [404, 404]
    assert lead_of(project).get(url(project, name)).status_code == 200


def test_a_new_project_asks_what_was_chosen() -> None:
    project = create_project(Plan("Ranked", "", 1, [], questions=["ranking"]), created_by=None)

    assert project.questions == ["ranking"]


def test_each_move_says_what_becomes_of_leases_and_late_answers() -> None:
    project = make_labeling_project(items=1)
    lead = make_member(project, role=LEAD)
    take(project, lead)

    page = signed_in(lead).get(url(project, "project")).content.decode()

    assert "1 item is in people’s hands" in page
    assert "Whoever holds an item may finish it, and it counts" in page


def test_whoever_holds_an_item_may_finish_it_during_a_pause() -> None:
    project = make_labeling_project(items=2)
    person = make_member(project)
    held = take(project, person)
    Project.objects.update(state="paused")

    assert not submit(held).annotation.is_late
