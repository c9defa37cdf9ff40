"""The reference says what is there, and nothing that is not."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from config.invariants import INVARIANTS
from curation.sources import SOURCES
from exports.schema import CONFIGS
from results.readers import COLUMNS

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
APPS = {"accounts", "runs", "egress", "curation", "labeling", "exports", "results", "config"}


def test_every_setting_is_in_the_example():
    settings = (ROOT / "config" / "settings.py").read_text()
    example = (ROOT / ".env.example").read_text()

    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))

    assert read == {name for name in read if re.search(rf"^#?{name}=", example, re.MULTILINE)}


def test_every_setting_is_documented_and_nothing_else():
    settings = (ROOT / "config" / "settings.py").read_text()
    page = (REFERENCE / "settings.md").read_text()

    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))

    assert set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE)) == read


def test_every_command_of_ours_is_documented():
    page = (REFERENCE / "commands.md").read_text()

    commands = {path.stem for path in ROOT.glob("*/management/commands/[a-z]*.py")}

    assert commands == {name for name in commands if f"| `{name}" in page}


def test_every_column_of_a_release_is_documented():
    page = (REFERENCE / "release.md").read_text()

    lines = {f"| `{column.name}` | {column.type} |" for config in CONFIGS for column in config.columns}

    assert lines == {line for line in lines if line in page}


def test_every_source_is_documented_with_its_columns():
    page = (REFERENCE / "sources.md").read_text()
    sections = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))

    assert set(sections) == set(SOURCES)
    for name, source in SOURCES.items():
        assert set(re.findall(r"^\| `(\w+)` \|", sections[name], re.MULTILINE)) == set(source.columns), name
        assert source.title in sections[name]
        assert f"(`{source.license}`)" in sections[name] or not source.license


def test_every_field_of_results_is_documented():
    page = (REFERENCE / "results.md").read_text()

    assert set(re.findall(r"^\| `(\w+)` \| (?:model|figure) \|", page, re.MULTILINE)) == set(COLUMNS)


def test_every_invariant_is_documented():
    page = (REFERENCE / "invariants.md").read_text()

    assert set(re.findall(r"^- (.+)$", page, re.MULTILINE)) == set(INVARIANTS)


def test_no_link_of_the_documentation_is_dead():
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")]

    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text())
        if not (page.parent / target).exists()
    ]

    assert dead == []


def recorded(tree: ast.AST) -> Iterator[str]:
    """The acts that a module writes down, as far as it names them in so many letters."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "record" and len(call.args) > 1:
            act = call.args[1]
            choices = [act.body, act.orelse] if isinstance(act, ast.IfExp) else [act]
            yield from (str(each.value) for each in choices if isinstance(each, ast.Constant))


def test_every_act_that_is_written_down_is_documented():
    page = (REFERENCE / "audit.md").read_text()
    modules = [path for path in ROOT.glob("*/**/*.py") if path.parts[len(ROOT.parts)] in APPS]

    acts = {act for path in modules for act in recorded(ast.parse(path.read_text()))}

    assert len(acts) > 80
    assert acts == {act for act in acts if f"`{act}`" in page}
