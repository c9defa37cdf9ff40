"""Projects with items and people, and the forms that people send."""

import threading
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.test import Client

from accounts.models import User
from curation.models import Scenario
from curation.text import RENDERER_VERSION
from labeling.actions.annotations import Receipt, submit_annotation
from labeling.caring import Rest
from labeling.definitions import definitions
from labeling.desk import come_in
from labeling.identity import item_sha256
from labeling.models import Assignment, Item, ItemResponse, Membership, Project, ProjectTrait
from labeling.questions import Question
from labeling.queue import NothingNow, claim, reserve_positions
from labeling.submission import LETTERS
from tests.factories import make_project, make_response, make_scenario, make_trait_version, make_user

Result = TypeVar("Result")
Value = str | int | list[str]


def make_labeling_project(*, items: int = 0, traits: int = 2, **fields: Any) -> Project:
    """An open project that pins traits and has items."""
    project = make_project(**fields)
    for position in range(traits):
        ProjectTrait.objects.create(project=project, trait_version=make_trait_version(), position=position)
    for _ in range(items):
        make_item(project)
    project.refresh_from_db()
    return project


def make_item(
    project: Project,
    *,
    scenario: Scenario | None = None,
    texts: tuple[str, ...] = (),
    needed: int | None = None,
) -> Item:
    """An item at the end of the queue, with a pair of responses."""
    scenario = scenario or make_scenario()
    responses = [make_response(scenario, text) for text in texts or ("", "")]
    with transaction.atomic():
        item = Item.objects.create(
            project=project,
            scenario=scenario,
            needed=needed or project.overlap,
            position=reserve_positions(project.pk, 1),
            content_sha256=item_sha256(scenario.content_sha256, [each.text_sha256 for each in responses]),
        )
    for place, response in enumerate(responses):
        ItemResponse.objects.create(item=item, response=response, place=place)
    return item


def make_member(project: Project, user: User | None = None, **fields: Any) -> User:
    """Someone who takes part."""
    user = user or make_user()
    Membership.objects.create(project=project, user=user, **fields)
    return user


def try_claim(project: Project, user: User, *have: UUID) -> Assignment | NothingNow | Rest | None:
    """Claim in a transaction of its own, as a request does."""
    with transaction.atomic():
        return claim(come_in(project.slug, user), have=have)


def take(project: Project, user: User, *have: UUID) -> Assignment:
    """Claim an item that is there."""
    found = try_claim(project, user, *have)
    assert isinstance(found, Assignment), found
    return found


def answer_to(assignment: Assignment, *, strength: Value = 1, **fields: Value) -> dict[str, list[str]]:
    """The form for an assignment, filled in; every field can be given another value."""
    form = {
        "submission_id": [str(uuid4())],
        "expected_revision": ["0"],
        "renderer": [str(RENDERER_VERSION)],
        "rationale": ["One says what it does not know."],
        "elapsed_ms": ["60000"],
    }
    for trait in definitions(tuple(assignment.trait_versions)):
        form[f"v_{trait.code}"] = [str(trait.version_id)]
        form[f"p_{trait.code}"] = [str(strength)]
    form |= answers_beyond_traits(assignment)
    for name, value in fields.items():
        form[name] = value if isinstance(value, list) else [str(value)]
    return form


def answers_beyond_traits(assignment: Assignment) -> dict[str, list[str]]:
    """Answers that go together, to all that a project may ask besides its traits: every response is fine."""
    questions, letters = assignment.item.project.questions, LETTERS[: len(assignment.order_shown)]
    form: dict[str, list[str]] = {}
    if Question.OVERALL in questions:
        form["p_all"] = ["0"]
    if assignment.criteria:
        form["criteria"] = [" ".join(map(str, assignment.criteria))]
    for letter in letters:
        form |= {f"m_{letter}_{each}": ["met"] for each in assignment.criteria}
        if Question.RATINGS in questions:
            form |= {f"r_{letter}_{code}": ["2"] for code in codes_of(assignment)}
        if Question.RANKING in questions:
            form |= {f"place_{letter}": ["1"], "cut": ["1"]}
    return form


def submit(assignment: Assignment, **fields: Value) -> Receipt:
    """Submit an answer as the assignment's annotator."""
    return submit_annotation(assignment.pk, assignment.annotator, answer_to(assignment, **fields))


def codes_of(assignment: Assignment) -> list[str]:
    """The codes of the traits that an assignment shows."""
    return [trait.code for trait in definitions(tuple(assignment.trait_versions))]


def let_lease_run_out(assignment: Assignment) -> None:
    """Move a lease into the past, as the database sees it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE labeling_assignment SET leased_at = now() - interval '2 hours',"
            " expires_at = now() - interval '1 minute' WHERE id = %s",
            [assignment.pk],
        )


def signed_in(user: User) -> Client:
    """A browser in which the person is signed in."""
    client = Client()
    client.force_login(user)
    return client


def at_once(work: Callable[[int], Result], count: int) -> list[Result]:
    """Do the same in so many threads that start together, each on its own connection; errors come out here."""
    barrier, results, errors = threading.Barrier(count), dict[int, Result](), list[BaseException]()

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            results[number] = work(number)
        except BaseException as error:  # noqa: BLE001 - raised again below, in the thread that asked.
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return [results[number] for number in range(count)]
