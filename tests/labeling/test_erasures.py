"""What people took back is written down outside of the database, and done again when that is older."""

import json
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.actions import give_consent, withdraw_consent
from accounts.models import ConsentRecord, User
from labeling.actions.withdrawals import withdraw
from labeling.erasures import Erasure, erase_again, journal, read, write_down
from labeling.models import Assignment, Withdrawal
from labeling.tasks import keep_erasures
from tests.factories import make_user
from tests.labeling.scenes import make_labeling_project, make_member, submit, take

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def labeler() -> User:
    project = make_labeling_project(items=1)
    person = make_member(project)
    submit(take(project, person))
    return person


def said_of_another_time(person: User, **fields: str) -> Erasure:
    """An erasure that this database knows nothing of."""
    values = {
        "kind": "labels",
        "id": "0-of-another-time",
        "person": str(person.pk),
        "project": "",
        "at": "2026-01-01",
    }
    erasure = Erasure(**{**values, **fields})
    with journal().open("a") as file:
        file.write(json.dumps(erasure._asdict()) + "\n")
    return erasure


def test_each_erasure_is_written_down_once():
    person = labeler()
    withdraw(person)
    give_consent(person)
    withdraw_consent(person)

    assert [keep_erasures(), keep_erasures()] == [2, 0]
    assert {(each.kind, each.person) for each in read(journal())} == {
        ("labels", str(person.pk)),
        ("consent", str(person.pk)),
    }
    assert journal().stat().st_mode & 0o777 == 0o600


def test_nothing_is_repeated_that_the_database_knows():
    withdraw(labeler())
    write_down()

    assert erase_again() == []
    assert Withdrawal.objects.count() == 1


def test_what_an_older_database_has_forgotten_is_done_again():
    person, other = labeler(), labeler()
    labels = said_of_another_time(person)
    consent = said_of_another_time(person, kind="consent", id="x")

    assert set(erase_again()) == {labels, consent}

    states = dict(Assignment.objects.values_list("annotator", "state"))
    assert states == {person.pk: "withdrawn", other.pk: "submitted"}
    assert ConsentRecord.objects.filter(user=person).latest("pk").is_given is False


def test_an_erasure_in_one_project_leaves_the_others():
    person, project = labeler(), make_labeling_project(items=1)
    make_member(project, person)
    said_of_another_time(person, project=str(project.pk))
    said_of_another_time(person, project="01900000-0000-7000-8000-000000000000", id="1-of-another-time")

    erase_again()

    assert [each.state for each in Assignment.objects.all()] == ["submitted"]
    assert [each.project for each in Withdrawal.objects.all()] == [project]


def test_people_whom_the_older_database_never_knew_are_passed_over():
    said_of_another_time(User(email="nobody@example.org"))

    assert erase_again() == []


def test_another_copy_of_the_journal_counts_too(tmp_path: Path):
    said_of_another_time(labeler())
    copy = journal().rename(tmp_path / "copy.jsonl")

    assert len(erase_again(copy)) == 1


def test_a_line_that_was_cut_off_spoils_no_other():
    withdraw(labeler())
    journal().write_text('{"kind": "labels", "id"')

    write_down()

    assert len(read(journal())) == 1


def test_people_who_took_nothing_back_are_not_in_it():
    give_consent(make_user())
    labeler()

    assert write_down() == 0
    assert read(journal()) == []
