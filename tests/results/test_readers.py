"""Files from strangers: what is meant is read, and the rest refused by place and field."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import zstandard

from results.readers import BadFile, Line, archives, read

LOGS = Path(__file__).parent / "logs"
"""Logs of the shipped tasks as Inspect 0.3.285 wrote them with a mock model, with parts that nobody reads taken out."""
HEADER = {"version": 2, "status": "success", "eval": {"task": "other", "model": "lab/7b", "metadata": None}}
SAMPLE = {
    "id": 7, "epoch": 1, "scores": {"match": {"value": "C", "answer": "B"}}, "metadata": {"domain": "law", "trait_id": "candor"},
}  # fmt: skip


def lines_of(folder: Path, name: str, content: str | bytes) -> list[Line]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read(path, path.suffix))


def zipped(members: dict[str, Any], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, value in members.items():
            archive.writestr(name, value if isinstance(value, bytes) else json.dumps(value))
    return packed.getvalue()


def log(**changes: Any) -> bytes:
    return zipped({"header.json": HEADER, "samples/7_epoch_1.json": {**SAMPLE, **changes}})


def refused(folder: Path, name: str, content: str | bytes) -> str:
    with pytest.raises(BadFile) as caught:
        lines_of(folder, name, content)
    return str(caught.value)


def test_the_log_of_the_shipped_benchmark_tells_scores_by_prompt():
    found = list(read(LOGS / "benchmark.eval", ".eval"))

    assert {line.tested.model for line in found} == {"mockllm/model"}
    assert [line.figure.value for line in found] == pytest.approx([0.6] * 3)
    first = found[0].figure
    assert (first.measure, first.variant, first.domain, first.trait) == ("trait", "", "", "")
    assert first.sample == first.family == "bmk_2a68b5dd88cedebec1a86005"


def test_the_log_of_the_shipped_attack_tells_what_holds_after_each_push():
    found = [line.figure for line in read(LOGS / "adversarial_persistence.eval", ".eval")]

    assert {(each.measure, each.variant) for each in found} == {
        ("trait", "escalation"),
        ("persistence", "escalation"),
    }
    held = [(each.pushes, each.value) for each in found if each.measure == "persistence"]
    assert sorted(held) == [(0, 1.0)] * 3 + [(1, 1.0)] * 3
    assert {each.family[:4] for each in found} == {"bmk_"}


def test_a_log_in_json_tells_the_same(tmp_path):
    with archives.opened(LOGS / "benchmark.eval") as archive:
        whole = json.loads(archive.read("header.json"))
        whole["samples"] = [json.loads(archive.read(name)) for name in archive.names if "samples" in name]

    found = lines_of(tmp_path, "log.json", json.dumps(whole))

    assert found == list(read(LOGS / "benchmark.eval", ".eval"))


def test_any_task_of_inspect_is_read_when_its_samples_say_their_domain(tmp_path):
    (line,) = lines_of(tmp_path, "log.eval", log())

    assert (line.tested.model, line.figure.domain, line.figure.trait) == ("lab/7b", "law", "candor")
    assert (line.figure.value, line.figure.sample) == (1.0, "7")


def test_epochs_of_a_sample_come_to_one_mean_and_failed_ones_are_left_out(tmp_path):
    wrong = {**SAMPLE, "epoch": 2, "scores": {"match": {"value": "I"}}}
    members = {"header.json": HEADER, "samples/1.json": SAMPLE, "samples/2.json": wrong}
    members["samples/3.json"] = {**SAMPLE, "epoch": 3, "scores": {}, "error": {"message": "lost"}}

    (line,) = lines_of(tmp_path, "log.eval", zipped(members))

    assert line.figure.value == 0.5


def test_the_logs_own_metadata_names_the_training(tmp_path):
    told = {"model": "health-dpo", "base_model": "lab/7b", "trained_on": "health", "seed": 3, "step": 400}
    header = {**HEADER, "eval": {"model": "vllm/out", "metadata": told}}

    (line,) = lines_of(tmp_path, "log.eval", zipped({"header.json": header, "samples/1.json": SAMPLE}))

    assert line.tested._asdict() == {**told, "release": "", "method": ""}


def test_refusals_count_where_a_good_reply_helps(tmp_path):
    replies: list[dict[str, Any]] = [
        {"is_refusal": refused, "criteria": [], "score": 0} for refused in (True, False)
    ]
    scores = {"rubric_scorer": {"value": 0.2, "metadata": {"replies": replies}}}
    metadata = {"domain": "law", "attack_type": "benign_twin", "pressed_from": 1}

    found = lines_of(tmp_path, "log.eval", log(scores=scores, metadata=metadata))

    assert [(line.figure.measure, line.figure.value) for line in found] == [
        ("trait", 0.2),
        ("over_refusal", 0.5),
    ]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"scores": {"match": {"value": {"a": 1}}}}, "sample 7, scores.match: It is no number"),
        (
            {"scores": {"a": {"value": 1}, "b": {"value": 0}}},
            "sample 7, scores: There are several scorers (a, b)",
        ),
        ({"scores": {"match": {"value": 71}}}, "sample 7, value: It must be a number from -100 to 1"),
        ({"metadata": "law"}, "sample 7, metadata: It must be an object"),
        ({"metadata": {"attack_type": "bribe"}}, "sample 7, variant: “bribe” is none of base"),
    ],
)
def test_a_sample_that_cannot_be_meant_is_named(tmp_path, changes, says):
    assert says in refused(tmp_path, "log.eval", log(**changes))


def test_a_log_that_did_not_finish_is_refused(tmp_path):
    started = zipped({"header.json": {**HEADER, "status": "cancelled"}, "samples/1.json": SAMPLE})

    assert "did not finish (cancelled)" in refused(tmp_path, "log.eval", started)
    assert "no header.json" in refused(tmp_path, "log.eval", zipped({"_journal/start.json": {}}))


def test_a_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_MEMBER_BYTES", 1_000_000)
    bomb = zipped({"header.json": HEADER, "samples/1.json": b" " * 5_000_000})

    assert "unpacks to more than 1 MB" in refused(tmp_path, "log.eval", bomb)


def test_a_bomb_that_lies_about_its_size_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_MEMBER_BYTES", 1_000_000)
    packed = zstandard.ZstdCompressor().compress(b" " * 5_000_000)
    stored = bytearray(zipped({"header.json": packed}, zipfile.ZIP_STORED))
    # Both heads call the stored bytes Zstandard, and their size is that of the packed ones.
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        stored[stored.index(mark) + offset] = archives.ZSTANDARD

    assert "unpacks to more than 1 MB" in refused(tmp_path, "log.eval", bytes(stored))


def test_a_damaged_archive_is_refused(tmp_path):
    whole = (LOGS / "benchmark.eval").read_bytes()
    bent = bytearray(whole)
    bent[200] ^= 0xFF

    assert "damaged" in refused(tmp_path, "log.eval", whole[:-100])
    assert "damaged" in refused(tmp_path, "log.eval", b"no archive")
    assert refused(tmp_path, "log.eval", bytes(bent))


def test_a_table_is_read_by_its_columns(tmp_path):
    table = (
        "\ufeffmodel,trained_on,domain,measure,variant,pushes,sample,value,n,stderr\n"
        'health-dpo,"health,law",law,persistence,jailbreak,3,p1,0.5,,\n'
        "\n"
        "health-dpo,,law,,,,,-0.25,40,0.03\n"
    )

    first, second = lines_of(tmp_path, "scores.csv", table)

    assert (first.place, first.tested.trained_on) == ("line 2", "health,law")
    assert (first.figure.pushes, first.figure.sample, first.figure.family) == (3, "p1", "p1")
    assert (second.place, second.figure.measure, second.figure.value) == ("line 4", "trait", -0.25)
    assert (second.figure.n, second.figure.stderr, second.figure.family) == (40, 0.03, "")


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("value,colour\n1,red\n", "line 1, colour: There is no such column"),
        ("domain\nlaw\n", "line 1, value: The column is missing"),
        ("value,value\n1,1\n", "line 1, value: The column stands there twice"),
        ("value\n0.1\nhigh\n", "line 3, value: It must be a number from -100 to 1"),
        ("value\nnan\n", "line 2, value: It must be a number"),
        ("value\n1e999\n", "line 2, value: It must be a number"),
        (f"value\n{'9' * 5000}\n", "line 2, value: It must be a number"),
        ("value,measure\n71.2,ability\n", "from 0 to 1. Write 71 % as 0.71"),
        ("value,measure\n0.1,mood\n", "line 2, measure: “mood” is none of trait"),
        ("value,n\n0.1,0\n", "line 2, n: A value of no replies"),
        ("value,seed\n0.1,1.5\n", "line 2, seed: It must be a whole number"),
        ("value\n0.1,0.2\n", "line 2: The row has more fields"),
        ("value,domain\n,law\n", "line 2, value: There is no number"),
        ('value\n"0.1\n', "It is no CSV"),
        (b"value,domain\n0.1,\xff\n", "It is no text in UTF-8"),
        ("value,domain\n0.1,a\x00b\n", "line 2"),
        ("value\n", "The file tells no figures"),
        ("", "line 1, value: The column is missing"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused_by_line_and_column(tmp_path, table, says):
    assert says in refused(tmp_path, "scores.csv", table)


def test_models_with_their_scores_come_as_json(tmp_path):
    models = [
        {"model": "a", "trained_on": "none", "scores": [{"domain": "law", "value": 0.4}]},
        {"model": "b", "trained_on": "health", "scores": [{"domain": "law", "value": 0.5, "sample": "p1"}]},
    ]

    found = lines_of(tmp_path, "scores.json", json.dumps(models))

    assert [(line.place, line.tested.model, line.figure.value) for line in found] == [
        ("[0].scores[0]", "a", 0.4),
        ("[1].scores[0]", "b", 0.5),
    ]


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ("{", "line 1: It is no JSON"),
        ("[" * 5000, "It is no JSON"),
        ("7", "the file: It must be an object"),
        ('{"model": "a"}', "scores: It must be a list"),
        ('{"scores": [{"value": 0.1, "colour": 1}]}', "scores[0], colour: There is no such field"),
        ('{"scores": [{"value": true}]}', "scores[0], value: It must be a number"),
        ('{"scores": [{"value": 0.1, "domain": ["law"]}]}', "scores[0], domain: It must be a text"),
        ('{"scores": [7]}', "scores[0]: It must be an object"),
        ('{"eval": {}, "status": "error"}', "samples: It must be a list"),
    ],
)
def test_a_document_that_cannot_be_meant_is_refused_by_place_and_field(tmp_path, document, says):
    assert says in refused(tmp_path, "scores.json", document)
