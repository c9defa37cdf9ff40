"""What runs say: kept in English, with what it was put together from, so that readers get it in their language.

work.log(say("{count} tasks.", count=f"{count:,}"))
raise RunFailed(say("The recipe is gone."))
"""

from collections.abc import Mapping
from typing import Any

from config.wording import Words

MOST_KEPT = 2000
"""Of the characters of a part; what is longer is no part of a sentence."""


def say(template: str, **parameters: object) -> Words:
    """Return a text that is stored in English, and said in the reader's language where it is shown.

    Args:
        template: English, with the parameters named in braces; a literal, so that it is found for the catalogues.
        parameters: what stands in the braces; what `say` returned among them is said in the reader's language as well.
    """
    return Words(template, parameters)


def kept(text: str) -> dict[str, Any]:
    """Return, as JSON, what is stored beside a text; empty for one that was not made by `say`."""
    if not isinstance(text, Words):
        return {}
    return {"template": text.pattern, "parameters": {name: _kept(part) for name, part in text.parts.items()}}


def _kept(part: object) -> Any:
    if isinstance(part, Words):
        return kept(part)
    return part if isinstance(part, int | float) else str(part)[:MOST_KEPT]


def said(text: str, stored: Mapping[str, Any]) -> str:
    """Return a stored text as it was before it was stored; rows from before there was `say` hold English alone."""
    if not stored:
        return text
    parameters = {
        name: said("", part) if isinstance(part, dict) else part
        for name, part in stored["parameters"].items()
    }
    return Words(stored["template"], parameters)
