"""Where in a long list somebody is."""

from typing import Any

from django import forms

LONGEST_NUMBER = 19
"""Digits of a key that PostgreSQL still takes."""


class PlaceForm(forms.Form):
    """The key behind which, or before which, a page begins. Nonsense leads to the first page."""

    before = forms.UUIDField(required=False)
    after = forms.UUIDField(required=False)

    @property
    def keys(self) -> dict[str, Any]:
        """The two keys as `curation.paging.newest_first` takes them."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) for name in ("before", "after")}


def number_key(text: str) -> int | None:
    """Return a number from an address by which a list is found; None when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER else None
