"""Panels of Delphi rounds, and what they say."""

from accounts.models import Role, User
from curation.actions.delphi import Rating, open_round, rate
from curation.models import DelphiPanelist, DelphiRound, DelphiStatement, TraitVersion
from tests.factories import make_user


def make_panel(version: TraitVersion, *groups: str) -> list[DelphiPanelist]:
    """A panelist for each group named."""
    return [
        DelphiPanelist.objects.create(
            version=version,
            person=make_user(name=f"Panelist Number{place}", roles=(Role.TRAIT_AUTHORS,)),
            group=group,
        )
        for place, group in enumerate(groups)
    ]


def begin(version: TraitVersion, facilitator: User | None = None) -> DelphiRound:
    """A round that was just opened."""
    return open_round(version, facilitator=facilitator or make_user(roles=(Role.TRAIT_AUTHORS,)))


def first_statement(asked: DelphiRound) -> DelphiStatement:
    """The definition, as the round asks about it."""
    found = asked.statements.first()
    assert found
    return found


def say_all(asked: DelphiRound, panel: list[DelphiPanelist], *ratings: int) -> None:
    """Each panelist rates the definition."""
    for panelist, rating in zip(panel, ratings, strict=False):
        rate(first_statement(asked), Rating(rating, f"Because of {rating}."), person=panelist.person)
