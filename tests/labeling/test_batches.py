"""Items are made of chosen scenarios and responses: looked at first, then made, each question once."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from config.invariants import violations
from curation.models import SavedFilter, Scenario
from labeling.actions import batches
from labeling.actions.batches import Choice, Plan, PlanChanged, perform_if_quick, plan, start_batch
from labeling.forms.batches import ChoiceForm, Finding, choice_of
from labeling.models import Assignment, Item, ItemBatch, Membership, Project
from runs.actions import perform
from runs.models import Run
from tests.factories import make_domain, make_response, make_scenario, make_trait, make_user
from tests.labeling.scenes import (
    at_once,
    make_item,
    make_labeling_project,
    make_member,
    signed_in,
    submit,
    take,
)

pytestmark = pytest.mark.django_db
MODELS = ("lab/a", "lab/b", "lab/c")
LOOK = {"look": "1", "most": "1", "most_scenarios": "100", "seed": "1", "rule": "balanced"}


def make_scenarios(count: int, models: tuple[str, ...] = MODELS, **fields: Any) -> list[Scenario]:
    made = [make_scenario(**fields) for _ in range(count)]
    for scenario in made:
        for model in models:
            make_response(scenario, model=model)
    return made


def make_lead(project: Project) -> User:
    return make_member(project, make_user(roles=(Role.CURATORS,)), role=Membership.Role.LEAD)


def choose(project: Project, lead: User, **fields: str) -> tuple[str, Choice]:
    query = urlencode({**LOOK, **fields})
    data = QueryDict(query)
    form = ChoiceForm(data, project=project)
    assert form.is_valid(), form.errors
    finding = Finding(data, reader=lead)
    finding.is_valid()
    return query, choice_of(finding, form, lead)


def look(project: Project, lead: User, **fields: str) -> Plan:
    return plan(project, choose(project, lead, **fields)[1], lead)


def make(project: Project, lead: User, **fields: str) -> ItemBatch:
    query, choice = choose(project, lead, **fields)
    digest = plan(project, choice, lead).digest
    batch = start_batch(project, choice, query=query, looked_at=digest, created_by=lead)
    perform_if_quick(batch)
    return batch


def url(project: Project, name: str = "items_new") -> str:
    return reverse(f"labeling:{name}", args=[project.slug])


def pressed(client: Client, project: Project, query: str) -> Any:
    """Look at a choice, then press the button that makes it."""
    page = client.get(f"{url(project)}?{query}").context
    return client.post(url(project), {"query": query, "digest": page["planned"].digest}, follow=True)


def test_looking_makes_nothing_and_says_what_would_be_made() -> None:
    project = make_labeling_project()
    lead = make_lead(project)
    make_scenarios(3, domain=make_domain("health"))
    make_scenarios(1, ("lab/a",))

    page = signed_in(lead).get(f"{url(project)}?{urlencode({**LOOK, 'most': '3'})}").content.decode()

    assert "9 new items" in page
    assert "1 scenario passed over: too few responses" in page
    assert "lab/a · lab/b" in page
    assert "The first 9" in page
    assert "Make 9 items" in page
    assert not Item.objects.exists()


def test_making_makes_what_was_looked_at_in_the_queue() -> None:
    project = make_labeling_project(overlap=3)
    lead = make_lead(project)
    make_scenarios(4)

    page = pressed(signed_in(lead), project, urlencode(LOOK)).content.decode()

    project.refresh_from_db()
    assert "4 items made." in page
    assert (project.items_total, project.next_position) == (4, 5)
    assert set(Item.objects.values_list("needed", flat=True)) == {3}
    assert all(item.responses.count() == 2 for item in Item.objects.all())
    assert ItemBatch.objects.get().made == 4
    assert isinstance(take(project, make_member(project)), Assignment)
    assert violations() == {}


def test_the_same_choice_again_makes_nothing() -> None:
    project = make_labeling_project()
    lead = make_lead(project)
    make_scenarios(3)
    make(project, lead)

    again = look(project, lead)

    assert (again.fresh, again.existing) == ([], 3)
    with pytest.raises(PlanChanged):
        make(project, lead)


def test_what_changed_since_it_was_looked_at_is_not_made() -> None:
    project = make_labeling_project()
    lead = make_lead(project)
    make_scenarios(2)
    query, choice = choose(project, lead)
    digest = plan(project, choice, lead).digest
    make_scenarios(1)

    page = (
        signed_in(lead).post(url(project), {"query": query, "digest": digest}, follow=True).content.decode()
    )

    assert "not what you looked at any more" in page
    assert not Item.objects.exists()


def test_items_of_one_cell_come_from_its_scenarios_alone() -> None:
    project = make_labeling_project()
    lead = make_lead(project)
    candor = make_trait("candor")
    (wanted,) = make_scenarios(1, domain=make_domain("health"))
    wanted.aimed_traits.add(candor)
    make_scenarios(1, domain=make_domain("health"))
    make_scenarios(1, domain=make_domain("law"))[0].aimed_traits.add(candor)

    found = look(project, lead, domain="health", trait="candor")

    assert [item.scenario for item in found.fresh] == [wanted.pk]


def test_drafts_are_not_taken_nor_who_names_its_model() -> None:
    project = make_labeling_project()
    lead = make_lead(project)
    make_scenarios(1, state="draft")
    told = make_scenario()
    make_response(told, model="lab/a", leaks_identity=True)
    make_response(told, model="lab/b")

    assert look(project, lead).fresh == []
    assert len(look(project, lead, names_models="on").fresh) == 1


def test_only_the_models_that_were_ticked_are_taken() -> None:
    project = make_labeling_project()
    lead = make_lead(project)
    make_scenarios(3)
    data = urlencode([*LOOK.items(), ("models", "lab/a"), ("models", "lab/c")])
    page = signed_in(lead).get(f"{url(project)}?{data}")

    assert dict(page.context["planned"].by_models) == {"lab/a · lab/c": 3}


def test_a_lead_who_curates_nothing_uses_the_scenarios_of_their_projects_alone() -> None:
    project = make_labeling_project(items=1)
    lead = make_member(project, role=Membership.Role.LEAD)
    make_scenarios(3)

    found = look(project, lead)

    assert (found.scenarios, found.existing) == (1, 1)
    assert "pool" not in Finding(QueryDict(), reader=lead).fields


def test_a_ranking_takes_groups_and_ratings_take_one() -> None:
    ranking = make_labeling_project(questions=["ranking"])
    ratings = make_labeling_project(questions=["ratings"])
    lead = make_lead(ranking)
    Membership.objects.create(project=ratings, user=lead, role=Membership.Role.LEAD)
    make_scenarios(2)

    groups = look(ranking, lead, size="3").fresh
    single = look(ratings, lead, size="1").fresh

    assert [len(item.responses) for item in groups + single] == [3, 3, 1, 1]


def test_a_size_that_the_questions_can_t_have_is_refused() -> None:
    project = make_labeling_project(questions=["ranking"])
    lead = make_lead(project)

    response = signed_in(lead).get(f"{url(project)}?{urlencode({**LOOK, 'size': '1'})}")

    assert response.status_code == 422
    assert "needs two responses or more" in response.content.decode()


def test_uncertain_pairs_come_from_the_projects_that_the_person_leads() -> None:
    project = make_labeling_project(traits=1)
    lead, reader = make_lead(project), make_member(project)
    for _ in range(2):
        make_item_of(project, "lab/a", "lab/b")
        submit(take(project, reader), strength=0)
    make_scenarios(1)

    found = look(project, lead, rule="uncertain", most="2").fresh
    fresh = [item for item in found if "lab/c" in item.models]

    assert len(fresh) == 2


def make_item_of(project: Project, *models: str) -> Item:
    item = make_item(project)
    scenario = make_scenario()
    new = [make_response(scenario, model=model) for model in models]
    for place, response in zip(item.places.order_by("place"), new, strict=True):
        place.response = response
        place.save()
    return item


def test_urgent_items_are_handed_out_first() -> None:
    project = make_labeling_project(items=2)
    lead = make_lead(project)
    old = set(project.items.values_list("pk", flat=True))
    make_scenarios(1)
    make(project, lead, is_urgent="on", domain="")

    # The old items' scenarios gave nothing new: their pair exists.
    assert take(project, make_member(project)).item_id not in old
    assert violations() == {}


def test_open_items_are_hurried_and_put_back_by_a_filter() -> None:
    project = make_labeling_project(items=2)
    lead = make_lead(project)
    wanted = make_item(project, scenario=make_scenario(domain=make_domain("law")))
    client = signed_in(lead)

    page = client.post(url(project, "items_hurry"), {"query": "domain=law", "is_urgent": "1"}, follow=True)
    assert take(project, make_member(project)).item_id == wanted.pk
    client.post(url(project, "items_hurry"), {"query": "", "is_urgent": "0"})

    assert "1 item is handed out before the others now." in page.content.decode()
    assert not Item.objects.filter(is_urgent=True).exists()
    assert violations() == {}


def test_saved_filters_of_the_list_are_offered() -> None:
    project = make_labeling_project()
    lead = make_lead(project)
    SavedFilter.objects.create(owner=lead, page="curation:scenarios", name="Law alone", query="domain=law")

    page = signed_in(lead).get(url(project)).content.decode()

    assert "Law alone" in page


def test_many_items_are_made_by_a_worker_and_killed_in_the_middle_none_twice(monkeypatch) -> None:
    project = make_labeling_project()
    lead = make_lead(project)
    make_scenarios(5)
    monkeypatch.setattr(batches, "QUICK", 1)
    monkeypatch.setattr(batches, "CHUNK", 2)
    batch = make(project, lead)
    assert batch.run.state == Run.State.QUEUED
    planned_first = plan(project, choose(project, lead)[1], lead).fresh[:2]
    batches.add_items(project.pk, planned_first, is_urgent=False)

    perform(batch.run_id)
    perform(batch.run_id)

    batch.refresh_from_db()
    assert (batch.made, batch.run.state) == (3, Run.State.DONE)
    assert Item.objects.count() == 5
    assert violations() == {}


@pytest.mark.parametrize(("before", "after"), [("ratings", "overall"), ("overall", "ratings")])
def test_questions_that_changed_meanwhile_stop_it(monkeypatch, before: str, after: str) -> None:
    project = make_labeling_project(questions=[before])
    lead = make_lead(project)
    make_scenarios(1)
    monkeypatch.setattr(batches, "QUICK", 0)
    batch = make(project, lead, **({"size": "1"} if before == "ratings" else {}))
    Project.objects.update(questions=[after])

    perform(batch.run_id)

    batch.refresh_from_db()
    assert batch.run.state == Run.State.FAILED
    assert "Nothing was made" in batch.run.error
    assert not Item.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_leads_who_press_at_once_make_each_item_once() -> None:
    project = make_labeling_project()
    leads = [make_lead(project) for _ in range(2)]
    make_scenarios(8)

    def press(number: int) -> int:
        try:
            return make(project, leads[number]).made
        except PlanChanged:
            return 0

    made = at_once(press, 2)

    project.refresh_from_db()
    assert sum(made) == 8 == Item.objects.count() == project.items_total
    assert violations() == {}
