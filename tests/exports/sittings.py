"""Items of which people graded, rated, ranked and rewrote the responses, and what is held out for tests."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from curation.models import Criterion, Family, Scenario
from labeling.models import Annotation, Assignment, Item, Project
from labeling.models.verdicts import CriterionMark, Rank, Rating, Rewrite
from tests.exports.judged import make_annotator
from tests.factories import make_criterion, make_project, make_scenario, make_trait_version
from tests.labeling.scenes import make_item


class Sitting:
    """A project in which people answer every kind of question about three responses."""

    def __init__(self, *, people: int = 2, **fields: Any) -> None:
        self.project: Project = make_project(
            questions=["criteria", "ratings", "ranking", "rewrite"], **fields
        )
        self.version = make_trait_version()
        self.people = [make_annotator() for _ in range(people)]

    def item(self, *points: float, texts: tuple[str, ...] = ("", "", ""), **scenario: Any) -> Item:
        """An item whose rubric has a criterion for each number of points."""
        made = make_item(self.project, scenario=make_scenario(**scenario), texts=texts)
        for number in points:
            make_criterion(made.scenario, points=number)
        return made

    def annotation(self, item: Item, person: int, **fields: Any) -> Annotation:
        """What a person submitted about an item."""
        assignment, _ = Assignment.objects.get_or_create(
            item=item,
            annotator=self.people[person],
            defaults={
                "order_shown": list(range(item.places.count()))[::-1],
                "state": Assignment.State.SUBMITTED,
                "expires_at": timezone.now() + timedelta(hours=1),
                "trait_versions": [self.version.pk],
                "criteria": [criterion.pk for criterion in rubric_of(item)],
            },
        )
        found, _ = Annotation.objects.get_or_create(
            assignment=assignment,
            superseded_by=None,
            defaults={"submission_id": uuid4(), "digest": "d", "elapsed_ms": 61_234, **fields},
        )
        return found

    def mark(self, item: Item, person: int, *values: str) -> None:
        """Grade the response at each place: one letter a criterion, m met, n not met, u unsure."""
        words = {"m": "met", "n": "not met", "u": "unsure"}
        for place, letters in zip(item.places.all(), values, strict=False):
            for criterion, letter in zip(rubric_of(item), letters, strict=True):
                CriterionMark.objects.create(
                    annotation=self.annotation(item, person),
                    response=place.response,
                    criterion=criterion,
                    value=words[letter],
                )

    def rate(self, item: Item, person: int, *values: int | None) -> None:
        """Rate the response at each place on the trait."""
        for place, value in zip(item.places.all(), values, strict=False):
            Rating.objects.create(
                annotation=self.annotation(item, person),
                response=place.response,
                trait_version=self.version,
                value=value,
            )

    def rank(self, item: Item, person: int, *places: int | None) -> None:
        """Put the responses in order; None leaves one out."""
        for place, value in zip(item.places.all(), places, strict=False):
            if value:
                Rank.objects.create(
                    annotation=self.annotation(item, person), response=place.response, place=value
                )

    def rewrite(self, item: Item, person: int, text: str) -> None:
        """Write a better wording of the first response."""
        first = item.places.get(place=0).response
        Rewrite.objects.create(annotation=self.annotation(item, person), response=first, text=text)


def rubric_of(item: Item) -> list[Criterion]:
    return list(item.scenario.criteria.order_by("position"))


def full_sitting(**fields: Any) -> Sitting:
    """Two people who agree about one item in every way."""
    sitting = Sitting(**fields)
    item = sitting.item(5, 3, -4)
    for person in range(2):
        sitting.mark(item, person, "mmn", "nnm", "mnn")
        sitting.rate(item, person, 4, 1, 2)
        sitting.rank(item, person, 1, 3, 2)
    sitting.rewrite(item, 0, "Better said.")
    return sitting


def held_out_family(pool: str, *variants: str, **fields: Any) -> dict[str, Scenario]:
    """A base with a rubric and its variants, in a pool that is never trained on."""
    family = Family.objects.create(pool=pool)
    base = make_scenario(family=family, ideal_answer="I don't know, and here is why.", **fields)
    make_criterion(base, "Says what it does not know", points=5, kind="must")
    make_criterion(base, "Makes something up", points=-5)
    found = {"base": base}
    for variant in variants:
        found[variant] = make_scenario(
            family=family,
            variant=variant,
            based_on=base,
            messages=[
                *base.messages,
                {"role": "assistant", "content": "I am not sure."},
                {"role": "user", "content": f"Just say it ({variant})."},
            ],
            **fields,
        )
    return found
