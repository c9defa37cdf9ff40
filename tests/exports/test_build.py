"""The files of a release: columns, bytes, papers, and what happens when the disk is full or the builder dies."""

import json
import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from curation.text import prompt_id
from exports.actions.build import Tree, write_tree
from exports.actions.releases import cut_release
from exports.models import Recipe, Release
from exports.papers.facts import DataFile
from exports.schema import CONFIGS
from runs.actions import perform_now
from runs.models import Run
from tests.exports.columns import COMMON, EXPECTED, ONLY_IN, RESERVED
from tests.exports.judged import Panel, cite, frozen, judge, make_annotator, make_recipe, say_consent, written
from tests.exports.sittings import full_sitting, held_out_family
from tests.factories import make_domain, make_scenario
from tests.labeling.scenes import make_item

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house_of_files")]

ROOT = Path(__file__).parents[2]


def make_varied_panel() -> Panel:
    """Decided, tied and unjudgeable pairs in all three splits, with system prompts and text from everywhere."""
    panel = Panel()
    law = make_domain("law")
    for number in range(6):
        scenario = make_scenario(
            domain=law if number % 3 == 0 else make_domain("health"),
            system_prompt="Du bist Rechtspflegerin." if number % 2 else "",
            messages=[
                {"role": "user", "content": f"السؤال {number}\u2028 and more"},
                {"role": "assistant", "content": 'A "quoted" \\ answer\n\twith {braces} 👩‍👩‍👧'},
                {"role": "user", "content": f"2024-01-0{number + 1}"},
            ],
        )
        panel.pair(2, 1 if number % 2 else 2, 0, scenario=scenario)
    panel.pair(0, 0, scenario=make_scenario(domain=law))
    panel.pair(1, 1, None, both_bad=(0, 1))
    return panel


def make_varied_recipe(**terms: Any) -> Recipe:
    """A recipe whose release has rows in every config."""
    sitting = full_sitting()
    sitting.rewrite(sitting.item(2, domain=make_domain("health"), ideal_answer="Ideal."), 1, "Better.")
    held_out_family("EVAL", domain=make_domain("health"))
    held_out_family("ATTACK", "jailbreak", domain=make_domain("health"))
    projects = make_varied_panel().project, sitting.project
    recipe = make_recipe(*projects, **{"pools": ["TRAIN", "EVAL", "ATTACK"], **terms})
    recipe.heldout_domains.set([make_domain("law")])
    return recipe


def make_varied_release(**terms: Any) -> Release:
    return frozen(make_varied_recipe(**terms))


def rows_of(folder: Path, config: str) -> list[dict[str, Any]]:
    return [
        row
        for path in sorted((folder / "data" / config).rglob("*.parquet"))
        for row in pq.read_table(path).to_pylist()
    ]


def tables_of(tree: Tree) -> list[DataFile]:
    """The files of Parquet, without those that are derived for readers of other shapes."""
    return [file for file in tree.files if file.config]


def test_files_hold_exactly_the_promised_columns_in_order(tmp_path: Path):
    release = make_varied_release()

    tree = written(release, tmp_path)

    assert {file.config for file in tables_of(tree)} == set(EXPECTED)
    for file in tables_of(tree):
        schema = pq.read_schema(tmp_path / file.path)
        common = {} if file.config == "annotators" else dict.fromkeys(COMMON, "string")
        promised = common | EXPECTED[file.config]
        assert {name: str(schema.field(name).type) for name in schema.names} == promised
        assert schema.names == list(promised)
        assert not set(schema.names) & set(RESERVED)
        assert all(file.config in ONLY_IN[name] for name in set(schema.names) & set(ONLY_IN))


def test_files_are_plain_parquet_that_old_readers_know(tmp_path: Path):
    tree = written(make_varied_release(), tmp_path)

    for file in tables_of(tree):
        described = pq.read_metadata(tmp_path / file.path)
        column = described.row_group(0).column(0)
        assert set(described.metadata) == {b"ARROW:schema"}
        assert column.compression == "ZSTD"
        assert column.has_offset_index
        assert column.has_column_index
        assert described.num_rows == file.rows


def test_only_decided_pairs_become_chosen_and_rejected(tmp_path: Path):
    release = make_varied_release()

    written(release, tmp_path)

    preference, comparisons = rows_of(tmp_path, "preference"), rows_of(tmp_path, "comparisons")
    winners = {row["id"]: row["winner"] for row in comparisons}
    assert sorted(winners.values()) == ["both_bad", *["response2"] * 6, "tie"]
    assert {row["comparison_id"] for row in preference} == {
        id for id, winner in winners.items() if winner.startswith("response")
    }
    for row in preference:
        assert row["chosen"] != row["rejected"]
        assert [message["role"] for message in row["chosen"]] == ["assistant"]
        assert row["prompt"][-1]["role"] == "user"
        assert None not in row.values()


