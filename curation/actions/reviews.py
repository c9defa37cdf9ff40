"""How a draft is signed off: submitted by its authors, reviewed by others, and taken back to go on writing."""

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import Role, User
from curation.actions.traits import NotADraft, lock_draft
from curation.actions.wordings import wording_of
from curation.models import TraitReview, TraitVersion
from curation.wording import BEGINNING, Wording

State = TraitVersion.State
Decision = TraitReview.Decision
LONGEST_REASON = 8000


class NotReady(Exception):
    """The draft can't be submitted; `problems` are pairs of a section's name and what it lacks."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = problems
        super().__init__("the draft lacks something")


class WrongState(Exception):
    """Somebody else moved the version on meanwhile, or it never was where this begins."""


class TextChanged(WrongState):
    """The version was taken back and submitted anew since the reviewer read it."""


class PanelIsAsked(Exception):
    """A round of the draft's panel is open."""


class NotYours(Exception):
    """This person may not do that with this version; the text says why and is fit for a page."""


class ReasonMissing(ValueError):
    """Only a plain approval goes without a reason; the text is fit for a page."""


def is_author(version: TraitVersion, person: User) -> bool:
    """Whether the person wrote the version or any word of it, so that their approval would not count."""
    return version.author_id == person.pk or version.contributions.filter(author=person).exists()


def missing(wording: Wording, number: int, change_note: str) -> list[tuple[str, str]]:
    """Return what a draft lacks before anybody should read it: pairs of section and sentence."""
    problems = []
    if not wording.definition.startswith(BEGINNING):
        problems.append(
            ("definition", _("Begin the definition with “%(beginning)s …”.") % {"beginning": BEGINNING})
        )
    if not wording.of_kind("exhibits"):
        problems.append(
            ("exhibits", _("Say at least one thing that a response does when it shows the trait."))
        )
    if not wording.of_kind("violates"):
        problems.append(
            ("violates", _("Say at least one thing that a response does when it fails the trait."))
        )
    if number > 1 and not change_note.strip():
        problems.append(("change_note", _("Say what changed against the version before, and why.")))
    return problems


@transaction.atomic
def submit(version: TraitVersion, *, author: User) -> None:
    """Send a draft to the reviewers. Its words stay while they read.

    Raises:
        NotYours: the person wrote none of it.
        NotReady: it lacks something.
        PanelIsAsked: its panel is still rating it.
        WrongState: it is no draft.
    """
    if not is_author(version, author) and not author.is_superuser:
        raise NotYours(_("Only those who wrote the draft can submit it."))
    try:
        # Without the lock a colleague could take the last behaviour away after it was counted.
        draft = lock_draft(version)
    except NotADraft:
        raise WrongState from None
    if problems := missing(wording_of(draft), draft.number, draft.change_note):
        raise NotReady(problems)
    if draft.rounds.filter(closed_at=None).exists():
        raise PanelIsAsked
    move(version, State.DRAFT, State.IN_REVIEW, review_round=F("review_round") + 1)
    record(author, "trait_version.submitted", version, version=str(version), round=version.review_round)


@transaction.atomic
def withdraw(version: TraitVersion, *, author: User) -> None:
    """Take a version back from the reviewers, to go on writing.

    Raises:
        NotYours: the person wrote none of it.
        WrongState: it is not in review.
    """
    if not is_author(version, author) and not author.is_superuser:
        raise NotYours(_("Only those who wrote the version can take it back."))
    move(version, State.IN_REVIEW, State.DRAFT)
    record(author, "trait_version.withdrawn", version, version=str(version))


@transaction.atomic
def review(
    version: TraitVersion, decision: str, reason: str, *, reviewer: User, read_round: int | None = None
) -> TraitReview:
    """Write a reviewer's decision down. Asking for changes makes the version a draft again. Twice is once.

    Args:
        version: what was read.
        decision: one of `TraitReview.Decision`.
        reason: why; only a plain approval goes without.
        reviewer: who decides.
        read_round: the round whose text the reviewer read; None when it is known to be the one that runs.

    Raises:
        NotYours: the reviewer wrote some of it, or writes no traits.
        ReasonMissing: a reason is missing where one is needed.
        TextChanged: the words may have changed since the reviewer read them.
        WrongState: it is not in review.
    """
    if not reviewer.has_role(Role.TRAIT_AUTHORS):
        raise NotYours(_("Only trait authors review traits."))
    if decision != Decision.APPROVE and not reason.strip():
        raise ReasonMissing(
            _("Give your reason: the authors need it, and a dissent is published with the version.")
        )
    held = locked(version)
    if is_author(held, reviewer):
        raise NotYours(_("You wrote some of this version, so others must review it."))
    if read_round is not None and read_round != held.review_round:
        raise TextChanged
    words = {"decision": decision, "reason": reason.strip()}
    last = held.reviews.in_force().filter(reviewer=reviewer).first()
    if last and (last.decision, last.reason) == (decision, reason.strip()):
        return last
    made = TraitReview.objects.create(version=held, round=held.review_round, reviewer=reviewer, **words)
    if decision == Decision.CHANGES:
        move(held, State.IN_REVIEW, State.DRAFT)
    record(reviewer, "trait_version.reviewed", version, version=str(held), decision=decision)
    return made


def approvals(version: TraitVersion) -> int:
    """Return how many reviewers who wrote none of it approve the version in the round that runs."""
    approving = version.reviews.in_force().approving()
    writers = version.contributions.values("author")
    return approving.exclude(reviewer__in=writers).exclude(reviewer=version.author_id).count()


def approvals_needed() -> int:
    """Return how many others must approve a version: what the deployment says, one at least."""
    return max(1, settings.TRAIT_APPROVALS)


def locked(version: TraitVersion) -> TraitVersion:
    """Return a version that is in review, locked so that nobody publishes or takes it back at the same time.

    Raises:
        WrongState: it is not in review.
    """
    # Without the lock a review could be written for a round that has just ended.
    held = TraitVersion.objects.select_for_update(of=("self",)).select_related("trait").get(pk=version.pk)
    if held.state != State.IN_REVIEW:
        raise WrongState
    return held


def move(version: TraitVersion, origin: str, target: str, **changes: object) -> None:
    """Move a version from one state to another.

    Raises:
        WrongState: it was not there.
    """
    if not TraitVersion.objects.filter(pk=version.pk, state=origin).update(state=target, **changes):
        raise WrongState
    version.refresh_from_db()
