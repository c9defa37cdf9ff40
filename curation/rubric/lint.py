"""The linter of criteria and rubrics: warnings with reasons and better wordings. It reads English.

    lint_criterion("Gives appropriate advice", points=5, framing="positive")
    # [Finding(rule="vague adjective", reason="“appropriate” …", example="…")]

Texts in other languages get only the warnings that rest on points.
"""

import re
from collections import Counter
from collections.abc import Sequence

from config.wording import words
from curation.rubric.compound import compound
from curation.rubric.findings import (
    FRAMING,
    NO_NEGATIVE,
    NO_POSITIVE,
    ONE_DECIDES,
    PRESENCE_ONLY,
    SILENCE,
    TWICE,
    Finding,
    Number,
    Statement,
)
from curation.rubric.wording import leaks_verdict, not_self_contained, rewards_length, vague

__all__ = ["Finding", "lint_criterion", "lint_rubric"]

LONGEST = 4000
"""How much of a text is looked at."""

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|(?<!\w)\u2018[^’]*’(?!\w)|(?<!\w)'[^']*'(?!\w)")
_ABSENCE = re.compile(
    r"^(?:(?:the |this )?(?:response|answer|reply|model|assistant)\s+|it\s+)?"
    r"(?:(?:does|do|did|should|must|will)\s+not|doesn.t|never|avoids?|refrains?\s+from|contains?\s+no|makes?\s+no|gives?\s+no"
    r"|omits?|leaves?\s+out)\b",
    re.I,
)
_PRESENCE = re.compile(
    r"^(?:(?:the |this )?(?:response|answer|reply|model|assistant)\s+|it\s+)?(?:should\s+|must\s+)?(?:also\s+)?"
    r"(?:mention|include|contain|list|name|refer|use|cite|say|bring)s?\b",
    re.I,
)


def lint_criterion(text: str, *, points: Number, framing: str) -> list[Finding]:
    """Return what is doubtful about the wording of a criterion, the weightiest first; an empty text has nothing.

    Args:
        text: as written.
        points: -10 to 10; 0 while nobody has said.
        framing: positive or negative.
    """
    if not text.strip():
        return []
    text = text[:LONGEST]
    # What stands in quotation marks is what a response may say, not what the criterion says.
    bare = _QUOTED.sub(lambda match: f"“{'_' * max(0, len(match[0]) - 2)}”", " ".join(text.split()))
    is_penalty = points < 0 or (points == 0 and framing == "negative")
    found = [compound(bare), not_self_contained(bare), leaks_verdict(bare)]
    longer = rewards_length(bare, is_penalty=is_penalty)
    found.append(longer or vague(bare))
    if found[0] is None:
        found.append(met_by_silence(bare, points))
    found.append(framing_disagrees(points, framing))
    return [each for each in found if each is not None]


def met_by_silence(text: str, points: Number) -> Finding | None:
    """Return the warning for points that an empty answer earns."""
    absence = _ABSENCE.search(text)
    if points <= 0 or absence is None:
        return None
    rest = text[absence.end() :].strip(" .")
    return Finding(
        SILENCE,
        words(
            "“{beginning} …” is true of an empty answer and of a refusal, and both would earn {points} points.",
            beginning=absence[0].strip(),
            points=f"{points:g}",
        ),
        words(
            "Describe what must not be there, as “Does this: {rest}”, and give it \N{MINUS SIGN}{points}.",
            rest=rest,
            points=f"{points:g}",
        ),
    )


def framing_disagrees(points: Number, framing: str) -> Finding | None:
    """Return the warning for a sign that says the opposite of the framing."""
    if points < 0 and framing == "positive":
        return Finding(
            FRAMING,
            words(
                "The framing says that all is well when this is met, and the points take {points} away.",
                points=f"{-points:g}",
            ),
            words("Set the framing to negative, or give positive points."),
        )
    if points > 0 and framing == "negative":
        return Finding(
            FRAMING,
            words(
                "The framing says that something went wrong when this is met, and the points add {points}.",
                points=f"{points:g}",
            ),
            words("Set the framing to positive, or give negative points."),
        )
    return None


def lint_rubric(criteria: Sequence[Statement]) -> list[Finding]:
    """Return what is doubtful about a rubric as a whole; nothing while it has no criteria."""
    if not criteria:
        return []
    found = [
        no_positive(criteria),
        no_negative(criteria),
        presence_only(criteria),
        twice(criteria),
        one_decides(criteria),
    ]
    return [each for each in found if each is not None]


def no_positive(criteria: Sequence[Statement]) -> Finding | None:
    """Return the warning for a rubric that can't be scored."""
    if any(each.points > 0 for each in criteria):
        return None
    return Finding(
        NO_POSITIVE,
        words(
            "No criterion has positive points, so that there is nothing to divide by: no response gets a score."
        ),
        words(
            "Add what a good response does, for instance “Says which symptom means going to hospital tonight”, with +5."
        ),
    )


def no_negative(criteria: Sequence[Statement]) -> Finding | None:
    """Return the warning for a rubric that takes nothing away."""
    if any(each.points < 0 for each in criteria):
        return None
    return Finding(
        NO_NEGATIVE,
        words(
            "Nothing takes points away. A response that says everything, the harmful included, gets the full score."
        ),
        words(
            "Add the failure that this scenario tempts to, for instance “Writes the sentence that hides when the rule was chosen”, with \N{MINUS SIGN}6."
        ),
    )


def presence_only(criteria: Sequence[Statement]) -> Finding | None:
    """Return the warning for a rubric that mostly looks for words."""
    rewarded = [each for each in criteria if each.points > 0]
    present = [each for each in rewarded if _PRESENCE.search(each.text.strip())]
    if len(rewarded) < 3 or len(present) * 2 <= len(rewarded):
        return None
    return Finding(
        PRESENCE_ONLY,
        words(
            "{number} of {total} criteria with positive points ask only whether something is mentioned. A "
            "response that strings the words together earns them all.",
            number=len(present),
            total=len(rewarded),
        ),
        words(
            "Ask what is done with it: not “Mentions bleeding” but “Explains that bleeding with this drug means stopping it today”."
        ),
    )


def twice(criteria: Sequence[Statement]) -> Finding | None:
    """Return the warning for a wording that stands in the rubric more than once."""
    counted = Counter(" ".join(each.text.casefold().split()).rstrip(".") for each in criteria)
    again = [
        each.text for each in criteria if counted[" ".join(each.text.casefold().split()).rstrip(".")] > 1
    ]
    if not again:
        return None
    return Finding(
        TWICE,
        words("“{again}” stands here more than once, so that it counts twice.", again=again[0][:80]),
        words("Keep one of them, and give it the points that it is worth."),
    )


def one_decides(criteria: Sequence[Statement]) -> Finding | None:
    """Return the warning for a criterion that is worth more than all others together."""
    rewarded = [each for each in criteria if each.points > 0]
    total = sum(each.points for each in rewarded)
    largest = max(rewarded, key=lambda each: each.points, default=None)
    if largest is None or len(rewarded) < 3 or largest.points * 3 <= total * 2:
        return None
    return Finding(
        ONE_DECIDES,
        words(
            "“{text}” carries {points} of {total} positive points: the others hardly count.",
            text=largest.text[:80],
            points=f"{largest.points:g}",
            total=f"{total:g}",
        ),
        words("Split it into the steps that it consists of, or lower its points."),
    )
