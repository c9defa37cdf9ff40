-- Every other verdict of those annotations: marks, ratings, rankings, rewrites; and why it doesn't count when it doesn't.
CREATE TEMPORARY TABLE judgement ON COMMIT DROP AS
SELECT
    found.*,
    judged.item_id,
    judged.annotator_id,
    judged.scenario_id,
    judged.first_place,
    CASE
        WHEN judged.out IS NULL AND cardinality(%(traits)s::uuid[]) > 0
            AND found.trait_version_id <> ALL(%(traits)s::uuid[]) THEN 'trait'
        ELSE judged.out
    END AS out
FROM judged
JOIN (
    SELECT 'criterion' AS kind, mark.annotation_id, mark.response_id, mark.criterion_id, criterion.version_id AS trait_version_id,
        CASE mark.value WHEN 'met' THEN true WHEN 'not met' THEN false END AS is_met,
        NULL::smallint AS value, NULL::text[] AS ranking, mark.unsure_because AS remark
    FROM labeling_criterionmark mark
    JOIN curation_criterion criterion ON criterion.id = mark.criterion_id
    UNION ALL
    SELECT 'rating', annotation_id, response_id, NULL, trait_version_id, NULL, value, NULL, ''
    FROM labeling_rating
    UNION ALL
    SELECT 'ranking', annotation_id, NULL, NULL, NULL, NULL, NULL, array_agg(responses ORDER BY place), ''
    FROM (
        SELECT annotation_id, place,
            string_agg('rsp_' || replace(response_id::text, '-', ''), ' = ' ORDER BY response_id) AS responses
        FROM labeling_rank
        GROUP BY annotation_id, place
    ) places
    GROUP BY annotation_id
    UNION ALL
    SELECT 'rewrite', annotation_id, response_id, NULL, NULL, NULL, NULL, NULL, text
    FROM labeling_rewrite
) found ON found.annotation_id = judged.annotation_id
