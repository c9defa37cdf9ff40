"""What the database refuses about gates, whatever the code says."""

import pgtrigger

KEPT = pgtrigger.Protect(name="kept", operation=pgtrigger.Update | pgtrigger.Delete)

OPEN_GATES = """
    SELECT r.release_id, r.gate FROM exports_gateresult r
    WHERE r.status = 'failed'
      AND r.attempt = (SELECT max(n.attempt) FROM exports_gateresult n WHERE n.release_id = r.release_id)
      AND NOT EXISTS (
        SELECT 1 FROM exports_waiver w
        JOIN exports_waiverrequest q ON q.id = w.request_id JOIN exports_gateresult was ON was.id = q.result_id
        WHERE was.release_id = r.release_id AND was.gate = r.gate
          AND (was.figure, was.needed) = (r.figure, r.needed))
"""
"""SQL for the gates that fail in the newest check of a release and that nobody waived for this very figure."""

GATES_FIRST = pgtrigger.Trigger(
    name="gates_first",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func=f"""
        IF EXISTS (SELECT 1 FROM exports_release WHERE id = NEW.release_id AND terms ? 'gates')
            AND NOT EXISTS (SELECT 1 FROM exports_gateresult WHERE release_id = NEW.release_id)
        THEN
            RAISE EXCEPTION 'the gates of this release were never checked' USING ERRCODE = 'restrict_violation';
        END IF;
        IF EXISTS (SELECT 1 FROM ({OPEN_GATES}) open WHERE open.release_id = NEW.release_id) THEN
            RAISE EXCEPTION 'a gate of this release fails and is not waived' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    """,  # noqa: S608 - only our own constant is put in.
)
"""A publication begins when every gate passes, doesn't apply or was waived."""

RESULTS_IN_TIME = pgtrigger.Trigger(
    name="results_in_time",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="""
        IF EXISTS (SELECT 1 FROM exports_release WHERE id = NEW.release_id AND state = 'draft')
            OR EXISTS (SELECT 1 FROM exports_publication WHERE release_id = NEW.release_id)
        THEN
            RAISE EXCEPTION 'gates are checked after freezing and before publishing'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    """,
)
"""What the card of a published release says about its gates stays true."""

WAIVED_BY_ANOTHER = pgtrigger.Trigger(
    name="waived_by_another",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    declare=[("asked", "record")],
    func="""
        SELECT q.asked_by_id, r.id AS release_id, r.created_by_id, g.gate, g.status INTO asked
        FROM exports_waiverrequest q JOIN exports_gateresult g ON g.id = q.result_id
        JOIN exports_release r ON r.id = g.release_id WHERE q.id = NEW.request_id FOR UPDATE OF q;
        IF EXISTS (SELECT 1 FROM exports_waiverrefusal WHERE request_id = NEW.request_id) THEN
            RAISE EXCEPTION 'this waiver was refused' USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.approved_by_id = asked.asked_by_id OR NEW.approved_by_id IS NOT DISTINCT FROM asked.created_by_id THEN
            RAISE EXCEPTION 'a waiver is given by somebody who neither asked for it nor cut the release'
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF asked.status <> 'failed' OR asked.gate = 'consent' THEN
            RAISE EXCEPTION 'this gate is not waived' USING ERRCODE = 'restrict_violation';
        END IF;
        IF NOT EXISTS (
            SELECT 1 FROM accounts_user u WHERE u.id = NEW.approved_by_id AND u.is_active AND u.name <> '' AND (
                u.is_superuser OR EXISTS (
                    SELECT 1 FROM accounts_user_groups m JOIN auth_group a ON a.id = m.group_id
                    WHERE m.user_id = u.id AND a.name = 'stewards')))
        THEN
            RAISE EXCEPTION 'a waiver is given by a steward with a name' USING ERRCODE = 'restrict_violation';
        END IF;
        IF EXISTS (SELECT 1 FROM exports_publication WHERE release_id = asked.release_id) THEN
            RAISE EXCEPTION 'this release is being published' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    """,
)
"""Two people stand behind a waiver, and its words are in the card before the release leaves."""

FILES_STAY = pgtrigger.Trigger(
    name="files_stay",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    func="""
        IF NEW.rows IS NOT NULL OR (NEW.id, NEW.release_id, NEW.path, NEW.rows)
                IS DISTINCT FROM (OLD.id, OLD.release_id, OLD.path, OLD.rows)
            OR EXISTS (SELECT 1 FROM exports_publication WHERE release_id = NEW.release_id)
        THEN
            RAISE EXCEPTION 'a file of a release stays as it was built' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    """,
)
"""Data never changes. Papers are written anew while gates are settled, until the release is published."""

REFUSED_BY_ANOTHER = pgtrigger.Trigger(
    name="refused_by_another",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    declare=[("asker", "uuid")],
    func="""
        SELECT asked_by_id INTO asker FROM exports_waiverrequest WHERE id = NEW.request_id FOR UPDATE;
        IF NEW.refused_by_id = asker THEN
            RAISE EXCEPTION 'a waiver is refused by somebody who did not ask for it'
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF EXISTS (SELECT 1 FROM exports_waiver WHERE request_id = NEW.request_id) THEN
            RAISE EXCEPTION 'this waiver was given' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    """,
)
"""Of a request that two people answer at once, one answer counts: both lock it first."""
