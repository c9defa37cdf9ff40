-- Texts that a release keeps a copy of, each once, with the configs and rows that carry it.
SELECT part, text, config, min(row_id) AS row_id, count(DISTINCT row_id) AS rows
FROM (
    SELECT 'ideal' AS part, text, 'sft' AS config, 'sft_' || key AS row_id
    FROM exports_releasedemonstration WHERE release_id = %(release)s::uuid AND kind = 'ideal'
    UNION ALL
    SELECT 'ideal', ideal, 'benchmark', 'bmk_' || key
    FROM exports_releasetask WHERE release_id = %(release)s::uuid AND config = 'benchmark' AND ideal <> ''
    UNION ALL
    SELECT 'criterion',
        concat_ws(E'\n', criterion ->> 'criterion', (
            SELECT string_agg(tag, E'\n' ORDER BY place)
            FROM json_array_elements_text(criterion -> 'tags') WITH ORDINALITY tags (tag, place))),
        task.config, CASE task.config WHEN 'rl' THEN 'rl_' WHEN 'benchmark' THEN 'bmk_' ELSE 'adv_' END || task.key
    FROM exports_releasetask task CROSS JOIN LATERAL json_array_elements(task.rubric_json::json) criteria (criterion)
    WHERE task.release_id = %(release)s::uuid
    UNION ALL
    SELECT 'about', concat_ws(E'\n', source, license, domain), '', prompt_id
    FROM exports_releaseprompt WHERE release_id = %(release)s::uuid
    UNION ALL
    SELECT 'about', concat_ws(E'\n', model, model_revision, sampling_json, output_terms), 'responses',
        'rsp_' || replace(response_id::text, '-', '')
    FROM exports_releaseresponse WHERE release_id = %(release)s::uuid
) copied
GROUP BY part, text, config
