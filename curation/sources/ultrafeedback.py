"""UltraFeedback: an instruction and what several models made of it.

Source: https://huggingface.co/datasets/openbmb/UltraFeedback
"""

from curation.sources.base import Limits, Record, Rejected, ResponseText, SourceRow
from curation.sources.cells import clean_conversation, response, short_text_in, text_in

_COLUMN = "completions"


def parse_ultrafeedback(record: Record, limits: Limits) -> SourceRow:
    """Make a scenario with one response for each completion; of the same text only the first is kept.

    The one with the highest overall score is preferred, if no other has the same.

    Raises:
        Rejected: the instruction is missing or empty, or a completion is not what it should be.
    """
    instruction = text_in(record, "instruction", limits)
    found = record.fields.get(_COLUMN)
    if not isinstance(found, list):
        raise Rejected("expected a list of completions", _COLUMN)
    scores: dict[str, tuple[ResponseText, float | None]] = {}
    for place, each in enumerate(found):
        answer, score = _completion(Record(record.line, each), limits, place)
        scores.setdefault(answer.text, (answer, score))
    messages, _, original = clean_conversation([{"role": "user", "content": instruction}])
    source = short_text_in(record, "source", 100)
    return SourceRow(
        record.line,
        messages,
        [answer for answer, _ in scores.values()],
        preferred=_best([score for _, score in scores.values()]),
        source=f"ultrafeedback/{source}" if source else "",
        original=original,
    )


def _completion(record: Record, limits: Limits, place: int) -> tuple[ResponseText, float | None]:
    column = f"{_COLUMN}[{place}]"
    if not isinstance(record.fields, dict):
        raise Rejected("expected model, response and overall_score", column)
    score = record.fields.get("overall_score")
    try:
        answer = response(text_in(record, "response", limits), short_text_in(record, "model", 200))
    except Rejected as fault:
        raise Rejected(fault.reason, f"{column}.{fault.column}") from None
    return answer, float(score) if isinstance(score, int | float) else None


def _best(scores: list[float | None]) -> int | None:
    known = [score for score in scores if score is not None]
    if not known or len(known) < len(scores) or known.count(max(known)) > 1 or len(known) < 2:
        return None
    return known.index(max(known))
