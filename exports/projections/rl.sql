-- One prompt and its rubric. `rubric_json` carries the conversation too: some trainers hand a reward nothing else.
SELECT
    'rl_' || task.key AS id,
    prompt.prompt_id,
    prompt.split_group,
    task.trait AS trait_id,
    task.trait_number::text AS trait_version,
    prompt.domain,
    prompt.language,
    prompt.source AS prompt_source,
    prompt.license,
    task.since AS release,
    '{"prompt":' || conversation.messages || ',"rubrics":' || task.rubric_json
        || ',"reward_model":' || json_build_object('style', 'rubric', 'ground_truth', whole.rubric)
        || ',"extra_info":' || json_build_object(
            'split', task.split, 'index', task.ordinal - 1, 'id', 'rl_' || task.key, 'trait_id', task.trait,
            'domain', prompt.domain)
        || E'}\n' AS nested,
    'rub_' || task.key AS rubric_id,
    task.version AS rubric_version,
    whole.rubric AS rubric_json,
    recipe.slug || '/' || task.trait AS data_source,
    prompt.domain AS ability
FROM exports_releasetask task
JOIN exports_release release ON release.id = task.release_id
JOIN exports_recipe recipe ON recipe.id = release.recipe_id
JOIN exports_releaseprompt prompt ON prompt.id = task.prompt_id
JOIN curation_scenario scenario ON scenario.id = prompt.scenario_id
CROSS JOIN LATERAL (
    SELECT (CASE scenario.system_prompt WHEN '' THEN scenario.messages ELSE
        jsonb_build_array(jsonb_build_object('role', 'system', 'content', scenario.system_prompt))
        || scenario.messages END)::text AS messages
) conversation
CROSS JOIN LATERAL (
    SELECT '{"rubric_id":' || to_json('rub_' || task.key) || ',"rubric_version":' || to_json(task.version)
        || ',"prompt":' || conversation.messages || ',"criteria":' || task.rubric_json || '}' AS rubric
) whole
WHERE task.release_id = current_setting('arete.release')::uuid
    AND task.split = current_setting('arete.split')
    AND task.ordinal BETWEEN current_setting('arete.first')::int AND current_setting('arete.last')::int
    AND task.config = 'rl'
ORDER BY task.ordinal
