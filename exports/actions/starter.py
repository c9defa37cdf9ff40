"""The recipe and the destination that a new house begins with. Loading again changes nothing."""

from dataclasses import replace

from django.conf import settings
from django.db import transaction

from curation.actions.starter import read
from exports.actions.destinations import Address, change_destination, create_destination
from exports.models import Destination, Recipe
from labeling.models import Project

DEMO_REPO = "arete-demo/beneficial-traits"
DEMO_TOKEN = "hf_demo_write"  # noqa: S105 - the demo Hub listens on this machine only, and the token opens nothing else.
LOOPBACK = "http://127.0.0.1:"


@transaction.atomic
def load() -> None:
    """Load the demo recipe, and the demo destination when the demo Hub runs."""
    document = read("recipe.yaml")
    recipe, is_new = Recipe.objects.get_or_create(
        slug=document["slug"],
        defaults={
            "name": document["name"],
            "description": document["description"],
            "is_demo": True,
            # A handful of annotations is worth looking at, also where only one person made them.
            "minimum_annotators": 1,
            "pools": document["pools"],
        },
    )
    if is_new:
        slugs = [read(name)["slug"] for name in ("project.yaml", "sitting.yaml")]
        recipe.projects.set(Project.objects.filter(slug__in=slugs))
    if settings.HUB_DOUBLE_URL:
        load_destination(settings.HUB_DOUBLE_URL)


def load_destination(endpoint: str) -> None:
    """Point the demo destination to the demo Hub, wherever that listens today."""
    destination = Destination.objects.filter(slug="demo").first()
    address = Address(
        name="Demo Hub on this machine",
        endpoint=endpoint,
        repo_id=DEMO_REPO,
        is_private=False,
        # The demo release holds what is kept out of training, which never goes where anybody can read it.
        gating=Destination.Gating.AUTO,
        create_if_missing=True,
        token=DEMO_TOKEN,
    )
    if destination is None:
        create_destination(address, slug="demo")
    # Somebody may have made it their own by pointing it elsewhere.
    elif destination.endpoint.startswith(LOOPBACK) and destination.endpoint != endpoint:
        own = {name: getattr(destination, name) for name in ("name", "repo_id", "gating")}
        change_destination(destination, replace(address, **own))
