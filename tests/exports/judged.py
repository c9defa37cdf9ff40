"""Pairs that people judged, and releases cut from them."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import ConsentRecord, ConsentVersion, User
from curation.models import TraitVersion
from exports.actions.build import Tree, write_tree
from exports.actions.freeze import TEMPORARY, fill
from exports.actions.releases import cut_release
from exports.models import Recipe, Release, ReleaseItem
from labeling.models import Annotation, Assignment, Evidence, Item, Preference, Project
from tests.factories import make_project, make_trait_version, make_user
from tests.labeling.scenes import make_item


def make_annotator(*, consents: bool = True, **fields: Any) -> User:
    """Someone who agreed to the release of their judgments, unless said otherwise."""
    user = make_user(**fields)
    if consents:
        say_consent(user, is_given=True)
    return user


def say_consent(user: User, *, is_given: bool) -> None:
    version, _ = ConsentVersion.objects.get_or_create(number=1, defaults={"text": "Yes."})
    ConsentRecord.objects.create(user=user, version=version, is_given=is_given)


def judge(
    item: Item,
    annotator: User,
    version: TraitVersion | None,
    strength: int | None,
    *,
    both_bad: bool = False,
    order: tuple[int, int] = (0, 1),
    **fields: Any,
) -> Annotation:
    """One verdict by one person; None is can't judge. The same person's second trait joins the annotation."""
    now = timezone.now()
    assignment, _ = Assignment.objects.get_or_create(
        item=item,
        annotator=annotator,
        defaults={
            "order_shown": list(order),
            "state": Assignment.State.SUBMITTED,
            "expires_at": now + timedelta(hours=1),
            "trait_versions": [version.pk] if version else [],
        },
    )
    annotation, _ = Annotation.objects.get_or_create(
        assignment=assignment,
        superseded_by=None,
        defaults={"submission_id": uuid4(), "digest": "d", "elapsed_ms": 61_234, **fields},
    )
    Preference.objects.create(
        annotation=annotation,
        trait_version=version,
        strength=strength,
        both_bad=both_bad,
        cannot_judge=strength is None,
    )
    return annotation


def cite(annotation: Annotation, version: TraitVersion, place: int, quote: str) -> None:
    """The annotator cites a passage of a response."""
    response = annotation.assignment.item.places.get(place=place).response
    start = response.text.index(quote)
    Evidence.objects.create(
        annotation=annotation, response=response, trait_version=version, sentence=1, start=start,
        end=start + len(quote), quote=quote,
    )  # fmt: skip


class Panel:
    """A project with one trait and three people who judge pairs."""

    def __init__(self, *, slug: str = "", people: int = 3, **fields: Any) -> None:
        self.project: Project = make_project(slug, **fields)
        self.version = make_trait_version()
        self.people = [make_annotator() for _ in range(people)]

    def pair(self, *strengths: int | None, both_bad: tuple[int, ...] = (), **item: Any) -> Item:
        """A pair that the first, second, … person gave these strengths; `both_bad` counts people from 0."""
        made = make_item(self.project, **item)
        for number, strength in enumerate(strengths):
            judge(made, self.people[number], self.version, strength, both_bad=number in both_bad)
        return made


def make_recipe(*projects: Project, slug: str = "traits", **fields: Any) -> Recipe:
    recipe = Recipe.objects.create(**{"slug": slug, "name": "Traits", "validation_permille": 0, **fields})
    recipe.projects.set(projects)
    return recipe


def frozen(recipe: Recipe, *, bump: str = "minor") -> Release:
    """The next release of a recipe, frozen; the one before counts as built. Works within a test's transaction."""
    recipe.releases.filter(state=Release.State.FROZEN).update(state=Release.State.BUILT, path="somewhere")
    release, _ = cut_release(recipe, bump=bump)
    with transaction.atomic(), connection.cursor() as cursor:
        fill(cursor, release)
        cursor.execute(f"DROP TABLE {', '.join(TEMPORARY)}")
    return release


def written(release: Release, folder: Path) -> Tree:
    """All files of a frozen release, in a folder of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    return write_tree(release, folder, lambda rows, path: None)


def outcomes(release: Release) -> dict[str, int]:
    """What became of the pairs, without those numbers that are 0."""
    return {key: count for key, count in release.counts["pairs"].items() if count}


def row_of(release: Release, item: Item) -> ReleaseItem:
    return release.items.get(item=item)
