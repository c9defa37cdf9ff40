"""How two wordings of a trait differ: part by part, and word by word within a part."""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import reduce
from itertools import pairwise
from typing import NamedTuple

from config.wording import Words, words
from curation.wording import KINDS, CriterionWords, GuidanceWords, Wording

TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
SENTENCE = re.compile(r"[^.!?\n]*[.!?\n]*\s*")
MOST_PAIRS = 400_000
"""Words times words that are compared; longer texts are compared by sentence, then as a whole."""


class Span(NamedTuple):
    """A run of words that both wordings have, or only one of them."""

    kind: str
    """same, del or ins."""
    text: str


class Entry(NamedTuple):
    """One part of a section as a comparison sees it."""

    key: str
    text: str
    label: str = ""
    """What it is called, for instance the other trait of a tension."""
    detail: str = ""
    """What stands beside its text, for instance points."""


class Change(NamedTuple):
    """What became of one part."""

    state: str
    """same, added, removed, reworded or moved."""
    label: str
    before: list[Span]
    after: list[Span]
    detail_before: str
    detail_after: str
    note: str = ""

    @property
    def is_detail_new(self) -> bool:
        """Whether what stands beside the text differs."""
        return self.detail_before != self.detail_after


class SectionChange(NamedTuple):
    """What became of a section."""

    name: str
    title: str
    changes: list[Change]

    @property
    def is_changed(self) -> bool:
        """Whether anything in it differs."""
        return any(change.state != "same" for change in self.changes)

    @property
    def unchanged(self) -> int:
        """How many of its parts are the same."""
        return sum(change.state == "same" for change in self.changes)


class Tally(NamedTuple):
    """How many parts changed in which way."""

    added: int
    removed: int
    reworded: int
    moved: int

    @property
    def said(self) -> Words:
        """The numbers that are not 0, in words."""
        counts = [
            words("{number} added", number=self.added) if self.added else None,
            words("{number} removed", number=self.removed) if self.removed else None,
            words("{number} reworded", number=self.reworded) if self.reworded else None,
            words("{number} moved", number=self.moved) if self.moved else None,
        ]
        some = [each for each in counts if each]
        if not some:
            return words("nothing changed")
        return reduce(lambda first, more: words("{first}, {more}", first=first, more=more), some)

    def __str__(self) -> str:
        return self.said


def differences(before: Wording, after: Wording) -> list[SectionChange]:
    """Return every section of two wordings, in the order of the page, with what became of its parts."""
    old, new = sections(before), sections(after)
    moved_from = {entry.key: title for _, title, entries in old for entry in entries}
    moved_to = {entry.key: title for _, title, entries in new for entry in entries}
    return [
        SectionChange(name, title, changes(earlier, later, moved_from, moved_to))
        for (name, title, earlier), (_, _, later) in zip(old, new, strict=True)
        if earlier or later
    ]


def guidance_differences(
    before: Sequence[GuidanceWords], after: Sequence[GuidanceWords]
) -> list[SectionChange]:
    """Return what a file would change in the guidance by domain; domains that it does not name stay as they are."""
    there = {each.domain: each for each in before}
    named = [each.domain for each in after]
    kept = [there[domain] for domain in named if domain in there]
    found = changes([guidance_entry(each) for each in kept], [guidance_entry(each) for each in after], {}, {})
    return [SectionChange("guidance", words("Guidance by domain"), found)] if found else []


def with_names(found: Sequence[SectionChange], names: Mapping[str, str]) -> list[SectionChange]:
    """Return sections whose parts are labeled with names instead of the words of addresses."""
    return [
        section._replace(
            changes=[
                change._replace(label=names.get(change.label, change.label)) for change in section.changes
            ]
        )
        for section in found
    ]


def tally(found: Sequence[SectionChange]) -> Tally:
    """Return how many parts changed in which way."""
    states = [change.state for section in found for change in section.changes]
    return Tally(*(states.count(state) for state in Tally._fields))


def sections(wording: Wording) -> list[tuple[str, str, list[Entry]]]:
    """Return the sections of a wording as name, title and entries."""
    behaviours = [
        (
            kind,
            title,
            [Entry(each.key, each.text, detail=counted(each.counts_as)) for each in wording.of_kind(kind)],
        )
        for kind, title in KINDS.items()
    ]
    tensions = [Entry(f"tension {each.trait}", each.text, label=each.trait) for each in wording.tensions]
    references = [
        Entry(f"reference {each.url or each.title}", each.title, detail=each.url)
        for each in wording.references
    ]
    return [
        ("definition", words("Definition"), whole("definition", wording.definition)),
        ("benefit", words("Why it is good for people"), whole("benefit", wording.benefit)),
        *behaviours,
        ("tensions", words("In tension with"), numbered(tensions)),
        ("references", words("References"), numbered(references)),
        ("criteria", words("Criteria and points"), [criterion_entry(each) for each in wording.criteria]),
        ("attribution", words("Where the words come from"), whole("attribution", wording.attribution)),
    ]


def whole(key: str, text: str) -> list[Entry]:
    """Return a section of one text; none when it is empty."""
    return [Entry(key, text)] if text else []


