"""Cited sentences in a posted form."""

import re
from collections.abc import Iterable
from uuid import UUID

from config.wording import words
from curation.text.clean import sanitise
from labeling.submission.answers import Citation
from labeling.submission.fields import Fields, Problems
from labeling.submission.shown import Shown

_CITATION = re.compile(r"([A-H])([1-9]\d{0,4})(?::(\w{2}|[0-9a-f-]{36}))?")
_IN_RATIONALE = re.compile(r"(?<![\w-])([A-H])([1-9]\d{0,4})(?![\w-])")


def citations(fields: Fields, rationale: str, shown: Shown, problems: Problems) -> list[Citation]:
    """Return the sentences that were cited, by a press or by writing A3, each once for what it speaks to."""
    return _once(_pressed(fields, shown, problems) + _written(rationale, shown))


def _pressed(fields: Fields, shown: Shown, problems: Problems) -> list[Citation]:
    versions = {trait.code: trait.version_id for trait in shown.traits}
    criteria = {str(criterion): criterion for criterion in shown.criteria}
    found = []
    for value in fields.get("cite", ()):
        match = _CITATION.fullmatch(value)
        place = _place(match, shown) if match else None
        if match is None or place is None or (match[3] and match[3] not in {*versions, *criteria}):
            problems["cite"] = words(
                "There is no sentence “{cited}” to cite here.", cited=sanitise(value).text[:20]
            )
        else:
            target = match[3] or ""
            found.append(Citation(place, int(match[2]), versions.get(target), criteria.get(target)))
    return found


def _written(rationale: str, shown: Shown) -> list[Citation]:
    """References like A3 in the rationale: without scripts they are the only way to cite."""
    matches = ((match, _place(match, shown)) for match in _IN_RATIONALE.finditer(rationale))
    return [Citation(place, int(match[2]), None) for match, place in matches if place is not None]


def _place(match: re.Match[str], shown: Shown) -> int | None:
    place = shown.place_of(match[1])
    return place if place is not None and int(match[2]) <= shown.sentences[place] else None


def _once(found: Iterable[Citation]) -> list[Citation]:
    """Drop repetitions, and written references to sentences that are cited for something already."""
    kept: dict[tuple[int, int], dict[UUID | None, Citation]] = {}
    for citation in found:
        same = kept.setdefault((citation.place, citation.sentence), {})
        if citation.target or not same:
            same.setdefault(citation.target, citation)
    return [citation for same in kept.values() for citation in same.values()]
