"""What writers do with scenarios: drafts are saved and copied, finished ones keep their text for good."""

from collections.abc import Collection
from contextlib import suppress
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.audit import Actor, record
from accounts.models import User
from config.ids import uuid7
from curation.actions.remarks import family_refusal, remarks
from curation.actions.rendering import ensure_rendered
from curation.actions.search import index_scenarios
from curation.actions.similarity import sign
from curation.drafting import Difference, ScenarioWords, TurnWords, differing
from curation.models import Family, Scenario, Trait, TurnNote
from curation.text import content_sha256, normalised_sha256, with_system
from curation.warnings import Remark, gaps

PLAIN = (
    "system_prompt",
    "name",
    "what_changes",
    "background",
    "lazy_answer",
    "over_refusal_answer",
    "ideal_answer",
    "language",
    "origin",
    "source",
    "license",
)
"""Columns that hold a field of `ScenarioWords` as it is."""


class ChangedMeanwhile(Exception):
    """Somebody else saved the scenario since these words were loaded."""

    def __init__(self, theirs: ScenarioWords) -> None:
        super().__init__("The scenario was changed meanwhile")
        self.theirs = theirs


class NotADraft(Exception):
    """The scenario is ready: its text is final."""


class NotComplete(Exception):
    """Something is missing or refused before the scenario can be ready."""

    def __init__(self, wanting: list[Remark]) -> None:
        super().__init__("; ".join(each.text for each in wanting))
        self.wanting = wanting


class NotAcknowledged(Exception):
    """There are remarks that nobody said to have looked at."""


class SameText(Exception):
    """Another scenario has exactly this text."""

    def __init__(self, existing: Scenario) -> None:
        super().__init__(f"The same text as {existing.pk}")
        self.existing = existing


class StillUsed(Exception):
    """Something rests on the draft, so that it can't be deleted."""


def words_of(scenario: Scenario) -> ScenarioWords:
    """Return everything that the editor holds of a scenario."""
    notes = {note.turn: note for note in scenario.turn_notes.all()}
    turns = tuple(
        TurnWords(
            message["role"],
            message["content"],
            pressure=notes[index].pressure if index in notes else "",
            note=notes[index].note if index in notes else "",
        )
        for index, message in enumerate(scenario.messages)
    )
    typed = {turn.pressure for turn in turns}
    return ScenarioWords(
        turns=turns,
        planted=scenario.planted_fault_turn,
        domain=scenario.domain_id or "",
        traits=tuple(sorted(scenario.aimed_traits.values_list("slug", flat=True))),
        pressures=tuple(sorted(set(scenario.pressures) - typed)),
        values_in_tension=tuple(scenario.values_in_tension),
        content_warnings=tuple(sorted(scenario.content_warnings, key=str.casefold)),
        **{name: getattr(scenario, name) for name in PLAIN},
    )


def draft_sha256(scenario_id: UUID) -> str:
    """Return what stands for the hash of a text that still changes."""
    return content_sha256(str(scenario_id))


@transaction.atomic
def create_draft(
    words: ScenarioWords,
    *,
    author: User,
    family: Family | None = None,
    variant: str = Scenario.Variant.BASE,
    based_on: Scenario | None = None,
) -> Scenario:
    """Begin a scenario, in a new family unless one is given."""
    scenario = Scenario(
        id=uuid7(),
        family=family or Family.objects.create(),
        variant=variant,
        state=Scenario.State.DRAFT,
        messages=words.messages,
        author=author,
        based_on=based_on,
    )
    scenario.content_sha256 = scenario.normalised_sha256 = draft_sha256(scenario.pk)
    scenario.save(force_insert=True)
    store(scenario, words)
    return scenario


def store(scenario: Scenario, words: ScenarioWords) -> None:
    """Write all words of a scenario."""
    for name in PLAIN:
        setattr(scenario, name, getattr(words, name))
    if scenario.messages != words.messages:
        scenario.renderer_version, scenario.rendered = 0, None
    scenario.messages = words.messages
    scenario.domain_id = words.domain or None
    scenario.pressures = words.all_pressures
    scenario.planted_fault_turn = words.planted
    scenario.values_in_tension = list(words.values_in_tension)
    scenario.content_warnings = list(words.content_warnings)
    scenario.edited_at = timezone.now()
    scenario.save()
    scenario.aimed_traits.set(Trait.objects.filter(slug__in=words.traits))
    scenario.turn_notes.all().delete()
    TurnNote.objects.bulk_create(
        TurnNote(scenario=scenario, turn=index, pressure=turn.pressure, note=turn.note)
        for index, turn in enumerate(words.turns)
        if turn.pressure or turn.note
    )
    index_scenarios([scenario.pk])


def taken_up(
    scenario_id: UUID, was: str, words: ScenarioWords | None = None
) -> tuple[Scenario, ScenarioWords]:
    """Return a scenario with its stored words, held until the transaction ends: two writers come one by one.

    Raises:
        ChangedMeanwhile: its words are neither those that somebody saw nor those that are to be stored.
    """
    scenario = Scenario.objects.select_for_update(of=("self",)).get(pk=scenario_id)
    stored = words_of(scenario)
    if stored.digest != was and stored != words:
        raise ChangedMeanwhile(stored)
    return scenario, stored


