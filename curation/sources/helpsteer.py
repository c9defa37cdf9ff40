"""HelpSteer2, whose neighbouring rows share a prompt, and the preferences of HelpSteer3.

Source: https://huggingface.co/datasets/nvidia/HelpSteer2, https://huggingface.co/datasets/nvidia/HelpSteer3
"""

from collections.abc import Iterator

from curation.sources.base import Limits, Outcome, Problem, Record, Rejected, SourceRow
from curation.sources.cells import (
    clean_conversation,
    clean_prompt,
    number_in,
    response,
    short_text_in,
    text_in,
)

_SCORES = ("helpfulness", "correctness", "coherence", "complexity", "verbosity")
HELPSTEER2 = ("prompt", "response", *_SCORES)
_LANGUAGES = {
    "english": "en", "chinese": "zh", "korean": "ko", "french": "fr", "spanish": "es", "japanese": "ja",
    "german": "de", "russian": "ru", "portuguese": "pt", "italian": "it", "vietnamese": "vi", "dutch": "nl",
    "polish": "pl", "indonesian": "id", "arabic": "ar", "hindi": "hi", "turkish": "tr", "thai": "th",
}  # fmt: skip


def parse_helpsteer2(record: Record, limits: Limits) -> SourceRow:
    """Make a scenario with one response. The scores are checked; helpfulness says which of two is preferred.

    Raises:
        Rejected: a column is missing or empty, or a score is not between 0 and 4.
    """
    prompt = text_in(record, "prompt", limits)
    answer = response(text_in(record, "response", limits))
    scores = [number_in(record, column, 0, 4) for column in _SCORES]
    messages, _, original = clean_conversation([{"role": "user", "content": prompt}])
    return SourceRow(record.line, messages, [answer], original=original, score=scores[0])


def join_helpsteer2(rows: Iterator[Outcome]) -> Iterator[Outcome]:
    """Make one row of two neighbouring ones with the same prompt."""
    held: SourceRow | None = None
    for row in rows:
        if held is None:
            if isinstance(row, Problem):
                yield row
            else:
                held = row
        elif isinstance(row, Problem) or row.messages != held.messages or row.line != held.line + 1:
            yield held
            if isinstance(row, Problem):
                yield row
            held = None if isinstance(row, Problem) else row
        else:
            yield from _joined(held, row)
            held = None
    if held is not None:
        yield held


def _joined(first: SourceRow, second: SourceRow) -> Iterator[Outcome]:
    if first.responses[0].text == second.responses[0].text:
        yield first
        yield Problem(second.line, "response", "the same response as in the line before")
        return
    scores = (first.score or 0.0, second.score or 0.0)
    preferred = None if scores[0] == scores[1] else int(scores[1] > scores[0])
    yield first._replace(responses=[*first.responses, *second.responses], preferred=preferred, lines=2)


def parse_helpsteer3(record: Record, limits: Limits) -> SourceRow:
    """Make a scenario of the context. A negative overall preference is for the first response.

    Raises:
        Rejected: a column is missing, mistyped or out of range, or the responses are the same.
    """
    messages, system, original = clean_prompt(record, "context", limits)
    responses = [response(text_in(record, column, limits)) for column in ("response1", "response2")]
    if responses[0].text == responses[1].text:
        raise Rejected("the same response as in response1", "response2")
    strength = number_in(record, "overall_preference", -3, 3)
    language = short_text_in(record, "language", 40).lower()
    return SourceRow(
        record.line,
        messages,
        responses,
        system=system,
        preferred=None if not strength else int(strength > 0),
        original=original,
        # For code the column names the programming language; its prompts are in English.
        language=_LANGUAGES.get(language, ""),
    )
