"""A second step at sign-in: codes of an app, recovery codes, and who must have it."""

import time

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.actions import make_new_link
from accounts.models import AuditEvent, Role, SignInAttempt, User
from accounts.throttle import MOST_PER_PERSON
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "seven green lamps"
SECRET = "JBSWY3DPEHPK3PXP"
SECOND = "/sign-in/second/"


def code(at: int = 0) -> str:
    return str(format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + at)))


def make_person(*roles: Role, email: str = "nurse@example.org") -> User:
    user = make_user(email, roles=roles)
    user.set_password(PASSWORD)
    user.save()
    return user


def with_app(user: User) -> User:
    TOTP.activate(user, SECRET)
    return user


def knock(client: Client) -> str:
    return str(client.post("/sign-in/", {"email": "nurse@example.org", "password": PASSWORD})["Location"])


def is_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


@pytest.fixture
def user() -> User:
    return with_app(make_person())


def test_the_password_alone_lets_nobody_in_who_has_an_app(client: Client, user: User):
    assert knock(client) == SECOND
    assert not is_in(client)


def test_the_code_does(client: Client, user: User):
    knock(client)

    answer = client.post(SECOND, {"code": code()})

    assert answer["Location"] == "/"
    assert is_in(client)
    assert AuditEvent.objects.latest("id").detail == {"by": ["password", "totp"]}


def test_it_leads_on_to_where_the_person_was_going(client: Client, user: User):
    client.post("/sign-in/", {"email": user.email, "password": PASSWORD, "next": "/help/"})

    assert client.post(SECOND, {"code": code()})["Location"] == "/help/"


def test_a_code_works_once(client: Client, user: User):
    used = code()
    knock(client)
    client.post(SECOND, {"code": used})
    client.post("/sign-out/")
    knock(client)

    assert client.post(SECOND, {"code": used}).status_code == 422
    assert not is_in(client)


@pytest.mark.parametrize("sent", ["000000", "", "x" * 5000, "1\0"])
def test_a_wrong_code_is_refused_at_its_field(client: Client, user: User, sent: str):
    knock(client)

    answer = client.post(SECOND, {"code": sent})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert not is_in(client)


def test_guessing_codes_is_slowed_down_from_wherever(user: User):
    for number in range(MOST_PER_PERSON):
        elsewhere = Client(REMOTE_ADDR=f"192.0.2.{number}")
        knock(elsewhere)
        elsewhere.post(SECOND, {"code": "000000"})
    client = Client()
    knock(client)

    answer = client.post(SECOND, {"code": code()})

    assert answer.status_code == 429
    assert not is_in(client)


def test_the_second_step_has_no_first_without_a_password(client: Client, user: User):
    assert client.get(SECOND)["Location"] == "/sign-in/"
    assert client.post(SECOND, {"code": code()})["Location"] == "/sign-in/"


def test_a_link_does_not_stand_for_the_second_step(client: Client, user: User):
    token = make_new_link(user, None).token

    answer = client.post(reverse("accounts:invitation", args=[token]))

    assert answer["Location"] == SECOND
    assert not is_in(client)


def set_up(client: Client) -> list[str]:
    """Set an app up on the page, and return the recovery codes that come with it."""
    client.get("/me/security/app/")
    secret = client.session["mfa.totp.secret"]
    now = int(time.time()) // 30
    client.post("/me/security/app/", {"code": format_hotp_value(hotp_value(secret, now))})
    return list(client.get("/me/security/codes/").context["unused_codes"])


def test_an_app_is_set_up_and_brings_recovery_codes(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
):
    make_person()
    knock(client)

    with django_capture_on_commit_callbacks(execute=True):
        codes = set_up(client)
    page = client.get("/me/security/").text
    client.post("/sign-out/")

    assert len(codes) == 10
    assert "Set up on" in page
    assert knock(client) == SECOND
    assert client.post(SECOND, {"code": codes[0]})["Location"] == "/"
    client.post("/sign-out/")
    knock(client)
    assert client.post(SECOND, {"code": codes[0]}).status_code == 422
    assert AuditEvent.objects.filter(act="second_factor.added").count() == 1


