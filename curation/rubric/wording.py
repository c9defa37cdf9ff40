"""Single words and phrases that make a criterion hard to mark: vague, leaning on something outside, judging, or paying for length."""

import re
from typing import NamedTuple

from config.wording import Words, words
from curation.rubric.findings import LENGTH, NOT_SELF_CONTAINED, VAGUE, VERDICT, Finding


class Phrase(NamedTuple):
    """A pattern with what is wrong about it and what would be better."""

    pattern: "re.Pattern[str]"
    reason: str
    """`{found}` stands for the words found."""
    example: str


def phrase(pattern: str, reason: str, example: str) -> Phrase:
    """Return a phrase that is found whatever its case."""
    return Phrase(re.compile(pattern, re.I), reason, example)


_RESPONSE = r"(?:(?:the |this )?(?:response|answer|reply|model|assistant)\s+|it\s+)?"
_EXPLAINED = re.compile(
    r"\s*(?:\(|:|\u2014|\u2013)|\b(?:such as|e\.g\.|i\.e\.|for example|for instance|that is|namely|meaning|measured by|defined as)\b|\bby \w+ing\b",
    re.I,
)

VAGUE_WORDS = {
    "appropriate": words(
        "“Suggests talking to the union representative before signing” in place of “Gives appropriate advice”."
    ),
    "adequate": words("“Gives at least two warning signs” in place of “Gives adequate warning”."),
    "sufficient": words("“Gives the year and the court” in place of “Gives sufficient detail”."),
    "proper": words(
        "“Quotes the clause before interpreting it” in place of “Makes proper use of the contract”."
    ),
    "suitable": words(
        "“Proposes an exercise that needs no equipment” in place of “Proposes a suitable exercise”."
    ),
    "reasonable": words("“Proposes a wait of at most 48 hours” in place of “Proposes a reasonable wait”."),
    "good": words("“Proposes an example from the pupil’s own essay” in place of “Gives a good example”."),
    "nice": words("“Thanks the user for the correction” in place of “Has a nice tone”."),
    "great": words("“Proposes an example from the pupil’s own essay” in place of “Gives a great example”."),
    "helpful": words("“Names one step that the tenant can take today” in place of “Gives helpful steps”."),
    "useful": words("“Names one step that the tenant can take today” in place of “Gives useful steps”."),
    "relevant": words("“Names the notice period in the lease” in place of “Names relevant facts”."),
    "clear": words(
        "“Says in the first sentence that it will not write the letter” in place of “Gives a clear refusal”."
    ),
    "effective": words(
        "“Describes pressing on the wound for ten minutes” in place of “Describes effective first aid”."
    ),
    "balanced": words("“States one argument of each side” in place of “Is balanced”."),
    "nuanced": words("“Says for whom the advice would not hold” in place of “Gives a nuanced view”."),
    "thoughtful": words("“Asks what the user has tried before” in place of “Gives a thoughtful reply”."),
    "meaningful": words("“Asks what the user has tried before” in place of “Asks meaningful questions”."),
    "well-structured": words(
        "“Puts the emergency number before the explanation” in place of “Is well-structured”."
    ),
    "well-written": words(
        "“Puts the emergency number before the explanation” in place of “Is well-written”."
    ),
    "high-quality": words(
        "“Cites the statute by name and section” in place of “Cites high-quality sources”."
    ),
    "professional": words("“Addresses the judge by title” in place of “Uses a professional tone”."),
    "natural": words("“Uses no bullet points” in place of “Sounds natural”."),
    "engaging": words("“Ends with a question to the pupil” in place of “Is engaging”."),
    "insightful": words(
        "“Points out that the two figures count different people” in place of “Is insightful”."
    ),
    "robust": words("“Handles an empty list without an error” in place of “Gives robust code”."),
    "detailed": words("“Names the valve and the way to turn it” in place of “Is detailed”."),
    "thorough": words("“Asks about allergies and current drugs” in place of “Is thorough”."),
    "comprehensive": words("“Covers the three deadlines in the letter” in place of “Is comprehensive”."),
}
_ADVERBS = {
    "appropriately": "appropriate", "adequately": "adequate", "sufficiently": "sufficient", "properly": "proper",
    "suitably": "suitable", "reasonably": "reasonable", "nicely": "nice", "helpfully": "helpful", "clearly": "clear",
    "effectively": "effective", "thoughtfully": "thoughtful", "meaningfully": "meaningful", "professionally": "professional",
}  # fmt: skip
_TERMS = {
    "appropriate": r"adults?|adult's|technology",
    "adequate": r"intake|yearly|consideration \(",
    "sufficient": r"(?:statistic|condition|reason principle)s?|condition for",
    "proper": r"(?:noun|name|subset|fraction|time|motion|divisor)s?",
    "suitable": r"for (?:vegans|vegetarians)",
    "reasonable": r"(?:doubt|person|suspicion|grounds?|accommodations?|adjustments?|care|expectation of privacy|man|force|notice|cause)",
    "good": r"(?:faith|samaritan|standing|clinical practice|manufacturing practice|friday|will|cause|conduct|behaviou?r|laboratory practice|for \w+)",
    "great": r"(?:britain|depression|war|grandm\w+|grandf\w+|uncle|aunt|lakes|powers?|deal)",
    "useful": r"(?:life|load)",
    "relevant": r"(?:market|period|date|person|authority|income|to\b)",
    "clear": r"(?:of|up|away|out|and convincing|and present|fluids?|liquids?|that|to the (?:user|reader|pupil|patient|client))",
    "effective": r"(?:dates?|altruism|tax|rate|dose|half-life|demand|against|for|until|from)",
    "balanced": r"(?:diet|equation|budget|forces|trees?|translocation|on)",
    "professional": r"(?:help|body|bodies|misconduct|negligence|liability|translator|interpreter|athlete|association|indemnity|support|counsel\w*|advice|care|association|secrecy|privilege|duty|duties|licen[cs]e|code)",
    "natural": r"(?:language|number|numbers|law|gas|selection|history|causes?|person|persons|logarithm|sciences?|resources?|disasters?|remed\w+|killer|immunity|deduction|death|products?|justice|rights?)",
    "robust": r"(?:standard errors?|regression|statistics|optimi[sz]ation)",
    "detailed": r"(?:balance)",
    "thorough": r"(?:examination|assessment|check|inspection|evaluation|history)",
    "comprehensive": r"(?:metabolic|school|insurance|examinations?|sex)",
    "engaging": r"(?:in|with|the|a|an|his|her|their)",
}
"""Names of things in some field, in which the word is not vague, by the word before them."""
_ANY_VAGUE = re.compile(rf"(?<!-)\b(?:{'|'.join([*VAGUE_WORDS, *_ADVERBS])})\b", re.I)
_UNCAUGHT_BEFORE = {
    "good": r"(?:common|public|greater|private|veblen|merit|club|social|the)",
    "clear": r"(?:make|makes|making|becomes?|it)",
    "useful": r"(?:how|whether|no longer)",
    "engaging": r"(?:for|by|from|is|while|of)",
    "natural": r"(?:how|all)",
}


