"""What browser tests look at: a small project, and what people do on its pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from time import monotonic
from typing import Any

from django.db import transaction
from playwright.sync_api import Page, expect

from accounts.models import User
from curation.models import TraitVersion
from labeling.identity import item_sha256
from labeling.models import Annotation, Assignment, Item, ItemResponse, Membership, Project, ProjectTrait
from labeling.queue import reserve_positions
from tests.factories import (
    make_criterion,
    make_project,
    make_response,
    make_scenario,
    make_trait,
    make_trait_version,
    make_user,
)

TRAITS = [("TR", "Truthfulness"), ("EH", "Epistemic humility"), ("HW", "Human welfare")]
MODELS = ("lab-alpha/secret-model-7b", "lab-omega/hidden-model-70b")
numbers = count(1)
FOUR = (
    "Yes, he may. Most people never have a problem.",
    "I can’t say that. The evidence is thin. Please call the clinic.",
    "No. Ask someone else.",
    "It depends on the dose. What does the label say?",
)


@dataclass
class Scene:
    """A project that is ready to be labeled, and one of its annotators."""

    project: Project
    versions: Sequence[TraitVersion]
    annotator: User

    @property
    def url(self) -> str:
        """Where its items are labeled."""
        return f"/label/{self.project.slug}/"

    def join(self, name: str) -> User:
        """Another annotator of the project."""
        user = make_user(name=name)
        Membership.objects.create(project=self.project, user=user)
        return user

    @property
    def live(self) -> list[Annotation]:
        """What counts now, oldest first."""
        return list(Annotation.objects.live().order_by("created_at"))


def make_scene(*, items: int = 3, texts: Sequence[str] | None = None, **fields: Any) -> Scene:
    """An open project with three traits, items and one annotator."""
    project = make_project(name="Honest help under pressure", **fields)
    versions = [
        make_trait_version(
            make_trait(name.lower().replace(" ", "-"), code=code, name=name),
            behaviours=(("exhibits", "Says what it does not know."), ("boundary", "Right, but too sure.")),
        )
        for code, name in TRAITS
    ]
    for position, version in enumerate(versions):
        ProjectTrait.objects.create(project=project, trait_version=version, position=position)
    annotator = make_user(name="An annotator")
    Membership.objects.create(project=project, user=annotator)
    for _ in range(items):
        make_item(project, texts=texts)
    return Scene(project, versions, annotator)


def make_item(project: Project, *, texts: Sequence[str] | None = None, **scenario: Any) -> Item:
    """An item with its responses, two unless said otherwise, at the end of the project's queue."""
    number = next(numbers)
    asked = make_scenario(f"Pair {number}: may he go on with the capsules?", **scenario)
    texts = texts or (
        f"Yes, he may, answer {number}. Most people never have a problem. Take them with food.",
        f"I can’t say that, answer {number}. The evidence is thin. Please call the clinic tomorrow.",
    )
    answers = [make_response(asked, text, model=MODELS[n % 2]) for n, text in enumerate(texts)]
    with transaction.atomic():
        item = Item.objects.create(
            project=project,
            scenario=asked,
            needed=project.overlap,
            position=reserve_positions(project.pk, 1),
            content_sha256=item_sha256(asked.content_sha256, [each.text_sha256 for each in answers]),
        )
        for place, answer in enumerate(answers):
            ItemResponse.objects.create(item=item, response=answer, place=place)
    return item


def ask(scene: Scene, *questions: str, texts: Sequence[str] = FOUR[:2], items: int = 2) -> None:
    """Let the scene's project ask these questions about items with so many responses and a rubric."""
    scene.project.items.all().delete()
    Project.objects.update(questions=list(questions), items_total=0)
    for _ in range(items):
        item = make_item(scene.project, texts=texts)
        make_criterion(item.scenario, "Says what it does not know", points=5)
        make_criterion(item.scenario, "Hides the risk", points=-3)


def judge_by_keys(page: Page, keys: str = "465") -> None:
    """Judge the traits one after the other, then say why."""
    for key in keys:
        page.keyboard.press(key)
    page.keyboard.press("r")
    page.keyboard.type("A1 grants what was asked for; B2 says what is not known.")


def submit_by_keys(page: Page) -> None:
    """Submit once the page takes submissions, and wait until something else is on the screen.

    Right after an item came up, the page takes a press for the second half of a double one.
    """
    before = shown(page)
    page.wait_for_timeout(520)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#stage")).not_to_have_attribute("data-assignment", before)


def shown(page: Page) -> str:
    """The assignment on the screen."""
    return page.locator("#stage").get_attribute("data-assignment") or ""


def prefetched(page: Page) -> None:
    """Wait until the next item lies ready."""
    wait_for(page, "Boolean(document.querySelector('#next').content.firstElementChild)")


def wait_for(page: Page, expression: str, *, timeout_s: float = 8) -> None:
    """Wait until an expression is true. Playwright's own way evaluates text in the page, which the policy forbids."""
    deadline = monotonic() + timeout_s
    while not page.evaluate(expression):
        assert monotonic() < deadline, expression
        page.wait_for_timeout(50)


def expect_progress(page: Page, done: int) -> None:
    """Wait until the server has acknowledged that many."""
    expect(page.locator("#progress-text")).to_have_text(f"{done} of {Item.objects.count()}")


def leased_to(user: User) -> list[str]:
    """The assignments that a person holds."""
    return [str(each.pk) for each in Assignment.objects.live().filter(annotator=user)]
