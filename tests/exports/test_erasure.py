"""Somebody leaves for good: nothing tells any more who they were, and what they did stays or goes as they wish."""

from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.actions import LastAdministrator, give_consent
from accounts.actions.erasure import erasures
from accounts.audit import broken_links
from accounts.models import ApiToken, AuditEvent, Profile, Role, User, Visit
from config.invariants import violations
from exports.actions.erasure import erase_again, erase_person
from labeling.actions.care import pause
from labeling.actions.invitations import Offer, invite_into
from labeling.models import Annotation, Assignment, Care, Draft, Membership, ProjectInvitation
from tests.factories import make_user
from tests.labeling.scenes import make_labeling_project, make_member, submit, take

pytestmark = pytest.mark.django_db
PASSWORD = "seven green lamps"


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def person() -> User:
    """Somebody with a bit of everything."""
    person = make_user("nurse@example.org", name="Nora Nurse", roles=(Role.CURATORS,))
    person.set_password(PASSWORD)
    person.save()
    give_consent(person)
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    Visit.objects.create(user=person, session_key="k", address="192.0.2.1")
    pause(person, None)
    project = make_labeling_project(items=3)
    make_member(project, person)
    submit(take(project, person))
    return person


def everything() -> str:
    """All that the tables about people hold, as text."""
    tables = (User, Visit, AuditEvent, ProjectInvitation, Care, Membership)
    return str([list(table._default_manager.values()) for table in tables])


def test_nothing_tells_any_more_who_it_was(person: User):
    invite_into(make_labeling_project(), Offer("annotator", person.email), invited_by=make_user())

    erase_person(person, person, takes_labels=False)

    held = User.objects.get(pk=person.pk)
    assert "nurse" not in everything().lower()
    assert (held.name, held.roles, held.is_active, str(held)) == ("", [], False, "somebody who left")
    assert not held.has_usable_password()
    assert not held.memberships.exists()
    assert broken_links() == []
    assert violations() == {}


def test_their_profile_and_tokens_go_too(person: User):
    Profile.objects.create(user=person, expertise="law")
    ApiToken.objects.create(
        user=person,
        name="The nurse's laptop",
        prefix="arete_x",
        sha256="0" * 64,
        scopes=["read"],
        expires_at=timezone.now() + timedelta(days=1),
    )

    erase_person(person, person, takes_labels=False)

    assert not Profile.objects.exists()
    assert not ApiToken.objects.exists()
    assert violations() == {}


def test_labels_stay_as_those_of_somebody_who_left(person: User):
    before = Annotation.objects.live().made().count()

    erase_person(person, person, takes_labels=False)

    assert before > 0
    assert Annotation.objects.live().made().count() == before
    assert User.objects.with_consent().filter(pk=person.pk).exists()


def test_or_are_taken_back(person: User):
    erase_person(person, person, takes_labels=True)

    assert not Annotation.objects.live().made().exists()
    assert violations() == {}


def test_what_they_hold_goes_to_others(person: User):
    lease = take(Membership.objects.get(user=person).project, person)
    Draft.objects.create(assignment=lease, body={})

    erase_person(person, person, takes_labels=False)

    assert not Assignment.objects.filter(annotator=person, state="leased").exists()
    assert not Draft.objects.exists()


def test_nobody_comes_in_as_them_again(person: User):
    erase_person(person, person, takes_labels=False)

    answer = Client().post("/sign-in/", {"email": "nurse@example.org", "password": PASSWORD})

    assert answer.status_code == 422


def test_the_act_is_written_down_without_saying_who_it_was(person: User):
    head = make_user(roles=(Role.ADMINISTRATORS,))
    erase_person(person, head, takes_labels=True)

    event = AuditEvent.objects.get(act="account.erased")
    assert (event.actor, event.object_id, event.detail) == (head, str(person.pk), {"takes_labels": True})


def test_the_only_administrator_is_not_erased():
    head = make_user(roles=(Role.ADMINISTRATORS,))
    head.set_password(PASSWORD)
    head.save()

    with pytest.raises(LastAdministrator):
        erase_person(head, head, takes_labels=False)
    head.refresh_from_db()
    assert head.erased_at is None


def test_the_database_refuses_to_give_an_erased_person_a_name(person: User):
    erase_person(person, person, takes_labels=False)

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=person.pk).update(name="Nora")


def test_a_restored_database_is_told_again(
    person: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(person, person, takes_labels=True)
    User.objects.filter(pk=person.pk).update(
        erased_at=None, email="nurse@example.org", name="Nora Nurse", is_active=True
    )

    first, second = erase_again(), erase_again()

    assert (first, second) == (1, 0)
    assert erasures() == [f"{person.pk} labels-too"]
    assert "nurse" not in everything().lower()


def signed_in(user: User) -> Client:
    client = Client()
    client.post("/sign-in/", {"email": user.email, "password": PASSWORD})
    return client


def make_head() -> User:
    head = make_user("head@example.org", roles=(Role.ADMINISTRATORS,))
    head.set_password(PASSWORD)
    head.save()
    return head


def test_a_person_erases_their_own_account():
    user = make_user("law@example.org", name="A lawyer")
    user.set_password(PASSWORD)
    user.save()
    client = signed_in(user)

    asked = client.get("/me/erase/")
    unsure = client.post("/me/erase/", {"labels": "stay"})
    done = client.post("/me/erase/", {"labels": "stay", "sure": "1"})

    assert "can’t be undone" in asked.text
    assert unsure.status_code == 422
    assert "Your account is erased" in done.text
    assert User.objects.get(pk=user.pk).erased_at
    assert client.get("/me/").status_code == 302


def test_an_administrator_erases_somebody_who_asked(person: User):
    client = signed_in(make_head())

    client.post(f"/people/{person.pk}/erase/", {"labels": "go", "sure": "1"})

    assert User.objects.get(pk=person.pk).erased_at
    assert client.get(f"/people/{person.pk}/").status_code == 404
    assert client.get("/audit/").status_code == 200


def test_the_only_administrator_is_told_why_not():
    head = make_head()

    answer = signed_in(head).post("/me/erase/", {"labels": "stay", "sure": "1"})

    assert answer.status_code == 422
    assert "only administrator" in answer.text


def test_it_is_asked_first_whether_it_is_still_the_same_person(person: User):
    client = Client()
    client.force_login(person)

    answer = client.post("/me/erase/", {"labels": "stay", "sure": "1"})

    assert answer["Location"].startswith("/me/security/again/")
    assert User.objects.get(pk=person.pk).erased_at is None
