"""Signing in and out, and coming in by a link."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import deactivate, invite, make_new_link
from accounts.models import Invitation, Role, SignInAttempt, User
from accounts.throttle import MOST_PER_PERSON
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "seven green lamps"
SIGN_IN = "/sign-in/"


@pytest.fixture
def user() -> User:
    user = make_user("nurse@example.org")
    user.set_password(PASSWORD)
    user.save()
    return user


def send(client: Client, **changes: str):
    return client.post(SIGN_IN, {"email": "nurse@example.org", "password": PASSWORD, **changes})


def is_in(client: Client) -> bool:
    return client.get(reverse("accounts:me")).status_code == 200


def test_a_person_signs_in_and_out(client: Client, user: User):
    assert send(client, email="Nurse@Example.ORG")["Location"] == "/"
    assert is_in(client)

    assert client.post("/sign-out/")["Location"] == SIGN_IN
    assert not is_in(client)


def test_signing_in_begins_a_new_session(client: Client, user: User):
    client.get(SIGN_IN)
    session = client.session
    session["planted"] = "by an attacker"
    session.save()
    planted = session.session_key
    send(client)

    assert client.session.session_key != planted


def test_signing_out_takes_a_post(client: Client, user: User):
    client.force_login(user)

    assert client.get("/sign-out/").status_code == 405
    assert is_in(client)


def test_forms_without_the_token_are_refused(user: User):
    strict = Client(enforce_csrf_checks=True)

    assert send(strict).status_code == 403


def test_the_page_leads_back_to_where_a_person_was_going(client: Client, user: User):
    to = client.get("/me/")["Location"]
    page = client.get(to)

    assert 'name="next" value="/me/"' in page.text
    assert send(client, next="/me/")["Location"] == "/me/"


@pytest.mark.parametrize(
    "place", ["https://elsewhere.test/", "//elsewhere.test", "javascript:alert(1)", "\\\\x"]
)
def test_it_does_not_lead_elsewhere(client: Client, user: User, place: str):
    assert send(client, next=place)["Location"] == "/"


def test_who_is_in_needs_no_sign_in_page(client: Client, user: User):
    client.force_login(user)

    assert client.get(SIGN_IN)["Location"] == "/"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"password": "wrong"}, "The password does not match this email"),
        ({"email": "nobody@example.org"}, "The password does not match this email"),
        ({"email": "nobody"}, "Enter an e-mail address like"),
        ({"email": "", "password": ""}, "Enter a password"),
        ({"password": "x" * 2000}, "at most 1000 characters"),
        ({"email": "a\0b@example.org"}, "Null characters are not allowed"),
    ],
)
def test_what_is_wrong_is_said_and_the_email_kept(
    client: Client, user: User, sent: dict[str, str], said: str
):
    answer = send(client, **sent)

    assert answer.status_code == 422
    assert said in answer.text
    assert "There is a problem" in answer.text
    assert not is_in(client)


def test_a_person_who_was_let_go_is_out_at_once(client: Client, user: User):
    keeper = make_user(roles=(Role.ADMINISTRATORS,))
    keeper.set_password(PASSWORD)
    keeper.save()
    send(client)
    deactivate(user, keeper)

    assert not is_in(client)
    assert send(client).status_code == 422


def test_guessing_is_slowed_down_even_with_the_right_password_at_last(client: Client, user: User):
    for _ in range(MOST_PER_PERSON):
        assert send(client, password="guess").status_code == 422

    answer = send(client)

    assert answer.status_code == 429
    assert "Too many attempts" in answer.text


def test_another_address_and_another_person_are_not_slowed_down(client: Client, user: User):
    for _ in range(MOST_PER_PERSON + 1):
        send(client, password="guess")

    elsewhere = Client(REMOTE_ADDR="192.0.2.9")
    assert send(elsewhere)["Location"] == "/"
    assert send(client, email="other@example.org").status_code == 422


def test_after_a_quarter_of_an_hour_one_may_try_again(client: Client, user: User):
    for _ in range(MOST_PER_PERSON + 1):
        send(client, password="guess")
    SignInAttempt.objects.update(at=timezone.now() - timedelta(minutes=16))

    assert send(client)["Location"] == "/"


def link(token: str) -> str:
    return reverse("accounts:invitation", args=[token])


def test_an_invited_person_comes_in_through_the_link(client: Client, user: User):
    token = invite("law@example.org", name="A lawyer", invited_by=user).token

    page = client.get(link(token))
    answer = client.post(link(token), {"name": "A lawyer", "password": PASSWORD, "consents": "on"})

    assert "law@example.org" in page.text
    assert 'name="email"' not in page.text
    assert answer["Location"] == "/"
    assert is_in(client)
    assert User.objects.with_consent().filter(email="law@example.org").exists()
    assert client.get(link(token)).status_code == 410


def test_looking_at_the_link_does_not_use_it(client: Client):
    token = invite("law@example.org", invited_by=None).token
    for _ in range(3):
        assert client.get(link(token)).status_code == 200

    assert Invitation.objects.open().count() == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": ""}, "Enter the name"),
        ({"password": "short"}, "too short"),
        ({"password": "password1234"}, "too common"),
        ({"password": "law@example.org"}, "too similar"),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused(client: Client, sent: dict[str, str], said: str):
    token = invite("law@example.org", invited_by=None).token

    answer = client.post(link(token), {"name": "A lawyer", "password": PASSWORD, **sent})

    assert answer.status_code == 422
    assert said in answer.text
    assert client.get(link(token)).status_code == 200, "the link still works"


def test_the_holder_of_a_link_cannot_choose_another_address(client: Client):
    token = invite("law@example.org", invited_by=None).token
    client.post(link(token), {"name": "x", "password": PASSWORD, "email": "other@example.org"})

    assert not User.objects.filter(email="other@example.org").exists()


@pytest.mark.parametrize("token", ["nonsense", "%00", "x" * 3000])
def test_a_link_that_never_was_has_ended(client: Client, token: str):
    answer = client.get(f"/invitation/{token}/")

    assert answer.status_code == 410
    assert "This link has ended" in answer.text


def test_a_link_that_has_run_out_has_ended(client: Client):
    token = invite("law@example.org", invited_by=None).token
    Invitation.objects.update(expires_at=timezone.now())

    assert client.get(link(token)).status_code == 410
    assert client.post(link(token), {"name": "x", "password": PASSWORD}).status_code == 410


def test_a_sign_in_link_asks_for_one_press_and_no_password(client: Client, user: User):
    token = make_new_link(user, None).token

    page = client.get(link(token))
    still_out = not is_in(client)
    client.post(link(token))

    assert "nurse@example.org" in page.text
    assert still_out
    assert is_in(client)
    assert 'name="current"' not in client.get("/me/").text


def printed(*flags: str) -> str:
    said = StringIO()
    call_command("first_administrator", *flags, stdout=said)
    return said.getvalue().strip()


def token_of(url: str) -> str:
    found = re.fullmatch(r"http://localhost:8000/invitation/([\w-]{40,})/", url)
    assert found, url
    return found[1]


def test_the_first_administrator_gives_an_email_and_comes_in(client: Client, user: User):
    token = token_of(printed())
    taken = client.post(link(token), {"name": "A", "password": PASSWORD, "email": "NURSE@example.org"})
    client.post(link(token), {"name": "A", "password": PASSWORD, "email": "Head@example.org"})

    assert taken.status_code == 422
    assert "Somebody else has an account" in taken.text
    assert User.objects.get(email="head@example.org").is_superuser
    assert client.get(reverse("accounts:people")).status_code == 200


def test_each_start_prints_a_new_link_and_ends_the_old_one(client: Client):
    first, second = token_of(printed()), token_of(printed())

    assert User.objects.count() == 1
    assert client.get(link(first)).status_code == 410
    assert client.get(link(second)).status_code == 200


def test_nothing_is_printed_once_an_administrator_has_a_password(client: Client, user: User):
    client.post(link(token_of(printed())), {"name": "A", "password": PASSWORD, "email": "a@example.org"})

    assert printed() == ""


def test_again_prints_a_sign_in_link_for_the_administrator(client: Client, user: User):
    client.post(link(token_of(printed())), {"name": "A", "password": PASSWORD, "email": "a@example.org"})
    client.post("/sign-out/")

    client.post(link(token_of(printed("--again"))))

    assert client.get(reverse("accounts:people")).status_code == 200
