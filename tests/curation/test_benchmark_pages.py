"""The pages of benchmarks and of what was found in them."""

import gzip
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import AuditEvent, Role
from curation.actions.benchmarks import (
    BenchmarkFacts,
    add_benchmark,
    check_again,
    folder_of,
    newest_load,
    run_benchmark,
    switch,
)
from curation.actions.contamination import KIND, check, unchecked
from curation.actions.removals import remove
from curation.models import Benchmark, BenchmarkGram, Contamination, Dismissal, Scenario
from runs.actions import perform_now
from runs.models import Run
from runs.work import Work
from tests.factories import make_scenario, make_user

pytestmark = pytest.mark.django_db

from tests.curation.test_benchmarks import OTHER, QUESTION, _files, add, contaminate, findings, upload  # noqa: E402,F401


@pytest.mark.parametrize(
    ("name", "content", "facts", "said"),
    [
        ("bench.txt", "\n\n", {}, "It is empty."),
        ("bench.txt", b"\x89PNG\xff\xfe\xfa\n", {}, "the line is not UTF-8 text"),
        (
            "bench.txt",
            "not a hash\n",
            {"is_hashed": True},
            "“not a hash” is no hash of 16 to 64 hexadecimal digits",
        ),
        ("bench.txt", "abc123\n", {"is_hashed": True}, "Line 1: “abc123” is no hash"),
        ("bench.jsonl", '{"prompt": \n', {}, "Line 1"),
        ("bench.jsonl", '{"answer": "B", "label": 1}', {}, "the columns are: “answer”, “label”"),
        (
            "bench.csv",
            "question\nWhy?\n",
            {"column": "stem"},
            "there is no column “stem”; the columns are: “question”",
        ),
        ("bench.jsonl", '{"prompt": ""}', {"column": "prompt"}, "the text is empty"),
        ("bench.jsonl", '{"prompt": 3}', {"column": "prompt"}, "the text is empty"),
        ("bench.parquet", "no parquet", {}, "not a Parquet file, or it is damaged"),
        ("bench.txt.gz", gzip.compress(QUESTION.encode() * 999)[:-40], {}, "damaged or breaks off"),
    ],
)
def test_a_bad_upload_says_what_is_wrong(
    name: str, content: str | bytes, facts: dict[str, Any], said: str
) -> None:
    benchmark, run = add(content, name, **facts)

    assert run.state == "failed"
    assert said in run.error
    assert "Delete the benchmark" in run.error
    assert (benchmark.is_active, benchmark.grams.count(), benchmark.entries) == (False, 0, 0)
    assert not folder_of(benchmark).exists()
    assert not Run.objects.filter(kind=KIND).exists()


def test_lines_that_were_left_out_are_named_on_the_page(client: Client) -> None:
    client.force_login(make_user(roles=(Role.CURATORS,)))
    found, _ = add(f"{QUESTION}\nfine\n".encode() + b"\xff\xfe\n")

    page = client.get(reverse("curation:benchmark", args=[found.pk])).content.decode()

    assert "Lines of its file that could not be used" in page
    assert "Line 3: the line is not UTF-8 text." in page


def test_a_bad_line_stops_no_other() -> None:
    benchmark, run = add(f'{{"prompt": "{QUESTION}"}}\n{{"prompt"\n{{"answer": "B"}}', "bench.jsonl")

    assert (run.state, benchmark.entries, benchmark.grams_total) == ("done", 1, 8)
    lines = [line.text for line in run.log.all()]
    assert lines[-1] == "2 lines could not be used."
    assert lines[1].startswith("Line 3: no column is known to hold the text; the columns are: “answer”")


def test_a_killed_run_reads_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(Exception):
        pass

    class Dying(Work):
        def checkpoint(self, *args: Any, **kwargs: Any) -> None:
            super().checkpoint(*args, **kwargs)
            if self.run.done > 4:
                raise Killed

    monkeypatch.setattr("curation.actions.benchmarks.CHUNK", 2)
    texts = [f"{QUESTION} number {number}" for number in range(7)]
    benchmark = add_benchmark(BenchmarkFacts("Killed"), upload("\n".join(texts)), actor=None)
    run = newest_load(benchmark)
    assert run
    mine = {"state": "running", "lease_token": run.pk, "lease_until": run.created_at}
    Run.objects.filter(pk=run.pk).update(**mine)
    run.refresh_from_db()

    with pytest.raises(Killed):
        run_benchmark(Dying(run))
    Run.objects.filter(pk=run.pk).update(state="queued", lease_token=None, lease_until=None)
    perform_now(Run.objects.get(pk=run.pk))

    benchmark.refresh_from_db()
    # Seventeen words hold ten runs: eight without the number, one each with it before and behind.
    assert (benchmark.entries, benchmark.grams_total) == (7, 9 + 7)
    assert benchmark.grams.count() == 16


