import random
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation.actions.importing import Plan, write_file
from curation.models import Family, Import, Response, Scenario
from labeling.actions.imports import into_project, start_import
from labeling.models import Item, ProjectImport
from runs.actions import perform_now
from runs.models import Run
from runs.work import Work
from tests.factories import make_domain, make_project, make_scenario
from tests.labeling.import_files import import_file, pair, totals, write_lines

pytestmark = pytest.mark.django_db


def test_a_row_becomes_a_scenario_with_two_responses_and_an_item(tmp_path: Path) -> None:
    project = make_project(overlap=3)
    path = write_lines(tmp_path / "rows.jsonl", [pair(1)])

    import_file(project, path, domain=make_domain("law"), license="CC-BY-4.0")

    scenario = Scenario.objects.get()
    assert scenario.messages == [{"role": "user", "content": "Question 1?"}]
    assert (scenario.domain_id, scenario.license, scenario.source) == ("law", "CC-BY-4.0", "pairs")
    assert set(scenario.responses.values_list("text", flat=True)) == {"Good 1.", "Poor 1."}
    item = Item.objects.get(project=project)
    assert (item.needed, item.taken, item.scenario) == (3, 0, scenario)
    assert [place.place for place in item.places.all()] == [0, 1]


def test_the_totals_are_those_of_the_lines(tmp_path: Path) -> None:
    lines = [*(pair(number) for number in range(10)), pair(3), '{"prompt": "Half', "[1, 2]"]

    origin = import_file(make_project(), write_lines(tmp_path / "rows.jsonl", lines))

    assert totals(origin) == (13, 10, 1, 2)
    assert [problem.line for problem in origin.problems.all()] == [12, 13]
    assert origin.is_complete


@pytest.mark.parametrize("name", ["rows.jsonl", "renamed.jsonl", "rows.jsonl.gz"])
def test_the_same_rows_again_create_nothing_whatever_their_order_and_wrapping(
    tmp_path: Path, name: str
) -> None:
    project = make_project()
    rows = [pair(number) for number in range(20)]
    import_file(project, write_lines(tmp_path / "first.jsonl", rows))

    again = import_file(project, write_lines(tmp_path / name, reversed(rows)))

    assert totals(again) == (20, 0, 20, 0)
    assert (Scenario.objects.count(), Response.objects.count(), Item.objects.count()) == (20, 40, 20)
    assert Family.objects.count() == 20


def test_the_same_question_with_its_answers_swapped_is_a_duplicate(tmp_path: Path) -> None:
    rows = [pair(1), pair(1, chosen="Poor 1.", rejected="Good 1.")]

    origin = import_file(make_project(), write_lines(tmp_path / "rows.jsonl", rows))

    assert totals(origin) == (2, 1, 1, 0)


def test_other_answers_to_a_known_scenario_join_it(tmp_path: Path) -> None:
    rows = [pair(1), pair(1, rejected="Another answer.")]

    origin = import_file(make_project(), write_lines(tmp_path / "rows.jsonl", rows))

    assert totals(origin) == (2, 2, 0, 0)
    assert Scenario.objects.get().responses.count() == 3


def test_a_scenario_that_somebody_wrote_is_used_and_stays_as_it_was(tmp_path: Path) -> None:
    mine = make_scenario("Question 1?", language="de")

    import_file(make_project(), write_lines(tmp_path / "rows.jsonl", [pair(1)]))

    assert Scenario.objects.get() == mine
    assert mine.responses.count() == 2


def test_two_projects_get_items_of_their_own(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "rows.jsonl", [pair(1)])
    import_file(make_project(), path)

    origin = import_file(make_project(), path)

    assert totals(origin) == (1, 1, 0, 0)
    assert (Scenario.objects.count(), Item.objects.count()) == (1, 2)


def test_more_than_a_fifth_of_bad_lines_and_nothing_is_written(tmp_path: Path) -> None:
    lines = [pair(1), pair(2), pair(3), "{"]

    origin = import_file(make_project(), write_lines(tmp_path / "rows.jsonl", lines))

    assert (origin.run.state, origin.is_complete) == (Run.State.FAILED, False)
    assert "1 of 4 lines" in origin.run.error
    assert "more than 20 in 100" in origin.run.error
    assert totals(origin) == (4, 0, 0, 4)
    assert [problem.line for problem in origin.problems.all()] == [4]
    assert not Scenario.objects.exists()


