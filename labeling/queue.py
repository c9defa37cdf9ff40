"""Which item comes next for whom: claims, leases and places in the queue."""

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from config.ids import uuid7
from config.statements import planned
from labeling.calibrating import claim_calibration
from labeling.caring import CALM, UNAVOIDED, Rest, Rules, rules_for
from labeling.models import Assignment, Membership, Project
from labeling.questions import Question

HELD_AT_MOST = 3
"""Live leases of one person in one project: shown, prefetched, and one whose submission is on its way."""
SWEEP = 500

# Comparing and counting happen in the statement that locks the row: of many who want the last place one gets it. The
# row's key stays free: whoever refers to the item, with gold or a round, would wait here while holding its text.
_CLAIM = """
WITH candidate AS (
    SELECT i.id FROM labeling_item i
    WHERE i.project_id = %(project)s AND i.position > %(after)s AND i.taken < i.needed AND {unseen}{only}
    ORDER BY i.position LIMIT 1 FOR NO KEY UPDATE {patience}
), place AS (
    UPDATE labeling_item i SET taken = i.taken + 1 FROM candidate c WHERE i.id = c.id
    RETURNING i.id, i.position, i.scenario_id
), lease AS (
    INSERT INTO labeling_assignment AS a (
        id, item_id, annotator_id, order_shown, trait_versions, criteria, state, skip_reason,
        skip_note, leased_at, expires_at)
    SELECT %(id)s, p.id, %(annotator)s,
        ARRAY(SELECT r.place FROM labeling_itemresponse r WHERE r.item_id = p.id
              ORDER BY CASE WHEN %(is_reversed)s THEN -r.place ELSE r.place END),
        ARRAY(SELECT t.trait_version_id FROM labeling_projecttrait t
              WHERE t.project_id = %(project)s ORDER BY t.position, t.id),
        -- The scenario's rubric: its own criteria, then the shared ones that were voted in.
        ARRAY(SELECT k.id FROM (
                SELECT c.id, false AS is_shared, c.position FROM curation_criterion c
                WHERE %(asks_criteria)s AND c.scenario_id = p.scenario_id AND c.state = 'published'
                UNION ALL
                SELECT c.id, true, c.position FROM curation_proposal o JOIN curation_criterion c ON c.id = o.criterion_id
                WHERE %(asks_criteria)s AND o.scenario_id = p.scenario_id AND o.state = 'attached'
                  AND c.state = 'published'
              ) k ORDER BY k.is_shared, k.position, k.id),
        'leased', '', '', now(), now() + %(minutes)s * interval '1 minute'
    FROM place p
    ON CONFLICT (item_id, annotator_id) DO UPDATE SET
        state = 'leased', leased_at = EXCLUDED.leased_at, expires_at = EXCLUDED.expires_at,
        heartbeat_at = NULL, trait_versions = EXCLUDED.trait_versions, criteria = EXCLUDED.criteria,
        is_calibration = false
    RETURNING {columns}
), passed AS (
    -- Not min(): a limit makes the planner walk the index from here, and there is seldom anything to find.
    SELECT (SELECT i.position FROM labeling_item i
        WHERE i.project_id = %(project)s AND i.taken < i.needed AND {unseen}
          AND i.position > coalesce({from_}, %(after)s) AND i.position < coalesce({to}, 9223372036854775807)
        ORDER BY i.position LIMIT 1) AS position
), walked AS (
    UPDATE labeling_membership m SET
        {walk},
        is_block_reversed = CASE
            -- An item that comes back keeps its order, and leaves the block as it was.
            WHEN lease.id IS DISTINCT FROM %(id)s THEN m.is_block_reversed
            WHEN m.is_block_reversed IS NULL THEN %(is_reversed)s
        END
    FROM passed LEFT JOIN lease ON true
    WHERE m.id = %(membership)s RETURNING m.missed_from, m.cursor
)
SELECT walked.missed_from, walked.cursor, lease.* FROM walked LEFT JOIN lease ON true
"""
_UNSEEN = """NOT EXISTS (
        SELECT 1 FROM labeling_assignment s
        WHERE s.item_id = i.id AND s.annotator_id = %(annotator)s AND s.state NOT IN ('expired', 'stale'))"""