def test_the_secret_is_not_in_the_database_as_it_is(user: User):
    stored = Authenticator.objects.get(type="totp")

    assert SECRET not in str(stored.data)
    assert get_adapter().decrypt(stored.data["secret"]) == SECRET


def test_what_matters_is_asked_again_after_a_while(client: Client):
    make_person()
    client.force_login(User.objects.get())

    asked = client.get("/me/security/app/")
    wrong = client.post(asked["Location"], {"password": "guess"})
    led = client.post(asked["Location"], {"password": PASSWORD})

    assert asked["Location"].startswith("/me/security/again/")
    assert wrong.status_code == 422
    assert led["Location"] == "/me/security/app/"
    assert client.get(led["Location"]).status_code == 200


def test_who_has_no_password_is_asked_to_sign_in_anew(client: Client):
    client.force_login(make_user())

    asked = client.get("/me/security/app/")

    assert asked["Location"].startswith("/me/security/anew/")
    assert client.get(asked["Location"]).status_code == 200


@pytest.fixture
def required(settings: Settings) -> None:
    settings.SECOND_FACTOR_FOR = ["stewards", "administrators"]


@pytest.mark.parametrize("role", [Role.STEWARDS, Role.ADMINISTRATORS])
def test_who_must_have_one_is_led_to_set_it_up_and_reaches_nothing_else(
    client: Client, required: None, role: Role
):
    make_person(role)
    knock(client)

    reached = [client.get(url) for url in ("/", "/releases/", "/people/", "/audit/", "/traits/", "/me/data/")]
    page = client.get(reached[1]["Location"])

    assert {answer["Location"].partition("?")[0] for answer in reached} == {"/me/security/"}
    assert "Your role asks for a second step" in page.text
    set_up(client)
    assert 'href="/me/data/"' in client.get("/me/security/").text, "the last page they asked for"
    assert client.get("/releases/").status_code == 200


def test_a_steward_without_a_password_gets_through_to_set_it_up(client: Client, required: None):
    client.force_login(make_user(roles=(Role.STEWARDS,)))

    asked = client.get("/me/security/app/")

    assert client.get(asked["Location"]).status_code == 200
    assert "Sign in anew" in client.get(asked["Location"]).text


@pytest.mark.parametrize("roles", [(), (Role.CURATORS, Role.TRAIT_AUTHORS)])
def test_others_go_on_without(client: Client, required: None, roles: tuple[Role, ...]):
    make_person(*roles)
    knock(client)

    assert client.get("/").status_code == 200


def test_nothing_is_required_unless_the_operator_says_so(client: Client):
    make_person(Role.ADMINISTRATORS)
    knock(client)

    assert client.get("/people/").status_code == 200


def test_the_last_one_stays_with_those_who_must_have_it(client: Client, required: None):
    with_app(make_person(Role.STEWARDS))
    knock(client)
    client.post(SECOND, {"code": code()})

    page = client.get("/me/security/app/remove/")
    client.post("/me/security/app/remove/")

    assert "this is your last" in page.text
    assert Authenticator.objects.filter(type="totp").exists()


def test_an_administrator_removes_what_somebody_lost(client: Client, user: User):
    keeper = make_person(Role.ADMINISTRATORS, email="keeper@example.org")
    theirs = Client()
    knock(theirs)
    theirs.post(SECOND, {"code": code()})
    client.force_login(keeper)

    client.post(f"/people/{user.pk}/factors/")

    assert not Authenticator.objects.filter(user=user).exists()
    assert not is_in(theirs)
    event = AuditEvent.objects.latest("id")
    assert (event.act, event.actor, event.detail) == ("second_factors.removed", keeper, {"count": 1})
    SignInAttempt.objects.all().delete()
    assert knock(Client()) == "/"
