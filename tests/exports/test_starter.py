"""A new house begins with a recipe to cut and, where the demo Hub runs, a place to publish to."""

from typing import Any

import pytest

from egress.models import Secret
from egress.secrets import reveal
from exports.actions.starter import load
from exports.models import Destination, Recipe
from tests.factories import make_project

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_of_files")]


def test_the_demo_recipe_takes_the_starter_project_alone(settings: Any) -> None:
    settings.HUB_DOUBLE_URL = ""
    project = make_project("honest-help-under-pressure", is_demo=True)
    make_project("other")

    load()

    recipe = Recipe.objects.get()
    assert (recipe.slug, recipe.is_demo, list(recipe.projects.all())) == ("demo", True, [project])
    assert recipe.pools == ["TRAIN", "EVAL", "ATTACK"]
    assert not Destination.objects.exists()


def test_loading_again_changes_nothing(settings: Any) -> None:
    settings.HUB_DOUBLE_URL = "http://127.0.0.1:8899"
    load()
    Recipe.objects.update(name="Our own words")
    before = Destination.objects.values().get()

    load()

    assert Recipe.objects.get().name == "Our own words"
    assert Destination.objects.values().get() == before


def test_the_demo_destination_follows_the_demo_hub(settings: Any) -> None:
    settings.HUB_DOUBLE_URL = "http://127.0.0.1:8899"
    load()
    settings.HUB_DOUBLE_URL = "http://127.0.0.1:8900"

    load()

    destination = Destination.objects.get()
    assert (destination.endpoint, destination.gating) == ("http://127.0.0.1:8900", "auto")
    assert destination.secret
    assert reveal(destination.secret, destination.endpoint) == "hf_demo_write"
    assert Secret.objects.count() == 1


def test_a_demo_destination_that_somebody_took_over_stays(settings: Any) -> None:
    settings.HUB_DOUBLE_URL = "http://127.0.0.1:8899"
    load()
    Destination.objects.update(endpoint="https://huggingface.co", repo_id="lab/ours")
    settings.HUB_DOUBLE_URL = "http://127.0.0.1:8900"

    load()

    assert Destination.objects.get().endpoint == "https://huggingface.co"
