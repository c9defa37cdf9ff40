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
from labeling.caring import Rest, Rules, rules_for
from labeling.models import Assignment, Membership, Project

HELD_AT_MOST = 3
"""Live leases of one person in one project: shown, prefetched, and one whose submission is on its way."""
SWEEP = 500

# Comparing and counting happen in the statement that locks the row: of many who want the last place one gets it.
_CLAIM = """
WITH candidate AS (
    SELECT i.id FROM labeling_item i
    WHERE i.project_id = %(project)s AND i.position > %(after)s AND i.taken < i.needed AND {unseen}{welcome}
    ORDER BY i.position LIMIT 1 FOR UPDATE {patience}
), place AS (
    UPDATE labeling_item i SET taken = i.taken + 1 FROM candidate c WHERE i.id = c.id
    RETURNING i.id, i.position
), lease AS (
    INSERT INTO labeling_assignment AS a (
        id, item_id, annotator_id, order_shown, trait_versions, state, skip_reason, skip_note,
        leased_at, expires_at)
    SELECT %(id)s, p.id, %(annotator)s,
        ARRAY(SELECT r.place FROM labeling_itemresponse r WHERE r.item_id = p.id
              ORDER BY CASE WHEN %(is_reversed)s THEN -r.place ELSE r.place END),
        ARRAY(SELECT t.trait_version_id FROM labeling_projecttrait t
              WHERE t.project_id = %(project)s ORDER BY t.position, t.id),
        'leased', '', '', now(), now() + %(minutes)s * interval '1 minute'
    FROM place p
    ON CONFLICT (item_id, annotator_id) DO UPDATE SET
        state = 'leased', leased_at = EXCLUDED.leased_at, expires_at = EXCLUDED.expires_at,
        heartbeat_at = NULL, trait_versions = EXCLUDED.trait_versions
    RETURNING {columns}
), passed AS (
    -- Not min(): a limit makes the planner walk the index from here, and there is seldom anything to find.
    SELECT (SELECT i.position FROM labeling_item i
        WHERE i.project_id = %(project)s AND i.taken < i.needed AND {unseen}
          AND i.position > coalesce({from_}, %(after)s) AND i.position < coalesce({to}, 9223372036854775807)
        ORDER BY i.position LIMIT 1) AS position
), walked AS (
    UPDATE labeling_membership m SET
        cursor = greatest(m.cursor, {place}{end}), missed_from = {missed},
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
        WHERE s.item_id = i.id AND s.annotator_id = %(annotator)s AND s.state <> 'expired')"""
# Values, not EXISTS: the planner would make joins of these, and read all of the queue to have something to join.
_UNAVOIDED = f"""{_UNSEEN} AND NOT (
        SELECT lower(c.content_warnings::text)::text[] && %(avoided)s::text[]
        FROM curation_scenario c WHERE c.id = i.scenario_id)"""  # noqa: S608 - only our own constant is put in.
_CALM = """ AND (NOT %(is_calm)s OR (
        SELECT c.content_warnings = '{}' FROM curation_scenario c WHERE c.id = i.scenario_id))"""
# What a person avoids would be walked over again and again at the end of the queue: the cursor goes past all of it.
_END = """, CASE WHEN lease.id IS NULL
            THEN (SELECT p.next_position - 1 FROM labeling_project p WHERE p.id = %(project)s) END"""
_COLUMNS = [field.attname for field in Assignment._meta.concrete_fields]
_RETURNED = ", ".join(f"a.{column}" for column in _COLUMNS)
_PLACE = "(SELECT position FROM place)"


def _onwards(unseen: str, welcome: str = "", end: str = "") -> str:
    return _CLAIM.format(
        unseen=unseen,
        welcome=welcome,
        end=end,
        columns=_RETURNED,
        patience="SKIP LOCKED",
        from_="%(after)s",
        to=_PLACE,
        place=_PLACE,
        missed="least(m.missed_from, passed.position)",
    )


