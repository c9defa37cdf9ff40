-- Each response under each trait, taken alone: what people found of it by the most direct verdict that enough of them gave.
CREATE TEMPORARY TABLE answer ON COMMIT DROP AS
WITH mark AS (
    SELECT judgement.annotation_id, judgement.annotator_id, judgement.scenario_id, judgement.response_id,
        CASE WHEN count(DISTINCT judgement.trait_version_id) = 1 AND bool_and(judgement.trait_version_id IS NOT NULL)
            THEN (array_agg(judgement.trait_version_id))[1] END AS trait_version_id,
        coalesce(sum(criterion.points) FILTER (WHERE judgement.is_met), 0)
            / sum(criterion.points) FILTER (WHERE criterion.points > 0) AS score
    FROM judgement
    JOIN curation_criterion criterion ON criterion.id = judgement.criterion_id
    WHERE judgement.kind = 'criterion' AND judgement.out IS NULL AND judgement.is_met IS NOT NULL
    GROUP BY judgement.annotation_id, judgement.annotator_id, judgement.scenario_id, judgement.response_id
    HAVING count(*) FILTER (WHERE criterion.points > 0) > 0
),
vote AS (
    SELECT 1 AS directness, 'ratings' AS basis, annotation_id, annotator_id, scenario_id, response_id, trait_version_id,
        value / 4.0 AS score
    FROM judgement WHERE kind = 'rating' AND out IS NULL AND value IS NOT NULL
    UNION ALL
    SELECT 2, 'marks', annotation_id, annotator_id, scenario_id, response_id, trait_version_id,
        greatest(0, least(1, score))
    FROM mark
    UNION ALL
    SELECT 3, 'pairs', verdict.annotation_id, verdict.annotator_id, verdict.scenario_id, side.response_id,
        verdict.trait_version_id,
        CASE
            WHEN verdict.both_bad THEN 0
            WHEN verdict.strength = 0 THEN 0.5
            WHEN (verdict.strength < 0) = (side.place = 0) THEN 1
            ELSE 0
        END
    FROM verdict
    JOIN pair ON pair.item_id = verdict.item_id AND pair.trait_version_id IS NOT DISTINCT FROM verdict.trait_version_id
        AND pair.outcome IN ('response1', 'response2', 'tie', 'both_bad', 'undecided')
    CROSS JOIN LATERAL (VALUES (0, verdict.response1_id), (1, verdict.response2_id)) side (place, response_id)
    WHERE verdict.out IS NULL AND NOT verdict.cannot_judge
),
person AS (
    SELECT directness, basis, scenario_id, response_id, trait_version_id, annotator_id, avg(score) AS score,
        string_agg(annotation_id::text, ' ' ORDER BY annotation_id) AS annotations
    FROM vote
    GROUP BY 1, 2, 3, 4, 5, 6
),
found AS (
    SELECT directness, basis, scenario_id, response_id, trait_version_id, avg(score)::float8 AS score,
        count(*) AS n_annotators,
        count(*) FILTER (WHERE score > 0.5) AS n_good,
        count(*) FILTER (WHERE score < 0.5) AS n_bad,
        string_agg(annotations || ' ' || round(score, 6), ',' ORDER BY annotations) AS votes
    FROM person
    GROUP BY 1, 2, 3, 4, 5
)
SELECT DISTINCT ON (response_id, trait_version_id)
    found.*,
    left(encode(sha256(convert_to(
        response_id || ':' || coalesce(trait_version_id::text, 'overall'), 'UTF8')), 'hex'), 24) AS key,
    CASE
        WHEN n_annotators < %(minimum)s::int THEN 'too_few'
        WHEN n_good * 2 > n_annotators THEN 'good'
        WHEN n_bad * 2 > n_annotators THEN 'bad'
        ELSE 'undecided'
    END AS outcome
FROM found
ORDER BY response_id, trait_version_id, n_annotators < %(minimum)s::int, directness