def test_a_fifth_of_bad_lines_is_not_too_much(tmp_path: Path) -> None:
    lines = [*(pair(number) for number in range(4)), "{"]

    origin = import_file(make_project(), write_lines(tmp_path / "rows.jsonl", lines))

    assert totals(origin) == (5, 4, 0, 1)


def test_an_atomic_import_writes_nothing_when_one_line_is_bad(tmp_path: Path) -> None:
    lines = [*(pair(number) for number in range(50)), "{"]

    origin = import_file(make_project(), write_lines(tmp_path / "rows.jsonl", lines), is_atomic=True)

    assert origin.run.state == Run.State.FAILED
    assert "line 51" in origin.run.error
    assert not Scenario.objects.exists()


def test_an_empty_file_is_no_failure(tmp_path: Path) -> None:
    origin = import_file(make_project(), write_lines(tmp_path / "rows.jsonl", []))

    assert (origin.run.state, totals(origin)) == (Run.State.DONE, (0, 0, 0, 0))


def test_the_canonical_order_is_drawn_and_the_preference_follows_it(tmp_path: Path) -> None:
    random.seed(5)
    path = write_lines(tmp_path / "rows.jsonl", [pair(number) for number in range(40)])

    import_file(make_project(), path)

    first_is_chosen = []
    for item in Item.objects.prefetch_related("places__response"):
        first, second = (place.response.text for place in item.places.all())
        preferred = first if item.source_preference == -1 else second
        assert preferred.startswith("Good")
        first_is_chosen.append(first == preferred)
    assert 8 <= sum(first_is_chosen) <= 32


def test_a_pair_without_a_preference_has_none(tmp_path: Path) -> None:
    row = {"prompt": "Question?", "response_a": "One.", "response_b": "Two."}

    import_file(make_project(), write_lines(tmp_path / "rows.jsonl", [row]))

    assert Item.objects.get().source_preference is None


def test_characters_that_cannot_be_stored_are_replaced_and_kept_beside(tmp_path: Path) -> None:
    line = r'{"prompt": "A\u0000B?", "chosen": "x\ud83dy", "rejected": "Plain."}'

    import_file(make_project(), write_lines(tmp_path / "rows.jsonl", [line]))

    scenario = Scenario.objects.get()
    assert (scenario.messages[0]["content"], scenario.is_sanitised) == ("A\ufffdB?", True)
    assert b"A" in bytes(scenario.original or b"")
    response = scenario.responses.get(is_sanitised=True)
    assert (response.text, bytes(response.original or b"")) == ("x\ufffdy", b"x\xed\xa0\xbdy")


def test_an_unknown_domain_rejects_its_line(tmp_path: Path) -> None:
    make_domain("law")
    rows = [*(pair(number, domain="law") for number in range(9)), pair(9, domain="alchemy")]

    origin = import_file(make_project(), write_lines(tmp_path / "rows.jsonl", rows))

    problem = origin.problems.get()
    assert (problem.line, problem.column) == (10, "domain")
    assert problem.reason == "there is no domain “alchemy”; the domains are: law"
    assert Scenario.objects.filter(domain="law").count() == 9


@pytest.mark.parametrize("good", [0, 9])
def test_a_report_can_quote_any_file(tmp_path: Path, good: int) -> None:
    hostile = r'{"a\u0000\ud83d' + "x" * 600 + '": 1}'
    lines = [*(pair(number) for number in range(good)), hostile]

    origin = import_file(make_project(), write_lines(tmp_path / "rows.jsonl", lines))

    assert origin.problems.get().line == good + 1
    assert origin.created == good


def test_a_ten_megabyte_response_stops_nobody_else(tmp_path: Path) -> None:
    rows = [*(pair(number) for number in range(5)), pair(5, chosen="x" * 10_000_000)]

    origin = import_file(make_project(), write_lines(tmp_path / "rows.jsonl", rows))

    assert origin.run.state == Run.State.DONE
    assert origin.created + origin.rejected == 6
    assert origin.created >= 5


