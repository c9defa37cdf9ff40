"""Gates look at what the recipe chose, as it was frozen, and at every kind of verdict in it."""

from collections.abc import Callable
from typing import Any

import pytest

from curation.models import Domain
from exports.actions.gates import check_gates
from exports.excerpts import shown
from exports.gating.trust import alpha
from exports.models import Finding, Gate, GateResult, Recipe, Release
from labeling.agreement import krippendorff_alpha, tabulate
from labeling.models import CriterionMark, GoldReference, Item
from tests.exports.judged import Panel, frozen, judge, make_annotator, make_recipe, say_consent
from tests.exports.sittings import Sitting, full_sitting, rubric_of
from tests.factories import make_domain, make_trait_version, make_user
from tests.labeling.scenes import make_item

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_of_files")]


def result_of(release: Release, gate: Gate) -> GateResult:
    return next(each for each in check_gates(release) if each.gate == gate)


def only(recipe: Recipe, *domains: Domain) -> Recipe:
    recipe.domains.set(domains)
    return recipe


def test_criteria_of_a_domain_that_stays_out_say_nothing_about_the_release():
    sitting, health, law = Sitting(), make_domain("health"), make_domain("law")
    agreed, contested = sitting.item(5, domain=health), sitting.item(5, domain=law)
    for person in range(2):
        sitting.mark(agreed, person, "m", "n", "m")
        sitting.mark(contested, person, *("mnm" if person else "nmn"))

    chosen = result_of(frozen(only(make_recipe(sitting.project), health)), Gate.AGREEMENT)
    whole = result_of(frozen(make_recipe(sitting.project, slug="whole")), Gate.AGREEMENT)

    assert (chosen.status, chosen.figure) == ("passed", "1.00 to 1.00 over 1 criterion")
    assert (whole.status, whole.project) == ("failed", sitting.project)
    assert whole.figure.endswith("1 of 2 criteria too low")


@pytest.mark.parametrize(
    "marks", [("mmnn", "mnnn", "mmnm"), ("mn", "nm"), ("mmmn", "mmmn"), ("mmm", "mmn", "nnm", "mnm")]
)
def test_alpha_of_marks_is_krippendorffs(marks: tuple[str, ...]):
    units = list(zip(*marks, strict=True))
    verdicts = [(unit, person, mark) for unit, said in enumerate(units) for person, mark in enumerate(said)]
    met = [said.count("m") for said in units]
    m = len(marks)

    found = alpha(len(verdicts), sum(met), sum(2 * k * (m - k) / (m - 1) for k in met))

    unit, person, value = zip(*verdicts, strict=True)
    expected = krippendorff_alpha(tabulate(list(unit), list(person), list(value)), "nominal").value
    assert expected is not None
    assert found == pytest.approx(expected)


def test_a_criterion_that_all_answered_alike_needs_no_alpha():
    sitting = Sitting()
    item = sitting.item(5)
    for person in range(2):
        sitting.mark(item, person, "m", "m", "m")

    found = result_of(frozen(make_recipe(sitting.project)), Gate.AGREEMENT)

    assert (found.status, found.figure) == ("passed", "All alike over 1 criterion")


@pytest.mark.parametrize(
    ("sources", "figure"), [(["native"], "Nothing is contested"), (["native", "import"], "0 of 1")]
)
def test_only_answers_that_the_recipe_takes_make_a_question_contested(sources: list[str], figure: str):
    panel = Panel()
    item = panel.pair(2, 2)
    judge(item, panel.people[2], panel.version, -3, source="import")
    Item.objects.update(needed=3, taken=3)

    found = result_of(frozen(make_recipe(panel.project, sources=sources)), Gate.ADJUDICATION)

    assert found.figure == figure


def test_a_trait_that_stays_out_leaves_nothing_to_settle():
    panel, other = Panel(), make_trait_version()
    item = panel.pair(2, 2)
    for person, strength in zip(panel.people, (3, -3), strict=False):
        judge(item, person, other, strength)
    Item.objects.update(needed=2, taken=2)
    recipe = make_recipe(panel.project)
    recipe.traits.set([panel.version])

    assert result_of(frozen(recipe), Gate.ADJUDICATION).figure == "Nothing is contested"
    assert result_of(frozen(make_recipe(panel.project, slug="all")), Gate.ADJUDICATION).figure == "0 of 1"


@pytest.mark.django_db(transaction=True)
def test_gold_tells_of_the_people_in_the_release_alone_and_by_its_cut():
    panel, outsider = Panel(people=2), make_annotator()
    panel.pair(2, 2)
    gold, other = make_item(panel.project), make_item(panel.project)
    for item in (gold, other):
        GoldReference.objects.create(
            item=item, trait_version=panel.version, strength=2, reason="So it is.", author=make_user()
        )
    judge(gold, panel.people[0], panel.version, 2)
    judge(other, outsider, panel.version, -3)
    release = frozen(make_recipe(panel.project))
    judge(gold, panel.people[1], panel.version, -3)

    found = result_of(release, Gate.GOLD)

    assert found.status == "passed"
    assert "of 1 answer" in found.figure


def test_a_release_without_pairs_is_not_asked_about_them():
    release = frozen(make_recipe(full_sitting().project))

    results = {each.gate: each for each in check_gates(release)}

    for gate in (Gate.ANNOTATORS, Gate.POSITION, Gate.LENGTH):
        assert (results[gate].status, results[gate].figure) == ("not applicable", "Holds no pair")


def test_whoever_only_graded_is_asked_for_consent_too():
    sitting = full_sitting()
    release = frozen(make_recipe(sitting.project))
    assert result_of(release, Gate.CONSENT).figure == "2 of 2 people"
    say_consent(sitting.people[1], is_given=False)

    assert result_of(release, Gate.CONSENT).figure == "1 of 2 people"


def rewriting(sitting: Sitting, item: Item) -> None:
    sitting.rewrite(item, 0, "Write to carla@post.zz, she knows.")


def being_unsure(sitting: Sitting, item: Item) -> None:
    CriterionMark.objects.create(
        annotation=sitting.annotation(item, 0),
        response=item.places.get(place=0).response,
        criterion=rubric_of(item)[0],
        value="unsure",
        unsure_because="Ask carla@post.zz, she knows better.",
    )


@pytest.mark.parametrize("say", [rewriting, being_unsure])
def test_every_word_of_a_person_is_scanned_and_shown_where_it_stands(say: Callable[[Sitting, Item], Any]):
    sitting = Sitting()
    item = sitting.item(5)
    sitting.rate(item, 0, 4, 1, 2)
    say(sitting, item)
    release = frozen(make_recipe(sitting.project, minimum_annotators=1))

    found = result_of(release, Gate.PERSONAL_DATA)

    assert found.status == "failed"
    (finding,) = Finding.objects.in_release(release)
    found_at = shown(finding, release)
    assert (found_at.passage, found_at.where) == ("carla@post.zz", "Words of an annotator")
