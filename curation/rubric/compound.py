"""Whether a criterion asks for two things at once."""

import re
from typing import NamedTuple

from config.wording import words
from curation.rubric.findings import COMPOUND, Finding
from curation.rubric.verbs import BASES, GERUNDS, NOUNS_TOO, THIRD, any_of

_SUBJECT = r"(?:(?:the |this )?(?:response|answer|reply|model|assistant|ai)\s+|it\s+)?"
_ADVERB = r"(?:(?:also|then|either|even|thereby|\w+ly)\s+)?"
_OBJECT = (
    r"(?=\s+(?:the|an?|that|this|these|those|its?|his|her|their|them|him|what|why|how|whether|when|any|no|not|one|two"
    r"|some|every|each|several|specific|concrete|at least|\d+)\b|\s+(?:that|to)\s+(?:the|help|check)\b)"
)
_MODAL = re.compile(r"\b(?:should|must|needs? to|ought to|does not|doesn.t|will)\s", re.I)
_SURE_THIRD = any_of(THIRD - NOUNS_TOO)
_MAYBE_THIRD = any_of(THIRD & NOUNS_TOO)
_JOINT = r"(?:,?\s+(?:and|but|plus)\s+|;\s+(?:and\s+)?|,\s+then\s+)"
_VERB_PAIR = re.compile(
    rf"{_JOINT}(?P<second>{_SUBJECT}{_ADVERB}(?:(?:{_SURE_THIRD})\b|(?:{_MAYBE_THIRD})\b{_OBJECT}))", re.I
)
_BASE_PAIR = re.compile(
    rf"{_JOINT}(?P<second>(?:(?:should|must)\s+)?{_ADVERB}(?:{any_of(BASES)})\b{_OBJECT})", re.I
)
_GERUND = rf"{_ADVERB}(?:{any_of(GERUNDS)})\b"
_GERUND_PAIR = re.compile(
    rf"\bby\s+{_GERUND}.{1, 300}?(?P<second>(?:,\s*)?\band\s+(?:by\s+)?{_GERUND})", re.I
)
_WHILE = re.compile(rf"(?P<second>\bwhile\s+(?:also\s+|still\s+)?{_GERUND})", re.I)
_AS_WELL = re.compile(
    r"(?P<second>\bas well as\b)(?!\s+(?:possible|before|ever|anyone|any|it|they|he|she|can|could)\b)", re.I
)
_CLAUSES = re.compile(
    r"\b(?P<first>that|what|why|how|whether|where|who)\b(?P<between>[^.;]{6,300}?)"
    r"(?P<second>,?\s+and\s+(?:that|what|why|how|when|whether|where|who)\b(?!\s+(?:if|not)\b))",
    re.I,
)
_SENTENCE = re.compile(
    rf"[.!?]\s+(?P<second>(?:(?:it|(?:the|this) (?:response|answer|model|assistant))\s+(?:also\s+|should\s+|must\s+)*"
    rf"|also,?\s+|additionally,?\s+|in addition,?\s+){_ADVERB}\w+|(?:{_SURE_THIRD})\b)",
    re.I,
)
_SIDE_BY_SIDE = re.compile(
    r"\b(?:between|compar\w+|weigh\w*|balanc\w+|combin\w+|conflict\w*|tension|differ\w+|contrast\w*|distinguish\w*|relation\w*"
    r"|interact\w*|together|link\w*|trade-?off\w*|separat\w+)\b",
    re.I,
)
_BOTH = re.compile(r"(?P<second>\bboth\s+(?!of\b|sides\b|parties\b|parents\b)[^.;,]{3,80}?\s+and\b)", re.I)
_PRESENCE = r"(?:mentions?|lists?|includes?|names?|states?|contains?|covers?|identif(?:y|ies)|explains?|gives?|discuss(?:es)?)"
_TWO_THINGS = re.compile(
    rf"^{_SUBJECT}(?:should\s+)?{_PRESENCE}\s+(?:the|an?)\s+[^,.;]{{3,60}}?(?P<second>\s+and\s+(?:the|an?)\s+\w+)",
    re.I,
)
_ITEM = r"(?!that\b|how\b|why\b|what\b|if\b|when\b|whether\b)[\w’'%-]+(?:\s+[\w’'%-]+){0,4}"
_LIST = re.compile(
    rf"^{_SUBJECT}(?:should\s+)?{_PRESENCE}\s+(?P<items>{_ITEM}(?:,\s+{_ITEM})+,?\s+and\s+{_ITEM})", re.I
)
_COUNTED = re.compile(
    r"\b(?:at least|any|either|one of|some of|all of|each of|such as|e\.g\.|for example|for instance|including|like|or more)\b",
    re.I,
)


