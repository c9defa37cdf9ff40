"""What people took back, written down outside of the database, so that restoring an older one doesn't bring it back."""

import fcntl
import json
import os
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from accounts.actions import withdraw_consent
from accounts.models import ConsentRecord, User
from labeling.actions.outside import take_back
from labeling.actions.withdrawals import withdraw
from labeling.models import OutsideAnnotator, Project, Withdrawal
from labeling.models.care import person_sha256

LABELS = "labels"
CONSENT = "consent"
OUTSIDE = "outside"


class Erasure(NamedTuple):
    """Somebody took labels back, or their consent to releases; or an outside annotator's verdicts were taken back."""

    kind: str
    id: str
    """Of the row that says so in the database."""
    person: str
    project: str
    """Empty: all of them."""
    at: str


def journal() -> Path:
    """Return the file, one erasure a line. Keep copies of it apart from the backups."""
    return Path(settings.DATA_DIR) / "erasures.jsonl"


def read(path: Path) -> list[Erasure]:
    """Return what a journal says; a line that a crash cut off says nothing."""
    found = []
    for line in path.read_text().splitlines() if path.exists() else []:
        try:
            found.append(Erasure(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return found


def write_down() -> int:
    """Append what the database says and the journal doesn't yet; return how much that was."""
    path = journal()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "a+") as file:
        # Several workers may be asked at once.
        fcntl.flock(file, fcntl.LOCK_EX)
        known = {erasure.id for erasure in read(path)}
        fresh = [*withdrawals(known), *refusals(known), *outsiders(known)]
        # A line that was cut off must not swallow the next.
        start = "" if path.stat().st_size == 0 or path.read_bytes().endswith(b"\n") else "\n"
        file.write((start if fresh else "") + "".join(json.dumps(each._asdict()) + "\n" for each in fresh))
        file.flush()
        os.fsync(file.fileno())
    return len(fresh)


def withdrawals(known: set[str]) -> list[Erasure]:
    """Return the withdrawals of labels beyond the known ones."""
    rows = [row for row in Withdrawal.objects.order_by("pk") if str(row.pk) not in known]
    people = {person_sha256(person): str(person.pk) for person in User.objects.all()} if rows else {}
    return [
        Erasure(LABELS, str(row.pk), person, str(row.project_id or ""), row.created_at.isoformat())
        for row in rows
        if (person := people.get(row.person_sha256))
    ]


def refusals(known: set[str]) -> list[Erasure]:
    """Return the records in which somebody refused consent, beyond the known ones."""
    rows = ConsentRecord.objects.filter(is_given=False).order_by("pk")
    found = [
        Erasure(CONSENT, refusal_id(row), str(row.user_id), "", row.created_at.isoformat()) for row in rows
    ]
    return [erasure for erasure in found if erasure.id not in known]


def outsiders(known: set[str]) -> list[Erasure]:
    """Return the outside annotators whose verdicts were taken back, beyond the known ones."""
    rows = OutsideAnnotator.objects.exclude(withdrawn_at=None).order_by("pk")
    found = [
        Erasure(
            OUTSIDE, f"{OUTSIDE} {row.pk}", str(row.pk), str(row.project_id), row.withdrawn_at.isoformat()
        )
        for row in rows
        if row.withdrawn_at
    ]
    return [erasure for erasure in found if erasure.id not in known]


def refusal_id(row: ConsentRecord) -> str:
    """Return what stands for a refusal; numbers of rows come again after a restore."""
    return f"{row.user_id} {row.created_at.isoformat()}"


def erase_again(other: Path | None = None) -> list[Erasure]:
    """Repeat the erasures that the database doesn't know, because it is older than they are.

    Args:
        other: another copy of the journal, beside the one in the data folder.

    Returns:
        Those that were repeated. Of people the database never knew there is nothing to erase.
    """
    said = {erasure.id: erasure for path in (other, journal()) if path for erasure in read(path)}
    done = {str(pk) for pk in Withdrawal.objects.values_list("pk", flat=True)}
    done |= {refusal_id(row) for row in ConsentRecord.objects.filter(is_given=False)}
    done |= {each.id for each in outsiders(set())}
    people: dict[str, User | OutsideAnnotator] = {str(person.pk): person for person in User.objects.all()}
    people |= {str(person.pk): person for person in OutsideAnnotator.objects.select_related("project")}
    missing = [each for each in said.values() if each.id not in done and each.person in people]
    for erasure in sorted(missing, key=lambda each: each.at):
        repeat(erasure, people[erasure.person])
    write_down()
    return missing


@transaction.atomic
def repeat(erasure: Erasure, person: User | OutsideAnnotator) -> None:
    """Do once more what a person asked for."""
    if isinstance(person, OutsideAnnotator):
        take_back(person, None)
        return
    if erasure.kind == CONSENT:
        withdraw_consent(person)
        return
    project = Project.objects.filter(pk=erasure.project).first() if erasure.project else None
    # A project that the older database doesn't know yet holds no labels in it.
    if project or not erasure.project:
        withdraw(person, project)
