-- The response is the last turn.
SELECT json_build_object(
    'id', 'unp_' || answer.key,
    'conversations', CASE scenario.system_prompt WHEN '' THEN scenario.messages ELSE
        jsonb_build_array(jsonb_build_object('role', 'system', 'content', scenario.system_prompt))
        || scenario.messages END || jsonb_build_array(jsonb_build_object('role', 'assistant', 'content', response.text)),
    'kto_tag', answer.is_good)::text
FROM exports_releaseanswer answer
JOIN exports_releaseprompt prompt ON prompt.id = answer.prompt_id
JOIN curation_scenario scenario ON scenario.id = prompt.scenario_id
JOIN curation_response response ON response.id = answer.response_id
WHERE answer.release_id = %(release)s::uuid AND answer.split = %(split)s
ORDER BY answer.ordinal
