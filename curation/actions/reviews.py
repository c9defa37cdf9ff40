"""How a draft becomes a published version: submitted, reviewed by others, published, and one day retired."""

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts.audit import record
from accounts.models import Role, User
from curation.models import Behaviour, Criterion, Retirement, TraitReview, TraitVersion

State = TraitVersion.State
BEGINNING = "Whether the model"


class NotReady(Exception):
    """The draft can't be submitted; `problems` are pairs of a section's name and what it lacks."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = problems
        super().__init__("the draft lacks something")


class WrongState(Exception):
    """Somebody else moved the version on meanwhile, or it never was where this begins."""


class NotYours(Exception):
    """This person may not do that with this version; the text says why and is fit for a page."""


class TooFewApprovals(Exception):
    """Fewer reviewers approve than the deployment asks for, or one of them asks for changes."""


def is_author(version: TraitVersion, person: User) -> bool:
    """Whether the person wrote the version or any word of it, so that their approval would not count."""
    return version.author_id == person.pk or version.contributions.filter(author=person).exists()


def missing(version: TraitVersion) -> list[tuple[str, str]]:
    """Return what a draft lacks before anybody should read it: pairs of section and sentence."""
    kinds = set(version.behaviours.values_list("kind", flat=True))
    problems = []
    if not version.definition.startswith(BEGINNING):
        problems.append(("definition", f"Begin the definition with “{BEGINNING} …”."))
    if Behaviour.Kind.EXHIBITS not in kinds:
        problems.append(("exhibits", "Say at least one thing that a response does when it shows the trait."))
    if Behaviour.Kind.VIOLATES not in kinds:
        problems.append(("violates", "Say at least one thing that a response does when it fails the trait."))
    if version.number > 1 and not version.change_note.strip():
        problems.append(("change_note", "Say what changed against the version before, and why."))
    return problems


@transaction.atomic
def submit(version: TraitVersion, *, author: User) -> None:
    """Send a draft to the reviewers. Its words stay while they read.

    Raises:
        NotYours: the person wrote none of it.
        NotReady: it lacks something.
        WrongState: it is no draft.
    """
    if not is_author(version, author) and not author.is_superuser:
        raise NotYours("Only those who wrote the draft can submit it.")
    if problems := missing(version):
        raise NotReady(problems)
    move(version, State.DRAFT, State.IN_REVIEW, review_round=F("review_round") + 1)
    record(author, "trait_version.submitted", version, version=str(version))


@transaction.atomic
def withdraw(version: TraitVersion, *, author: User) -> None:
    """Take a version back from the reviewers, to go on writing.

    Raises:
        NotYours: the person wrote none of it.
        WrongState: it is not in review.
    """
    if not is_author(version, author) and not author.is_superuser:
        raise NotYours("Only those who wrote the version can take it back.")
    move(version, State.IN_REVIEW, State.DRAFT)
    record(author, "trait_version.withdrawn", version, version=str(version))


@transaction.atomic
def review(version: TraitVersion, decision: str, reason: str, *, reviewer: User) -> TraitReview:
    """Write a reviewer's decision down. Asking for changes makes the version a draft again.

    Raises:
        NotYours: the reviewer wrote some of it, or writes no traits.
        WrongState: it is not in review.
        ValueError: a reason is missing where one is needed.
    """
    if not reviewer.has_role(Role.TRAIT_AUTHORS):
        raise NotYours("Only trait authors review traits.")
    if is_author(version, reviewer):
        raise NotYours("You wrote some of this version, so others must review it.")
    if decision != TraitReview.Decision.APPROVE and not reason.strip():
        raise ValueError(
            "Give your reason: the authors need it, and a dissent is published with the version."
        )
    # Without the lock a review could be written for a round that has just ended.
    held = TraitVersion.objects.select_for_update().get(pk=version.pk)
    if held.state != State.IN_REVIEW:
        raise WrongState
    made = TraitReview.objects.create(
        version=held, round=held.review_round, reviewer=reviewer, decision=decision, reason=reason.strip()
    )
    if decision == TraitReview.Decision.CHANGES:
        move(held, State.IN_REVIEW, State.DRAFT)
    record(reviewer, "trait_version.reviewed", version, version=str(version), decision=decision)
    return made


def approvals(version: TraitVersion) -> int:
    """Return how many reviewers who wrote none of it approve the version in the round that runs."""
    approving = version.reviews.in_force().approving()
    writers = version.contributions.values("author")
    return approving.exclude(reviewer__in=writers).exclude(reviewer=version.author_id).count()


@transaction.atomic
def publish(version: TraitVersion, *, publisher: User) -> None:
    """Put a version in force. From then on the database refuses to change it.

    Its criteria are published with it and take the place of their older wordings.

    Raises:
        NotYours: the person writes no traits.
        WrongState: it is not in review any more.
        TooFewApprovals: more reviewers must approve.
    """
    if not publisher.has_role(Role.TRAIT_AUTHORS):
        raise NotYours("Only trait authors publish traits.")
    held = TraitVersion.objects.select_for_update().get(pk=version.pk)
    if held.state != State.IN_REVIEW:
        raise WrongState
    if approvals(held) < settings.TRAIT_APPROVALS:
        raise TooFewApprovals
    own = Criterion.objects.filter(version=held, scenario=None)
    older = Criterion.objects.published().filter(key__in=own.values("key")).exclude(version=held)
    older.update(state=Criterion.State.RETIRED)
    own.filter(state=Criterion.State.DRAFT).update(state=Criterion.State.PUBLISHED)
    move(held, State.IN_REVIEW, State.PUBLISHED, published_at=Now())
    record(publisher, "trait_version.published", version, version=str(version))


@transaction.atomic
def retire(version: TraitVersion, reason: str, *, author: User) -> None:
    """Take a published version out of force. It stays readable, with the reason.

    Raises:
        ValueError: no reason was given.
        WrongState: it is not in force.
    """
    if not reason.strip():
        raise ValueError("Say why: people who cite this version will read it.")
    move(version, State.PUBLISHED, State.RETIRED)
    Retirement.objects.create(version=version, reason=reason.strip(), retired_by=author)
    record(author, "trait_version.retired", version, version=str(version))


def move(version: TraitVersion, origin: str, target: str, **changes: object) -> None:
    """Move a version from one state to another.

    Raises:
        WrongState: it was not there.
    """
    if not TraitVersion.objects.filter(pk=version.pk, state=origin).update(state=target, **changes):
        raise WrongState
    version.refresh_from_db()
