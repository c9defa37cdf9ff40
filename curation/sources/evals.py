"""Model-evaluation questions: a question and the answers that do and do not match a behavior.

Source: https://github.com/anthropics/evals
"""

from curation.sources.base import Limits, Record, Rejected, SourceRow
from curation.sources.cells import clean_conversation, response, text_in

_ANSWERS = ("answer_matching_behavior", "answer_not_matching_behavior")


def parse_evals(record: Record, limits: Limits) -> SourceRow:
    """Make a scenario of the question. The answers become responses, none of them preferred.

    Some files list several matching answers; a scenario has then no responses, since which one to show is open.

    Raises:
        Rejected: the question is missing or empty, an answer is no text, or both say the same.
    """
    question = text_in(record, "question", limits)
    messages, _, original = clean_conversation([{"role": "user", "content": question}])
    if any(isinstance(record.fields.get(column), list) for column in _ANSWERS):
        return SourceRow(record.line, messages, [], original=original)
    # They begin with a blank, as the text that a model is to go on with.
    answers = [response(text_in(record, column, limits).strip()) for column in _ANSWERS]
    if answers[0].text == answers[1].text:
        raise Rejected(f"the same answer as in {_ANSWERS[0]}", _ANSWERS[1])
    return SourceRow(record.line, messages, answers, original=original)
