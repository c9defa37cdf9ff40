import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client

from accounts.actions import give_consent
from accounts.audit import record
from accounts.models import User
from labeling.actions.annotations import save_draft
from labeling.actions.assignments import flag_item, skip_item
from labeling.actions.gold import contest
from labeling.models import Project
from labeling.sheets import load_sheet
from tests.factories import make_scenario, make_user
from tests.labeling.calibrating import answer, gold_project, take_gold
from tests.labeling.scenes import answer_to, make_labeling_project, make_member, signed_in, submit, take

pytestmark = pytest.mark.django_db


def archive_of(user: User) -> ZipFile:
    return opened(signed_in(user))


def opened(client: Client) -> ZipFile:
    answer = client.get("/me/data.zip")
    return ZipFile(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]


def lines(archive: ZipFile, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.read(f"{name}.jsonl").splitlines()]


def test_the_archive_holds_what_a_person_did() -> None:
    project = make_labeling_project(items=3)
    person = make_member(project, make_user(name="A Reader"))
    give_consent(person)
    assignment = take(project, person)
    load_sheet(assignment)
    submit(assignment, rationale="Because it asks first.", cite=["A1"])
    skip_item(take(project, person).pk, person, "unclear", "No sense to me.")
    held = take(project, person)
    save_draft(held.pk, person, answer_to(held, rationale="Half a thought"))
    flag_item(held.pk, person, is_raised=True)

    archive = archive_of(person)

    assert json.loads(archive.read("profile.json"))["name"] == "A Reader"
    (label,) = lines(archive, "annotations")
    assert label["rationale"] == "Because it asks first."
    assert [verdict["strength"] for verdict in label["preferences"]].count(None) == 0
    assert len(label["preferences"]) == 2
    assert label["evidence"][0]["quote"]
    assert lines(archive, "drafts")[0]["body"]["rationale"] == ["Half a thought"]
    assert lines(archive, "skips")[0]["skip_note"] == "No sense to me."
    assert len(lines(archive, "flags")) == len(lines(archive, "consents")) == 1
    assert archive.read("hours.csv").decode().splitlines()[1].split(",")[2:] == ["1", "1.0", "0.02"]


def test_the_archive_holds_what_a_person_said_wrote_and_set_up() -> None:
    project, items = gold_project()
    person = make_member(project)
    given = take_gold(project, person)
    assert given
    answer(given, -2)
    contest(given, items[0].gold_references.get(), "The second turn says otherwise.")
    make_scenario("Is it so?", author=person)
    Project.objects.update(created_by=person)
    record(person, "project.opened", project)

    archive = archive_of(person)

    (said,) = lines(archive, "remarks")
    assert (said["about"], said["text"]) == ("reference", "The second turn says otherwise.")
    (written,) = lines(archive, "works")
    assert (written["kind"], written["messages"]) == (
        "curation.Scenario",
        [{"role": "user", "content": "Is it so?"}],
    )
    found = {(row["kind"], row["as"]) for row in lines(archive, "traces")}
    assert {("labeling.Project", "created_by"), ("accounts.AuditEvent", "actor")} <= found


def test_the_archive_says_what_each_of_its_files_is() -> None:
    archive = archive_of(make_user())

    readme = archive.read("README.txt").decode()

    assert all(name in readme for name in archive.namelist() if name != "README.txt")


def test_the_archive_holds_nothing_of_anybody_else() -> None:
    project = make_labeling_project(items=1, overlap=2)
    other = make_member(project, make_user(name="Somebody Else"))
    submit(take(project, other), rationale="A thought of another")

    archive = archive_of(make_member(project))

    assert not any(b"Somebody Else" in archive.read(name) for name in archive.namelist())
    assert not any(b"A thought of another" in archive.read(name) for name in archive.namelist())


def test_the_password_is_not_in_it() -> None:
    person = make_user()
    person.set_password("seven green lamps")
    person.save()

    archive = archive_of(person)

    assert not any(person.password.encode() in archive.read(name) for name in archive.namelist())
