"""MultiPref: two completions, compared by crowd workers and by people of the field.

Source: https://huggingface.co/datasets/allenai/multipref
"""

import json

from config.wording import words
from curation.sources.base import Limits, Record, Rejected, SourceRow, Vote
from curation.sources.cells import clean_conversation, response, short_text_in, text_in

NOBODY = words("An answer says nothing about who gave it.")
NO_PREFERENCE = words("An annotation says nothing of the overall preference.")
STRENGTHS = {
    "A-is-clearly-better": -2,
    "A-is-slightly-better": -1,
    "Tie": 0,
    "B-is-slightly-better": 1,
    "B-is-clearly-better": 2,
}
_ANNOTATIONS = ("normal_worker_annotations", "expert_worker_annotations")


def parse_multipref(record: Record, limits: Limits) -> SourceRow:
    """Make a scenario with two responses. Preferred is what more people preferred overall, if either.

    Raises:
        Rejected: a column is missing or empty, or the completions are the same.
    """
    text = text_in(record, "text", limits)
    responses = [
        response(text_in(record, f"completion_{which}", limits), short_text_in(record, f"model_{which}", 200))
        for which in "ab"
    ]
    if responses[0].text == responses[1].text:
        raise Rejected("the same completion as in completion_a", "completion_b")
    annotations = [each for column in _ANNOTATIONS for each in _annotations(record, column)]
    balance = sum(map(_side, annotations))
    votes = [_vote(each) for each in annotations]
    messages, _, original = clean_conversation([{"role": "user", "content": text}])
    source = short_text_in(record, "source", 100)
    return SourceRow(
        record.line,
        messages,
        responses,
        preferred=None if not balance else int(balance > 0),
        source=f"multipref/{source}" if source else "",
        original=original,
        votes=tuple(vote for vote in votes if isinstance(vote, Vote)),
        losses=tuple(vote for vote in votes if not isinstance(vote, Vote)),
        crew="multipref",
    )


def _annotations(record: Record, column: str) -> list[object]:
    found = record.fields.get(column)
    if isinstance(found, str) and found:
        # In CSV a list stands as JSON.
        try:
            found = json.loads(found)
        except (ValueError, RecursionError):
            raise Rejected("expected a list of annotations", column) from None
    if found in (None, ""):
        return []
    if not isinstance(found, list):
        raise Rejected("expected a list of annotations", column)
    return found


def _side(annotation: object) -> int:
    said = annotation.get("overall_pref") if isinstance(annotation, dict) else None
    if not isinstance(said, str):
        return 0
    # "A-is-clearly-better", "Tie", "B-is-slightly-better"
    return {"A": -1, "B": 1}.get(said.strip()[:2].rstrip("-").upper(), 0)


def _vote(annotation: object) -> Vote | str:
    """Return what a person said overall, or why it is no vote."""
    found = annotation if isinstance(annotation, dict) else {}
    said, who, at = (found.get(name) for name in ("overall_pref", "evaluator", "timestamp"))
    if not isinstance(said, str) or said.strip() not in STRENGTHS:
        return NO_PREFERENCE
    if not isinstance(who, str) or not who.strip():
        return NOBODY
    return Vote(who.strip()[:254], STRENGTHS[said.strip()], at[:40] if isinstance(at, str) else "")
