-- One decided pair. `nested` is one line of JSON with the columns that are lists; `chosen` and `rejected` are
-- plain texts that become one assistant message each.
SELECT
    'prf_' || item.key AS id,
    prompt.prompt_id,
    prompt.split_group,
    item.trait AS trait_id,
    item.trait_number::text AS trait_version,
    prompt.domain,
    prompt.language,
    prompt.source AS prompt_source,
    prompt.license,
    item.since AS release,
    '{"prompt":' || (CASE scenario.system_prompt WHEN '' THEN scenario.messages ELSE
        jsonb_build_array(jsonb_build_object('role', 'system', 'content', scenario.system_prompt))
        || scenario.messages END)::text || E'}\n' AS nested,
    chosen.text AS chosen,
    rejected.text AS rejected,
    'cmp_' || item.key AS comparison_id,
    'rsp_' || replace(chosen.id::text, '-', '') AS chosen_response_id,
    'rsp_' || replace(rejected.id::text, '-', '') AS rejected_response_id,
    coalesce(nullif(chosen.model, ''), 'unknown') AS chosen_model,
    coalesce(nullif(rejected.model, ''), 'unknown') AS rejected_model,
    greatest(CASE item.winner WHEN 'response1' THEN -item.mean_preference ELSE item.mean_preference END, 0) / 3
        AS preference_strength,
    CASE item.winner WHEN 'response1' THEN item.n_first ELSE item.n_second END::float8
        / item.n_annotators AS agreement,
    CASE item.winner WHEN 'response1' THEN item.n_first_shown_first
        ELSE item.n_annotators - item.n_first_shown_first END::float8
        / item.n_annotators AS chosen_shown_first_rate,
    item.n_annotators::int4,
    item.n_ties::int4,
    char_length(chosen.text) AS chosen_chars,
    char_length(rejected.text) AS rejected_chars
FROM exports_releaseitem item
JOIN exports_releaseprompt prompt ON prompt.id = item.prompt_id
JOIN curation_scenario scenario ON scenario.id = prompt.scenario_id
JOIN curation_response chosen
    ON chosen.id = CASE item.winner WHEN 'response1' THEN item.response1_id ELSE item.response2_id END
JOIN curation_response rejected
    ON rejected.id = CASE item.winner WHEN 'response1' THEN item.response2_id ELSE item.response1_id END
WHERE item.release_id = current_setting('arete.release')::uuid
    AND item.split = current_setting('arete.split')
    AND item.ordinal BETWEEN current_setting('arete.first')::int AND current_setting('arete.last')::int
    AND item.winner IN ('response1', 'response2')
ORDER BY item.ordinal
