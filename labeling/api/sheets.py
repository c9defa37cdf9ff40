"""An item as a program gets it to judge: the words alone, and nothing that says where they come from."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from curation.actions.rendering import ensure_rendered
from curation.models import Criterion
from curation.text import RENDERER_VERSION
from labeling.api.answers import AnswerOut, answer_of
from labeling.definitions import definitions
from labeling.models import Annotation, Assignment
from labeling.resubmission import answers_of
from labeling.submission import LETTERS

State = Literal["leased", "submitted", "skipped", "expired", "stale", "withdrawn"]


class TurnShape(BaseModel):
    """One turn of the conversation."""

    role: str
    content: str


class ResponseShown(BaseModel):
    """A response under its letter. Nothing says who made it."""

    letter: str
    text: str
    sentences: list[str] = Field(description="In order: A1 is the first one of A.")


class TraitShown(BaseModel):
    """A trait to judge by."""

    code: str
    name: str
    number: int
    definition: str
    look_for: dict[str, list[str]]
    boundaries: list[str]


class CriterionShown(BaseModel):
    """A criterion to grade by."""

    id: UUID
    text: str
    points: float


class ShownShape(BaseModel):
    """What the answer is about; to be sent back with it."""

    traits: dict[str, UUID]
    criteria: list[UUID]
    renderer: str


class AssignmentShape(BaseModel):
    """One item, leased to this person."""

    id: UUID
    project: str
    state: State
    expires_at: datetime
    is_gated: bool = Field(description="The text touches on content_warnings. Open it to read it.")
    content_warnings: list[str]
    language: str
    domain: str | None
    questions: list[str]
    rationale_from: int
    shown: ShownShape
    traits: list[TraitShown]
    criteria: list[CriterionShown]
    system_prompt: str
    messages: list[TurnShape]
    responses: list[ResponseShown]
    revision: int = Field(description="Of what was submitted; 0 when nothing was.")
    answer: AnswerOut | None


def sheet_of(found: Assignment) -> AssignmentShape:
    """Return an assignment as it is sent, fetched with its item, scenario and project."""
    item, scenario, project = found.item, found.item.scenario, found.item.project
    live = Annotation.objects.in_force().filter(assignment=found).first()
    is_gated = bool(scenario.content_warnings) and found.opened_at is None and live is None
    traits = definitions(tuple(found.trait_versions))
    texts: dict[str, Any] = {"system_prompt": "", "messages": [], "responses": []}
    return AssignmentShape(
        id=found.pk,
        project=project.slug,
        state=found.state,  # type: ignore[arg-type]  # One of the choices of its column.
        expires_at=found.expires_at,
        is_gated=is_gated,
        content_warnings=scenario.content_warnings,
        language=scenario.language,
        domain=scenario.domain_id if project.shows_domain else None,
        questions=project.questions,
        rationale_from=project.rationale_from,
        shown=ShownShape(
            traits={each.code: each.version_id for each in traits},
            criteria=found.criteria,
            renderer=str(RENDERER_VERSION),
        ),
        traits=[
            TraitShown(
                code=each.code,
                name=each.name,
                number=each.number,
                definition=each.definition,
                look_for=dict(each.parts),
                boundaries=list(each.boundaries),
            )
            for each in traits
        ],
        criteria=criteria_of(found.criteria),
        revision=live.revision if live else 0,
        answer=answer_of(answers_of(live, found)) if live else None,
        **(texts if is_gated else texts_of(item, found.order_shown)),
    )


def texts_of(item: Any, order: list[int]) -> dict[str, Any]:
    """Return the conversation, and the responses in the order that was drawn for this person."""
    scenario = item.scenario
    responses = [place.response for place in item.places.select_related("response").order_by("place")]
    ensure_rendered(scenario, responses)
    ordered = [responses[place] for place in order]
    return {
        "system_prompt": scenario.system_prompt,
        "messages": [TurnShape(role=each["role"], content=each["content"]) for each in scenario.messages],
        "responses": [
            ResponseShown(
                letter=letter,
                text=response.text,
                sentences=[response.text[start:end] for start, end in response.sentences or ()],
            )
            for letter, response in zip(LETTERS, ordered, strict=False)
        ],
    }


def criteria_of(ids: list[UUID]) -> list[CriterionShown]:
    """Return the criteria of an assignment in their order."""
    found = Criterion.objects.in_bulk(ids) if ids else {}
    return [CriterionShown(id=each, text=found[each].text, points=float(found[each].points)) for each in ids]
