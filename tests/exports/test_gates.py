"""What each gate finds, and what holds a release back."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Role, User
from curation.actions.pools import ensure_canaries
from curation.models import Benchmark, Canary, Contamination, Dismissal, Family, NearDuplicate, Response
from exports.actions.gates import (
    GATES,
    NotWaivable,
    ask_waiver,
    check_gates,
    review_finding,
    waive,
    waivers_of,
    why_held,
)
from exports.actions.releases import cut_release
from exports.gating.outcome import Checked, Outcome
from exports.models import (
    Destination,
    Finding,
    Gate,
    GateResult,
    Release,
    ReleaseMeasures,
    Thresholds,
    Waiver,
    WaiverRequest,
)
from labeling.actions.adjudication import Decision, settle
from labeling.models import Disagreement, GoldReference, Item
from runs.models import Run
from tests.exports.gated import pass_gates
from tests.exports.judged import Panel, frozen, judge, make_recipe, say_consent
from tests.exports.sittings import held_out_family
from tests.factories import make_domain, make_response, make_scenario, make_user
from tests.labeling.scenes import make_item

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_of_files")]
REASON = "The only pair is a demonstration, and the card says so."


@pytest.fixture
def panel() -> Panel:
    """Three people, two of whom agree on one pair."""
    panel = Panel()
    panel.pair(1, 2, 1, scenario=make_scenario("A question about rent", domain=make_domain("law")))
    return panel


def result_of(release: Release, gate: Gate) -> GateResult:
    """What a gate finds now."""
    return next(each for each in check_gates(release) if each.gate == gate)


def steward(name: str = "A. Steward") -> User:
    return make_user(name=name, roles=(Role.STEWARDS,))


def test_every_gate_is_checked_and_every_failure_says_what_to_do(panel: Panel):
    results = check_gates(frozen(make_recipe(panel.project)))

    assert [result.gate for result in results] == list(GATES) == list(Gate)
    assert all(result.figure and result.needed for result in results)
    assert all(result.next_step for result in results if result.status == "failed")


def test_a_pair_that_few_judged_fails_by_the_threshold_of_the_cut(panel: Panel):
    recipe = make_recipe(panel.project, minimum_annotators=1)
    Thresholds.objects.create(recipe=recipe, annotators=4)
    release = frozen(recipe)
    Thresholds.objects.update(annotators=1)

    found = result_of(release, Gate.ANNOTATORS)

    assert (found.status, found.figure, found.needed) == (
        "failed", "3 people per pair, 1 pair below", "4 or more per pair",
    )  # fmt: skip


def test_a_project_without_criteria_has_no_agreement_to_gate(panel: Panel):
    found = result_of(frozen(make_recipe(panel.project)), Gate.AGREEMENT)

    assert found.status == "not applicable"
    assert "preference is reported, not gated" in found.figure


def test_criteria_that_no_two_people_judged_fail():
    asking = Panel(questions=["traits", "criteria"])
    asking.pair(1, 1)

    found = result_of(frozen(make_recipe(asking.project)), Gate.AGREEMENT)

    assert (found.status, found.project) == ("failed", asking.project)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("strength", "status"), [(2, "passed"), (-2, "failed")])
def test_gold_is_compared_with_its_references(panel: Panel, strength: int, status: str):
    item = make_item(panel.project)
    GoldReference.objects.create(
        item=item, trait_version=panel.version, strength=strength, reason="So it is.", author=steward()
    )
    item.is_gold = True
    item.save()
    for person in panel.people:
        judge(item, person, panel.version, 2)

    found = result_of(frozen(make_recipe(panel.project)), Gate.GOLD)

    assert found.status == status
    assert "of 3 answers" in found.figure


def test_a_contested_item_is_found_and_waits(panel: Panel):
    item = panel.pair(-3, 3, 3)
    Item.objects.filter(pk=item.pk).update(needed=3, taken=3)

    found = result_of(frozen(make_recipe(panel.project)), Gate.ADJUDICATION)

    assert (found.status, found.figure) == ("failed", "0 of 1")
    settle(Disagreement.objects.get(), Decision("style", "Both do it."), adjudicator=steward())
    again = result_of(Release.objects.get(), Gate.ADJUDICATION)
    assert (again.status, again.figure, again.attempt) == ("passed", "1 of 1", 2)


def test_a_near_duplicate_in_a_pool_that_is_held_out_is_a_leak(panel: Panel):
    release = frozen(make_recipe(panel.project))
    assert result_of(release, Gate.LEAKS).status == "passed"
    held = make_scenario("Another", family=Family.objects.create(pool="EVAL"))
    first, second = sorted([release.prompts.get().scenario_id, held.pk])
    pair = NearDuplicate.objects.create(first_id=first, second_id=second, kind="near", similarity=0.9)

    found = result_of(release, Gate.LEAKS)

    assert (found.status, found.figure) == ("failed", "0 families, 1 near-duplicate")
    NearDuplicate.objects.filter(pk=pair.pk).update(is_dismissed=True)
    assert result_of(release, Gate.LEAKS).status == "passed"


def test_a_family_that_was_held_out_since_is_a_leak(panel: Panel):
    release = frozen(make_recipe(panel.project))
    Family.objects.filter(scenarios=release.prompts.get().scenario_id).update(pool="PRIVATE")

    assert result_of(release, Gate.LEAKS).figure == "1 family, 0 near-duplicates"


def test_without_a_benchmark_nobody_knows_whether_a_release_is_contaminated(panel: Panel):
    found = result_of(frozen(make_recipe(panel.project)), Gate.CONTAMINATION)

    assert (found.status, found.figure) == ("failed", "No benchmark is registered to compare with")


def test_a_finding_in_a_benchmark_holds_until_it_is_set_aside(panel: Panel):
    benchmark = Benchmark.objects.create(name="Bench")
    release = frozen(make_recipe(panel.project))
    assert result_of(release, Gate.CONTAMINATION).status == "passed"
    finding = Contamination.objects.create(
        scenario=release.prompts.get().scenario, benchmark=benchmark, coverage=0.8
    )

    found = result_of(release, Gate.CONTAMINATION)

    assert (found.status, found.figure) == ("failed", "1 open finding in 1 benchmark")
    Dismissal.objects.create(contamination=finding, reason="A proverb.", dismissed_by=steward())
    assert result_of(release, Gate.CONTAMINATION).status == "passed"


def test_personal_data_holds_until_a_steward_looked_at_each():
    panel = Panel()
    scenario = make_scenario("Hello?", system_prompt="Write to carla@post.zz.")
    panel.pair(1, 1, 1, scenario=scenario)
    make_response(scenario, "Not in the release: dora@post.zz")
    release = frozen(make_recipe(panel.project))

    found = result_of(release, Gate.PERSONAL_DATA)

    (finding,) = Finding.objects.in_release(release)
    assert (finding.kind, finding.turn) == ("email", -1)
    assert (found.status, found.figure) == ("failed", "1 found in 9 texts, 0 looked at")
    review_finding(finding, "invented", reviewer=steward())
    again = result_of(release, Gate.PERSONAL_DATA)
    assert (again.status, again.figure) == ("passed", "1 found in 9 texts, 1 looked at")


def test_a_response_that_names_its_model_fails(panel: Panel):
    release = frozen(make_recipe(panel.project))
    Response.objects.update(leaks_identity=True)

    found = result_of(release, Gate.IDENTITY)

    assert (found.status, found.figure, found.needed) == ("failed", "2 responses marked", "0")


def test_bias_that_chance_explains_is_none_and_one_that_it_does_not_fails():
    panel = Panel(people=2)
    for _ in range(12):
        panel.pair(-2, -1)
    release = frozen(make_recipe(panel.project))

    found = result_of(release, Gate.POSITION)

    assert found.status == "failed"
    assert found.figure.startswith("First shown wins 100% (100% to 100%) of 24 preferences")


def test_responses_of_one_length_are_said_to_be_so_and_are_no_bias():
    panel = Panel()
    panel.pair(1, 2, 1, texts=("Two words", "Other words"))
    panel.pair(-1, -2, texts=("Again two", "And two"))

    found = result_of(frozen(make_recipe(panel.project)), Gate.LENGTH)

    said = "Wherever somebody preferred one response, both have equally many words"
    assert (found.status, found.figure) == ("not applicable", said)
    assert ReleaseMeasures.objects.get().values["longer"]["undefined"] == f"{said}."


def test_where_nobody_preferred_anything_that_is_what_is_said():
    panel = Panel()
    panel.pair(0, 0, texts=("One", "And two"))

    found = result_of(frozen(make_recipe(panel.project)), Gate.LENGTH)

    assert (found.status, found.figure) == ("failed", "Unknown: nobody preferred one response to the other")


def test_terms_that_nobody_stated_fail(panel: Panel):
    found = result_of(frozen(make_recipe(panel.project)), Gate.LICENSES)

    assert (found.status, found.figure) == ("failed", "0 prompts and 2 responses without known terms")


def test_consent_that_was_withdrawn_fails_and_is_never_waived(panel: Panel):
    release = frozen(make_recipe(panel.project))
    assert result_of(release, Gate.CONSENT).figure == "3 of 3 people"
    say_consent(panel.people[0], is_given=False)

    found = result_of(release, Gate.CONSENT)

    assert (found.status, found.figure) == ("failed", "2 of 3 people")
    with pytest.raises(NotWaivable):
        ask_waiver(found, REASON, asked_by=steward())


def test_consent_withdrawn_after_the_check_holds_too(panel: Panel):
    release = frozen(make_recipe(panel.project))
    pass_gates(release)
    assert why_held(release) == ""

    say_consent(panel.people[0], is_given=False)

    assert "withdrawn since the check" in why_held(release)


def test_what_is_held_out_carries_its_canary(panel: Panel):
    held_out_family("EVAL", domain=make_domain("science"))
    release = frozen(make_recipe(panel.project, pools=["TRAIN", "EVAL"]))

    found = result_of(release, Gate.CANARIES)

    assert (found.status, found.figure) == ("passed", "1 of 1 held-out row")


def test_a_prompt_for_training_that_holds_a_canary_fails(panel: Panel):
    ensure_canaries()
    canary = Canary.objects.get(pool="EVAL").text
    panel.pair(1, 2, 1, scenario=make_scenario(f"Go on from here: {canary}", domain=make_domain("law")))

    found = result_of(frozen(make_recipe(panel.project)), Gate.CANARIES)

    assert (found.status, found.figure) == ("failed", "1 prompt for training with a canary")


def test_people_of_whom_nothing_is_told_stand_out_by_nothing(panel: Panel):
    found = result_of(frozen(make_recipe(panel.project)), Gate.DEMOGRAPHICS)

    assert (found.status, found.figure) == ("passed", "No band is told of anybody")


def test_a_gate_that_breaks_fails_and_leaves_the_others_alone(panel: Panel, monkeypatch: Any):
    def broken(checked: Checked) -> Outcome:
        Release.objects.raw("SELECT nonsense")[0]
        raise AssertionError

    monkeypatch.setitem(GATES, Gate.LICENSES, broken)
    release = frozen(make_recipe(panel.project))

    results = {each.gate: each for each in check_gates(release)}

    assert results[Gate.LICENSES].status == "failed"
    assert results[Gate.LICENSES].figure == "It could not be checked"
    assert results[Gate.CONSENT].status == "passed"


def test_a_release_that_was_never_checked_is_held(panel: Panel):
    assert "never checked" in why_held(frozen(make_recipe(panel.project)))


def test_a_second_steward_waives_and_both_names_are_kept(panel: Panel):
    release = frozen(make_recipe(panel.project))
    failing = next(each for each in pass_gates(release, licenses="2 unknown") if each.gate == "licenses")
    assert "Licenses known" in why_held(release)

    waiver = waive(ask_waiver(failing, REASON, asked_by=steward("Ada")), approved_by=steward("Bea"))
    Run.objects.update(state="done", finished_at=waiver.created_at)

    assert why_held(release) == ""
    (held,) = waivers_of(release)
    assert (held.waiver.request.asked_by.name, held.waiver.approved_by.name) == ("Ada", "Bea")


def test_a_waiver_answers_for_its_figure_only(panel: Panel):
    release = frozen(make_recipe(panel.project))
    failing = next(each for each in pass_gates(release, licenses="2 unknown") if each.gate == "licenses")
    waive(ask_waiver(failing, REASON, asked_by=steward()), approved_by=steward())
    Run.objects.update(state="done", finished_at=failing.checked_at)

    pass_gates(release, licenses="3 unknown")

    assert "Licenses known" in why_held(release)
    pass_gates(release, licenses="2 unknown")
    assert why_held(release) == ""


@pytest.mark.parametrize("who", ["asker", "releaser", "stranger", "nameless"])
def test_nobody_waives_their_own_and_the_database_says_so_too(panel: Panel, who: str):
    asker, releaser = steward("Ada"), steward("Bea")
    people = {"asker": asker, "releaser": releaser, "stranger": make_user(name="S"), "nameless": steward("")}
    recipe = make_recipe(panel.project)
    cut_release(recipe, actor=releaser)
    release = frozen(recipe)
    failing = next(each for each in pass_gates(release, licenses="2 unknown") if each.gate == "licenses")
    asked = ask_waiver(failing, REASON, asked_by=asker)

    with pytest.raises((NotWaivable, DatabaseError)), transaction.atomic():
        waive(asked, approved_by=people[who])
    with pytest.raises(DatabaseError), transaction.atomic():
        Waiver.objects.create(request=asked, approved_by=people[who])

    assert not waivers_of(release)


def test_a_reason_says_something(panel: Panel):
    release = frozen(make_recipe(panel.project))
    failing = next(each for each in pass_gates(release, licenses="2 unknown") if each.gate == "licenses")

    with pytest.raises(NotWaivable, match="30 characters"):
        ask_waiver(failing, "Because.", asked_by=steward())


def test_waivers_and_results_are_never_edited_or_deleted(panel: Panel):
    release = frozen(make_recipe(panel.project))
    failing = next(each for each in pass_gates(release, licenses="2 unknown") if each.gate == "licenses")
    waiver = waive(ask_waiver(failing, REASON, asked_by=steward()), approved_by=steward())

    assert waiver.request.reason == REASON
    for rows in (GateResult.objects.all(), Waiver.objects.all(), WaiverRequest.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        GateResult.objects.update(status="passed")


def test_the_database_refuses_a_publication_past_a_gate(panel: Panel):
    release = frozen(make_recipe(panel.project))
    destination = Destination.objects.create(slug="hub", name="Hub", repo_id="some/repo")
    wanted = {"release": release, "destination": destination, "repo_id": "some/repo"}

    with pytest.raises(DatabaseError, match="never checked"), transaction.atomic():
        release.publications.create(run=Run.objects.create(kind="exports.publish"), **wanted)
    pass_gates(release, licenses="2 unknown")
    with pytest.raises(DatabaseError, match="not waived"), transaction.atomic():
        release.publications.create(run=Run.objects.create(kind="exports.publish"), **wanted)
    pass_gates(release)
    release.publications.create(run=Run.objects.create(kind="exports.publish"), **wanted)
    with pytest.raises(DatabaseError, match="before publishing"), transaction.atomic():
        pass_gates(release)
