"""How a version of a trait is signed off, for programs: submitted, reviewed by others, published and retired."""

from datetime import datetime
from typing import Literal

from ninja import Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Scope
from config.rest.forms import problem_of
from config.rest.paging import Sent
from config.rest.problems import Problem, invalid
from curation.actions import publishing, reviews
from curation.actions.wordings import wording_of
from curation.api.doors import written_version
from curation.api.drafts import VERSION
from curation.api.traits import State, routes
from curation.forms.reviews import RetireForm, ReviewForm
from curation.models import TraitReview, TraitVersion
from curation.views.reviews import CHANGED, MOVED_ON, PANEL

READS = needs(Scope.READ, Scope.CURATE)
WRITES = needs(Scope.CURATE)
LACKING = "The draft lacks something before others should read it: see errors."
TOO_FEW = "{approvals} of {needed} reviewers approve. Others, who wrote none of it, have to approve first."
OPEN_REMARKS = "{count} remarks are unresolved. Resolve them, or send despite_remarks: true."
Decision = Literal["approve", "approve with dissent", "ask for changes"]


class ReviewShape(BaseModel):
    """What a reviewer said in the round that runs."""

    reviewer: str
    decision: Decision
    reason: str
    created_at: datetime


class RestShape(BaseModel):
    """What rests on the meaning in force before."""

    number: int
    what: str


class ApprovalShape(BaseModel):
    """Where a version stands on its way to publication."""

    trait: str
    number: int
    state: State
    round: int = Field(description="Raised each time it is submitted; send it along with a review.")
    approvals: int
    needed: int
    is_author: bool = Field(description="Whether this person wrote some of it, and so can't review it.")
    lacking: list[str] = Field(description="Of a draft: what it lacks before it can be submitted.")
    open_remarks: int
    reviews: list[ReviewShape]
    rests: list[RestShape] = Field(description="What publishing a changed meaning would make stale.")
    dropped_criteria: int = Field(
        description="Shared criteria of the versions before that are not in this one."
    )


class ReviewIn(Sent):
    """What a reviewer decides; only a plain approval goes without a reason."""

    decision: Decision
    reason: str = Field("", max_length=reviews.LONGEST_REASON)
    round: int = Field(ge=0, le=32767, description="Of the text that was read: from GET …/approval.")


class TraitPublishIn(Sent):
    """Whether to publish in spite of open remarks."""

    despite_remarks: bool = False


class RetireIn(Sent):
    """Why a version is taken out of force. People who cite it will read it."""

    reason: str = Field(min_length=1, max_length=reviews.LONGEST_REASON)


def approval_shape(request: Asking, version: TraitVersion) -> ApprovalShape:
    """Return where a version stands as it is sent."""
    version.refresh_from_db()
    standing = publishing.standing_before(version)
    said = version.reviews.in_force().select_related("reviewer").order_by("pk")
    is_draft = version.state == TraitVersion.State.DRAFT
    return ApprovalShape(
        trait=version.trait.slug,
        number=version.number,
        state=version.state,  # type: ignore[arg-type]  # One of the choices of its column.
        round=version.review_round,
        approvals=reviews.approvals(version),
        needed=reviews.approvals_needed(),
        is_author=reviews.is_author(version, request.user),
        lacking=[f"{name}: {words}" for name, words in lacking(version)] if is_draft else [],
        open_remarks=publishing.unresolved(version),
        reviews=[review_shape(each) for each in said],
        rests=[RestShape(number=each.number, what=str(each.what)) for each in standing.rests],
        dropped_criteria=publishing.dropped(version, standing.versions),
    )


def review_shape(said: TraitReview) -> ReviewShape:
    """Return a review, fetched with its reviewer, as it is sent."""
    return ReviewShape(
        reviewer=str(said.reviewer),
        decision=said.decision,  # type: ignore[arg-type]  # One of the choices of its column.
        reason=said.reason,
        created_at=said.created_at,
    )


def lacking(version: TraitVersion) -> list[tuple[str, str]]:
    """Return what a draft lacks: pairs of section and sentence."""
    return reviews.missing(wording_of(version), version.number, version.change_note)


def moved_on(version: TraitVersion) -> Problem:
    """Return the problem of a version that is not where an act begins."""
    version.refresh_from_db()
    return Problem(409, "wrong_state", MOVED_ON, state=version.state)


