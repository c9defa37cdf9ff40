"""The fields of a posted form."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from config.wording import words
from curation.text.clean import sanitise

Fields = Mapping[str, Sequence[str]]
"""A form as it was posted: the values of each name."""
Problems = dict[str, str]
"""The message for each field that is incomplete or malformed."""


class InvalidSubmission(ValueError):
    """The answer is incomplete or malformed.

    Attributes:
        problems: the message for each field, in the order of the page.
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = dict(problems)


class OtherDefinition(ValueError):
    """The page showed other wordings, or other sentence numbers, than the assignment holds now."""


def one(fields: Fields, name: str) -> str:
    """Return the last value of a name; empty when there is none."""
    values = fields.get(name)
    return values[-1] if values else ""


def text(fields: Fields, name: str, most: int, problems: Problems) -> str:
    """Return what was written in a box, at most so many characters of it without a problem."""
    written = sanitise(one(fields, name).replace("\r\n", "\n").strip()).text
    if len(written) > most:
        problems[name] = words(
            "At most {most} characters; these are {number}.", most=f"{most:,}", number=f"{len(written):,}"
        )
    return written


def uuid(value: str) -> UUID | None:
    """Return the id that a text holds, if it does."""
    try:
        return UUID(value)
    except ValueError:
        return None


def number(value: str, most: int) -> int | None:
    """Return a whole number from 0, cut off at the most; None for what is no number."""
    return min(int(value), most) if value.isascii() and value.isdigit() and len(value) < 20 else None
