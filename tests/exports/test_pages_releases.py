"""The list of releases, and each one's page and files."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Role
from exports.actions.releases import cut_release
from exports.models import Destination, Release, ReleaseFile, Thresholds
from labeling.models import Item
from runs.actions import cancel
from runs.models import Run
from tests.exports.gated import pass_gates
from tests.exports.judged import Panel, frozen, judge, make_annotator, make_recipe, say_consent
from tests.factories import make_domain, make_project, make_scenario, make_user
from tests.labeling.scenes import signed_in

pytestmark = pytest.mark.django_db
CARD = """---
license: mit
---

# Traits

A paragraph that
goes on.

<script>alert(1)</script>

## Columns

| a | b |
| --- | --- |
| 1 | 2 |
"""


@pytest.fixture
def steward() -> Client:
    return signed_in(make_user(roles=(Role.STEWARDS,)))


@pytest.fixture
def panel() -> Panel:
    """Two people who agree on one pair."""
    panel = Panel(people=2)
    panel.pair(1, 2, scenario=make_scenario(domain=make_domain("law")))
    return panel


def built(release: Release, **contents: str) -> Release:
    """The release with files as a build leaves them."""
    files = {"README.md": CARD, "data/preference/train.parquet": "PAR1", **contents}
    for path, content in files.items():
        target = release.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content)
        ReleaseFile.objects.create(
            release=release,
            path=path,
            sha256="0a" * 32,
            size_bytes=len(content),
            rows=12_345 if path.startswith("data/") else None,
        )
    release.state, release.path = Release.State.BUILT, "somewhere"
    release.save(update_fields=["state", "path"])
    return release


def page_of(client: Client, release: Release) -> str:
    response = client.get(reverse("exports:release", args=[release.pk]))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_an_empty_house_says_what_comes_first(steward: Client):
    page = text_of(steward.get("/releases/"))

    assert "No recipes yet" in page
    assert page.count("btn-primary") == 1


def test_the_list_shows_recipes_releases_and_destinations(steward: Client, panel: Panel):
    recipe = make_recipe(panel.project, name="Traits of tenants")
    frozen(recipe)
    newest = frozen(recipe)
    make_recipe(panel.project, slug="fresh", name="Fresh")
    Destination.objects.create(slug="hub", name="Our Hub", repo_id="lab/traits")

    page = text_of(steward.get("/releases/"))

    assert "Traits of tenants 1.0.0" in page
    assert "Traits of tenants 1.1.0" in page
    assert f'href="{reverse("exports:release", args=[newest.pk])}">1.1.0</a>' in page
    assert "none yet" in page
    assert "lab/traits" in page


def test_the_list_asks_no_more_of_the_database_for_more_rows(steward: Client, panel: Panel):
    frozen(make_recipe(panel.project))
    steward.get("/releases/")

    with CaptureQueriesContext(connection) as few:
        steward.get("/releases/")
    for number in range(3):
        frozen(make_recipe(panel.project, slug=f"more-{number}"))
    with CaptureQueriesContext(connection) as many:
        steward.get("/releases/")

    assert len(many) == len(few) <= 8


@pytest.mark.usefixtures("house_of_files")
def test_a_release_shows_what_is_in_it(steward: Client, panel: Panel):
    release = built(frozen(make_recipe(panel.project)))

    page = page_of(steward, release)

    assert "<h1>Release 1.0.0</h1>" in page
    assert "Built, not published" in page
    assert "<dt>Preference pairs</dt><dd>1 <small>" in page
    assert "<dt>People</dt><dd>2 <small>all consented" in page
    assert '<td data-q="1">1</td><td class="matrix-total">1</td>' in page
    assert '<th scope="row">All verdicts</th><td class="num">2</td>' in page
    assert '<td class="num">12,345</td>' in page
    assert release.digest in page


@pytest.mark.usefixtures("house_of_files")
def test_the_card_is_shown_for_reading_and_never_as_it_came(steward: Client, panel: Panel):
    page = page_of(steward, built(frozen(make_recipe(panel.project))))

    assert ">license: mit</pre>" in page
    assert "A paragraph that goes on." in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<td>2</td>" in page


@pytest.mark.usefixtures("house_of_files")
def test_a_release_says_what_changed(steward: Client, panel: Panel):
    recipe = make_recipe(panel.project, minimum_annotators=2)
    gone, others = panel.pair(), [make_annotator(), make_annotator()]
    for person in others:
        judge(gone, person, panel.version, 1)
    first = frozen(recipe)
    panel.pair(-1, -1)
    for person in others:
        say_consent(person, is_given=False)
    recipe.minimum_annotators, recipe.validation_permille = 1, 25
    recipe.save()
    second = frozen(recipe)

    page = page_of(steward, second)

    assert "Changes since 1.0.0" in page
    assert reverse("exports:release", args=[first.pk]) in page
    assert "<ins>1 pair added</ins>" in page
    assert "<del>1 pair withdrawn</del>" in page
    assert "Fewest people per pair: 1 instead of 2." in page
    assert "Share for validation: 2.5% instead of 0%." in page


def test_a_new_wording_is_among_the_changes(steward: Client, panel: Panel):
    recipe = make_recipe(panel.project)
    frozen(recipe)
    other = Panel(people=2)
    other.pair(1, 1)
    recipe.projects.set([other.project])

    page = page_of(steward, frozen(recipe))

    assert f"{panel.version.trait.name} is not in it any more." in page
    assert f"{other.version.trait.name} is new." in page


def test_a_pair_that_points_the_other_way_is_said(steward: Client, panel: Panel):
    recipe = make_recipe(panel.project)
    frozen(recipe)
    item = Item.objects.get()
    for _ in range(3):
        judge(item, make_annotator(), panel.version, -3)

    page = page_of(steward, frozen(recipe))

    assert "1 pair changed" in page
    assert "1 of them points the other way now." in page


def test_a_stricter_gate_is_among_the_changes(steward: Client, panel: Panel):
    recipe = make_recipe(panel.project)
    frozen(recipe)
    Thresholds.objects.create(recipe=recipe, gold_percent=90)

    page = page_of(steward, frozen(recipe))

    assert "Lowest accuracy on gold items, in percent: 90 instead of 70." in page


def test_whoever_did_not_consent_is_counted_as_out(steward: Client, panel: Panel):
    say_consent(panel.people[0], is_given=False)

    page = page_of(steward, frozen(make_recipe(panel.project, minimum_annotators=1)))

    assert 'withdrew</th><td class="num">1</td>' in page
    assert "<dt>People</dt><dd>1 <small>" in page


def test_a_frozen_release_that_failed_can_be_gone_on_with(steward: Client, panel: Panel):
    recipe = make_recipe(panel.project)
    release = frozen(recipe)
    Run.objects.update(state=Run.State.FAILED, error="The disk is full.", finished_at=timezone.now())

    page = page_of(steward, release)
    response = steward.post(reverse("exports:cut", args=[recipe.slug]), {"bump": "minor"})

    assert "The disk is full." in page
    assert "Go on with this release" in page
    assert response["Location"] == reverse("exports:release", args=[release.pk])
    assert Run.objects.unfinished().count() == 1


def test_a_draft_that_could_not_be_cut_says_why(steward: Client):
    release, run = cut_release(make_recipe(make_project()))
    address = reverse("exports:release", args=[release.pk])
    Run.objects.filter(pk=run.pk).update(
        state=Run.State.FAILED, error="Nothing to release.", finished_at=timezone.now()
    )
    release.delete()

    response = steward.get(address)

    assert response.status_code == 200
    assert "This release was not cut" in text_of(response)
    assert "Nothing to release." in text_of(response)


def test_a_draft_that_was_cancelled_can_be_discarded(steward: Client, panel: Panel):
    recipe = make_recipe(panel.project)
    release, run = cut_release(recipe)
    address = reverse("exports:discard", args=[release.pk])

    at_work = steward.post(address, follow=True)
    cancel(run)
    cancelled = page_of(steward, release)
    discarded = steward.post(address, follow=True)

    assert "work on it goes on" in text_of(at_work)
    assert "Discard it" in cancelled
    assert "Release 1.0.0 was discarded" in text_of(discarded)
    assert not Release.objects.exists()
    assert AuditEvent.objects.filter(act="release.discarded").exists()


def test_a_frozen_release_is_never_discarded(steward: Client, panel: Panel):
    release = frozen(make_recipe(panel.project))
    cancel(Run.objects.get())

    page = page_of(steward, release)
    response = steward.post(reverse("exports:discard", args=[release.pk]), follow=True)

    assert "Discard it" not in page
    assert "it is frozen already" in text_of(response)
    assert Release.objects.exists()


@pytest.mark.usefixtures("house_of_files")
def test_files_are_downloaded_as_they_are(steward: Client, panel: Panel):
    release = built(frozen(make_recipe(panel.project)))
    file = release.files.get(path="data/preference/train.parquet")

    response = steward.get(reverse("exports:release_file", args=[release.pk, file.pk]))

    assert b"".join(response) == b"PAR1"
    assert response["Content-Disposition"] == 'attachment; filename="traits-1.0.0-preference-train.parquet"'


@pytest.mark.usefixtures("house_of_files")
def test_a_file_that_is_lost_sends_back_with_words(steward: Client, panel: Panel):
    release = built(frozen(make_recipe(panel.project)))
    file = release.files.get(path="README.md")
    (release.folder / "README.md").unlink()

    response = steward.get(reverse("exports:release_file", args=[release.pk, file.pk]), follow=True)

    assert "README.md is not in this machine’s folder of releases" in text_of(response)
    assert "./arete manage rebuild traits@1.0.0" in text_of(response)


@pytest.mark.usefixtures("house_of_files")
def test_files_are_found_in_their_own_release_only(steward: Client, panel: Panel):
    recipe = make_recipe(panel.project)
    first = built(frozen(recipe))
    second = built(frozen(recipe))
    file = first.files.get(path="README.md")

    answers = [
        steward.get(f"/releases/{each}/files/{number}").status_code
        for each, number in ((second.pk, file.pk), (first.pk, 0), (first.pk, 10**30), (uuid4(), file.pk))
    ]

    assert answers == [404] * 4


@pytest.mark.usefixtures("house_of_files")
def test_a_published_release_says_how_to_load_it(steward: Client, panel: Panel, tmp_path: Path):
    release = built(frozen(make_recipe(panel.project)))
    destination = Destination.objects.create(slug="hub", name="Hub", repo_id="lab/traits")
    pass_gates(release)
    release.publications.create(
        run=Run.objects.create(kind="exports.publish", state="done", finished_at=timezone.now()),
        destination=destination,
        repo_id="lab/traits",
        endpoint="http://127.0.0.1:9",
        state="done",
        commit_oid="c" * 40,
        tag="v1.0.0",
    )
    Release.objects.filter(pk=release.pk).update(state=Release.State.PUBLISHED)

    page = page_of(steward, release)

    assert "Published" in page
    assert "&quot;lab/traits&quot;" in page or '"lab/traits"' in page
    assert 'revision="v1.0.0"' in page
    assert "HF_ENDPOINT=http://127.0.0.1:9" in page


@pytest.mark.usefixtures("house_of_files")
@pytest.mark.parametrize("role", [None, Role.CURATORS, Role.TRAIT_AUTHORS])
def test_releases_are_for_stewards(panel: Panel, role: Role | None):
    release = built(frozen(make_recipe(panel.project)))
    file = release.files.first()
    assert file
    client = signed_in(make_user(roles=(role,) if role else ()))
    addresses = ("/releases/", f"/releases/{release.pk}/", f"/releases/{release.pk}/files/{file.pk}")

    statuses = {client.get(address).status_code for address in addresses}
    discarded = client.post(f"/releases/{release.pk}/discard").status_code
    signed_out = {Client().get(address).status_code for address in addresses}

    assert (statuses, discarded, signed_out) == ({404}, 404, {302})


def test_an_unknown_release_is_not_found(steward: Client):
    assert steward.get(f"/releases/{uuid4()}/").status_code == 404


def test_people_who_only_annotated_see_no_release(panel: Panel):
    release = frozen(make_recipe(panel.project))

    assert signed_in(make_annotator()).get(f"/releases/{release.pk}/").status_code == 404
