"""Small pieces of markup that stand on every page."""

from collections.abc import Iterable

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.saying import note_of
from config.saying import told as told_text

register = template.Library()


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """Return an icon of the sprite, hidden from assistive technology: words stand beside it."""
    css = f"icon {extra}".strip()
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        css,
        static("icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def current(context: template.Context, section: str) -> SafeString:
    """Mark the entry of the main navigation that the page belongs to."""
    return SafeString(' aria-current="page"' if context.get("section") == section else "")


@register.filter
def told(text: str) -> str:
    """Say words that Python put together in the reader's language."""
    return told_text(text)


@register.filter
def notes(warnings: Iterable[str]) -> str:
    """List content notes in the reader's language."""
    return ", ".join(note_of(each) for each in warnings)
