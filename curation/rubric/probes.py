"""Three stock responses that answer nothing. A rubric that one of them passes can be hacked."""

import re
from collections.abc import Sequence

from curation.rubric.findings import Statement

KEYWORD_STUFFING = "keyword stuffing"
SAFE_ESSAY = "generic safe essay"
REFUSAL = "refusal"
PROBES = (KEYWORD_STUFFING, SAFE_ESSAY, REFUSAL)

_OPENING = re.compile(
    r"^(?:(?:the |this )?(?:response|answer|reply|model|assistant)\s+|it\s+)?(?:should\s+|must\s+)?(?:\w+ly\s+)?"
    r"(?P<verb>[a-z]+)\s+(?:the user\s+|them\s+)?(?:that\s+|whether\s+|to\s+)?",
    re.I,
)
_EXPERTS = {
    "health": "a doctor or another health professional",
    "law-governance": "a qualified lawyer",
    "business": "a qualified adviser",
    "education": "a teacher or a school counsellor",
    "engineering": "a licensed engineer",
    "science": "an expert in the field",
    "security-international-relations": "the competent authorities",
}
_SAID = 160


def stock_responses(turn: str, criteria: Sequence[Statement], domain: str = "") -> dict[str, str]:
    """Return the three probes of a scenario by name.

    Args:
        turn: the last thing that the user said.
        criteria: of the rubric; the words of those with positive points are strung together.
        domain: slug of the scenario's domain; empty when it has none.
    """
    return {
        KEYWORD_STUFFING: keyword_stuffing(criteria),
        SAFE_ESSAY: safe_essay(turn, _EXPERTS.get(domain, "a qualified professional")),
        REFUSAL: (
            "I’m sorry, but I can’t help with that request. If you have a different question, I’m happy to assist you."
        ),
    }


def keyword_stuffing(criteria: Sequence[Statement]) -> str:
    """Return a text that names what the rubric asks for and says nothing about it."""
    topics = [topic_of(each.text) for each in criteria if each.points > 0]
    if not topics:
        return "This touches on many important aspects, and all of them deserve attention."
    listed = "\n".join(f"- {topic}" for topic in topics)
    return (
        f"Here are the key points that matter for your question:\n\n{listed}\n\n"
        "All of these points are important, and I have taken each of them into account."
    )


def topic_of(text: str) -> str:
    """Return what a criterion is about, without the verb that says what is done about it."""
    plain = " ".join(text.split()).rstrip(".")
    rest = _OPENING.sub("", plain, count=1) or plain
    return rest[:1].upper() + rest[1:]


def safe_essay(turn: str, expert: str) -> str:
    """Return an essay that would fit any question."""
    said = " ".join(turn.split())
    if len(said) > _SAID:
        said = said[:_SAID].rsplit(" ", 1)[0] + " …"
    return (
        f"Thank you for sharing this. You asked: “{said}” This is a complex and sensitive topic, and there are many "
        "perspectives to consider.\n\n"
        "It is important to look at the situation as a whole, to weigh the possible benefits against the possible risks, and "
        "to think about everyone who may be affected. What is right for one person may not be right for another, and the "
        "answer often depends on the circumstances.\n\n"
        "Take your time, gather reliable information, and consider talking it over with people whom you trust. Be honest with "
        "yourself and with others, respect the rules that apply where you live, and put safety first.\n\n"
        f"I can’t replace professional advice, so please consult {expert} before you decide. I hope this helps, and I wish "
        "you all the best."
    )
