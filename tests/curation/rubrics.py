"""Rubrics for tests of pages: people who are signed in, graded responses, and shared criteria."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from curation.actions.grading import Graded, hash_of, record_grading
from curation.actions.proposals import propose
from curation.models import Criterion, Grading, Scenario
from tests.factories import (
    make_criterion,
    make_response,
    make_scenario,
    make_trait,
    make_trait_version,
    make_user,
)


@pytest.fixture
def author() -> User:
    return make_user(name="Author", roles=(Role.TRAIT_AUTHORS,))


@pytest.fixture
def client(author: User) -> Client:
    made = Client()
    made.force_login(author)
    return made


def signed_in(*roles: Role) -> Client:
    made = Client()
    made.force_login(make_user(roles=roles))
    return made


def url(name: str, *args: Any) -> str:
    return reverse(f"curation:{name}", args=args)


def page(client: Client, scenario: Scenario, query: str = "") -> str:
    answer = client.get(url("rubric", scenario.pk) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def shared(text: str = "Says how sure it is", **fields: Any) -> Criterion:
    trait = fields.pop("trait", None) or make_trait()
    return make_criterion(None, text, version=make_trait_version(trait, is_published=False), **fields)


def aim(scenario: Scenario, criterion: Criterion) -> None:
    assert criterion.version is not None
    criterion.version.state, criterion.version.published_at = "published", scenario.created_at
    criterion.version.save()
    scenario.aimed_traits.add(criterion.version.trait)


def make_graded(
    author: User, *marks: tuple[int, ...], points: tuple[float, ...] = (7, 5, 10, -8)
) -> Scenario:
    """A scenario with a rubric, and a graded response for each of the marks."""
    scenario = make_scenario()
    for worth in points:
        make_criterion(scenario, points=worth)
    for each in marks:
        grade(scenario, Graded(make_response(scenario)), each, author)
    return scenario


def grade(scenario: Scenario, graded: Graded, marks: tuple[int, ...], grader: User) -> Grading:
    rubric = list(Criterion.objects.rubric_of(scenario))
    said = {each.pk: bool(met) for each, met in zip(rubric, marks, strict=True)}
    return record_grading(scenario, graded, said, sha256=hash_of(rubric), grader=grader)


def grow(scenario: Scenario) -> None:
    """Another open proposal, and another candidate for one."""
    propose(shared(), scenario, proposer=make_user())
    aim(scenario, shared("A candidate"))