_WELCOME = f"{_UNSEEN} AND {UNAVOIDED}"
_CALMLY = f" AND {CALM}"
_COLUMNS = [field.attname for field in Assignment._meta.concrete_fields]
_RETURNED = ", ".join(f"a.{column}" for column in _COLUMNS)
_PLACE = "(SELECT position FROM place)"
# What a person avoids would be walked over again and again at the end of the queue: the cursor goes past all of it.
_END = """, CASE WHEN lease.id IS NULL
            THEN (SELECT p.next_position - 1 FROM labeling_project p WHERE p.id = %(project)s) END"""


class _Searches(NamedTuple):
    """The statements by which a claim looks for an item."""

    onwards: str
    """From the cursor on. Whoever is locked is passed over; the first one passed is remembered."""
    again: str
    """Through what was passed over before, waiting for locks; what lies between here and the cursor stays to do."""
    urgent: str
    """Through the urgent items alone, by a cursor of their own. Whoever is locked comes up again among the others."""


def _searches(unseen: str, only: str = "", end: str = "") -> _Searches:
    walk = f"cursor = greatest(m.cursor, {_PLACE}{{}}), missed_from = {{}}"
    common = {"unseen": unseen, "columns": _RETURNED}
    return _Searches(
        _CLAIM.format(
            **common,
            only=only,
            patience="SKIP LOCKED",
            from_="%(after)s",
            to=_PLACE,
            walk=walk.format(end, "least(m.missed_from, passed.position)"),
        ),
        _CLAIM.format(
            **common,
            only=only,
            patience="",
            from_=_PLACE,
            to="%(cursor)s + 1",
            walk=walk.format("", "passed.position"),
        ),
        _CLAIM.format(
            **common,
            only=f"{only} AND i.is_urgent",
            patience="SKIP LOCKED",
            from_="%(after)s",
            to="%(after)s",
            walk=f"urgent_cursor = coalesce({_PLACE}, %(urgent_last)s)",
        ),
    )


_USUAL = _searches(_UNSEEN)
# What is only kept back for today counts as passed over, so that it is found again; what is avoided does not.
_WITH_CARE = _searches(_WELCOME, _CALMLY, _END)

_HELD = f"""
SELECT {_RETURNED} FROM labeling_assignment a JOIN labeling_item i ON i.id = a.item_id
WHERE a.annotator_id = %(annotator)s AND a.state = 'leased' AND i.project_id = %(project)s
ORDER BY a.leased_at, a.id
"""  # noqa: S608
_HELD_BY_OTHERS = """
SELECT count(DISTINCT a.item_id), min(a.expires_at) FROM labeling_assignment a
JOIN labeling_item i ON i.id = a.item_id
WHERE a.state = 'leased' AND NOT a.is_calibration AND i.project_id = %(project)s
    AND a.annotator_id <> %(annotator)s AND {}
"""


class NothingNow(NamedTuple):
    """All that is left for this person is in the hands of others, and may come back."""

    held_by_others: int
    next_free_at: datetime


class HeldEnough(Exception):
    """The person holds as many items as one may."""


def claim(membership: Membership, *, have: Sequence[UUID] = ()) -> Assignment | NothingNow | Rest | None:
    """Lease the next item to a member of an open project. The cost depends neither on items nor on work done.

    Args:
        membership: Locked by this transaction (`desk.come_in`), so that a person claims once at a time.
        have: Assignments the client has on the screen or in its outbox; any other live one comes first.

    Returns:
        A live assignment; None when the person has seen all there is, or all that they want to see.
        `Rest` while they pause, or when they reached a limit of their own.

    Raises:
        HeldEnough: everything the person may hold is in `have` already.
        QualifyFirst: see `claim_calibration`.
    """
    rules = rules_for(membership)
    if rules.rest and rules.rest.is_at_once:
        return rules.rest
    held = _held(membership)
    known = set(have)
    for assignment in held:
        if assignment.id not in known:
            return assignment
    if len(held) >= HELD_AT_MOST:
        raise HeldEnough
    if rules.rest:
        return rules.rest
    beside_the_queue = claim_calibration(membership, rules)
    return beside_the_queue or _claim_new(membership, rules) or _nothing(membership, rules)


