SELECT json_build_object(
    'example_tags', task.tags,
    'ideal_completions_data', CASE task.ideal WHEN '' THEN NULL ELSE json_build_object(
        'ideal_completion', task.ideal, 'ideal_completions_group', NULL,
        'ideal_completions_ref_completions', '[]'::json) END,
    'prompt', CASE scenario.system_prompt WHEN '' THEN scenario.messages ELSE
        jsonb_build_array(jsonb_build_object('role', 'system', 'content', scenario.system_prompt))
        || scenario.messages END,
    'prompt_id', prompt.prompt_id,
    'rubrics', task.rubric_json::json,
    'canary', task.canary)::text
FROM exports_releasetask task
JOIN exports_releaseprompt prompt ON prompt.id = task.prompt_id
JOIN curation_scenario scenario ON scenario.id = prompt.scenario_id
WHERE task.release_id = %(release)s::uuid AND task.split = %(split)s AND task.config = 'benchmark'
ORDER BY task.ordinal
