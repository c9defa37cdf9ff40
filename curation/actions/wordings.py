"""A stored trait version as plain words, and plain words as the parts of a draft."""

from collections.abc import Iterable
from uuid import UUID, uuid4

from django.db.models import Max

from accounts.models import User
from curation.models import Behaviour, Criterion, Guidance, Reference, Tension, Trait, TraitVersion
from curation.wording import (
    KINDS,
    BehaviourWords,
    CriterionWords,
    GuidanceWords,
    ReferenceWords,
    TensionWords,
    TraitFile,
    Wording,
)


def wording_of(version: TraitVersion) -> Wording:
    """Return all words of a version, its behaviours grouped by kind."""
    places = {kind: place for place, kind in enumerate(KINDS)}
    behaviours = sorted(
        version.behaviours.all(), key=lambda each: (places[each.kind], each.position, each.pk)
    )
    tensions = version.tensions.select_related("other").order_by("pk")
    return Wording(
        definition=version.definition,
        benefit=version.benefit,
        attribution=version.attribution,
        behaviours=tuple(
            BehaviourWords(each.kind, each.text, each.counts_as, str(each.key)) for each in behaviours
        ),
        tensions=tuple(TensionWords(each.other.slug, each.text) for each in tensions),
        references=tuple(ReferenceWords(each.title, each.url) for each in version.references.order_by("pk")),
        criteria=tuple(criterion_words(each) for each in criteria_of(version)),
    )


def criteria_of(version: TraitVersion) -> "list[Criterion]":
    """Return the shared criteria of a version in their order."""
    return list(version.criteria.filter(scenario=None).order_by("position", "pk"))


def criterion_words(criterion: Criterion) -> CriterionWords:
    """Return a stored criterion as plain words."""
    return CriterionWords(
        text=criterion.text,
        points=criterion.points.normalize(),
        kind=criterion.kind,
        framing=criterion.framing,
        axis=criterion.axis,
        tags=tuple(criterion.tags),
        key=str(criterion.key),
    )


def file_of(version: TraitVersion) -> TraitFile:
    """Return what the file of a version holds."""
    return TraitFile(
        slug=version.trait.slug,
        code=version.trait.code,
        name=version.trait.name,
        wording=wording_of(version),
        change_note=version.change_note,
        meaning_changed=version.meaning_changed,
        guidance=tuple(guidance_words(each) for each in newest_guidance(version.trait)),
    )


def trait_names() -> dict[str, str]:
    """Return the name of each trait by its slug."""
    return dict(Trait.objects.values_list("slug", "name"))


def newest_guidance(trait: Trait) -> list[Guidance]:
    """Return the highest number of each domain's guidance, in the order of the domains."""
    rows = Guidance.objects.filter(cell__trait=trait).select_related("cell__domain")
    ordered = rows.order_by("cell__domain__position", "cell__domain", "-number")
    newest: dict[int, Guidance] = {}
    for each in ordered:
        newest.setdefault(each.cell_id, each)
    return list(newest.values())


def guidance_words(guidance: Guidance) -> GuidanceWords:
    """Return stored guidance as plain words."""
    return GuidanceWords(guidance.cell.domain_id, guidance.text, guidance.example, guidance.authorities)


def write_wording(version: TraitVersion, wording: Wording, *, author: User | None) -> None:
    """Fill an empty draft with words. Tensions with traits that are not there are left out."""
    Behaviour.objects.bulk_create(
        [
            Behaviour(
                version=version,
                key=each.key or uuid4(),
                kind=each.kind,
                text=each.text,
                counts_as=each.counts_as,
                position=position,
            )
            for position, each in enumerate(wording.behaviours)
        ]
    )
    traits = {
        trait.slug: trait for trait in Trait.objects.filter(slug__in=[t.trait for t in wording.tensions])
    }
    Tension.objects.bulk_create(
        [
            Tension(version=version, other=traits[each.trait], text=each.text)
            for each in wording.tensions
            if each.trait in traits
        ]
    )
    Reference.objects.bulk_create(
        [Reference(version=version, title=each.title, url=each.url) for each in wording.references]
    )
    write_criteria(version, wording.criteria, author=author)


def write_criteria(version: TraitVersion, words: Iterable[CriterionWords], *, author: User | None) -> None:
    """Add shared criteria to a draft, each as the next wording under its key."""
    keyed = [(UUID(each.key) if each.key else uuid4(), each) for each in words]
    numbers = highest_numbers(key for key, _ in keyed)
    Criterion.objects.bulk_create(
        [
            Criterion(
                version=version,
                key=key,
                number=numbers.get(key, 0) + 1,
                text=each.text,
                points=each.points,
                kind=each.kind,
                framing=each.framing,
                axis=each.axis,
                tags=list(each.tags),
                position=position,
                author=author,
            )
            for position, (key, each) in enumerate(keyed)
        ]
    )


def highest_numbers(keys: Iterable[UUID]) -> dict[UUID, int]:
    """Return by key the highest number that a wording of a criterion has."""
    rows = Criterion.objects.filter(key__in=list(keys)).order_by().values_list("key")
    return dict(rows.annotate(Max("number")))