def _held(membership: Membership) -> list[Assignment]:
    with planned() as cursor:
        cursor.execute(_HELD, {"project": membership.project_id, "annotator": membership.user_id})
        return [_assignment(row) for row in cursor.fetchall()]


def _claim_new(membership: Membership, rules: Rules) -> Assignment | None:
    first, urgent_last = membership.is_block_reversed, membership.project.urgent_last
    wanted: dict[str, Any] = {
        "id": uuid7(),
        "membership": membership.id,
        "project": membership.project_id,
        "annotator": membership.user_id,
        "minutes": membership.project.lease_minutes,
        "asks_criteria": Question.CRITERIA in membership.project.questions,
        "is_reversed": bool(secrets.randbelow(2)) if first is None else not first,
        "cursor": membership.cursor,
        "urgent_last": urgent_last,
        **rules.asked,
    }
    searches = _WITH_CARE if rules.narrow else _USUAL
    if membership.urgent_cursor < urgent_last:
        *_, urgent = _search(searches.urgent, {**wanted, "after": membership.urgent_cursor})
        if urgent:
            return urgent
    missed_from, reached, found = _search(searches.onwards, {**wanted, "after": membership.cursor})
    if found is None and missed_from is not None:
        *_, found = _search(searches.again, {**wanted, "after": missed_from - 1, "cursor": reached})
    return found


def _search(query: str, wanted: dict[str, Any]) -> tuple[int | None, int, Assignment | None]:
    with planned() as cursor:
        cursor.execute(query, wanted)
        missed_from, reached, *columns = cursor.fetchone()
    return missed_from, reached, _assignment(columns) if columns[0] else None


def _assignment(columns: Sequence[Any]) -> Assignment:
    return Assignment.from_db(connection.alias, _COLUMNS, columns)


def _nothing(membership: Membership, rules: Rules) -> NothingNow | None:
    wanted = {"project": membership.project_id, "annotator": membership.user_id, **rules.asked}
    with connection.cursor() as cursor:
        cursor.execute(_HELD_BY_OTHERS.format(_WELCOME if rules.narrow else _UNSEEN), wanted)
        count, free_at = cursor.fetchone()
    return NothingNow(count, free_at) if count else None


def reserve_positions(project_id: UUID, count: int) -> int:
    """Take places at the end of a project's queue for new items, and return the first.

    The project's row stays locked until the transaction ends: places become visible in their order, so that no
    cursor passes one that is still to appear. Call it as late as the transaction allows.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE labeling_project SET next_position = next_position + %s, items_total = items_total + %s
            WHERE id = %s RETURNING next_position""",
            [count, count, project_id],
        )
        return int(cursor.fetchone()[0]) - count


def give_back(project_id: UUID, item_ids: Iterable[UUID]) -> None:
    """Free one place of an item for each time it is named, and move the items to the end of the queue.

    They get fresh positions, because everyone's cursor may have passed the old ones while they were full.
    """
    counts = Counter(item_ids)
    with connection.cursor() as cursor:
        # The project's row comes first, here as in imports: two who lock in different orders wait for ever.
        cursor.execute(
            "UPDATE labeling_project SET next_position = next_position + %s WHERE id = %s RETURNING next_position",
            [len(counts), project_id],
        )
        first = cursor.fetchone()[0] - len(counts)
        cursor.execute(
            """WITH moved AS (
                UPDATE labeling_item i SET taken = i.taken - f.places, position = %s + f.n
                FROM unnest(%s::uuid[], %s::int[]) WITH ORDINALITY f (id, places, n) WHERE i.id = f.id
                RETURNING i.position, i.is_urgent
            ) SELECT max(position) FROM moved WHERE is_urgent""",
            [first - 1, list(counts), list(counts.values())],
        )
        hurried(project_id, cursor.fetchone()[0])


