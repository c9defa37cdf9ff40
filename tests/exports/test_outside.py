"""Verdicts of people without an account in releases: only when asked for, and only under a license."""

import pytest

from exports.actions.facts import facts_of
from exports.gating.outcome import Checked
from exports.gating.people import consent
from exports.models import Release
from exports.papers.card import who
from exports.papers.license import license_text, licenses
from exports.released import people_of, projects_of
from labeling.actions.outside import take_back
from tests.exports.judged import Panel, frozen, judge, make_recipe, outcomes, row_of
from tests.labeling.outside import make_outside_verdict

pytestmark = pytest.mark.django_db


def consented(release: Release) -> tuple[str, str]:
    found = consent(Checked(release, [], {}, {}))
    return found.status, found.figure


def test_they_stay_out_unless_the_recipe_takes_their_source() -> None:
    panel = Panel()
    item = panel.pair(1, 2)
    for _ in range(3):
        make_outside_verdict(item, strength=-3)

    release = frozen(make_recipe(panel.project))

    assert (release.ratings.count(), release.ratings.filter(annotation=None).count()) == (2, 0)
    assert release.counts["verdicts"]["source"] == 3
    assert release.annotators.count() == 2


def test_several_verdicts_of_one_item_go_in_under_pseudonyms() -> None:
    panel = Panel()
    item = panel.pair(1, 2)
    for strength in (-3, -2, 1):
        make_outside_verdict(item, strength=strength)

    release = frozen(make_recipe(panel.project, sources=["native", "label_studio"]))

    overall = release.items.get(trait_version=None)
    assert (overall.n_annotators, overall.n_first, overall.n_second, overall.winner) == (3, 2, 1, "response1")
    assert release.items.get(trait_version=panel.version).n_annotators == 2
    theirs = release.ratings.filter(annotation=None)
    assert {each.annotator[:4] for each in theirs} == {"ann_"}
    assert len({each.annotator for each in theirs}) == 3
    told = dict(release.annotators.values_list("annotator", "has_consented"))
    assert sorted(told.values()) == [False] * 3 + [True] * 2
    assert set(release.annotators.values_list("expertise", "region_band")) == {("not stated", "not stated")}


def test_without_a_license_they_are_nobody_to_release() -> None:
    panel = Panel()
    item = panel.pair(1, 2)
    make_outside_verdict(item, license="")

    release = frozen(make_recipe(panel.project, sources=["native", "label_studio"]))

    assert release.counts["verdicts"]["license"] == 1
    assert not release.ratings.filter(annotation=None).exists()


def test_the_license_stands_for_consent_until_they_are_taken_back() -> None:
    panel = Panel()
    item = panel.pair()
    person = make_outside_verdict(item).annotator
    make_outside_verdict(item)
    release = frozen(make_recipe(panel.project, sources=["label_studio"]))

    before = consented(release)
    take_back(person, None)

    assert before == ("passed", "2 outside annotators under cc-by-4.0")
    assert consented(release)[0] == "failed"
    assert "1 of them taken back since" in consented(release)[1]
    assert (projects_of(release.pk), people_of(release.pk)) == ([panel.project], frozenset())


def test_overall_verdicts_of_members_and_others_are_one_pair() -> None:
    panel = Panel(people=1)
    item = panel.pair()
    judge(item, panel.people[0], None, 2)
    for _ in range(2):
        make_outside_verdict(item, strength=2)

    release = frozen(make_recipe(panel.project, sources=["native", "label_studio"]))

    assert outcomes(release)["preference"] == 1
    assert row_of(release, item).n_annotators == 3


def test_the_papers_say_that_nobody_asked_them() -> None:
    panel = Panel()
    item = panel.pair(1, 2)
    for _ in range(2):
        make_outside_verdict(item, license="odc-by")

    found = facts_of(frozen(make_recipe(panel.project, sources=["native", "label_studio"])))

    assert "2 annotators who agreed to the release of their judgments, and 2 who judged elsewhere" in who(
        found
    )
    for paper in (licenses(found), license_text(found)):
        assert "Verdicts of 2 annotators were given elsewhere and come under odc-by" in paper.decode()
