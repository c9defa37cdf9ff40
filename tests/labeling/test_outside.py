"""Verdicts of people without an account: kept one by one, apart from what members say."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from pytest_django import Settings

from accounts.models import AuditEvent
from config.invariants import violations
from curation.models import Import
from labeling.actions.outside import take_back
from labeling.erasures import erase_again, write_down
from labeling.models import Item, OutsideAnnotator, OutsideLoss, OutsideVerdict, Project
from labeling.opinions import opinions_on
from runs.models import Run
from tests.factories import make_project
from tests.labeling.import_files import import_file, write_lines
from tests.labeling.measured import figure, measure
from tests.labeling.outside import WHO, make_outside_verdict, pressed, task
from tests.labeling.scenes import make_item, make_labeling_project, make_member, signed_in, submit, take

pytestmark = pytest.mark.django_db


def bring(project: Project, path: Path, *tasks: dict[str, Any], **plan: Any) -> Import:
    return import_file(project, write_lines(path / "tasks.jsonl", tasks), source="label-studio", **plan)


def compared(number: int) -> dict[str, Any]:
    """A row of MultiPref, before anybody said anything."""
    return {
        "text": f"May {number}?", "completion_a": f"Yes {number}.", "completion_b": f"Ask {number}.",
        "model_a": "m", "model_b": "n",
    }  # fmt: skip


def losses() -> dict[str, int]:
    return dict(OutsideLoss.objects.values_list("what", "count"))


def text_preferred(verdict: OutsideVerdict) -> str:
    return verdict.item.places.get(place=0 if verdict.strength < 0 else 1).response.text


def test_each_person_has_a_verdict_of_their_own_in_canonical_order(tmp_path: Path) -> None:
    project = make_project()
    tasks = [task(n, *(pressed(who, "right" if who != WHO[2] else "left") for who in WHO)) for n in range(8)]

    origin = bring(project, tmp_path, *tasks, license="cc-by-4.0")

    assert (origin.created, OutsideVerdict.objects.count(), OutsideAnnotator.objects.count()) == (8, 24, 3)
    for number, start in ((1, "Ask"), (2, "Ask"), (3, "Yes")):
        theirs = OutsideVerdict.objects.filter(annotator__number=number)
        assert {text_preferred(each).split()[0] for each in theirs} == {start}
        assert {(abs(each.strength), each.source, each.license) for each in theirs} == {
            (2, "label_studio", "cc-by-4.0")
        }
    # The left one was shown first, whichever place it has here.
    first = OutsideVerdict.objects.select_related("item").first()
    assert first
    assert first.item.places.get(place=first.first_place).response.text.startswith("Yes")
    assert not violations()


def test_they_fill_no_place_and_count_as_no_label(tmp_path: Path) -> None:
    project = make_labeling_project(overlap=2)

    bring(project, tmp_path, task(1, *(pressed(who, "left") for who in WHO)))

    item = Item.objects.get()
    assert (item.needed, item.taken) == (2, 0)
    member = make_member(project)
    assert take(project, member).item == item


def test_no_address_is_kept(tmp_path: Path) -> None:
    project = make_project()

    bring(project, tmp_path, task(1, pressed({"id": 4, "email": WHO[0], "first_name": "Ada"}, "left")))

    kept = str(list(OutsideAnnotator.objects.values())) + str(list(OutsideVerdict.objects.values()))
    assert "ada" not in kept.lower()
    assert str(OutsideAnnotator.objects.get()) == "outside annotator 1"


def test_one_person_of_two_projects_is_not_told_to_be_one(tmp_path: Path) -> None:
    for project in (make_project(), make_project()):
        bring(project, tmp_path, task(1, pressed(WHO[0], "left")))

    one, other = OutsideAnnotator.objects.values_list("who_sha256", flat=True)
    assert one != other


def test_the_same_again_changes_nothing(tmp_path: Path) -> None:
    project = make_project()
    tasks = [task(n, *(pressed(who, "left") for who in WHO)) for n in range(3)]
    bring(project, tmp_path, *tasks)
    before = list(OutsideVerdict.objects.order_by("pk").values())

    bring(project, tmp_path, *reversed(tasks))

    assert list(OutsideVerdict.objects.order_by("pk").values()) == before
    assert OutsideAnnotator.objects.count() == 3


def test_another_answer_or_a_license_is_a_new_row_and_the_old_one_stays(tmp_path: Path) -> None:
    project = make_project()
    bring(project, tmp_path, task(1, pressed(WHO[0], "left")))
    bring(project, tmp_path, task(1, pressed(WHO[0], "right")))

    bring(project, tmp_path, task(1, pressed(WHO[0], "right")), license="cc-by-4.0")

    first, second, third = OutsideVerdict.objects.order_by("pk")
    assert (first.superseded_by, second.superseded_by, third.superseded_by) == (second, third, None)
    assert (first.strength, third.strength) == (-second.strength, second.strength)
    assert (second.license, third.license) == ("", "cc-by-4.0")


def test_what_makes_no_verdict_is_named(tmp_path: Path) -> None:
    said = [
        pressed(None, "left"),
        pressed(WHO[0], "left", was_cancelled=True),
        {"completed_by": WHO[1], "result": [{"type": "choices", "value": {"choices": ["x"]}}]},
        pressed(WHO[2], "left", updated_at="2026-01-02T00:00:00Z"),
        pressed(WHO[2], "right", updated_at="2026-01-01T00:00:00Z"),
    ]
    both = pressed("dee", "left")
    both["result"] += pressed("dee", "right")["result"]

    bring(make_project(), tmp_path, task(1, *said, both), task(1, pressed(WHO[2], "right")))

    assert OutsideVerdict.objects.count() == 1
    assert sorted(losses().values()) == [1] * 6
    assert text_preferred(OutsideVerdict.objects.get()).startswith("Yes")


def test_a_second_source_of_the_same_items_is_refused_in_words(tmp_path: Path) -> None:
    project = make_project()
    bring(project, tmp_path, task(1, pressed(WHO[0], "left")))

    bring(project, tmp_path, {**task(1, pressed("7", "left")), "source": "label-studio: there project 7"})

    assert OutsideVerdict.objects.count() == 1
    assert "another source" in str(losses())


def test_people_of_multipref_are_told_apart(tmp_path: Path) -> None:
    row = {
        **compared(1),
        "normal_worker_annotations": [
            {"evaluator": "one", "overall_pref": "B-is-clearly-better", "timestamp": "2024-05-21 19:18:25"},
            {"overall_pref": "Tie"},
        ],
        "expert_worker_annotations": [{"evaluator": "two", "overall_pref": "Tie"}, {"evaluator": "three"}],
    }

    import_file(make_project(), write_lines(tmp_path / "rows.jsonl", [row]), source="multipref")

    clear, tie = OutsideVerdict.objects.order_by("annotator__number")
    assert (abs(clear.strength), text_preferred(clear), tie.strength) == (2, "Ask 1.", 0)
    assert clear.answered_at
    assert clear.answered_at.year == 2024
    assert (clear.source, clear.license) == ("import", "odc-by")
    assert sum(losses().values()) == 2


def test_agreement_is_measured_apart_and_together(tmp_path: Path) -> None:
    project = make_labeling_project(traits=0, questions=["overall"], overlap=1)
    said = ("A-is-clearly-better", "Tie", "B-is-slightly-better", "Tie")
    rows = [
        {
            **compared(n),
            "expert_worker_annotations": [{"evaluator": who, "overall_pref": each} for who in WHO[:2]],
        }
        for n, each in enumerate(said)
    ]
    import_file(project, write_lines(tmp_path / "rows.jsonl", rows), source="multipref")
    assert Run.objects.filter(kind="labeling.measure").exists()
    member = make_member(project)
    for _ in said:
        submit(take(project, member))

    found = measure(project)

    outside = figure(found, "krippendorff_alpha", verdict="outside")
    together = figure(found, "krippendorff_alpha", verdict="together")
    assert (outside.value, outside.units, outside.annotators) == (1.0, 4, 2)
    assert (together.units, together.annotators) == (4, 3)
    assert together.value is not None
    assert together.value < 1
    spread = found.distributions.get(verdict="outside")
    assert sum(spread.counts) == 8


def test_the_dashboard_and_the_import_tell_of_them(tmp_path: Path) -> None:
    project = make_labeling_project()
    lead = make_member(project, role="lead")
    origin = bring(project, tmp_path, *(task(n, *(pressed(who, "left") for who in WHO)) for n in range(2)))
    Import.objects.filter(pk=origin.pk).update(created_by=lead)
    measure(project)
    client = signed_in(lead)

    dashboard = client.get(f"/projects/{project.slug}/dashboard/").content.decode()
    report = client.get(f"/imports/{origin.pk}/").content.decode()

    assert "Outside annotators" in dashboard
    assert "6 new verdicts" in report
    assert "No license was named" in report


def test_what_they_said_of_an_item_is_shown_once_its_places_are_filled() -> None:
    project = make_labeling_project(items=1, overlap=1)
    item = project.items.get()
    make_outside_verdict(item, strength=2)
    assert not opinions_on(item).outside

    submit(take(project, make_member(project)))

    assert [vote.number for vote in opinions_on(item).outside] == [0, 0, 0, 0, 0, 1, 0]


def test_what_is_taken_back_counts_nowhere_and_is_never_brought_again(tmp_path: Path) -> None:
    project = make_project()
    tasks = [task(1, *(pressed(who, "left") for who in WHO))]
    bring(project, tmp_path, *tasks)
    said = StringIO()

    call_command("outside", project.slug, "--take-back", "2", stdout=said)
    bring(project, tmp_path, task(1, *(pressed(who, "right") for who in WHO)))

    assert "1 verdicts were taken back" in said.getvalue()
    assert OutsideVerdict.objects.live().count() == 2
    assert OutsideVerdict.objects.filter(annotator__number=2).count() == 1
    assert "taken back" in str(losses())
    assert AuditEvent.objects.filter(act="outside_annotator.withdrawn").exists()
    call_command("outside", project.slug, stdout=said)
    assert "taken back" in said.getvalue().splitlines()[2]


def test_the_database_keeps_them_as_they_are() -> None:
    verdict = make_outside_verdict(make_item(make_project()))
    stranger = make_outside_verdict(make_item(make_project())).annotator

    for forbidden in (
        lambda: OutsideVerdict.objects.update(strength=3),
        lambda: verdict.delete(),
        lambda: make_outside_verdict(verdict.item, person=stranger),
        lambda: make_outside_verdict(verdict.item, person=verdict.annotator),
        lambda: make_outside_verdict(make_item(verdict.item.project), strength=4),
        lambda: OutsideAnnotator.objects.update(who_sha256="0"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            forbidden()


def test_names_that_no_file_should_hold_stop_nobody(tmp_path: Path) -> None:
    hostile = json.dumps(task(1, pressed("a\ud800\0" * 400, "left"), {"completed_by": [1], "result": 3}))

    origin = bring(make_project(), tmp_path, hostile)  # type: ignore[arg-type]  # A line as it is.

    assert (origin.run.state, OutsideVerdict.objects.count()) == (Run.State.DONE, 1)


def test_a_restore_of_an_older_database_takes_them_back_again(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path
    person = make_outside_verdict(make_item(make_project())).annotator
    take_back(person, None)
    write_down()
    OutsideAnnotator.objects.update(withdrawn_at=None)

    assert [each.kind for each in erase_again()] == ["outside"]

    assert not OutsideVerdict.objects.live().exists()
    assert erase_again() == []
