import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.exports.judged import Panel, judge
from tests.labeling.statistics.test_agreement import EXAMPLE

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("agreement", *arguments, "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def write(folder: Path, *lines: object) -> str:
    path = folder / "verdicts.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return str(path)


def example(folder: Path) -> str:
    return write(
        folder,
        *(
            {"unit": unit, "annotator": coder, "value": int(value)}
            for coder, row in EXAMPLE.items()
            for unit, value in enumerate(row.split())
            if value != "."
        ),
    )


@pytest.mark.parametrize(("scale", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_anybodys_verdicts_give_the_published_alpha(tmp_path: Path, scale: str, alpha: float) -> None:
    found = run("--from", example(tmp_path), "--scale", scale)["statistics"][f"krippendorff_alpha_{scale}"]

    assert found["value"] == pytest.approx(alpha, abs=0.0005)
    assert set(found) == {"value", "low", "high", "units", "annotators"}
    assert (found["units"], found["annotators"]) == (11, 4)


def test_what_is_undefined_says_why(tmp_path: Path) -> None:
    path = write(tmp_path, {"unit": 1, "annotator": "x", "value": "met"})

    found = run("--from", path, "--scale", "nominal")["statistics"]["krippendorff_alpha_nominal"]

    assert found["value"] is None
    assert "two annotators" in found["undefined"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "Line 2 is no JSON"),
        ("[1]", "Line 2 is no object"),
        ('{"unit": 1, "value": 2}', "Line 2: “annotator” is missing"),
        ('{"unit": 1, "annotator": "x", "value": "much"}', "Line 2: “value” must be a number"),
        ('{"unit": 1, "annotator": "x", "value": true}', "Line 2: “value” must be a number"),
        ('{"unit": 1, "annotator": "x", "value": NaN}', "Line 2: “value” must be a number"),
        ('{"unit": 0, "annotator": "x", "value": 2}', "Line 2: x judged 0 before"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    path = write(tmp_path, {"unit": 0, "annotator": "x", "value": 1}, line)

    with pytest.raises(CommandError, match=complaint):
        run("--from", path, "--scale", "ordinal")


@pytest.mark.parametrize(
    "arguments", [(), ("project", "--from", "file"), ("--from", "missing.jsonl"), ("nowhere",)]
)
def test_a_call_that_makes_no_sense_is_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as caught:
        run(*arguments)

    assert caught.value.returncode == 2


def test_a_project_is_reported_by_trait() -> None:
    panel = Panel()
    for strengths in ((3, -3), (1, 1), (2, 1), (-3, -2), (None, 2)):
        panel.pair(*strengths)

    found = run(panel.project.slug)

    alpha = found["traits"][panel.version.trait.slug]["krippendorff_alpha_ordinal"]
    # One of the five pairs has a single verdict: the other said “can't judge”.
    assert (alpha["units"], alpha["annotators"]) == (4, 2)
    assert found["statistics"] == {}


def test_an_overall_preference_stands_at_the_top() -> None:
    panel = Panel()
    for strength in (3, -3):
        item = panel.pair()
        for person in panel.people:
            judge(item, person, None, strength)

    found = run(panel.project.slug)

    assert found["statistics"]["krippendorff_alpha_ordinal"]["value"] == 1


def test_late_annotations_do_not_count() -> None:
    panel = Panel()
    for late in (False, True):
        item = panel.pair()
        for person, strength in zip(panel.people, (3, -3), strict=False):
            judge(item, person, None, strength, is_late=late)

    assert run(panel.project.slug)["statistics"]["krippendorff_alpha_ordinal"]["units"] == 1