def vague(text: str) -> Finding | None:
    """Return the warning for a word that two careful raters would read differently, None when there is none."""
    for match in _ANY_VAGUE.finditer(text):
        word = match[0].lower()
        plain = _ADVERBS.get(word, word)
        if _LONGER.fullmatch(word) and _ANOTHERS.search(text):
            continue
        if is_term(text, match, plain) or _EXPLAINED.search(text, match.end()):
            continue
        reason = words(
            "“{found}” means one thing to one rater and another to the next. Say what would be seen in the response.",
            found=match[0],
        )
        return Finding(VAGUE, reason, VAGUE_WORDS[plain])
    return None


def is_term(text: str, match: "re.Match[str]", word: str) -> bool:
    """Whether the word is part of a name or a fixed phrase."""
    following = _TERMS.get(word)
    if following and re.match(rf"[\s-]+(?:{following})\b", text[match.end() :], re.I):
        return True
    before = _UNCAUGHT_BEFORE.get(word)
    return bool(before and re.search(rf"\b{before}\s+$", text[: match.start()], re.I))


_ANSWERS = (
    r"(?:answer|diagnosis|dose|dosage|value|result|dates?|number|amount|formula|law|statute|article|section|steps?|procedure"
    r"|solution|year|threshold|interval|treatment|citation|rule|definition|deadline|translation|conclusion|interpretation|option)"
)
_LEANING = [
    phrase(
        r"\b(?:see|as|mentioned|described|stated|listed|given) (?:above|below|before|earlier)\b|\b(?:the|any) (?:previous|preceding|above|other|next|last|first|second|following)"
        r" (?:criteri(?:on|a)|rubric items?|points? above)\b|\bsame as (?:the )?(?:above|previous|before|criterion)\b|\bcriterion \d+\b",
        words(
            "“{found}” points to another criterion. Each is marked by itself, often by someone who sees no other."
        ),
        words(
            "Repeat what is meant: not “As above, but for children” but “Gives the dose for a child of 20 kg”."
        ),
    ),
    phrase(
        r"(?<!gives )(?<!writes )\b(?:the|an?) (?:ideal|reference|gold|gold-standard|sample|expected) (?:answer|response|solution|completion|reply)\b",
        words("“{found}” is nothing that a rater sees. The criterion must hold what it compares with."),
        words("Name what that answer says: “Says that the deposit must be paid back within 30 days”."),
    ),
    phrase(
        rf"\b(?:the|an?) (?:correct|right|true|accurate|exact|wrong|incorrect|false|inaccurate) (?:\w+ ){{0,2}}?{_ANSWERS}\b"
        r"(?!\s*(?:\(|:|,|“|of \d|\d)| (?:that is|which is|namely|is \d))",
        words("“{found}” leaves it to the rater to know which that is, and raters differ."),
        words(
            "Write it down: not “Gives the correct dose” but “Gives 15 mg per kg as the dose for a child”."
        ),
    ),
    phrase(
        rf"^{_RESPONSE}(?:correctly|accurately|incorrectly|inaccurately) (?!stat|claim|say|not|assert|report|tell|identif\w+ (?:that|the \w+ as))\w+(?![^.]*(?:\bthat\b|\bas\b|\d|“|\(|:))",
        words("“{found}” leaves it to the rater to know what is correct."),
        words(
            "Write it down: not “Correctly interprets the result” but “Says that a value of 7.2 is above the range for fasting”."
        ),
    ),
    phrase(
        r"\b(?:current|established|existing|official|accepted|clinical|medical|professional|applicable|standard|evidence-based|latest|recognized|recognised)"
        r" (?:\w+ )?(?:guidelines?|guidance|best practices?|protocols?|regulations|standards|literature)\b|\b(?:best|good) practices?\b"
        r"|\b(?:follows|according to|in line with|adheres to|complies with) (?:the |all )?(?:guidelines?|protocols?|rules|law|laws|regulations|policy|policies)\b(?! of\b)",
        words("“{found}” is not named, so that each rater thinks of another one."),
        words("Name it and what it asks for: “Says that the WHO advises against antibiotics for a cold”."),
    ),
    phrase(
        r"^(?:this|that|these|those|they)\s+(?!(?:the\s+)?(?:response|answer|reply|model|assistant)\b)(?:is|are|was|were|should|must|also|\w+s)\b|^(?:same|ditto|likewise|similarly|otherwise|as before|also)\b",
        words("“{found}” refers to something before it. Each criterion is read by itself."),
        words("Begin with what the response does: “Says …”, “Asks …”, “Refuses …”."),
    ),
    phrase(
        r"\betc\b\.?|\band so (?:on|forth)\b|\band the like\b|\band similar(?: things)?\s*\.?$",
        words("“{found}” leaves open what else counts, so that raters draw the line in different places."),
        words("Close the list: “Names at least one of: fever, stiff neck, rash”."),
    ),
    phrase(
        r"^\W*[A-Za-z-]+(?:\s+(?:and|or|of)\s+[A-Za-z-]+)?\W*$",
        words("“{found}” is a heading, not a statement that is true or false of a response."),
        words(
            "Write a sentence: not “Empathy” but “Names the loss that the user told of before giving advice”."
        ),
    ),
]


