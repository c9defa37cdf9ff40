"""The verbs with which criteria are written, in the forms that the linter looks for. English only."""

import re

PLAIN = re.findall(
    r"\w+",
    """
accept accuse acknowledge add address admit advise agree allow apologize apply argue ask assert assess assign assume
avoid back balance base begin blame break calculate call caution challenge check choose cite claim clarify comfort
comment commit compare complete comply compute concede conclude confirm connect consider contain contrast convert
correct cover create credit criticize decide declare decline defend define deliver demand deny derive describe detail
diagnose differentiate direct disclose discourage discuss dismiss distinguish do draw draft emphasize encourage end
endorse ensure escalate estimate evaluate exaggerate examine exclude explain explore express fabricate fail flag flatter
follow force frame give guarantee guide have help hide highlight identify ignore illustrate imply include inform
insist instruct interpret interrupt introduce invent invite involve judge justify keep lecture limit link list make
mention minimize mislead mock moralize name note notice offer omit oppose order outline permit point portray praise
predict prescribe present pretend prevent prioritize proceed promise prompt propose protect prove provide push put
question quote raise reassure recall recite recognize recommend redirect refer refrain refuse reject relate remain remind
repeat rephrase replace reply report represent request require resist respect respond restate reveal say scold separate
set shame share show side signpost solve specify speculate start state stay stereotype steer stigmatize stop stress
structure suggest summarize support switch take teach tell threaten thank trace translate treat trivialize try turn
understate urge use validate verify wait warn weigh write yield
""",
)
NOUNS_TOO = set(
    re.findall(
        r"\w+",
        """
addresses answers balances bases breaks calls cautions challenges checks cites claims comforts comments contrasts
covers credits demands details directs drafts draws ends estimates flags forces frames guides
hides highlights judges lectures limits links lists makes names notes notices offers orders outlines
permits plans points praises presents promises prompts proposals puts questions quotes raises reasons replies reports
requests respects sets shares shows sides starts states stays stops stresses structures supports switches takes
treats tries turns uses waits weighs writes yields
""",
    )
)
"""Third persons that are plurals as well: “risks and limits of the drug” holds no second verb."""


def third_person(verb: str) -> str:
    """Return the form that follows “it”."""
    if verb in {"do", "have"}:
        return {"do": "does", "have": "has"}[verb]
    if verb.endswith(("s", "x", "ch", "sh", "zz")):
        return verb + "es"
    if verb.endswith("y") and verb[-2] not in "aeou":
        return verb[:-1] + "ies"
    return verb + "s"


def gerund(verb: str) -> str:
    """Return the form in -ing; short verbs that double their last letter included."""
    if verb.endswith("e") and not verb.endswith("ee"):
        return verb[:-1] + "ing"
    if verb in {"admit", "commit", "permit", "omit", "refer", "set", "put", "stop"}:
        return verb + verb[-1] + "ing"
    return verb + "ing"


def any_of(words: object) -> str:
    """Return a pattern for one of the words, the longest first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))  # type: ignore[call-overload]  # any iterable of words


BRITISH = {each.replace("ize", "ise") for each in PLAIN if each.endswith("ize")}
BASES = {*PLAIN, *BRITISH}
THIRD = {third_person(each) for each in BASES}
GERUNDS = {gerund(each) for each in BASES}
