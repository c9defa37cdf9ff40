"""Writing recipes, seeing what a release would hold, and cutting one."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent, Role
from exports.actions.preview import start_preview
from exports.models import Recipe, Release
from exports.papers.license import LICENSES
from labeling.models import Project
from runs.actions import perform_now
from runs.models import Run
from tests.exports.judged import Panel, frozen, make_recipe
from tests.factories import make_domain, make_project, make_scenario, make_trait_version, make_user
from tests.labeling.scenes import at_once, signed_in

pytestmark = pytest.mark.django_db
NEW = "/recipes/new/"


@pytest.fixture
def steward() -> Client:
    return signed_in(make_user(roles=(Role.STEWARDS,)))


def said(*projects: Project, **fields: Any) -> dict[str, Any]:
    """A whole form that holds nothing wrong, unless said otherwise."""
    return {
        "name": "Beneficial traits",
        "description": "Pairs for training.",
        "projects": [str(project.pk) for project in projects],
        "minimum_annotators": "3",
        "validation_percent": "2.5",
        "license": "cc-by-4.0",
        **fields,
    }


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_steward_writes_a_recipe(steward: Client):
    project, domain = make_project(), make_domain("law")

    response = steward.post(NEW, said(project, heldout_domains=["law"]))

    recipe = Recipe.objects.get()
    assert response["Location"] == reverse("exports:recipe", args=["beneficial-traits"])
    assert (recipe.slug, recipe.minimum_annotators, recipe.validation_permille) == (
        "beneficial-traits",
        3,
        25,
    )
    assert (list(recipe.projects.all()), list(recipe.heldout_domains.all())) == ([project], [domain])
    assert not recipe.is_demo
    event = AuditEvent.objects.get(act="recipe.created")
    assert event.detail["projects"] == [project.slug]


def test_what_a_recipe_takes_and_how_it_decides_is_kept_and_shown_again(steward: Client):
    version, domain = make_trait_version(), make_domain("law")
    choices = {
        "aggregation": "dawid-skene", "ties": "ignore", "plural": "leave out", "configs": ["rl", "sft"],
        "sources": ["native", "import"], "pools": ["TRAIN", "EVAL"], "domains": ["law"], "traits": [str(version.pk)],
    }  # fmt: skip

    steward.post(NEW, said(make_project(), **choices))

    recipe = Recipe.objects.get()
    assert {name: getattr(recipe, name) for name in list(choices)[:6]} == dict(list(choices.items())[:6])
    assert (recipe.domains.get(), recipe.traits.get()) == (domain, version)
    form = text_of(steward.get(reverse("exports:recipe_edit", args=[recipe.slug])))
    for value in ("rl", "import", "EVAL", str(version.pk)):
        assert re.search(rf'<input type="checkbox" name="\w+" value="{value}"[^>]* checked', form), value
    assert '<option value="dawid-skene" selected>' in form


def test_what_was_not_said_is_the_usual(steward: Client):
    steward.post(NEW, said(make_project()))

    recipe = Recipe.objects.get()
    assert (recipe.aggregation, recipe.sources, recipe.pools, recipe.configs) == (
        "majority", ["native"], ["TRAIN"], [],
    )  # fmt: skip


def test_a_recipe_is_changed_and_keeps_its_address(steward: Client):
    old, new = make_project(), make_project()
    recipe = make_recipe(old, slug="traits", name="Traits", license="mit")
    url = reverse("exports:recipe_edit", args=["traits"])

    page = text_of(steward.get(url))
    response = steward.post(url, said(new, name="Better traits"))

    recipe.refresh_from_db()
    assert 'value="Traits"' in page
    assert '<option value="mit" selected>' in page
    assert response["Location"] == reverse("exports:recipe", args=["traits"])
    assert (recipe.name, recipe.slug, list(recipe.projects.all())) == ("Better traits", "traits", [new])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": "  "}, "Enter a name"),
        ({"name": "a\0b"}, "Null characters are not allowed"),
        ({"name": "x" * 121}, "at most 120 characters"),
        ({"description": "x" * 5001}, "at most 5000 characters"),
        ({"projects": []}, "Choose at least one project"),
        ({"projects": ["not-a-uuid"]}, "One of the chosen projects can’t go into this recipe"),
        ({"projects": ["0192f6a8-0000-7000-8000-000000000000"]}, "One of the chosen projects can’t go"),
        ({"projects": ["\0"]}, "One of the chosen projects can’t go"),
        ({"minimum_annotators": "0"}, "At least one person"),
        ({"minimum_annotators": "101"}, "Enter 100 or fewer"),
        ({"minimum_annotators": "two"}, "Enter a whole number"),
        ({"minimum_annotators": "9" * 5000}, "Enter a whole number"),
        ({"validation_percent": "51"}, "Enter 50 or less"),
        ({"validation_percent": "-1"}, "Enter 0 or more"),
        ({"validation_percent": "2.55"}, "Enter one decimal place at most"),
        ({"validation_percent": "NaN"}, "Enter a number such as 5 or 2.5"),
        ({"validation_percent": "1e999999"}, "Enter 50 or less"),
        ({"heldout_domains": ["\0"]}, "There is no such domain"),
        ({"heldout_domains": ["nowhere"]}, "There is no such domain"),
        ({"license": "all rights"}, "Choose a license from the list"),
    ],
)
def test_what_makes_no_sense_comes_back_with_a_message_at_its_field(
    steward: Client, wrong: dict[str, Any], message: str
):
    response = steward.post(NEW, said(make_project()) | wrong)

    page = text_of(response)
    assert response.status_code == 422
    assert page.count(message) >= 2, "in the summary and at the field"
    assert "There is a problem" in page
    assert not Recipe.objects.exists()


def test_the_demo_recipe_takes_demo_projects_and_others_say_what_stays_out(steward: Client):
    demo, real = make_project("starter", is_demo=True), make_project("tenants")
    make_recipe(demo, slug="demo", name="Demo", is_demo=True)
    edit = reverse("exports:recipe_edit", args=["demo"])

    new_page, demo_page = text_of(steward.get(NEW)), text_of(steward.get(edit))
    into_new, into_demo = steward.post(NEW, said(demo)), steward.post(edit, said(real, name="Demo"))

    assert "tenants" in new_page
    assert "starter (without its demo rows)" in new_page
    assert "starter" in demo_page
    assert "tenants" not in demo_page
    assert into_new.status_code == 302
    assert "The demo recipe takes demo projects alone" in text_of(into_demo)


def test_two_recipes_have_different_names(steward: Client):
    project = make_project()
    steward.post(NEW, said(project))

    again = steward.post(NEW, said(project, name="BENEFICIAL TRAITS"))
    similar = steward.post(NEW, said(project, name="Beneficial, traits"))

    assert "Another recipe has this name" in text_of(again)
    assert similar["Location"] == reverse("exports:recipe", args=["beneficial-traits-2"])


@pytest.mark.parametrize(("name", "slug"), [("New", "new-2"), ("诚实", "recipe")])
def test_every_name_has_an_address_of_its_own(steward: Client, name: str, slug: str):
    response = steward.post(NEW, said(make_project(), name=name))

    assert response["Location"] == reverse("exports:recipe", args=[slug])
    assert steward.get(response["Location"]).status_code == 200


def test_every_license_of_the_form_has_a_text(steward: Client):
    page = text_of(steward.get(NEW))

    assert all(f'<option value="{key}"' in page for key in LICENSES)


def test_a_recipe_shows_what_a_release_would_hold_and_what_not(steward: Client):
    panel = Panel(people=2)
    panel.version.trait.name = "Candor"
    panel.version.trait.save(update_fields=["name"])
    for domain, strengths in (("law", (2, 1)), ("law", (1, -1)), ("health", (1,))):
        panel.pair(*strengths, scenario=make_scenario(domain=make_domain(domain)))
    recipe = make_recipe(panel.project, minimum_annotators=2)

    page = text_of(steward.get(reverse("exports:recipe", args=[recipe.slug])))

    assert (
        '<th scope="row">Candor</th><td data-q="1">1</td><td class="matrix-total">1<small>1 undecided' in page
    )
    assert '<th scope="col">Health' not in page
    assert '<th scope="row">Judged by too few people</th><td class="num">1</td>' in page
    assert '<th scope="row">All pairs</th><td class="num">3</td>' in page
    assert "The first one is 1.0.0" in page


def test_held_out_domains_are_marked_and_counted_apart(steward: Client):
    panel = Panel(people=1)
    for domain in ("law", "health"):
        panel.pair(1, scenario=make_scenario(domain=make_domain(domain)))
    recipe = make_recipe(panel.project, minimum_annotators=1)
    recipe.heldout_domains.set([make_domain("law")])

    page = text_of(steward.get(reverse("exports:recipe", args=[recipe.slug])))

    assert "Law <small>held out</small>" in page
    assert "Health <small>" not in page


def test_a_recipe_whose_release_would_be_empty_says_so(steward: Client):
    recipe = make_recipe(make_project())

    page = text_of(steward.get(reverse("exports:recipe", args=[recipe.slug])))

    assert "A release cut now would be empty" in page
    assert "Nobody has submitted an annotation" in page


def test_what_takes_long_to_count_is_counted_by_a_run(steward: Client, monkeypatch: pytest.MonkeyPatch):
    panel = Panel(people=2)
    panel.pair(1, 1)
    recipe = make_recipe(panel.project)
    url = reverse("exports:recipe", args=[recipe.slug])
    monkeypatch.setattr("exports.actions.preview.QUICK_ANNOTATIONS", 1)

    before = text_of(steward.get(url))
    steward.post(reverse("exports:count", args=[recipe.slug]))
    steward.post(reverse("exports:count", args=[recipe.slug]))
    run = Run.objects.get(kind="exports.preview")
    waiting = text_of(steward.get(url))
    perform_now(run)
    after = text_of(steward.get(url))

    assert "too many annotations to count while you wait" in before
    assert f'id="run-{run.pk}"' in waiting
    assert '<th scope="row">All pairs</th><td class="num">1</td>' in after
    assert "Count again" in after


def test_a_count_for_a_recipe_that_is_gone_ends_with_words():
    recipe = make_recipe(make_project())
    run = start_preview(recipe)
    recipe.delete()

    ended = perform_now(run)

    assert (ended.state, ended.error) == (Run.State.FAILED, "The recipe is gone.")


def test_cutting_starts_the_next_minor_release_and_shows_its_progress(steward: Client):
    panel = Panel(people=2)
    panel.pair(1, 1)
    recipe = make_recipe(panel.project)
    Release.objects.filter(pk=frozen(recipe).pk).update(state=Release.State.BUILT, path="somewhere")
    panel.pair(1, 1)

    page = text_of(steward.get(reverse("exports:recipe", args=[recipe.slug])))
    response = steward.post(reverse("exports:cut", args=[recipe.slug]), {"bump": "minor"})

    release = recipe.releases.get(state=Release.State.DRAFT)
    run = Run.objects.filter(kind="exports.build").latest("pk")
    assert all(f"<span>{each}<small>" in page for each in ("2.0.0, major", "1.1.0, minor", "1.0.1, patch"))
    assert 'value="minor" checked' in page
    assert "Proposed: minor. 3 rows would be new." in page
    assert release.version == "1.1.0"
    assert response["Location"] == reverse("exports:release", args=[release.pk])
    assert f'id="run-{run.pk}"' in text_of(steward.get(response["Location"]))


def test_pressing_the_button_twice_cuts_one_release(steward: Client):
    panel = Panel(people=2)
    panel.pair(1, 1)
    recipe = make_recipe(panel.project)
    url = reverse("exports:cut", args=[recipe.slug])

    first, second = steward.post(url, {"bump": "minor"}), steward.post(url, {"bump": "minor"})

    assert first["Location"] == second["Location"]
    assert Run.objects.filter(kind="exports.build").count() == 1
    assert "Release 1.0.0 is begun" in text_of(steward.get(reverse("exports:recipe", args=[recipe.slug])))


@pytest.mark.parametrize("bump", ["", "gigantic", "\0"])
def test_a_version_that_is_none_cuts_nothing(steward: Client, bump: str):
    recipe = make_recipe(make_project())

    response = steward.post(reverse("exports:cut", args=[recipe.slug]), {"bump": bump})

    assert response.status_code == 422
    assert "There is a problem" in text_of(response)
    assert not Release.objects.exists()


def test_what_people_write_stays_text(steward: Client):
    recipe = make_recipe(make_project(name="<b>P</b>"), name="<script>1</script>", description="<img src=x>")

    page = text_of(steward.get(reverse("exports:recipe", args=[recipe.slug])))

    assert "<script>1" not in page
    assert "<img src=x>" not in page
    assert "&lt;b&gt;P&lt;/b&gt;" in page


def test_a_page_asks_no_more_of_the_database_for_more_releases(steward: Client):
    panel = Panel(people=2)
    panel.pair(1, 1)
    recipe = make_recipe(panel.project)
    url = reverse("exports:recipe", args=[recipe.slug])
    frozen(recipe)
    steward.get(url)

    with CaptureQueriesContext(
        connection,
    ) as few:
        steward.get(url)
    for _ in range(3):
        frozen(recipe)
    with CaptureQueriesContext(connection) as many:
        steward.get(url)

    assert len(many) == len(few)


@pytest.mark.parametrize("role", [None, Role.CURATORS, Role.TRAIT_AUTHORS])
def test_recipes_are_for_stewards(role: Role | None):
    make_recipe(make_project())
    client = signed_in(make_user(roles=(role,) if role else ()))

    statuses = [client.get(url).status_code for url in (NEW, "/recipes/traits/", "/recipes/traits/edit/")]
    posted = [client.post(f"/recipes/traits/{act}").status_code for act in ("cut", "count")]

    assert {*statuses, *posted} == {404}
    assert not Release.objects.exists()


def test_an_unknown_recipe_is_not_found(steward: Client):
    assert steward.get("/recipes/nothing/").status_code == 404
    assert steward.post("/recipes/nothing/cut", {"bump": "minor"}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_button_pressed_in_many_windows_at_once_breaks_nothing():
    person, project = make_user(roles=(Role.STEWARDS,)), make_project()
    windows = [signed_in(person) for _ in range(4)]

    responses = at_once(lambda number: windows[number].post(NEW, said(project)), 4)

    statuses = [response.status_code for response in responses]
    assert set(statuses) <= {302, 422}
    assert statuses.count(302) == Recipe.objects.count()
    assert all("Another recipe has" in text_of(each) for each in responses if each.status_code == 422)