def not_self_contained(text: str) -> Finding | None:
    """Return the warning for a criterion that can't be marked without something else, None when it can."""
    for each in _LEANING:
        match = each.pattern.search(text)
        if match and not is_named(text, match):
            return Finding(
                NOT_SELF_CONTAINED, Words(each.reason, {"found": " ".join(match[0].split())}), each.example
            )
    return None


def is_named(text: str, match: "re.Match[str]") -> bool:
    """Whether a named authority stands beside a mention of rules: “WHO guidelines”, “the guideline of NICE”."""
    if not re.search(
        r"guid|practice|protocol|regulation|standard|literature|rules|law|polic", match[0], re.I
    ):
        return False
    beside = text[max(0, match.start() - 40) : match.start()] + " " + text[match.end() : match.end() + 40]
    return bool(re.search(r"(?<=\s)[A-Z][\w.-]+|[“(:]|\b[A-Z]{2,}\b", beside))


_JUDGED = (
    r"good|bad|excellent|poor|perfect|correct|wrong|incorrect|harmful|harmless|safe|unsafe|dangerous|unacceptable|acceptable|ethical"
    r"|unethical|honest|dishonest|truthful|untruthful|fair|unfair|trustworthy|inappropriate|irresponsible|responsible|manipulative|sycophantic"
    r"|biased|unbiased|aligned|misaligned|virtuous|immoral|moral"
)
_QUALITIES = (
    r"honesty|dishonesty|truthfulness|humility|integrity|fairness|compassion|empathy|care|courage|wisdom|transparency|respect|benevolence"
    r"|kindness|corrigibility|prudence|justice|beneficence|non-?maleficence|virtue|safety|helpfulness|harmlessness|sycophancy|bias"
    r"|manipulation|deception|professionalism|accuracy|responsibility|accountability|good judge?ment|sound judge?ment"
)
_VERDICTS = [
    phrase(
        r"\b(?:award|deduct|subtract|give|worth|scores?)\b[^.]{0,20}?[+\u2212-]?\b\d+ points?\b|^(?:full|partial|no) (?:credit|marks|points)\b"
        r"|\bshould be (?:rewarded|penali[sz]ed|marked (?:down|up|as))\b|\bautomatic(?:ally)? fails?\b"
        r"|\b(?:response|answer|reply) (?:should |must |would |will )?(?:pass(?:es)?|fails?)\b(?! to\b)",
        words(
            "“{found}” tells the rater what follows from the mark. The points say that; who marks shall only say whether it is so."
        ),
        words("Keep what is to be seen: “Recommends doubling the dose”. Set the points beside it."),
    ),
    phrase(
        rf"^(?:the |this )?(?:response|answer|reply|model|assistant|it)\s+(?:is|was|remains|stays|seems)\s+(?:\w+ly\s+|not\s+|very\s+)?(?:{_JUDGED})\b"
        rf"|^(?:is|remains|stays|being|sounds)\s+(?:\w+ly\s+|not\s+|very\s+)?(?:{_JUDGED})\b(?! (?:to|for|of|about)\b)",
        words(
            "“{found}” is the verdict itself. A rater who likes the response will mark it met, whatever it says."
        ),
        words("Say by what it is seen: not “Is honest” but “Says that it has not read the attached report”."),
    ),
    phrase(
        rf"^{_RESPONSE}(?:gives?|provides?|offers?|contains?|includes?|is)\s+(?:an?\s+|any\s+)?(?:\w+ly\s+)?(?:{_JUDGED}|accurate|inaccurate|misleading|ideal|best)"
        r" (?:\w+ )?(?:answers?|responses?|replies|reply|advice|information|content|guidance|recommendations?|statements?|claims?|suggestions?)\b",
        words("“{found}” judges, where the criterion should say what was written."),
        words(
            "Name the advice: not “Gives harmful advice” but “Advises stopping the tablets without a doctor”."
        ),
    ),
    phrase(
        rf"^{_RESPONSE}(?:shows?|demonstrates?|displays?|exhibits?|embodies|reflects|practi[sc]es|lacks|is full of)\s+(?:\w+\s+){{0,2}}?(?:{_QUALITIES})\b",
        words(
            "“{found}” names the trait that is to be measured. The mark then says how the rater feels about the whole response."
        ),
        words(
            "Say by what it is seen: not “Shows humility” but “Says which of its figures it is unsure of”."
        ),
    ),
    phrase(
        rf"^{_RESPONSE}(?:rightly|wrongly|unfortunately|shamefully|admirably|commendably|inexcusably|unacceptably|recklessly)\b"
        r"|\b(?:unacceptabl[ey]|inexcusabl[ey]|egregious(?:ly)?|appalling(?:ly)?|shameful(?:ly)?|commendabl[ey]|outrageous(?:ly)?|horribl[ey])\b",
        words("“{found}” praises or blames before anybody has looked."),
        words("Leave the word out: “Tells the user to lie to the insurer”. The points carry the blame."),
    ),
]


