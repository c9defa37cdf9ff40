"""The page on which people say which column is what."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Role, User
from curation.actions.mappings import save_mapping
from curation.models import Import, SavedMapping, Scenario
from curation.sources.mapped import Answer, ColumnMapping
from labeling.models import Item
from runs.actions import perform_now
from tests.factories import make_domain, make_project, make_user

pytestmark = pytest.mark.django_db
CHOSEN = {"prompt": "frage", "response_1": "antwort", "model_1": "modell"}
ROWS = [
    {"frage": "Darf ich?", "antwort": "<script>alert(1)</script> **Nein.**", "modell": "m-1", "egal": 1},
    {"frage": "Soll ich?", "antwort": "Ja.", "modell": "m-2", "egal": 2},
]


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def curator(client: Client) -> User:
    user = make_user(roles=(Role.CURATORS,))
    client.force_login(user)
    return user


def bring(client: Client, data: bytes | None = None, name: str = "rows.jsonl", **fields: str) -> str:
    """Upload a file whose columns nobody named; return the address of the page that asks for them."""
    whole = "".join(json.dumps(row) + "\n" for row in ROWS).encode() if data is None else data
    file = SimpleUploadedFile(name, whole)
    answer: Any = client.post("/imports/new/", {"source": "columns", **fields, "file": file})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def imported(client: Client, address: str, **chosen: str) -> Import:
    answer = client.post(address, {**CHOSEN, "act": "start", **chosen})
    assert answer.status_code == 302
    origin = Import.objects.select_related("run").get()
    perform_now(origin.run)
    origin.refresh_from_db()
    return origin


def test_an_upload_without_a_source_asks_for_its_columns(client: Client, curator: User) -> None:
    address = bring(client)

    page = client.get(address).content.decode()

    assert address == reverse("labeling:import_columns", args=[Import.objects.get().pk])
    assert "frage · text: Darf ich?" in page
    assert "egal · number: 1" in page


def test_nothing_is_lost_when_the_tab_is_closed(client: Client, curator: User) -> None:
    bring(client)
    origin = Import.objects.get()

    listed = client.get("/imports/").content.decode()
    page = client.get(f"/imports/{origin.pk}/").content.decode()

    assert "columns not named yet" in listed
    assert "Choose the columns" in page


def test_usual_names_are_chosen_already(client: Client, curator: User) -> None:
    page = client.get(bring(client, b"question,answer_a,answer_b\nWhy?,One.,Two.\n", "rows.csv"))

    html = page.content.decode()

    chosen = [f'<option value="{name}" selected>' in html for name in ("question", "answer_a", "answer_b")]
    assert chosen == [True, True, True]


def test_the_preview_shows_rows_and_writes_nothing(client: Client, curator: User) -> None:
    page = client.post(bring(client), {**CHOSEN, "act": "preview"}).content.decode()

    assert "The first 2 rows as they would come in" in page
    assert "<strong>Nein.</strong>" in page
    assert "<script>alert" not in page
    assert not Scenario.objects.exists()
    assert Import.objects.get().is_parked


def test_the_preview_names_what_is_wrong(client: Client, curator: User) -> None:
    data = b'{"frage": "A?", "antwort": "B", "modell": ""}\n{"frage": "", "antwort": "B", "modell": ""}\n{\n'

    page = client.post(bring(client, data), {**CHOSEN, "act": "preview"}).content.decode()

    assert "2 of these 3 can’t be used" in page
    assert "the text is empty" in page
    assert "not JSON" in page


def test_the_import_begins_with_the_chosen_columns(client: Client, curator: User) -> None:
    origin = imported(client, bring(client))

    assert (origin.created, origin.source) == (2, "mapping")
    assert origin.unread == {"egal": 2}
    assert set(Scenario.objects.values_list("responses__model", flat=True)) == {"m-1", "m-2"}


def test_a_project_wants_two_responses(client: Client, curator: User) -> None:
    make_project("demo")
    data = b"q,a,b\nWhy?,One.,Two.\nWho?,One.,Two.\n"
    address = bring(client, data, "rows.csv", project="demo")
    single = client.post(address, {"prompt": "q", "response_1": "a", "act": "preview"}).content.decode()

    origin = imported(client, address, prompt="q", response_1="a", response_2="b", model_1="")

    assert "an item compares two responses, and the row has 1" in single
    assert (origin.created, Item.objects.count()) == (2, 2)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"prompt": ""}, "Choose the column that holds the prompt."),
        ({"prompt": "nowhere"}, "Select a valid choice"),
        ({"response_1": "frage"}, "The column “frage” is chosen twice."),
    ],
)
def test_choices_that_make_no_sense_are_said(
    client: Client, curator: User, chosen: dict[str, str], words: str
) -> None:
    answer = client.post(bring(client), {**CHOSEN, "act": "start", **chosen})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Import.objects.get().is_parked


def test_an_import_begins_once(client: Client, curator: User) -> None:
    address = bring(client)
    imported(client, address)

    again = client.post(address, {**CHOSEN, "prompt": "antwort", "response_1": "", "act": "start"})

    assert again.status_code == 302
    assert Import.objects.get().mapping["prompt"] == "frage"  # type: ignore[index]


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "rows.jsonl", "hold no columns"),
        (b"PAR1 broken", "rows.parquet", "not a Parquet file"),
        (b"{\n{\n", "rows.jsonl", "hold no columns"),
    ],
)
def test_a_file_without_columns_is_said_in_words(
    client: Client, curator: User, data: bytes, name: str, words: str
) -> None:
    page = client.get(bring(client, data, name)).content.decode()

    assert words in page


def test_a_mapping_is_saved_used_and_deleted(client: Client, curator: User) -> None:
    imported(client, bring(client), save_as="  Interviews ")
    saved = SavedMapping.objects.get()
    second = json.dumps({**ROWS[0], "frage": "Was dann?"}).encode()
    client.post(
        "/imports/new/", {"source": f"saved:{saved.pk}", "file": SimpleUploadedFile("more.jsonl", second)}
    )
    origin = Import.objects.get(file_name="more.jsonl")
    perform_now(origin.run)
    origin.refresh_from_db()
    client.post(reverse("curation:mapping_delete", args=[saved.pk]))

    assert (saved.name, saved.created_by) == ("Interviews", curator)
    assert (origin.created, origin.rejected) == (1, 0)
    assert not SavedMapping.objects.exists()


def test_a_saved_mapping_fills_the_page_in_and_says_what_is_missing(client: Client, curator: User) -> None:
    saved = save_mapping("Old", ColumnMapping("frage", system="gone", responses=(Answer("antwort"),)))

    page = client.get(bring(client), {"saved": saved.pk}).content.decode()

    assert '<option value="frage" selected>' in page
    assert '<code dir="auto">gone</code>' in page


def test_the_name_of_somebody_else_s_mapping_is_taken(client: Client, curator: User) -> None:
    save_mapping("Taken", ColumnMapping("q"), actor=make_user())

    answer = client.post(bring(client), {**CHOSEN, "act": "start", "save_as": "Taken"})

    assert answer.status_code == 422
    assert "Somebody else saved a mapping as “Taken”" in answer.content.decode()


def test_the_command_takes_a_saved_mapping(tmp_path: Path) -> None:
    save_mapping("Interviews", ColumnMapping("frage", responses=(Answer("antwort", "modell"),)))
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))

    call_command("import", str(path), "--mapping", "Interviews", "--json", stdout=io.StringIO())

    assert Import.objects.get().created == 2


def test_bad_lines_of_many_kinds_are_each_named(client: Client, curator: User) -> None:
    make_domain("law")
    good = [[f"Question {n}?", f"Yes {n}.", f"No {n}.", "law", "en"] for n in range(30)]
    bad = [
        ["", "Yes.", "No.", "law", "en"],
        ["Empty answer?", " ", "No.", "law", "en"],
        ["Same?", "Same.", "Same.", "law", "en"],
        ["Domain?", "Yes.", "No.", "alchemy", "en"],
        ["Language?", "Yes.", "No.", "law", "a language with a very long name"],
        ["Short row?", "Yes."],
    ]
    text = io.StringIO()
    csv.writer(text).writerows([["question", "a", "b", "field", "tongue"], *good, *bad])
    chosen = {"prompt": "question", "response_1": "a", "response_2": "b", "domain": "field"}

    origin = imported(
        client, bring(client, text.getvalue().encode(), "rows.csv"), **chosen, language="tongue", model_1=""
    )

    assert (origin.created, origin.rejected) == (30, 6)
    assert list(origin.problems.values_list("line", "column")) == [
        (32, "question"), (33, "a"), (34, "b"), (35, "domain"), (36, "tongue"), (37, ""),
    ]  # fmt: skip
