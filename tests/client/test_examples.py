"""The examples of the pages, run as they stand against a living Arete."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.asking import Caller
from tests.curation.routes.responses import foreign_endpoint
from tests.exports.releases import make_recipe
from tests.factories import make_domain, make_response, make_scenario, make_trait, make_trait_version
from tests.labeling.scenes import make_labeling_project, make_member

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = ("clients/python/README.md", "docs/how-to/use-the-api.md")
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
EXAMPLES = [
    pytest.param(language, code, id=f"{page}-{number}")
    for page in PAGES
    for number, (language, code) in enumerate(BLOCK.findall((ROOT / page).read_text()), start=1)
]


@pytest.mark.parametrize(("language", "code"), EXAMPLES)
def test_an_example_runs_as_it_stands(language, code, somebody, tmp_path):
    furnish(somebody)
    (tmp_path / "pairs.jsonl").write_text("")
    (tmp_path / "rows.jsonl").write_text('{"frage": "Darf ich?", "antwort": "Nein."}\n')
    commands = tmp_path / "bin"
    commands.mkdir()
    command = commands / "arete-client"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m arete_client "$@"\n')
    command.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{commands}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "clients" / "python" / "src"),
    }
    shell = ["sh", "-eu", "-c", code.replace("curl -sS", "curl -sS --fail-with-body")]

    done = subprocess.run(
        [sys.executable, "-c", code] if language == "python" else shell,
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout or "label" in code or "submit" in code


def furnish(somebody: Caller) -> None:
    """What the examples speak of."""
    make_trait_version(make_trait("candor"))
    foreign_endpoint()
    make_trait_version(make_trait("truthfulness"))
    make_response(make_scenario(domain=make_domain("health")))
    make_member(make_labeling_project(items=2, slug="our-project"), somebody.user, role="lead")
    make_recipe("demo")
