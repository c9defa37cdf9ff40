"""The plots of a release as SVG files. Equal facts make equal bytes; each shows the same on paper and on a dark page."""

from exports.papers.facts import Facts
from exports.papers.figures.plots import agreement, coverage, models, signals, strengths

PLOTS = {
    "coverage": coverage,
    "agreement": agreement,
    "strengths": strengths,
    "signals": signals,
    "models": models,
}
"""By the name of the file, in the order of the card."""


def figures(facts: Facts) -> dict[str, tuple[str, str]]:
    """Return for each figure that has something to show its SVG and the sentence that says what it shows, by name."""
    drawn = {name: draw(facts) for name, draw in PLOTS.items()}
    return {name: (canvas.svg(), canvas.finding) for name, canvas in drawn.items() if canvas is not None}
