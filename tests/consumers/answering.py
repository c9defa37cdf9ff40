"""What the endpoint says: judge and policy in one."""

import json
from typing import Any

from tests.curation.endpoint_double import Asked, Reply, completion
from tests.exports.rewarding import material, says_it, verdict

REPLY = "It speaks against it."
"""What the model that is trained or evaluated says; it meets the first criterion of three."""
EVENTS = (("Content-Type", "text/event-stream"),)


def answer(asked: Asked) -> Reply:
    """Give a verdict to whoever asks for one, else say REPLY; in pieces to whoever wants it so."""
    is_question = "criteria_met" in asked.question
    text = verdict(says_it(material(asked.question))) if is_question else REPLY
    return (
        Reply(200, streamed(text), EVENTS)
        if asked.body.get("stream")
        else Reply(200, completion(text, created=0))
    )


def streamed(text: str) -> bytes:
    """The events of a streamed completion."""
    usage = {"prompt_tokens": 20, "completion_tokens": 10, "total_tokens": 30}
    events = [
        chunk([{"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}]),
        chunk([{"index": 0, "delta": {}, "finish_reason": "stop"}]),
        chunk([], usage=usage),
    ]
    return "".join(f"data: {event}\n\n" for event in [*events, "[DONE]"]).encode()


def chunk(choices: list[dict[str, Any]], **fields: Any) -> str:
    return json.dumps(
        {
            "id": "x",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": "m",
            "choices": choices,
            **fields,
        }
    )
