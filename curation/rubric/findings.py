"""What a rule of the linter says: which rule, why it matters here, and a wording that does better."""

from decimal import Decimal
from typing import NamedTuple, Protocol

from config.wording import words

COMPOUND = words("compound criterion")
VAGUE = words("vague adjective")
NOT_SELF_CONTAINED = words("not self-contained")
VERDICT = words("verdict-leaking")
LENGTH = words("rewards length")
SILENCE = words("met by silence")
FRAMING = words("framing and points disagree")
NO_NEGATIVE = words("no negative criterion")
PRESENCE_ONLY = words("mostly presence-only")
NO_POSITIVE = words("no positive points")
TWICE = words("same criterion twice")
ONE_DECIDES = words("one criterion decides")

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
