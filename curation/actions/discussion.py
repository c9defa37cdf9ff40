"""Remarks on the passages of a trait version, with their answers."""

from typing import NamedTuple

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from curation.actions.wordings import criteria_of
from curation.models import Comment, TraitVersion
from curation.wording import KINDS


class Passage(NamedTuple):
    """Something that can be remarked on."""

    part: str
    """A section's name, or the key of a behaviour or criterion: the same in every version that keeps it."""
    section: str
    """The title under which it stands."""
    text: str

    @property
    def label(self) -> str:
        """The passage in one line."""
        return f"{self.section}: {self.text if len(self.text) <= 70 else self.text[:69].rstrip() + '…'}"


class Thread(NamedTuple):
    """A remark with its answers."""

    comment: Comment
    replies: list[Comment]
    passage: Passage | None
    """What it is about, where that still stands; None for the whole version, and for what was taken away."""

    @property
    def is_about_something(self) -> bool:
        """Whether it is about a passage rather than the whole."""
        return bool(self.comment.part)

    @property
    def still_says_so(self) -> bool:
        """Whether the quoted words stand in the passage."""
        return self.passage is not None and self.comment.quote in self.passage.text


@transaction.atomic
def say(version: TraitVersion, text: str, *, author: User, part: str = "", quote: str = "") -> Comment:
    """Remark on a passage, or on the whole version.

    Args:
        version: in whatever state.
        text: what is said, fit to be stored.
        author: who says it.
        part: the part of a `Passage`; empty for the whole.
        quote: the words it is about, as they stand.
    """
    return Comment.objects.create(version=version, author=author, text=text, part=part, quote=quote)


@transaction.atomic
def reply(comment: Comment, text: str, *, author: User) -> Comment:
    """Answer a remark; an answer to an answer joins the same thread, and an answer opens a resolved thread again."""
    first = comment.reply_to or comment
    answer = Comment.objects.create(version=first.version, reply_to=first, author=author, text=text)
    resolve(first, author=author, is_resolved=False)
    return answer


def resolve(comment: Comment, *, author: User, is_resolved: bool = True) -> None:
    """Close a thread, or open it again. Doing it twice changes nothing."""
    first = comment.reply_to or comment
    rows = Comment.objects.filter(pk=first.pk, resolved_at__isnull=is_resolved)
    rows.update(
        resolved_at=timezone.now() if is_resolved else None, resolved_by=author if is_resolved else None
    )


def passages_of(version: TraitVersion) -> list[Passage]:
    """Return what can be remarked on, in the order of the page."""
    by_kind = {kind: version.of_kind(kind) for kind in KINDS}
    found = [
        Passage("definition", _("Definition"), version.definition),
        Passage("benefit", _("Why it is good for people"), version.benefit),
        *(
            Passage(str(each.key), title, each.text)
            for kind, title in KINDS.items()
            for each in by_kind[kind]
        ),
        *(
            Passage(each.part, _("In tension with %(other)s") % {"other": each.other}, each.text)
            for each in version.tensions.all()
        ),
        *(Passage(str(each.key), _("Criterion"), each.text) for each in criteria_of(version)),
        Passage("attribution", _("Where the words come from"), version.attribution),
        Passage("change_note", _("What changed, and why"), version.change_note),
    ]
    return [passage for passage in found if passage.text]


def threads_of(version: TraitVersion) -> list[Thread]:
    """Return the remarks on a version with their answers: unresolved ones first, each in the order they were made."""
    passages = {passage.part: passage for passage in passages_of(version)}
    answers = Comment.objects.select_related("author").order_by("pk")
    first = version.comments.filter(reply_to=None).select_related("author", "resolved_by").order_by("pk")
    found = [
        Thread(each, list(each.replies.all()), passages.get(each.part))
        for each in first.prefetch_related(Prefetch("replies", answers))
    ]
    return sorted(found, key=lambda thread: thread.comment.resolved_at is not None)
