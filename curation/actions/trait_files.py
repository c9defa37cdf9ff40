"""Bringing a trait's file in: what it would do, and doing it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from accounts.audit import record
from accounts.models import User
from curation.actions.traits import begin_version
from curation.actions.wordings import guidance_words, newest_guidance, trait_names, wording_of
from curation.differences import SectionChange, Tally, differences, guidance_differences, tally, with_names
from curation.models import Cell, Criterion, Domain, Guidance, Trait, TraitVersion
from curation.wording import GuidanceWords, TraitFile, Wording, with_known_keys


class DoesNotFit(Exception):
    """The file speaks of things that this deployment has not, or that are others' here."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = list(reasons)
        super().__init__("\n".join(self.reasons))


class Outlook(NamedTuple):
    """What bringing a file in would do."""

    file: TraitFile
    base: TraitVersion | None
    """The newest version of the trait, to which the file is compared; None when the trait is new."""
    sections: list[SectionChange]
    notes: list[str]
    """What of the file would stay outside, in sentences."""

    @property
    def tally(self) -> Tally:
        """How many parts differ."""
        return tally(self.sections)

    @property
    def left(self) -> str:
        """What the file is compared to."""
        return (
            gettext("Version %(number)s") % {"number": self.base.number}
            if self.base
            else gettext("Nothing yet")
        )

    @property
    def same(self) -> list[SectionChange]:
        """Sections that the file says as they are."""
        return [section for section in self.sections if not section.is_changed]

    @property
    def is_same(self) -> bool:
        """Whether the file says what is there already."""
        return self.base is not None and not any(section.is_changed for section in self.sections)


def foresee(file: TraitFile, *, also: Sequence[TraitFile] = ()) -> Outlook:
    """Say what bringing a file in would do, without doing it.

    Args:
        file: as it was read.
        also: files that come in together with it, so that they may name each other's traits.

    Raises:
        DoesNotFit: with every reason.
    """
    base = (
        TraitVersion.objects.filter(trait__slug=file.slug).select_related("trait").order_by("number").last()
    )
    reasons = [*unknown_names(file, also), *foreign_keys(file), *taken_code(file, base)]
    if reasons:
        raise DoesNotFit(reasons)
    names = {**trait_names(), **{each.slug: each.name for each in also}}
    names |= dict(Domain.objects.values_list("slug", "name"))
    if base is None:
        found = differences(Wording(""), file.wording) + guidance_differences([], file.guidance)
        return Outlook(file, None, with_names(found, names), [])
    there = wording_of(base)
    guidance = [guidance_words(each) for each in newest_guidance(base.trait)]
    found = differences(there, with_known_keys(file.wording, there))
    found += guidance_differences(guidance, file.guidance)
    return Outlook(file, base, with_names(found, names), notes_on(file, base.trait))


def unknown_names(file: TraitFile, also: Sequence[TraitFile]) -> list[str]:
    """Return a reason for each trait and domain that the file names and that is not there."""
    named = {each.trait for each in file.wording.tensions}
    there = {file.slug, *(each.slug for each in also)}
    there |= set(Trait.objects.filter(slug__in=named).values_list("slug", flat=True))
    domains = {each.domain for each in file.guidance}
    known = set(Domain.objects.filter(slug__in=domains).values_list("slug", flat=True))
    return [
        gettext(
            "tensions: there is no trait “%(slug)s” here. Bring it in first, or both with one trait_import."
        )
        % {"slug": slug}
        for slug in sorted(named - there)
    ] + [
        gettext("guidance: there is no domain “%(slug)s” here.") % {"slug": slug}
        for slug in sorted(domains - known)
    ]


def foreign_keys(file: TraitFile) -> list[str]:
    """Return a reason for each criterion whose key belongs to another trait or to a scenario."""
    keys = [each.key for each in file.wording.criteria if each.key]
    rows = Criterion.objects.filter(key__in=keys)
    foreign = rows.exclude(version__trait__slug=file.slug, scenario=None).values_list("key", flat=True)
    return [
        gettext("criteria: the key %(key)s belongs to another criterion here. Leave it out to get a new one.")
        % {"key": key}
        for key in sorted(set(foreign))
    ]


