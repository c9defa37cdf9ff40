"""What becomes of scenarios, for programs: checked, made ready, copied, deleted, taken out and taken back."""

from typing import Annotated, Literal
from uuid import UUID

from ninja import Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Role, Scope
from config.rest.forms import problem_of
from config.rest.paging import Sent
from config.rest.problems import Problem, not_found
from curation.actions.remarks import family_refusal, remarks
from curation.actions.removals import AlreadyRemoved, StillADraft, remove, restore
from curation.actions.scenarios import (
    ChangedMeanwhile,
    NotAcknowledged,
    NotADraft,
    NotComplete,
    SameText,
    StillUsed,
    copy_as_draft,
    delete_draft,
    mark_ready,
    same_text,
    words_of,
)
from curation.api.doors import only, visible_scenario, written_scenario
from curation.api.scenarios import ScenarioShape, routes, scenario_shape
from curation.api.words import CHANGED
from curation.forms.removals import RemovalForm
from curation.models import Removal, Scenario, ScenarioRating
from curation.text import sanitise
from curation.views.scenarios import ratings
from curation.warnings import Remark, gaps

WRITES = needs(Scope.CURATE)
INCOMPLETE = "Something is missing before the scenario can be ready: see errors."
LOOK = "Look at the remarks of GET …/check, then send the key of each as acknowledged."
SAME = "Another scenario has exactly this text: {id}."
NOT_A_DRAFT = "The scenario is ready, so it stays. A curator can take it out instead."
USED = "The draft can't be deleted: {what} rest on it."
DRAFT = "A draft is not taken out. Delete it instead."
ALREADY = "Somebody has taken it out before."
STILL_CHANGES = "A draft is rated once it is ready: its text still changes."
NOT_OUT = "The scenario has not been taken out."


class RemarkShape(BaseModel):
    """Something to look at."""

    key: str
    text: str
    turn: int | None = Field(description="Number of the turn it is about.")
    scenario: UUID | None = Field(description="Another scenario that it is about.")


class CheckShape(BaseModel):
    """What stands between a draft and being ready."""

    was: str = Field(description="Stands for the words that were looked at.")
    gaps: list[RemarkShape] = Field(description="What is missing.")
    refusals: list[RemarkShape] = Field(description="Why its family can't take it.")
    remarks: list[RemarkShape] = Field(description="What should be looked at; none of it forbids anything.")
    same_text: UUID | None = Field(description="A scenario with exactly this text.")


class Readied(Sent):
    """Which words were looked at, and which remarks."""

    was: str = Field(min_length=1, max_length=64, description="From GET …/check.")
    acknowledged: list[Annotated[str, Field(max_length=400)]] = Field(
        [], max_length=500, description="Keys of remarks."
    )


class Copied(Sent):
    """What the copy is for."""

    purpose: Literal["correction", "new"] = Field(
        "new", description="A correction stays in the family; any other copy begins one of its own."
    )


class Removed(Sent):
    """Why a scenario is taken out."""

    reason: Literal["duplicate", "contamination", "request", "other"]
    note: str = Field("", max_length=2000, description="Needed for another reason.")


class Rated(Sent):
    """How a scenario reads."""

    realism: int = Field(ge=1, le=5, description="1 could not happen, 5 happens every day.")
    test_awareness: int = Field(
        ge=1, le=5, description="1 no model would notice the test, 5 every model would."
    )
    note: str = Field("", max_length=5000)


class RatingsShape(BaseModel):
    """What people think of a scenario, the newest word of each."""

    people: int
    realism: float
    test_awareness: float


class RemovalShape(BaseModel):
    """A scenario that was taken out."""

    scenario: UUID
    reason: str
    note: str


def remark_shape(remark: Remark) -> RemarkShape:
    """Return a remark as it is sent."""
    turn = None if remark.turn is None else remark.turn + 1
    return RemarkShape(key=remark.key, text=remark.text, turn=turn, scenario=remark.scenario)


@routes.get(
    "/scenarios/{uuid:scenario_id}/check",
    auth=needs(Scope.READ, Scope.CURATE),
    response=CheckShape,
    url_name="scenario_check",
)
def scenario_check(request: Asking, scenario_id: UUID) -> CheckShape:
    """Say what stands between a draft and being ready. Nothing does when the scenario is ready already."""
    found = written_scenario(request, scenario_id)
    words = words_of(found)
    if not found.is_draft:
        return CheckShape(was=words.digest, gaps=[], refusals=[], remarks=[], same_text=None)
    existing = same_text(words)
    return CheckShape(
        was=words.digest,
        gaps=list(map(remark_shape, gaps(words))),
        refusals=list(map(remark_shape, family_refusal(found))),
        remarks=list(map(remark_shape, remarks(found, words))),
        same_text=existing.pk if existing else None,
    )


@routes.post(
    "/scenarios/{uuid:scenario_id}/ready", auth=WRITES, response=ScenarioShape, url_name="scenario_ready"
)
def scenario_ready(request: Asking, scenario_id: UUID, said: Readied) -> ScenarioShape:
    """Make a draft's text final. A scenario that is ready already stays as it is."""
    only(request, Role.CURATORS)
    found = visible_scenario(request, scenario_id)
    if found.is_draft:
        finish(request, found, said)
    return scenario_shape(visible_scenario(request, scenario_id), shows_pool=request.user.may_curate)


