"""Findings with the words around them, for the page on which stewards look at them."""

from typing import NamedTuple

from django.urls import reverse

from exports.models import Finding
from exports.released import words_of

AROUND = 120


class Shown(NamedTuple):
    """A finding in its sentence."""

    finding: Finding
    before: str
    passage: str
    after: str
    where: str
    link: str
    """The page of the text; empty for reasons of annotators, which stay unlinked to their authors."""


def shown(finding: Finding) -> Shown:
    """Return a finding with what stands around it."""
    text = text_of(finding)
    start, end = finding.start, finding.end
    before = ("…" if start > AROUND else "") + text[max(0, start - AROUND) : start]
    after = text[end : end + AROUND] + ("…" if len(text) > end + AROUND else "")
    return Shown(finding, before, text[start:end], after, *place_of(finding))


def text_of(finding: Finding) -> str:
    """Return the text that a finding is in."""
    if finding.scenario is not None:
        turn = -1 if finding.turn is None else finding.turn
        return finding.scenario.system_prompt if turn < 0 else finding.scenario.messages[turn]["content"]
    if finding.response is not None:
        return finding.response.text
    assert finding.annotation_id  # noqa: S101 - the database knows of no fourth.
    return words_of([finding.annotation_id])[finding.annotation_id]


def place_of(finding: Finding) -> tuple[str, str]:
    """Return in words where a finding is, and the address of that page."""
    if finding.scenario is not None:
        turn = "System prompt" if finding.turn == -1 else f"Turn {(finding.turn or 0) + 1} of a scenario"
        return turn, reverse("curation:scenario", args=[finding.scenario_id])
    if finding.response is not None:
        return "Response", reverse("curation:scenario", args=[finding.response.scenario_id])
    return "Words of an annotator", ""
