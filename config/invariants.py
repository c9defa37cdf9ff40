"""What must never happen, as one SQL query each. A query that returns rows has found a violation."""

from django.db import connection, transaction

from accounts.audit import BROKEN_LINKS
from exports.digest import HASHED, digest_of
from exports.models.guards import OPEN_GATES

ROWS_SHOWN = 20

INVARIANTS = {
    "acknowledged annotation is missing": """
        SELECT a.id FROM labeling_assignment a
        WHERE a.state = 'submitted'
          AND NOT EXISTS (SELECT 1 FROM labeling_annotation n WHERE n.assignment_id = a.id AND n.superseded_by_id IS NULL)
    """,
    "one submission has two effects": """
        SELECT submission_id FROM labeling_annotation GROUP BY 1 HAVING count(*) > 1
    """,
    "two live annotations of one annotator on one item": """
        SELECT a.item_id, a.annotator_id FROM labeling_annotation n JOIN labeling_assignment a ON a.id = n.assignment_id
        WHERE n.superseded_by_id IS NULL GROUP BY 1, 2 HAVING count(*) > 1
    """,
    "annotation is not superseded by its next revision": """
        SELECT n.id FROM labeling_annotation n JOIN labeling_annotation s ON s.id = n.superseded_by_id
        WHERE s.assignment_id <> n.assignment_id OR s.revision <> n.revision + 1
    """,
    "item holds more than it needs": """
        SELECT i.id FROM labeling_item i JOIN labeling_assignment a ON a.item_id = i.id
        LEFT JOIN labeling_annotation n ON n.assignment_id = a.id AND n.superseded_by_id IS NULL AND NOT n.is_late
        WHERE a.state = 'leased' AND NOT a.is_calibration OR (a.state = 'submitted' AND n.id IS NOT NULL)
        GROUP BY i.id, i.needed HAVING count(DISTINCT a.id) > i.needed
    """,
    "taken differs from what it counts": """
        SELECT i.id, i.taken, count(DISTINCT a.id) FROM labeling_item i
        LEFT JOIN (
            SELECT a.id, a.item_id FROM labeling_assignment a
            WHERE a.state = 'leased' AND NOT a.is_calibration OR a.state = 'submitted' AND EXISTS (
                SELECT 1 FROM labeling_annotation n
                WHERE n.assignment_id = a.id AND n.superseded_by_id IS NULL AND NOT n.is_late)
        ) a ON a.item_id = i.id
        GROUP BY i.id, i.taken HAVING i.taken <> count(DISTINCT a.id)
    """,
    "item is gold without a reference, or not gold with one": """
        SELECT i.id FROM labeling_item i
        WHERE i.is_gold AND NOT EXISTS (
            SELECT 1 FROM labeling_goldreference g WHERE g.item_id = i.id AND g.retired_at IS NULL)
        UNION
        SELECT g.item_id FROM labeling_goldreference g JOIN labeling_item i ON i.id = g.item_id
        WHERE g.retired_at IS NULL AND NOT i.is_gold
    """,
    "answer to calibrate is counted": """
        SELECT n.id FROM labeling_annotation n JOIN labeling_assignment a ON a.id = n.assignment_id
        WHERE a.is_calibration AND NOT n.is_late
    """,
    "kept count differs from the rows": """
        SELECT p.id, p.items_total FROM labeling_project p
        WHERE p.items_total <> (SELECT count(*) FROM labeling_item i WHERE i.project_id = p.id)
        UNION ALL
        SELECT m.project_id, m.done FROM labeling_membership m
        WHERE m.done <> (
            SELECT count(*) FROM labeling_assignment a JOIN labeling_item i ON i.id = a.item_id
            WHERE i.project_id = m.project_id AND a.annotator_id = m.user_id AND a.state = 'submitted')
        UNION ALL
        SELECT m.project_id, m.calibrated FROM labeling_membership m
        WHERE m.calibrated <> (
            SELECT count(*) FROM labeling_assignment a JOIN labeling_item i ON i.id = a.item_id
            WHERE i.project_id = m.project_id AND a.annotator_id = m.user_id AND a.state = 'submitted'
              AND a.is_calibration)
    """,
    "lease is impossible": """
        SELECT id FROM labeling_assignment
        WHERE state = 'leased' AND (expires_at < leased_at OR expires_at > coalesce(heartbeat_at, leased_at) + interval '2 hours 1 minute')
    """,
    "running run has no heartbeat": """
        SELECT id, kind FROM runs_run WHERE state = 'running' AND coalesce(heartbeat_at, started_at) < now() - interval '2 minutes'
    """,
    "import totals don't add up": """
        SELECT i.id FROM curation_import i
        WHERE i.is_complete AND (
            i.lines <> i.created + i.duplicates + i.rejected
            OR i.rejected <> (SELECT count(*) FROM curation_importproblem p WHERE p.import_run_id = i.id))
    """,
    "sample is billed twice under one ordinal": """
        SELECT sampling_id, scenario_id, ordinal FROM curation_sample GROUP BY 1, 2, 3 HAVING count(*) > 1
    """,
    "sampling's cost differs from its samples'": """
        SELECT s.id FROM curation_sampling s
        WHERE s.cost <> (SELECT coalesce(sum(a.cost), 0) FROM curation_sample a WHERE a.sampling_id = s.id)
    """,
    "same content twice": """
        SELECT content_sha256 FROM curation_scenario GROUP BY 1 HAVING count(*) > 1
        UNION ALL
        SELECT content_sha256 FROM labeling_item GROUP BY project_id, 1 HAVING count(*) > 1
        UNION ALL
        SELECT text_sha256 FROM curation_response GROUP BY scenario_id, 1 HAVING count(*) > 1
    """,
    "judged a trait version that was never shown": """
        SELECT p.id FROM labeling_preference p
        JOIN labeling_annotation n ON n.id = p.annotation_id JOIN labeling_assignment a ON a.id = n.assignment_id
        WHERE p.trait_version_id IS NOT NULL
          AND NOT p.trait_version_id = ANY (a.trait_versions)
          -- What turned stale was shown before; what counts was shown last.
          AND (a.state = 'submitted' AND n.superseded_by_id IS NULL OR NOT p.trait_version_id = ANY (a.earlier_versions))
    """,
    "stale assignment was never submitted": """
        SELECT a.id FROM labeling_assignment a JOIN labeling_item i ON i.id = a.item_id
        WHERE a.state = 'stale' AND NOT EXISTS (SELECT 1 FROM labeling_annotation n WHERE n.assignment_id = a.id)
    """,
    "invitation let in more people than it may": """
        SELECT v.id FROM labeling_projectinvitation v
        WHERE v.uses <> (SELECT count(*) FROM labeling_projectinvitationuse u WHERE u.invitation_id = v.id)
           OR v.uses > v.most_uses
    """,
    "item is urgent where nobody looks": """
        SELECT i.id FROM labeling_item i JOIN labeling_project p ON p.id = i.project_id
        WHERE i.is_urgent AND i.position > p.urgent_last
    """,
    "evidence is not in the response": """
        SELECT e.id FROM labeling_evidence e JOIN curation_response r ON r.id = e.response_id
        WHERE e.quote <> substr(r.text, e.start + 1, e."end" - e.start)
    """,
    "evidence is from another item": """
        SELECT e.id FROM labeling_evidence e
        JOIN labeling_annotation n ON n.id = e.annotation_id JOIN labeling_assignment a ON a.id = n.assignment_id
        WHERE NOT EXISTS (SELECT 1 FROM labeling_itemresponse p WHERE p.item_id = a.item_id AND p.response_id = e.response_id)
    """,
    "graded a criterion that was never shown": """
        SELECT k.id FROM (
            SELECT id, annotation_id, criterion_id FROM labeling_criterionmark
            UNION ALL SELECT id, annotation_id, criterion_id FROM labeling_evidence WHERE criterion_id IS NOT NULL
        ) k
        JOIN labeling_annotation n ON n.id = k.annotation_id JOIN labeling_assignment a ON a.id = n.assignment_id
        WHERE NOT k.criterion_id = ANY (a.criteria)
    """,
    "verdict about a response of another item": """
        SELECT v.id FROM (
            SELECT id, annotation_id, response_id FROM labeling_criterionmark
            UNION ALL SELECT id, annotation_id, response_id FROM labeling_rating
            UNION ALL SELECT id, annotation_id, response_id FROM labeling_rank
            UNION ALL SELECT id, annotation_id, response_id FROM labeling_rewrite
            UNION ALL SELECT id, annotation_id, response_id FROM labeling_harm
        ) v
        JOIN labeling_annotation n ON n.id = v.annotation_id JOIN labeling_assignment a ON a.id = n.assignment_id
        WHERE NOT EXISTS (SELECT 1 FROM labeling_itemresponse p WHERE p.item_id = a.item_id AND p.response_id = v.response_id)
    """,
    "lease of someone outside the project": """
        SELECT a.id FROM labeling_assignment a JOIN labeling_item i ON i.id = a.item_id
        WHERE a.state = 'leased' AND NOT EXISTS (
            SELECT 1 FROM labeling_membership m WHERE m.project_id = i.project_id AND m.user_id = a.annotator_id)
    """,
    "lease of an item that the person opted out of": """
        SELECT a.id FROM labeling_assignment a JOIN labeling_care c ON c.person_id = a.annotator_id
        JOIN labeling_item i ON i.id = a.item_id JOIN curation_scenario s ON s.id = i.scenario_id
        WHERE a.state = 'leased' AND EXISTS (SELECT 1 FROM unnest(s.content_warnings) note WHERE lower(note) = ANY (c.avoided))
    """,
    "withdrawn annotation came back": """
        SELECT w.id FROM labeling_annotation w
        WHERE w.source = 'withdrawn' AND (w.superseded_by_id IS NOT NULL OR NOT w.is_late OR EXISTS (
            SELECT 1 FROM labeling_preference p WHERE p.annotation_id = w.id))
        UNION ALL
        SELECT a.id FROM labeling_assignment a
        WHERE (a.state = 'withdrawn') <> EXISTS (
            SELECT 1 FROM labeling_annotation w WHERE w.assignment_id = a.id AND w.source = 'withdrawn')
        UNION ALL
        SELECT r.annotation_id FROM labeling_annotation w
        JOIN labeling_annotation n ON n.assignment_id = w.assignment_id AND n.id <> w.id
        JOIN exports_releaserating r ON r.annotation_id = n.id JOIN exports_release e ON e.id = r.release_id
        WHERE w.source = 'withdrawn' AND e.cut_at > w.created_at + interval '1 minute'
    """,
    "audit chain is broken": BROKEN_LINKS,
    "something is left of an erased person": """
        SELECT u.id FROM accounts_user u
        WHERE u.erased_at IS NOT NULL AND (
            u.name <> '' OR u.new_email <> '' OR u.language <> '' OR u.email NOT LIKE '%@erased.invalid' OR u.is_active
            OR EXISTS (SELECT 1 FROM accounts_visit v WHERE v.user_id = u.id)
            OR EXISTS (SELECT 1 FROM accounts_profile p WHERE p.user_id = u.id)
            OR EXISTS (SELECT 1 FROM accounts_apitoken t WHERE t.user_id = u.id)
            OR EXISTS (SELECT 1 FROM mfa_authenticator a WHERE a.user_id = u.id)
            OR EXISTS (SELECT 1 FROM socialaccount_socialaccount s WHERE s.user_id = u.id)
            OR EXISTS (SELECT 1 FROM labeling_membership m WHERE m.user_id = u.id)
            OR EXISTS (SELECT 1 FROM labeling_care c WHERE c.person_id = u.id))
    """,
    "frozen release changed": f"""
        SELECT r.id FROM exports_release r
        WHERE r.state <> 'draft' AND r.digest IS DISTINCT FROM {digest_of("r.id")}
    """,  # noqa: S608 - only our own constants are put in.
    "row of a release is in another split than its prompt": " UNION ALL ".join(
        f"""SELECT mine.id FROM {table} mine JOIN exports_releaseprompt p ON p.id = mine.prompt_id
            WHERE mine.split <> p.split OR mine.release_id <> p.release_id"""  # noqa: S608
        for table in HASHED
    ),
    "publication is done without a commit, or twice": """
        SELECT release_id, endpoint, repo_id FROM exports_publication WHERE state = 'done'
        GROUP BY 1, 2, 3
        HAVING count(*) FILTER (WHERE purpose = 'publish') > 1 OR bool_or(commit_oid = '' OR tag = '')
        UNION ALL
        SELECT min(release_id::text)::uuid, endpoint, repo_id || ' ' || tag FROM exports_publication
        WHERE state = 'done' AND tag <> '' AND repo_id <> '' AND endpoint <> ''
        GROUP BY endpoint, repo_id, tag HAVING count(DISTINCT release_id) > 1
    """,
    "schedule slot ran twice, or vanished": """
        SELECT schedule_id, slot_at FROM exports_scheduleslot GROUP BY 1, 2 HAVING count(*) > 1
        UNION ALL
        SELECT s.schedule_id, s.slot_at FROM exports_scheduleslot s JOIN runs_run r ON r.arguments ->> 'slot' = s.id::text
        WHERE r.kind = 'exports.slot' GROUP BY 1, 2 HAVING count(*) > 1
        UNION ALL
        SELECT s.schedule_id, s.previous_at FROM exports_scheduleslot s
        WHERE s.previous_at IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM exports_scheduleslot b WHERE b.schedule_id = s.schedule_id AND b.slot_at = s.previous_at)
        UNION ALL
        SELECT c.id, c.last_at FROM exports_schedule c
        WHERE c.last_at IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM exports_scheduleslot s WHERE s.schedule_id = c.id AND s.slot_at = c.last_at)
    """,
    "news were delivered twice": """
        SELECT listener_id, news_id FROM exports_delivery GROUP BY 1, 2 HAVING count(*) > 1
    """,
    "published in spite of a gate": f"""
        SELECT p.id, open.gate FROM exports_publication p JOIN ({OPEN_GATES}) open ON open.release_id = p.release_id
        UNION ALL
        SELECT r.id, 'never checked' FROM exports_release r
        WHERE r.terms ? 'gates' AND EXISTS (SELECT 1 FROM exports_publication p WHERE p.release_id = r.id)
          AND NOT EXISTS (SELECT 1 FROM exports_gateresult g WHERE g.release_id = r.id)
    """,  # noqa: S608 - only our own constant is put in.
    "waiver by the one who asked for it or cut the release": """
        SELECT w.id FROM exports_waiver w JOIN exports_waiverrequest q ON q.id = w.request_id
        JOIN exports_gateresult g ON g.id = q.result_id JOIN exports_release r ON r.id = g.release_id
        WHERE w.approved_by_id = q.asked_by_id OR w.approved_by_id = r.created_by_id
    """,
    "waiver was refused by the one who asked for it, or given as well": """
        SELECT f.id FROM exports_waiverrefusal f JOIN exports_waiverrequest q ON q.id = f.request_id
        WHERE f.refused_by_id = q.asked_by_id
            OR EXISTS (SELECT 1 FROM exports_waiver w WHERE w.request_id = q.id)
    """,
    "held-out scenario in a release": """
        SELECT p.id FROM exports_releaseprompt p
        JOIN curation_scenario s ON s.id = p.scenario_id JOIN curation_family f ON f.id = s.family_id
        WHERE p.split IN ('train', 'validation') AND (f.pool <> 'TRAIN' OR EXISTS (
            SELECT 1 FROM curation_scenario h JOIN curation_family held ON held.id = h.family_id
            WHERE held.pool <> 'TRAIN' AND h.normalised_sha256 = s.normalised_sha256))
    """,
    "family or cluster is in a release for training and for tests": """
        SELECT DISTINCT f.id FROM exports_releaseprompt p
        JOIN curation_scenario s ON s.id = p.scenario_id JOIN curation_family f ON f.id = s.family_id
        WHERE p.split IN ('train', 'validation') AND EXISTS (
            SELECT 1 FROM exports_releaseprompt t
            JOIN curation_scenario ts ON ts.id = t.scenario_id JOIN curation_family tf ON tf.id = ts.family_id
            WHERE t.split = 'test' AND t.release_id = p.release_id
              AND (tf.id = f.id OR tf.cluster_id = f.cluster_id))
    """,
    "cluster is in two pools": """
        SELECT cluster_id FROM curation_family WHERE cluster_id IS NOT NULL AND policy_id IS NOT NULL
        GROUP BY 1 HAVING count(DISTINCT pool) > 1
    """,
    "pool was given by a policy that is not in force": """
        SELECT f.id FROM curation_family f JOIN curation_poolpolicy p ON p.id = f.policy_id
        WHERE p.state NOT IN ('applied', 'frozen')
    """,
    "release names a policy that is not frozen": """
        SELECT r.id FROM exports_release r
        WHERE r.state <> 'draft' AND r.terms ->> 'is_demo' = 'false' AND r.terms ->> 'pool_policy' <> ''
          AND NOT EXISTS (
            SELECT 1 FROM curation_poolpolicy p WHERE p.state = 'frozen' AND p.digest = r.terms ->> 'pool_policy')
    """,
    "criterion is attached without a majority": """
        SELECT p.id FROM curation_proposal p
        WHERE p.state = 'attached' AND NOT EXISTS (
            SELECT 1 FROM curation_proposalvote v WHERE v.proposal_id = p.id
            HAVING count(*) >= 2 AND 2 * count(*) FILTER (WHERE v.agrees) > count(*))
    """,
    "score differs from its marks": """
        SELECT g.id FROM curation_grading g
        JOIN curation_gradingmark m ON m.grading_id = g.id JOIN curation_criterion c ON c.id = m.criterion_id
        GROUP BY g.id, g.score
        HAVING coalesce(abs(g.score * sum(c.points) FILTER (WHERE c.points > 0)
                - coalesce(sum(c.points) FILTER (WHERE m.is_met), 0)) > 1e-6,
            (g.score IS NULL) <> (sum(c.points) FILTER (WHERE c.points > 0) IS NULL))
    """,
    "person's name or address in a release": """
        SELECT r.id FROM (
            SELECT id, rationale FROM exports_releaserating
            UNION ALL SELECT id, concat_ws(' ', annotator, rationale) FROM exports_releasejudgement
            UNION ALL SELECT id, concat_ws(' ', annotator, text) FROM exports_releasedemonstration
        ) r JOIN accounts_user u
        ON strpos(lower(r.rationale), u.email) > 0
            OR strpos(r.rationale, u.id::text) > 0
            OR (u.name LIKE '% %' AND strpos(r.rationale, u.name) > 0)
    """,
    "published without an approval by somebody else": """
        SELECT v.id FROM curation_traitversion v
        WHERE v.state IN ('published', 'retired') AND v.author_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM curation_traitreview r
            WHERE r.version_id = v.id AND r.round = v.review_round AND r.decision LIKE 'approve%'
            AND r.reviewer_id <> v.author_id AND NOT EXISTS (
                SELECT 1 FROM curation_contribution c WHERE c.version_id = v.id AND c.author_id = r.reviewer_id))
    """,
    "Label Studio mapping is not 1:1": """
        SELECT min(t.id::text) FROM labeling_labelstudiotask t GROUP BY t.connection_id, t.item_id HAVING count(*) > 1
        UNION ALL
        SELECT min(t.id::text) FROM labeling_labelstudiotask t WHERE t.label_studio_id IS NOT NULL
        GROUP BY t.connection_id, t.label_studio_id HAVING count(*) > 1
        UNION ALL
        SELECT min(c.id::text) FROM labeling_labelstudio c WHERE c.label_studio_id IS NOT NULL
        GROUP BY c.endpoint, c.label_studio_id HAVING count(*) > 1
        UNION ALL
        SELECT t.id::text FROM labeling_labelstudiotask t JOIN labeling_labelstudio c ON c.id = t.connection_id
        JOIN labeling_item i ON i.id = t.item_id WHERE i.project_id <> c.project_id
    """,
    "answer from Label Studio stands for another one": """
        SELECT w.id FROM labeling_labelstudioanswer w JOIN labeling_labelstudiotask t ON t.id = w.task_id
        JOIN labeling_annotation n ON n.id = w.annotation_id JOIN labeling_assignment a ON a.id = n.assignment_id
        WHERE a.item_id <> t.item_id OR (w.state = 'taken' AND n.source <> 'label_studio')
    """,
    "conflict is settled without a decision": """
        SELECT w.id FROM labeling_labelstudioanswer w
        WHERE w.state = 'kept' AND NOT EXISTS (
            SELECT 1 FROM labeling_labelstudiodecision d WHERE d.answer_id = w.id AND d.choice = 'ours')
        UNION ALL
        SELECT d.id FROM labeling_labelstudiodecision d
        JOIN labeling_annotation o ON o.id = d.ours_id JOIN labeling_annotation t ON t.id = d.theirs_id
        WHERE t.source <> 'label_studio' OR t.assignment_id <> o.assignment_id OR t.revision <> o.revision + 1
    """,
    "outside verdict is on another project's item, or on no pair": """
        SELECT v.id FROM labeling_outsideverdict v JOIN labeling_outsideannotator o ON o.id = v.annotator_id
        JOIN labeling_item i ON i.id = v.item_id
        WHERE o.project_id <> i.project_id
           OR (SELECT count(*) FROM labeling_itemresponse p WHERE p.item_id = i.id) <> 2
    """,
    "item has outside verdicts from two sources": """
        SELECT v.item_id FROM labeling_outsideverdict v JOIN labeling_outsideannotator o ON o.id = v.annotator_id
        WHERE v.superseded_by_id IS NULL GROUP BY 1 HAVING count(DISTINCT o.source) > 1
    """,
    "outside verdict in a release without a license, or taken back before": """
        SELECT r.id FROM exports_releaserating r JOIN labeling_outsideverdict v ON v.id = r.outside_id
        JOIN labeling_outsideannotator o ON o.id = v.annotator_id JOIN exports_release e ON e.id = r.release_id
        WHERE v.license = '' OR o.withdrawn_at < e.cut_at - interval '1 minute'
    """,
    "report's figures are not all there": """
        SELECT r.id, r.figures FROM results_report r
        WHERE r.figures <> (
            SELECT count(*) FROM results_score s JOIN results_evaluation e ON e.id = s.evaluation_id
            WHERE e.report_id = r.id)
    """,
    "secret in plain text": """
        SELECT 'run ' || id FROM runs_run WHERE concat(arguments, cursor, result, error) ~ 'hf_[A-Za-z0-9_]{8,}|whsec_[A-Za-z0-9_-]{8,}|\\ysk-[A-Za-z0-9_-]{16,}'
        UNION ALL
        SELECT 'log of run ' || run_id FROM runs_runlog WHERE text ~ 'hf_[A-Za-z0-9_]{8,}|whsec_[A-Za-z0-9_-]{8,}|\\ysk-[A-Za-z0-9_-]{16,}'
        UNION ALL
        SELECT 'audit event ' || id FROM accounts_auditevent WHERE detail::text ~ 'hf_[A-Za-z0-9_]{8,}|whsec_[A-Za-z0-9_-]{8,}|\\ysk-[A-Za-z0-9_-]{16,}'
        UNION ALL
        SELECT 'sample ' || id FROM curation_sample WHERE problem ~ 'hf_[A-Za-z0-9_]{8,}|whsec_[A-Za-z0-9_-]{8,}|\\ysk-[A-Za-z0-9_-]{16,}'
    """,
}


def violations() -> dict[str, list[list[object]]]:
    """Return the offending rows of each broken invariant, at most twenty each, from one snapshot."""
    found = {}
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for name in INVARIANTS:
            if rows := offending(name):
                found[name] = rows
    return found


def offending(name: str) -> list[list[object]]:
    """Return the rows that break one invariant, at most twenty."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({INVARIANTS[name]}) AS rows LIMIT {ROWS_SHOWN}")  # noqa: S608
        return [list(row) for row in cursor.fetchall()]
