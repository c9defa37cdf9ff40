-- Where the texts of findings stand in a release: each config with the first of its rows, and how many they are.
INSERT INTO exports_findingplace (release_id, finding_id, config, row_id, rows)
WITH copied AS (
    {copies}
), prompt AS (
    SELECT prompt.id, finding.id AS finding_id
    FROM exports_finding finding
    JOIN exports_releaseprompt prompt
        ON prompt.release_id = %(release)s::uuid AND prompt.scenario_id = finding.scenario_id
), item AS (
    SELECT item.*, winner IN ('response1', 'response2') AS is_decided
    FROM exports_releaseitem item WHERE release_id = %(release)s::uuid
), task AS (
    SELECT *, CASE config WHEN 'rl' THEN 'rl_' WHEN 'benchmark' THEN 'bmk_' ELSE 'adv_' END || key AS row_id
    FROM exports_releasetask WHERE release_id = %(release)s::uuid
), judgement AS (
    SELECT *, CASE kind WHEN 'rating' THEN 'trait_scores' ELSE 'ratings' END AS config,
        'rat_' || left(encode(sha256(convert_to(annotator || key, 'UTF8')), 'hex'), 24) AS row_id
    FROM exports_releasejudgement WHERE release_id = %(release)s::uuid
), demonstration AS (
    SELECT *, 'sft_' || key AS row_id FROM exports_releasedemonstration WHERE release_id = %(release)s::uuid
), by_prompt AS (
    SELECT 'preference' AS config, 'prf_' || key AS row_id, prompt_id FROM item WHERE is_decided
    UNION ALL SELECT 'comparisons', 'cmp_' || key, prompt_id FROM item
    UNION ALL SELECT 'unpaired', 'unp_' || key, prompt_id
        FROM exports_releaseanswer WHERE release_id = %(release)s::uuid
    UNION ALL SELECT 'rankings', 'rnk_' || key, prompt_id
        FROM exports_releaseranking WHERE release_id = %(release)s::uuid
    UNION ALL SELECT config, row_id, prompt_id FROM task
    UNION ALL SELECT 'sft', row_id, prompt_id FROM demonstration
    UNION ALL SELECT 'responses', 'rsp_' || replace(response_id::text, '-', ''), prompt_id
        FROM exports_releaseresponse WHERE release_id = %(release)s::uuid
), by_response AS (
    SELECT CASE WHEN decided THEN 'preference' ELSE 'comparisons' END AS config,
        CASE WHEN decided THEN 'prf_' ELSE 'cmp_' END || key AS row_id, response_id
    FROM item CROSS JOIN unnest(ARRAY[response1_id, response2_id]) responses (response_id)
    CROSS JOIN (VALUES (true), (false)) written (decided)
    WHERE NOT decided OR is_decided
    UNION ALL SELECT 'unpaired', 'unp_' || key, response_id
        FROM exports_releaseanswer WHERE release_id = %(release)s::uuid
    UNION ALL SELECT 'rankings', 'rnk_' || ranking.key, rank.response_id
        FROM exports_releaserank rank JOIN exports_releaseranking ranking ON ranking.id = rank.ranking_id
        WHERE ranking.release_id = %(release)s::uuid
    UNION ALL SELECT 'responses', 'rsp_' || replace(response_id::text, '-', ''), response_id
        FROM exports_releaseresponse WHERE release_id = %(release)s::uuid
), by_annotation AS (
    SELECT CASE WHEN alone THEN 'ratings' ELSE 'comparisons' END AS config,
        CASE WHEN alone
            THEN 'rat_' || left(encode(sha256(convert_to(rating.annotator || item.key, 'UTF8')), 'hex'), 24)
            ELSE 'cmp_' || item.key END AS row_id,
        rating.annotation_id
    FROM exports_releaserating rating JOIN item ON item.id = rating.item_id
    CROSS JOIN (VALUES (true), (false)) written (alone)
    WHERE rating.release_id = %(release)s::uuid AND (alone OR rating.strength IS NOT NULL)
    UNION ALL SELECT config, row_id, annotation_id FROM judgement
    UNION ALL SELECT 'sft', demonstration.row_id, said.annotation_id
        FROM exports_finding finding JOIN labeling_rewrite said ON said.annotation_id = finding.annotation_id
        JOIN demonstration ON demonstration.kind = 'rewrite' AND demonstration.key
            = left(encode(sha256(convert_to('rewrite:' || said.annotation_id, 'UTF8')), 'hex'), 24)
), found AS (
    SELECT prompt.finding_id, by_prompt.config, by_prompt.row_id FROM prompt JOIN by_prompt ON by_prompt.prompt_id = prompt.id
    UNION SELECT finding.id, by_response.config, by_response.row_id
        FROM exports_finding finding JOIN by_response USING (response_id)
    UNION SELECT finding.id, by_annotation.config, by_annotation.row_id
        FROM exports_finding finding JOIN by_annotation USING (annotation_id)
)
SELECT %(release)s::uuid, finding_id, config, min(row_id), count(*) FROM found GROUP BY finding_id, config
UNION ALL
SELECT %(release)s::uuid, finding.id, copied.config, copied.row_id, copied.rows
FROM copied JOIN exports_finding finding ON finding.part = copied.part
    AND finding.text_sha256 = encode(sha256(convert_to(copied.text, 'UTF8')), 'hex')
ON CONFLICT (release_id, finding_id, config) DO NOTHING
