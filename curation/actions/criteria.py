"""What authors do with the criteria of a scenario: drafts are edited, published wordings stay and are replaced by new ones."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from accounts.audit import Actor, record
from accounts.models import User
from curation.actions.traits import ChangedMeanwhile
from curation.models import Criterion, Scenario
from curation.rubric.healthbench import with_axis
from curation.wording import digest

FIELDS = ("text", "points", "kind", "axis", "framing", "version")
"""What a person edits, in the order in which digests take it."""
MOST_CRITERIA = 60
"""Of one scenario: HealthBench's longest rubric has 48."""


class NotADraft(Exception):
    """The criterion is published, retired or gone, so its words don't change."""


class TooMany(Exception):
    """The rubric holds `MOST_CRITERIA` already."""


class WordingExists(Exception):
    """A draft of the next wording is there already."""


def digest_of(criterion: Criterion) -> str:
    """Return what tells whether a criterion still says what somebody saw."""
    return digest(*(plain(getattr(criterion, name)) for name in FIELDS))


def plain(value: Any) -> str:
    """Return a value as digests take it."""
    if hasattr(value, "normalize"):
        return f"{value.normalize():f}"
    return str(getattr(value, "pk", value) or "")


def in_words(criterion: Criterion) -> str:
    """Return a criterion as it is shown beside another wording."""
    said = [criterion.text, f"{criterion.points.normalize():+f} points", criterion.get_kind_display()]
    return "\n".join([*said, criterion.axis] if criterion.axis else said)


def hold_rubric(scenario: Scenario) -> list[Criterion]:
    """Return a scenario's own criteria in their order. Until the transaction ends nobody else changes which there are."""
    # Without the lock two people who add or move at once would take the same place.
    Scenario.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=scenario.pk)
    return list(Criterion.objects.filter(scenario=scenario).order_by("position", "id"))


@transaction.atomic
def add_criterion(scenario: Scenario, values: Mapping[str, Any], *, author: User) -> Criterion:
    """Add a draft at the end of a scenario's criteria.

    Raises:
        TooMany: there are enough.
    """
    there = hold_rubric(scenario)
    if len({each.key for each in there if each.state != Criterion.State.RETIRED}) >= MOST_CRITERIA:
        raise TooMany
    position = max((each.position for each in there), default=-1) + 1
    tags = list(with_axis((), values.get("axis", "")))
    return Criterion.objects.create(scenario=scenario, author=author, position=position, tags=tags, **values)


def lock_draft(criterion: Criterion) -> Criterion:
    """Return a draft as it stands, held until the transaction ends.

    Raises:
        NotADraft: it is no draft any more.
    """
    drafts = Criterion.objects.select_for_update(of=("self",)).filter(state=Criterion.State.DRAFT)
    found = drafts.filter(pk=criterion.pk).first()
    if found is None:
        raise NotADraft
    return found


@transaction.atomic
def change_criterion(criterion: Criterion, values: Mapping[str, Any], *, was: str) -> Criterion:
    """Change the words of a draft, if it still says what the editor was shown.

    Args:
        criterion: whose state in the database decides.
        values: all of `FIELDS`.
        was: digest of what the editor was shown.

    Raises:
        NotADraft: it was published or taken away meanwhile.
        ChangedMeanwhile: it says neither what was shown nor the new words.
    """
    draft = lock_draft(criterion)
    stands = digest_of(draft)
    if stands == digest(*(plain(values[name]) for name in FIELDS)):
        return draft
    if stands != was:
        raise ChangedMeanwhile(in_words(draft), stands, None)
    for name in FIELDS:
        setattr(draft, name, values[name])
    draft.tags = list(with_axis(draft.tags, draft.axis))
    draft.save(update_fields=[*FIELDS, "tags"])
    return draft


