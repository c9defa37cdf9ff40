"""What a Delphi panel said, as far as one reader may see it. Nobody's name comes out of here."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from accounts.models import User
from curation.consensus import Tally, Terms, tally
from curation.models import DelphiPanelist, DelphiRound, DelphiStatement, DelphiVote, TraitVersion


class Reason(NamedTuple):
    """Why someone rated a statement as they did."""

    rating: int
    text: str
    is_dissent: bool


@dataclass(frozen=True)
class StatementResult:
    """A statement of a round, and what its reader may know of the ratings."""

    statement: DelphiStatement
    round: DelphiRound
    mine: DelphiVote | None
    """What the reader said of it."""
    count: int
    """How many rated it."""
    is_open: bool
    """Whether the reader may see the others' ratings: on the panel after rating it, else once the round is closed."""
    tally: Tally | None
    """None when the reader may not see it, or when too few rated it."""
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class RoundResult:
    """A round as its reader may see it."""

    round: DelphiRound
    statements: tuple[StatementResult, ...]
    on_panel: bool
    complete: int
    """How many panelists have rated every statement."""

    @property
    def rated(self) -> int:
        """How many statements the reader has rated."""
        return sum(each.mine is not None for each in self.statements)

    @property
    def is_done(self) -> bool:
        """Whether the reader has rated all."""
        return self.rated == len(self.statements)

    def of_part(self, part: str) -> StatementResult | None:
        """Return what the round says of a part; None when it was not asked."""
        return next((each for each in self.statements if each.statement.part == part), None)


class Dissent(NamedTuple):
    """A reason that a panelist wants published, and the statement it is about."""

    statement: str
    reason: str


def results_of(version: TraitVersion, reader: User) -> list[RoundResult]:
    """Return the rounds of a version in their order, each with its statements, as the reader may see them."""
    panelist = version.panel.filter(person=reader).first()
    statements = DelphiStatement.objects.filter(round__version=version).order_by("position")
    by_round = grouped(statements, "round_id")
    votes = DelphiVote.objects.filter(statement__round__version=version).select_related("panelist")
    by_statement = grouped(votes, "statement_id")
    found = []
    for each in version.rounds.all():
        asked = by_round[each.pk]
        rated = Counter(vote.panelist_id for s in asked for vote in by_statement[s.pk])
        found.append(
            RoundResult(
                round=each,
                statements=tuple(result_of(s, each, by_statement[s.pk], panelist) for s in asked),
                on_panel=panelist is not None,
                complete=sum(count == len(asked) for count in rated.values()),
            )
        )
    return found


def grouped(rows: Iterable[object], name: str) -> "defaultdict[object, list]":  # type: ignore[type-arg]  # Rows of either table.
    """Return rows by one of their fields."""
    found: defaultdict[object, list[object]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def result_of(
    statement: DelphiStatement, asked: DelphiRound, votes: list[DelphiVote], panelist: DelphiPanelist | None
) -> StatementResult:
    """Return one statement as its reader may see it."""
    mine = next((vote for vote in votes if panelist and vote.panelist_id == panelist.pk), None)
    is_open = mine is not None if panelist else asked.closed_at is not None
    counted = tally_of(asked, votes) if is_open else None
    if counted is None or not counted.can_be_shown:
        return StatementResult(statement, asked, mine, len(votes), is_open, None)
    return StatementResult(statement, asked, mine, len(votes), is_open, counted, reasons_of(votes))


def tally_of(asked: DelphiRound, votes: list[DelphiVote]) -> Tally:
    """Count the ratings of a statement under the terms of its round."""
    groups = [vote.panelist.group for vote in votes]
    return tally([vote.rating for vote in votes], groups, Terms(asked.in_percent, asked.out_percent))


def reasons_of(votes: list[DelphiVote]) -> tuple[Reason, ...]:
    """Return the reasons that were given, in an order that says nothing about who gave them or when."""
    given = [vote for vote in votes if vote.reason]
    given.sort(key=scrambled)
    return tuple(Reason(vote.rating, vote.reason, vote.is_dissent) for vote in given)


def scrambled(vote: DelphiVote) -> bytes:
    """Return a sort key that follows neither people nor time."""
    return sha256(f"{vote.statement_id}/{vote.reason}/{vote.pk}".encode()).digest()


def panel_dissents(version: TraitVersion) -> list[Dissent]:
    """Return the reasons to publish with a version: of each panelist the last word on each statement it still holds.

    A statement that was reworded since keeps the dissent, beside the words that were rated.
    """
    votes = DelphiVote.objects.filter(statement__round__version=version).select_related("statement")
    last: dict[tuple[int, str], DelphiVote] = {}
    for vote in votes.order_by("statement__round__number"):
        last[vote.panelist_id, vote.statement.part] = vote
    held = parts_of(version)
    standing = [vote for vote in last.values() if vote.is_dissent and vote.statement.part in held]
    standing.sort(key=lambda vote: (vote.statement.position, scrambled(vote)))
    return [Dissent(vote.statement.text, vote.reason) for vote in standing]


def parts_of(version: TraitVersion) -> set[str]:
    """Return the names of the statements that a version holds."""
    behaviours = version.behaviours.values_list("key", flat=True)
    criteria = version.criteria.filter(scenario=None).values_list("key", flat=True)
    return {"definition", *map(str, behaviours), *map(str, criteria)}
