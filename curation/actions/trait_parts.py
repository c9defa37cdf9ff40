"""Editing the parts of a draft: behaviours, tensions, references and shared criteria."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models, transaction

from accounts.models import User
from curation.actions.traits import ChangedMeanwhile, lock_draft, note_edit, other_writer
from curation.actions.wordings import highest_numbers
from curation.models import Behaviour, Criterion, Reference, Tension, Trait, TraitVersion
from curation.wording import MOST_PARTS, digest

Part = Behaviour | Tension | Reference | Criterion
Values = Mapping[str, Any]


class PartIsGone(Exception):
    """Someone took the part away."""


class TooMany(Exception):
    """A section holds `MOST_PARTS` at most."""


class Section(NamedTuple):
    """A list of parts that is edited as one."""

    name: str
    model: type[Part]
    fields: tuple[str, ...]
    """What a person edits, in the order in which digests take it."""
    fixed: dict[str, Any]
    """What all its parts share."""
    is_ordered: bool = True
    has_keys: bool = True

    def parts(self, version: TraitVersion) -> list[Part]:
        """Return the section's parts of a version in their order."""
        order = ("position", "pk") if self.is_ordered else ("pk",)
        return list(self.rows(version).order_by(*order))

    def rows(self, version: TraitVersion) -> "models.QuerySet[Any]":
        """Return the section's rows of a version."""
        rows: models.QuerySet[Any] = self.model._default_manager.filter(version=version, **self.fixed)
        return rows.select_related("other") if self.model is Tension else rows


SECTIONS = {
    section.name: section
    for section in (
        Section("exhibits", Behaviour, ("text",), {"kind": "exhibits"}),
        Section("violates", Behaviour, ("text",), {"kind": "violates"}),
        Section("counterfeit", Behaviour, ("text",), {"kind": "counterfeit"}),
        Section("boundary", Behaviour, ("text", "counts_as"), {"kind": "boundary"}),
        Section("tensions", Tension, ("other", "text"), {}, is_ordered=False, has_keys=False),
        Section("references", Reference, ("title", "url"), {}, is_ordered=False, has_keys=False),
        Section("criteria", Criterion, ("text", "points", "kind", "framing", "axis"), {"scenario": None}),
    )
}


def digest_of(section: Section, part: Part) -> str:
    """Return what tells whether a part still says what somebody saw."""
    return digest(*(plain(getattr(part, name)) for name in section.fields))


def plain(value: Any) -> str:
    """Return a value as a file or a session can keep it."""
    if isinstance(value, Trait):
        return value.slug
    return f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)


@transaction.atomic
def add_part(version: TraitVersion, section: Section, values: Values, *, editor: User) -> Part:
    """Add a part at the end of a section.

    Raises:
        NotADraft: the version is under review or final.
        TooMany: the section is full.
    """
    draft = lock_draft(version)
    part = insert(draft, section, values, editor=editor)
    note_edit(draft, editor)
    return part


def insert(draft: TraitVersion, section: Section, values: Values, *, editor: User) -> Part:
    """Write a new part behind the others."""
    there = section.parts(draft)
    if len(there) >= MOST_PARTS:
        raise TooMany
    fields = {**section.fixed, **values}
    if section.is_ordered:
        fields["position"] = max((each.position for each in there), default=-1) + 1  # type: ignore[union-attr]  # Ordered parts have one.
    if section.model is Criterion:
        key = fields.setdefault("key", uuid4())
        fields["number"] = highest_numbers([key]).get(key, 0) + 1
        fields["author"] = editor
    created: Part = section.model._default_manager.create(version=draft, **fields)
    return created


