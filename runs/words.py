"""What runs say: kept in English, with what it was put together from, so that readers get it in their language.

work.log(say("{count} tasks.", count=f"{count:,}"))
raise RunFailed(say("The recipe is gone."))
"""

from collections.abc import Mapping
from typing import Any

from config.wording import Words, as_json, from_json


def say(template: str, **parameters: object) -> Words:
    """Return a text that is stored in English, and said in the reader's language where it is shown.

    Args:
        template: English, with the parameters named in braces; a literal, so that it is found for the catalogues.
        parameters: what stands in the braces; what `say` returned, and errors with such a text, are said in the
            reader's language as well.
    """
    parts = {
        name: told_by(part) if isinstance(part, Exception) else part for name, part in parameters.items()
    }
    return Words(template, parts)


def told_by(error: Exception) -> str:
    """Return what an error says to people, with its words where `say` made it: `str` would lose them."""
    first = error.args[0] if len(error.args) == 1 else None
    return first if isinstance(first, str) else str(error)


def kept(text: str) -> Any:
    """Return, as JSON, what is stored beside a text; empty for one that was not made by `say`."""
    return as_json(text) if isinstance(text, Words) else {}


def said(text: str, stored: Mapping[str, Any]) -> str:
    """Return a stored text as it was before it was stored.

    It stays the English that it is where nothing was kept, as in old rows, or something else than the text was.
    """
    made = from_json(stored) if stored else text
    return made if made == text else text