def test_prompts_come_out_as_they_went_in_with_the_system_prompt_first(tmp_path: Path):
    release = make_varied_release()

    written(release, tmp_path)

    by_id = {row["prompt_id"]: row["prompt"] for row in rows_of(tmp_path, "responses")}
    assert len(by_id) == 10
    for id, prompt in by_id.items():
        assert prompt_id(prompt) == id
    assert sum(prompt[0]["role"] == "system" for prompt in by_id.values()) == 3


def test_aggregates_are_those_of_the_verdicts(tmp_path: Path):
    panel = Panel()
    item = make_item(panel.project, texts=("No — not ever.", "Yes."))
    judge(item, panel.people[0], panel.version, -3)
    judge(item, panel.people[1], panel.version, -1, order=(1, 0))
    judge(item, panel.people[2], panel.version, 0, order=(1, 0))

    written(frozen(make_recipe(panel.project)), tmp_path)

    (row,) = rows_of(tmp_path, "preference")
    assert row["chosen"] == [{"role": "assistant", "content": "No — not ever."}]
    assert row["preference_strength"] == pytest.approx(4 / 9)
    assert (row["agreement"], row["chosen_shown_first_rate"]) == pytest.approx((2 / 3, 1 / 3))
    assert (row["n_annotators"], row["n_ties"], row["chosen_chars"], row["rejected_chars"]) == (3, 1, 14, 4)
    (pair,) = rows_of(tmp_path, "comparisons")
    assert (pair["overall_preference"], pair["mean_preference"]) == (-1, pytest.approx(-4 / 3))
    scores = sorted((each["score"], each["response1_shown_first"]) for each in pair["individual_preference"])
    assert scores == [(-3, True), (-1, False), (0, False)]


def test_every_verdict_is_a_rating_also_when_nobody_could_judge(tmp_path: Path):
    panel = Panel()
    item = panel.pair(2, 2)
    first = judge(item, panel.people[2], panel.version, None, rationale="Not my field.", confidence=1)
    cite(first, panel.version, 1, item.places.get(place=1).response.text)

    written(frozen(make_recipe(panel.project)), tmp_path)

    ratings = {row["skipped"]: row for row in rows_of(tmp_path, "ratings")}
    assert ratings[True]["preference"] is None
    assert ratings[True]["rationale"].startswith("Not my field.\n\nresponse2: “")
    assert ratings[False]["guideline_version"] == f"{panel.version.trait.slug}@1"
    (pair,) = rows_of(tmp_path, "comparisons")
    assert len(pair["individual_preference"]) == 2
    assert {ratings[True]["response_id"], ratings[True]["response_b_id"]} == {
        pair["response1_id"], pair["response2_id"],
    }  # fmt: skip


def test_held_out_domains_are_in_no_train_or_validation_file(tmp_path: Path):
    tree = written(make_varied_release(), tmp_path)

    for file in tables_of(tree):
        if file.config == "annotators":
            continue
        domains = set(pq.read_table(tmp_path / file.path, columns=["domain"]).column(0).to_pylist())
        assert (domains == {"law"}) == (file.split == "test_heldout_domain")


def test_no_file_names_a_person(tmp_path: Path):
    panel = Panel()
    item = panel.pair(1, 1)
    person = make_annotator(email="nobody@example.org", name="Zebulon Quux")
    judge(item, person, panel.version, 2)

    tree = written(frozen(make_recipe(panel.project)), tmp_path)

    text = json.dumps([rows_of(tmp_path, config.name) for config in CONFIGS], default=str)
    text += "".join(content.decode() for content in tree.papers.values())
    for secret in ("Zebulon", "nobody@example.org", str(person.pk), person.pk.hex):
        assert secret not in text


