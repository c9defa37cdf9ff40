"""One's own page."""

import pytest
from django.test import Client

from accounts.actions import change_consent, give_consent
from accounts.models import User
from tests.factories import make_user
from tests.labeling.scenes import make_labeling_project, make_member

pytestmark = pytest.mark.django_db
OLD, NEW = "seven green lamps", "eleven quiet harbours"


@pytest.fixture
def user(client: Client) -> User:
    user = make_user("nurse@example.org", name="Nurse")
    user.set_password(OLD)
    user.save()
    client.force_login(user)
    return user


def test_the_page_shows_what_can_be_changed(client: Client, user: User):
    page = client.get("/me/").text

    assert 'value="Nurse"' in page
    assert "You have not agreed" in page
    assert "What is never published" in page


@pytest.mark.parametrize("place", ["name", "password", "consent", "appearance"])
def test_nothing_is_changed_by_looking_or_by_strangers(client: Client, place: str):
    assert client.get(f"/me/{place}/").status_code == 405
    assert client.post(f"/me/{place}/")["Location"].startswith("/sign-in/")
    assert client.get("/me/")["Location"].startswith("/sign-in/")


def test_the_name_is_changed(client: Client, user: User):
    page = client.post("/me/name/", {"name": "Ward <b>nurse</b>"}, follow=True).text

    assert "Ward &lt;b&gt;nurse&lt;/b&gt;" in page
    assert "Your name is changed" in page


@pytest.mark.parametrize("name", ["", "x" * 121, "a\0b"])
def test_a_name_that_cannot_be_kept_is_refused_at_its_field(client: Client, user: User, name: str):
    answer = client.post("/me/name/", {"name": name})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_a_new_password_ends_the_other_sessions_and_not_this_one(client: Client, user: User):
    other = Client()
    other.force_login(user)

    client.post("/me/password/", {"current": OLD, "password": NEW})

    user.refresh_from_db()
    assert user.check_password(NEW)
    assert client.get("/me/").status_code == 200
    assert other.get("/me/").status_code == 302


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"current": "wrong", "password": NEW}, "This is not your current password"),
        ({"password": NEW}, "Enter a password"),
        ({"current": OLD, "password": "nurse@example"}, "too similar"),
    ],
)
def test_a_password_is_not_changed_for_a_wrong_reason(
    client: Client, user: User, sent: dict[str, str], said: str
):
    answer = client.post("/me/password/", sent)

    user.refresh_from_db()
    assert answer.status_code == 422
    assert said in answer.text
    assert NEW not in answer.text
    assert user.check_password(OLD)


def test_who_came_by_a_link_sets_a_password_without_the_old_one_once(client: Client, user: User):
    session = client.session
    session["came_by_link"] = True
    session.save()
    client.post("/me/password/", {"password": NEW})

    user.refresh_from_db()
    assert user.check_password(NEW)
    assert client.post("/me/password/", {"password": OLD}).status_code == 422


def test_consent_is_given_and_withdrawn(client: Client, user: User):
    given = client.post("/me/consent/", {"give": "1"}, follow=True).text
    agreed = user.has_given_consent
    withdrawn = client.post("/me/consent/", {"withdraw": "1"}, follow=True).text

    assert "You agree" in given
    assert agreed
    assert "to version 1, since" in given
    assert "You withdrew" in withdrawn
    assert not user.has_given_consent


def test_a_new_wording_is_asked_about_before_labeling_goes_on(client: Client, user: User):
    project = make_labeling_project(items=1)
    make_member(project, user)
    give_consent(user)
    change_consent("Another <b>wording</b>.")

    asked = client.get(f"/label/{project.slug}/", follow=True)
    led = client.post("/me/consent/", {"give": "1", "next": f"/label/{project.slug}/"})

    assert asked.redirect_chain == [(f"/me/consent/new/?next=/label/{project.slug}/", 302)]
    assert "Another &lt;b&gt;wording&lt;/b&gt;." in asked.text
    assert led["Location"] == f"/label/{project.slug}/"
    assert client.get(led["Location"]).status_code == 200
    assert "Version 2 has taken its place" not in client.get("/me/").text


def test_nobody_is_led_elsewhere_after_an_answer(client: Client, user: User):
    assert client.post("/me/consent/", {"give": "1", "next": "https://example.org/"})["Location"] == "/me/"


def test_an_empty_word_on_consent_is_none(client: Client, user: User):
    client.post("/me/consent/")

    assert user.consents.count() == 0


def test_the_theme_and_text_size_are_kept_in_cookies_that_the_next_page_reads(client: Client, user: User):
    client.post("/me/appearance/", {"theme": "dark", "text": "large"})
    page = client.get("/me/").text

    assert '<html lang="en" data-theme="dark" data-text="large">' in page


def test_a_theme_that_does_not_exist_is_refused(client: Client, user: User):
    answer = client.post("/me/appearance/", {"theme": "neon"})

    assert answer.status_code == 422
    assert "theme" not in answer.cookies
