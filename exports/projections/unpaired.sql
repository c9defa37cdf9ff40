-- One response with a verdict.
SELECT
    'unp_' || answer.key AS id,
    prompt.prompt_id,
    prompt.split_group,
    answer.trait AS trait_id,
    answer.trait_number::text AS trait_version,
    prompt.domain,
    prompt.language,
    prompt.source AS prompt_source,
    prompt.license,
    answer.since AS release,
    '{"prompt":' || (CASE scenario.system_prompt WHEN '' THEN scenario.messages ELSE
        jsonb_build_array(jsonb_build_object('role', 'system', 'content', scenario.system_prompt))
        || scenario.messages END)::text || E'}\n' AS nested,
    response.text AS completion,
    answer.is_good AS label,
    'rsp_' || replace(response.id::text, '-', '') AS response_id,
    coalesce(nullif(response.model, ''), 'unknown') AS model,
    answer.score,
    answer.agreement,
    answer.n_annotators::int4
FROM exports_releaseanswer answer
JOIN exports_releaseprompt prompt ON prompt.id = answer.prompt_id
JOIN curation_scenario scenario ON scenario.id = prompt.scenario_id
JOIN curation_response response ON response.id = answer.response_id
WHERE answer.release_id = current_setting('arete.release')::uuid
    AND answer.split = current_setting('arete.split')
    AND answer.ordinal BETWEEN current_setting('arete.first')::int AND current_setting('arete.last')::int
ORDER BY answer.ordinal
