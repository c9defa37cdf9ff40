"""What a claim hands out beside the queue: gold items unseen among others, and the items of open rounds."""

import secrets
from typing import Any

from django.db import connection

from config.ids import uuid7
from config.statements import planned
from labeling.caring import CALM, UNAVOIDED, Rest, Rules
from labeling.models import Assignment, Membership

_COLUMNS = [field.attname for field in Assignment._meta.concrete_fields]
_FITS = """EXISTS (
        SELECT 1 FROM labeling_goldreference g WHERE g.item_id = i.id AND g.retired_at IS NULL AND (
            g.trait_version_id IS NULL OR g.trait_version_id IN (
                SELECT t.trait_version_id FROM labeling_projecttrait t WHERE t.project_id = %(project)s)))"""
# No place is taken and no row of the queue is locked. The order differs from person to person, so that a neighbor
# doesn't meet the same item at the same turn.
_CLAIM = f"""
WITH candidate AS (
    SELECT i.id FROM labeling_item i
    WHERE i.project_id = %(project)s AND {{which}}{{welcome}} AND NOT EXISTS (
        SELECT 1 FROM labeling_assignment s
        WHERE s.item_id = i.id AND s.annotator_id = %(annotator)s AND s.state <> 'expired')
    ORDER BY md5(i.id::text || %(annotator)s::text) LIMIT 1
)
INSERT INTO labeling_assignment AS a (
    id, item_id, annotator_id, order_shown, trait_versions, state, skip_reason, skip_note, leased_at, expires_at,
    is_calibration)
SELECT %(id)s, c.id, %(annotator)s,
    ARRAY(SELECT r.place FROM labeling_itemresponse r WHERE r.item_id = c.id
          ORDER BY CASE WHEN %(is_reversed)s THEN -r.place ELSE r.place END),
    ARRAY(SELECT t.trait_version_id FROM labeling_projecttrait t
          WHERE t.project_id = %(project)s ORDER BY t.position, t.id),
    'leased', '', '', now(), now() + %(minutes)s * interval '1 minute', true
FROM candidate c
ON CONFLICT (item_id, annotator_id) DO UPDATE SET
    state = 'leased', leased_at = EXCLUDED.leased_at, expires_at = EXCLUDED.expires_at,
    heartbeat_at = NULL, trait_versions = EXCLUDED.trait_versions, is_calibration = true
RETURNING {", ".join(f"a.{column}" for column in _COLUMNS)}
"""  # noqa: S608
_WELCOME = f" AND {UNAVOIDED} AND {CALM}"
_ALL_GOLD = f"i.is_gold AND {_FITS}"
_GOLD = _CLAIM.format(which=_ALL_GOLD, welcome="")
_GOLD_WITH_CARE = _CLAIM.format(which=_ALL_GOLD, welcome=_WELCOME)
_IN_ROUND = f"""i.id IN (
        SELECT m.item_id FROM labeling_round_items m JOIN labeling_round r ON r.id = m.round_id
        WHERE r.project_id = %(project)s AND r.state = 'open' AND (
            r.kind = 'norming' AND EXISTS (
                SELECT 1 FROM labeling_round_people p WHERE p.round_id = r.id AND p.user_id = %(annotator)s)
            OR r.kind = 'qualification' AND %(is_due)s AND {_FITS}))"""  # noqa: S608
_OF_ROUNDS = _CLAIM.format(which=_IN_ROUND, welcome="")
_OF_ROUNDS_WITH_CARE = _CLAIM.format(which=_IN_ROUND, welcome=_WELCOME)
_LEFT = f"""
SELECT count(*) FROM labeling_item i WHERE i.project_id = %(project)s AND {_IN_ROUND} AND {UNAVOIDED} AND NOT EXISTS (
    SELECT 1 FROM labeling_assignment s
    WHERE s.item_id = i.id AND s.annotator_id = %(annotator)s AND s.state NOT IN ('leased', 'expired'))
"""  # noqa: S608
# Passed under a version from which the pinned one doesn't differ in meaning is passed.
_DUE = """
SELECT EXISTS (
    SELECT 1 FROM labeling_round r
    WHERE r.project_id = %(project)s AND r.kind = 'qualification' AND r.state = 'open'
) AND NOT EXISTS (
    SELECT 1 FROM labeling_qualification q JOIN labeling_round r ON r.id = q.round_id
    WHERE r.project_id = %(project)s AND q.person_id = %(annotator)s AND q.has_passed AND NOT EXISTS (
        SELECT 1 FROM labeling_projecttrait t JOIN curation_traitversion v ON v.id = t.trait_version_id
        WHERE t.project_id = %(project)s AND NOT EXISTS (
            SELECT 1 FROM curation_traitversion k
            WHERE k.id = ANY(q.trait_versions) AND k.trait_id = v.trait_id AND NOT EXISTS (
                SELECT 1 FROM curation_traitversion c
                WHERE c.trait_id = v.trait_id AND c.meaning_changed
                    AND c.number > k.number AND c.number <= v.number))))
"""


class QualifyFirst(Exception):
    """The person has been handed all that they qualify by, and has not qualified yet."""


def claim_calibration(membership: Membership, rules: Rules) -> Assignment | Rest | None:
    """Lease what is due in a round, or now and then a gold item. Neither takes a place in the queue.

    A project without gold and without an open round costs no query here.

    Args:
        membership: Locked by this transaction.
        rules: What the person's wishes leave.

    Returns:
        `Rest` when all that is left to qualify by is kept back for today.

    Raises:
        QualifyFirst: a qualification is due, and none of its items is left to hand out.
    """
    if membership.project.is_calibrating:
        due = qualification_is_due(membership)
        query = _OF_ROUNDS_WITH_CARE if rules.narrow else _OF_ROUNDS
        if found := _claim(query, membership, is_due=due, **rules.asked):
            return found
        if due and rules.gone_past and left_in_rounds(membership, rules):
            return rules.gone_past
        if due:
            raise QualifyFirst
    is_lead = membership.role == Membership.Role.LEAD
    if not is_lead and secrets.randbelow(100) < membership.project.gold_percent:
        return claim_gold(membership, rules)
    return None


def claim_gold(membership: Membership, rules: Rules) -> Assignment | None:
    """Lease a gold item that the person has not seen, whose reference speaks of a pinned version."""
    return _claim(_GOLD_WITH_CARE if rules.narrow else _GOLD, membership, **rules.asked)


def qualification_is_due(membership: Membership) -> bool:
    """Whether the person must qualify before live items: a round is open, and none was passed under this meaning."""
    if not membership.project.is_calibrating or membership.role != Membership.Role.ANNOTATOR:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"project": membership.project_id, "annotator": membership.user_id})
        return bool(cursor.fetchone()[0])


def left_in_rounds(membership: Membership, rules: Rules) -> int:
    """How many items of open rounds the person has still to judge, the one before them included."""
    if not membership.project.is_calibrating:
        return 0
    wanted = {"project": membership.project_id, "annotator": membership.user_id, **rules.asked}
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, wanted | {"is_due": qualification_is_due(membership)})
        return int(cursor.fetchone()[0])


def _claim(query: str, membership: Membership, **more: Any) -> Assignment | None:
    wanted: dict[str, Any] = {
        "id": uuid7(),
        "project": membership.project_id,
        "annotator": membership.user_id,
        "minutes": membership.project.lease_minutes,
        "is_reversed": bool(secrets.randbelow(2)),
    }
    with planned() as cursor:
        cursor.execute(query, wanted | more)
        row = cursor.fetchone()
    return Assignment.from_db(connection.alias, _COLUMNS, row) if row else None
