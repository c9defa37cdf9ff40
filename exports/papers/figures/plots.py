"""What each figure draws. Every estimate comes with its interval, every bar with its number."""

from collections.abc import Callable
from typing import Any

from exports.papers.facts import Facts
from exports.papers.figures.canvas import (
    INK,
    INK_2,
    LIGHT_WORDS_FROM,
    LINE,
    LINE_STRONG,
    PAPER,
    RAMP,
    WIDTH,
    Canvas,
    shortened,
)

LEFT, RIGHT = 220, WIDTH - 150
ROW = 34
RELIABLE = 0.667


def coverage(facts: Facts) -> Canvas | None:
    """Draw decided pairs by trait and domain."""
    if not facts.cells:
        return None
    domains = sorted({cell.domain for cell in facts.cells})
    traits = sorted({(cell.trait, cell.version) for cell in facts.cells})
    found = {
        (trait, version, domain): sum(
            c.decided for c in facts.cells if (c.trait, c.version, c.domain) == (trait, version, domain)
        )
        for trait, version in traits
        for domain in domains
    }
    most, total = max(found.values()), sum(found.values())
    empty = sum(not count for count in found.values())
    finding = f"{total:,} decided pairs in {len(found) - empty} of {len(found)} cells of trait and domain."
    canvas = Canvas("Decided pairs by trait and domain", finding)
    pitch = (WIDTH - 24 - LEFT) / len(domains)
    top = 60 + 9 * max(len(name) for name in domains) * (pitch < 90)
    for place, domain in enumerate(domains):
        head(canvas, domain, LEFT + pitch * (place + 0.5), top, is_turned=pitch < 90)
    for line, (trait, version) in enumerate(traits):
        y = top + 12 + line * ROW
        canvas.text(LEFT - 12, y + 20, label(facts, trait, version), anchor="end")
        for place, domain in enumerate(domains):
            cell(canvas, LEFT + pitch * place, y, pitch, found[trait, version, domain], most)
    canvas.note("Numbers are pairs of which more than half of the annotators preferred one response.")
    return canvas


def head(canvas: Canvas, words: str, x: float, y: float, *, is_turned: bool) -> None:
    """Write the name of a column, upright when there is no room."""
    if not is_turned:
        canvas.text(x, y, words, size=13, anchor="middle", fill=INK_2)
        return
    canvas.parts.append(f'<g transform="rotate(-55 {x:.1f} {y:.1f})">')
    canvas.text(x, y, shortened(words, 26), size=13, fill=INK_2)
    canvas.parts.append("</g>")


