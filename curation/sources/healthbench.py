"""HealthBench: a conversation with a rubric of signed points and perhaps an ideal answer.

Source: openai/simple-evals, healthbench_eval.py; arXiv:2505.08775.
"""

import json

from curation.rubric.healthbench import Unusable, parse_row
from curation.sources.base import Limits, Record, Rejected, SourceRow

COLUMNS = (
    *("prompt", "prompt_id", "rubrics", "example_tags", "ideal_completions_data"),
    # Canaries and whatever else stands in a line leave again as they came.
    "canary",
)


def parse_healthbench(record: Record, limits: Limits) -> SourceRow:
    """Check a line. The row holds the line itself, from which the rubric is stored without a loss.

    Raises:
        Rejected: a field is missing or not what it should be.
    """
    raw = record.raw.decode().rstrip("\r\n") if record.raw else json.dumps(record.fields, ensure_ascii=False)
    if len(raw) > limits.max_text_chars:
        raise Rejected(f"the line has {len(raw):,} characters; at most {limits.max_text_chars:,} are read")
    try:
        sheet = parse_row(raw).sheet
    except Unusable as fault:
        raise Rejected(fault.reason, fault.column) from None
    turns = [{"role": turn.role, "content": turn.content} for turn in sheet.prompt]
    return SourceRow(record.line, turns, [], raw=raw)