def _again(unseen: str, welcome: str = "") -> str:
    return _CLAIM.format(
        unseen=unseen,
        welcome=welcome,
        end="",
        columns=_RETURNED,
        patience="",
        from_=_PLACE,
        to="%(cursor)s + 1",
        place=_PLACE,
        missed="passed.position",
    )


_ONWARDS = _onwards(_UNSEEN)
"""From the cursor on. Whoever is locked is passed over; the first one passed is remembered."""
_AGAIN = _again(_UNSEEN)
"""Through what was passed over before, waiting for locks; what lies between here and the cursor stays to do."""
# What is only kept back for today counts as passed over, so that it is found again; what is avoided does not.
_ONWARDS_WITH_CARE = _onwards(_UNAVOIDED, _CALM, _END)
_AGAIN_WITH_CARE = _again(_UNAVOIDED, _CALM)

_HELD = f"""
SELECT {_RETURNED} FROM labeling_assignment a JOIN labeling_item i ON i.id = a.item_id
WHERE a.annotator_id = %(annotator)s AND a.state = 'leased' AND i.project_id = %(project)s
ORDER BY a.leased_at, a.id
"""  # noqa: S608
_HELD_BY_OTHERS = """
SELECT count(DISTINCT a.item_id), min(a.expires_at) FROM labeling_assignment a
JOIN labeling_item i ON i.id = a.item_id
WHERE a.state = 'leased' AND i.project_id = %(project)s AND a.annotator_id <> %(annotator)s AND {}
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
    return _claim_new(membership, rules) or _nothing(membership, rules)


def _held(membership: Membership) -> list[Assignment]:
    with planned() as cursor:
        cursor.execute(_HELD, {"project": membership.project_id, "annotator": membership.user_id})
        return [_assignment(row) for row in cursor.fetchall()]


def _claim_new(membership: Membership, rules: Rules) -> Assignment | None:
    first = membership.is_block_reversed
    wanted: dict[str, Any] = {
        "id": uuid7(),
        "membership": membership.id,
        "project": membership.project_id,
        "annotator": membership.user_id,
        "minutes": membership.project.lease_minutes,
        "is_reversed": bool(secrets.randbelow(2)) if first is None else not first,
        "cursor": membership.cursor,
        "avoided": rules.avoided,
        "is_calm": rules.is_calm,
    }
    onwards, again = (_ONWARDS_WITH_CARE, _AGAIN_WITH_CARE) if rules.narrow else (_ONWARDS, _AGAIN)
    missed_from, reached, found = _search(onwards, {**wanted, "after": membership.cursor})
    if found is None and missed_from is not None:
        _, _, found = _search(again, {**wanted, "after": missed_from - 1, "cursor": reached})
    return found


def _search(query: str, wanted: dict[str, Any]) -> tuple[int | None, int, Assignment | None]:
    with planned() as cursor:
        cursor.execute(query, wanted)
        missed_from, reached, *columns = cursor.fetchone()
    return missed_from, reached, _assignment(columns) if columns[0] else None


def _assignment(columns: Sequence[Any]) -> Assignment:
    return Assignment.from_db(connection.alias, _COLUMNS, columns)


def _nothing(membership: Membership, rules: Rules) -> NothingNow | None:
    wanted: dict[str, Any] = {
        "project": membership.project_id,
        "annotator": membership.user_id,
        "avoided": rules.avoided,
    }
    query = _HELD_BY_OTHERS.format(_UNAVOIDED if rules.narrow else _UNSEEN)
    with connection.cursor() as cursor:
        cursor.execute(query, wanted)
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
            """UPDATE labeling_item i SET taken = i.taken - f.places, position = %s + f.n
            FROM unnest(%s::uuid[], %s::int[]) WITH ORDINALITY f (id, places, n) WHERE i.id = f.id""",
            [first - 1, list(counts), list(counts.values())],
        )


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
            ) RETURNING item_id""",
            [project_id, SWEEP],
        )
        item_ids = [row[0] for row in cursor.fetchall()]
    if item_ids:
        give_back(project_id, item_ids)
    return len(item_ids)
