"""The same figures on a dark page. Files keep their own light ground; only our pages ask for this one."""

import re

from exports.papers.figures.canvas import ACCENT, INK, INK_2, LINE, LINE_STRONG, PAPER, RAMP

DARK = {
    PAPER: "#1b181f",
    INK: "#eeeaf2",
    INK_2: "#c5becd",
    LINE: "#37323e",
    LINE_STRONG: "#857d90",
    ACCENT: "#f0a5cb",
    **dict(zip(RAMP, ("#231d27", "#3a2531", "#57304a", "#7d4566", "#b56a92", "#f0a5cb"), strict=True)),
}
"""Each color of a figure on a dark ground: those of the pages' dark theme."""
COLOR = re.compile(r'(?<=(?:fill|roke)=")#[0-9a-f]{6}(?=")')


def darkened(svg: str) -> str:
    """Return a figure in the colors of the dark theme."""
    return COLOR.sub(lambda color: DARK.get(color[0], color[0]), svg)
