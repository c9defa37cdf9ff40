SELECT json_build_object(
    'messages', CASE scenario.system_prompt WHEN '' THEN scenario.messages ELSE
        jsonb_build_array(jsonb_build_object('role', 'system', 'content', scenario.system_prompt))
        || scenario.messages END,
    'id', 'rl_' || task.key,
    'rubric', task.rubric_json,
    'reference_answer', task.rubric_json,
    'trait_id', task.trait,
    'domain', prompt.domain)::text
FROM exports_releasetask task
JOIN exports_releaseprompt prompt ON prompt.id = task.prompt_id
JOIN curation_scenario scenario ON scenario.id = prompt.scenario_id
WHERE task.release_id = %(release)s::uuid AND task.split = %(split)s AND task.config = 'rl'
ORDER BY task.ordinal
