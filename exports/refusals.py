"""Whether a response refuses, told by how it begins. Knows no Django.

A rough signal for the card, never a gate: who refuses in other words or in other languages is not found.
"""

import re

LOOKED_AT = 300
"""Characters: who refuses says so at once."""
_REFUSES = re.compile(
    r"\b(?:I(?:['’]m| am) (?:sorry|afraid)[,. ]+(?:but )?(?:I|that)\b|I (?:can(?:not|['’]t)|could not|couldn['’]t|won['’]t"
    r"|will not|am unable to|am not able to|must decline|have to decline|refuse to|don['’]t feel comfortable)"
    r"|I['’]m (?:unable|not able|not comfortable|not willing|not going) "
    r"|no puedo ayudar|je ne peux pas|ich kann (?:dir|ihnen|das) (?:dabei )?nicht|não posso ajudar|não consigo ajudar)",
    re.IGNORECASE,
)


def refuses(text: str) -> bool:
    """Say whether a response begins with a refusal."""
    return _REFUSES.search(text[:LOOKED_AT]) is not None
