"""People take their labels back."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import F, QuerySet

from accounts.models import User
from labeling.actions.care import give_back_all
from labeling.models import Annotation, Assignment, Draft, Membership, Project, Withdrawal
from labeling.models.annotations import WITHDRAWN
from labeling.models.care import person_sha256

CHUNK = 1000
_SUPERSEDE = """
UPDATE labeling_annotation n SET superseded_by_id = t.stone
FROM unnest(%s::uuid[], %s::uuid[]) t (gone, stone) WHERE n.id = t.gone
"""

State = Assignment.State


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
    # Locked as well: when a version moves, the labels of those who left turn stale under no membership's lock.
    found = list(assignments.select_related("item").select_for_update(of=("self",)).order_by("pk"))
    Draft.objects.filter(assignment__in=assignments).delete()
    standing = {each.assignment_id: each for each in standing_of(person, project)}
    submitted = [each for each in found if each.state == State.SUBMITTED and each.pk in standing]
    counted = [each for each in submitted if not standing[each.pk].is_late]
    held = [each for each in found if each.state == State.LEASED]
    now = database_time()
    bury(list(standing.values()), now)
    Assignment.objects.filter(pk__in=[each.pk for each in held]).update(state=State.EXPIRED)
    Assignment.objects.filter(pk__in=standing).update(state=State.WITHDRAWN)
    uncount(person, submitted)
    give_back_all([*held, *counted])
    return Withdrawal.objects.create(
        person_sha256=person_sha256(person),
        project=project,
        annotations=len(standing),
        created_at=now,
    )


def standing_of(person: User, project: Project | None = None) -> QuerySet[Annotation]:
    """Return the labels of a person that a withdrawal would take back."""
    found = Annotation.objects.live().made().filter(assignment__annotator=person)
    return found.filter(assignment__item__project=project) if project else found


def bury(standing: list[Annotation], now: datetime) -> None:
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
            cursor.execute(_SUPERSEDE, [[each.pk for each in gone], [each.pk for each in stones]])
        Annotation.objects.bulk_create(stones)


def uncount(person: User, submitted: Iterable[Assignment]) -> None:
    """Take what was withdrawn out of how much the person has done in each project."""
    done = Counter((each.item.project_id, each.is_calibration) for each in submitted)
    for (project, is_calibration), number in done.items():
        Membership.objects.filter(project=project, user=person).update(
            done=F("done") - number, calibrated=F("calibrated") - (number if is_calibration else 0)
        )


def database_time() -> datetime:
    """Return the time by the clock that leases run by: what was leased before now is told from what comes after."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