def taken_code(file: TraitFile, base: TraitVersion | None) -> list[str]:
    """Return a reason when a new trait's code is another one's."""
    other = Trait.objects.filter(code=file.code).first() if base is None else None
    return (
        [
            gettext("code: %(code)s is the code of %(name)s. Choose two other letters.")
            % {"code": file.code, "name": other.name}
        ]
        if other
        else []
    )


def notes_on(file: TraitFile, trait: Trait) -> list[str]:
    """Return what of the file would stay outside because the trait has it otherwise."""
    notes = []
    if (file.name, file.code) != (trait.name, trait.code):
        notes.append(
            gettext("The file calls the trait “%(name)s” (%(code)s). It stays “%(old_name)s” (%(old_code)s).")
            % {"name": file.name, "code": file.code, "old_name": trait.name, "old_code": trait.code}
        )
    drafts = {each.cell.domain_id for each in newest_guidance(trait) if each.published_at is None}
    changed = {each.domain for each in guidance_to_write(file.guidance, trait)}
    for domain in sorted(drafts & changed):
        notes.append(
            gettext("The guidance for %(domain)s has a draft already. It stays, and the file's is left out.")
            % {"domain": domain}
        )
    return notes


@transaction.atomic
def import_trait(file: TraitFile, *, author: User | None) -> TraitVersion:
    """Write a file as a new trait, or as the next draft of one that is there. Nothing is published.

    Raises:
        DoesNotFit: with every reason; nothing is written.
    """
    return import_traits([file], author=author)[0]


@transaction.atomic
def import_traits(files: Sequence[TraitFile], *, author: User | None) -> list[TraitVersion]:
    """Write several files that may name each other's traits.

    Raises:
        DoesNotFit: with every reason; nothing is written.
    """
    reasons = []
    for file in files:
        try:
            foresee(file, also=files)
        except DoesNotFit as error:
            reasons += [f"{file.slug}: {reason}" if len(files) > 1 else reason for reason in error.reasons]
    if reasons:
        raise DoesNotFit(reasons)
    for file in files:
        add_trait(file)
    return [write_file(file, author=author) for file in files]


def add_trait(file: TraitFile) -> None:
    """Create the trait of a file unless it is there."""
    if Trait.objects.filter(slug=file.slug).exists():
        return
    try:
        with transaction.atomic():
            Trait.objects.create(slug=file.slug, code=file.code, name=file.name)
    except IntegrityError:
        raise DoesNotFit(
            [
                gettext("code: another trait has %(code)s already. Choose two other letters.")
                % {"code": file.code}
            ]
        ) from None


def write_file(file: TraitFile, *, author: User | None) -> TraitVersion:
    """Write one file as the next draft of its trait. Wants a transaction and a file that fits."""
    trait = Trait.objects.select_for_update().get(slug=file.slug)
    base = trait.versions.order_by("number").last()
    wording = with_known_keys(file.wording, wording_of(base)) if base else file.wording
    version = begin_version(trait, wording, author=author)
    version.change_note, version.meaning_changed = file.change_note, file.meaning_changed
    version.save(update_fields=["change_note", "meaning_changed"])
    write_guidance(trait, file.guidance, author=author)
    record(author, "trait_version.imported", version, version=str(version))
    return version


def guidance_to_write(guidance: Iterable[GuidanceWords], trait: Trait) -> list[GuidanceWords]:
    """Return the guidance that is not there in the same words."""
    there = {each.cell.domain_id: guidance_words(each) for each in newest_guidance(trait)}
    return [each for each in guidance if there.get(each.domain) != each]


def write_guidance(trait: Trait, guidance: Iterable[GuidanceWords], *, author: User | None) -> None:
    """Add the guidance that is new as drafts; where somebody's draft is in work, it stays."""
    newest = {each.cell.domain_id: each for each in newest_guidance(trait)}
    for each in guidance_to_write(guidance, trait):
        before = newest.get(each.domain)
        if before and before.published_at is None:
            continue
        cell, _ = Cell.objects.get_or_create(trait=trait, domain_id=each.domain)
        Guidance.objects.create(
            cell=cell,
            number=before.number + 1 if before else 1,
            text=each.text,
            example=each.example,
            authorities=each.authorities,
            author=author,
        )
