"""Administrators' pages about people."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Invitation, Role, User
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PEOPLE = "/people/"


@pytest.fixture
def administrator(client: Client) -> User:
    user = make_user("head@example.org", roles=(Role.ADMINISTRATORS,))
    user.set_password("seven green lamps")
    user.save()
    client.force_login(user)
    return user


def test_people_are_listed_without_the_authors_of_the_demo(client: Client, administrator: User):
    make_user("nurse@example.org", roles=(Role.CURATORS,))
    make_user("demo@example.org", is_demo=True)

    page = client.get(PEOPLE).text

    assert "nurse@example.org" in page
    assert "curators" in page
    assert "demo@example.org" not in page


def test_the_list_goes_on_where_the_page_before_ended(client: Client, administrator: User):
    for number in range(104):
        make_user(f"p{number:03}@example.org")

    first = client.get(PEOPLE).context
    second = client.get(PEOPLE, {"after": first["last"].email}).context

    assert (len(first["people"]), len(second["people"]), second["last"]) == (100, 5, None)


def test_an_invitation_shows_its_link_once(client: Client, administrator: User):
    answer = client.post(
        PEOPLE, {"name": "A nurse", "email": "nurse@example.org", "roles": ["curators", "stewards"]}
    )

    found = re.search(r'value="http://localhost:8000(/invitation/[\w-]+/)"', answer.text)
    assert found
    assert Client().get(found[1]).status_code == 200
    assert User.objects.get(email="nurse@example.org").roles == ["curators", "stewards"]
    assert found[1] not in client.get(PEOPLE).text
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"email": "head@example.org"}, "has an account already"),
        ({"email": "nobody"}, "Enter an e-mail address like"),
        ({"name": ""}, "Enter the name"),
        ({"roles": ["emperors"]}, "emperors is not one of the available choices"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said(
    client: Client, administrator: User, sent: dict[str, object], said: str
):
    answer = client.post(PEOPLE, {"name": "A nurse", "email": "nurse@example.org", **sent})

    assert answer.status_code == 422
    assert said in answer.text
    assert not Invitation.objects.exists()


def test_roles_are_set_on_the_persons_page(client: Client, administrator: User):
    person = make_user("nurse@example.org", roles=(Role.CURATORS,))

    page = client.post(f"/people/{person.pk}/", {"roles": ["stewards"]}, follow=True).text

    assert "The roles are set" in page
    assert User.objects.get(pk=person.pk).roles == ["stewards"]


def test_the_only_administrator_cannot_give_it_up(client: Client, administrator: User):
    roles = client.post(f"/people/{administrator.pk}/", {"roles": []})
    page = client.post(f"/people/{administrator.pk}/deactivate/", follow=True)

    assert roles.status_code == 422
    assert "This is the only administrator" in roles.text
    assert "This is the only administrator" in page.text
    assert User.objects.administrators().count() == 1


def test_a_link_is_made_anew_and_revoked(client: Client, administrator: User):
    person = make_user("nurse@example.org")

    made = client.post(f"/people/{person.pk}/link/")
    seen = client.get(f"/people/{person.pk}/").text
    revoked = client.post(f"/people/{person.pk}/revoke/", follow=True).text

    assert "/invitation/" in made.text
    assert "Revoke the link" in seen
    assert "The link no longer works" in revoked
    assert not Invitation.objects.open().exists()


def test_a_person_is_let_go_and_comes_back(client: Client, administrator: User):
    person = make_user("nurse@example.org")

    gone = client.post(f"/people/{person.pk}/deactivate/", follow=True).text
    back = client.post(f"/people/{person.pk}/reactivate/", follow=True).text

    assert "Deactivated" in gone
    assert "can sign in again" in back


def test_a_person_who_was_let_go_gets_no_link(client: Client, administrator: User):
    person = make_user(is_active=False)

    assert client.post(f"/people/{person.pk}/link/").status_code == 404


POSTS = ["link/", "revoke/", "deactivate/", "reactivate/"]


@pytest.mark.parametrize("roles", [(), (Role.STEWARDS, Role.CURATORS, Role.TRAIT_AUTHORS)])
def test_the_pages_do_not_exist_for_anybody_else(client: Client, roles: tuple[Role, ...]):
    other = make_user("other@example.org")
    client.force_login(make_user(roles=roles))

    asked = [client.get(PEOPLE), client.get(f"/people/{other.pk}/"), client.post(PEOPLE)]
    asked += [client.post(f"/people/{other.pk}/{act}") for act in POSTS]

    assert {answer.status_code for answer in asked} == {404}


def test_who_is_not_signed_in_is_sent_to_sign_in(client: Client):
    other = make_user()

    asked = [client.get(PEOPLE), client.get(f"/people/{other.pk}/")]
    asked += [client.post(f"/people/{other.pk}/{act}") for act in POSTS]

    assert all(answer["Location"].startswith("/sign-in/") for answer in asked)


@pytest.mark.parametrize("act", POSTS)
def test_acts_take_a_post_and_a_person(client: Client, administrator: User, act: str):
    missing = "00000000-0000-7000-8000-000000000000"

    assert client.get(f"/people/{administrator.pk}/{act}").status_code == 405
    assert client.post(f"/people/{missing}/{act}").status_code == 404


def test_more_people_cost_no_more_queries(client: Client, administrator: User):
    make_user()
    client.get("/people/")

    with CaptureQueriesContext(connection) as few:
        client.get("/people/")
    for _ in range(4):
        make_user()
    with CaptureQueriesContext(connection) as more:
        client.get("/people/")

    assert len(more) == len(few)
