-- One response that a person wrote.
SELECT
    'sft_' || demonstration.key AS id,
    prompt.prompt_id,
    prompt.split_group,
    demonstration.trait AS trait_id,
    demonstration.trait_number::text AS trait_version,
    prompt.domain,
    prompt.language,
    prompt.source AS prompt_source,
    prompt.license,
    demonstration.since AS release,
    '{"prompt":' || (CASE scenario.system_prompt WHEN '' THEN scenario.messages ELSE
        jsonb_build_array(jsonb_build_object('role', 'system', 'content', scenario.system_prompt))
        || scenario.messages END)::text || E'}\n' AS nested,
    demonstration.text AS completion,
    demonstration.kind,
    coalesce('rsp_' || replace(response.id::text, '-', ''), '') AS response_id,
    CASE WHEN response.id IS NULL THEN '' ELSE coalesce(nullif(response.model, ''), 'unknown') END AS model,
    demonstration.annotator AS annotator_id,
    char_length(demonstration.text) AS completion_chars
FROM exports_releasedemonstration demonstration
JOIN exports_releaseprompt prompt ON prompt.id = demonstration.prompt_id
JOIN curation_scenario scenario ON scenario.id = prompt.scenario_id
LEFT JOIN curation_response response ON response.id = demonstration.response_id
WHERE demonstration.release_id = current_setting('arete.release')::uuid
    AND demonstration.split = current_setting('arete.split')
    AND demonstration.ordinal BETWEEN current_setting('arete.first')::int AND current_setting('arete.last')::int
ORDER BY demonstration.ordinal
