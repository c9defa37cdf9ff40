"""From a posted form to a submission."""

import re
from hashlib import sha256

import orjson

from config.wording import words
from curation.text.clean import sanitise
from labeling.questions import Question
from labeling.submission import verdicts as read
from labeling.submission.answers import Submission, Verdict
from labeling.submission.citations import citations
from labeling.submission.fields import (
    Fields,
    InvalidSubmission,
    OtherDefinition,
    Problems,
    number,
    one,
    text,
    uuid,
)
from labeling.submission.shown import Shown

RATIONALE_MOST = 20_000
NOTE_MOST = 5_000
CONFIDENCES = {"": None, "1": 1, "2": 2, "3": 3}
_NOT_CONTENT = {"csrfmiddlewaretoken", "submission_id", "elapsed_ms", "confirmed"}
_KEPT = re.compile(
    r"(p|bad|na|m|why|r|place)_.{1,50}"
    r"|cite|rationale|note|confidence|cut|rewrite|rewrite_of|reasons|harm"
)


def read_submission(fields: Fields, shown: Shown) -> Submission:
    """Return the answer that a posted form holds.

    Raises:
        OtherDefinition: it speaks of trait versions, criteria or a numbering of sentences that are not the ones shown.
        InvalidSubmission: something is missing or malformed.
    """
    _check_definitions(fields, shown)
    problems: Problems = {}
    preferences = read.preferences(fields, shown, problems)
    marks = read.marks(fields, shown, problems)
    ratings = read.ratings(fields, shown, problems)
    ranks = read.ranks(fields, shown, problems)
    rewrite = read.rewrite(fields, shown, problems)
    rationale = _rationale(fields, preferences, shown, problems)
    note = text(fields, "note", NOTE_MOST, problems)
    cited = citations(fields, rationale, shown, problems)
    submission_id = uuid(one(fields, "submission_id"))
    if submission_id is None:
        problems["submission_id"] = words(
            "The page sent no valid submission id. Reload it; your draft is kept."
        )
    if problems or submission_id is None:
        raise InvalidSubmission(problems)
    is_sure_asked = Question.CONFIDENCE in shown.questions
    return Submission(
        id=submission_id,
        digest=digest(fields),
        verdicts=preferences,
        marks=marks,
        ratings=ratings,
        ranks=ranks,
        rewrite=rewrite,
        harms=read.harms(fields, shown),
        reasons=read.reasons(fields, shown),
        citations=cited,
        rationale=rationale,
        confidence=CONFIDENCES.get(one(fields, "confidence")) if is_sure_asked else None,
        note=note,
        elapsed_ms=number(one(fields, "elapsed_ms"), 2**31 - 1),
        expected_revision=number(one(fields, "expected_revision"), 2**15 - 1) or 0,
    )


def digest(fields: Fields) -> str:
    """Return the sha256 of a body: equal for the same answer, whatever token or time it came with."""
    content = {
        name: [sanitise(value).text for value in values]
        for name, values in fields.items()
        if name not in _NOT_CONTENT
    }
    return sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def draft_of(fields: Fields) -> dict[str, list[str]]:
    """Return what of a posted form is worth keeping until it is submitted."""
    return {
        name: [sanitise(value).text[:RATIONALE_MOST] for value in values[:500]]
        for name, values in fields.items()
        if _KEPT.fullmatch(name)
    }


def _check_definitions(fields: Fields, shown: Shown) -> None:
    posted = {name[2:]: one(fields, name) for name in fields if name.startswith("v_")}
    if posted != {trait.code: str(trait.version_id) for trait in shown.traits}:
        raise OtherDefinition("The definitions changed while this page was open.")
    if one(fields, "criteria").split() != [str(criterion) for criterion in shown.criteria]:
        raise OtherDefinition("The rubric changed while this page was open.")
    if one(fields, "renderer") != shown.renderer:
        raise OtherDefinition("The numbering of the sentences changed while this page was open.")


def _rationale(fields: Fields, preferences: list[Verdict], shown: Shown, problems: Problems) -> str:
    written = text(fields, "rationale", RATIONALE_MOST, problems)
    strongest = max((abs(verdict.strength or 0) for verdict in preferences), default=0)
    if strongest >= shown.rationale_from and not written and "rationale" not in problems:
        problems["rationale"] = words(
            "Say why: a rationale is asked for when one response is clearly better."
        )
    return written
