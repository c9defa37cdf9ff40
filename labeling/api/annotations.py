"""What people said about the items of a project, for those who lead it: without names, and not before all have said it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    IntegerField,
    JSONField,
    OuterRef,
    QuerySet,
    Value,
    When,
)
from django.http import StreamingHttpResponse
from ninja import Query
from pydantic import BaseModel, Field

from accounts.api import Asking, needs
from accounts.models import Scope
from config.rest.lines import Line, lines_of, ndjson, plain
from config.rest.paging import Page, Paging, page_of
from config.rest.routes import Routes
from curation.models import TraitVersion
from labeling.api.doors import led_project
from labeling.models import Annotation, Assignment, CriterionMark, Preference, Project, Rank, Rating
from labeling.questions import Question

routes = Routes(tags=["annotations"])
READS = needs(Scope.READ, in_projects=True)
KEYS = {"response": "response_id", "trait": "trait_version_id", "criterion": "criterion_id"}
PLAIN = ("id", "revision", "confidence", "rationale", "reasons", "elapsed_ms", "created_at")


class PreferenceShape(BaseModel):
    """Which of two responses shows a trait better, in canonical order."""

    trait: str | None = Field(description="Null for the overall preference.")
    version: int | None
    strength: int | None = Field(
        description="-3 the first is much better … 3 the second is. Null: can't judge."
    )
    both_bad: bool
    cannot_judge: bool


class RatingShape(BaseModel):
    """How far a response shows a trait, from 0 to 4."""

    response: UUID
    trait: str
    version: int
    value: int | None


class MarkShape(BaseModel):
    """Whether a response meets a criterion."""

    response: UUID
    criterion: UUID
    value: str


class RankShape(BaseModel):
    """The place of a response, from 1."""

    response: UUID
    place: int
    is_acceptable: bool


class AnnotationShape(BaseModel):
    """Everything that one person said about one item."""

    id: UUID
    item: UUID
    revision: int
    confidence: int | None
    rationale: str
    reasons: list[str]
    elapsed_ms: int
    created_at: datetime
    preferences: list[PreferenceShape]
    ratings: list[RatingShape]
    marks: list[MarkShape]
    ranks: list[RankShape]


def said_in(project: Project) -> "QuerySet[Annotation]":
    """Return the annotations of items whose places are all filled: who reads them could else be handed the item."""
    held = Assignment.objects.live().filter(item=OuterRef("assignment__item"), is_calibration=False)
    complete = {
        "assignment__item__project": project,
        "assignment__item__taken": F("assignment__item__needed"),
    }
    return Annotation.objects.counted().filter(~Exists(held), **complete)


def columns(project: Project) -> dict[str, Any]:
    """Return what is sent of an annotation of a project. What it does not ask about is not looked for."""
    wording = wordings(project)
    judged = plain("strength", "both_bad", "cannot_judge")
    rated = plain("response", "value")
    marked = plain("response", "criterion", "value")
    ranked = plain("response", "place", "is_acceptable")
    asked = set(project.questions)
    kinds: dict[str, tuple[set[str], Any, dict[str, Any]]] = {
        "preferences": ({Question.OVERALL, Question.TRAITS}, Preference, {**wording, **judged}),
        "ratings": ({Question.RATINGS}, Rating, {**wording, **rated}),
        "marks": ({Question.CRITERIA}, CriterionMark, marked),
        "ranks": ({Question.RANKING}, Rank, ranked),
    }
    return {
        **plain(*PLAIN),
        "item": F("assignment__item"),
        **{
            name: parts(model.objects.all(), shown) if asked & questions else Value([], JSONField())
            for name, (questions, model, shown) in kinds.items()
        },
    }


def parts(rows: "QuerySet[Any]", shown: dict[str, Any]) -> ArraySubquery:
    """Return the verdicts of one kind as JSON."""
    # In the order of the index by which they are found, so that nothing is sorted.
    mine = rows.filter(annotation=OuterRef("pk")).order_by(*(KEYS[name] for name in KEYS if name in shown))
    return ArraySubquery(mine.values_list(Line(**shown)))


def wordings(project: Project) -> dict[str, Any]:
    """Return trait and number of a verdict. There are few in a project: comparing ids costs less than two joins a row."""
    pinned = project.pins.values("trait_version__trait")
    known = list(TraitVersion.objects.filter(trait__in=pinned).values_list("pk", "trait__slug", "number"))
    traits = [When(trait_version=pk, then=Value(slug)) for pk, slug, _ in known]
    numbers = [When(trait_version=pk, then=Value(number)) for pk, _, number in known]
    return {
        "trait": Case(*traits, output_field=CharField()),
        "version": Case(*numbers, output_field=IntegerField()),
    }


def annotation_shape(annotation: Annotation) -> AnnotationShape:
    """Return an annotation as it is sent."""
    return AnnotationShape.model_validate(annotation.line)  # type: ignore[attr-defined]  # Annotated by its query.


@routes.get(
    "/projects/{slug:slug}/annotations", auth=READS, response=Page[AnnotationShape], url_name="annotations"
)
def annotations(request: Asking, slug: str, asked: Query[Paging]) -> Page[AnnotationShape]:
    """List what was said in a project that this person leads, newest first."""
    project = led_project(request, slug)
    found = said_in(project).only("pk").annotate(line=Line(**columns(project)).loaded)
    return page_of(found, asked, annotation_shape)


@routes.get(
    "/projects/{slug:slug}/annotations.ndjson",
    auth=READS,
    url_name="annotations_stream",
    openapi_extra=ndjson("AnnotationShape"),
)
def annotations_stream(request: Asking, slug: str) -> StreamingHttpResponse:
    """Stream what was said in a project that this person leads, oldest first, one JSON object a line."""
    project = led_project(request, slug)
    return lines_of(said_in(project), **columns(project))
