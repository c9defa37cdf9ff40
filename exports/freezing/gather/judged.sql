-- Every live annotation in the recipe's projects, and why nothing of it counts when nothing does.
CREATE TEMPORARY TABLE judged ON COMMIT DROP AS
WITH consent AS (
    SELECT DISTINCT ON (record.user_id) record.user_id, record.is_given,
        -- What was made after another wording took the place of the one they agreed to waits for their answer.
        (SELECT min(newer.created_at) FROM accounts_consentversion newer WHERE newer.number > version.number) AS until
    FROM accounts_consentrecord record
    JOIN accounts_consentversion version ON version.id = record.version_id
    ORDER BY record.user_id, record.created_at DESC, record.id DESC
)
SELECT
    annotation.id AS annotation_id,
    item.id AS item_id,
    item.scenario_id,
    assignment.annotator_id,
    assignment.order_shown[1] AS first_place,
    CASE
        WHEN standing.out = 'demo' THEN 'demo'
        WHEN NOT %(is_demo)s::boolean AND (annotator.is_demo OR annotation.source = 'demo') THEN 'demo'
        WHEN annotation.source <> 'demo' AND annotation.source <> ALL(%(sources)s::text[]) THEN 'source'
        WHEN assignment.is_calibration THEN 'calibration'
        WHEN annotation.is_late THEN 'late'
        WHEN assignment.state <> 'submitted' THEN 'stale'
        WHEN standing.out IS NOT NULL THEN standing.out
        -- Demo annotators stand for the authors of the starter pack: there is nobody to ask.
        WHEN NOT annotator.is_demo AND (
            consent.is_given IS NOT TRUE OR coalesce(annotation.created_at >= consent.until, false)) THEN 'consent'
    END AS out
FROM labeling_annotation annotation
JOIN labeling_assignment assignment ON assignment.id = annotation.assignment_id
JOIN labeling_item item ON item.id = assignment.item_id AND item.project_id = ANY(%(projects)s::uuid[])
JOIN standing ON standing.scenario_id = item.scenario_id
JOIN accounts_user annotator ON annotator.id = assignment.annotator_id
LEFT JOIN consent ON consent.user_id = annotator.id
WHERE annotation.superseded_by_id IS NULL
