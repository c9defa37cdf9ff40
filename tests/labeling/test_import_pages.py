from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Role, User
from curation.models import Import, ImportProblem
from labeling.forms.imports import ImportForm
from labeling.models import Membership, Project
from runs.actions import perform_now
from tests.factories import make_project, make_user
from tests.labeling.import_files import import_file, pair, totals, write_lines

pytestmark = pytest.mark.django_db
NEW = "/imports/new/"


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def curator() -> User:
    return make_user(roles=(Role.CURATORS,))


def lead_of(project: Project) -> User:
    user = make_user()
    Membership.objects.create(project=project, user=user, role=Membership.Role.LEAD)
    return user


def upload(client: Client, data: bytes = b"{}", name: str = "rows.jsonl", **fields: Any) -> Any:
    return client.post(NEW, {"source": "pairs", **fields, "file": SimpleUploadedFile(name, data)})


def lines(tmp_path: Path, rows: list[Any]) -> bytes:
    return write_lines(tmp_path / "made.jsonl", rows).read_bytes()


def test_a_file_is_taken_and_imported_by_a_worker(client: Client, curator: User, tmp_path: Path) -> None:
    project = make_project("demo")
    client.force_login(curator)

    answer = upload(client, lines(tmp_path, [pair(1), pair(2)]), project="demo", is_atomic="on")

    origin = Import.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("labeling:import", args=[origin.pk]))
    assert (origin.is_atomic, origin.created_by, origin.run.created_by) == (True, curator, curator)
    perform_now(origin.run)
    origin.refresh_from_db()
    assert totals(origin) == (2, 2, 0, 0)
    assert project.items.count() == 2


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"project": "nowhere"}, "Select a valid choice"),
        ({"source": "unheard-of"}, "Select a valid choice"),
        ({"name": "rows.docx"}, "expected a file name that ends in .jsonl"),
        ({"license": "x" * 61}, "at most 60 characters"),
        ({"domain": "alchemy"}, "Select a valid choice"),
    ],
)
def test_a_field_that_makes_no_sense_is_named(
    client: Client, curator: User, changed: dict[str, str], words: str
) -> None:
    make_project("demo")
    client.force_login(curator)

    answer = upload(client, **{"project": "demo", **changed})  # type: ignore[arg-type]

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "Nothing was imported yet" in answer.content.decode()
    assert not Import.objects.exists()


def test_no_file_is_said_at_its_field(client: Client, curator: User) -> None:
    make_project("demo")
    client.force_login(curator)

    answer = client.post(NEW, {"source": "pairs", "project": "demo"})

    assert answer.status_code == 422
    assert "Choose a file." in answer.content.decode()


def test_too_large_a_file_is_refused_and_not_kept(
    client: Client, curator: User, settings: Settings, media: Path
) -> None:
    settings.IMPORT_MAX_MB = 1
    make_project("demo")
    client.force_login(curator)

    answer = upload(client, b"x" * 1_500_000, project="demo")

    assert answer.status_code == 422
    assert "larger than 1 MB" in answer.content.decode()
    assert "Choose a file." not in answer.content.decode()
    assert not media.exists()