def test_a_missing_file_is_said_in_words(tmp_path: Path) -> None:
    origin = import_file(make_project(), tmp_path / "gone.jsonl")

    assert origin.run.error == "gone.jsonl can't be read: No such file or directory. Nothing was written."


def test_a_file_that_changes_under_the_reader_is_not_trusted(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "rows.jsonl", [pair(1)])
    origin = start_import(make_project(), Plan(path, path.name, "pairs"))
    checked = {"lines": 9, "stamp": [1, 2], "line": 0, "done": 0}
    Run.objects.filter(pk=origin.run_id).update(cursor=checked)

    run = perform_now(origin.run)

    assert run.state == Run.State.FAILED
    assert "rows.jsonl was changed while it was being read" in run.error
    assert not Scenario.objects.exists()


def test_a_chunk_is_tried_again_when_somebody_was_quicker(tmp_path: Path) -> None:
    class Quicker(Work):
        times = 0

        def checkpoint(self, *args: Any, **kwargs: Any) -> None:
            self.times += 1
            if self.times == 1:
                raise IntegrityError

    project, path = make_project(), write_lines(tmp_path / "rows.jsonl", [pair(1)])
    origin = start_import(project, Plan(path, path.name, "pairs"))
    work = Quicker(origin.run)
    origin.run.cursor = {"lines": 1, "stamp": [], "line": 0, "done": 0}

    write_file(work, origin, into_project(ProjectImport.objects.get()))

    assert (work.times, Item.objects.count()) == (2, 1)
    assert totals(Import.objects.get()) == (1, 1, 0, 0)


def test_new_items_stand_behind_the_old_ones(tmp_path: Path) -> None:
    project = make_project()
    import_file(project, write_lines(tmp_path / "a.jsonl", [pair(1), pair(2)]))

    import_file(project, write_lines(tmp_path / "b.jsonl", [pair(3)]))

    project.refresh_from_db()
    assert list(Item.objects.order_by("position").values_list("position", flat=True)) == [1, 2, 3]
    assert (project.next_position, project.items_total) == (4, 3)


def test_what_came_in_is_rendered_afterwards(tmp_path: Path) -> None:
    origin = import_file(make_project(), write_lines(tmp_path / "rows.jsonl", [pair(1)]))

    run = Run.objects.get(kind="curation.render")

    assert run.arguments == {"import": str(origin.pk)}


def test_a_file_of_which_all_is_known_needs_no_rendering(tmp_path: Path) -> None:
    project, path = make_project(), write_lines(tmp_path / "rows.jsonl", [pair(1)])
    import_file(project, path)

    import_file(project, path)

    assert Run.objects.filter(kind="curation.render").count() == 1


@given(text=st.text(alphabet=st.characters(), min_size=1, max_size=200))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_in_as_it_is_or_is_rejected_in_words(tmp_path: Path, text: str) -> None:
    project = make_project()
    path = write_lines(tmp_path / "rows.jsonl", [pair(1, chosen=text, rejected=f"not {text}")])

    origin = import_file(project, path)

    if origin.created:
        stored = {place.response.text for place in Item.objects.get(project=project).places.all()}
        expected = "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)
        assert expected in stored
    else:
        assert origin.problems.get().reason


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_leave_what_one_would_have(tmp_path: Path) -> None:
    project = make_project()
    rows = [pair(number) for number in range(6000)]
    paths = [
        write_lines(tmp_path / "a.jsonl", rows),
        write_lines(tmp_path / "b.jsonl", reversed(rows)),
    ]
    origins: list[Import] = []

    def work(path: Path) -> None:
        origins.append(import_file(project, path))
        connection.close()

    threads = [threading.Thread(target=work, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(origin.created for origin in origins) == 6000
    assert sum(origin.duplicates for origin in origins) == 6000
    assert (Scenario.objects.count(), Response.objects.count(), Item.objects.count()) == (6000, 12000, 6000)
    assert Family.objects.count() == 6000
    positions = set(Item.objects.values_list("position", flat=True))
    assert positions == set(range(1, 6001))