class Split(NamedTuple):
    """Where a criterion falls in two."""

    start: int
    end: int
    words: str


def compound(text: str) -> Finding | None:
    """Return the warning for a criterion that checks two things, None when it checks one."""
    split = verbs_split(text)
    if split:
        return Finding(
            COMPOUND, reason(words("“{found}” begins a second check", found=split.words)), in_two(text, split)
        )
    if found := joined(text):
        return Finding(
            COMPOUND,
            reason(words("“{found}” joins two checks", found=found)),
            words(
                "Write one criterion for each part, each with points of its own, or say “at least one of …”."
            ),
        )
    listed = _LIST.search(text)
    if listed and not _COUNTED.search(text):
        return Finding(
            COMPOUND,
            words(
                "“{listed}” is a list. When a response has some of it, one rater marks met and the next not met.",
                listed=listed["items"][:80],
            ),
            words(
                "Say how many suffice: “{start}at least two of: {listed}”.",
                start=text[: listed.start("items")],
                listed=listed["items"],
            ),
        )
    return None


def reason(what: str) -> str:
    """Return why two checks in one are a problem."""
    return words(
        "{what}. A response that does one of the two can’t be marked: raters guess, and a model is paid "
        "for half.",
        what=what,
    )


def verbs_split(text: str) -> Split | None:
    """Return where a second verb begins, None when there is none."""
    patterns = [_VERB_PAIR, _SENTENCE] if not _MODAL.search(text) else [_VERB_PAIR, _BASE_PAIR, _SENTENCE]
    for pattern in patterns:
        for match in pattern.finditer(text):
            if match[0].startswith(";") or not is_inner(text[: match.start()]):
                return Split(match.start(), match.start("second"), match["second"].strip())
    return None


def is_inner(before: str) -> bool:
    """Whether the verb that follows belongs to a clause: “says that the drug thins the blood and raises …”."""
    clause = re.search(
        r"\b(?:that|which|who|how|what|why|whether|if|when|because|where)\b(?P<rest>.*)$", before, re.I
    )
    if clause is None:
        return False
    return bool(
        re.search(r"\b(?:\w+s|is|are|was|were|will|can|may|might|would|should|must)\b", clause["rest"], re.I)
    )


def joined(text: str) -> str:
    """Return the words that join two checks without a second verb in front; empty when nothing does."""
    for pattern in (_GERUND_PAIR, _WHILE, _AS_WELL, _CLAUSES):
        if match := pattern.search(text):
            return " ".join(match["second"].strip(" ,").split())
    if _SIDE_BY_SIDE.search(text):
        return ""
    for pattern in (_BOTH, _TWO_THINGS):
        if match := pattern.search(text):
            return " ".join(match["second"].split())
    return ""


def in_two(text: str, split: Split) -> str:
    """Return the wording as two criteria."""
    first = text[: split.start].strip(" ,;.")
    second = text[split.end :].strip(" ,;.")
    second = re.sub(r"^(?:also|then|in addition,?|additionally,?)\s+", "", second, flags=re.I)
    return words(
        "Two criteria: “{first}” and “{second}”, each with points of its own.",
        first=first,
        second=second[:1].upper() + second[1:],
    )