@transaction.atomic
def save_draft(scenario_id: UUID, words: ScenarioWords, *, was: str) -> Scenario:
    """Write a draft's words. The same words again change nothing, whoever wrote them.

    Args:
        scenario_id: of the draft.
        words: all of them.
        was: digest of the words that the writer began with.

    Raises:
        ChangedMeanwhile: somebody else wrote something different since.
        NotADraft: it was marked as ready.
    """
    scenario, stored = taken_up(scenario_id, was, words)
    if not scenario.is_draft:
        raise NotADraft
    if words != stored:
        store(scenario, words)
    return scenario


@transaction.atomic
def reclassify(scenario_id: UUID, words: ScenarioWords, *, was: str, actor: Actor) -> list[Difference]:
    """Change what is said about a ready scenario; its text stays.

    Returns:
        What changed; empty when nothing did.

    Raises:
        ChangedMeanwhile: somebody else changed it since.
        NotADraft: the words hold another text than the scenario.
    """
    scenario, stored = taken_up(scenario_id, was, words)
    if scenario.is_draft or (words.messages, words.system_prompt) != (stored.messages, stored.system_prompt):
        raise NotADraft
    changes = list(differing(words, stored))
    if changes:
        store(scenario, words)
        record(actor, "scenario.reclassified", scenario, fields=[change.label for change in changes])
    return changes


@transaction.atomic
def delete_draft(scenario_id: UUID, *, actor: Actor) -> None:
    """Delete a draft, and its family when nothing else is in it.

    Raises:
        NotADraft: its text is final.
        StillUsed: something rests on it.
    """
    scenario = Scenario.objects.select_for_update(of=("self",)).get(pk=scenario_id)
    if not scenario.is_draft:
        raise NotADraft
    family, name = scenario.family, scenario.title
    try:
        Scenario(pk=scenario_id).delete()
    except ProtectedError as error:
        raise StillUsed(used_by(error)) from error
    if not family.scenarios.exists():
        # A rule of a pool policy may name the family; it then stays, empty.
        with suppress(ProtectedError):
            Family(pk=family.pk).delete()
    record(actor, "scenario.deleted", scenario, title=name, family=str(family.pk))


def used_by(error: ProtectedError) -> str:
    """Return in words what rests on something."""
    kinds = {str(each._meta.verbose_name_plural) for each in error.protected_objects}
    return ", ".join(sorted(kinds))


@transaction.atomic
def copy_as_draft(source: Scenario, *, author: User, is_correction: bool) -> Scenario:
    """Copy a scenario as a draft: a corrected copy stays in the family, any other begins one of its own."""
    words = words_of(source)
    if is_correction:
        return create_draft(
            words, author=author, family=source.family, variant=source.variant, based_on=source
        )
    return create_draft(words, author=author)


@transaction.atomic
def mark_ready(scenario_id: UUID, *, was: str, acknowledged: Collection[str], actor: Actor) -> Scenario:
    """Make a draft's text final. A scenario that is ready already stays as it is.

    Args:
        scenario_id: of the draft.
        was: digest of the words that were looked at.
        acknowledged: keys of the remarks that were looked at.
        actor: who says so.

    Raises:
        ChangedMeanwhile: the words are not those any more.
        NotComplete: something is missing, or the family takes no such variant.
        NotAcknowledged: there are other remarks.
        SameText: another scenario has exactly this text.
    """
    scenario, words = taken_up(scenario_id, was)
    if not scenario.is_draft:
        return scenario
    if wanting := [*gaps(words), *family_refusal(scenario)]:
        raise NotComplete(wanting)
    if existing := same_text(words):
        raise SameText(existing)
    seen = [each.key for each in remarks(scenario, words)]
    if not set(seen) <= set(acknowledged):
        raise NotAcknowledged
    finish(scenario, words.trimmed)
    ensure_rendered(scenario, [])
    sign(scenario)
    record(actor, "scenario.readied", scenario, acknowledged=seen)
    return scenario


def same_text(words: ScenarioWords) -> Scenario | None:
    """Return the scenario that has exactly this text, if there is one."""
    final = words.trimmed
    sha = content_sha256(with_system(final.messages, final.system_prompt))
    return Scenario.objects.filter(content_sha256=sha).first()


def finish(scenario: Scenario, words: ScenarioWords) -> None:
    """Store the final text of a draft under its hashes.

    Raises:
        SameText: another scenario has exactly this text.
    """
    store(scenario, words)
    whole = with_system(scenario.messages, scenario.system_prompt)
    scenario.content_sha256, scenario.normalised_sha256 = content_sha256(whole), normalised_sha256(whole)
    scenario.state = Scenario.State.READY
    try:
        with transaction.atomic():
            scenario.save(update_fields=["content_sha256", "normalised_sha256", "state"])
    except IntegrityError as error:
        raise SameText(Scenario.objects.get(content_sha256=scenario.content_sha256)) from error
