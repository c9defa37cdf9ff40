-- Each compared pair under each trait version, with its votes and what becomes of it.
CREATE TEMPORARY TABLE pair ON COMMIT DROP AS
WITH plural AS (
    -- The newest adjudication is in force.
    SELECT item_id, trait_version_id FROM (
        SELECT DISTINCT ON (disagreement.id) disagreement.item_id, disagreement.trait_version_id, adjudication.is_plural
        FROM labeling_disagreement disagreement
        JOIN labeling_adjudication adjudication ON adjudication.disagreement_id = disagreement.id
        WHERE disagreement.response_id IS NULL
        ORDER BY disagreement.id, adjudication.id DESC
    ) settled
    WHERE is_plural
),
counted AS (
    SELECT
        item_id,
        scenario_id,
        trait_version_id,
        response1_id,
        response2_id,
        count(*) FILTER (WHERE out IS NULL) AS n_counted,
        count(*) FILTER (WHERE out IS NULL AND cannot_judge) AS n_cannot_judge,
        count(*) FILTER (WHERE out IS NULL AND NOT cannot_judge) AS n_annotators,
        count(*) FILTER (WHERE out IS NULL AND NOT both_bad AND strength < 0) AS n_first,
        count(*) FILTER (WHERE out IS NULL AND NOT both_bad AND strength > 0) AS n_second,
        count(*) FILTER (WHERE out IS NULL AND NOT cannot_judge AND (both_bad OR strength = 0)) AS n_ties,
        count(*) FILTER (WHERE out IS NULL AND NOT cannot_judge AND both_bad) AS n_both_bad,
        count(*) FILTER (WHERE out IS NULL AND NOT cannot_judge AND is_first_shown_first)
            AS n_first_shown_first,
        coalesce(avg(strength) FILTER (WHERE out IS NULL), 0)::float8 AS mean_preference,
        -- The ids of annotations make a corrected rationale a changed row.
        string_agg(
            concat_ws(' ', annotation_id, strength, both_bad, is_first_shown_first), ',' ORDER BY annotation_id
        ) FILTER (WHERE out IS NULL) AS votes
    FROM verdict
    GROUP BY item_id, scenario_id, trait_version_id, response1_id, response2_id
)
SELECT
    counted.*,
    left(encode(sha256(convert_to(
        counted.item_id || ':' || coalesce(counted.trait_version_id::text, 'overall'), 'UTF8')), 'hex'), 24) AS key,
    CASE
        WHEN n_counted = 0 THEN 'nothing_counted'
        WHEN n_annotators = 0 THEN 'cannot_judge'
        WHEN n_annotators < %(minimum)s::int THEN 'too_few'
        WHEN plural.item_id IS NOT NULL AND %(plural)s::text = 'leave out' THEN 'left_out'
        WHEN plural.item_id IS NOT NULL AND %(plural)s::text = 'keep' THEN 'plural'
        WHEN n_both_bad * 2 > n_annotators THEN 'both_bad'
        WHEN %(aggregation)s::text = 'mean strength' AND mean_preference <> 0
            THEN CASE WHEN mean_preference < 0 THEN 'response1' ELSE 'response2' END
        -- Of models, the side that is more probable than everything else together.
        WHEN leaning.first > 0.5 THEN 'response1'
        WHEN leaning.second > 0.5 THEN 'response2'
        WHEN %(aggregation)s::text = 'majority' AND n_first * 2 > n_deciding THEN 'response1'
        WHEN %(aggregation)s::text = 'majority' AND n_second * 2 > n_deciding THEN 'response2'
        WHEN n_ties * 2 > n_annotators THEN 'tie'
        ELSE 'undecided'
    END AS outcome
FROM (
    SELECT *, CASE %(ties)s::text WHEN 'ignore' THEN n_first + n_second ELSE n_annotators END AS n_deciding
    FROM counted
) counted
LEFT JOIN plural ON plural.item_id = counted.item_id
    AND plural.trait_version_id IS NOT DISTINCT FROM counted.trait_version_id
LEFT JOIN leaning ON leaning.item_id = counted.item_id
    AND leaning.trait_version_id IS NOT DISTINCT FROM counted.trait_version_id
