"""CHANGELOG.md: what was added, changed and withdrawn."""

from typing import Any

from exports.balance import other_changes
from exports.papers.facts import Facts

LINE = "{added} pairs added, {changed} changed, {withdrawn} withdrawn."


def changelog(facts: Facts) -> bytes:
    """Return CHANGELOG.md, with the ids of this release's changed and withdrawn pairs."""
    lines = ["# Changelog", "", f"## {facts.version} ({facts.date})", ""]
    if facts.previous is None:
        lines += [f"First release, with {facts.counts['changes']['added']} compared pairs."]
    else:
        lines += [
            f"Since {facts.previous}: {summary(facts.counts)} Rows that are new or changed carry"
            f" `{facts.version}` in the column `release`."
        ]
        if changes := [f"- {change}" for change in other_changes(facts.counts)]:
            lines += ["", *changes]
        lines += ids("Changed", facts.changed_keys)
        lines += ids("Withdrawn", facts.withdrawn_keys)
    for version, counts in facts.earlier:
        lines += ["", f"## {version}", "", summary(counts)]
    return ("\n".join(lines) + "\n").encode()


def summary(counts: dict[str, Any]) -> str:
    """Return one sentence about what changed in a release."""
    return LINE.format(**counts["changes"])


def ids(title: str, keys: list[str]) -> list[str]:
    """Return a section that lists comparisons by id; nothing when there are none."""
    if not keys:
        return []
    return ["", f"### {title}", "", *(f"- `cmp_{key}`" for key in keys)]
