"""What leads see of people's work, and what nobody else does."""

import pytest
from django.urls import reverse

from accounts.models import User
from labeling.models import Membership, Project
from tests.factories import make_user
from tests.labeling.calibrating import answer, gold_project, take_gold
from tests.labeling.scenes import make_labeling_project, make_member, signed_in, submit, take

pytestmark = pytest.mark.django_db


def quality_of(project: Project, user: User) -> str:
    return signed_in(user).get(reverse("labeling:quality", args=[project.slug])).content.decode()


def test_leads_see_agreement_by_person_trait_and_week():
    project, _ = gold_project(2)
    person = make_member(project, make_user(name="A Reader"))
    for strength in (2, -2):
        found = take_gold(project, person)
        assert found
        answer(found, strength)

    page = quality_of(project, make_member(project, role=Membership.Role.LEAD))

    assert "A Reader" in page
    assert "50% " in page
    assert "Agreement with gold in W" in page
    assert project.traits.get().trait.name in page


def test_the_same_answer_over_and_over_is_a_signal():
    project = make_labeling_project(items=20, traits=1, overlap=1)
    person = make_member(project)
    for _ in range(20):
        submit(take(project, person), strength=2)

    page = quality_of(project, make_member(project, role=Membership.Role.LEAD))

    assert "Same answers in a row" in page
    assert "Fast" not in page


def test_haste_is_told_by_the_median_of_the_project():
    project = make_labeling_project(items=21, traits=1, overlap=2)
    slow, quick = make_member(project), make_member(project)
    for number in range(21):
        strength = (number % 7) - 3
        submit(take(project, slow), strength=strength)
        if number < 20:
            submit(take(project, quick), strength=strength, elapsed_ms=2000)

    page = quality_of(project, make_member(project, role=Membership.Role.LEAD))

    assert page.count(">Fast<") == 1
    assert "60 s per item" in page


def test_an_empty_project_says_what_will_appear():
    project = make_labeling_project()

    assert "Nobody has answered anything yet" in quality_of(
        project, make_member(project, role=Membership.Role.LEAD)
    )


@pytest.mark.parametrize("role", [Membership.Role.ANNOTATOR, Membership.Role.ADJUDICATOR])
@pytest.mark.parametrize("page", ["quality", "gold", "rounds"])
def test_peers_find_none_of_it(role, page):
    project = make_labeling_project()
    client = signed_in(make_member(project, role=role))

    assert client.get(reverse(f"labeling:{page}", args=[project.slug])).status_code == 404
