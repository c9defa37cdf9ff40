"""Where people are signed in, and how they end it from afar."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions.own import reset_password
from accounts.models import AuditEvent, Visit
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "seven green lamps"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def come(email: str = "nurse@example.org", **headers: str) -> Client:
    client = Client(headers=headers)
    client.post("/sign-in/", {"email": email, "password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


@pytest.fixture(autouse=True)
def user():
    user = make_user("nurse@example.org")
    user.set_password(PASSWORD)
    user.save()
    return user


def test_the_page_lists_where_one_is_signed_in():
    come(user_agent=FIREFOX)
    page = come().get("/me/security/").text

    assert "Firefox on Linux" in page
    assert "This device" in page


def test_one_device_is_signed_out():
    here, there = come(), come(user_agent=FIREFOX)
    other = Visit.objects.get(agent=FIREFOX)

    here.post(f"/me/security/sign-out/{other.pk}/")

    assert is_in(here)
    assert not is_in(there)


def test_all_others_are_signed_out():
    here, there, elsewhere = come(), come(), come()

    here.post("/me/security/sign-out/")

    assert [is_in(each) for each in (here, there, elsewhere)] == [True, False, False]
    assert AuditEvent.objects.latest("id").detail == {"count": 2}


def test_nobody_signs_out_others():
    other = make_user("other@example.org")
    other.set_password(PASSWORD)
    other.save()
    theirs = come("other@example.org")
    visit = Visit.objects.get(user=other)

    assert come().post(f"/me/security/sign-out/{visit.pk}/").status_code == 404
    assert is_in(theirs)


def test_signing_out_takes_the_device_off_the_list():
    come().post("/sign-out/")

    assert not Visit.objects.exists()


def test_a_new_password_ends_the_others_and_keeps_this_one_on_the_list():
    here, there = come(), come()

    here.post("/me/password/", {"current": PASSWORD, "password": "eleven quiet harbours"})

    assert (is_in(here), is_in(there)) == (True, False)
    assert "This device" in here.get("/me/security/").text
    assert Visit.objects.count() == 1


def test_a_password_set_by_letter_ends_them_all(user):
    here = come()
    reset_password(user, "eleven quiet harbours", None)

    assert not is_in(here)


def test_when_somebody_was_last_seen_is_kept_to_the_hour():
    here = come()
    session = here.session
    session["seen"] -= 3601
    session.save()
    Visit.objects.update(seen_at=timezone.now() - timedelta(hours=2))

    here.get("/help/")
    first = Visit.objects.get().seen_at
    here.get("/help/")

    assert timezone.now() - first < timedelta(minutes=1)
    assert Visit.objects.get().seen_at == first


def test_whoever_comes_next_on_a_browser_takes_nothing_over():
    other = make_user("other@example.org")
    other.set_password(PASSWORD)
    other.save()
    here = come()
    planted = here.session
    planted["planted"] = "by the one before"
    planted.save()

    here.post("/sign-in/", {"email": "other@example.org", "password": PASSWORD})

    assert "planted" not in here.session
    assert "other@example.org" in here.get("/me/").text
