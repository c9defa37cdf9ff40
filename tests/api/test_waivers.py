"""Gates by program: a waiver is asked for by one steward and given by another; findings are looked at."""

import pgtrigger
import pytest

from accounts.models import Role
from exports.models import Finding, FindingReview, Release, Waiver
from tests.api.asking import Caller, named
from tests.exports.gated import gated_release, pass_gates
from tests.exports.judged import Panel, frozen, make_recipe
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_of_files")]
REASON = {"reason": "The makers were asked and agreed by letter, which is on file."}


def steward(name: str = "Bea Quux") -> Caller:
    return Caller(make_user(name=name, roles=(Role.STEWARDS,)))


@pytest.fixture
def release() -> Release:
    """A frozen release of which one gate fails."""
    panel = Panel()
    panel.pair(1, 1)
    found = frozen(make_recipe(panel.project))
    pass_gates(found, licenses="2 responses without known terms")
    return found


def test_two_stewards_waive_together(release):
    asker, other = steward("Ada Quux"), steward("Bea Quux")

    asked = asker.post(f"/releases/{release.pk}/gates/licenses/waivers", REASON)
    own = asker.post(f"/releases/{release.pk}/waivers/{asked.json()['id']}/give")
    given = other.post(f"/releases/{release.pk}/waivers/{asked.json()['id']}/give")
    gates = other.get(f"/releases/{release.pk}/gates").json()["gates"]

    assert (asked.status_code, asked.json()["approved_by"]) == (201, None)
    assert (own.status_code, own.json()["type"]) == (409, "urn:arete:problem:not_waivable")
    assert (given.json()["asked_by"], given.json()["approved_by"]) == ("Ada Quux", "Bea Quux")
    assert [each["gate"] for each in gates if each["status"] == "waived"] == ["licenses"]
    assert other.get(f"/releases/{release.pk}/waivers").json()["data"] == [given.json()]


def test_asking_again_and_giving_again_change_nothing(release):
    asker, other = steward("Ada Quux"), steward("Bea Quux")

    first, again = (asker.post(f"/releases/{release.pk}/gates/licenses/waivers", REASON) for _ in range(2))
    path = f"/releases/{release.pk}/waivers/{first.json()['id']}/give"
    given, twice = other.post(path), other.post(path)

    assert again.json() == first.json()
    assert twice.json() == given.json()
    assert Waiver.objects.count() == 1


def test_who_cut_the_release_does_not_answer_for_it(release):
    cutter = steward("Eve Quux")
    with pgtrigger.ignore("exports.Release:frozen_stays"):
        Release.objects.filter(pk=release.pk).update(created_by=cutter.user)
    asked = steward("Ada Quux").post(f"/releases/{release.pk}/gates/licenses/waivers", REASON).json()

    refused = cutter.post(f"/releases/{release.pk}/waivers/{asked['id']}/give")

    assert refused.status_code == 409
    assert not Waiver.objects.exists()


def test_another_steward_refuses_and_nobody_answers_for_it_then(release):
    asker, other, third = steward("Ada Quux"), steward("Bea Quux"), steward("Eve Quux")
    asked = asker.post(f"/releases/{release.pk}/gates/licenses/waivers", REASON).json()
    path = f"/releases/{release.pk}/waivers/{asked['id']}"

    own = asker.post(f"{path}/refuse", {"reason": "I changed my mind."})
    silent = other.post(f"{path}/refuse", {"reason": " "})
    refused = other.post(f"{path}/refuse", {"reason": "The letter is old."}).json()
    again = other.post(f"{path}/refuse", {"reason": "Another one."}).json()
    given = third.post(f"{path}/give")

    assert (own.status_code, given.status_code) == (409, 409)
    assert (silent.status_code, named(silent)) == (422, {"reason"})
    assert (refused["refused_by"], refused["refusal"]) == ("Bea Quux", "The letter is old.")
    assert again == refused
    assert other.get(f"/releases/{release.pk}/waivers").json()["data"] == [refused]
    assert not Waiver.objects.exists()


def test_a_reason_says_something(release):
    refused = steward().post(f"/releases/{release.pk}/gates/licenses/waivers", {"reason": "Fine."})

    assert (refused.status_code, named(refused)) == (422, {"reason"})


def test_what_passes_is_not_waived_and_what_is_no_gate_is_not_there(release):
    caller = steward()

    passing = caller.post(f"/releases/{release.pk}/gates/gold/waivers", REASON)
    nothing = caller.post(f"/releases/{release.pk}/gates/none/waivers", REASON)

    assert (passing.status_code, nothing.status_code) == (409, 404)


def test_without_a_name_nobody_asks_since_it_stands_in_the_card(release):
    refused = steward("").post(f"/releases/{release.pk}/gates/licenses/waivers", REASON)

    assert refused.status_code == 409
    assert "profile" in refused.json()["detail"]


def test_findings_are_looked_at_and_the_first_word_stands():
    release, caller = gated_release(), steward()
    (found,) = caller.get(f"/releases/{release.pk}/findings?is_open=true").json()["data"]
    path = f"/releases/{release.pk}/findings/{found['id']}"

    first = caller.post(path, {"verdict": "invented"}).json()
    again = caller.post(path, {"verdict": "public"}).json()

    assert (found["verdict"], len(found["passage"])) == (None, 3)
    assert (first["verdict"], again["verdict"]) == ("invented", "invented")
    assert FindingReview.objects.count() == Finding.objects.count() == 1
    assert caller.get(f"/releases/{release.pk}/findings?is_open=true").json()["data"] == []
