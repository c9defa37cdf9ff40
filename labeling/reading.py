"""The text of one item, for those who look at what was said about it."""

from typing import NamedTuple

from config.ids import uuid7
from curation.shown import StoredHtml, readable
from labeling.models import Assignment, Item
from labeling.sheets import Texts, load_sheet
from labeling.submission import LETTERS


class Response(NamedTuple):
    """A response under its letter."""

    letter: str
    key: str
    html: StoredHtml


def texts_of(item: Item) -> tuple[Texts, list[Response]]:
    """Return the conversation, and the responses in canonical order with nothing to press."""
    places = list(item.places.values_list("place", flat=True))
    return texts_as_shown(Assignment(id=uuid7(), item=item, order_shown=places))


def texts_as_shown(assignment: Assignment) -> tuple[Texts, list[Response]]:
    """Return the conversation, and the responses under the letters that a person saw, with nothing to press."""
    texts = load_sheet(assignment).texts
    return texts, [
        Response(letter, letter.lower(), readable(texts.responses[place][0], letter))
        for letter, place in zip(LETTERS, assignment.order_shown, strict=False)
    ]
