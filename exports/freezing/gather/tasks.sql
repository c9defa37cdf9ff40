-- Prompts with a rubric: those of the projects for training, and those that the chosen pools hold out for tests.
CREATE TEMPORARY TABLE task ON COMMIT DROP AS
WITH kept AS (
    SELECT scenario.id, scenario.family_id, scenario.variant, scenario.domain_id, scenario.messages, scenario.is_demo,
        scenario.ideal_answer, scenario.pressures
    FROM curation_scenario scenario
    WHERE scenario.state = 'ready' AND NOT EXISTS (
        SELECT 1 FROM curation_removal removal WHERE removal.scenario_id = scenario.id)
),
base AS (
    SELECT DISTINCT ON (kept.family_id) kept.family_id, kept.id, kept.messages, family.pool
    FROM kept JOIN curation_family family ON family.id = kept.family_id
    WHERE kept.variant = 'base' AND family.pool IN ('EVAL', 'ATTACK')
    ORDER BY kept.family_id, kept.id
),
wanted AS (
    SELECT kept.*, 'rl' AS config, NULL::uuid AS base_scenario, NULL::jsonb AS base_messages, '' AS base_config
    FROM kept JOIN standing ON standing.scenario_id = kept.id AND standing.out IS NULL
    UNION ALL
    SELECT kept.*, CASE WHEN family.pool = 'EVAL' AND kept.id = base.id THEN 'benchmark' ELSE 'adversarial' END,
        base.id, base.messages, CASE family.pool WHEN 'EVAL' THEN 'benchmark' ELSE 'adversarial' END
    FROM kept
    JOIN curation_family family ON family.id = kept.family_id
    JOIN base ON base.family_id = kept.family_id
    WHERE family.pool IN ('EVAL', 'ATTACK') AND family.pool = ANY(%(pools)s::text[])
        AND kept.is_demo = %(is_demo)s::boolean
        AND (kept.variant <> 'base' OR kept.id = base.id)
        AND (cardinality(%(domains)s::text[]) = 0 OR kept.domain_id = ANY(%(domains)s::text[]))
),
rubric AS (
    SELECT scenario_id, id AS criterion_id, false AS is_shared FROM curation_criterion
    WHERE state = 'published' AND scenario_id IS NOT NULL
    UNION ALL
    SELECT proposal.scenario_id, criterion.id, true FROM curation_proposal proposal
    JOIN curation_criterion criterion ON criterion.id = proposal.criterion_id AND criterion.state = 'published'
    WHERE proposal.state = 'attached'
),
-- A variant without a rubric of its own is held to that of its base.
bound AS (
    SELECT wanted.*, CASE WHEN EXISTS (SELECT 1 FROM rubric WHERE rubric.scenario_id = wanted.id) THEN wanted.id
        ELSE wanted.base_scenario END AS rubric_scenario
    FROM wanted
),
criteria AS (
    SELECT
        bound.id,
        '[' || string_agg(json_build_object(
            'criterion_id', 'crt_' || replace(criterion.key::text, '-', ''),
            'criterion', criterion.text,
            'points', trim_scale(criterion.points),
            'tags', tagged.tags
        )::text, ', ' ORDER BY rubric.is_shared, criterion.position, criterion.id) || ']' AS rubric_json,
        array_agg(criterion.text ORDER BY rubric.is_shared, criterion.position, criterion.id)
            FILTER (WHERE criterion.points > 0 AND criterion.kind = 'must') AS musts,
        array_agg(criterion.text ORDER BY rubric.is_shared, criterion.position, criterion.id)
            FILTER (WHERE criterion.points > 0) AS goods,
        CASE WHEN count(DISTINCT criterion.version_id) = 1 THEN min(criterion.version_id::text)::uuid END AS version_id,
        count(DISTINCT criterion.version_id) AS versions
    FROM bound
    JOIN rubric ON rubric.scenario_id = bound.rubric_scenario
    JOIN curation_criterion criterion ON criterion.id = rubric.criterion_id
    LEFT JOIN curation_traitversion version ON version.id = criterion.version_id
    LEFT JOIN curation_trait trait ON trait.id = version.trait_id
    CROSS JOIN LATERAL (
        SELECT criterion.tags
            || CASE WHEN criterion.axis <> '' AND NOT EXISTS (SELECT 1 FROM unnest(criterion.tags) tag WHERE tag LIKE 'axis:%%')
                THEN ARRAY['axis:' || replace(criterion.axis, ' ', '_')] ELSE '{}' END
            || CASE WHEN trait.slug IS NOT NULL AND 'trait:' || trait.slug <> ALL(criterion.tags) THEN ARRAY['trait:' || trait.slug] ELSE '{}' END AS tags
    ) tagged
    GROUP BY bound.id
    -- Without points to gain there is no score.
    HAVING bool_or(criterion.points > 0)
),
aimed AS (
    SELECT aimed.scenario_id, array_agg(trait.slug ORDER BY trait.slug COLLATE "C") AS slugs,
        CASE WHEN count(*) = 1 THEN (
            SELECT version.id FROM curation_traitversion version
            WHERE version.trait_id = min(aimed.trait_id::text)::uuid AND version.state = 'published'
            ORDER BY version.number DESC LIMIT 1) END AS version_id
    FROM curation_scenario_aimed_traits aimed
    JOIN curation_trait trait ON trait.id = aimed.trait_id
    GROUP BY aimed.scenario_id
)
SELECT
    bound.id AS scenario_id,
    bound.config,
    bound.domain_id,
    CASE criteria.versions WHEN 0 THEN aimed.version_id ELSE criteria.version_id END AS trait_version_id,
    criteria.rubric_json,
    left(encode(sha256(convert_to(criteria.rubric_json, 'UTF8')), 'hex'), 12) AS version,
    coalesce(criteria.musts, criteria.goods) AS must_hold,
    left(encode(sha256(convert_to('task:' || bound.id, 'UTF8')), 'hex'), 24) AS key,
    CASE bound.base_config WHEN 'benchmark' THEN 'bmk_' WHEN 'adversarial' THEN 'adv_' ELSE '' END
        || coalesce(left(encode(sha256(convert_to('task:' || bound.base_scenario, 'UTF8')), 'hex'), 24), '') AS base_id,
    CASE bound.config WHEN 'adversarial' THEN bound.variant ELSE '' END AS attack_type,
    CASE WHEN bound.base_messages IS NULL THEN '{}' ELSE ARRAY(
        SELECT turn ->> 'content' FROM jsonb_array_elements(bound.messages) WITH ORDINALITY turns (turn, place)
        WHERE turn ->> 'role' = 'user' AND NOT bound.base_messages @> jsonb_build_array(turn)
        ORDER BY place) END AS pressure_turns,
    CASE WHEN bound.domain_id IS NULL THEN '{}' ELSE ARRAY['domain:' || bound.domain_id] END
        || ARRAY(SELECT 'trait:' || slug FROM unnest(aimed.slugs) slug)
        || ARRAY(SELECT 'pressure:' || pressure FROM unnest(bound.pressures) pressure) AS tags,
    CASE bound.config WHEN 'rl' THEN '' ELSE bound.ideal_answer END AS ideal,
    CASE bound.config WHEN 'rl' THEN '' ELSE %(canary)s::text END AS canary
FROM bound
JOIN criteria ON criteria.id = bound.id
LEFT JOIN aimed ON aimed.scenario_id = bound.id
WHERE cardinality(%(traits)s::uuid[]) = 0
    OR coalesce(CASE criteria.versions WHEN 0 THEN aimed.version_id ELSE criteria.version_id END = ANY(%(traits)s::uuid[]), true)
