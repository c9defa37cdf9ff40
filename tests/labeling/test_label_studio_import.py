"""Preference projects of other people's Label Studios."""

import json
from pathlib import Path
from typing import Any

import pytest

from accounts.models import AuditEvent, Role
from curation.actions.importing import Plan
from curation.models import Import, Response, Scenario
from egress.models import Secret
from labeling.actions.imports import start_import
from labeling.actions.studio_import import Wanted, bring_project
from labeling.actions.studios import Address
from labeling.label_studio.config import label_config
from labeling.label_studio.controls import Layout
from labeling.label_studio.foreign import Keys, NoPreference, keys_in
from labeling.models import Item, OutsideLoss, OutsideVerdict, Project
from runs.actions import perform_now
from runs.models import Run
from tests.factories import make_trait_version, make_user
from tests.labeling.scenes import make_member, signed_in
from tests.labeling.studio_double import LEGACY, Fault, StudioDouble

pytestmark = pytest.mark.django_db
CONFIG = """<View><!-- Ours --><Text name="q" value="$ask"/><Pairwise name="pw" toName="one,two"/>
<Text name="one" value="$x1"/><Text name="two" value="$x2"/><TextArea name="why" toName="q"/></View>"""


def pressed(*sides: str, **more: Any) -> list[dict[str, Any]]:
    return [
        {"result": [{"from_name": "pw", "type": "pairwise", "value": {"selected": side}}], **more}
        for side in sides
    ]


def foreign(double: StudioDouble, tasks: list[dict[str, Any]], config: str = CONFIG) -> None:
    double.projects[7] = {"id": 7, "label_config": config}
    double.tasks = {
        number: {"id": number, "project": 7, **task} for number, task in enumerate(tasks, start=1)
    }


def brought(double: StudioDouble, project: Project | None = None) -> tuple[Run, Import]:
    plan = Plan(Path(), "Label Studio project 7", "label-studio")
    wanted = Wanted(Address(double.url, "legacy", LEGACY), 7, plan, project)
    origin = bring_project(wanted, created_by=make_user())
    fetch = perform_now(Run.objects.get(pk=origin.run.arguments["fetch"]))
    origin.run.refresh_from_db()
    if origin.run.state == Run.State.QUEUED:
        perform_now(origin.run)
    origin.refresh_from_db()
    return fetch, origin


def test_a_project_is_read_by_its_own_interface(double: StudioDouble, project: Project) -> None:
    asked = {"ask": "May he?", "x1": "Yes.", "x2": "Ask him."}
    others = pressed("right", "right", "left")
    others[0]["result"].append({"from_name": "why", "type": "textarea", "value": {"text": ["So."]}})
    foreign(double, [{"data": asked, "annotations": others}, {"data": {"ask": "Lost"}, "annotations": 3}])

    fetch, origin = brought(double, project)

    assert fetch.state == Run.State.DONE, fetch.error
    assert "why (1)" in str(list(fetch.log.values_list("text", flat=True)))
    assert not Secret.objects.exists()
    # One of two tasks is bad: nothing is written, and the report says which.
    assert (origin.lines, origin.rejected, origin.created) == (2, 2, 0)
    assert origin.problems.get().line == 2


def test_a_whole_project_becomes_items_with_its_preference(double: StudioDouble, project: Project) -> None:
    tasks = [
        {
            "data": {"ask": f"May {n}?", "x1": f"Yes {n}.", "x2": f"Ask {n}."},
            "annotations": pressed("right", "right", "left"),
        }
        for n in range(6)
    ]
    before = project.items.count()
    foreign(double, tasks)

    fetch, origin = brought(double, project)

    assert (fetch.state, origin.created, origin.rejected) == (Run.State.DONE, 6, 0)
    item = Item.objects.filter(project=project).order_by("-position")[0]
    assert project.items.count() == before + 6
    preferred = item.places.get(place=0 if item.source_preference == -1 else 1).response
    assert preferred.text.startswith("Ask")
    assert "project 7" in item.scenario.source
    # The same again creates nothing.
    assert brought(double, project)[1].created == 0


def test_each_person_there_has_a_verdict_and_no_address_is_written_down(
    double: StudioDouble, project: Project
) -> None:
    asked = {"ask": "May he?", "x1": "Yes.", "x2": "Ask him."}
    said = [
        *pressed("right", completed_by={"id": 1, "email": "ada@example.org"}),
        *pressed("left", completed_by={"id": 2, "email": "Ben@example.org"}),
        *pressed("left"),
    ]
    foreign(double, [{"data": asked, "annotations": said}])

    _, origin = brought(double, project)
    brought(double, project)

    assert sorted(OutsideVerdict.objects.values_list("annotator__number", "source")) == [
        (1, "label_studio"),
        (2, "label_studio"),
    ]
    assert "example.org" not in Path(origin.path).read_text()
    assert "who gave it" in OutsideLoss.objects.get(target__import_run=origin).what


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("<View><Text name='a' value='$a'/></View>", "no Pairwise"),
        (
            "<View><Pairwise name='p' toName='a,b'/><Text name='a' value='$a'/><Text name='b' value='$b'/></View>",
            "nothing that they answer",
        ),
        ("<View>", "can’t be read"),
        ('<!DOCTYPE v [<!ENTITY a "aaaa">]><View>&a;</View>', "can’t be read"),
        ("<View/>" + " " * 1_000_001, "can’t be read"),
    ],
)
def test_an_interface_that_asks_no_preference_is_named(config: str, said: str) -> None:
    with pytest.raises(NoPreference, match=said):
        keys_in(config)


