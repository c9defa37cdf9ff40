"""Putting a version in force with its shared criteria, taking it out of force, and what rests on it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import Role, User
from curation.actions.reviews import NotYours, ReasonMissing, State, approvals, approvals_needed, locked, move
from curation.beyond import COUNTED_TO, Consequence, consequences
from curation.models import Criterion, Proposal, Retirement, TraitVersion
from curation.models.traits import FROZEN


class TooFewApprovals(Exception):
    """Fewer reviewers approve than the deployment asks for."""


class OpenRemarks(Exception):
    """Remarks are unresolved, and nobody said that the version shall be published all the same."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(f"{count} remarks are unresolved")


class Standing(NamedTuple):
    """What rests on the versions that mean what the newest published one means."""

    versions: list[TraitVersion]
    """Those versions, the newest first; empty when the trait has no published one before."""
    rests: list[Consequence]

    @property
    def names(self) -> str:
        """The versions as a page names them: “version 3”, “versions 3, 2 and 1”."""
        numbers = [str(version.number) for version in self.versions]
        if len(numbers) < 2:
            return _("version %(number)s") % {"number": numbers[0]}
        return _("versions %(earlier)s and %(last)s") % {
            "earlier": ", ".join(numbers[:-1]),
            "last": numbers[-1],
        }


@transaction.atomic
def publish(version: TraitVersion, *, publisher: User, despite_remarks: bool = False) -> None:
    """Put a version in force. From then on the database refuses to change it.

    Its criteria are published with it and take the place of their older wordings.

    Args:
        version: which one.
        publisher: any trait author, its writers too: approving is what they can't.
        despite_remarks: publish although remarks are unresolved.

    Raises:
        NotYours: the person writes no traits.
        WrongState: it is not in review any more.
        TooFewApprovals: more reviewers must approve.
        OpenRemarks: remarks are unresolved.
    """
    if not publisher.has_role(Role.TRAIT_AUTHORS):
        raise NotYours(_("Only trait authors publish traits."))
    held = locked(version)
    if approvals(held) < approvals_needed():
        raise TooFewApprovals
    remarks = unresolved(held)
    if remarks and not despite_remarks:
        raise OpenRemarks(remarks)
    publish_criteria(held, publisher=publisher)
    move(held, State.IN_REVIEW, State.PUBLISHED, published_at=Now())
    record(publisher, "trait_version.published", held, version=str(held), unresolved_remarks=remarks)


def unresolved(version: TraitVersion) -> int:
    """Return how many remarks on a version are unresolved."""
    return version.comments.filter(reply_to=None, resolved_at=None).count()


def publish_criteria(version: TraitVersion, *, publisher: User) -> None:
    """Publish a version's shared criteria in place of the wordings before. Wants a transaction."""
    own = list(version.criteria.shared().filter(state=Criterion.State.DRAFT))
    older = {
        each.key: each for each in Criterion.objects.published().filter(key__in=[each.key for each in own])
    }
    # The old wording goes first: the database lets only one of a key be published.
    Criterion.objects.filter(pk__in=[each.pk for each in older.values()]).update(
        state=Criterion.State.RETIRED
    )
    Criterion.objects.filter(pk__in=[each.pk for each in own]).update(state=Criterion.State.PUBLISHED)
    for criterion in own:
        if before := older.get(criterion.key):
            follow(before, criterion, publisher=publisher)


def follow(before: Criterion, criterion: Criterion, *, publisher: User) -> None:
    """Carry a criterion's place in rubrics over to its new wording.

    What says the same goes on as before, with its votes. What says something else is proposed anew wherever it was
    attached or proposed: raters decide again whether it fits.
    """
    proposals = Proposal.objects.filter(criterion=before)
    if says(before) == says(criterion):
        proposals.update(criterion=criterion)
        return
    used = proposals.exclude(state=Proposal.State.DECLINED).values_list("scenario", flat=True)
    Proposal.objects.bulk_create(
        [Proposal(criterion=criterion, scenario_id=scenario, proposed_by=publisher) for scenario in used],
        ignore_conflicts=True,
    )


def says(criterion: Criterion) -> tuple[object, ...]:
    """Return what raters agreed to when they attached a criterion."""
    return criterion.text, criterion.points, criterion.kind, criterion.framing


@transaction.atomic
def retire(version: TraitVersion, reason: str, *, author: User) -> None:
    """Take a published version out of force, and its shared criteria out of rubrics. It stays readable, with the reason.

    Raises:
        NotYours: the person writes no traits.
        ReasonMissing: no reason was given.
        WrongState: it is not in force.
    """
    if not author.has_role(Role.TRAIT_AUTHORS):
        raise NotYours(_("Only trait authors retire traits."))
    if not reason.strip():
        raise ReasonMissing(_("Say why: people who cite this version will read it."))
    move(version, State.PUBLISHED, State.RETIRED)
    Retirement.objects.create(version=version, reason=reason.strip(), retired_by=author)
    version.criteria.shared().published().update(state=Criterion.State.RETIRED)
    record(author, "trait_version.retired", version, version=str(version))


def standing_before(version: TraitVersion) -> Standing:
    """Return what a new meaning of a version would make stale: all that rests on the meaning in force before it."""
    earlier = version.trait.versions.filter(number__lt=version.number, state__in=FROZEN).order_by("-number")
    same_meaning = []
    for each in earlier:
        same_meaning.append(each)
        if each.meaning_changed:
            break
    return Standing(same_meaning, resting_on([each.pk for each in same_meaning]))


def resting_on(versions: Sequence[UUID]) -> list[Consequence]:
    """Return what rests on some versions, in every storey, as far as there is any."""
    if not versions:
        return []
    found = [each for know in consequences for each in know(versions)]
    return [each for each in [*found, *own_criteria(versions)] if each.number]


def own_criteria(versions: Sequence[UUID]) -> Iterable[Consequence]:
    """Yield how many published criteria check some versions."""
    published = Criterion.objects.published().filter(version__in=versions).order_by()
    yield Consequence(bounded(published.shared()), _("shared criteria"))
    yield Consequence(bounded(published.filter(scenario__isnull=False)), _("criteria of single scenarios"))


def bounded(rows: "QuerySet[Criterion]") -> int:
    """Count rows, but not past the most that anybody wants to know."""
    return rows.values("pk")[: COUNTED_TO + 1].count()


def dropped(version: TraitVersion, before: Sequence[TraitVersion]) -> int:
    """Return how many shared criteria of the versions before are not in this one; they stay in rubrics until those retire."""
    kept = version.criteria.shared().values("key")
    return Criterion.objects.published().shared().filter(version__in=before).exclude(key__in=kept).count()
