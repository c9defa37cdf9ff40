"""The rules of a project are changed, as far as nothing that was judged loses its meaning."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext

from accounts.audit import Actor, person_behind, record
from curation.models import TraitVersion
from curation.text import render_prose, sanitise
from labeling.models import Assignment, Item, Membership, Project, ProjectTrait
from labeling.pairing import TWO
from labeling.questions import PAIRWISE, fits
from labeling.queue import need
from runs.actions import perform, start
from runs.models import Run
from runs.work import Work

OVERLAP = "labeling.overlap"
CHUNK = 2_000
QUICK = 5_000
"""Up to so many items are changed while someone waits for the page; more, by a worker."""
PLAIN = ("name", "gold_percent", "lease_minutes", "rationale_from", "shows_domain", "overlap", "questions")

_SIZES = """
SELECT min(number), max(number) FROM (
    SELECT count(*) AS number FROM labeling_item i JOIN labeling_itemresponse r ON r.item_id = i.id
    WHERE i.project_id = %s GROUP BY i.id
) sizes
"""


class Rules(NamedTuple):
    """What a lead says of a project."""

    name: str
    guidelines: str
    questions: Sequence[str]
    overlap: int
    gold_percent: int
    lease_minutes: int
    rationale_from: int
    shows_domain: bool
    traits: Sequence[TraitVersion] | None = None
    """None keeps those that are pinned."""


class HandedOut(Exception):
    """Items were handed out, so that what is asked about them stays."""


class ItemsDontFit(Exception):
    """Items that exist can't be asked these questions; the text says why, fit for a page."""


def was_handed_out(project: Project) -> bool:
    """Whether anybody ever held an item of the project."""
    return Assignment.objects.filter(item__project=project).exists()


def sizes(project: Project) -> tuple[int, int] | None:
    """Return the fewest and the most responses of an item; None while there are no items."""
    with connection.cursor() as cursor:
        cursor.execute(_SIZES, [project.pk])
        fewest, most = cursor.fetchone()
    return None if fewest is None else (fewest, most)


@transaction.atomic
def save_rules(project: Project, rules: Rules, *, actor: Actor) -> Run | None:
    """Change the rules of a project.

    Returns:
        The run that gives items that exist another number of places, where the overlap changed; it is to be
        performed once the transaction has ended.

    Raises:
        HandedOut: other questions or traits were asked for, but items were handed out.
        ItemsDontFit: items that exist have too many or too few responses for the questions.
    """
    lock_members(project)
    held = Project.objects.select_for_update().get(pk=project.pk)
    check_questions(held, rules.questions)
    pin(held, rules.traits)
    changed = {name: getattr(rules, name) for name in PLAIN if getattr(held, name) != getattr(rules, name)}
    guidelines = sanitise(rules.guidelines).text
    fields = dict(changed)
    if guidelines != held.guidelines:
        fields |= {"guidelines": guidelines, "guidelines_html": rendered(guidelines)}
    for name, value in fields.items():
        setattr(held, name, value)
        setattr(project, name, value)
    held.save(update_fields=list(fields))
    if fields:
        record(actor, "project.rules_changed", held, **changed, guidelines="guidelines" in fields)
    return start_overlap(held, actor) if "overlap" in changed else None


def rendered(guidelines: str) -> str:
    """Return guidelines as sanitised HTML."""
    return render_prose(guidelines) if guidelines else ""


def lock_members(project: Project) -> None:
    """Lock everybody's place for this transaction, so that nothing is claimed, submitted or skipped meanwhile."""
    list(Membership.objects.select_for_update().filter(project=project).order_by("pk").values("pk"))


def check_questions(held: Project, questions: Sequence[str]) -> None:
    """Refuse other questions where items were handed out, or don't fit them."""
    if set(questions) == set(held.questions):
        return
    if was_handed_out(held):
        raise HandedOut
    there = sizes(held)
    if there and not all(fits(questions, number) for number in there):
        few = (
            gettext("exactly two responses")
            if PAIRWISE.intersection(questions)
            else gettext("at least two responses")
        )
        raise ItemsDontFit(
            gettext("These questions want items with %(few)s, and there are items with others already.")
            % {"few": few}
        )


def pin(held: Project, traits: Sequence[TraitVersion] | None) -> None:
    """Pin other traits, in the order given, unless items were handed out."""
    pinned = list(held.pins.values_list("trait_version", flat=True))
    if traits is None or [version.pk for version in traits] == pinned:
        return
    if was_handed_out(held):
        raise HandedOut
    held.pins.all().delete()
    ProjectTrait.objects.bulk_create(
        ProjectTrait(project=held, trait_version=version, position=position)
        for position, version in enumerate(traits)
    )


def start_overlap(project: Project, actor: Actor) -> Run:
    """Write down that items that exist shall have as many places as the project says."""
    return start(
        OVERLAP,
        {"project": str(project.pk), "overlap": project.overlap},
        created_by=person_behind(actor),
        total=project.items_total,
        unit="items",
    )


def perform_if_quick(run: Run, items: int) -> Run:
    """Perform a run while someone waits, if there are few items; else leave it to a worker."""
    if items <= QUICK:
        perform(run.pk, may_retry=False)
        run.refresh_from_db()
    return run


def run_overlap(work: Work) -> dict[str, Any]:
    """Give every item as many places as the project's overlap, or as are taken already."""
    project, overlap = work.arguments["project"], work.arguments["overlap"]
    done, changed, after = work.run.done, work.cursor.get("changed", 0), work.cursor.get("after", "")
    while True:
        with transaction.atomic():
            rows = Item.objects.filter(project=project, content_sha256__gt=after).order_by("content_sha256")
            chunk = list(rows.values_list("pk", "content_sha256")[:CHUNK])
            current = Project.objects.values_list("overlap", flat=True).get(pk=project)
            # Somebody chose another overlap meanwhile: its own run goes through all items.
            if not chunk or current != overlap:
                return {"changed": changed}
            changed += need(project, [pk for pk, _ in chunk], overlap)
            done, after = done + len(chunk), chunk[-1][1]
            work.checkpoint(done, cursor={"after": after, "changed": changed})


def response_count(questions: Sequence[str]) -> int | None:
    """Return how many responses an item must have; None where that is free."""
    return TWO if PAIRWISE.intersection(questions) else None
