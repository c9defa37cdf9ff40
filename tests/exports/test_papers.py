"""The card, its figures and Croissant; papers follow what becomes of the gates until the release leaves."""

import json
import re
from hashlib import sha256
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from huggingface_hub import DatasetCard

from accounts.models import Role
from exports.actions.gates import ask_waiver, check_gates, start_check, waive
from exports.actions.papers import rewrite_papers
from exports.actions.rebuild import rebuild
from exports.models import CardText, GateResult, Release
from exports.papers.figures.dark import DARK, darkened
from exports.schema import CONFIGS
from runs.actions import perform_now
from runs.models import Run
from tests.exports.gated import pass_gates
from tests.exports.judged import Panel, frozen, make_recipe, written
from tests.factories import make_domain, make_scenario, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house_of_files")]
REASON = "A demonstration of two pairs, which the card calls one."


def make_panel() -> Panel:
    panel = Panel()
    for number in range(4):
        domain = make_domain("law" if number % 2 else "health")
        panel.pair(2, 1, -1 if number else 0, scenario=make_scenario(domain=domain))
    return panel


def papers_of(folder: Path) -> dict[str, str]:
    release = frozen(make_recipe(make_panel().project))
    check_gates(release)
    return {path: content.decode() for path, content in written(release, folder).papers.items()}


def built(**words: str) -> Release:
    recipe = make_recipe(make_panel().project)
    CardText.objects.create(recipe=recipe, **words)
    call_command("release", "traits", stdout=StringIO())
    return Release.objects.get()


def card_of(release: Release) -> str:
    return " ".join((release.folder / "README.md").read_text().split())


def test_figures_are_plain_svg_with_a_title_that_says_what_they_show(tmp_path: Path):
    papers = papers_of(tmp_path)

    drawn = {path: content for path, content in papers.items() if path.startswith("figures/")}
    assert set(drawn) >= {"figures/coverage.svg", "figures/agreement.svg", "figures/strengths.svg"}
    for path, content in drawn.items():
        root = ElementTree.fromstring(content)  # noqa: S314 - written by us a moment ago.
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        title = root.find("{http://www.w3.org/2000/svg}title")
        assert title is not None
        assert title.text
        assert f"![{title.text}]({path})" in papers["README.md"]
        assert "<style" not in content
        assert "<script" not in content


def test_a_figure_has_every_color_on_a_dark_page_too(tmp_path: Path):
    for path, content in papers_of(tmp_path).items():
        if path.startswith("figures/"):
            dark = darkened(content)
            assert set(re.findall("#[0-9a-f]{6}", dark)) <= set(DARK.values())
            assert re.sub("#[0-9a-f]{6}", "", dark) == re.sub("#[0-9a-f]{6}", "", content)


def test_a_steward_gets_a_figure_for_the_theme_of_their_page(client: Client):
    release = built()
    client.force_login(make_user(roles=(Role.STEWARDS,)))
    figure = reverse("exports:figure", args=[release.pk, "coverage"])

    page = client.get(reverse("exports:release", args=[release.pk])).content.decode()
    light, dark = (client.get(address).content.decode() for address in (figure, f"{figure}?on=dark"))

    assert f'on-light" src="{figure}"' in page
    assert f'on-dark" src="{figure}?on=dark"' in page
    assert light == (release.folder / "figures/coverage.svg").read_text()
    assert dark == darkened(light) != light


def test_the_card_is_one_that_the_hub_reads_and_says_what_gates_found(tmp_path: Path):
    papers = papers_of(tmp_path)

    values = DatasetCard(papers["README.md"]).data.to_dict()  # type: ignore[no-untyped-call]  # Untyped there.

    assert values["license"] == "cc-by-4.0"
    names = [config["config_name"] for config in values["configs"]]
    assert names[:2] == ["preference", "unpaired"]
    assert "| Licenses known | failed | 0 prompts and 8 responses without known terms | all known |" in papers["README.md"]  # fmt: skip
    assert "No gate was waived." in papers["README.md"]
    assert "did not state how annotators were paid" in " ".join(papers["README.md"].split())


