"""Answers of one sitting that pull in different directions. They are asked about, never refused. Knows no Django."""

from collections.abc import Iterator, Mapping
from itertools import permutations

from config.wording import words
from labeling.submission import Shown, Submission

Scores = Mapping[int, float]
"""How good an answer makes the response at each place; those it says nothing about are missing."""


def doubts(submission: Submission, shown: Shown) -> list[str]:
    """Return a sentence for each two answers that contradict each other; empty when all go together."""
    return [
        *_overall_against_traits(submission, shown),
        *_preference_against_others(submission, shown),
        *_traits_against_ratings(submission, shown),
        *_ranks_against_criteria(submission, shown),
        *_harm_against_acceptable(submission, shown),
    ]


def _overall_against_traits(submission: Submission, shown: Shown) -> Iterator[str]:
    overall = next((each.strength for each in submission.verdicts if each.trait_version_id is None), None)
    traits = [each.strength for each in submission.verdicts if each.trait_version_id and each.strength]
    if overall and traits and all(strength * overall < 0 for strength in traits):
        better, other = _letters(overall, shown)
        yield words("You prefer {better} all in all, but {other} on each trait.", better=better, other=other)


def _preference_against_others(submission: Submission, shown: Shown) -> Iterator[str]:
    strengths = [each.strength for each in submission.verdicts if each.strength]
    overall = [each.strength for each in submission.verdicts if each.trait_version_id is None]
    deciding = overall[0] if overall else _agreed(strengths)
    if not deciding:
        return
    better, other = int(deciding > 0), int(deciding < 0)
    name, name_of_other = _letters(deciding, shown)
    if _is_more(_points(submission, shown), other, better):
        yield words(
            "You prefer {better}, but by the criteria {other} has more points.",
            better=name,
            other=name_of_other,
        )
    if _is_more(_ranks(submission), other, better):
        yield words("You prefer {better}, but ranked {other} above it.", better=name, other=name_of_other)


def _traits_against_ratings(submission: Submission, shown: Shown) -> Iterator[str]:
    names = {trait.version_id: trait.name for trait in shown.traits}
    for verdict in submission.verdicts:
        version_id, strength = verdict.trait_version_id, verdict.strength
        if version_id is None or not strength:
            continue
        rated = {
            each.place: each.value
            for each in submission.ratings
            if each.trait_version_id == version_id and each.value is not None
        }
        if _is_more(rated, int(strength < 0), int(strength > 0)):
            better, other = _letters(strength, shown)
            yield words(
                "You prefer {better} on {trait}, but rated {other} higher.",
                better=better,
                trait=names[version_id],
                other=other,
            )


def _ranks_against_criteria(submission: Submission, shown: Shown) -> Iterator[str]:
    ranks, points = _ranks(submission), _points(submission, shown)
    for better, other in permutations(shown.order, 2):
        if _is_more(ranks, better, other) and _is_more(points, other, better):
            letters = shown.letter_of(better), shown.letter_of(other)
            yield words(
                "You ranked {better} above {other}, but by the criteria {other} has more points.",
                better=letters[0],
                other=letters[1],
            )


def _harm_against_acceptable(submission: Submission, shown: Shown) -> Iterator[str]:
    for rank in submission.ranks:
        if rank.is_acceptable and rank.place in submission.harms:
            yield words(
                "You call {letter} acceptable, but say that it would do harm.",
                letter=shown.letter_of(rank.place),
            )


def _agreed(strengths: list[int]) -> int:
    """One strength of all, when all lean to one side; else 0."""
    sides = {strength > 0 for strength in strengths}
    return strengths[0] if len(sides) == 1 else 0


def _points(submission: Submission, shown: Shown) -> Scores:
    """Points of the criteria that each response meets."""
    worth = dict(zip(shown.criteria, shown.points, strict=True))
    scores = dict.fromkeys((mark.place for mark in submission.marks), 0.0)
    for mark in submission.marks:
        if mark.value == "met":
            scores[mark.place] += worth[mark.criterion_id]
    return scores


def _ranks(submission: Submission) -> Scores:
    return {each.place: -each.rank for each in submission.ranks}


def _letters(strength: int, shown: Shown) -> tuple[str, str]:
    """The letters of the preferred response and of the other one."""
    return shown.letter_of(int(strength > 0)), shown.letter_of(int(strength < 0))


def _is_more(scores: Scores, one: int, other: int) -> bool:
    return one in scores and other in scores and scores[one] > scores[other]
