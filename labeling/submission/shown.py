"""What was in front of a person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from labeling.questions import USUAL

LETTERS = "ABCDEFGH"


class ShownTrait(NamedTuple):
    """A trait version as the page names it."""

    version_id: UUID
    code: str
    name: str


@dataclass(frozen=True)
class Shown:
    """What was in front of the person: the answer is read against it."""

    traits: Sequence[ShownTrait]
    order: Sequence[int]
    """Canonical places in the order of the letters."""
    sentences: Sequence[int]
    """How many sentences each response has, by canonical place."""
    renderer: str
    rationale_from: int
    questions: Collection[str] = USUAL
    """What is asked: values of `Question`."""
    criteria: Sequence[UUID] = ()
    """The rubric in its order."""
    points: Sequence[float] = ()
    """What each criterion is worth when it is met, from -10 to 10."""

    @property
    def letters(self) -> str:
        """The letters of the responses."""
        return LETTERS[: len(self.order)]

    def place_of(self, letter: str) -> int | None:
        """The canonical place of the response under a letter; None where there is no such response."""
        return self.order[self.letters.index(letter)] if letter and letter in self.letters else None

    def letter_of(self, place: int) -> str:
        """The letter under which the response at a canonical place was shown."""
        return LETTERS[self.order.index(place)]
