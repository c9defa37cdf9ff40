"""The boxes that people write into, and how their words are taken out of them."""

from typing import Any

from django import forms

from curation.text import sanitise


def text(rows: int, **attributes: Any) -> forms.Textarea:
    """Return a box for a longer text."""
    return forms.Textarea({"class": "textarea", "rows": rows, "dir": "auto", **attributes})


def line(**attributes: Any) -> forms.TextInput:
    """Return a box for one line."""
    return forms.TextInput({"class": "input", **attributes})


def flat(value: str) -> str:
    """Return a text as it is stored: browsers send lines parted in their own way."""
    return sanitise(value.replace("\r\n", "\n")).text
