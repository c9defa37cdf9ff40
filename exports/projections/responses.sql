-- One response with its provenance.
SELECT
    'rsp_' || replace(answer.response_id::text, '-', '') AS id,
    prompt.prompt_id,
    prompt.split_group,
    NULL::text AS trait_id,
    NULL::text AS trait_version,
    prompt.domain,
    prompt.language,
    prompt.source AS prompt_source,
    prompt.license,
    answer.since AS release,
    '{"prompt":' || (CASE scenario.system_prompt WHEN '' THEN scenario.messages ELSE
        jsonb_build_array(jsonb_build_object('role', 'system', 'content', scenario.system_prompt))
        || scenario.messages END)::text || E'}\n' AS nested,
    response.text AS response,
    answer.model,
    answer.model_revision,
    answer.sampling_json,
    answer.output_terms,
    answer.generated_at
FROM exports_releaseresponse answer
JOIN exports_releaseprompt prompt ON prompt.id = answer.prompt_id
JOIN curation_scenario scenario ON scenario.id = prompt.scenario_id
JOIN curation_response response ON response.id = answer.response_id
WHERE answer.release_id = current_setting('arete.release')::uuid
    AND prompt.split = current_setting('arete.split')
    AND answer.ordinal BETWEEN current_setting('arete.first')::int AND current_setting('arete.last')::int
ORDER BY answer.ordinal