def test_an_interface_that_we_made_is_read_too() -> None:
    layout = Layout(["overall"], [], 2)

    assert keys_in(label_config(layout)) == Keys("conversation", "response_A", "response_B", "better")


def test_the_texts_of_an_interface_are_found_by_their_names() -> None:
    assert keys_in(CONFIG) == Keys("ask", "x1", "x2", "pw")


@pytest.mark.parametrize(
    "fault",
    [
        Fault(".*", 401),
        Fault(r"/api/projects/7/", 404),
        Fault(r"/api/projects/7/", 200, b'{"id": 7, "label_config": 3}'),
        Fault(".*/download", 200, b"{}"),
        Fault(".*", 200, b"<html>", "text/html"),
    ],
)
def test_a_label_studio_that_misbehaves_brings_nothing(double: StudioDouble, fault: Fault) -> None:
    foreign(double, [])
    double.faults = [fault]

    fetch, origin = brought(double)

    assert fetch.state in (Run.State.FAILED, Run.State.NEEDS_ATTENTION)
    assert fetch.error
    assert not origin.is_complete


def test_an_export_file_is_a_source_like_others(project: Project, tmp_path: Path) -> None:
    turns = [{"role": "User", "content": "May he?"}]
    tasks = [
        {
            "id": 1,
            "data": {"conversation": turns, "answer_b": "B.", "Answer_A": "A."},
            "annotations": pressed("left"),
        },
        {"id": 2, "data": {"prompt": "What?", "response1": "One.", "response2": "Two.", "response3": "3."}},
        {
            "id": 3,
            "data": {"question": "Why?", "option left": "L.", "option right": "R."},
            "annotations": pressed("left", was_cancelled=True),
        },
        {"id": 4, "data": {"prompt": "Alone", "response1": "One."}},
        *({"data": {"prompt": f"Q{n}", "response_a": f"A{n}", "response_b": f"B{n}"}} for n in range(6)),
    ]
    path = tmp_path / "project-7.json"
    path.write_text(json.dumps(tasks))

    origin = start_import(project, Plan(path, path.name, "label-studio"), created_by=make_user())
    perform_now(origin.run)

    origin.refresh_from_db()
    assert (origin.created, origin.rejected) == (9, 1)
    assert "no two responses" in origin.problems.get().reason
    assert origin.unread == {"id": 4}
    assert Scenario.objects.filter(source="label-studio").count() == 9
    preferred = Item.objects.exclude(source_preference=None).get()
    place = preferred.places.get(place=0 if preferred.source_preference == -1 else 1)
    assert Response.objects.get(pk=place.response_id).text == "A."


def test_the_page_takes_an_address_and_forgets_no_check(double: StudioDouble) -> None:
    browser = signed_in(make_user(roles=(Role.CURATORS,)))
    said = {"endpoint": double.url, "token_kind": "legacy", "token": LEGACY, "number": "7"}

    assert browser.get("/imports/label-studio/").status_code == 200
    for wrong in (
        {"endpoint": "http://10.0.0.1"},
        {"token": ""},
        {"number": "x"},
        {"number": "-1"},
        {"project": "none"},
    ):
        assert browser.post("/imports/label-studio/", said | wrong).status_code == 422
    answer = browser.post("/imports/label-studio/", said)

    origin = Import.objects.get()
    assert answer["Location"] == f"/imports/{origin.pk}/"
    page = browser.get(answer["Location"]).content.decode()
    assert LEGACY not in page
    assert Run.objects.get(kind="labeling.label_studio_fetch").queue == "labelstudio"


def test_a_new_project_is_set_up_in_the_same_step(double: StudioDouble) -> None:
    curator = make_user(roles=(Role.CURATORS,))
    version = make_trait_version()
    said = {"endpoint": double.url, "token_kind": "legacy", "token": LEGACY, "number": "7"}
    said |= {"new_name": "Of others", "traits": str(version.pk)}

    answer = signed_in(curator).post("/imports/label-studio/", said)

    origin = Import.objects.get()
    assert answer["Location"] == f"/imports/{origin.pk}/"
    project = Project.objects.get(imports__import_run=origin)
    assert (project.name, project.state, list(project.traits.all())) == ("Of others", "draft", [version])
    assert project.is_led_by(curator)
    assert AuditEvent.objects.filter(act="project.created", actor=curator).exists()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"traits": ""}, "Choose at least one trait"),
        ({"project": "theirs"}, "not both"),
        ({"traits": "01900000-0000-7000-8000-000000000000"}, "Choose at least one trait"),
    ],
)
def test_a_new_project_that_can_not_be_is_not_begun(
    double: StudioDouble, project: Project, more: dict[str, str], words: str
) -> None:
    Project.objects.filter(pk=project.pk).update(slug="theirs")
    said = {"endpoint": double.url, "token_kind": "legacy", "token": LEGACY, "number": "7"}
    said |= {"new_name": "Of others", "traits": str(make_trait_version().pk), **more}

    answer = signed_in(make_user(roles=(Role.CURATORS,))).post("/imports/label-studio/", said)

    assert answer.status_code == 422
    assert words in answer.text
    assert not Import.objects.exists()
    assert Project.objects.get() == project


def test_a_lead_alone_sets_no_project_up(double: StudioDouble, project: Project) -> None:
    lead = make_member(project, role="lead")
    said = {"endpoint": double.url, "token_kind": "legacy", "token": LEGACY, "number": "7"}
    said |= {"new_name": "Of others", "traits": str(make_trait_version().pk)}

    answer = signed_in(lead).post("/imports/label-studio/", said)

    assert answer.status_code == 422
    assert Project.objects.get() == project
