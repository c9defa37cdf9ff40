-- Every live verdict of the recipe's projects, and why it doesn't count when it doesn't.
CREATE TEMPORARY TABLE verdict ON COMMIT DROP AS
WITH consent AS (
    SELECT DISTINCT ON (record.user_id) record.user_id, record.is_given,
        -- What was made after another wording took the place of the one they agreed to waits for their answer.
        (SELECT min(newer.created_at) FROM accounts_consentversion newer WHERE newer.number > version.number) AS until
    FROM accounts_consentrecord record
    JOIN accounts_consentversion version ON version.id = record.version_id
    ORDER BY record.user_id, record.created_at DESC, record.id DESC
),
heldout_family AS (
    SELECT DISTINCT family_id FROM curation_scenario WHERE domain_id = ANY(%(heldout)s::text[])
),
-- Families whose texts nearly repeat what is held out: the database keeps a cluster in one pool, but two families
-- that were placed for good before anybody found them alike are not merged.
near_heldout AS (
    SELECT own.family_id
    FROM curation_nearduplicate alike
    JOIN curation_scenario own ON own.id IN (alike.first_id, alike.second_id)
    JOIN curation_scenario other ON other.id IN (alike.first_id, alike.second_id) AND other.id <> own.id
    JOIN curation_family held ON held.id = other.family_id AND held.pool <> 'TRAIN'
    WHERE NOT alike.is_dismissed
        AND NOT EXISTS (SELECT 1 FROM curation_removal WHERE curation_removal.scenario_id = other.id)
    UNION
    SELECT mate.id
    FROM curation_family held
    JOIN curation_family mate ON mate.cluster_id = held.cluster_id
    WHERE held.pool <> 'TRAIN' AND held.cluster_id IS NOT NULL
),
policy AS (
    SELECT id FROM curation_poolpolicy WHERE state IN ('applied', 'frozen')
),
-- A family that was placed before it reached into what the policy holds out has its pool for good, but doesn't leave.
ruled_family AS (
    SELECT scenario.family_id
    FROM curation_scenario scenario
    JOIN curation_poolrule rule ON rule.domain_id = scenario.domain_id AND rule.policy_id IN (SELECT id FROM policy)
    UNION
    SELECT scenario.family_id
    FROM curation_scenario scenario
    JOIN curation_scenario_aimed_traits aimed ON aimed.scenario_id = scenario.id
    JOIN curation_poolrule rule ON rule.trait_id = aimed.trait_id AND rule.policy_id IN (SELECT id FROM policy)
)
SELECT
    preference.annotation_id,
    assignment.item_id,
    assignment.annotator_id,
    item.scenario_id,
    preference.trait_version_id,
    preference.strength,
    preference.both_bad,
    preference.cannot_judge,
    assignment.order_shown[1] = 0 AS is_first_shown_first,
    first.response_id AS response1_id,
    second.response_id AS response2_id,
    CASE
        WHEN scenario.is_demo <> %(is_demo)s::boolean THEN 'demo'
        WHEN NOT %(is_demo)s::boolean AND (annotator.is_demo OR annotation.source = 'demo') THEN 'demo'
        WHEN annotation.source NOT IN ('native', 'demo') THEN 'source'
        WHEN assignment.is_calibration THEN 'calibration'
        WHEN annotation.is_late THEN 'late'
        WHEN assignment.state <> 'submitted' THEN 'stale'
        WHEN removal.id IS NOT NULL THEN 'removed'
        WHEN family.pool <> 'TRAIN' THEN 'pool'
        WHEN scenario.variant IN ('harmful_persona', 'jailbreak', 'escalation') THEN 'attack'
        WHEN family.policy_id IS DISTINCT FROM (SELECT id FROM policy) AND EXISTS (SELECT 1 FROM policy)
            THEN 'unplaced'
        WHEN ruled_family.family_id IS NOT NULL THEN 'ruled'
        WHEN near_heldout.family_id IS NOT NULL OR scenario.normalised_sha256 IN (
            SELECT same.normalised_sha256 FROM curation_scenario same
            JOIN curation_family held ON held.id = same.family_id WHERE held.pool <> 'TRAIN'
        ) THEN 'near_heldout'
        WHEN heldout_family.family_id IS NOT NULL
            AND coalesce(scenario.domain_id <> ALL(%(heldout)s::text[]), true) THEN 'heldout_family'
        WHEN first.response_id IS NULL OR second.response_id IS NULL OR third.response_id IS NOT NULL
            THEN 'not_a_pair'
        -- Demo annotators stand for the authors of the starter pack: there is nobody to ask.
        WHEN NOT annotator.is_demo AND (
            consent.is_given IS NOT TRUE OR coalesce(annotation.created_at >= consent.until, false)) THEN 'consent'
    END AS out
FROM labeling_preference preference
JOIN labeling_annotation annotation
    ON annotation.id = preference.annotation_id AND annotation.superseded_by_id IS NULL
JOIN labeling_assignment assignment ON assignment.id = annotation.assignment_id
JOIN labeling_item item ON item.id = assignment.item_id AND item.project_id = ANY(%(projects)s::uuid[])
JOIN curation_scenario scenario ON scenario.id = item.scenario_id
JOIN curation_family family ON family.id = scenario.family_id
JOIN accounts_user annotator ON annotator.id = assignment.annotator_id
LEFT JOIN consent ON consent.user_id = annotator.id
LEFT JOIN curation_removal removal ON removal.scenario_id = scenario.id
LEFT JOIN near_heldout ON near_heldout.family_id = family.id
LEFT JOIN ruled_family ON ruled_family.family_id = family.id
LEFT JOIN heldout_family ON heldout_family.family_id = family.id
LEFT JOIN labeling_itemresponse first ON first.item_id = item.id AND first.place = 0
LEFT JOIN labeling_itemresponse second ON second.item_id = item.id AND second.place = 1
LEFT JOIN labeling_itemresponse third ON third.item_id = item.id AND third.place = 2
