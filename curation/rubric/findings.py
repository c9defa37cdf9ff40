"""What a rule of the linter says: which rule, why it matters here, and a wording that does better."""

from decimal import Decimal
from typing import NamedTuple, Protocol

COMPOUND = "compound criterion"
VAGUE = "vague adjective"
NOT_SELF_CONTAINED = "not self-contained"
VERDICT = "verdict-leaking"
LENGTH = "rewards length"
SILENCE = "met by silence"
FRAMING = "framing and points disagree"
NO_NEGATIVE = "no negative criterion"
PRESENCE_ONLY = "mostly presence-only"
NO_POSITIVE = "no positive points"
TWICE = "same criterion twice"
ONE_DECIDES = "one criterion decides"

Number = float | int | Decimal


class Finding(NamedTuple):
    """One warning. It forbids nothing: people who know the field decide."""

    rule: str
    """One of the constants above."""
    reason: str
    """What in the text gave rise to it, and what goes wrong when it stays."""
    example: str
    """A better wording."""


class Statement(Protocol):
    """What the rubric's rules look at in a criterion."""

    @property
    def text(self) -> str: ...

    @property
    def points(self) -> Number: ...

    @property
    def framing(self) -> str: ...
