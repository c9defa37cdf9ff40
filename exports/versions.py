"""Which part of its version the next release should raise. Knows no Django."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from config.wording import words

MEANINGS = {
    "aggregation": words("how votes become a winner"),
    "ties": words("how ties count"),
    "plural": words("what becomes of pairs that were kept plural"),
}
"""Terms that give a column another meaning."""


class Difference(NamedTuple):
    """How many rows a release cut now would hold differently from the one before."""

    added: int
    changed: int
    withdrawn: int
    moved: int
    """Prompts that fall into another split."""


class Proposal(NamedTuple):
    """What part to raise, and why, in words."""

    bump: str
    reasons: list[str]


def proposal(before: Mapping[str, Any], after: Mapping[str, Any], found: Difference) -> Proposal:
    """Return the least part that consumers can rely on.

    Args:
        before: terms of the release before.
        after: terms as they are now.
        found: what rows differ.
    """
    if major := list(major_reasons(before, after, found)):
        return Proposal("major", major)
    if minor := list(minor_reasons(before, after, found)):
        return Proposal("minor", minor)
    return Proposal("patch", [words("No row would differ.")])


def major_reasons(before: Mapping[str, Any], after: Mapping[str, Any], found: Difference) -> Iterator[str]:
    """Yield what breaks with what consumers know: a moved split, another meaning, another schema."""
    if found.moved:
        yield words("{n} prompts would fall into another split.", n=found.moved)
    for key, meaning in MEANINGS.items():
        # Releases that were cut before there was a choice say nothing of it.
        if key in before and before[key] != after[key]:
            yield words(
                "The recipe says differently {meaning}: {now} instead of {then}.",
                meaning=meaning,
                now=after[key],
                then=before[key],
            )
    if major_of(before) != major_of(after):
        yield words(
            "Columns are those of schema {now}, and were those of {then}.",
            now=after["schema_version"],
            then=said(before),
        )
    if lost := sorted(
        set(before.get("configs") or ()) - set(after["configs"] or before.get("configs") or ())
    ):
        yield words("Configs would be gone: {names}.", names=", ".join(lost))


def minor_reasons(before: Mapping[str, Any], after: Mapping[str, Any], found: Difference) -> Iterator[str]:
    """Yield what comes, goes or changes without breaking anything."""
    for number, one, many in (
        (found.added, words("1 row would be new."), words("{n} rows would be new.", n=found.added)),
        (found.changed, words("1 row would be changed."), words("{n} rows would be changed.", n=found.changed)),
        (found.withdrawn, words("1 row would be withdrawn."), words("{n} rows would be withdrawn.", n=found.withdrawn)),
    ):  # fmt: skip
        if number:
            yield one if number == 1 else many
    if before.get("schema_version") != after["schema_version"]:
        yield words("There are columns or configs that schema {then} did not have.", then=said(before))


def major_of(terms: Mapping[str, Any]) -> str:
    """Return the major part of the schema's version."""
    return said(terms).partition(".")[0]


def said(terms: Mapping[str, Any]) -> str:
    """Return the schema's version; the first releases did not say theirs."""
    return str(terms.get("schema_version", "1.0"))
