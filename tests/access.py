"""Who may find what: the words in which the routes of every app are listed."""

from typing import NamedTuple

from accounts.models import Role

PEOPLE: dict[str, tuple[Role, ...]] = {
    "stranger": (),
    "trait author": (Role.TRAIT_AUTHORS,),
    "curator": (Role.CURATORS,),
    "steward": (Role.STEWARDS,),
    "administrator": (Role.ADMINISTRATORS,),
}
ALL = frozenset(PEOPLE)
READERS = ALL - {"stranger"}
CURATORS = frozenset({"curator", "administrator"})
STEWARDS = frozenset({"steward", "administrator"})
OVERSEERS = frozenset({"curator", "steward", "administrator"})
ADMINISTRATORS = frozenset({"administrator"})
NOBODY: frozenset[str] = frozenset()


class Route(NamedTuple):
    """Who finds something there when the object is not theirs, and how to knock."""

    who: frozenset[str]
    method: str = "get"
    is_public: bool = False


OPEN = Route(ALL, is_public=True)
