"""A sheet to draw on: shapes and words become SVG with attributes alone, since strict pages drop style sheets."""

from xml.sax.saxutils import escape, quoteattr

PAPER, INK, INK_2, LINE, LINE_STRONG = "#fdfcfa", "#1e1b18", "#5c554c", "#ddd8cf", "#8b8378"
ACCENT = "#7b2150"
RAMP = ("#f3ecf0", "#e4ccd9", "#cfa3ba", "#b4738f", "#944067", "#6a1c45")
"""Quantities: one hue, ever darker; from the fifth on, words are light."""
LIGHT_WORDS_FROM = 4
SERIF = "'Source Serif 4', 'Source Serif Pro', Georgia, serif"
SANS = "'Source Sans 3', 'Source Sans Pro', 'Helvetica Neue', Arial, sans-serif"
WIDTH = 760


class Canvas:
    """One figure: a title that states the finding, shapes, and a height that grows with them."""

    def __init__(self, title: str, finding: str) -> None:
        self.title = title
        self.finding = finding
        self.parts: list[str] = []
        self.height = 70.0
        self.text(24, 34, title, size=19, weight=600, family=SERIF)

    def text(
        self, x: float, y: float, words: str, *, size: int = 14, anchor: str = "start",
        fill: str = INK, weight: int = 400, family: str = SANS,
    ) -> None:  # fmt: skip
        """Write a line of words with its baseline at y."""
        self.parts.append(
            f'<text x="{number(x)}" y="{number(y)}" font-family={quoteattr(family)} font-size="{size}" '
            f'font-weight="{weight}" fill="{fill}" text-anchor="{anchor}">{escape(words)}</text>'
        )
        self.reach(y + 10)

    def box(self, x: float, y: float, width: float, height: float, fill: str, *, edge: str = "none", dash: str = "") -> None:  # fmt: skip
        """Draw a rectangle with slightly round corners."""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<rect x="{number(x)}" y="{number(y)}" width="{number(max(width, 0))}" height="{number(height)}" '
            f'rx="3" fill="{fill}" stroke="{edge}"{dashed}/>'
        )
        self.reach(y + height)

    def line(self, x1: float, y1: float, x2: float, y2: float, *, stroke: str = LINE, width: float = 1, dash: str = "") -> None:  # fmt: skip
        """Draw a straight line."""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<line x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}" '
            f'stroke="{stroke}" stroke-width="{number(width)}"{dashed}/>'
        )
        self.reach(max(y1, y2))

    def dot(self, x: float, y: float, *, hollow: bool = False) -> None:
        """Draw an estimate."""
        fill = PAPER if hollow else ACCENT
        self.parts.append(
            f'<circle cx="{number(x)}" cy="{number(y)}" r="5" fill="{fill}" stroke="{ACCENT}" stroke-width="2"/>'
        )

    def note(self, *lines: str) -> None:
        """Write a remark below everything."""
        for line in lines:
            self.text(24, self.height + 16, line, size=13, fill=INK_2)

    def reach(self, y: float) -> None:
        """Make the sheet at least so high."""
        self.height = max(self.height, y)

    def svg(self) -> str:
        """Return the file."""
        height = number(self.height + 16)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
            f'role="img">\n<title>{escape(self.finding)}</title>\n'
            f'<rect width="{WIDTH}" height="{height}" rx="8" fill="{PAPER}" stroke="{LINE}"/>\n'
            + "\n".join(self.parts)
            + "\n</svg>\n"
        )


def number(value: float) -> str:
    """Return a number with one decimal place at most, the same on every machine."""
    return f"{value:.1f}".removesuffix(".0")


def shortened(words: str, most: int) -> str:
    """Return words that fit beside a plot."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