def test_croissant_names_every_file_with_its_hash_and_every_column(tmp_path: Path):
    release = frozen(make_recipe(make_panel().project))
    check_gates(release)
    tree = written(release, tmp_path)

    values = json.loads(tree.papers["croissant.json"])

    hashes = {each["contentUrl"]: each["sha256"] for each in values["distribution"]}
    tables = [file for file in tree.files if file.config]
    assert hashes == {file.path: file.sha256 for file in tables}
    columns = {each["name"]: [field["name"] for field in each["field"]] for each in values["recordSet"]}
    assert columns == {
        f"{file.config}-{file.split}": [column.name for column in config.columns]
        for file in tables
        for config in CONFIGS
        if config.name == file.config
    }
    assert values["rai:dataAnnotationPlatform"] == "Arete"


def test_terms_are_told_by_source_and_model(tmp_path: Path):
    text = papers_of(tmp_path)["LICENSES.md"]

    assert "| lab/model-1 | unknown | 8 |" in text


def test_a_waiver_is_written_into_the_card_and_the_manifest_and_rebuilt_to_the_byte():
    release = built(pay="Twenty euros an hour.", contact="people@lab.example")
    before = dict(release.files.values_list("path", "sha256"))
    result = release.gate_results.in_force().get(gate="licenses")
    ada, bea = (make_user(name=name, roles=(Role.STEWARDS,)) for name in ("Ada Quux", "Bea Quux"))

    waive(ask_waiver(result, REASON, asked_by=ada), approved_by=bea)
    perform_now(Run.objects.get(kind="exports.gates"))

    after = dict(release.files.values_list("path", "sha256"))
    assert {path for path in after if before[path] != after[path]} == {"README.md", "croissant.json", "manifest.json"}  # fmt: skip
    assert after == {path: sha256((release.folder / path).read_bytes()).hexdigest() for path in after}
    card = card_of(release)
    assert f"{REASON} Asked for by Ada Quux, answered for by Bea Quux on" in card
    assert "| Licenses known | waived |" in card
    assert "Pay: Twenty euros an hour." in card
    assert "write to people@lab.example" in card
    assert rebuild(release).different == []


def test_writing_papers_again_changes_nothing():
    release = built()

    assert rewrite_papers(release) == []


def test_gates_are_told_on_the_command_line_and_hold_with_exit_1():
    release, out = built(), StringIO()

    with pytest.raises(CommandError, match="is held back"):
        call_command("gates", "traits@1.0.0", "--json", stdout=out)

    told = json.loads(out.getvalue())
    assert (told["release"], told["passes"]) == ("traits@1.0.0", False)
    assert {each["gate"]: each["status"] for each in told["gates"]}["consent"] == "passed"
    pass_gates(release)
    call_command("gates", "traits@1.0.0", stdout=StringIO())


def test_a_check_is_made_again_on_the_command_line_until_the_release_leaves():
    release = built()

    with pytest.raises(CommandError):
        call_command("gates", "traits@1.0.0", "--check", stdout=StringIO())

    assert set(GateResult.objects.values_list("attempt", flat=True)) == {1, 2}
    assert start_check(release)


def test_the_demo_leaves_as_it_comes():
    call_command("load_starter_pack")
    call_command("release", "demo", stdout=StringIO())
    out = StringIO()

    call_command("gates", "demo@1.0.0", "--json", stdout=out)

    told = json.loads(out.getvalue())
    assert told["passes"] is True
    figures = {each["gate"]: each["figure"] for each in told["gates"]}
    assert figures["contamination"].startswith("Demo content, only to look at.")
    values = next(iter(yaml.safe_load_all((Release.objects.get().folder / "README.md").read_text())))
    assert "demo" in values["tags"]
