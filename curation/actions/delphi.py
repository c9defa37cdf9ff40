"""Delphi rounds: who is on a draft's panel, when a round is open, and what panelists rate."""

from typing import NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from accounts.audit import record
from accounts.models import Role, User
from curation.actions.traits import lock_draft
from curation.actions.wordings import criteria_of
from curation.consensus import FEWEST
from curation.models import DelphiPanelist, DelphiRound, DelphiStatement, DelphiVote, TraitVersion
from curation.models.delphi import MOST_ROUNDS
from curation.wording import KINDS

DEFINITION, CRITERION = "definition", "criterion"


class NotATraitAuthor(Exception):
    """Only people who write traits sit on a panel."""


class OnThePanel(Exception):
    """The person is on the panel already."""


class PanelIsFixed(Exception):
    """Nobody leaves a panel once it has been asked: who left would tell whose ratings are missing."""


class PanelTooSmall(Exception):
    """Fewer people than can rate without knowing who said what."""


class RoundIsOpen(Exception):
    """The round before is still open."""


class NoMoreRounds(Exception):
    """There were as many rounds as there may be."""


class NothingToRate(Exception):
    """The draft says nothing yet."""


class RoundIsClosed(Exception):
    """The round takes no ratings any more."""


class NotOnThePanel(Exception):
    """Nobody outside the panel rates."""


class RatedAlready(Exception):
    """A rating stands once it is given."""


class Rating(NamedTuple):
    """What a panelist says of a statement."""

    rating: int
    """1 does not belong in the trait … 9 essential to it."""
    reason: str = ""
    is_dissent: bool = False
    """Publish the reason with the version, without a name."""


def possible_panelists(version: TraitVersion) -> "QuerySet[User]":
    """Return the people who may be asked and are not on the panel yet, by name."""
    writers = Q(groups__name=Role.TRAIT_AUTHORS) | Q(is_superuser=True)
    people = User.objects.people().filter(writers, is_active=True).distinct()
    return people.exclude(pk__in=version.panel.values("person")).order_by("name", "email")


@transaction.atomic
def add_panelist(
    version: TraitVersion, person: User, group: str = "", *, facilitator: User
) -> DelphiPanelist:
    """Ask someone to rate a draft.

    Raises:
        NotADraft: it is under review or final.
        NotATraitAuthor: the person writes no traits.
        OnThePanel: the person was asked before.
    """
    draft = lock_draft(version)
    if not person.has_role(Role.TRAIT_AUTHORS):
        raise NotATraitAuthor
    try:
        with transaction.atomic():
            panelist = DelphiPanelist.objects.create(version=draft, person=person, group=group)
    except IntegrityError:
        raise OnThePanel from None
    record(
        facilitator, "delphi_panelist.added", draft, version=str(draft), person=str(person.pk), group=group
    )
    return panelist


@transaction.atomic
def remove_panelist(panelist: DelphiPanelist, *, facilitator: User) -> None:
    """Take someone off a panel that was not asked yet.

    Raises:
        NotADraft: the version is under review or final.
        PanelIsFixed: a round has been opened.
    """
    draft = lock_draft(panelist.version)
    if draft.rounds.exists():
        raise PanelIsFixed
    person = str(panelist.person_id)
    DelphiPanelist.objects.filter(pk=panelist.pk).delete()
    record(facilitator, "delphi_panelist.removed", draft, version=str(draft), person=person)


@transaction.atomic
def open_round(version: TraitVersion, *, facilitator: User) -> DelphiRound:
    """Ask the panel to rate each statement of a draft as it is worded now.

    Raises:
        NotADraft: it is under review or final.
        RoundIsOpen: the one before takes ratings still.
        NoMoreRounds: there were three.
        PanelTooSmall: fewer than three people were asked.
        NothingToRate: the draft is empty.
    """
    draft = lock_draft(version)
    newest = draft.rounds.last()
    if newest and newest.closed_at is None:
        raise RoundIsOpen
    number = newest.number + 1 if newest else 1
    if number > MOST_ROUNDS:
        raise NoMoreRounds
    if draft.panel.count() < FEWEST:
        raise PanelTooSmall
    opened = DelphiRound.objects.create(
        version=draft,
        number=number,
        in_percent=settings.DELPHI_IN_PERCENT,
        out_percent=settings.DELPHI_OUT_PERCENT,
        opened_by=facilitator,
    )
    statements = statements_of(draft, opened)
    if not statements:
        raise NothingToRate
    DelphiStatement.objects.bulk_create(statements)
    record(facilitator, "delphi_round.opened", opened, version=str(draft), round=number)
    return opened


def statements_of(version: TraitVersion, opened: DelphiRound) -> list[DelphiStatement]:
    """Return what a panel rates: the definition, each behaviour and each shared criterion, in the order of the page."""
    behaviours = version.behaviours.order_by("position", "pk")
    words = [
        (DEFINITION, DEFINITION, version.definition),
        *((str(each.key), kind, each.text) for kind in KINDS for each in behaviours if each.kind == kind),
        *((str(each.key), CRITERION, each.text) for each in criteria_of(version)),
    ]
    return [
        DelphiStatement(round=opened, part=part, kind=kind, text=text, position=position)
        for position, (part, kind, text) in enumerate(words)
        if text.strip()
    ]


@transaction.atomic
def close_round(opened: DelphiRound, *, facilitator: User) -> None:
    """Take no more ratings in a round. Twice is once."""
    if DelphiRound.objects.filter(pk=opened.pk, closed_at=None).update(closed_at=Now()):
        record(facilitator, "delphi_round.closed", opened, round=opened.number)


@transaction.atomic
def rate(statement: DelphiStatement, given: Rating, *, person: User) -> DelphiVote:
    """Record what a panelist says of a statement. The same again changes nothing; there is no trace of who it was.

    Raises:
        RoundIsClosed: it takes no ratings any more.
        NotOnThePanel: the person was not asked.
        RatedAlready: the person said something else before.
    """
    # Without the lock a rating could arrive in a round that was closed at the same moment.
    asked = DelphiRound.objects.select_for_update().get(pk=statement.round_id)
    panelist = DelphiPanelist.objects.filter(version=asked.version_id, person=person).first()
    if panelist is None:
        raise NotOnThePanel
    stands = DelphiVote.objects.filter(statement=statement, panelist=panelist).first()
    if stands and Rating(stands.rating, stands.reason, stands.is_dissent) != given:
        raise RatedAlready
    if stands:
        return stands
    if asked.closed_at is not None:
        raise RoundIsClosed
    return DelphiVote.objects.create(statement=statement, panelist=panelist, **given._asdict())