@transaction.atomic
def publish_criteria(scenario: Scenario, chosen: Sequence[UUID], *, actor: Actor) -> int:
    """Publish drafts of a scenario; a new wording takes the place of its old one. Others of the ids are left alone.

    Returns:
        How many were published.
    """
    rubric = hold_rubric(scenario)
    drafts = [each for each in rubric if each.state == Criterion.State.DRAFT and each.pk in set(chosen)]
    keys = {each.key for each in drafts}
    # The old wordings first: a key has one published wording at any moment.
    Criterion.objects.published().filter(scenario=scenario, key__in=keys).update(
        state=Criterion.State.RETIRED
    )
    Criterion.objects.filter(pk__in=[each.pk for each in drafts]).update(state=Criterion.State.PUBLISHED)
    if drafts:
        named = [f"{each.key}@{each.number}" for each in drafts]
        record(actor, "criteria.published", scenario, criteria=named)
    return len(drafts)


@transaction.atomic
def retire_criterion(criterion: Criterion, *, actor: Actor) -> None:
    """Take a published criterion out of its scenario's rubric. Its wording is kept for what was graded with it."""
    held = Criterion.objects.published().filter(pk=criterion.pk)
    if held.update(state=Criterion.State.RETIRED):
        record(actor, "criterion.retired", criterion, criterion=f"{criterion.key}@{criterion.number}")


@transaction.atomic
def discard_draft(criterion: Criterion) -> dict[str, Any]:
    """Throw a draft away.

    Returns:
        What `restore_draft` wants to bring it back: plain values that a session can keep.

    Raises:
        NotADraft: it was published or taken away meanwhile.
    """
    draft = lock_draft(criterion)
    kept: dict[str, Any] = {name: plain(getattr(draft, name)) for name in FIELDS}
    kept |= {"key": str(draft.key), "number": draft.number, "position": draft.position, "tags": draft.tags}
    draft.delete()
    return kept


@transaction.atomic
def restore_draft(scenario: Scenario, kept: Mapping[str, Any], *, author: User) -> Criterion:
    """Bring a discarded draft back under its key.

    Raises:
        WordingExists: somebody began that wording anew.
    """
    if any(str(each.key) == kept["key"] and each.number >= kept["number"] for each in hold_rubric(scenario)):
        raise WordingExists
    values = {name: kept[name] for name in FIELDS if name != "version"}
    return Criterion.objects.create(
        scenario=scenario,
        author=author,
        version_id=kept["version"] or None,
        key=UUID(kept["key"]),
        number=kept["number"],
        position=kept["position"],
        tags=kept["tags"],
        **values,
    )


@transaction.atomic
def begin_wording(criterion: Criterion, *, author: User) -> Criterion:
    """Begin the next wording of a criterion as a draft with the words of this one. The old one counts until it is published.

    Raises:
        WordingExists: a draft of it is there already.
    """
    assert criterion.scenario is not None  # noqa: S101 - shared criteria are reworded with their trait.
    wordings = [each for each in hold_rubric(criterion.scenario) if each.key == criterion.key]
    if any(each.state == Criterion.State.DRAFT for each in wordings):
        raise WordingExists
    highest = Criterion.objects.filter(key=criterion.key).aggregate(Max("number"))["number__max"]
    return Criterion.objects.create(
        scenario=criterion.scenario,
        key=criterion.key,
        number=highest + 1,
        position=criterion.position,
        tags=criterion.tags,
        author=author,
        **{name: getattr(criterion, name) for name in FIELDS},
    )


@transaction.atomic
def move_criterion(criterion: Criterion, step: int) -> None:
    """Move a criterion with all its wordings up (-1) or down (+1); at the end nothing happens."""
    assert criterion.scenario is not None  # noqa: S101 - shared criteria stand in the order of their trait.
    rubric = hold_rubric(criterion.scenario)
    living = [each.key for each in rubric if each.state != Criterion.State.RETIRED]
    keys = list(dict.fromkeys(living))
    if criterion.key not in keys:
        return
    place = keys.index(criterion.key)
    target = place + step
    if not 0 <= target < len(keys):
        return
    keys[place], keys[target] = keys[target], keys[place]
    for each in rubric:
        if each.key in keys:
            each.position = keys.index(each.key)
    Criterion.objects.bulk_update(rubric, ["position"])