def leaks_verdict(text: str) -> Finding | None:
    """Return the warning for a criterion that says how to judge instead of what to look for, None when it does not."""
    for each in _VERDICTS:
        match = each.pattern.search(text)
        if match and (each is _VERDICTS[0] or not is_shown(text, match)):
            return Finding(VERDICT, Words(each.reason, {"found": " ".join(match[0].split())}), each.example)
    return None


def is_shown(text: str, match: "re.Match[str]") -> bool:
    """Whether the words that follow say by what it is seen."""
    return bool(
        _EXPLAINED.search(text, match.end()) or re.search(r"\bthat\b|\bwhen it\b", text[match.end() :], re.I)
    )


_LONGER = re.compile(
    r"\b(?:detailed|in (?:great |more |full )?detail|in[- ]depth|thorough(?:ly)?|comprehensive(?:ly)?|extensive(?:ly)?|exhaustive(?:ly)?|lengthy"
    r"|at length|long (?:answer|response|reply|explanation|list|essay)|elaborates?|elaborate|(?:at least|more than|over|minimum of|no fewer than)"
    r" \d+ (?:words|sentences|paragraphs|pages|lines)|as (?:many|much) (?:\w+ )*as (?:possible|it can)|every (?:possible|conceivable)"
    r"|all (?:possible|conceivable|potential))\b",
    re.I,
)
_SHORTER = re.compile(
    r"\b(?:(?:too|overly|very) (?:short|brief|concise|terse)|not (?:detailed|thorough|comprehensive|long enough|elaborate)|(?:lacks|lack of|insufficient|little|without) (?:detail|depth)"
    r"|(?:fewer|less) than \d+ (?:words|sentences|paragraphs|pages|lines)|superficial)\b",
    re.I,
)
_LONG_TERMS = re.compile(
    r"(?:detailed balance|comprehensive (?:metabolic|school|insurance|exam\w*|sex)|extensive (?:burns?|damage|bleeding|surgery|stage\w*|disease"
    r"|injur\w+|loss\w*)|(?:lengthy|extensive) (?:sentence|prison|trial|delay)|elaborate (?:scheme|fraud|lie|hoax))",
    re.I,
)
_ANOTHERS = re.compile(
    rf"^{_RESPONSE}(?:should\s+|must\s+)?(?:asks?|recommends?|suggests?|advises?|urges?|refers?|requests?|encourages?|tells?|proposes?|warns?|discourages?|declines?|refuses?|says? that|states? that)\b",
    re.I,
)


def rewards_length(text: str, *, is_penalty: bool) -> Finding | None:
    """Return the warning for points that a longer response earns by being longer, None when there are none."""
    match = (_SHORTER if is_penalty else _LONGER).search(text)
    if match is None or _LONG_TERMS.match(text, match.start()) or (not is_penalty and _ANOTHERS.search(text)):
        return None
    return Finding(
        LENGTH,
        words("“{found}” pays for length: a model learns to write more, not better.", found=match[0]),
        words(
            "Say what must be in it: not “Explains the procedure in detail” but “Names the form, the office and the deadline for the appeal” as three criteria."
        ),
    )
