import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg.conninfo import make_conninfo

from curation.models import Import, Scenario
from labeling.models import Item, Project
from tests.factories import make_domain, make_project
from tests.labeling.import_files import pair, write_lines

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parent.parent.parent


class Command(NamedTuple):
    line: list[str]
    environment: dict[str, str]


def import_command(*arguments: str | Path, **environment: str) -> Command:
    """Return the real command and what points it at the test's database."""
    described = connection.settings_dict
    url = make_conninfo(
        dbname=described["NAME"], host=described["HOST"], port=described["PORT"], user=described["USER"]
    )
    line = [sys.executable, "manage.py", "import", *map(str, arguments)]
    return Command(line, {**os.environ, "DATABASE_URL": url, **environment})


def manage_import(*arguments: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run the real command against the test's database."""
    command = import_command(*arguments, **environment)
    return subprocess.run(
        command.line,
        cwd=ROOT,
        env=command.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def report(done: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_report_says_what_became_of_each_line(tmp_path: Path) -> None:
    make_project("demo")
    path = write_lines(tmp_path / "rows.jsonl", [*(pair(number) for number in range(5)), pair(0), '{"a": 1}'])

    done = manage_import(path, "--source", "pairs", "--project", "demo", "--json")

    assert done.returncode == 0
    said = report(done)
    assert {name: said[name] for name in ("lines", "created", "duplicates", "rejected")} == {
        "lines": 7,
        "created": 5,
        "duplicates": 1,
        "rejected": 1,
    }
    (problem,) = said["problems"]
    assert (problem["line"], problem["column"]) == (7, "prompt")
    assert problem["reason"].startswith("there is no column")


def test_a_refused_file_is_a_failure_with_a_report(tmp_path: Path) -> None:
    make_project("demo")
    path = write_lines(tmp_path / "rows.jsonl", [*(pair(number) for number in range(30)), "{"])

    done = manage_import(path, "--source", "pairs", "--project", "demo", "--atomic", "--json")

    assert done.returncode == 1
    assert "the import is atomic" in done.stderr
    said = report(done)
    assert (said["created"], [problem["line"] for problem in said["problems"]]) == (0, [31])
    assert not Scenario.objects.exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"--source": "unheard-of"},
            "--source: There is no source named “unheard-of”. The sources are: hh-rlhf",
        ),
        ({"--project": "nowhere"}, "--project: there is no project “nowhere”. The projects are: demo."),
        ({"--domain": "alchemy"}, "--domain: there is no domain “alchemy”. The domains are: law."),
        ({"--license": "x" * 61}, "--license: is longer than 60 characters"),
        ({"FILE": "gone.jsonl"}, "gone.jsonl can't be read: No such file or directory"),
        ({"FILE": "folder.jsonl"}, "folder.jsonl can't be read: Is a directory"),
        ({"FILE": "rows.docx"}, "rows.docx: expected a file name that ends in .jsonl"),
    ],
)
def test_a_wrong_argument_is_named_with_the_next_step(
    tmp_path: Path, changed: dict[str, str], words: str
) -> None:
    make_project("demo")
    make_domain("law")
    write_lines(tmp_path / "rows.jsonl", [pair(1)])
    write_lines(tmp_path / "rows.docx", [pair(1)])
    (tmp_path / "folder.jsonl").mkdir()
    options = {"--source": "pairs", "--project": "demo", "FILE": "rows.jsonl", **changed}
    path = tmp_path / options.pop("FILE")

    with pytest.raises(CommandError, match=re.escape(words)) as refused:
        call_command("import", str(path), *(part for option in options.items() for part in option))

    assert refused.value.returncode == 2
    assert not Import.objects.exists()


def test_a_bomb_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    make_project("demo")
    path = tmp_path / "bomb.jsonl.gz"
    with gzip.open(path, "wt") as file:
        for number in range(20_000):
            file.write(json.dumps(pair(number, chosen="x" * 500)) + "\n")

    done = manage_import(path, "--source", "pairs", "--project", "demo", "--json", IMPORT_MAX_DECODED_MB="1")

    assert done.returncode == 1
    assert "more than 1 MB once decompressed" in done.stderr
    assert report(done)["created"] == 0
    assert not Scenario.objects.exists()


def test_a_line_of_many_megabytes_is_one_problem(tmp_path: Path) -> None:
    make_project("demo")
    path = tmp_path / "rows.jsonl"
    with path.open("w") as file:
        for number in range(9):
            file.write(json.dumps(pair(number)) + "\n")
        file.write('{"prompt": "')
        for _ in range(200):
            file.write("x" * 1_000_000)
        file.write('"}\n')
        file.write(json.dumps(pair(9)) + "\n")

    done = manage_import(path, "--source", "pairs", "--project", "demo", "--json")

    said = report(done)
    assert (done.returncode, said["created"], said["rejected"]) == (0, 10, 1)
    assert said["problems"][0]["line"] == 10


def test_a_file_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    make_project("demo")
    whole = write_lines(tmp_path / "whole.jsonl.gz", [pair(number) for number in range(5000)])
    path = tmp_path / "broken.jsonl.gz"
    path.write_bytes(whole.read_bytes()[:-1000])

    done = manage_import(path, "--source", "pairs", "--project", "demo", "--json")

    said = report(done)
    assert done.returncode == 0
    assert said["rejected"] == 1
    assert "breaks off" in said["problems"][0]["reason"]
    assert said["created"] == Item.objects.count() > 1000


def test_the_real_file_goes_in_whole_and_only_once(data_file: Any) -> None:
    project = make_project("demo")
    path = data_file("hh-rlhf-harmless-test.jsonl.gz")

    first = report(manage_import(path, "--source", "hh-rlhf", "--project", "demo", "--json"))
    again = report(manage_import(path, "--source", "hh-rlhf", "--project", "demo", "--json"))

    assert first["lines"] == 2312
    assert first["created"] + first["duplicates"] + first["rejected"] == 2312
    assert first["rejected"] == len(first["problems"]) < 20
    assert first["created"] == Item.objects.filter(project=project).count()
    assert (again["created"], again["duplicates"]) == (0, first["created"] + first["duplicates"])
    assert Project.objects.get().items_total == first["created"]


def test_an_interrupted_import_says_how_to_go_on(tmp_path: Path) -> None:
    make_project("demo")
    path = write_lines(tmp_path / "rows.jsonl", (pair(number) for number in range(80_000)))
    command = import_command(path, "--source", "pairs", "--project", "demo")
    with subprocess.Popen(command.line, stderr=subprocess.PIPE, cwd=ROOT, env=command.environment) as process:
        while process.poll() is None and not Item.objects.exists():
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)

    again = report(manage_import(path, "--source", "pairs", "--project", "demo", "--json"))

    assert process.returncode == 130
    assert b"the same command again brings the rest" in said
    assert b"Traceback" not in said
    assert again["duplicates"] > 0
    assert Item.objects.count() == again["lines"] == 80_000
