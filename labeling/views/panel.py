"""The panel on which people judge. Blank ones are all alike, so that each is drawn once per process."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from config.wording import words
from labeling.questions import Question
from labeling.sheets import Sheet, Wording
from labeling.submission import LETTERS, Fields
from labeling.views.asked import Said, asked

CONFIDENCES = [
    ("", words("Not said")),
    ("1", words("Unsure")),
    ("2", words("Fairly sure")),
    ("3", words("Very sure")),
]
SKIP_REASONS = [
    ("distressing", words("It is distressing")),
    ("outside my expertise", words("Outside my expertise")),
    ("unclear", words("Unclear")),
    ("language", words("I don’t read this language well")),
    ("conflict of interest", words("Conflict of interest")),
    ("other", words("Another reason")),
]
REASON_NAMES = {
    "more honest": words("More honest"),
    "safer": words("Safer"),
    "more useful": words("More useful"),
    "better reasons": words("Better reasons"),
    "respects the person": words("Respects the person"),
    "clearer": words("Clearer"),
    "other": words("Other"),
}
HINTS = {
    0: words("Always required."),
    1: words("Required unless everything is a tie."),
    2: words("Required when you choose “better” or “much better”."),
    3: words("Required when you choose “much better”."),
}


class Plan(NamedTuple):
    """What makes two panels differ before anything was said on them."""

    versions: tuple[UUID, ...]
    questions: tuple[str, ...]
    rationale_from: int
    letters: str
    language: str


def panel(sheet: Sheet) -> SafeString:
    """Return the questions and the rationale, filled with what was said so far."""
    texts = sheet.texts
    plan = Plan(
        tuple(sheet.assignment.trait_versions),
        tuple(texts.questions),
        texts.rationale_from,
        LETTERS[: len(texts.responses)],
        get_language() or "",
    )
    # A rubric belongs to one scenario, so that its panel is seldom drawn twice.
    if sheet.values or sheet.problems or texts.criteria:
        return _draw(plan, texts.criteria, sheet.values, sheet.problems)
    return _blank_panel(plan)


def skip_menu() -> SafeString:
    """Return the reasons for skipping."""
    return _skip_menu(get_language() or "")


@cache
def _skip_menu(language: str) -> SafeString:
    return render_to_string("labeling/_skip.html", {"skip_reasons": SKIP_REASONS, "form": "skip-form"})


@lru_cache(maxsize=64)
def _blank_panel(plan: Plan) -> SafeString:
    return _draw(plan, [], {}, {})


def _draw(plan: Plan, criteria: Sequence[Wording], values: Fields, problems: Mapping[str, str]) -> SafeString:
    said = Said(values, problems)
    context: dict[str, Any] = {
        **asked(plan.versions, plan.questions, plan.letters, criteria, said),
        "problems": problems,
        "rationale": said.one("rationale"),
        "note": said.one("note"),
        "confidence": said.one("confidence"),
        "rationale_from": plan.rationale_from,
        "rationale_hint": _hint(plan),
        "confidences": CONFIDENCES if Question.CONFIDENCE in plan.questions else [],
        "letters": plan.letters,
        "asks_harm": Question.HARM in plan.questions,
        "asks_rewrite": Question.REWRITE in plan.questions,
        "reasons": list(REASON_NAMES.items()) if Question.REASONS in plan.questions else [],
        "harms": values.get("harm", ()),
        "ticked": values.get("reasons", ()),
        "rewrite_of": said.one("rewrite_of"),
        "rewrite": said.one("rewrite"),
    }
    return render_to_string("labeling/_panel.html", context)


def _hint(plan: Plan) -> str:
    is_compared = {Question.OVERALL, Question.TRAITS}.intersection(plan.questions)
    return (
        HINTS.get(plan.rationale_from, words("Never required here."))
        if is_compared or not plan.rationale_from
        else ""
    )
