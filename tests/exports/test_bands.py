"""What releases tell about annotators is shared by enough of them, or withheld."""

from collections import Counter

import pytest

from accounts.models.profiles import Profile
from exports.actions.gates import check_gates
from exports.models import Gate, Release, Thresholds
from tests.exports.judged import Panel, frozen, make_recipe

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_of_files")]
NOBODY = ("not stated", "not stated", "not stated")


def released(*said: tuple[str, str, str], is_released: bool = True, least: int = 2) -> Release:
    """A release of pairs that so many people judged, who said this of themselves."""
    panel = Panel(people=len(said))
    for person, (expertise, years, region) in zip(panel.people, said, strict=True):
        Profile.objects.create(
            user=person, expertise=expertise, years=years, region=region, is_released=is_released
        )
    panel.pair(*[1] * len(said))
    recipe = make_recipe(panel.project)
    Thresholds.objects.create(recipe=recipe, band_people=least)
    return frozen(recipe)


def told(release: Release) -> Counter[tuple[str, str, str]]:
    """How many are told what."""
    return Counter(release.annotators.values_list("expertise", "years_band", "region_band"))


def test_what_enough_people_share_is_told():
    assert told(released(*[("law", "3-5", "Asia")] * 2)) == {("law", "3-5", "Asia"): 2}


def test_nothing_is_told_of_who_did_not_ask_for_it():
    assert told(released(*[("law", "3-5", "Asia")] * 2, is_released=False)) == {NOBODY: 2}


def test_what_few_share_is_withheld_from_the_region_on():
    found = told(
        released(
            ("law", "3-5", "Asia"), ("law", "3-5", "Asia"),
            ("law", "3-5", "Europe"), ("law", "3-5", "Africa"),
            ("education", "0-2", "Asia"), ("education", "6-10", "Asia"),
            ("social work", "0-2", "Asia"), ("", "", ""),
        )
    )  # fmt: skip

    assert found == {
        ("law", "3-5", "Asia"): 2,
        ("law", "3-5", "withheld"): 2,
        ("education", "withheld", "withheld"): 2,
        ("withheld", "withheld", "withheld"): 1,
        NOBODY: 1,
    }


@pytest.mark.parametrize("least", [2, 3, 5])
def test_the_gate_of_a_release_with_bands_passes(least: int):
    said = [
        ("law", years, region) for years in ("0-2", "3-5") for region in ("Asia", "Europe", "Oceania")
    ] * 2
    release = released(*said, ("education", "", ""), least=least)

    found = next(each for each in check_gates(release) if each.gate == Gate.DEMOGRAPHICS)

    assert found.status == "passed"