def cell(canvas: Canvas, x: float, y: float, pitch: float, count: int, most: int) -> None:
    """Draw one cell of the matrix."""
    if not count:
        canvas.box(x + 2, y, pitch - 4, ROW - 4, "none", edge=LINE_STRONG, dash="3 3")
        return
    shade = min(len(RAMP) - 1, (len(RAMP) - 1) * count // most)
    canvas.box(x + 2, y, pitch - 4, ROW - 4, RAMP[shade])
    fill = PAPER if shade >= LIGHT_WORDS_FROM else INK
    canvas.text(x + pitch / 2, y + 20, f"{count:,}", anchor="middle", fill=fill, weight=600)


def agreement(facts: Facts) -> Canvas | None:
    """Draw alpha of each trait with its interval."""
    rows = [row for row in facts.measures.get("agreement", []) if row["domain"] is None]
    known = [row for row in rows if row["value"] is not None]
    if not known:
        return None
    values = [row["value"] for row in known]
    finding = f"Ordinal alpha of {len(known)} traits lies between {min(values):.2f} and {max(values):.2f}."
    canvas = Canvas("Agreement by trait", finding)
    low = min([0.0, *(row["low"] for row in known if row["low"] is not None), *values])
    begin = -1.0 if low < -0.5 else -0.5 if low < 0 else 0.0
    at = scale(begin, 1.0)
    axis(canvas, at, [begin, 0, 0.5, 1] if begin else [0, 0.25, 0.5, 0.75, 1], len(rows), "{:g}")
    canvas.line(at(RELIABLE), 62, at(RELIABLE), 70 + len(rows) * ROW, stroke=LINE_STRONG, dash="4 4")
    for place, row in enumerate(rows):
        said = f"{row['value']:.2f}" if row["value"] is not None else "undefined"
        estimate(
            canvas, label(facts, row["trait"], row["version"]), row, at, place, f"{said}, {row['n']:,} pairs"
        )
    canvas.note(
        "Krippendorff’s alpha over strengths, 95 % intervals over scenario families. Dashed: .667.",
        "People value different things: this is reported, not gated.",
    )
    return canvas


def strengths(facts: Facts) -> Canvas | None:
    """Draw how strongly each trait was judged."""
    rows = [row for row in facts.measures.get("strengths", []) if sum(row["counts"]) + row["cannot_judge"]]
    if not rows:
        return None
    ties = sum(row["counts"][0] for row in rows)
    total = sum(sum(row["counts"]) for row in rows)
    finding = (
        f"{ties / total:.0%} of {total:,} verdicts prefer neither response."
        if total
        else "Nobody could judge."
    )
    canvas = Canvas("How strongly people preferred one response", finding)
    names = ("neither", "slightly", "better", "much better", "can’t judge")
    fills = (RAMP[0], RAMP[1], RAMP[3], RAMP[5], "none")
    x = float(LEFT)
    for name, fill in zip(names, fills, strict=True):
        canvas.box(x, 56, 14, 14, fill, edge=LINE_STRONG, dash="3 3" if fill == "none" else "")
        canvas.text(x + 20, 68, name, size=13, fill=INK_2)
        x += 42 + 7 * len(name)
    for place, row in enumerate(rows):
        y = 84 + place * ROW
        counts = [*row["counts"], row["cannot_judge"]]
        canvas.text(LEFT - 12, y + 18, label(facts, row["trait"], row["version"]), anchor="end")
        stack(canvas, y, counts, fills)
        canvas.text(RIGHT + 10, y + 18, f"{sum(counts):,}", fill=INK_2)
    canvas.note("Each bar is all verdicts on one trait, whichever response was preferred.")
    return canvas


def stack(canvas: Canvas, y: float, counts: list[int], fills: tuple[str, ...]) -> None:
    """Draw the parts of a whole side by side."""
    x, total = float(LEFT), sum(counts)
    for place, (count, fill) in enumerate(zip(counts, fills, strict=True)):
        width = (RIGHT - LEFT) * count / total
        if not count:
            continue
        canvas.box(x, y, width, ROW - 8, fill, edge=LINE_STRONG, dash="3 3" if fill == "none" else "")
        if width > 36:
            light = place == 3
            canvas.text(x + width / 2, y + 18, f"{count / total:.0%}", size=13, anchor="middle", fill=PAPER if light else INK)  # fmt: skip
        x += width


def signals(facts: Facts) -> Canvas | None:
    """Draw how often something that should not decide was preferred: place, length, refusal."""
    found = facts.measures
    if not found or not found["position"]["n"]:
        return None
    refusals = found["refusals"]
    rows: list[tuple[str, dict[str, Any]]] = [
        ("What was shown first", shifted(found["position"])),
        ("The longer response", shifted(found["longer"])),
        ("A refusal, against none", {**refusals, "value": refusals["wins"] / refusals["n"]} if refusals["n"] else {"value": None, "n": 0}),
    ]  # fmt: skip
    first = rows[0][1]["value"]
    finding = f"What was shown first was preferred in {first:.0%} of {found['position']['n']:,} preferences."
    canvas = Canvas("Signals that should not decide", finding)
    at = scale(0, 1)
    axis(canvas, at, [0, 0.25, 0.5, 0.75, 1], len(rows), "{:.0%}")
    canvas.line(at(0.5), 62, at(0.5), 70 + len(rows) * ROW, stroke=LINE_STRONG, dash="4 4")
    for place, (name, row) in enumerate(rows):
        said = f"{row['value']:.0%} of {row['n']:,}" if row["value"] is not None else "no such pair"
        estimate(canvas, name, row, at, place, said)
    canvas.note(
        "Share preferred, with 95 % intervals. Dashed: a half. Refusals are told by how a text begins."
    )
    return canvas


def shifted(row: dict[str, Any]) -> dict[str, Any]:
    """Return an estimate of a share minus a half as the share."""
    return {
        **row,
        **{
            key: row[key] + 0.5 if row[key] is not None else None
            for key in ("value", "low", "high")
        },
    }  # fmt: skip


def models(facts: Facts) -> Canvas | None:
    """Draw how often each model's response won against another model's."""
    rows = [row for row in facts.measures.get("models", []) if row["n"]]
    if len(rows) < 2:
        return None
    rows.sort(key=lambda row: (-row["wins"] / row["n"], row["model"]))
    best = rows[0]
    finding = (
        f"{best['model']} won {best['wins'] / best['n']:.0%} of {best['n']:,} comparisons with other models."
    )
    canvas = Canvas("Which model’s response was preferred", finding)
    at = scale(0, 1)
    axis(canvas, at, [0, 0.25, 0.5, 0.75, 1], len(rows), "{:.0%}")
    for place, row in enumerate(rows):
        row = {**row, "value": row["wins"] / row["n"]}
        estimate(canvas, row["model"], row, at, place, f"{row['value']:.0%} of {row['n']:,}")
    canvas.note("Share of decided pairs with a response of another model, with 95 % intervals.")
    return canvas


def scale(begin: float, end: float) -> Callable[[float], float]:
    """Return where a value stands from left to right."""
    return lambda value: LEFT + (RIGHT - LEFT) * (min(max(value, begin), end) - begin) / (end - begin)


def axis(canvas: Canvas, at: Callable[[float], float], ticks: list[float], rows: int, form: str) -> None:
    """Draw the grid behind estimates and name its lines."""
    bottom = 70 + rows * ROW
    for tick in ticks:
        canvas.line(at(tick), 62, at(tick), bottom)
        canvas.text(at(tick), bottom + 18, form.format(tick), size=13, anchor="middle", fill=INK_2)
    canvas.line(LEFT, bottom, RIGHT, bottom, stroke=LINE)


def estimate(canvas: Canvas, name: str, row: dict[str, Any], at: Callable[[float], float], place: int, said: str) -> None:  # fmt: skip
    """Draw an estimate with its interval in a line of its own."""
    y = 70 + place * ROW + ROW / 2
    canvas.text(LEFT - 12, y + 5, shortened(name, 28), anchor="end")
    canvas.text(RIGHT + 10, y + 5, said, size=13, fill=INK_2)
    if row["value"] is None:
        return
    if row["low"] is not None:
        canvas.line(at(row["low"]), y, at(row["high"]), y, stroke=INK, width=2)
        for end in (row["low"], row["high"]):
            canvas.line(at(end), y - 5, at(end), y + 5, stroke=INK, width=2)
    canvas.dot(at(row["value"]), y, hollow=row["low"] is None)


def label(facts: Facts, trait: str, version: int) -> str:
    """Return what a trait is called beside a plot."""
    known = {(each["trait_id"], each["trait_version"]): each["name"] for each in facts.codebook}
    name = known.get((trait, str(version)), "Overall" if trait == "overall" else trait)
    return shortened(name, 28)
