"""The discussion of a version of a trait, for programs: remarks on its passages, answers, and what is resolved."""

from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Role, Scope
from config.rest.forms import problem_of
from config.rest.paging import Page, Paging, Sent, page_of
from curation.actions import discussion
from curation.api.doors import only, written_version
from curation.api.drafts import VERSION
from curation.api.traits import routes
from curation.forms.reviews import AnswerForm, RemarkForm
from curation.models import Comment, TraitVersion
from curation.wording import LONGEST_TEXT

READS = needs(Scope.READ, Scope.CURATE)
WRITES = needs(Scope.CURATE)


class PassageShape(BaseModel):
    """Something that can be remarked on."""

    part: str
    section: str
    text: str


class ReplyShape(BaseModel):
    """An answer to a remark."""

    id: UUID
    author: str
    text: str
    created_at: datetime


class CommentShape(ReplyShape):
    """A remark with its answers."""

    part: str = Field(description="The passage it is about; empty for the whole version.")
    quote: str = Field(description="The words it is about, as they stood.")
    resolved_at: datetime | None
    replies: list[ReplyShape]


class CommentIn(Sent):
    """A remark on a passage, or on the whole."""

    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    part: str = Field("", max_length=60, description="From GET …/passages; empty for the whole version.")
    quote: str = Field("", max_length=2000, description="Words of the passage; empty for all of it.")


class ReplyIn(Sent):
    """An answer to a remark."""

    text: str = Field(min_length=1, max_length=LONGEST_TEXT)


class CommentFilters(Paging):
    """Which remarks."""

    is_open: bool | None = Field(None, description="True: those that nobody resolved.")


def reply_shape(comment: Comment) -> ReplyShape:
    """Return an answer, fetched with its author, as it is sent."""
    return ReplyShape(
        id=comment.pk, author=str(comment.author), text=comment.text, created_at=comment.created_at
    )


def comment_shape(comment: Comment) -> CommentShape:
    """Return a remark, fetched with authors and answers, as it is sent."""
    return CommentShape(
        **reply_shape(comment).model_dump(),
        part=comment.part,
        quote=comment.quote,
        resolved_at=comment.resolved_at,
        replies=[reply_shape(each) for each in comment.replies.all()],
    )


def threads(rows: "QuerySet[Comment]") -> "QuerySet[Comment]":
    """Return remarks, without the answers among them, fetched with what is sent."""
    answers = Comment.objects.select_related("author").order_by("pk")
    return rows.filter(reply_to=None).select_related("author").prefetch_related(Prefetch("replies", answers))


def find_comment(request: Asking, comment_id: UUID) -> Comment:
    """Return a remark on a version that the person may see, to those who write traits."""
    only(request, Role.TRAIT_AUTHORS)
    visible = TraitVersion.objects.visible_to(request.user)
    found: Comment = get_object_or_404(Comment.objects.filter(version__in=visible), pk=comment_id)
    return found


def thread_of(comment: Comment) -> CommentShape:
    """Return the thread in which a remark or an answer stands."""
    return comment_shape(threads(Comment.objects.all()).get(pk=comment.reply_to_id or comment.pk))


@routes.get(f"{VERSION}/passages", auth=READS, response=list[PassageShape], url_name="trait_passages")
def trait_passages(request: Asking, slug: str, number: int) -> list[PassageShape]:
    """List what can be remarked on in a version."""
    version = written_version(request, slug, number)
    return [
        PassageShape(part=each.part, section=str(each.section), text=each.text)
        for each in discussion.passages_of(version)
    ]


@routes.get(f"{VERSION}/comments", auth=READS, response=Page[CommentShape], url_name="trait_comments")
def trait_comments(
    request: Asking, slug: str, number: int, asked: Query[CommentFilters]
) -> Page[CommentShape]:
    """List the remarks on a version with their answers, newest first."""
    rows = threads(written_version(request, slug, number).comments.all())
    if asked.is_open is not None:
        rows = rows.filter(resolved_at__isnull=asked.is_open)
    return page_of(rows, asked, comment_shape)


@routes.post(f"{VERSION}/comments", auth=WRITES, response={201: CommentShape}, url_name="trait_comments")
@once
def trait_comment(request: Asking, slug: str, number: int, said: CommentIn) -> Status[CommentShape]:
    """Remark on a passage of a version, or on the whole."""
    version = written_version(request, slug, number)
    form = RemarkForm(said.model_dump(), passages=discussion.passages_of(version))
    if not form.is_valid():
        raise problem_of(form)
    return Status(201, thread_of(discussion.say(version, author=request.user, **form.cleaned_data)))


@routes.post(
    "/comments/{uuid:comment_id}/replies", auth=WRITES, response={201: CommentShape}, url_name="comment_reply"
)
@once
def comment_reply(request: Asking, comment_id: UUID, said: ReplyIn) -> Status[CommentShape]:
    """Answer a remark. An answer opens a resolved thread again."""
    comment = find_comment(request, comment_id)
    form = AnswerForm(said.model_dump())
    if not form.is_valid():
        raise problem_of(form)
    return Status(201, thread_of(discussion.reply(comment, form.cleaned_data["text"], author=request.user)))


@routes.post(
    "/comments/{uuid:comment_id}/resolve", auth=WRITES, response=CommentShape, url_name="comment_resolve"
)
def comment_resolve(request: Asking, comment_id: UUID) -> CommentShape:
    """Close a thread. Twice is once."""
    comment = find_comment(request, comment_id)
    discussion.resolve(comment, author=request.user)
    return thread_of(comment)


@routes.post(
    "/comments/{uuid:comment_id}/reopen", auth=WRITES, response=CommentShape, url_name="comment_reopen"
)
def comment_reopen(request: Asking, comment_id: UUID) -> CommentShape:
    """Open a thread again. Twice is once."""
    comment = find_comment(request, comment_id)
    discussion.resolve(comment, author=request.user, is_resolved=False)
    return thread_of(comment)
