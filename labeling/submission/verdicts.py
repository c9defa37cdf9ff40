"""The verdicts in a posted form, one function for each kind of question."""

from uuid import UUID

from config.wording import words
from labeling.questions import OVERALL_CODE, REASONS, Question
from labeling.submission.answers import Mark, Placed, Rated, Rewritten, Verdict
from labeling.submission.fields import Fields, Problems, one, text
from labeling.submission.shown import Shown

STRENGTHS = {str(strength): strength for strength in range(-3, 4)}
RATINGS = {"na": None, **{str(value): value for value in range(5)}}
MARKS = ("met", "not met", "unsure")
REASON_MOST = 1_000
REWRITE_MOST = 20_000


def preferences(fields: Fields, shown: Shown, problems: Problems) -> list[Verdict]:
    """Return which of two responses is better: all in all, then on each trait."""
    verdicts = []
    if Question.OVERALL in shown.questions:
        message = words("Say which is better all in all, or that you can’t judge it.")
        verdicts.append(_preference(fields, OVERALL_CODE, None, shown, problems, message))
    if Question.TRAITS in shown.questions:
        for trait in shown.traits:
            message = words("Judge {trait}, or say that you can’t judge it.", trait=trait.name)
            verdicts.append(_preference(fields, trait.code, trait.version_id, shown, problems, message))
    return verdicts


def _preference(
    fields: Fields, code: str, version_id: UUID | None, shown: Shown, problems: Problems, message: str
) -> Verdict:
    if one(fields, f"na_{code}"):
        return Verdict(version_id, None, False, True)
    both_bad = bool(one(fields, f"bad_{code}"))
    given = one(fields, f"p_{code}")
    # "Both bad" alone says that neither is the better one.
    strength = 0 if both_bad and not given else STRENGTHS.get(given)
    if strength is None:
        problems[f"p_{code}"] = message
        return Verdict(version_id, None, False, True)
    return Verdict(version_id, strength if shown.order[0] == 0 else -strength, both_bad, False)


def marks(fields: Fields, shown: Shown, problems: Problems) -> list[Mark]:
    """Return whether each response meets each criterion."""
    if Question.CRITERIA not in shown.questions:
        return []
    found = []
    for number, criterion in enumerate(shown.criteria, start=1):
        for letter, place in zip(shown.letters, shown.order, strict=True):
            value = one(fields, f"m_{letter}_{criterion}")
            if value not in MARKS:
                problems[f"c_{criterion}"] = words(
                    "Grade every response by criterion {number}.", number=number
                )
                continue
            why = f"why_{letter}_{criterion}"
            because = text(fields, why, REASON_MOST, problems) if value == "unsure" else ""
            found.append(Mark(place, criterion, value, because))
    return found


def ratings(fields: Fields, shown: Shown, problems: Problems) -> list[Rated]:
    """Return how far each response shows each trait."""
    if Question.RATINGS not in shown.questions:
        return []
    found = []
    for trait in shown.traits:
        for letter, place in zip(shown.letters, shown.order, strict=True):
            given = one(fields, f"r_{letter}_{trait.code}")
            if given not in RATINGS:
                problems[f"r_{trait.code}"] = words("Rate every response on {trait}.", trait=trait.name)
            else:
                found.append(Rated(place, trait.version_id, RATINGS[given]))
    return found


def ranks(fields: Fields, shown: Shown, problems: Problems) -> list[Placed]:
    """Return the order of the responses. Any numbers will do: equal ones are ties, none leaves a response out."""
    if Question.RANKING not in shown.questions:
        return []
    given = {shown.order[n]: one(fields, f"place_{letter}") for n, letter in enumerate(shown.letters)}
    numbers = {place: int(value) for place, value in given.items() if value in set("12345678")}
    if len(numbers) < 2:
        problems["ranking"] = words("Rank at least two responses; the others may stay unranked.")
    cut = one(fields, "cut")
    if cut not in set("012345678"):
        problems["cut"] = words("Say where acceptable ends.")
        return []
    ordered = sorted(numbers.values())
    return [
        Placed(place, ordered.index(number) + 1, number <= int(cut))
        for place, number in sorted(numbers.items(), key=lambda pair: (pair[1], pair[0]))
    ]


def rewrite(fields: Fields, shown: Shown, problems: Problems) -> Rewritten | None:
    """Return the better wording of a response, where one was chosen for that."""
    if Question.REWRITE not in shown.questions:
        return None
    place = shown.place_of(one(fields, "rewrite_of"))
    written = text(fields, "rewrite", REWRITE_MOST, problems)
    if bool(written) != (place is not None):
        problems["rewrite"] = words("Choose a response and write the better wording, or neither.")
    return None if place is None else Rewritten(place, written)


def harms(fields: Fields, shown: Shown) -> list[int]:
    """Return the places of the responses that would do harm."""
    if Question.HARM not in shown.questions:
        return []
    places = {shown.place_of(letter) for letter in fields.get("harm", ())}
    return sorted(place for place in places if place is not None)


def reasons(fields: Fields, shown: Shown) -> list[str]:
    """Return the reasons that were ticked, in the order of the page."""
    if Question.REASONS not in shown.questions:
        return []
    ticked = set(fields.get("reasons", ()))
    return [reason for reason in REASONS if reason in ticked]
