"""How far a rubric tells responses to one scenario apart. Where all score alike, group-relative RL learns nothing."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, pstdev
from typing import NamedTuple

NONE_BELOW = 1e-9
LITTLE_BELOW = 0.1
"""A range of less than a tenth of the score is hardly more than one small criterion."""


class Spread(NamedTuple):
    """The scores of a scenario's graded responses."""

    responses: int
    lowest: float
    highest: float
    deviation: float
    """Standard deviation over the responses, by which GRPO divides."""

    @property
    def range(self) -> float:
        """The distance from the lowest to the highest score."""
        return self.highest - self.lowest

    @property
    def is_none(self) -> bool:
        """Whether all responses score alike."""
        return self.responses > 1 and self.range < NONE_BELOW

    @property
    def is_little(self) -> bool:
        """Whether they score nearly alike."""
        return self.responses > 1 and not self.is_none and self.range < LITTLE_BELOW


def spread(scores: Sequence[float]) -> Spread | None:
    """Return the spread of one score per response, None when there is no score."""
    if not scores:
        return None
    return Spread(len(scores), min(scores), max(scores), pstdev(scores))


def per_response(graded: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Return one score per response: the mean of its graders'."""
    scores: dict[str, list[float]] = {}
    for response, score in graded:
        scores.setdefault(response, []).append(score)
    return {response: fmean(each) for response, each in scores.items()}


def undivided(marks: Mapping[str, Mapping[str, bool]]) -> dict[str, bool]:
    """Return the criteria that tell no two responses apart.

    Args:
        marks: by response, whether each criterion was met.

    Returns:
        By criterion, whether every response met it (True) or none did (False); empty below two responses.
    """
    if len(marks) < 2:
        return {}
    criteria = set.intersection(*(set(each) for each in marks.values()))
    said = {criterion: {each[criterion] for each in marks.values()} for criterion in criteria}
    return {criterion: values.pop() for criterion, values in said.items() if len(values) == 1}
