"""Recipes by program: written, changed, previewed, and how strict their gates are."""

from typing import Any

import pytest

from accounts.models import AuditEvent
from exports.models import Recipe
from runs.models import Run
from tests.api.asking import Caller, named, steward
from tests.exports.judged import Panel
from tests.exports.judged import make_recipe as make_whole_recipe
from tests.factories import make_domain, make_project, make_trait, make_trait_version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_of_files")]
LIMITS = {
    "annotators": 3, "alpha_permille": 700, "gold_percent": 80, "position_points": 5, "length_points": 10,
    "identity_leaks": 0, "band_people": 5,
}  # fmt: skip


def body(**fields: Any) -> dict[str, Any]:
    """A recipe of a project that is there."""
    if "projects" not in fields:
        make_project("ours")
    return {"name": "Our traits", "license": "cc-by-4.0", "projects": ["ours"], **fields}


def written(caller: Caller, **fields: Any) -> Any:
    return caller.post("/recipes", body(**fields))


def test_a_recipe_is_written_and_read():
    caller = steward()
    make_domain("law")
    version = make_trait_version(make_trait("candor"))

    answer = written(
        caller, validation_permille=25, heldout_domains=["law"], traits=[f"candor@{version.number}"]
    )

    assert answer.status_code == 201, answer.json()
    made = answer.json()
    assert caller.get("/recipes/our-traits").json() == made
    assert (made["slug"], made["validation_permille"], made["heldout_domains"], made["traits"]) == (
        "our-traits",
        25,
        ["law"],
        ["candor@1"],
    )
    assert AuditEvent.objects.get(act="recipe.created").actor == caller.user


def test_what_was_read_can_be_sent_back_and_changes_nothing():
    caller = steward()
    made = written(caller).json()
    ours = {"slug", "is_demo", "created_at"}

    answer = caller.put(
        "/recipes/our-traits", {name: value for name, value in made.items() if name not in ours}
    )

    assert answer.status_code == 200, answer.json()
    assert answer.json() == made


def test_a_changed_recipe_keeps_its_slug():
    caller = steward()
    written(caller)

    answer = caller.put(
        "/recipes/our-traits", {**body(projects=["ours"]), "name": "Theirs", "ties": "ignore"}
    )

    assert (answer.json()["slug"], answer.json()["name"], answer.json()["ties"]) == (
        "our-traits",
        "Theirs",
        "ignore",
    )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"projects": ["nowhere"]}, "projects.0"),
        ({"traits": ["candor@9"]}, "traits.0"),
        ({"domains": ["nowhere"]}, "domains"),
        ({"configs": ["nothing"]}, "configs"),
        ({"license": "mine"}, "license"),
        ({"pools": ["PRIVATE"]}, "pools.0"),
        ({"validation_permille": 501}, "validation_permille"),
        ({"name": ""}, "name"),
    ],
)
def test_what_can_not_be_is_named(wrong, field):
    make_project("ours")

    refused = steward().post("/recipes", {**body(projects=["ours"]), **wrong})

    assert (refused.status_code, named(refused)) == (422, {field})
    assert not Recipe.objects.exists()


def test_two_recipes_do_not_share_a_name():
    caller = steward()
    written(caller)

    refused = caller.post("/recipes", body(projects=["ours"], name="OUR traits"))

    assert (refused.status_code, named(refused)) == (422, {"name"})


def test_the_same_request_under_one_key_writes_one_recipe():
    caller, wanted = steward(), body()

    first, again = (caller.post("/recipes", wanted, Idempotency_Key="one") for _ in range(2))

    assert (first.status_code, again.content) == (201, first.content)


def test_a_preview_says_what_a_release_would_hold():
    panel = Panel()
    panel.pair(1, 1)
    recipe = make_whole_recipe(panel.project)

    found = steward().get(f"/recipes/{recipe.slug}/preview").json()

    assert found["run"] is None
    assert sum(each["pairs"] for each in found["cells"]) >= 1
    assert found["counts"]["verdicts"]["total"] == 2


def test_a_count_is_begun_once():
    caller = steward()
    written(caller)

    first, again = (caller.post("/recipes/our-traits/preview") for _ in range(2))

    assert (first.status_code, again.json()["id"]) == (202, first.json()["id"])
    assert Run.objects.filter(kind="exports.preview").count() == 1


def test_gates_are_as_strict_as_a_steward_says():
    caller = steward()
    written(caller)
    card = {"pay": "20 € an hour", "contact": "data@example.org"}

    answer = caller.put("/recipes/our-traits/gates", {"limits": LIMITS, "card": card})
    refused = caller.put("/recipes/our-traits/gates", {"limits": {**LIMITS, "annotators": 0}, "card": {}})

    assert answer.json() == {"limits": LIMITS, "card": {**card, "care": "", "limits": ""}}
    assert caller.get("/recipes/our-traits/gates").json() == answer.json()
    assert (refused.status_code, named(refused)) == (422, {"limits.annotators"})
