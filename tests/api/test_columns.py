"""Files with columns of their own, imported by program: looked at, tried, settled."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from curation.actions.mappings import save_mapping
from curation.models import Import, SavedMapping
from curation.sources.mapped import Answer, ColumnMapping
from runs.actions import perform_now
from tests.api.asking import Caller, curator, named
from tests.factories import make_user
from tests.labeling.scenes import make_labeling_project, make_member

pytestmark = pytest.mark.django_db
ROWS = [
    *({"frage": f"Darf ich {number}?", "antwort": "Nein.", "modell": "m-1"} for number in range(1, 6)),
    {"frage": "", "antwort": "Ja.", "modell": "m-2"},
]
ENGLISH = b'{"q": "May I?"}'
MAPPING = {"prompt": "frage", "responses": [{"text": "antwort", "model": "modell"}]}


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def brought(caller: Caller, data: bytes = b"", **fields: str) -> str:
    """The address of an import that waits for its columns."""
    whole = data or "".join(json.dumps(row) + "\n" for row in ROWS).encode()
    file = SimpleUploadedFile("rows.jsonl", whole)
    answer = caller.upload("/imports", {"source": "columns", **fields, "file": file})
    assert answer.status_code == 202, answer.json()
    return f"/imports/{answer.json()['id']}"


def test_the_columns_of_a_file_are_told_with_a_guess():
    caller = curator()

    found = caller.get(f"{brought(caller)}/columns").json()

    assert found["columns"][0] == {"path": "frage", "kind": "text", "sample": "Darf ich 1?"}
    assert set(found["mapping"]) == {
        *MAPPING,
        "system",
        "domain",
        "language",
        "license",
        "source",
        "warnings",
    }
    assert found["missing"] == []


def test_the_first_rows_are_tried_and_nothing_is_written():
    caller = curator()
    path = brought(caller)

    tried = caller.post(f"{path}/preview", {"mapping": MAPPING}).json()

    good, *_, bad = tried["rows"]
    assert (good["messages"], good["responses"]) == (
        [{"role": "user", "content": "Darf ich 1?"}],
        [{"text": "Nein.", "model": "m-1"}],
    )
    assert (bad["line"], bad["column"], bool(bad["problem"]), tried["bad"]) == (6, "frage", True, 1)
    assert caller.get(path).json()["lines"] == 0


def test_with_its_columns_settled_the_import_begins_once():
    caller = curator()
    path = brought(caller)

    begun = caller.post(f"{path}/start", {"mapping": MAPPING, "save_as": "German pairs"})
    perform_now(Import.objects.select_related("run").get().run)
    report = caller.get(path).json()

    assert begun.status_code == 202
    assert (report["lines"], report["created"], report["rejected"]) == (6, 5, 1)
    assert caller.post(f"{path}/start", {"mapping": MAPPING}).status_code == 409
    assert caller.get(f"{path}/columns").status_code == 409


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"prompt": "question"}, "mapping.prompt"),
        ({"prompt": "frage", "responses": [{"text": "nirgends"}]}, "mapping.responses.0.text"),
        ({"prompt": "frage", "responses": [{"text": "frage"}]}, "mapping"),
        ({"prompt": ""}, "mapping.prompt"),
        ({"prompt": "frage", "answer": "antwort"}, "mapping.answer"),
    ],
)
def test_a_mapping_that_does_not_fit_is_named(wrong, field):
    caller = curator()

    refused = caller.post(f"{brought(caller)}/start", {"mapping": wrong})

    assert (refused.status_code, named(refused)) == (422, {field})


def test_a_mapping_is_kept_for_the_next_file_of_its_kind():
    caller = curator()
    caller.post(f"{brought(caller)}/start", {"mapping": MAPPING, "save_as": "German pairs"})
    (saved,) = caller.get("/mappings").json()["data"]

    there = caller.get(f"{brought(caller)}/columns", {"saved": saved["id"]}).json()
    other = caller.get(f"{brought(caller, ENGLISH)}/columns", {"saved": saved["id"]}).json()

    assert (saved["name"], saved["mapping"]["prompt"]) == ("German pairs", "frage")
    assert (there["mapping"]["prompt"], there["missing"]) == ("frage", [])
    assert other["missing"] == ["frage", "antwort", "modell"]


def test_the_name_of_somebody_elses_mapping_is_taken():
    save_mapping("Theirs", ColumnMapping("q", responses=(Answer("a"),)), actor=make_user())
    caller = curator()

    refused = caller.post(f"{brought(caller)}/start", {"mapping": MAPPING, "save_as": "Theirs"})

    assert (refused.status_code, named(refused)) == (422, {"save_as"})
    assert SavedMapping.objects.get().mapping["prompt"] == "q"


def test_a_saved_mapping_is_forgotten():
    saved = save_mapping("Ours", ColumnMapping("q"), actor=None)

    assert curator().send("DELETE", f"/mappings/{saved.pk}", b"").status_code == 204
    assert not SavedMapping.objects.exists()


def test_a_lead_settles_the_columns_of_their_own_imports_alone():
    project = make_labeling_project()
    lead: Any = Caller(make_member(project, role="lead"), project_id=project.pk)
    mine, theirs = brought(lead, project=project.slug), brought(curator())

    assert lead.get(f"{mine}/columns").status_code == 200
    assert lead.get(f"{theirs}/columns").status_code == 404
