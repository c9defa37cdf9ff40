"""HealthBench files that come in and leave: what is stored, what is refused, and that nothing else changes."""

import gzip
import json
from decimal import Decimal
from io import BytesIO, StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import AuditEvent, Role
from curation.actions.healthbench import Outcome, export, exportable, lines_of, store_row, store_rows
from curation.models import Criterion, HealthBenchRow, Proposal, Response, Scenario
from curation.rubric.healthbench import Unusable
from tests.curation.test_healthbench_lines import ROW, line
from tests.factories import (
    make_criterion,
    make_domain,
    make_scenario,
    make_trait,
    make_trait_version,
    make_user,
)

pytestmark = pytest.mark.django_db


def row_number(number: int, **changes: Any) -> str:
    """A row with a conversation of its own, in one of three spellings."""
    turns = [{"role": "user", "content": f"Question {number}: is naïve 😀 right?"}]
    row = {**ROW, "prompt": turns, "prompt_id": f"p-{number}", **changes}
    separators = [(", ", ": "), (",", ":"), None][number % 3]
    return json.dumps(row, ensure_ascii=number % 2 == 0, separators=separators)


def exported() -> bytes:
    return b"".join(export(exportable()))


def only() -> Scenario:
    return Scenario.objects.get()


def test_a_row_becomes_a_ready_scenario_with_a_published_rubric():
    assert store_row(line()) == Outcome.CREATED

    scenario = only()
    assert (scenario.state, scenario.origin, scenario.ideal_answer) == (
        "ready",
        "imported",
        "Call a doctor tonight.",
    )
    assert scenario.healthbench.prompt_id == "p-1"
    first, second = Criterion.objects.rubric_of(scenario)
    assert (first.text, first.points, first.axis) == ("Names a clot", Decimal(7), "accuracy")
    assert first.tags == ["level:example", "axis:accuracy"]
    assert (second.points, second.framing, second.kind) == (Decimal("-8.5"), "negative", "pitfall")
    assert sorted(scenario.responses.values_list("text", flat=True)) == ["Rest.", "Wait."]


def test_a_system_message_becomes_the_system_prompt():
    turns = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]
    store_row(line(prompt=turns))

    assert only().system_prompt == "Be brief."
    assert only().messages == turns[1:]


def test_a_file_leaves_byte_for_byte_as_it_came():
    lines = [row_number(number) for number in range(30)]
    store_rows(lines)

    assert exported() == "".join(f"{each}\n" for each in lines).encode()


def test_characters_that_can_t_be_stored_come_back_as_they_were():
    raw = '{"prompt_id":"x","prompt":[{"role":"user","content":"a\\u0000b\\ud800"}],"rubrics":[{"criterion":"c\\u0000","points":1}]}'
    store_row(raw)

    assert (only().is_sanitised, only().messages[0]["content"]) == (True, "a\ufffdb\ufffd")
    assert exported() == raw.encode() + b"\n"


def test_the_same_file_again_creates_nothing():
    lines = [row_number(number) for number in range(5)]
    store_rows(lines)

    assert store_rows(lines) == [Outcome.DUPLICATE] * 5
    assert (Scenario.objects.count(), Criterion.objects.count(), Response.objects.count()) == (5, 10, 10)


def test_a_line_that_stands_twice_in_a_file_is_stored_once():
    assert store_rows([line(), line()]) == [Outcome.CREATED, Outcome.DUPLICATE]


def test_an_edited_rubric_that_left_comes_in_again_as_known():
    store_row(line())
    make_criterion(only(), "Asks about the other leg", 3)
    after = next(lines_of([only()])).decode()

    assert store_row(after) == Outcome.DUPLICATE
    assert store_row(line()) == Outcome.DUPLICATE


def test_a_known_conversation_with_another_rubric_is_refused_and_not_lost_in_silence():
    store_row(line())

    with pytest.raises(Unusable, match="this conversation is here already"):
        store_row(line(rubrics=[{"criterion": "Other", "points": 1}]))
    assert Criterion.objects.count() == 2


def test_two_rubrics_for_one_conversation_in_a_file_are_refused():
    first, second = store_rows([line(), line(rubrics=[])])

    assert first == Outcome.CREATED
    assert "an earlier line has the same conversation" in str(second)


def test_a_scenario_that_came_without_a_rubric_takes_the_row_s():
    bare = make_scenario(messages=ROW["prompt"])

    assert store_row(line()) == Outcome.CREATED
    assert only() == bare
    assert Criterion.objects.rubric_of(bare).count() == 2
    assert exported() == line().encode() + b"\n"


def test_a_new_wording_leaves_in_the_place_of_the_old_one():
    store_row(line())
    old = Criterion.objects.get(text="Names a clot")
    old.state = "retired"
    old.save(update_fields=["state"])
    make_criterion(
        only(),
        "Names a clot in a leg vein",
        6,
        key=old.key,
        number=2,
        tags=old.tags,
        axis=old.axis,
        position=0,
    )

    expected = (
        line().replace("Names a clot", "Names a clot in a leg vein").replace('"points": 7', '"points": 6')
    )
    assert exported().decode() == expected + "\n"


