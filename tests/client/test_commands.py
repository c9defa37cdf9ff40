"""The command line against a living Arete."""

import asyncio
import json
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self
from uuid import uuid4

import pytest
from django.db import connection

from arete_client import AsyncClient
from arete_client.config import config_path
from curation.models import Endpoint, Sampling, TraitVersion
from exports.models import Destination, Publication, Release
from labeling.models import Annotation
from runs.actions import perform
from runs.models import Run
from tests.api.asking import author, steward
from tests.curation.routes.responses import foreign_endpoint
from tests.exports.gated import pass_gates
from tests.exports.judged import Panel, frozen
from tests.exports.judged import make_recipe as make_whole_recipe
from tests.exports.releases import make_recipe, make_release
from tests.factories import make_domain, make_project, make_scenario, make_trait, make_trait_version
from tests.labeling.scenes import make_labeling_project, make_member

pytestmark = pytest.mark.django_db(transaction=True)


class Worker(threading.Thread):
    """Does the runs that come, until it is told to stop."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(0.1):
            for pk in Run.objects.waiting().values_list("pk", flat=True):
                perform(pk, may_retry=False)
        connection.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self.join()


def test_a_login_is_kept_for_its_owner_alone(somebody, run, monkeypatch, live_server):
    run("login", "--url", live_server.url)

    monkeypatch.delenv("ARETE_URL")
    monkeypatch.delenv("ARETE_TOKEN")
    assert stat.S_IMODE(config_path().stat().st_mode) == 0o600
    assert run("whoami")["name"] == "Ada"


def test_a_token_that_opens_nothing_is_not_kept(somebody, run, monkeypatch, live_server):
    monkeypatch.setenv("ARETE_TOKEN", "arete_wrong")

    said = run("login", "--url", live_server.url, status=1)

    assert "401" in said
    assert not config_path().exists()


def test_without_a_login_the_command_says_how(run, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    assert "arete-client login" in run("whoami", status=2)


def test_traits_go_to_files_and_come_back_as_drafts(somebody, run, tmp_path):
    version = make_trait_version(
        make_trait("candor"), behaviours=(("exhibits", "Says what it does not know."),)
    )
    (path,) = run("traits", "pull", "candor")
    file = tmp_path / path
    file.write_text(file.read_text().replace("Says what it does not know.", "Says what it doesn't know."))

    foreseen = run("traits", "push", "--dry-run", path)
    (pushed,) = run("traits", "push", path)

    assert foreseen[0]["number"] is None
    assert (pushed["number"], pushed["reworded"] + pushed["added"]) == (2, 1)
    draft = TraitVersion.objects.get(trait=version.trait, number=2)
    assert (draft.state, draft.author) == ("draft", somebody.user)


def test_a_file_that_says_nothing_new_makes_no_draft(somebody, run):
    make_trait_version(make_trait("candor"))
    (path,) = run("traits", "pull")

    (pushed,) = run("traits", "push", path)

    assert (pushed["is_same"], pushed["number"]) == (True, None)


def test_a_broken_file_is_refused_with_its_line(somebody, run, tmp_path):
    (tmp_path / "broken.yaml").write_text("slug: [")

    assert "yaml: Line" in run("traits", "push", "broken.yaml", status=1)


def test_an_item_is_labeled(somebody, run, tmp_path):
    project = make_labeling_project(items=1)
    make_member(project, somebody.user)
    item = run("label", "next", project.slug)["assignment"]
    preferences = [{"trait": each["code"], "strength": -1} for each in item["traits"]]
    answer = {"submission_id": str(uuid4()), "shown": item["shown"], "preferences": preferences}
    (tmp_path / "answer.json").write_text(json.dumps(answer))

    first = run("label", "submit", item["id"], "answer.json")
    again = run("label", "submit", item["id"], "answer.json")

    assert first == again
    assert Annotation.objects.count() == 1
    assert run("label", "next", project.slug)["state"] == "done"


def test_a_file_is_imported_and_waited_for(somebody, run, tmp_path):
    pair = {
        "chosen": "\n\nHuman: May I?\n\nAssistant: Yes.",
        "rejected": "\n\nHuman: May I?\n\nAssistant: No.",
    }
    (tmp_path / "pairs.jsonl").write_text(json.dumps(pair) + "\n")

    with Worker():
        report = run("import", "pairs.jsonl", "--source", "hh-rlhf")

    assert (report["lines"], report["created"], report["is_complete"]) == (1, 1, True)


def test_a_release_is_begun_once(somebody, run):
    make_recipe("ours")

    first, again = (run("release", "build", "ours") for _ in range(2))

    assert (first["state"], first["version"]) == ("draft", "1.0.0")
    assert again["id"] == first["id"]


def test_a_build_that_fails_is_told(somebody, run):
    make_recipe("ours")
    release = run("release", "build", "ours")

    with Worker():
        said = run("release", "wait", release["id"], status=1)

    assert "ended as" in said


def test_a_built_release_is_downloaded_and_loaded(somebody, run, tmp_path):
    datasets = pytest.importorskip("datasets")
    release = make_release()

    paths = run("download", str(release.pk), "here", "--dataset", "preference")

    assert (tmp_path / "here" / "README.md").read_text().endswith("0.1.0\n")
    loaded = datasets.load_from_disk(str(tmp_path / paths[-1]))
    assert loaded["train"].num_rows > 0


def test_only_what_is_missing_is_fetched_again(somebody, run, tmp_path):
    release = make_release()
    run("download", str(release.pk), "here")
    card = tmp_path / "here" / "README.md"
    before = (tmp_path / "here" / "data" / "ratings" / "train.parquet").stat().st_mtime_ns
    card.write_text("changed")

    run("download", str(release.pk), "here")

    assert card.read_text().endswith("0.1.0\n")
    assert (tmp_path / "here" / "data" / "ratings" / "train.parquet").stat().st_mtime_ns == before


def test_a_release_is_waited_for_and_published(somebody, run, tmp_path, settings):
    release = make_release()
    folder = settings.DATA_DIR / "published" / "ours"
    Destination.objects.create(slug="shelf", name="Shelf", kind="folder", endpoint="", repo_id=str(folder))

    waited = run("release", "wait", str(release.pk))
    with Worker():
        pushed = run("release", "publish", str(release.pk), "shelf")

    assert (waited["version"], pushed["state"]) == ("0.1.0", "done")
    assert Publication.objects.get().run.state == "done"


def test_a_place_that_is_not_there_is_said(somebody, run):
    assert "destination" in run("release", "publish", str(make_release().pk), "nowhere", status=1)


GERMAN = {"prompt": "frage", "responses": [{"text": "antwort", "model": ""}]}


def test_a_file_with_columns_of_its_own_is_looked_at_tried_and_imported(somebody, run, tmp_path):
    (tmp_path / "rows.jsonl").write_text(json.dumps({"frage": "Darf ich?", "antwort": "Nein."}) + "\n")
    (tmp_path / "mapping.json").write_text(json.dumps(GERMAN))

    seen = run("import", "rows.jsonl", "--source", "columns")
    tried = run("columns", "preview", seen["import"], "mapping.json")
    with Worker():
        report = run("columns", "start", seen["import"], "mapping.json", "--save-as", "German")

    assert [each["path"] for each in seen["columns"]] == ["frage", "antwort"]
    assert tried["rows"][0]["messages"][0]["content"] == "Darf ich?"
    assert (report["created"], report["is_complete"]) == (1, True)


def test_a_mapping_takes_a_file_in_at_once(somebody, run, tmp_path):
    (tmp_path / "rows.jsonl").write_text(json.dumps({"frage": "Darf ich?", "antwort": "Nein."}) + "\n")
    (tmp_path / "mapping.json").write_text(json.dumps(GERMAN))

    with Worker():
        report = run("import", "rows.jsonl", "--mapping", "mapping.json")

    assert (report["created"], report["is_complete"]) == (1, True)


def test_a_recipe_is_written_changed_and_previewed(somebody, run, tmp_path):
    make_project("ours")
    recipe = {"name": "Our traits", "license": "cc-by-4.0", "projects": ["ours"]}
    (tmp_path / "recipe.json").write_text(json.dumps(recipe))

    written = run("recipe", "write", "recipe.json")
    (tmp_path / "recipe.json").write_text(
        json.dumps({**run("recipe", "show", "our-traits"), "ties": "ignore"})
    )
    changed = run("recipe", "write", "recipe.json", "--slug", "our-traits")
    found = run("recipe", "preview", "our-traits")

    assert (written["slug"], changed["ties"]) == ("our-traits", "ignore")
    assert (found["cells"], found["bump"]) == ([], None)


def test_a_release_that_its_gates_hold_back_is_built_and_not_published(somebody, run, settings):
    panel = Panel()
    panel.pair(2, 2)
    recipe = make_whole_recipe(panel.project)
    folder = settings.DATA_DIR / "published" / "ours"
    Destination.objects.create(slug="shelf", name="Shelf", kind="folder", endpoint="", repo_id=str(folder))

    with Worker():
        said = run("release", "run", recipe.slug, "shelf", status=1)

    assert "not_publishable" in said
    assert "gates fail" in said
    assert Release.objects.get().state == "built"


def test_results_are_pushed_once_and_compared(somebody, run, tmp_path):
    for slug in ("health", "law"):
        make_domain(slug)
    head = "domain,sample,value\n"
    (tmp_path / "before.csv").write_text(head + "law,p1,0.4\nlaw,p2,0.5\n")
    (tmp_path / "after.csv").write_text(head + "law,p1,0.6\nlaw,p2,0.7\n")
    trained = ["--model", "health-dpo", "--base-model", "lab/7b", "--trained-on", "health", "--seed", "0"]

    run("results", "push", "before.csv", "--untrained", "--model", "lab/7b")
    first, again = (run("results", "push", "after.csv", *trained) for _ in range(2))

    assert first == again
    assert first["evaluations"][0]["seed"] == 0
    assert [each["figures"] for each in run("results", "list")] == [2, 2]
    (cell,) = run("results", "matrix", "--base-model", "lab/7b")["transfer"]
    assert (cell["domain"], cell["is_same"]) == ("law", False)
    assert cell["change"] == pytest.approx(0.2)


def test_results_that_cannot_be_used_name_line_and_field(somebody, run, tmp_path):
    (tmp_path / "scores.csv").write_text("domain,value\nlaw,high\n")

    said = run("results", "push", "scores.csv", "--untrained", "--model", "m", status=1)

    assert "line 2, value: It must be a number" in said


def test_the_client_that_does_not_wait_pushes_the_same(somebody, live_server, tmp_path):
    make_domain("law")
    (tmp_path / "scores.csv").write_text("domain,value\nlaw,0.5\n")

    async def push() -> Any:
        async with AsyncClient(live_server.url, somebody.token) as arete:
            return await arete.push_results(tmp_path / "scores.csv", model="m", is_untrained=True)

    # A thread of its own: where browser tests ran before, a loop is at work in this one.
    with ThreadPoolExecutor(1) as pool:
        pushed = pool.submit(asyncio.run, push()).result()

    assert pushed["evaluations"][0]["trained_on"] == []


def test_a_draft_is_submitted_reviewed_by_another_and_published(somebody, run, monkeypatch):
    behaviours = (("exhibits", "Says what it does not know."), ("violates", "Hides it."))
    make_trait_version(make_trait("candor"), behaviours=behaviours, is_published=False, author=somebody.user)
    others = [author() for _ in range(2)]

    submitted = run("traits", "submit", "candor", "1")
    own = run("traits", "review", "candor", "1", "approve", status=1)
    for other in others:
        monkeypatch.setenv("ARETE_TOKEN", other.token)
        reviewed = run("traits", "review", "candor", "1", "approve-with-dissent", "--reason", "Too narrow.")
    published = run("traits", "publish", "candor", "1")

    assert (submitted["state"], reviewed["approvals"], published["state"]) == ("in review", 2, "published")
    assert "others must review it" in own
    assert run("traits", "approval", "candor", "1")["state"] == "published"


def test_a_waiver_is_asked_for_and_refused(somebody, run, monkeypatch):
    panel = Panel()
    panel.pair(1, 1)
    release = frozen(make_whole_recipe(panel.project))
    pass_gates(release, licenses="2 unknown")
    reason = "The makers were asked and agreed by letter, which is on file."

    asked = run("release", "waive", str(release.pk), "licenses", "--reason", reason)
    own = run("release", "give", str(release.pk), str(asked["id"]), status=1)
    monkeypatch.setenv("ARETE_TOKEN", steward().token)
    refused = run("release", "refuse", str(release.pk), str(asked["id"]), "--reason", "An old letter.")

    assert "You asked for it" in own
    assert run("release", "waivers", str(release.pk)) == [refused]


def test_a_sampling_that_would_cost_too_much_is_not_begun(somebody, run, tmp_path):
    make_scenario()
    endpoint = foreign_endpoint()
    Endpoint.objects.filter(pk=endpoint.pk).update(price_out=1000)
    wanted = {"endpoint": str(endpoint.pk), "k": 2}
    (tmp_path / "wanted.json").write_text(json.dumps(wanted))

    foreseen = run("sample", "estimate", "wanted.json")
    refused = run("sample", "run", "wanted.json", "--most-cost", "0.5", status=1)

    assert (foreseen["requests"], foreseen["most"]) == (2, 2.048)
    assert "more than 0.5" in refused
    assert not Sampling.objects.exists()


def test_a_link_into_a_project_is_made(somebody, run):
    make_member(make_labeling_project(slug="ours"), somebody.user, role="lead")

    made = run("project", "invite", "ours", "--uses", "10")

    assert "/join/" in made["link"]
    assert made["most_uses"] == 10
