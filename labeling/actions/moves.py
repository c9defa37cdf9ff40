"""A project moves to a newer version of a trait: what turns stale is judged again, and nothing else."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from accounts.audit import Actor, record
from curation.models import TraitVersion
from curation.models.traits import FROZEN
from labeling.actions.rules import lock_members
from labeling.models import Project, ProjectTrait
from labeling.queue import give_back

State = TraitVersion.State

# Annotations that count under a wording of the trait whose meaning is no longer the one of the new version. Answers to
# calibrate count nowhere: who gave them qualifies anew instead.
_JUDGED = """
FROM labeling_assignment a
JOIN labeling_item i ON i.id = a.item_id AND i.project_id = %(project)s
JOIN labeling_annotation n ON n.assignment_id = a.id AND n.superseded_by_id IS NULL
WHERE a.state = 'submitted' AND NOT a.is_calibration AND (
    EXISTS (SELECT 1 FROM labeling_preference v WHERE v.annotation_id = n.id AND v.trait_version_id = ANY(%(old)s))
    OR EXISTS (SELECT 1 FROM labeling_rating v WHERE v.annotation_id = n.id AND v.trait_version_id = ANY(%(old)s)))
"""
_COUNT = f"""
SELECT count(*), count(DISTINCT a.item_id), count(DISTINCT a.annotator_id) {_JUDGED}
"""
_BY_VERSION = f"""
SELECT v.number, count(DISTINCT a.id) FROM (SELECT a.id, n.id AS annotation_id {_JUDGED}) a
JOIN (
    SELECT annotation_id, trait_version_id FROM labeling_preference
    UNION SELECT annotation_id, trait_version_id FROM labeling_rating
) given ON given.annotation_id = a.annotation_id
JOIN curation_traitversion v ON v.id = given.trait_version_id AND v.id = ANY(%(old)s)
GROUP BY 1 ORDER BY 1
"""  # noqa: S608
_TURN_STALE = f"""
WITH judged AS (
    SELECT a.id, n.is_late {_JUDGED}
), turned AS (
    UPDATE labeling_assignment a SET state = 'stale', earlier_versions = (
        SELECT array_agg(DISTINCT each) FROM unnest(a.earlier_versions || a.trait_versions) each)
    FROM judged WHERE a.id = judged.id RETURNING a.item_id, a.annotator_id, judged.is_late
)
SELECT item_id, annotator_id, is_late FROM turned
"""  # noqa: S608
_SHOW_NEW = """
UPDATE labeling_assignment a SET trait_versions = ARRAY(
    SELECT CASE WHEN shown.id = ANY(%(old)s) THEN %(new)s ELSE shown.id END
    FROM unnest(a.trait_versions) WITH ORDINALITY shown (id, n) ORDER BY shown.n)
FROM labeling_item i
WHERE i.id = a.item_id AND i.project_id = %(project)s AND a.state IN ('leased', 'expired', 'stale')
    AND a.trait_versions && %(old)s
"""


class NotNewer(Exception):
    """The project doesn't pin that trait, or pins this version or a newer one."""


class Stale(NamedTuple):
    """What a move would make stale, or made."""

    annotations: int = 0
    items: int = 0
    people: int = 0


class Move(NamedTuple):
    """A pinned version and the newer one that may take its place."""

    pin: ProjectTrait
    newer: TraitVersion
    between: list[TraitVersion]
    """The published versions after the pinned one, up to the newer one."""
    stale: Stale
    by_version: list[tuple[int, int]]
    """Version numbers, each with how many annotations under it turn stale."""

    @property
    def is_meaning_changed(self) -> bool:
        """Whether judgments under the pinned version mean something else under the newer one."""
        return any(each.meaning_changed for each in self.between)


def open_moves(project: Project) -> list[Move]:
    """Return each pinned trait that has a newer published version, with what moving to it would do."""
    pins = project.pins.select_related("trait_version__trait")
    newest = {
        version.trait_id: version
        for version in TraitVersion.objects.published()
        .filter(trait__in=[pin.trait_version.trait_id for pin in pins])
        .select_related("trait", "author")
        .order_by("number")
    }
    found = []
    for pin in pins:
        newer = newest.get(pin.trait_version.trait_id)
        if newer and newer.number > pin.trait_version.number:
            found.append(move_of(project, pin, newer))
    return found


def move_of(project: Project, pin: ProjectTrait, newer: TraitVersion) -> Move:
    """Return what moving a pin would do. Nothing is written."""
    between = versions_between(pin.trait_version, newer)
    old = outdated(newer, between)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"project": project.pk, "old": old})
        stale = Stale(*cursor.fetchone())
        cursor.execute(_BY_VERSION, {"project": project.pk, "old": old})
        by_version = [(number, count) for number, count in cursor.fetchall()]
    return Move(pin, newer, between, stale, by_version)


def versions_between(pinned: TraitVersion, newer: TraitVersion) -> list[TraitVersion]:
    """Return the versions that were ever in force after one, up to another."""
    after = newer.trait.versions.filter(number__gt=pinned.number, number__lte=newer.number, state__in=FROZEN)
    return list(after.select_related("author").order_by("number"))


def outdated(newer: TraitVersion, between: Iterable[TraitVersion]) -> list[UUID]:
    """Return the versions that mean something else than the newer one."""
    changed = max((each.number for each in between if each.meaning_changed), default=0)
    return list(newer.trait.versions.filter(number__lt=changed).values_list("pk", flat=True))


@transaction.atomic
def move_pin(project: Project, newer: TraitVersion, *, actor: Actor) -> Stale:
    """Have a project ask by a newer version of a trait from now on.

    Where the meaning changed, annotations under the old one stop counting: they stay as they are, their items have
    the places free again, and their authors may judge again. Drafts and leases go on under the new version.

    Raises:
        NotNewer: the project doesn't pin the trait, or not an older version of it.
    """
    # Places first, then assignments, the project, items: the order in which everybody else locks them.
    lock_members(project)
    pin = project.pins.select_for_update(of=("self",)).filter(trait_version__trait=newer.trait_id)
    pinned = pin.select_related("trait_version").first()
    if pinned is None or pinned.trait_version.number >= newer.number or newer.state != State.PUBLISHED:
        raise NotNewer
    before, between = pinned.trait_version, versions_between(pinned.trait_version, newer)
    stale = turn_stale(project, newer, outdated(newer, between))
    pinned.trait_version = newer
    pinned.save(update_fields=["trait_version"])
    record(
        actor,
        "project.trait_moved",
        project,
        trait=newer.trait.slug,
        before=before.number,
        after=newer.number,
        **stale._asdict(),
    )
    return stale


def turn_stale(project: Project, newer: TraitVersion, old: list[UUID]) -> Stale:
    """Stop counting what was judged under old versions, and give its places back."""
    if not old:
        return Stale()
    with connection.cursor() as cursor:
        cursor.execute(_TURN_STALE, {"project": project.pk, "old": old})
        turned = cursor.fetchall()
        cursor.execute(_SHOW_NEW, {"project": project.pk, "old": old, "new": newer.pk})
        people = [annotator for _, annotator, _ in turned]
        cursor.execute(
            """UPDATE labeling_membership m SET done = m.done - gone.number
            FROM (SELECT id, count(*) AS number FROM unnest(%s::uuid[]) id GROUP BY id) gone
            WHERE m.project_id = %s AND m.user_id = gone.id""",
            [people, project.pk],
        )
    counted = [item for item, _, is_late in turned if not is_late]
    if counted:
        give_back(project.pk, counted)
    return Stale(len(turned), len({item for item, _, _ in turned}), len(set(people)))