def finish(request: Asking, found: Scenario, said: Readied) -> None:
    """Make a draft's text final.

    Raises:
        Problem: it says what stands against it.
    """
    try:
        mark_ready(found.pk, was=said.was, acknowledged=said.acknowledged, actor=request)
    except ChangedMeanwhile as error:
        raise Problem(409, "changed_meanwhile", CHANGED, was=error.theirs.digest) from error
    except NotComplete as error:
        wanting = [(field_of(each), each.text) for each in error.wanting]
        raise Problem(409, "not_complete", INCOMPLETE, errors=wanting) from error
    except NotAcknowledged as error:
        overlooked = [
            ("acknowledged", f"{each.key}: {each.text}")
            for each in remarks(found, words_of(found))
            if each.key not in said.acknowledged
        ]
        raise Problem(409, "not_acknowledged", LOOK, errors=overlooked) from error
    except SameText as error:
        there = error.existing.pk
        raise Problem(409, "same_text", SAME.format(id=there), scenario=str(there)) from error


def field_of(remark: Remark) -> str:
    """Return which field of a scenario's words a remark is about."""
    if remark.turn is not None:
        return f"messages.{remark.turn}"
    return {"": "variant", "turns": "messages"}.get(remark.anchor, remark.anchor)


@routes.post(
    "/scenarios/{uuid:scenario_id}/copy",
    auth=WRITES,
    response={201: ScenarioShape},
    url_name="scenario_copy",
)
@once
def scenario_copy(request: Asking, scenario_id: UUID, copied: Copied) -> Status[ScenarioShape]:
    """Copy a scenario as a draft: corrected in the same family, or the beginning of another."""
    found = written_scenario(request, scenario_id)
    copy = copy_as_draft(found, author=request.user, is_correction=copied.purpose == "correction")
    return Status(201, scenario_shape(copy, shows_pool=request.user.may_curate))


@routes.post(
    "/scenarios/{uuid:scenario_id}/ratings",
    auth=WRITES,
    response={201: RatingsShape},
    url_name="scenario_ratings",
)
@once
def scenario_rate(request: Asking, scenario_id: UUID, said: Rated) -> Status[RatingsShape]:
    """Say how a scenario reads; a person's newest word counts. The mean is told to who said theirs."""
    found = written_scenario(request, scenario_id)
    if found.is_draft:
        raise Problem(409, "draft", STILL_CHANGES)
    words = {**said.model_dump(), "note": sanitise(said.note).text}
    ScenarioRating.objects.create(scenario=found, rater=request.user, **words)
    mean = ratings(found, request.user)
    return Status(
        201, RatingsShape(people=mean.people, realism=mean.realism, test_awareness=mean.test_awareness)
    )


@routes.delete("/scenarios/{uuid:scenario_id}", auth=WRITES, response={204: None}, url_name="scenario")
def scenario_delete(request: Asking, scenario_id: UUID) -> Status[None]:
    """Delete a draft: curators any, others their own."""
    found = written_scenario(request, scenario_id)
    if not request.user.has_role(Role.CURATORS) and found.author_id != request.user.pk:
        raise not_found()
    try:
        delete_draft(found.pk, actor=request)
    except NotADraft as error:
        raise Problem(409, "final", NOT_A_DRAFT) from error
    except StillUsed as error:
        raise Problem(409, "still_used", USED.format(what=error)) from error
    return Status(204, None)


@routes.post(
    "/scenarios/{uuid:scenario_id}/removal",
    auth=WRITES,
    response={201: RemovalShape},
    url_name="scenario_removal",
)
@once
def scenario_remove(request: Asking, scenario_id: UUID, said: Removed) -> Status[RemovalShape]:
    """Take a scenario out: it gets no new items, and no rows in the next release."""
    only(request, Role.CURATORS)
    found = visible_scenario(request, scenario_id)
    form = RemovalForm(said.model_dump())
    if not form.is_valid():
        raise problem_of(form)
    try:
        removal = remove(found, said.reason, note=form.cleaned_data["note"], actor=request)
    except StillADraft as error:
        raise Problem(409, "draft", DRAFT) from error
    except AlreadyRemoved as error:
        raise Problem(409, "already_removed", ALREADY) from error
    return Status(201, RemovalShape(scenario=found.pk, reason=removal.reason, note=removal.note))


@routes.delete(
    "/scenarios/{uuid:scenario_id}/removal",
    auth=WRITES,
    response={204: None},
    url_name="scenario_removal",
)
def scenario_restore(request: Asking, scenario_id: UUID) -> Status[None]:
    """Take a removal back: the next release may hold the scenario again."""
    only(request, Role.CURATORS)
    removal = Removal.objects.filter(scenario=visible_scenario(request, scenario_id)).first()
    if removal is None:
        raise Problem(409, "not_removed", NOT_OUT)
    restore(removal, actor=request)
    return Status(204, None)
