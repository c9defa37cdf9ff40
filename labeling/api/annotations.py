"""What people said about the items of a project, for those who lead it: without names, and not before all have said it."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    CharField,
    F,
    Model,
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
from config.rest.lines import Listed, Written, bare, ndjson, quoted, spoken, stream_of
from config.rest.paging import Page, Paging, page_of
from config.rest.routes import Routes
from curation.models import TraitVersion
from labeling.api.doors import led_project
from labeling.models import Annotation, Assignment, CriterionMark, Preference, Project, Rank, Rating
from labeling.questions import Question

routes = Routes(tags=["annotations"])
READS = needs(Scope.READ, in_projects=True)


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


class Kind(NamedTuple):
    """How verdicts of one kind are found and sent."""

    questions: AbstractSet[str]
    model: type[Model]
    keys: tuple[str, ...]
    pieces: dict[str, Callable[[str], Any]]


KINDS = {
    "preferences": Kind(
        {Question.OVERALL, Question.TRAITS},
        Preference,
        ("trait_version_id",),
        {"trait": bare, "strength": bare, "both_bad": bare, "cannot_judge": bare},
    ),
    "ratings": Kind(
        {Question.RATINGS},
        Rating,
        ("response_id", "trait_version_id"),
        {"trait": bare, "response": quoted, "value": bare},
    ),
    "marks": Kind(
        {Question.CRITERIA},
        CriterionMark,
        ("response_id", "criterion_id"),
        {"response": quoted, "criterion": quoted, "value": quoted},
    ),
    "ranks": Kind(
        {Question.RANKING},
        Rank,
        ("response_id",),
        {"response": quoted, "place": bare, "is_acceptable": bare},
    ),
}


def said_in(project: Project) -> "QuerySet[Annotation]":
    """Return the annotations of items whose places are all filled: who reads them could else be handed the item."""
    held = Assignment.objects.live().filter(item__project=project, is_calibration=False)
    complete = {
        "assignment__item__project": project,
        "assignment__item__taken": F("assignment__item__needed"),
    }
    # Leases are few: they are gathered once, instead of looking for one at each annotation.
    return Annotation.objects.counted().filter(**complete).exclude(assignment__item__in=held.values("item"))


def line_of(project: Project) -> Written:
    """Return how an annotation of a project is sent. What the project does not ask about is not looked for."""
    asked = set(project.questions)
    parted = {
        name: parts(kind, project) if asked & kind.questions else Value("[]") for name, kind in KINDS.items()
    }
    return Written(
        id=quoted("id"),
        revision=bare("revision"),
        confidence=bare("confidence"),
        rationale=spoken("rationale"),
        reasons=spoken("reasons"),
        elapsed_ms=bare("elapsed_ms"),
        created_at=spoken("created_at"),
        item=quoted("assignment__item"),
        **parted,
    )


def parts(kind: Kind, project: Project) -> Listed:
    """Return the verdicts of one kind as a piece of JSON."""
    # In the order of the index by which they are found, so that nothing is sorted.
    mine = kind.model._default_manager.filter(annotation=OuterRef("pk")).order_by(*kind.keys)
    pieces = {
        name: wording_of(project) if name == "trait" else piece(name) for name, piece in kind.pieces.items()
    }
    return Listed(ArraySubquery(mine.values_list(Written(**pieces))))


def wording_of(project: Project) -> Case:
    """Return trait and number of a verdict as a piece of JSON, for the two names.

    There are few in a project: comparing ids costs less than two joins a row.
    """
    pinned = project.pins.values("trait_version__trait")
    known = TraitVersion.objects.filter(trait__in=pinned).values_list("pk", "trait__slug", "number")
    cases = [
        When(trait_version=pk, then=Value(f'"{slug}", "version" : {number}')) for pk, slug, number in known
    ]
    return Case(*cases, default=Value('null, "version" : null'), output_field=CharField())


def annotation_shape(annotation: Annotation) -> AnnotationShape:
    """Return an annotation as it is sent."""
    return AnnotationShape.model_validate(annotation.line)  # type: ignore[attr-defined]  # Annotated by its query.


@routes.get(
    "/projects/{slug:slug}/annotations", auth=READS, response=Page[AnnotationShape], url_name="annotations"
)
def annotations(request: Asking, slug: str, asked: Query[Paging]) -> Page[AnnotationShape]:
    """List what was said in a project that this person leads, newest first."""
    project = led_project(request, slug)
    found = said_in(project).only("pk").annotate(line=line_of(project).loaded)
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
    return stream_of(said_in(project), line_of(project))
