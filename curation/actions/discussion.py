"""Remarks on the passages of a trait version."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from curation.models import Comment, TraitVersion
from curation.text import sanitise

LONGEST = 10_000
LONGEST_QUOTE = 2_000


@transaction.atomic
def say(version: TraitVersion, text: str, *, author: User, part: str = "", quote: str = "") -> Comment:
    """Remark on a passage, or on the whole version.

    Args:
        version: in whatever state.
        text: what is said; cut at 10,000 characters.
        author: who says it.
        part: a section's name, or the key of a behaviour; empty for the whole.
        quote: the words it is about, as they stand.

    Raises:
        ValueError: nothing is said.
    """
    return Comment.objects.create(
        version=version,
        author=author,
        text=words(text),
        part=part[:60],
        quote=sanitise(quote).text.strip()[:LONGEST_QUOTE],
    )


@transaction.atomic
def reply(comment: Comment, text: str, *, author: User) -> Comment:
    """Answer a remark; an answer to an answer joins the same thread.

    Raises:
        ValueError: nothing is said.
    """
    first = comment.reply_to or comment
    return Comment.objects.create(version=first.version, reply_to=first, author=author, text=words(text))


def resolve(comment: Comment, *, author: User, is_resolved: bool = True) -> None:
    """Close a thread, or open it again. Doing it twice changes nothing."""
    first = comment.reply_to or comment
    rows = Comment.objects.filter(pk=first.pk, resolved_at__isnull=is_resolved)
    rows.update(
        resolved_at=timezone.now() if is_resolved else None, resolved_by=author if is_resolved else None
    )


def words(text: str) -> str:
    """Return what was said, fit to be stored."""
    said = sanitise(text).text.strip()[:LONGEST]
    if not said:
        raise ValueError("Write what you want to say.")
    return said
