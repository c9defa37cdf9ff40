"""PKU-SafeRLHF: two responses with what is better, what is safer, and which harm each may do.

Source: https://huggingface.co/datasets/PKU-Alignment/PKU-SafeRLHF
"""

from curation.sources.base import Limits, Record, Rejected, SourceRow
from curation.sources.cells import clean_conversation, number_in, response, short_text_in, text_in

CATEGORIES = ("response_0_harm_category", "response_1_harm_category")
_SIDES = ("response_0", "response_1")


def parse_pku(record: Record, limits: Limits) -> SourceRow:
    """Make a scenario with two responses, warned of every harm that was found in either.

    Preferred is the response that is both better and safer. Where the two differ, people have to decide which
    matters: then none is.

    Raises:
        Rejected: a column is missing, mistyped or empty, or the responses are the same.
    """
    prompt = text_in(record, "prompt", limits)
    responses = [
        response(text_in(record, side, limits), short_text_in(record, f"{side}_source", 200))
        for side in _SIDES
    ]
    if responses[0].text == responses[1].text:
        raise Rejected("the same response as in response_0", "response_1")
    better = int(number_in(record, "better_response_id", 0, 1))
    safer = int(number_in(record, "safer_response_id", 0, 1))
    messages, _, original = clean_conversation([{"role": "user", "content": prompt}])
    return SourceRow(
        record.line,
        messages,
        responses,
        preferred=better if better == safer else None,
        original=original,
        warnings=_warnings(record),
    )


def _warnings(record: Record) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for column in CATEGORIES:
        categories = record.fields.get(column)
        if isinstance(categories, dict):
            found |= {
                str(name).strip().lower()[:80]: None for name, is_so in categories.items() if is_so is True
            }
    return tuple(found)
