"""How far a factual criterion can be relied on. Knows no Django."""

from enum import StrEnum

RELIABLE = 0.8
TENTATIVE = 0.667


class Gate(StrEnum):
    """What an alpha allows. Value-laden preference never passes through it."""

    RELIABLE = "reliable"
    TENTATIVE = "tentative"
    """Conclusions from it are provisional."""
    REVISE = "revise"
    """The wording needs work."""
    UNDEFINED = "undefined"


def gate(alpha: float | None) -> Gate:
    """Return what an alpha allows: reliable from .800, tentative from .667, else revise.

    Source:
        Krippendorff, Content Analysis (2004), page 241.
    """
    if alpha is None:
        return Gate.UNDEFINED
    if alpha >= RELIABLE:
        return Gate.RELIABLE
    return Gate.TENTATIVE if alpha >= TENTATIVE else Gate.REVISE
