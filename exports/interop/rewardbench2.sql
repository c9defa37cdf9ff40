-- Prompts of one turn alone, since they are plain texts there.
SELECT json_build_object(
    'id', 'prf_' || item.key,
    'prompt', scenario.messages -> 0 ->> 'content',
    'chosen', json_build_array(chosen.text),
    'rejected', json_build_array(rejected.text),
    'num_correct', 1,
    'num_rejected', 1,
    'total_completions', 2,
    'models', json_build_array(coalesce(nullif(chosen.model, ''), 'unknown'), coalesce(nullif(rejected.model, ''), 'unknown')),
    'subset', item.trait,
    'additional_metadata', json_build_object('domain', prompt.domain, 'language', prompt.language))::text
FROM exports_releaseitem item
JOIN exports_releaseprompt prompt ON prompt.id = item.prompt_id
JOIN curation_scenario scenario ON scenario.id = prompt.scenario_id
JOIN curation_response chosen
    ON chosen.id = CASE item.winner WHEN 'response1' THEN item.response1_id ELSE item.response2_id END
JOIN curation_response rejected
    ON rejected.id = CASE item.winner WHEN 'response1' THEN item.response2_id ELSE item.response1_id END
WHERE item.release_id = %(release)s::uuid AND item.split = %(split)s AND item.winner IN ('response1', 'response2')
    AND scenario.system_prompt = '' AND jsonb_array_length(scenario.messages) = 1
ORDER BY item.ordinal