def test_another_axis_leaves_as_another_tag():
    store_row(line())
    old = Criterion.objects.get(text="Names a clot")
    old.state = "retired"
    old.save(update_fields=["state"])
    make_criterion(only(), old.text, 7, key=old.key, number=2, tags=old.tags, axis="completeness", position=0)

    assert exported().decode() == line().replace("axis:accuracy", "axis:completeness") + "\n"


def test_drafts_stay_here_and_retired_criteria_leave_no_trace():
    store_row(line())
    make_criterion(only(), "Unfinished", state="draft")
    Criterion.objects.filter(text="Names a clot").update(state="retired")

    assert [each["criterion"] for each in json.loads(exported())["rubrics"]] == ["Advises waiting a week"]


def test_shared_criteria_that_were_voted_in_leave_too():
    store_row(line())
    version = make_trait_version(is_published=False)
    shared = make_criterion(None, "Says how sure it is", 4, version=version)
    Proposal.objects.create(criterion=shared, scenario=only(), state="attached")

    assert json.loads(exported())["rubrics"][2] == {
        "criterion": "Says how sure it is",
        "points": 4,
        "tags": [],
    }


def test_scenarios_written_here_leave_with_domain_and_traits_and_come_back_elsewhere():
    scenario = make_scenario("May I?", domain=make_domain("law"), ideal_answer="No.")
    scenario.aimed_traits.add(make_trait("candor"))
    make_criterion(scenario, "Says no", 5, axis="accuracy")
    row = json.loads(exported())

    assert row["example_tags"] == ["domain:law", "trait:candor"]
    assert row["rubrics"] == [{"criterion": "Says no", "points": 5, "tags": ["axis:accuracy"]}]
    store_row(json.dumps({**row, "prompt": [{"role": "user", "content": "Elsewhere?"}]}))
    copy = Scenario.objects.get(source="healthbench")
    assert copy.domain_id == "law"
    assert [trait.slug for trait in copy.aimed_traits.all()] == ["candor"]


def test_the_export_asks_a_fixed_number_of_questions(django_assert_num_queries):
    store_rows([row_number(number) for number in range(40)])

    with django_assert_num_queries(5):
        exported()


def test_curators_download_what_they_select():
    store_rows([row_number(0), row_number(1, example_tags=["domain:law"])])
    make_domain("law")
    store_row(row_number(2, example_tags=["domain:law"]))
    client = Client()
    client.force_login(make_user(roles=(Role.CURATORS,)))

    answer = client.get("/healthbench.jsonl?domain=law")

    assert answer.getvalue().decode() == row_number(2, example_tags=["domain:law"]) + "\n"
    assert answer["Content-Disposition"] == 'attachment; filename="healthbench.jsonl"'
    assert client.get("/healthbench.jsonl?domain=nonsense").getvalue() == b""
    assert AuditEvent.objects.filter(act="healthbench.exported").count() == 2


def run_import(path: Any, **options: Any) -> str:
    said = StringIO()
    call_command("healthbench_import", str(path), stdout=said, **options)
    return said.getvalue()


def test_the_commands_bring_a_file_in_and_out_unchanged(tmp_path):
    content = "".join(f"{row_number(number)}\n" for number in range(7)).encode()
    came, left = tmp_path / "came.jsonl.gz", tmp_path / "left.jsonl"
    came.write_bytes(gzip.compress(content))

    assert "7 created, 0 here already, 0 rejected" in run_import(came)
    assert "0 created, 7 here already" in run_import(came)
    call_command("healthbench_export", str(left), stdout=StringIO())
    assert left.read_bytes() == content


def test_the_export_writes_bytes_to_the_standard_output(monkeypatch):
    store_row(line())
    written = BytesIO()
    monkeypatch.setattr("sys.stdout", SimpleNamespace(buffer=written))

    call_command("healthbench_export")

    assert written.getvalue() == line().encode() + b"\n"


def test_a_bad_line_is_reported_with_its_reason_and_stops_no_good_one(tmp_path):
    path = tmp_path / "rows.jsonl"
    bad = row_number(9, prompt=[{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}])
    path.write_text("\n".join([*(row_number(number) for number in range(8)), "", bad]))

    said = run_import(path)

    assert "line 10, prompt: does not end on a user turn" in said
    assert "9 lines: 8 created, 0 here already, 1 rejected." in said
    assert Scenario.objects.count() == 8


@pytest.mark.parametrize("options", [{}, {"atomic": True}])
def test_nothing_is_written_of_a_file_that_is_mostly_bad(tmp_path, options):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(line().encode() + b"\nnonsense\n\xff\n")

    with pytest.raises(CommandError, match="Nothing was written: 2 of 3 lines"):
        run_import(path, **options)
    assert not HealthBenchRow.objects.exists()


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match="can't be read"):
        run_import(tmp_path / "absent.jsonl")