def test_scenarios_of_which_half_stands_in_a_benchmark_are_found() -> None:
    words = QUESTION.split()
    half = " ".join([*words, "for", "a", "very", "long", "time", "on", "the", "ward"])
    less = " ".join([*words, "for", "a", "very", "long", "time", "on", "the", "ward", "today"])
    for text in (QUESTION, half, less, OTHER):
        make_scenario(text)
    add(QUESTION)

    contaminate()

    # Of 16 runs of eight words, the benchmark holds 8; of 17 it holds 8 too, which is less than half.
    assert findings() == {QUESTION: 1.0, half: 0.5}


def test_the_limits_are_settings(settings: Settings) -> None:
    settings.CONTAMINATION_PERCENT = 10
    text = f"{QUESTION} for a very long time on the ward today and tomorrow"
    make_scenario(text)
    add(QUESTION, n=4)

    contaminate()

    # 26 words hold 23 runs of four, 12 of them in the benchmark.
    assert findings() == {text: pytest.approx(12 / 23)}


def test_short_scenarios_are_found_when_they_are_an_entry() -> None:
    make_scenario("Is it fair?")
    make_scenario("Is it unfair?")
    add("is it FAIR")

    contaminate()

    assert findings() == {"Is it fair?": 1.0}


def test_runs_do_not_cross_turns_and_the_system_prompt_does_not_count() -> None:
    turns = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": "Ask."}]
    scenario = make_scenario(
        messages=[*turns, {"role": "user", "content": "And then?"}], system_prompt=f"{OTHER} {OTHER}"
    )
    add(f"{QUESTION}\n{OTHER}")

    contaminate()

    finding = Contamination.objects.get(scenario=scenario)
    assert finding.coverage == 8 / 10


def test_what_comes_later_is_held_against_all_and_nothing_twice() -> None:
    make_scenario(OTHER)
    add(QUESTION)
    assert contaminate().result == {"scenarios": 1, "findings": 0}
    make_scenario(QUESTION)

    assert contaminate().result == {"scenarios": 1, "findings": 1}
    assert contaminate().result == {"scenarios": 0, "findings": 0}
    assert not unchecked().exists()


def test_a_draft_is_checked_once_it_is_ready() -> None:
    draft = make_scenario(QUESTION, state="draft")
    add(QUESTION)
    contaminate()
    assert not findings()

    Scenario.objects.filter(pk=draft.pk).update(state="ready")
    contaminate()

    assert findings() == {QUESTION: 1.0}


def test_a_benchmark_that_comes_later_is_held_against_all() -> None:
    for text in (QUESTION, OTHER):
        make_scenario(text)
    add(QUESTION)
    contaminate()

    add(OTHER)
    contaminate()

    assert findings() == {QUESTION: 1.0, OTHER: 1.0}
    assert Contamination.objects.count() == 2


def test_removed_scenarios_are_left_alone_until_they_are_back() -> None:
    scenario = make_scenario(QUESTION)
    remove(scenario, "request", actor=None)
    add(QUESTION)

    contaminate()

    assert not findings()
    assert not unchecked().exists()


def test_switched_off_a_benchmark_finds_nothing_new() -> None:
    benchmark, _ = add(QUESTION)
    switch(benchmark, is_active=False, actor=None)
    make_scenario(QUESTION)
    contaminate()
    assert not findings()

    switch(benchmark, is_active=True, actor=None)
    contaminate()

    assert findings() == {QUESTION: 1.0}
    acts = AuditEvent.objects.order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["benchmark.added", "benchmark.switched off", "benchmark.switched on"]


def test_checking_again_follows_the_limits_and_keeps_decisions(settings: Settings) -> None:
    words = QUESTION.split()
    half = " ".join([*words, "for", "a", "very", "long", "time", "on", "the", "ward"])
    kept, gone = make_scenario(half), make_scenario(f"{half} tonight".replace(" tonight", "s"))
    add(QUESTION)
    contaminate()
    assert len(findings()) == 2
    finding = Contamination.objects.get(scenario=kept)
    Dismissal.objects.create(contamination=finding, reason="Common words.", dismissed_by=make_user())
    settings.CONTAMINATION_PERCENT = 60

    perform_now(check_again(actor=None))

    assert list(Contamination.objects.all()) == [finding]
    assert not Contamination.objects.filter(scenario=gone).exists()


def test_checking_twice_changes_nothing() -> None:
    scenario = make_scenario(QUESTION)
    add(QUESTION)

    assert check([scenario.pk]) == check([scenario.pk]) == 1

    assert Contamination.objects.count() == 1