def numbered(entries: list[Entry]) -> list[Entry]:
    """Return entries whose keys are all different, however often one stands there."""
    seen: dict[str, int] = {}
    result = []
    for entry in entries:
        seen[entry.key] = seen.get(entry.key, 0) + 1
        result.append(entry._replace(key=f"{entry.key} {seen[entry.key]}"))
    return result


def counted(counts_as: str) -> str:
    """Return how a boundary case counts, in words."""
    return words("Counts as {counts_as}", counts_as=counts_as) if counts_as else ""


def criterion_entry(said: CriterionWords) -> Entry:
    """Return a criterion as a comparison sees it."""
    signed = f"{said.points.normalize():+f}".replace("-", "\N{MINUS SIGN}")
    about = [f"{signed} points", said.kind, f"{said.framing} framing", said.axis, *said.tags]
    return Entry(said.key, said.text, detail=", ".join(filter(None, about)))


def guidance_entry(said: GuidanceWords) -> Entry:
    """Return the guidance of a domain as a comparison sees it."""
    text = "\n\n".join(filter(None, [said.text, said.example, said.authorities]))
    return Entry(said.domain, text, label=said.domain)


def changes(
    before: Sequence[Entry], after: Sequence[Entry], moved_from: dict[str, str], moved_to: dict[str, str]
) -> list[Change]:
    """Return what became of each part of a section, removed parts where they stood.

    Args:
        before: the section's entries.
        after: the same section's entries, later.
        moved_from: by key, the title of the section where a part stood before.
        moved_to: by key, the title of the section where a part stands after.
    """
    old = {entry.key: entry for entry in before}
    new = {entry.key: entry for entry in after}
    stayed = in_place([entry.key for entry in before], [entry.key for entry in after])
    ahead = [entry for entry in before if entry.key not in new]
    order = {entry.key: place for place, entry in enumerate(before)}
    found: list[Change] = []
    for entry in after:
        if entry.key in stayed:
            while ahead and order[ahead[0].key] < order[entry.key]:
                found.append(removal(ahead.pop(0), moved_to))
        found.append(change(old.get(entry.key), entry, entry.key in stayed, moved_from))
    return found + [removal(entry, moved_to) for entry in ahead]


def in_place(before: list[str], after: list[str]) -> set[str]:
    """Return the keys that two lists have in the same order."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return {key for block in blocks for key in before[block.a : block.a + block.size]}


def removal(entry: Entry, moved_to: dict[str, str]) -> Change:
    """Return a part that this section has no more."""
    where = moved_to.get(entry.key)
    note = words("Moved to “{where}”.", where=where) if where else ""
    return Change("removed", entry.label, [Span("del", entry.text)], [], entry.detail, "", note)


def change(old: Entry | None, new: Entry, has_stayed: bool, moved_from: dict[str, str]) -> Change:
    """Return what became of a part that this section has."""
    if old is None:
        where = moved_from.get(new.key)
        note = words("Moved from “{where}”.", where=where) if where else ""
        return Change("added", new.label, [], [Span("ins", new.text)], "", new.detail, note)
    is_same = (old.text, old.detail) == (new.text, new.detail)
    state = ("same" if has_stayed else "moved") if is_same else "reworded"
    before, after = word_spans(old.text, new.text)
    return Change(
        state,
        new.label,
        before,
        after,
        old.detail,
        new.detail,
        "" if has_stayed else words("Its place changed."),
    )


def word_spans(before: str, after: str) -> tuple[list[Span], list[Span]]:
    """Return two texts as runs: joined, the first gives `before` and the second `after`."""
    if before == after:
        same = [Span("same", before)] if before else []
        return same, same
    for pattern in (TOKEN, SENTENCE):
        old, new = pattern.findall(before), pattern.findall(after)
        if len(old) * len(new) <= MOST_PAIRS:
            break
    else:
        old, new = [before], [after]
    runs = joined_runs(old, new)
    return spans(runs, "del"), spans(runs, "ins")


def joined_runs(old: list[str], new: list[str]) -> list[tuple[bool, str, str]]:
    """Return runs as (is the same, before, after); a space between two changes counts as changed."""
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    raw = [(tag == "equal", "".join(old[a:b]), "".join(new[c:d])) for tag, a, b, c, d in codes]
    runs: list[tuple[bool, str, str]] = []
    for place, (is_same, was, now) in enumerate(raw):
        is_gap = is_same and not was.strip() and 0 < place < len(raw) - 1
        kept = is_same and not is_gap
        if runs and runs[-1][0] == kept:
            runs[-1] = (kept, runs[-1][1] + was, runs[-1][2] + now)
        else:
            runs.append((kept, was, now))
    assert all(one[0] != two[0] for one, two in pairwise(runs))  # noqa: S101 - what the loop is for.
    return runs


def spans(runs: list[tuple[bool, str, str]], kind: str) -> list[Span]:
    """Return one side of the runs."""
    side = 1 if kind == "del" else 2
    return [Span("same" if run[0] else kind, str(run[side])) for run in runs if run[side]]