def test_a_folder_that_cannot_be_written_is_no_crash(
    client: Client, curator: User, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    settings.MEDIA_ROOT = tmp_path / "taken"
    make_project("demo")
    client.force_login(curator)

    answer = upload(client, project="demo")

    assert answer.status_code == 422
    assert "could not be stored" in answer.content.decode()


def test_a_full_disk_is_said_at_the_field(
    client: Client, curator: User, settings: Settings, tmp_path: Path
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "gone")
    make_project("demo")
    client.force_login(curator)

    answer = upload(client, project="demo")

    assert answer.status_code == 422
    assert "could not be stored: No such file or directory" in answer.content.decode()


def test_a_name_cannot_lead_out_of_the_folder(client: Client, curator: User, media: Path) -> None:
    make_project("demo")
    client.force_login(curator)

    upload(client, name="../../../etc/pass wd.jsonl", project="demo")

    path = Path(Import.objects.get().path)
    assert path.is_relative_to(media)
    assert path.name == "pass_wd.jsonl"


def test_a_lead_imports_into_the_own_project_alone(client: Client) -> None:
    mine = make_project("mine")
    make_project("theirs")
    client.force_login(lead_of(mine))

    page = client.get(NEW).content.decode()
    refused = upload(client, project="theirs")
    taken = upload(client, project="mine")

    assert 'value="theirs"' not in page
    assert (refused.status_code, taken.status_code) == (422, 302)


def test_a_lead_names_a_project(client: Client) -> None:
    client.force_login(lead_of(make_project("mine")))

    answer = upload(client)

    assert answer.status_code == 422
    assert "Choose the project that gets the items." in answer.content.decode()


@pytest.mark.parametrize("path", ["/imports/", NEW])
def test_annotators_find_no_imports(client: Client, path: str) -> None:
    user = make_user()
    Membership.objects.create(project=make_project(), user=user)
    client.force_login(user)

    assert client.get(path).status_code == 404


def test_an_import_of_another_project_does_not_exist_for_a_lead(client: Client, tmp_path: Path) -> None:
    origin = import_file(make_project("theirs"), write_lines(tmp_path / "rows.jsonl", [pair(1), "{"]))
    client.force_login(lead_of(make_project("mine")))

    listed = client.get("/imports/").content.decode()
    paths = [reverse(f"labeling:{name}", args=[origin.pk]) for name in ("import", "import_problems")]

    assert "rows.jsonl" not in listed
    assert [client.get(path).status_code for path in paths] == [404, 404]


def test_the_page_shows_totals_and_problems(client: Client, curator: User, tmp_path: Path) -> None:
    rows = [*(pair(number) for number in range(9)), "{"]
    origin = import_file(make_project(), write_lines(tmp_path / "rows.jsonl", rows))
    client.force_login(curator)

    page = client.get(reverse("labeling:import", args=[origin.pk])).content.decode()

    assert '<td class="num">10</td>' in page
    assert "Lines that can’t be used" in page
    assert 'hx-trigger="every 2s"' not in page


def test_while_it_runs_the_report_renews_itself(client: Client, curator: User, tmp_path: Path) -> None:
    make_project("demo")
    client.force_login(curator)
    upload(client, lines(tmp_path, [pair(1)]), project="demo")
    path = reverse("labeling:import", args=[Import.objects.get().pk])

    fragment = client.get(path, headers={"HX-Request": "true"}).content.decode().strip()

    assert fragment.startswith('<div class="stack stack-lg" id="report"')
    assert 'hx-trigger="every 2s"' in fragment
    assert "<html" not in fragment


def test_many_problems_come_in_pages(client: Client, curator: User, tmp_path: Path) -> None:
    origin = import_file(make_project(), write_lines(tmp_path / "rows.jsonl", []))
    ImportProblem.objects.bulk_create(
        ImportProblem(import_run=origin, line=line, reason=f"reason {line}.") for line in range(1, 151)
    )
    client.force_login(curator)
    path = reverse("labeling:import", args=[origin.pk])

    first = client.get(path).content.decode()
    second = client.get(path, {"after": "100"}).content.decode()
    nonsense = client.get(path, {"after": "9" * 40})

    assert "reason 100." in first
    assert "reason 101." not in first
    assert "?after=100" in first
    assert "reason 150." in second
    assert nonsense.status_code == 200


def test_the_table_holds_no_formula(client: Client, curator: User, tmp_path: Path) -> None:
    origin = import_file(make_project(), write_lines(tmp_path / "rows.jsonl", []))
    ImportProblem.objects.create(import_run=origin, line=1, column="=SUM(A1)", reason='@x, "y"\nz')
    client.force_login(curator)

    answer = client.get(reverse("labeling:import_problems", args=[origin.pk]))

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    table = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert table == 'line,column,reason\r\n1,\'=SUM(A1),"\'@x, ""y""\nz"\r\n'


def test_hostile_names_are_shown_as_words(client: Client, curator: User, tmp_path: Path) -> None:
    origin = import_file(make_project(), write_lines(tmp_path / "rows.jsonl", []))
    Import.objects.update(file_name="<script>alert(1)</script>.jsonl")
    client.force_login(curator)

    pages = [client.get(path).content.decode() for path in ("/imports/", f"/imports/{origin.pk}/")]

    assert not any("<script>alert" in page for page in pages)


def test_a_dataset_comes_from_the_hub_that_the_deployment_names(curator: User, settings: Settings) -> None:
    settings.HF_ENDPOINT = "http://127.0.0.1:8899"
    settings.EGRESS_ALLOWED = ["127.0.0.1:8899"]

    form = ImportForm({"source": "pairs", "hub_repo": "org/traits"}, {}, user=curator)

    assert form.is_valid(), form.errors
    assert form.dataset.endpoint == "http://127.0.0.1:8899"
    assert "http://127.0.0.1:8899" in form["hub_endpoint"].help_text