def hurry(project_id: UUID, item_ids: Sequence[UUID], *, is_urgent: bool) -> int:
    """Have items handed out before the others, or no longer so, and return how many changed.

    They get fresh positions: whoever's cursors have passed the old ones meets them again.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE labeling_project SET next_position = next_position + %s WHERE id = %s RETURNING next_position",
            [len(item_ids), project_id],
        )
        last = cursor.fetchone()[0] - 1
        cursor.execute(
            """UPDATE labeling_item i SET is_urgent = %s, position = %s + f.n
            FROM unnest(%s::uuid[]) WITH ORDINALITY f (id, n)
            WHERE i.id = f.id AND i.project_id = %s AND i.is_urgent <> %s""",
            [is_urgent, last - len(item_ids), list(item_ids), project_id, is_urgent],
        )
        count = int(cursor.rowcount)
    if is_urgent and count:
        hurried(project_id, last)
    return count


def hurried(project_id: UUID, position: int | None) -> None:
    """Have everybody look for urgent items as far as this position; the project's row is locked by the caller."""
    if position is not None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE labeling_project SET urgent_last = greatest(urgent_last, %s) WHERE id = %s",
                [position, project_id],
            )


def need(project_id: UUID, item_ids: Sequence[UUID], places: int) -> int:
    """Have items judged by so many people, or by as many as hold a place already, and return how many changed.

    Items that were full and are open again get fresh positions.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE labeling_project SET next_position = next_position + %s WHERE id = %s RETURNING next_position",
            [len(item_ids), project_id],
        )
        before = cursor.fetchone()[0] - len(item_ids) - 1
        cursor.execute(
            """WITH changed AS (
                UPDATE labeling_item i SET needed = greatest(%s, i.taken),
                    position = CASE WHEN i.taken = i.needed THEN %s + f.n ELSE i.position END
                FROM unnest(%s::uuid[]) WITH ORDINALITY f (id, n)
                WHERE i.id = f.id AND i.needed <> greatest(%s, i.taken)
                RETURNING i.position, i.is_urgent
            ) SELECT count(*), max(position) FILTER (WHERE is_urgent) FROM changed""",
            [places, before, list(item_ids), places],
        )
        count, urgent = cursor.fetchone()
    hurried(project_id, urgent)
    return int(count)


def retake(item_id: UUID) -> bool:
    """Take a place of an item again if one is free."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE labeling_item SET taken = taken + 1 WHERE id = %s AND taken < needed", [item_id]
        )
        return bool(cursor.rowcount)


def renew(assignment: Assignment, minutes: int) -> None:
    """Let a lease run for its whole time again, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE labeling_assignment SET state = 'leased', heartbeat_at = now(),
                expires_at = now() + %s * interval '1 minute' WHERE id = %s RETURNING expires_at""",
            [minutes, assignment.id],
        )
        assignment.expires_at = cursor.fetchone()[0]


def expire_leases() -> int:
    """Give the places of abandoned items back, and return how many. Doing it twice at once is harmless."""
    swept = 0
    for project_id in Project.objects.with_abandoned_leases().values_list("id", flat=True):
        while count := _expire_in(project_id):
            swept += count
    return swept


@transaction.atomic
def _expire_in(project_id: UUID) -> int:
    with connection.cursor() as cursor:
        # Someone who is just submitting holds the lock: leave the lease to them.
        cursor.execute(
            """UPDATE labeling_assignment SET state = 'expired' WHERE id IN (
                SELECT a.id FROM labeling_assignment a JOIN labeling_item i ON i.id = a.item_id
                WHERE a.state = 'leased' AND a.expires_at < now() AND i.project_id = %s
                ORDER BY a.expires_at LIMIT %s FOR UPDATE OF a SKIP LOCKED
            ) RETURNING item_id, is_calibration""",
            [project_id, SWEEP],
        )
        swept = cursor.fetchall()
    if places := [item_id for item_id, is_calibration in swept if not is_calibration]:
        give_back(project_id, places)
    return len(swept)