def curator(client: Client) -> None:
    client.force_login(make_user(roles=(Role.CURATORS,)))


def send(client: Client, file: SimpleUploadedFile | None, **fields: Any) -> Any:
    whole = {"name": "Bench 1", "note": "", "kind": "texts", "n": 8, "column": "", **fields}
    return client.post(reverse("curation:benchmark_new"), whole | ({"file": file} if file else {}))


def test_a_curator_adds_a_benchmark(client: Client) -> None:
    curator(client)

    answer = send(client, upload(QUESTION))

    benchmark = Benchmark.objects.get()
    assert answer["Location"] == reverse("curation:benchmark", args=[benchmark.pk])
    page = client.get(answer["Location"]).content.decode()
    assert "Not read yet" in page
    run = newest_load(benchmark)
    assert run
    perform_now(run)
    assert "8 runs of 8 words" in client.get(answer["Location"]).content.decode()
    assert BenchmarkGram.objects.count() == 8


@pytest.mark.parametrize(
    ("file", "fields", "said"),
    [
        (None, {}, "Choose a file."),
        (("bench.txt", ""), {}, "The file is empty."),
        (("bench.exe", "x"), {}, "Choose a file whose name ends in .txt"),
        (("bench.jsonl", "x"), {"kind": "hashes"}, "Hashes come as a text file"),
        (("bench.txt", "x"), {"name": ""}, "Enter a name."),
        (("bench.txt", "x"), {"name": "Taken"}, "There is a benchmark of this name."),
        (("bench.txt", "x"), {"n": 1}, "greater than or equal to 2"),
    ],
)
def test_the_form_says_what_to_correct(
    client: Client, file: tuple[str, str] | None, fields: dict[str, Any], said: str
) -> None:
    curator(client)
    Benchmark.objects.create(name="Taken")

    answer = send(client, upload(file[1], file[0]) if file else None, **fields)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Benchmark.objects.count() == 1


def test_a_benchmark_that_failed_can_be_deleted_and_one_in_use_not(client: Client) -> None:
    curator(client)
    failed, _ = add("\n", name="bench.txt")
    used, _ = add(QUESTION)

    for each in (failed, used):
        client.post(reverse("curation:benchmark_delete", args=[each.pk]))

    assert list(Benchmark.objects.all()) == [used]


def test_a_finding_is_kept_with_a_reason_or_taken_out(client: Client) -> None:
    curator(client)
    scenarios = [make_scenario(QUESTION), make_scenario(OTHER)]
    add(f"{QUESTION}\n{OTHER}")
    contaminate()
    first, second = Contamination.objects.order_by("scenario")
    report = reverse("curation:contamination")

    bare = client.post(
        reverse("curation:contamination_decide", args=[first.pk]), {"reason": " "}, follow=True
    )
    client.post(reverse("curation:contamination_decide", args=[first.pk]), {"reason": "A common phrase."})
    out = {"reason": "contamination", "note": "", "next": report}
    removed = client.post(reverse("curation:scenario_remove", args=[scenarios[1].pk]), out)

    assert "Write why the scenario stays." in bare.content.decode()
    assert removed["Location"] == report
    assert "No finding waits for a decision" in client.get(report).content.decode()
    assert "A common phrase." in client.get(f"{report}?show=decided").content.decode()
    client.post(reverse("curation:contamination_decide", args=[first.pk]), {"decision": "reopen"})
    assert "100%" in client.get(report).content.decode()
    assert not Dismissal.objects.exists()
    assert second.scenario.removal.reason == "contamination"


def test_findings_of_a_benchmark_that_is_off_are_hidden(client: Client) -> None:
    curator(client)
    make_scenario(QUESTION)
    benchmark, _ = add(QUESTION)
    contaminate()

    client.post(reverse("curation:benchmark_switch", args=[benchmark.pk]), {"active": "0"})

    assert "No benchmark is on" in client.get(reverse("curation:contamination")).content.decode()


def test_a_scenario_with_a_content_note_is_not_quoted(client: Client) -> None:
    curator(client)
    make_scenario(QUESTION, content_warnings=["violence"])
    add(QUESTION)
    contaminate()

    page = client.get(reverse("curation:contamination")).content.decode()

    assert "Scenario with a content note" in page
    assert "a nurse" not in page


def test_many_findings_cost_no_query_each(client: Client, django_assert_max_num_queries: Any) -> None:
    curator(client)
    for number in range(15):
        make_scenario(f"{QUESTION} number {number}")
    add(QUESTION)
    contaminate()

    with django_assert_max_num_queries(12):
        page = client.get(reverse("curation:contamination")).content.decode()

    assert page.count("of its runs of words stand in") == 15
