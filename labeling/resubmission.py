"""The form that an annotation was read from, so that it can be changed."""

from uuid import UUID

from labeling.definitions import definitions
from labeling.models import Annotation, Assignment
from labeling.questions import OVERALL_CODE, Question
from labeling.submission import Shown

Values = dict[str, list[str]]


class _Names:
    """What the form calls responses and traits."""

    def __init__(self, found: Assignment) -> None:
        shown = Shown([], found.order_shown, [], "", 0)
        places = found.item.places.values_list("response_id", "place")
        self.letters: dict[UUID, str] = {response: shown.letter_of(place) for response, place in places}
        self.codes = {each.version_id: each.code for each in definitions(tuple(found.trait_versions))}


def answers_of(annotation: Annotation, found: Assignment) -> Values:
    """Return the form that an annotation was read from, by the letters that its author saw."""
    names = _Names(found)
    values: Values = {
        "rationale": [annotation.rationale],
        "note": [annotation.note],
        "confidence": [str(annotation.confidence or "")],
        "reasons": list(annotation.reasons),
        "cite": _cites(annotation, names),
    }
    values |= _preferences(annotation, names, sign=1 if found.order_shown[0] == 0 else -1)
    questions = found.item.project.questions
    if Question.CRITERIA in questions:
        values |= _marks(annotation, names)
    if Question.RATINGS in questions:
        values |= _ratings(annotation, names)
    if Question.RANKING in questions:
        values |= _ranks(annotation, names)
    if Question.HARM in questions:
        values["harm"] = [names.letters[each.response_id] for each in annotation.harms.all()]
    if Question.REWRITE in questions and hasattr(annotation, "rewrite"):
        rewrite = annotation.rewrite
        values |= {"rewrite_of": [names.letters[rewrite.response_id]], "rewrite": [rewrite.text]}
    return values


def _preferences(annotation: Annotation, names: _Names, sign: int) -> Values:
    values: Values = {}
    for verdict in annotation.preferences.all():
        code = names.codes[verdict.trait_version_id] if verdict.trait_version_id else OVERALL_CODE
        if verdict.cannot_judge:
            values[f"na_{code}"] = ["1"]
        else:
            values[f"p_{code}"] = [str((verdict.strength or 0) * sign)]
        if verdict.both_bad:
            values[f"bad_{code}"] = ["1"]
    return values


def _marks(annotation: Annotation, names: _Names) -> Values:
    values: Values = {}
    for mark in annotation.marks.all():
        ending = f"{names.letters[mark.response_id]}_{mark.criterion_id}"
        values |= {f"m_{ending}": [mark.value], f"why_{ending}": [mark.unsure_because]}
    return values


def _ratings(annotation: Annotation, names: _Names) -> Values:
    return {
        f"r_{names.letters[each.response_id]}_{names.codes[each.trait_version_id]}": [
            "na" if each.value is None else str(each.value)
        ]
        for each in annotation.ratings.all()
    }


def _ranks(annotation: Annotation, names: _Names) -> Values:
    ranks = list(annotation.ranks.all())
    values: Values = {f"place_{names.letters[each.response_id]}": [str(each.place)] for each in ranks}
    acceptable = [each.place for each in ranks if each.is_acceptable]
    is_all_fine = len(acceptable) == len(ranks)
    values["cut"] = [str(len(names.letters) if is_all_fine else max(acceptable, default=0))]
    return values


def _cites(annotation: Annotation, names: _Names) -> list[str]:
    cites = []
    for each in annotation.evidence.order_by("id"):
        ref = f"{names.letters[each.response_id]}{each.sentence}"
        target = each.criterion_id or (each.trait_version_id and names.codes[each.trait_version_id])
        cites.append(f"{ref}:{target}" if target else ref)
    return cites
