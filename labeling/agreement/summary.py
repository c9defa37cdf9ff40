"""All statistics that a scale allows, by name."""

import json
from collections.abc import Iterable
from math import isnan
from typing import Any, Literal, NamedTuple, get_args

from labeling.agreement.alpha import krippendorff_alpha
from labeling.agreement.chance import fleiss_kappa, gwet_ac1, percent_agreement, weighted_kappa
from labeling.agreement.estimate import Estimate
from labeling.agreement.verdicts import Verdicts, tabulate

Scale = Literal["nominal", "ordinal", "interval"]
SCALES: tuple[Scale, ...] = get_args(Scale)


class BadLine(ValueError):
    """A line holds no verdict; the message names the line, the key, and what is expected."""


class Said(NamedTuple):
    """One verdict as a file gives it."""

    unit: str
    annotator: str
    value: float | str
    family: str


def statistics(verdicts: Verdicts, scale: Scale) -> dict[str, Estimate]:
    """Return every statistic that makes sense on this scale.

    Args:
        verdicts: text only on a nominal scale.
        scale: what the values mean. On an ordinal or interval scale two annotators get a weighted kappa too.
    """
    found = {
        f"krippendorff_alpha_{scale}": krippendorff_alpha(verdicts, scale),
        "percent_agreement": percent_agreement(verdicts),
        "gwet_ac1": gwet_ac1(verdicts),
        "fleiss_kappa": fleiss_kappa(verdicts),
    }
    if scale != "nominal" and len(verdicts.annotator_names) == 2:
        found["weighted_kappa_quadratic"] = weighted_kappa(verdicts, 0, 1)
    return found


def as_json(estimates: dict[str, Estimate]) -> dict[str, dict[str, Any]]:
    """Return statistics as they are printed: without a reason where there is a value."""
    return {
        name: {key: value for key, value in each._asdict().items() if key != "undefined" or value}
        for name, each in estimates.items()
    }


def read_verdicts(lines: Iterable[str], scale: Scale) -> Verdicts:
    """Return the verdicts of a JSONL file with unit, annotator, value, and a family where units belong together.

    Raises:
        BadLine: a line is no such object, or somebody judges a unit again.
    """
    said: list[Said] = []
    seen: set[tuple[str, str]] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        verdict = read_line(line, number, scale)
        if (verdict.unit, verdict.annotator) in seen:
            raise BadLine(f"Line {number}: {verdict.annotator} judged {verdict.unit} before.")
        seen.add((verdict.unit, verdict.annotator))
        said.append(verdict)
    if not said:
        raise BadLine("There is no verdict in it.")
    units, annotators, values, families = zip(*said, strict=True)
    return tabulate(units, annotators, values, families)


def read_line(line: str, number: int, scale: Scale) -> Said:
    """Return the verdict of one line."""
    try:
        row = json.loads(line)
    except ValueError as error:
        raise BadLine(f"Line {number} is no JSON: {error}.") from error
    if not isinstance(row, dict):
        raise BadLine(f'Line {number} is no object such as {{"unit": "u1", "annotator": "a", "value": 2}}.')
    for key in ("unit", "annotator", "value"):
        if row.get(key) is None or isinstance(row[key], dict | list):
            raise BadLine(f"Line {number}: “{key}” is missing.")
    value = str(row["value"]) if scale == "nominal" else number_of(row["value"], number, scale)
    return Said(str(row["unit"]), str(row["annotator"]), value, str(row.get("family", row["unit"])))


def number_of(value: object, line: int, scale: Scale) -> float:
    """Return a value as a number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or isnan(value):
        raise BadLine(f"Line {line}: “value” must be a number on an {scale} scale.")
    return float(value)
