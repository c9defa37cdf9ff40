"""Imports that need no project, and the processes that read ahead for them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from curation.actions.followups import FOLLOWUPS, is_registered
from curation.actions.importing import Plan, start_import
from curation.arriving import UNIT, Batch, Job
from curation.models import Import, Response, Scenario
from curation.readers import SMALL, ReaderDied, first_records, processes, read_ahead, received
from curation.sources import Limits, Unread, UnreadableFile
from labeling.actions.imports import start_import as start_into
from labeling.models import Item
from runs.actions import perform_now
from runs.models import Run
from tests.curation.test_sources_named import HEALTHBENCH, HELPSTEER2, ULTRAFEEDBACK
from tests.factories import make_project, make_response, make_scenario
from tests.labeling.import_files import pair, totals, write_lines


def bring(path: Path, source: str, **plan: Any) -> Import:
    origin = start_import(Plan(path, path.name, source, **plan))
    perform_now(origin.run)
    return Import.objects.select_related("run").get(pk=origin.pk)


@pytest.mark.django_db
def test_rows_come_in_without_a_project(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "rows.jsonl", [pair(1), pair(2), pair(1)])

    origin = bring(path, "pairs")
    again = bring(path, "pairs")

    assert (totals(origin), totals(again)) == ((3, 2, 1, 0), (3, 0, 3, 0))
    assert (Scenario.objects.count(), Response.objects.count()) == (2, 4)
    assert not Item.objects.exists()


@pytest.mark.django_db
def test_a_row_with_one_new_response_is_created(tmp_path: Path) -> None:
    scenario = make_scenario("Question 1?")
    make_response(scenario, "Good 1.")

    origin = bring(write_lines(tmp_path / "rows.jsonl", [pair(1)]), "pairs")

    assert totals(origin) == (1, 1, 0, 0)
    assert set(scenario.responses.values_list("text", flat=True)) == {"Good 1.", "Poor 1."}


@pytest.mark.django_db
def test_the_source_s_license_is_taken_unless_another_is_named(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "rows.jsonl", [ULTRAFEEDBACK])

    bring(path, "ultrafeedback")

    assert set(Scenario.objects.values_list("license", "source")) == {("mit", "ultrafeedback/sharegpt")}
    assert set(Response.objects.values_list("license", flat=True)) == {"mit"}


@pytest.mark.django_db
def test_a_response_that_names_its_model_is_marked(tmp_path: Path) -> None:
    row = pair(1, chosen="I am ChatGPT, made by OpenAI.", chosen_model="gpt-4", rejected_model="gpt-4")

    bring(write_lines(tmp_path / "rows.jsonl", [row]), "pairs")

    assert Response.objects.get(leaks_identity=True).text.startswith("I am ChatGPT")


@pytest.mark.django_db
def test_neighbours_that_make_one_row_count_as_two_lines(tmp_path: Path) -> None:
    rows = [HELPSTEER2, {**HELPSTEER2, "response": "By visiting."}, {**HELPSTEER2, "prompt": "Alone?"}]

    origin = bring(write_lines(tmp_path / "rows.jsonl", rows), "helpsteer2")

    assert totals(origin) == (3, 3, 0, 0)
    assert sorted(each.responses.count() for each in Scenario.objects.all()) == [1, 2]


@pytest.mark.django_db
def test_four_responses_make_the_same_item_each_time(tmp_path: Path) -> None:
    project = make_project()
    path = write_lines(tmp_path / "rows.jsonl", [ULTRAFEEDBACK])
    for _ in range(2):
        perform_now(start_into(project, Plan(path, path.name, "ultrafeedback")).run)

    assert Scenario.objects.get().responses.count() == 4
    assert Item.objects.get().responses.count() == 2
    assert [each.created for each in Import.objects.order_by("pk")] == [1, 0]


@pytest.mark.django_db
def test_a_rubric_comes_with_its_scenario(tmp_path: Path) -> None:
    other = {**HEALTHBENCH, "prompt_id": "two", "prompt": [{"role": "user", "content": "And now?"}]}
    clash = {**HEALTHBENCH, "rubrics": []}
    path = write_lines(tmp_path / "rows.jsonl", [HEALTHBENCH, other, HEALTHBENCH, other, other, clash])

    origin = bring(path, "healthbench")

    assert totals(origin) == (6, 2, 3, 1)
    assert origin.problems.get().line == 6
    assert [each.criteria.count() for each in Scenario.objects.all()] == [1, 1]


@pytest.mark.django_db
def test_a_wrong_rubric_names_its_line_before_anything_is_written(tmp_path: Path) -> None:
    wrong = {**HEALTHBENCH, "rubrics": [{"criterion": "x", "points": 0, "tags": []}]}

    origin = bring(write_lines(tmp_path / "rows.jsonl", [HEALTHBENCH, wrong]), "healthbench")

    assert origin.problems.get().column.startswith("rubrics")
    assert not Scenario.objects.exists()


@pytest.mark.django_db
def test_what_waits_for_new_texts_is_started_once(tmp_path: Path) -> None:
    bring(write_lines(tmp_path / "a.jsonl", [pair(1)]), "pairs")
    bring(write_lines(tmp_path / "b.jsonl", [pair(2)]), "pairs")

    kinds = list(Run.objects.filter(state="queued").values_list("kind", flat=True))

    assert kinds.count("curation.render") == 2
    for followup in FOLLOWUPS:
        assert kinds.count(followup.kind) == int(is_registered(followup.kind))


@pytest.mark.django_db
def test_an_import_that_a_worker_reads_ahead_is_whole(tmp_path: Path) -> None:
    path = large(tmp_path)

    origin = bring(path, "pairs")

    assert totals(origin) == (LINES, LINES - BAD, 0, BAD)
    assert Scenario.objects.count() == LINES - BAD
    assert origin.unread == {"note": LINES - BAD}


LINES = 3 * UNIT + 7
BAD = LINES // 50


def large(folder: Path) -> Path:
    """Write a file that is worth several readers."""
    rows: list[Any] = [pair(number, note="x" * 400) for number in range(LINES)]
    for number in range(BAD):
        rows[number * 50] = "{"
    path = write_lines(folder / "large.jsonl", rows)
    assert path.stat().st_size > SMALL
    return path


def job(path: Path, source: str = "pairs") -> Job:
    return Job(str(path), source, None, Limits(), frozenset())


def shape(batches: list[Batch]) -> list[tuple[int, int, list[int]]]:
    return [(each.last_line, each.good, [problem.line for problem in each.problems]) for each in batches]


@pytest.mark.parametrize("after", [0, 1, UNIT, UNIT + 3, 2 * UNIT])
def test_several_readers_hand_lines_over_in_their_order(tmp_path: Path, after: int) -> None:
    path = large(tmp_path)
    unread: Unread = Unread()

    found = list(read_ahead(job(path), after=after, unread=unread))

    bad = [number * 50 + 1 for number in range(BAD)]
    assert processes(job(path)) == 2
    assert sum(batch.lines for batch in found) == LINES - after
    assert [line for *_, lines in shape(found) for line in lines] == [line for line in bad if line > after]
    assert [batch.last_line for batch in found] == sorted(batch.last_line for batch in found)
    assert found[-1].last_line == LINES


def test_lines_that_belong_together_have_one_reader(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "rows.jsonl", [{**HELPSTEER2, "response": "y" * 1000}] * 5000)

    assert processes(job(path, "helpsteer2")) == 1
    assert sum(batch.lines for batch in read_ahead(job(path, "helpsteer2"))) == 5000


def test_what_a_reader_can_t_read_is_said_as_if_it_was_read_here(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    path.write_bytes(b"PAR1" + bytes(SMALL))

    with pytest.raises(UnreadableFile, match=r"rows\.parquet is not a Parquet file"):
        list(read_ahead(job(path)))


def test_readers_end_with_whoever_stops_listening(tmp_path: Path) -> None:
    others = children()
    batches = read_ahead(job(large(tmp_path)))
    next(batches)
    begun = children() - others

    batches.close()  # type: ignore[attr-defined]

    assert len(begun) == 2
    assert not begun & children()


def children() -> set[str]:
    """The processes that this one started and that have not ended."""
    return set(Path("/proc/self/task", str(os.getpid()), "children").read_text().split())


def test_a_reader_that_dies_is_no_end_of_the_file(tmp_path: Path) -> None:
    cut = tmp_path / "cut"
    cut.write_bytes(b"\x10\0\0")

    with cut.open("rb") as output, pytest.raises(ReaderDied):
        received(output)


def test_the_first_records_of_a_file_are_few(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "rows.jsonl", (pair(number) for number in range(1000)))

    assert [each.line for each in first_records(path, Limits(), 3)] == [1, 2, 3]


def test_long_texts_end_a_batch_early(tmp_path: Path) -> None:
    rows = [pair(number, chosen="z" * 1_000_000) for number in range(20)]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))

    assert sum(batch.lines for batch in read_ahead(job(path))) == 20


def test_a_reader_starts_without_what_it_does_not_use() -> None:
    asked = (
        "import sys, curation.reader; print([name for name in ('django', 'celery') if name in sys.modules])"
    )

    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)

    assert said.stdout == "[]\n"