@routes.get(f"{VERSION}/approval", auth=READS, response=ApprovalShape, url_name="trait_approval")
def trait_approval(request: Asking, slug: str, number: int) -> ApprovalShape:
    """Say where a version stands on its way to publication, and what publishing it would do."""
    return approval_shape(request, written_version(request, slug, number))


@routes.post(f"{VERSION}/submit", auth=WRITES, response=ApprovalShape, url_name="trait_submit")
@once
def trait_submit(request: Asking, slug: str, number: int) -> Status[ApprovalShape]:
    """Send a draft to the reviewers. Its words stay while they read."""
    version = written_version(request, slug, number)
    try:
        reviews.submit(version, author=request.user)
    except reviews.NotReady as error:
        raise Problem(409, "not_complete", LACKING, errors=error.problems) from error
    except reviews.PanelIsAsked as error:
        raise Problem(409, "panel_is_asked", PANEL) from error
    except reviews.NotYours as error:
        raise Problem(409, "not_yours", str(error)) from error
    except reviews.WrongState as error:
        raise moved_on(version) from error
    return Status(200, approval_shape(request, version))


@routes.post(f"{VERSION}/withdraw", auth=WRITES, response=ApprovalShape, url_name="trait_withdraw")
@once
def trait_withdraw(request: Asking, slug: str, number: int) -> Status[ApprovalShape]:
    """Take a version back from the reviewers, to go on writing."""
    version = written_version(request, slug, number)
    try:
        reviews.withdraw(version, author=request.user)
    except reviews.NotYours as error:
        raise Problem(409, "not_yours", str(error)) from error
    except reviews.WrongState as error:
        raise moved_on(version) from error
    return Status(200, approval_shape(request, version))


@routes.post(f"{VERSION}/reviews", auth=WRITES, response={201: ApprovalShape}, url_name="trait_review")
@once
def trait_review(request: Asking, slug: str, number: int, said: ReviewIn) -> Status[ApprovalShape]:
    """Decide on a version that others wrote. Asking for changes makes it a draft again. Twice is once."""
    version = written_version(request, slug, number)
    form = ReviewForm(said.model_dump())
    if not form.is_valid():
        raise problem_of(form)
    try:
        reviews.review(
            version,
            form.cleaned_data["decision"],
            form.cleaned_data["reason"],
            reviewer=request.user,
            read_round=said.round,
        )
    except reviews.ReasonMissing as error:
        raise invalid([("reason", str(error))]) from error
    except reviews.NotYours as error:
        raise Problem(409, "not_yours", str(error)) from error
    except reviews.TextChanged as error:
        version.refresh_from_db()
        raise Problem(409, "changed_meanwhile", CHANGED, round=version.review_round) from error
    except reviews.WrongState as error:
        raise moved_on(version) from error
    return Status(201, approval_shape(request, version))


@routes.post(f"{VERSION}/publish", auth=WRITES, response=ApprovalShape, url_name="trait_publish")
@once
def trait_publish(request: Asking, slug: str, number: int, said: TraitPublishIn) -> Status[ApprovalShape]:
    """Put a version in force that enough others approve. Its words never change again."""
    version = written_version(request, slug, number)
    try:
        publishing.publish(version, publisher=request.user, despite_remarks=said.despite_remarks)
    except publishing.TooFewApprovals as error:
        approved, needed = reviews.approvals(version), reviews.approvals_needed()
        detail = TOO_FEW.format(approvals=approved, needed=needed)
        raise Problem(409, "too_few_approvals", detail, approvals=approved, needed=needed) from error
    except publishing.OpenRemarks as error:
        raise Problem(409, "open_remarks", OPEN_REMARKS.format(count=error.count)) from error
    except reviews.WrongState as error:
        raise moved_on(version) from error
    return Status(200, approval_shape(request, version))


@routes.post(f"{VERSION}/retire", auth=WRITES, response=ApprovalShape, url_name="trait_retire")
@once
def trait_retire(request: Asking, slug: str, number: int, said: RetireIn) -> Status[ApprovalShape]:
    """Take a published version out of force. It stays readable, with the reason."""
    version = written_version(request, slug, number)
    form = RetireForm({"reason": said.reason})
    if not form.is_valid():
        raise problem_of(form)
    try:
        publishing.retire(version, form.cleaned_data["reason"], author=request.user)
    except reviews.WrongState as error:
        raise moved_on(version) from error
    return Status(200, approval_shape(request, version))
