"""Beginning traits and versions, and editing the texts of a draft."""

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from curation.actions.wordings import wording_of, write_wording
from curation.models import Contribution, Trait, TraitVersion
from curation.wording import Wording, digest

TEXTS = ("definition", "benefit", "attribution", "change_note", "meaning_changed")
"""What a version says of itself; each is edited by itself."""


class NotADraft(Exception):
    """The version is in review, published or retired, so its words stay."""


class NameTaken(Exception):
    """Another trait has this slug or code."""


class ChangedMeanwhile(Exception):
    """Someone else changed the words after they were shown to this editor."""

    def __init__(self, theirs: str, their_digest: str, author: User | None) -> None:
        self.theirs, self.their_digest, self.author = theirs, their_digest, author
        super().__init__("the words were changed meanwhile")


@transaction.atomic
def create_trait(name: str, slug: str, code: str, *, author: User) -> TraitVersion:
    """Begin a trait with an empty draft of version 1.

    Raises:
        NameTaken: another trait has the slug or the code.
    """
    try:
        with transaction.atomic():
            trait = Trait.objects.create(name=name, slug=slug, code=code)
    except IntegrityError:
        raise NameTaken from None
    version = begin_version(trait, Wording(""), author=author)
    record(author, "trait.created", trait, slug=slug)
    return version


@transaction.atomic
def new_version(source: TraitVersion, *, author: User) -> TraitVersion:
    """Begin the next version of a trait with the words of any of its versions; parts keep their keys."""
    version = begin_version(source.trait, wording_of(source), author=author)
    if not source.is_published:
        # Who wrote an unreviewed draft also wrote this copy of it, and can't approve it.
        writers = source.contributions.exclude(author=author).values_list("author", flat=True)
        Contribution.objects.bulk_create(Contribution(version=version, author_id=each) for each in writers)
    record(author, "trait_version.created", version, version=str(version), copied_from=str(source))
    return version


def begin_version(trait: Trait, wording: Wording, *, author: User | None) -> TraitVersion:
    """Write a draft with the next number. Wants a transaction."""
    # Without the lock two people who begin at once would take the same number.
    Trait.objects.select_for_update().get(pk=trait.pk)
    version = TraitVersion.objects.create(
        trait=trait,
        number=(trait.versions.aggregate(Max("number"))["number__max"] or 0) + 1,
        definition=wording.definition,
        benefit=wording.benefit,
        attribution=wording.attribution,
        author=author,
        edited_at=timezone.now(),
    )
    write_wording(version, wording, author=author)
    if author:
        Contribution.objects.create(version=version, author=author)
    return version


@transaction.atomic
def change_text(
    version: TraitVersion, field: str, value: str | bool, *, was: str, editor: User
) -> TraitVersion:
    """Change one text of a draft, if it still says what the editor was shown.

    Args:
        version: whose state in the database decides.
        field: one of `TEXTS`.
        value: the new words.
        was: digest of the words that the editor was shown.
        editor: who is remembered as having written in it.

    Raises:
        NotADraft: it is under review or final.
        ChangedMeanwhile: the words are neither those that were shown nor the new ones.
    """
    draft = lock_draft(version)
    stands = getattr(draft, field)
    if stands == value:
        return draft
    if digest(stands) != was:
        raise ChangedMeanwhile(in_words(stands), digest(stands), other_writer(draft, editor))
    setattr(draft, field, value)
    draft.save(update_fields=[field])
    note_edit(draft, editor)
    return draft


def in_words(value: str | bool) -> str:
    """Return a stored value as it is shown beside another."""
    if isinstance(value, bool):
        return _("The meaning changed.") if value else _("Only the wording changed.")
    return value


def lock_draft(version: TraitVersion) -> TraitVersion:
    """Return a draft as it stands, locked so that nobody edits, submits or publishes it at the same time.

    Raises:
        NotADraft: it is under review or final.
    """
    drafts = TraitVersion.objects.select_for_update(of=("self",)).select_related("trait")
    found = drafts.filter(pk=version.pk, state=TraitVersion.State.DRAFT).first()
    if found is None:
        raise NotADraft
    return found


def note_edit(draft: TraitVersion, editor: User) -> None:
    """Remember when a draft was edited, and by whom."""
    draft.edited_at = timezone.now()
    draft.save(update_fields=["edited_at"])
    Contribution.objects.bulk_create([Contribution(version=draft, author=editor)], ignore_conflicts=True)


def other_writer(draft: TraitVersion, editor: User) -> User | None:
    """Return who else writes in a draft; None when it is nobody or several."""
    others = draft.contributions.exclude(author=editor).select_related("author")[:2]
    return others[0].author if len(others) == 1 else None
