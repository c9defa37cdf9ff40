-- One message each for chosen and rejected: a list of messages is read without an error, and wrongly.
SELECT json_build_object(
    'id', 'prf_' || item.key,
    'conversations', CASE scenario.system_prompt WHEN '' THEN scenario.messages ELSE
        jsonb_build_array(jsonb_build_object('role', 'system', 'content', scenario.system_prompt))
        || scenario.messages END,
    'chosen', json_build_object('role', 'assistant', 'content', chosen.text),
    'rejected', json_build_object('role', 'assistant', 'content', rejected.text))::text
FROM exports_releaseitem item
JOIN exports_releaseprompt prompt ON prompt.id = item.prompt_id
JOIN curation_scenario scenario ON scenario.id = prompt.scenario_id
JOIN curation_response chosen
    ON chosen.id = CASE item.winner WHEN 'response1' THEN item.response1_id ELSE item.response2_id END
JOIN curation_response rejected
    ON rejected.id = CASE item.winner WHEN 'response1' THEN item.response2_id ELSE item.response1_id END
WHERE item.release_id = %(release)s::uuid AND item.split = %(split)s AND item.winner IN ('response1', 'response2')
ORDER BY item.ordinal
