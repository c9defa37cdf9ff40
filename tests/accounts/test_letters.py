"""What people are told by e-mail, and the links that come with it."""

import re

import pytest
from django.core import mail
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.actions.letters import Letter, send_letter
from accounts.models import AuditEvent, Role, User
from runs.actions import perform
from runs.models import Run
from tests.accounts.test_second_factor import set_up
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PASSWORD, NEW = "seven green lamps", "eleven quiet harbours"


@pytest.fixture(autouse=True)
def mail_server(settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example.org"


@pytest.fixture
def user(client: Client) -> User:
    user = make_user("nurse@example.org", name="Nurse")
    user.set_password(PASSWORD)
    user.save()
    client.post("/sign-in/", {"email": user.email, "password": PASSWORD})
    return user


def delivered() -> list[tuple[str, str]]:
    """Let a worker bring what waits, and return to whom and what about."""
    mail.outbox.clear()
    for run in Run.objects.filter(kind="accounts.letter").order_by("pk"):
        perform(run.pk)
    return [(letter.to[0], str(letter.subject)) for letter in mail.outbox]


def link() -> str:
    found = re.search(r"http://localhost:8000(/\S+)", str(mail.outbox[0].body))
    assert found
    return found[1]


def without_token(page: str) -> str:
    """The page but for what guards its forms, which is another each time."""
    return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page)


@pytest.mark.parametrize("letter", Letter)
def test_every_letter_has_a_subject_and_greets_the_person(user: User, letter: Letter):
    user.new_email = "new@example.org"
    user.save()
    send_letter(user, letter, "a passkey")

    (_, subject), *others = delivered()

    assert others == []
    assert subject.startswith("Arete: ")
    assert mail.outbox[0].body.startswith("Hello Nurse,")


def test_without_a_mail_server_nobody_waits_for_one(user: User, settings: Settings):
    settings.EMAIL_HOST = ""
    send_letter(user, Letter.PASSWORD_CHANGED)

    assert not Run.objects.exists()


def test_a_change_of_password_is_told(client: Client, user: User):
    client.post("/me/password/", {"current": PASSWORD, "password": NEW})

    assert delivered() == [("nurse@example.org", "Arete: your password was changed")]
    assert AuditEvent.objects.latest("id").act == "password.changed"


def test_a_forgotten_password_is_set_by_the_link_of_a_letter_once(client: Client, user: User):
    stranger = Client()
    stranger.post("/sign-in/forgotten/", {"email": "NURSE@example.org"})
    assert delivered() == [("nurse@example.org", "Arete: a new password")]
    place = link()

    seen = stranger.get(place)
    set_ = stranger.post(place, {"password": NEW})

    user.refresh_from_db()
    assert seen.status_code == 200
    assert set_["Location"] == "/sign-in/"
    assert user.check_password(NEW)
    assert client.get("/me/").status_code == 302, "signed out everywhere"
    assert stranger.get("/me/").status_code == 302, "and not in by the link alone"
    assert stranger.get(place).status_code == 410


def test_no_row_holds_the_link(user: User):
    send_letter(user, Letter.RESET)
    delivered()

    token = link().rstrip("/").rpartition("/")[2]
    assert token not in str(list(Run.objects.values()))


def test_the_answer_tells_nobody_who_has_an_account(user: User):
    known = Client().post("/sign-in/forgotten/", {"email": "nurse@example.org"})
    unknown = Client().post("/sign-in/forgotten/", {"email": "other@example.org"})

    assert without_token(known.text).replace("nurse@", "other@") == without_token(unknown.text)
    assert len(delivered()) == 1


def test_letters_can_not_be_asked_for_without_end(user: User):
    answers = [Client().post("/sign-in/forgotten/", {"email": user.email}).status_code for _ in range(6)]

    assert answers == [200] * 5 + [429]


@pytest.mark.parametrize("place", ["x/y", "MTc/y", "%00/y"])
def test_a_link_that_never_was_has_ended(place: str):
    assert Client().get(f"/sign-in/reset/{place}/").status_code == 410


def test_an_address_changes_when_its_letter_was_read(client: Client, user: User):
    client.post("/me/address/", {"email": "Married@example.org"})
    told = delivered()
    place = link()
    looked = client.get(place).text
    before = User.objects.get().email

    client.post(place)

    assert told == [
        ("married@example.org", "Arete: is this your address?"),
        ("nurse@example.org", "Arete: another address for your account"),
    ]
    assert "married@example.org" in looked
    assert before == "nurse@example.org"
    assert User.objects.get().email == "married@example.org"
    assert AuditEvent.objects.latest("id").act == "address.changed"
    assert "run out" in client.post(place, follow=True).text


def test_somebody_elses_address_is_refused(client: Client, user: User):
    make_user("other@example.org")

    answer = client.post("/me/address/", {"email": "OTHER@example.org"})

    assert answer.status_code == 422
    assert "Somebody else has an account" in answer.text
    assert delivered() == []


def test_the_link_of_somebody_else_confirms_nothing(client: Client, user: User):
    client.post("/me/address/", {"email": "married@example.org"})
    delivered()
    place = link()
    other = make_user("other@example.org", new_email="married@example.org")
    theirs = Client()
    theirs.force_login(other)

    theirs.post(place)

    other.refresh_from_db()
    assert other.email == "other@example.org"


def test_a_change_of_address_asks_first_whether_it_is_still_the_same_person(user: User):
    later = Client()
    later.force_login(user)

    answer = later.post("/me/address/", {"email": "married@example.org"})

    assert answer["Location"].startswith("/me/security/again/")
    assert User.objects.get().new_email == ""


def test_an_administrator_sets_name_and_address_right(user: User):
    head = make_user(roles=(Role.ADMINISTRATORS,))
    client = Client()
    client.force_login(head)

    client.post(f"/people/{user.pk}/correct/", {"name": "Ward nurse", "email": "ward@example.org"})

    user.refresh_from_db()
    assert (user.name, user.email) == ("Ward nurse", "ward@example.org")
    assert delivered() == [("ward@example.org", "Arete: you sign in with this address now")]
    acts = list(AuditEvent.objects.filter(actor=head).order_by("id").values_list("act", flat=True))
    assert acts == ["account.renamed", "address.changed"]


def test_an_address_that_is_taken_is_said(user: User):
    head = make_user("head@example.org", roles=(Role.ADMINISTRATORS,))
    client = Client()
    client.force_login(head)

    answer = client.post(f"/people/{user.pk}/correct/", {"name": "x", "email": "head@example.org"})

    assert answer.status_code == 422
    assert User.objects.get(pk=user.pk).name == "Nurse"


def test_a_new_second_step_is_told(
    client: Client, user: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        set_up(client)
    client.post("/me/security/app/remove/")

    assert [subject for _, subject in delivered()] == [
        "Arete: a second step was added",
        "Arete: a second step was removed",
    ]