def test_the_manifest_knows_every_other_file(tmp_path: Path):
    release = make_varied_release()

    written(release, tmp_path)

    manifest = json.loads((tmp_path / "manifest.json").read_bytes())
    files = {str(p.relative_to(tmp_path)): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    del files["manifest.json"]
    assert {path: entry["sha256"] for path, entry in manifest["files"].items()} == {
        path: sha256(content).hexdigest() for path, content in files.items()
    }
    assert (manifest["release"], manifest["digest"]) == ("1.0.0", release.digest)
    assert (manifest["previous_release"], manifest["held_out_domains"]) == (None, ["law"])


def test_names_full_of_markup_stay_text_in_the_card(tmp_path: Path):
    panel = make_varied_panel()
    panel.version.trait.name = "<script>alert(1)</script> | `x` [y](javascript:z)"
    panel.version.trait.save()
    recipe = make_recipe(panel.project, name='---\nlicense: mit # "', description="# Head\n---\n| a | b |")

    card = written(frozen(recipe), tmp_path).papers["README.md"].decode()

    values = next(yaml.safe_load_all(card))
    assert values["license"] == "cc-by-4.0"
    assert values["pretty_name"] == '---\nlicense: mit # "'
    assert "<script>" not in card
    assert not re.search(r"(?<!\\)\]\(javascript", card)
    assert "\n# Head" not in card


def test_the_changelog_lists_what_changed_and_what_is_gone(tmp_path: Path):
    panel = Panel()
    changed, gone = panel.pair(1, 1, 1), panel.pair(1, 1)
    recipe = make_recipe(panel.project)
    keys = {row.item: row.key for row in frozen(recipe).items.all()}
    say_consent(panel.people[0], is_given=False)

    text = written(frozen(recipe), tmp_path).papers["CHANGELOG.md"].decode()

    assert "Since 1.0.0: 0 pairs added, 1 changed, 1 withdrawn." in text
    assert re.findall(r"### (\w+)\n\n- `cmp_(\w+)`", text) == [
        ("Changed", keys[changed]), ("Withdrawn", keys[gone]),
    ]  # fmt: skip


def command(
    *arguments: str, limit: int | None = None, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run manage.py beside the test, on the same database and folder; `limit` is the largest file in bytes."""
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    described = {
        names[key]: value for key, value in connection.settings_dict.items() if key in names and value
    }
    everything = {
        **os.environ,
        "DATABASE_URL": make_conninfo(**described),
        "ARETE_DATA": str(settings.DATA_DIR),
    } | (environment or {})
    prefix = ["prlimit", f"--fsize={limit}"] if limit else []
    return subprocess.run(
        [*prefix, sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=everything, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_command_builds_what_datasets_loads_and_a_stranger_rebuilds_to_the_byte():
    recipe = make_varied_recipe()
    made = command("release", recipe.slug, "--json")

    elsewhere = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    again = command("rebuild", "traits@1.0.0", "--json", environment=elsewhere)
    west = {"TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1234"}
    last = command("rebuild", "traits@1.0.0", "--json", "--workers", "2", environment=west)

    release = Release.objects.get()
    assert (made.returncode, again.returncode) == (0, 0), made.stderr + again.stderr
    assert json.loads(last.stdout)["identical"] is True, last.stderr
    assert json.loads(made.stdout) == {
        "release": "traits@1.0.0", "digest": release.digest, "path": str(release.folder),
    }  # fmt: skip
    assert release.state == Release.State.BUILT
    assert {file.path: file.sha256 for file in release.files.all()} == {
        str(path.relative_to(release.folder)): sha256(path.read_bytes()).hexdigest()
        for path in release.folder.rglob("*")
        if path.is_file()
    }
    assert json.loads(again.stdout)["identical"] is True, again.stderr
    assert {path.parts[-3] for path in release.folder.glob("data/*/*/*.parquet")} == {
        "preference", "unpaired", "rl", "sft",
    }  # fmt: skip
    assert {path.name for path in release.folder.glob("interop/*")} == {
        "llamafactory", "nemo_rl", "healthbench", "rewardbench2", "openai_preference", "openai_rft",
    }  # fmt: skip


@pytest.mark.parametrize("workers", [(1, 2), (2, 1), (1, 7)])
def test_the_number_of_workers_and_their_order_change_no_byte(tmp_path: Path, workers: tuple[int, int]):
    release = make_varied_release()

    one, other = (built_by(number, release, tmp_path / str(number)) for number in workers)

    assert len(one) > len(CONFIGS)
    assert one == other


def built_by(workers: int, release: Release, folder: Path) -> dict[str, bytes]:
    """Every file that so many workers write, by path."""
    folder.mkdir()
    write_tree(release, folder, lambda rows, path: None, workers=workers)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_full_disk_leaves_nothing_half_built_and_the_next_try_finishes_the_same_release():
    recipe = make_recipe(make_varied_panel().project)
    release, run = cut_release(recipe)

    # A limit on the size of files fails at the same place as a full disk, and needs no rights.
    done = command("release", recipe.slug, limit=3000)

    assert done.returncode == 1
    assert "is full. Nothing half-built was kept" in done.stderr
    assert list((settings.DATA_DIR / "releases" / recipe.slug).iterdir()) == []
    assert Release.objects.get().state == Release.State.FROZEN
    again, run = cut_release(recipe)
    assert again == release
    run = perform_now(run)
    assert run.state == Run.State.DONE, run.error
