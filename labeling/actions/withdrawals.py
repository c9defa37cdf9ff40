"""People take their labels back."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db import connection, transaction

from accounts.models import User
from labeling.actions.care import give_back_all
from labeling.models import Annotation, Assignment, Draft, Membership, Project, Withdrawal
from labeling.models.annotations import WITHDRAWN
from labeling.models.care import person_sha256
from labeling.queue import give_back

CHUNK = 1000
_SUPERSEDE = """
UPDATE labeling_annotation n SET superseded_by_id = t.stone
FROM unnest(%s::uuid[], %s::uuid[]) t (gone, stone) WHERE n.id = t.gone
"""


class Standing(NamedTuple):
    """A label that stands, and what is needed to take it back."""

    id: UUID
    assignment_id: UUID
    revision: int
    is_late: bool
    item_id: UUID
    project_id: UUID


@transaction.atomic
def withdraw(person: User, project: Project | None = None) -> Withdrawal:
    """Take back all labels of a person, or those in one project.

    Each gets an empty last revision that stays, so that it counts nowhere, is in no release from now on, and can't
    be submitted or imported again. Its place and the person's leases go to others, and drafts are deleted. Hours stay.
    Doing it twice takes back what was added meanwhile.
    """
    # Locked first, so that nothing of theirs is claimed or submitted meanwhile, and a second withdrawal waits.
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    mine = Membership.objects.select_for_update().filter(user=person).order_by("pk")
    list(mine.filter(project=project) if project else mine)
    assignments = Assignment.objects.filter(annotator=person)
    if project:
        assignments = assignments.filter(item__project=project)
    Draft.objects.filter(assignment__in=assignments).delete()
    leases = list(assignments.live().select_related("item").select_for_update(of=("self",)))
    Assignment.objects.filter(pk__in=[each.pk for each in leases]).update(state=Assignment.State.EXPIRED)
    give_back_all(leases)
    standing = list(standing_of(person, project))
    now = database_time()
    bury(standing, now)
    reopen(standing)
    return Withdrawal.objects.create(
        person_sha256=person_sha256(person),
        project=project,
        annotations=len(standing),
        created_at=now,
    )


def standing_of(person: User, project: Project | None = None) -> list[Standing]:
    """Return the labels of a person that a withdrawal would take back."""
    found = Annotation.objects.live().made().filter(assignment__annotator=person)
    if project:
        found = found.filter(assignment__item__project=project)
    fields = (
        "id",
        "assignment_id",
        "revision",
        "is_late",
        "assignment__item_id",
        "assignment__item__project_id",
    )
    return [Standing(*row) for row in found.order_by("pk").values_list(*fields)]


def bury(standing: list[Standing], now: datetime) -> None:
    """Let each label be superseded by an empty one."""
    for start in range(0, len(standing), CHUNK):
        gone = standing[start : start + CHUNK]
        stones = [
            Annotation(
                submission_id=uuid4(),
                digest="",
                assignment_id=each.assignment_id,
                revision=each.revision + 1,
                is_late=True,
                source=WITHDRAWN,
                created_at=now,
            )
            for each in gone
        ]
        with connection.cursor() as cursor:
            # The old ones give way first: only one may be live, and the reference is checked at commit.
            cursor.execute(_SUPERSEDE, [[each.id for each in gone], [each.pk for each in stones]])
        Annotation.objects.bulk_create(stones)


def database_time() -> datetime:
    """Return the time by the clock that leases run by: what was leased before now is told from what comes after."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


def reopen(standing: list[Standing]) -> None:
    """Give back the places of labels that counted, so that the items get other annotators."""
    freed: dict[UUID, list[UUID]] = {}
    for each in standing:
        if not each.is_late:
            freed.setdefault(each.project_id, []).append(each.item_id)
    for project_id in sorted(freed):
        give_back(project_id, freed[project_id])
