import pytest
from django.urls import reverse

from accounts.models import AuditEvent, Role
from labeling.actions.projects import Plan, create_project
from labeling.models import Assignment, Membership, Project
from tests.factories import make_trait, make_trait_version, make_user
from tests.labeling.scenes import make_labeling_project, make_member, signed_in, submit, take

pytestmark = pytest.mark.django_db

LEAD = Membership.Role.LEAD


def test_a_curator_sets_up_a_project_with_the_newest_trait_versions() -> None:
    trait = make_trait(name="Truthfulness")
    old, new = make_trait_version(trait), make_trait_version(trait)
    curator = make_user(roles=(Role.CURATORS,))
    client = signed_in(curator)
    url = reverse("labeling:project_new")

    page = client.get(url).content.decode()
    sent = {"name": "Advice to tenants", "traits": [str(new.pk)], "overlap": "3", "guidelines": "**Read.**"}
    client.post(url, {**sent, "questions": ["ranking", "harm"]})

    project = Project.objects.get()
    assert "Truthfulness, version 2" in page
    assert str(old.pk) not in page
    assert (project.slug, project.state, project.overlap) == ("advice-to-tenants", "draft", 3)
    assert project.questions == ["ranking", "harm"]
    assert "<strong>Read.</strong>" in project.guidelines_html
    assert project.memberships.get().role == LEAD


def test_an_incomplete_project_comes_back_with_a_message_at_each_field() -> None:
    client = signed_in(make_user(roles=(Role.STEWARDS,)))

    response = client.post(reverse("labeling:project_new"), {"name": " ", "overlap": "0"})

    page = response.content.decode()
    assert response.status_code == 422
    assert all(
        text in page
        for text in ("Give the project a name.", "Choose at least one trait", "greater than or equal to 1")
    )


def test_setting_up_a_project_is_not_for_everyone() -> None:
    assert signed_in(make_user()).get(reverse("labeling:project_new")).status_code == 404


def test_projects_of_one_name_get_different_addresses() -> None:
    slugs = [create_project(Plan("Same", "", 1, []), created_by=None).slug for _ in range(3)]

    assert slugs == ["same", "same-2", "same-3"]


def test_a_name_without_latin_letters_has_an_address_too() -> None:
    assert create_project(Plan("诚实", "", 1, []), created_by=None).slug == "project"


def test_the_page_counts_from_columns() -> None:
    project = make_labeling_project(items=4, overlap=2)
    lead = make_member(project, role=LEAD)
    submit(take(project, lead))

    page = signed_in(lead).get(reverse("labeling:project", args=[project.slug])).content.decode()

    assert "of 8, 12%" in page


def test_annotators_see_neither_people_nor_buttons() -> None:
    project = make_labeling_project()
    make_member(project, make_user(name="A colleague"))
    person = make_member(project)

    page = signed_in(person).get(reverse("labeling:project", args=[project.slug])).content.decode()

    assert "A colleague" not in page
    assert reverse("labeling:project_state", args=[project.slug]) not in page


@pytest.mark.parametrize("name", ["project_state", "member_add", "member_remove"])
def test_only_leads_change_a_project(name: str) -> None:
    project = make_labeling_project()
    person = make_member(project)

    response = signed_in(person).post(reverse(f"labeling:{name}", args=[project.slug]), {"state": "closed"})

    assert response.status_code == 404
    assert Project.objects.get().state == Project.State.OPEN


def test_projects_of_others_do_not_exist() -> None:
    project = make_labeling_project(name="Hidden effort")
    client = signed_in(make_user())

    assert client.get(reverse("labeling:project", args=[project.slug])).status_code == 404
    assert "Hidden effort" not in client.get(reverse("labeling:projects")).content.decode()


def test_a_lead_pauses_and_reopens_a_project_on_the_record() -> None:
    project = make_labeling_project()
    client = signed_in(make_member(project, role=LEAD))
    url = reverse("labeling:project_state", args=[project.slug])

    states = []
    for state in ("paused", "open", "draft", "nonsense"):
        client.post(url, {"state": state})
        states.append(Project.objects.get().state)

    assert states == ["paused", "open", "open", "open"]
    acts = list(AuditEvent.objects.order_by("id").values_list("act", flat=True))
    assert acts == ["project.paused", "project.open"]


def test_a_lead_adds_someone_with_an_account() -> None:
    project = make_labeling_project()
    client = signed_in(make_member(project, role=LEAD))
    person = make_user("reader@example.org")

    client.post(
        reverse("labeling:member_add", args=[project.slug]),
        {"email": "Reader@example.org", "role": "annotator"},
    )

    assert Membership.objects.get(user=person).role == Membership.Role.ANNOTATOR


def test_adding_a_stranger_says_what_to_do() -> None:
    project = make_labeling_project()
    client = signed_in(make_member(project, role=LEAD))

    response = client.post(
        reverse("labeling:member_add", args=[project.slug]),
        {"email": "nobody@example.org", "role": "annotator"},
    )

    assert response.status_code == 422
    assert "Nobody here has this address" in response.content.decode()


def test_removing_someone_gives_their_leases_back_and_keeps_their_work() -> None:
    project = make_labeling_project(items=2, overlap=1)
    client = signed_in(make_member(project, role=LEAD))
    person = make_member(project)
    done = submit(take(project, person)).annotation
    held = take(project, person)

    client.post(reverse("labeling:member_remove", args=[project.slug]), {"person": str(person.pk)})

    assert not Membership.objects.filter(user=person).exists()
    assert Assignment.objects.get(pk=held.pk).state == Assignment.State.EXPIRED
    assert Assignment.objects.get(pk=done.assignment_id).state == Assignment.State.SUBMITTED


def test_removing_nobody_is_refused() -> None:
    project = make_labeling_project()
    client = signed_in(make_member(project, role=LEAD))

    response = client.post(reverse("labeling:member_remove", args=[project.slug]), {"person": "x"})

    assert response.status_code == 404