@transaction.atomic
def change_part(
    version: TraitVersion, section: Section, pk: str, values: Values, *, was: str, editor: User
) -> Part:
    """Reword a part of a draft, if it still says what the editor was shown.

    Raises:
        NotADraft: the version is under review or final.
        PartIsGone: someone took the part away.
        ChangedMeanwhile: the part says neither what was shown nor the new words.
    """
    draft = lock_draft(version)
    part = find(draft, section, pk)
    stands = digest_of(section, part)
    if stands == digest(*(plain(values[name]) for name in section.fields)):
        return part
    if stands != was:
        raise ChangedMeanwhile(in_lines(section, part), stands, other_writer(draft, editor))
    for name in section.fields:
        setattr(part, name, values[name])
    part.save(update_fields=section.fields)
    note_edit(draft, editor)
    return part


def find(draft: TraitVersion, section: Section, pk: str) -> Part:
    """Return a part of a draft.

    Raises:
        PartIsGone: it is not there.
    """
    try:
        part: Part | None = section.rows(draft).filter(pk=pk).first()
    except (ValueError, ValidationError):
        part = None
    if part is None:
        raise PartIsGone
    return part


def in_lines(section: Section, part: Part) -> str:
    """Return a part's values as they are shown beside others."""
    values = (getattr(part, name) for name in section.fields)
    return "\n".join(str(value) if isinstance(value, Trait) else plain(value) for value in values if value)


@transaction.atomic
def move_part(version: TraitVersion, section: Section, pk: str, step: int, *, editor: User) -> None:
    """Move a part up (-1) or down (+1) among those of its section; at the end nothing happens.

    Raises:
        NotADraft: the version is under review or final.
        PartIsGone: someone took the part away.
    """
    draft = lock_draft(version)
    parts = section.parts(draft)
    place = parts.index(find(draft, section, pk))
    target = place + step
    if not section.is_ordered or not 0 <= target < len(parts):
        return
    parts[place], parts[target] = parts[target], parts[place]
    renumber(section, parts)
    note_edit(draft, editor)


def renumber(section: Section, parts: list[Part]) -> None:
    """Write the order in which parts stand in the list."""
    for position, part in enumerate(parts):
        part.position = position  # type: ignore[union-attr]  # Ordered parts have one.
    manager: models.Manager[Any] = section.model._default_manager
    manager.bulk_update(parts, ["position"])


@transaction.atomic
def remove_part(version: TraitVersion, section: Section, pk: str, *, editor: User) -> dict[str, Any]:
    """Take a part away.

    Returns:
        What `restore_part` wants to bring it back: plain values that a session can keep.

    Raises:
        NotADraft: the version is under review or final.
        PartIsGone: someone was quicker.
    """
    draft = lock_draft(version)
    part = find(draft, section, pk)
    place = section.parts(draft).index(part)
    kept = {name: plain(getattr(part, name)) for name in section.fields}
    if section.has_keys:
        kept["key"] = str(part.key)  # type: ignore[union-attr]  # Sections with keys hold such parts.
    tags = list(part.tags) if isinstance(part, Criterion) else []
    shown = str(part)
    part.delete()
    note_edit(draft, editor)
    return {"section": section.name, "place": place, "values": kept, "tags": tags, "shown": shown}


@transaction.atomic
def restore_part(version: TraitVersion, removed: Mapping[str, Any], *, editor: User) -> Part | None:
    """Bring a removed part back to its place, under its key. Twice is once.

    Returns:
        None when it is there already, or when the trait it named is gone.

    Raises:
        NotADraft: the version is under review or final.
        TooMany: the section is full.
    """
    draft = lock_draft(version)
    section = SECTIONS[removed["section"]]
    values: dict[str, Any] = dict(removed["values"])
    if (
        section.has_keys
        and section.rows(draft).model._default_manager.filter(version=draft, key=values["key"]).exists()
    ):
        return None
    if section.model is Tension:
        values["other"] = Trait.objects.get(slug=values["other"])
    if section.model is Criterion:
        values["tags"] = removed["tags"]
    part = insert(draft, section, values, editor=editor)
    if section.is_ordered:
        parts = section.parts(draft)
        parts.insert(removed["place"], parts.pop())
        renumber(section, parts)
    note_edit(draft, editor)
    return part
