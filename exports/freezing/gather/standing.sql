-- Every scenario of the recipe's projects, and why it can't be in a file for training when it can't.
CREATE TEMPORARY TABLE standing ON COMMIT DROP AS
WITH heldout_family AS (
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
    scenario.id AS scenario_id,
    CASE
        WHEN scenario.is_demo <> %(is_demo)s::boolean THEN 'demo'
        WHEN removal.id IS NOT NULL THEN 'removed'
        WHEN family.pool <> 'TRAIN' OR 'TRAIN' <> ALL(%(pools)s::text[]) THEN 'pool'
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
        WHEN cardinality(%(domains)s::text[]) > 0
            AND coalesce(scenario.domain_id <> ALL(%(domains)s::text[]), true) THEN 'domain'
    END AS out
FROM curation_scenario scenario
JOIN curation_family family ON family.id = scenario.family_id
LEFT JOIN curation_removal removal ON removal.scenario_id = scenario.id
LEFT JOIN near_heldout ON near_heldout.family_id = family.id
LEFT JOIN ruled_family ON ruled_family.family_id = family.id
LEFT JOIN heldout_family ON heldout_family.family_id = family.id
WHERE scenario.id IN (SELECT scenario_id FROM labeling_item WHERE project_id = ANY(%(projects)s::uuid[]))
