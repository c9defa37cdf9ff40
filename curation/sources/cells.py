"""Values of a record, checked; what is wrong names its column."""

import json

from curation.sources.base import Limits, Message, Record, Rejected, ResponseText
from curation.text import is_storable, original_bytes, sanitise

_MISSING = object()
_ROLES = ("user", "assistant")


def has(record: Record, column: str) -> bool:
    """Say whether a column is there and not null."""
    return record.fields.get(column) is not None


def text_in(record: Record, column: str, limits: Limits) -> str:
    """Return a text that must be there, not yet sanitised.

    Raises:
        Rejected: it is missing, not a text, blank or too long.
    """
    value = record.fields.get(column, _MISSING)
    if type(value) is not str:
        raise _not_a_text(record, column, value)
    return checked_text(value, column, limits)


def checked_text(value: str, column: str, limits: Limits) -> str:
    """Return a text that is neither blank nor too long.

    Raises:
        Rejected: it is one of them.
    """
    if not value or value.isspace():
        raise Rejected("the text is empty", column)
    if len(value) > limits.max_text_chars:
        raise Rejected(
            f"the text has {len(value):,} characters; at most {limits.max_text_chars:,} are read",
            column,
        )
    return value


def short_text_in(record: Record, column: str, most: int) -> str:
    """Return an optional text of at most `most` characters, sanitised; empty when it is missing.

    Raises:
        Rejected: it is not a text, or longer.
    """
    value = record.fields.get(column)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Rejected(f"expected a text, found {kind_of(value)}", column)
    value = value.strip()
    if len(value) > most:
        raise Rejected(f"the text has {len(value):,} characters; at most {most} fit", column)
    return sanitise(value).text


def number_in(record: Record, column: str, least: float, most: float) -> float:
    """Return a number that must be there, as a number or, in CSV, as its digits.

    Raises:
        Rejected: it is missing, no number, or out of range.
    """
    value = record.fields.get(column, _MISSING)
    if value is _MISSING:
        raise _absent(record, column)
    number = _number(value)
    if number is None:
        raise Rejected(f"expected a number, found {kind_of(value)}", column)
    if not least <= number <= most:
        raise Rejected(f"{number:g} is not between {least:g} and {most:g}", column)
    return number


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    try:
        return float(value) if isinstance(value, str) and len(value) <= 40 else None
    except ValueError:
        return None


def clean_prompt(record: Record, column: str, limits: Limits) -> tuple[list[Message], str, bytes | None]:
    """Return a prompt that is a text or messages, which end on a user turn and may begin with a system prompt.

    Returns:
        As `clean_conversation`.

    Raises:
        Rejected: it is missing or anything else.
    """
    value = record.fields.get(column)
    if value is None or isinstance(value, str):
        return clean_conversation([{"role": "user", "content": text_in(record, column, limits)}])
    turns, system = ending_on_user(messages_in(value, column, limits), column)
    return clean_conversation(turns, system)


def ending_on_user(messages: list[Message], column: str) -> tuple[list[Message], str]:
    """Return messages that end on a user turn, and the system prompt with which they began.

    Raises:
        Rejected: they end on another turn.
    """
    system = messages[0]["content"] if messages[0]["role"] == "system" else ""
    turns = messages[1:] if system else messages
    if not turns or turns[-1]["role"] != "user":
        raise Rejected("the prompt must end on a user turn", column)
    return turns, system


def response(text: str, model: str = "") -> ResponseText:
    """Make a response of a checked text."""
    clean, is_changed = sanitise(text)
    return ResponseText(clean, model, original_bytes(text) if is_changed else None)


def clean_conversation(messages: list[Message], system: str = "") -> tuple[list[Message], str, bytes | None]:
    """Sanitise a conversation.

    Returns:
        Messages, system prompt, and both as they came (JSON) when one of them changed, else None.
    """
    if is_storable(system) and all(is_storable(message["content"]) for message in messages):
        return messages, system, None
    clean: list[Message] = [
        {"role": message["role"], "content": sanitise(message["content"]).text} for message in messages
    ]
    return clean, sanitise(system).text, _as_it_came(messages, system)


def messages_in(value: object, column: str, limits: Limits) -> list[Message]:
    """Return a list of messages whose roles are system (first only), user or assistant.

    Raises:
        Rejected: it is anything else; the reason says at which message.
    """
    if not isinstance(value, list) or not value:
        raise Rejected(f"expected a text or a list of messages, found {kind_of(value)}", column)
    return [_message(item, place, column, limits) for place, item in enumerate(value, 1)]


def _message(item: object, place: int, column: str, limits: Limits) -> Message:
    if not isinstance(item, dict):
        raise Rejected(f"message {place}: expected role and content, found {kind_of(item)}", column)
    role, content = item.get("role"), item.get("content")
    if role not in _ROLES and not (role == "system" and place == 1):
        raise Rejected(f"message {place}: the role must be user or assistant (or system, first)", column)
    if not isinstance(content, str):
        raise Rejected(f"message {place}: the content must be a text, found {kind_of(content)}", column)
    try:
        return {"role": role, "content": checked_text(content, column, limits)}
    except Rejected as fault:
        raise Rejected(f"message {place}: {fault.reason}", column) from None


def _not_a_text(record: Record, column: str, value: object) -> Rejected:
    if value is _MISSING:
        return _absent(record, column)
    return Rejected(f"expected a text, found {kind_of(value)}", column)


def _absent(record: Record, column: str) -> Rejected:
    found = ", ".join(sorted(record.fields))[:200] or "none"
    return Rejected(f'there is no column "{column}"; the columns are: {found}', column)


def kind_of(value: object) -> str:
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "a boolean", type(None): "nothing"}
    return kinds.get(type(value), "a number" if isinstance(value, int | float) else "something else")


def _as_it_came(messages: list[Message], system: str) -> bytes:
    # The standard library keeps lone surrogates as escapes; orjson refuses them.
    return json.dumps({"messages": messages, "system": system}).encode()
