"""Whatever text leaves in any config of a release is looked at before, and a finding says where it stands."""

import re
from typing import Any

import pytest

from curation.models import Response, Scenario
from exports.actions.gates import check_gates
from exports.actions.shards import shards_of
from exports.excerpts import Standing, shown
from exports.gating.people import asked_of
from exports.models import Finding, Gate, GateResult, Release
from labeling.models import Annotation, Evidence, Item
from tests.exports.judged import Panel, frozen, make_recipe
from tests.exports.sittings import Sitting, full_sitting, held_out_family, rubric_of
from tests.factories import make_criterion, make_domain, make_scenario

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_of_files")]
ADDRESS = re.compile(r"[a-z]+@post\.zz")


def result_of(release: Release, gate: Gate) -> GateResult:
    return next(each for each in check_gates(release) if each.gate == gate)


def leaving(release: Release) -> set[str]:
    """The addresses in any column of any row of any config."""
    return {
        address
        for shard in shards_of(release)
        for (row,) in asked_of(release, shard.query, shard.split, "SELECT rows::text FROM rows")
        for address in ADDRESS.findall(row)
    }


def cite_elsewhere(annotation: Annotation, item: Item, quote: str, **of: Any) -> None:
    """A cited passage that is not in its response, as foreign files bring them."""
    response = item.places.get(place=0).response
    Evidence.objects.create(
        annotation=annotation, response=response, sentence=1, start=0, end=len(quote), quote=quote, **of
    )


def a_sitting() -> Sitting:
    """Every kind of answer but pairs, with an address in all that is written beside them."""
    sitting = Sitting()
    item = sitting.item(5, texts=("Ask rita@post.zz.", "", ""))
    make_criterion(item.scenario, "Names carl@post.zz", tags=["by:tom@post.zz"])
    for person in range(2):
        sitting.mark(item, person, "mm", "nn", "mn")
        sitting.rate(item, person, 4, 1, 2)
        sitting.rank(item, person, 1, 2, 3)
    said = sitting.annotation(item, 0)
    cite_elsewhere(said, item, "quoted@post.zz", criterion=rubric_of(item)[0])
    sitting.rewrite(item, 0, "Better ask will@post.zz.")
    Scenario.objects.filter(pk=item.scenario_id).update(
        ideal_answer="Write to ida@post.zz.", source="told by sam@post.zz"
    )
    return sitting


def test_every_address_that_leaves_in_any_config_is_found():
    panel, sitting = Panel(), a_sitting()
    pair = panel.pair(
        1,
        2,
        scenario=make_scenario("Ask uma@post.zz?", system_prompt="You are syd@post.zz."),
        texts=("One", "Two"),
    )
    cite_elsewhere(
        Annotation.objects.filter(assignment__item=pair).order_by("pk")[0],
        pair,
        "cited@post.zz",
        trait_version=panel.version,
    )
    Response.objects.filter(items=pair).update(parameters={"user": "pam@post.zz"})
    held_out_family("EVAL", domain=make_domain("science"))
    Scenario.objects.filter(family__pool="EVAL").update(ideal_answer="Ask eva@post.zz.")
    release = frozen(
        make_recipe(panel.project, sitting.project, pools=["TRAIN", "EVAL"], minimum_annotators=1)
    )

    result = result_of(release, Gate.PERSONAL_DATA)

    people = ("rita", "carl", "tom", "quoted", "will", "ida", "sam", "uma", "syd", "cited", "pam", "eva")
    assert leaving(release) == {f"{name}@post.zz" for name in people}
    found = {shown(each, release).passage for each in Finding.objects.in_release(release)}
    assert found == leaving(release)
    assert result.status == "failed"


def test_a_finding_names_the_configs_and_rows_that_carry_its_text():
    sitting = full_sitting()
    Scenario.objects.update(ideal_answer="Write to ida@post.zz.")
    release = frozen(make_recipe(sitting.project))
    row = release.demonstrations.get(kind="ideal")

    result = result_of(release, Gate.PERSONAL_DATA)

    finding = shown(Finding.objects.in_release(release).get(), release)
    assert (finding.where, finding.before, finding.passage) == ("Ideal response", "Write to ", "ida@post.zz")
    assert finding.standing == [Standing("sft", f"sft_{row.key}", 0)]
    assert finding.link.endswith(f"/scenarios/{row.prompt.scenario_id}/")
    assert result.next_step.endswith(f"One stands in sft, row sft_{row.key}.")


def test_a_prompt_is_named_in_every_config_that_has_it():
    panel = Panel()
    panel.pair(1, 1, 1, scenario=make_scenario("Shall I call uma@post.zz?"))
    release = frozen(make_recipe(panel.project))
    result_of(release, Gate.PERSONAL_DATA)

    (finding,) = Finding.objects.in_release(release)

    stands = {each.config: each.more for each in shown(finding, release).standing}
    assert stands == {"preference": 0, "comparisons": 0, "unpaired": 1, "responses": 1}


def test_an_ideal_response_that_was_looked_at_is_not_asked_about_again_until_it_changes():
    sitting = full_sitting()
    Scenario.objects.update(ideal_answer="Write to ida@post.zz.")
    recipe = make_recipe(sitting.project)
    first = frozen(recipe)
    result_of(first, Gate.PERSONAL_DATA)
    before = Finding.objects.get()

    same = frozen(recipe)
    result_of(same, Gate.PERSONAL_DATA)
    Scenario.objects.update(ideal_answer="Do write to ida@post.zz.")
    other = frozen(recipe)
    result_of(other, Gate.PERSONAL_DATA)

    assert Finding.objects.in_release(same).get() == before
    assert Finding.objects.in_release(other).get() != before
    assert shown(before, first).before == "Write to "


@pytest.mark.parametrize("config", ["sft", "benchmark"])
def test_a_written_response_that_names_its_model_fails_by_its_row(config: str):
    sitting, ideal = full_sitting(), "I am ChatGPT, a model made by OpenAI."
    held_out_family("EVAL", domain=make_domain("science"))
    pool = "EVAL" if config == "benchmark" else "TRAIN"
    Scenario.objects.filter(family__pool=pool).update(ideal_answer=ideal)
    release = frozen(make_recipe(sitting.project, pools=["TRAIN", "EVAL"]))

    found = result_of(release, Gate.IDENTITY)

    rows = {
        "sft": lambda: f"sft sft_{release.demonstrations.get(kind='ideal').key}",
        "benchmark": lambda: f"benchmark bmk_{release.tasks.get(config='benchmark').key}",
    }
    assert (found.status, found.figure) == (
        "failed",
        f"0 responses marked, 1 written one that names a model: {rows[config]()}",
    )
