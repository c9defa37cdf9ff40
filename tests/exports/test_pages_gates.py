"""Stewards see what the gates found, look at findings, and waive together."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Role, User
from exports.models import CardText, Finding, GateResult, Recipe, Release, Thresholds, Waiver
from runs.models import Run
from tests.exports.gated import gated_release, pass_gates
from tests.exports.judged import Panel, frozen, make_recipe
from tests.factories import make_scenario, make_user
from tests.labeling.scenes import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_of_files")]
REASON = "The makers were asked and agreed by letter, which is on file."
LIMITS = {
    "annotators": "3", "alpha_permille": "800", "gold_percent": "80", "position_points": "5",
    "length_points": "10", "identity_leaks": "0", "band_people": "5",
}  # fmt: skip


def steward(name: str = "Bea Quux") -> User:
    return make_user(name=name, roles=(Role.STEWARDS,))


@pytest.fixture
def release() -> Release:
    """A frozen release of which one gate fails."""
    panel = Panel()
    panel.pair(1, 1)
    found = frozen(make_recipe(panel.project))
    pass_gates(found, licenses="2 responses without known terms")
    return found


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_release_shows_each_gate_and_what_to_do_next(release: Release):
    page = text_of(signed_in(steward()).get(f"/releases/{release.pk}/"))

    assert "1 of 14 gates open" in page
    assert "<td>2 responses without known terms<small" in page
    assert "Mend it." in page
    assert "Waive with a reason" in page
    assert page.count('badge-ok"') == 13


def test_a_release_that_was_never_checked_offers_to_do_it():
    panel = Panel()
    panel.pair(1, 1)
    release = frozen(make_recipe(panel.project))
    client = signed_in(steward())

    page = text_of(client.get(f"/releases/{release.pk}/"))
    client.post(f"/releases/{release.pk}/gates/check")
    client.post(f"/releases/{release.pk}/gates/check")

    assert "Check the gates" in page
    assert Run.objects.filter(kind="exports.gates").count() == 1


def test_two_stewards_waive_together(release: Release):
    asker, other = steward("Ada Quux"), steward("Bea Quux")
    address = f"/releases/{release.pk}/gates/licenses/"

    asked = signed_in(asker).post(address, {"reason": REASON}, follow=True)
    seen = text_of(signed_in(other).get(address))
    request = GateResult.objects.get(gate="licenses").requests.get()
    given = signed_in(other).post(f"/releases/{release.pk}/waivers/{request.pk}", follow=True)

    assert "another steward has to answer for it" in text_of(asked)
    assert "Answer for it" not in text_of(asked)
    assert "Answer for it" in seen
    assert "Ada Quux asks for a waiver" in seen
    assert "answered for by Bea Quux" in text_of(given)
    page = text_of(signed_in(asker).get(f"/releases/{release.pk}/"))
    assert "is waived." in page
    assert "gates open" not in page
    assert set(AuditEvent.objects.values_list("act", flat=True)) >= {"waiver.asked", "waiver.given"}


def test_one_steward_alone_waives_nothing(release: Release):
    client = signed_in(steward())
    client.post(f"/releases/{release.pk}/gates/licenses/", {"reason": REASON})
    request = GateResult.objects.get(gate="licenses").requests.get()

    answer = client.post(f"/releases/{release.pk}/waivers/{request.pk}", follow=True)

    assert "You asked for it." in text_of(answer)
    assert not Waiver.objects.exists()


@pytest.mark.parametrize("reason", ["", "Because.", " " * 60])
def test_a_waiver_without_a_reason_is_refused_at_its_field(release: Release, reason: str):
    answer = signed_in(steward()).post(f"/releases/{release.pk}/gates/licenses/", {"reason": reason})

    assert answer.status_code == 422
    assert 'class="error"' in text_of(answer)


def test_a_gate_that_passes_has_nothing_to_waive(release: Release):
    page = text_of(signed_in(steward()).get(f"/releases/{release.pk}/gates/identity/"))

    assert "Ask for a waiver" not in page
    assert signed_in(steward()).get(f"/releases/{release.pk}/gates/nonsense/").status_code == 404


def test_a_finding_is_shown_in_its_sentence_and_looked_at():
    panel = Panel()
    scenario = make_scenario("Please <b>write</b> to carla@post.zz today.")
    panel.pair(1, 1, scenario=scenario)
    release = frozen(make_recipe(panel.project))
    finding = Finding.objects.create(kind="email", scenario=scenario, turn=0, start=23, end=36)
    client = signed_in(steward("Bea Quux"))

    page = text_of(client.get(f"/releases/{release.pk}/findings/"))
    done = client.post(f"/releases/{release.pk}/findings/{finding.pk}", {"verdict": "invented"}, follow=True)

    assert "Please &lt;b&gt;write&lt;/b&gt; to <mark>carla@post.zz</mark> today." in page
    assert "Invented, or a placeholder, says Bea Quux" in text_of(done)
    assert "Check the gates again" in text_of(done)


def test_a_finding_of_another_release_is_not_found(release: Release):
    elsewhere = Finding.objects.create(kind="email", scenario=make_scenario(), turn=0, start=0, end=2)

    answer = signed_in(steward()).post(
        f"/releases/{release.pk}/findings/{elsewhere.pk}", {"verdict": "public"}
    )

    assert answer.status_code == 404


def test_a_figure_is_sent_as_a_picture():
    release = gated_release()

    answer = signed_in(steward()).get(reverse("exports:figure", args=[release.pk, "coverage"]))

    assert (answer["Content-Type"], answer.content) == ("image/svg+xml", b"<svg/>")
    assert signed_in(steward()).get(f"/releases/{release.pk}/figures/other.svg").status_code == 404


def test_thresholds_and_the_words_of_the_card_are_said_per_recipe(release: Release):
    client = signed_in(steward())

    refused = client.post("/recipes/traits/gates/", {**LIMITS, "annotators": "0"})
    saved = client.post("/recipes/traits/gates/", {**LIMITS, "pay": "Twenty euros an hour."})
    page = text_of(client.get("/recipes/traits/gates/"))

    assert (refused.status_code, saved.status_code) == (422, 302)
    assert Thresholds.objects.get(recipe=Recipe.objects.get()).alpha_permille == 800
    assert CardText.objects.get().pay == "Twenty euros an hour."
    assert 'value="800"' in page


@pytest.mark.parametrize("role", [None, Role.CURATORS, Role.TRAIT_AUTHORS])
def test_gates_are_for_stewards(release: Release, role: Role | None):
    client: Client = signed_in(make_user(roles=(role,) if role else ()))

    assert client.get(f"/releases/{release.pk}/gates/licenses/").status_code == 404
    assert client.get(f"/releases/{release.pk}/findings/").status_code == 404
    assert client.post(f"/releases/{release.pk}/gates/check").status_code == 404
