"""Arete's own generic pairs: a prompt and two responses, with what is known about them.

| column | holds |
|---|---|
| prompt | a text, or messages (`role`, `content`) that end on a user turn; the first may be the system prompt |
| chosen, rejected | the two responses when one is preferred: a text, or one assistant message |
| response_a, response_b | instead, when none is |
| system | optional: the system prompt, if it is not in the prompt |
| domain, source, license, language | optional texts |
| chosen_model, rejected_model / model_a, model_b | optional: the models' names |

Other columns are not read.
"""

from curation.sources.base import Limits, Message, Record, Rejected, ResponseText, SourceRow
from curation.sources.cells import (
    checked_text,
    clean_conversation,
    ending_on_user,
    has,
    messages_in,
    response,
    short_text_in,
    text_in,
)

COLUMNS = (
    *("prompt", "chosen", "rejected", "response_a", "response_b", "system", "domain", "source", "license"),
    "language",
    *("chosen_model", "rejected_model", "model_a", "model_b"),
)
_SHAPES = (
    (("chosen", "chosen_model"), ("rejected", "rejected_model")),
    (("response_a", "model_a"), ("response_b", "model_b")),
)


def parse_pair(record: Record, limits: Limits) -> SourceRow:
    """Check one record of the columns above.

    Raises:
        Rejected: a column is missing, mistyped or empty, or the two responses are the same.
    """
    turns, system = _conversation(record, limits)
    is_decided = has(record, "chosen") or not has(record, "response_a")
    first, second = (
        _response(record, column, model_column, limits)
        for column, model_column in _SHAPES[0 if is_decided else 1]
    )
    if first.text == second.text:
        raise Rejected("the two responses are the same", "rejected" if is_decided else "response_b")
    messages, system, original = clean_conversation(turns, system)
    return SourceRow(
        record.line,
        messages,
        [first, second],
        system=system,
        preferred=0 if is_decided else None,
        domain=short_text_in(record, "domain", 60),
        source=short_text_in(record, "source", 120),
        license=short_text_in(record, "license", 60),
        original=original,
        language=short_text_in(record, "language", 12),
    )


def _conversation(record: Record, limits: Limits) -> tuple[list[Message], str]:
    prompt = record.fields.get("prompt")
    system = text_in(record, "system", limits) if record.fields.get("system") else ""
    if prompt is None or isinstance(prompt, str):
        return [{"role": "user", "content": text_in(record, "prompt", limits)}], system
    turns, first = ending_on_user(messages_in(prompt, "prompt", limits), "prompt")
    if system and first and system != first:
        raise Rejected("the prompt begins with another system prompt", "system")
    return turns, first or system


def _response(record: Record, column: str, model_column: str, limits: Limits) -> ResponseText:
    value = record.fields.get(column)
    model = short_text_in(record, model_column, 200)
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        return response(text_in(record, column, limits), model)
    messages = messages_in(value, column, limits)
    if len(messages) != 1 or messages[0]["role"] != "assistant":
        raise Rejected("expected one message, of the assistant", column)
    return response(checked_text(messages[0]["content"], column, limits), model)
