"""The way in, and letters, in the language of whoever comes."""

import re

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts.actions.letters import Letter, send_letter
from accounts.actions.people import invite
from accounts.models import Role, User
from runs.actions import perform
from runs.models import Run
from tests.accounts.test_second_factor import set_up
from tests.factories import make_user

pytestmark = pytest.mark.django_db
ARABIC, GERMAN = {"Accept-Language": "ar"}, {"Accept-Language": "de"}
PASSWORD = "seven green lamps"


@pytest.fixture
def user() -> User:
    user = make_user("nurse@example.org", name="Nurse")
    user.set_password(PASSWORD)
    user.save()
    return user


def come_in(client: Client, **headers: str) -> None:
    client.post("/sign-in/", {"email": "nurse@example.org", "password": PASSWORD}, headers=headers)


def letter_about(user: User, letter: Letter, what: str = "") -> tuple[str, str]:
    """Send a letter, and return its subject and text."""
    mail.outbox.clear()
    send_letter(user, letter, what)
    perform(Run.objects.filter(kind="accounts.letter").latest("pk").pk)
    return str(mail.outbox[0].subject), str(mail.outbox[0].body)


@pytest.mark.parametrize(("headers", "says"), [(ARABIC, "نسيت"), (GERMAN, "Mit einem Passkey anmelden")])
def test_the_door_speaks_the_language_of_the_browser(
    client: Client, settings: Settings, headers: dict[str, str], says: str
):
    settings.EMAIL_HOST = "mail.example.org"

    assert says in client.get("/sign-in/", headers=headers).text


def test_what_was_wrong_at_the_door_is_said_in_the_same_language(client: Client, user: User):
    wrong = client.post("/sign-in/", {"email": user.email, "password": "x"}, headers=GERMAN)
    empty = client.post("/sign-in/", {"email": "", "password": ""}, headers=ARABIC)

    assert "Das Passwort passt nicht zu dieser E-Mail-Adresse" in wrong.text
    assert "أدخل عنوان بريد إلكتروني" in empty.text


def test_what_django_says_of_a_password_comes_from_its_own_catalogue(client: Client):
    invited = invite("new@example.org", name="New", roles=[], invited_by=None)

    answer = client.post(
        f"/invitation/{invited.token}/", {"name": "New", "password": "short"}, headers=GERMAN
    )

    assert answer.status_code == 422
    assert "Dieses Passwort ist zu kurz" in answer.text


def test_what_allauth_says_comes_from_its_own_catalogue(client: Client, user: User):
    client.force_login(user)

    answer = client.post("/me/security/again/", {"password": "x"}, headers=ARABIC)

    assert answer.status_code == 422
    assert "كلمة مرور خاطئة" in answer.text


def test_an_invited_person_is_greeted_and_kept_in_their_language(client: Client):
    invited = invite("new@example.org", name="New", roles=[], invited_by=None)
    page = client.get(f"/invitation/{invited.token}/", headers=ARABIC)

    client.post(f"/invitation/{invited.token}/", {"name": "New", "password": PASSWORD}, headers=ARABIC)

    assert "أهلًا بك" in page.text
    assert User.objects.get(email="new@example.org").language == "ar"


def test_how_one_signs_in_is_told_in_ones_language(client: Client, user: User):
    come_in(client, **GERMAN)
    set_up(client)

    page = client.get("/me/security/", headers=GERMAN).text

    assert re.search(r"Eingerichtet am \d+\. \w+ 20\d\d", page)
    assert "Ein anderer Browser" in page
    assert "Wiederherstellungscodes" in page


@pytest.mark.parametrize("letter", Letter)
@pytest.mark.parametrize(("language", "greeting"), [("de", "Guten Tag Nurse,"), ("ar", "مرحبًا Nurse،")])
def test_letters_are_in_the_language_of_their_receiver(
    user: User, settings: Settings, letter: Letter, language: str, greeting: str
):
    settings.EMAIL_HOST = "mail.example.org"
    user.language, user.new_email = language, "new@example.org"
    user.save()

    subject, text = letter_about(user, letter, "a passkey")

    assert text.startswith(greeting)
    assert subject.startswith("Arete: ")
    left = re.sub(r"https?://\S+|Nurse|Passkey", "", text)
    assert not re.search(r"\b(?:the|you|your|is|passkey)\b", subject + left)


def test_a_letter_that_an_administrator_causes_is_in_the_language_of_its_receiver(
    client: Client, user: User, settings: Settings
):
    settings.EMAIL_HOST = "mail.example.org"
    come_in(Client(), **GERMAN)
    client.force_login(make_user(roles=(Role.ADMINISTRATORS,)))

    client.post(f"/people/{user.pk}/correct/", {"name": "Nurse", "email": "ward@example.org"})
    perform(Run.objects.get(kind="accounts.letter").pk)

    assert mail.outbox[0].subject == "Arete: Sie melden sich jetzt mit dieser Adresse an"


def test_letters_follow_the_language_that_a_person_chooses_last(client: Client, user: User):
    come_in(client, **GERMAN)
    came_in = User.objects.get(pk=user.pk).language

    client.post("/language/", {"language": "ar"})
    client.post("/language/", {"language": "tlh"})
    come_in(Client(), **GERMAN)

    assert came_in == "de"
    assert User.objects.get(pk=user.pk).language == "ar"


def test_erasing_asks_in_ones_language_and_says_goodbye_in_it(client: Client, user: User):
    come_in(client, **GERMAN)

    page = client.get("/me/erase/", headers=GERMAN)
    gone = client.post("/me/erase/", {"labels": "stay", "sure": "1"}, headers=GERMAN)

    assert "Was verschwindet und was bleibt" in page.text
    assert "Ihr Konto ist gelöscht" in gone.text
    assert User.objects.get(pk=user.pk).language == ""
