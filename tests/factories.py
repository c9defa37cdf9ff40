"""Rows for tests: plain functions, every difference a keyword, nothing random."""

from decimal import Decimal
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.models import Role, User
from curation.models import (
    Behaviour,
    Cell,
    Criterion,
    Domain,
    Family,
    Guidance,
    Response,
    Scenario,
    Trait,
    TraitReview,
    TraitVersion,
)
from curation.text import content_sha256, normalised_sha256, with_system, word_count
from labeling.models import Project

numbers = count(1)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def make_user(email: str = "", *, roles: tuple[Role, ...] = (), **fields: Any) -> User:
    """A person who has the roles."""
    user = User.objects.create_user(
        email or f"person-{next(numbers)}@example.org", name=fields.pop("name", "")
    )
    # A test with real transactions empties every table, the roles that a migration wrote too.
    user.groups.set(Group.objects.get_or_create(name=role)[0] for role in roles)
    user.is_superuser = Role.ADMINISTRATORS in roles
    for name, value in fields.items():
        setattr(user, name, value)
    user.save()
    return user


def make_domain(slug: str = "health", **fields: Any) -> Domain:
    """A domain; the same slug gives the same one."""
    domain, _ = Domain.objects.get_or_create(slug=slug, defaults={"name": slug.capitalize(), **fields})
    return domain


def make_trait(slug: str = "", **fields: Any) -> Trait:
    """A trait without a wording."""
    number = next(numbers)
    code = LETTERS[number // 26 % 26] + LETTERS[number % 26]
    slug = slug or f"trait-{number}"
    return Trait.objects.create(**{"slug": slug, "code": code, "name": slug.replace("-", " "), **fields})


def make_trait_version(
    trait: Trait | None = None,
    *,
    behaviours: tuple[tuple[str, str], ...] = (),
    is_published: bool = True,
    **fields: Any,
) -> TraitVersion:
    """A wording of a trait with its behaviours as (kind, text), published unless said otherwise."""
    trait = trait or make_trait()
    version = TraitVersion.objects.create(
        **{
            "trait": trait,
            "number": trait.versions.count() + 1,
            "definition": f"Whether the model shows {trait.name}.",
            **fields,
        }
    )
    for position, (kind, text) in enumerate(behaviours):
        Behaviour.objects.create(version=version, kind=kind, text=text, position=position)
    if is_published:
        if version.author:
            TraitReview.objects.create(
                version=version, round=version.review_round, reviewer=make_user(), decision="approve"
            )
        version.state, version.published_at = TraitVersion.State.PUBLISHED, timezone.now()
        version.save(update_fields=["state", "published_at"])
    return version


def make_scenario(text: str = "", **fields: Any) -> Scenario:
    """A scenario of one user turn, unless `messages` are given."""
    messages = fields.pop("messages", [{"role": "user", "content": text or f"Question {next(numbers)}?"}])
    whole = with_system(messages, fields.get("system_prompt"))
    return Scenario.objects.create(
        **{
            "family": fields.pop("family", None) or Family.objects.create(),
            "messages": messages,
            "content_sha256": content_sha256(whole),
            "normalised_sha256": normalised_sha256(whole),
            **fields,
        }
    )


def make_response(scenario: Scenario | None = None, text: str = "", **fields: Any) -> Response:
    """A response, by a model unless said otherwise."""
    text = text or f"Answer {next(numbers)}."
    return Response.objects.create(
        **{
            "scenario": scenario or make_scenario(),
            "text": text,
            "text_sha256": content_sha256(text),
            "model": "lab/model-1",
            "words": word_count(text),
            **fields,
        }
    )


def make_project(slug: str = "", **fields: Any) -> Project:
    """An open project without traits, people or items."""
    slug = slug or f"project-{next(numbers)}"
    return Project.objects.create(**{"slug": slug, "name": slug, "state": Project.State.OPEN, **fields})


def make_criterion(
    scenario: Scenario | None = None, text: str = "", points: float = 5, **fields: Any
) -> Criterion:
    """A criterion of a scenario, published unless said otherwise; a shared one wants a draft `version`."""
    number = next(numbers)
    return Criterion.objects.create(
        **{
            "scenario": scenario,
            "text": text or f"Says thing {number}",
            "points": Decimal(str(points)),
            "framing": "negative" if points < 0 else "positive",
            "state": Criterion.State.PUBLISHED,
            "position": number,
            **fields,
        }
    )


def make_guidance(slug: str, domain: str, text: str = "Ask who is asking.", **fields: Any) -> Guidance:
    """Guidance of the cell of a trait and a domain, published unless said otherwise."""
    cell, _ = Cell.objects.get_or_create(trait=Trait.objects.get(slug=slug), domain=make_domain(domain))
    number = cell.guidance.count() + 1
    return Guidance.objects.create(
        **{"cell": cell, "number": number, "text": text, "published_at": timezone.now(), **fields}
    )
