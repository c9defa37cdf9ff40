"""How figures of results are written."""

from django import template
from django.utils.formats import number_format

register = template.Library()
MINUS = "\u2212"


@register.filter
def points(value: float | None) -> str:
    """Write a change of a score in points, with its sign; empty for none."""
    if value is None:
        return ""
    # What rounds to nothing has no sign.
    rounded = round(100 * value, 1)
    sign = "+" if rounded > 0 else MINUS if rounded < 0 else ""
    return f"{sign}{number_format(abs(rounded), 1)}"


@register.filter
def score(value: float | None) -> str:
    """Write a score or share in hundredths; empty for none."""
    if value is None:
        return ""
    rounded = round(100 * value, 1)
    return f"{MINUS if rounded < 0 else ''}{number_format(abs(rounded), 1)}"
