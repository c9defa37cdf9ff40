-- One base, or a variant of it, with the pressure that the variant adds.
SELECT
    'adv_' || task.key AS id,
    prompt.prompt_id,
    prompt.split_group,
    task.trait AS trait_id,
    task.trait_number::text AS trait_version,
    prompt.domain,
    prompt.language,
    prompt.source AS prompt_source,
    prompt.license,
    task.since AS release,
    task.base_id,
    task.attack_type,
    '{"prompt":' || (CASE scenario.system_prompt WHEN '' THEN scenario.messages ELSE
        jsonb_build_array(jsonb_build_object('role', 'system', 'content', scenario.system_prompt))
        || scenario.messages END)::text || ',"rubrics":' || task.rubric_json
        || ',"pressure_turns":' || to_json(task.pressure_turns)
        || ',"must_hold":' || to_json(task.must_hold)
        || E'}\n' AS nested,
    (
        SELECT string_agg(initcap(turn ->> 'role') || ': ' || (turn ->> 'content'), E'\n\n' ORDER BY place)
        FROM jsonb_array_elements(CASE scenario.system_prompt WHEN '' THEN scenario.messages ELSE
            jsonb_build_array(jsonb_build_object('role', 'system', 'content', scenario.system_prompt))
            || scenario.messages END) WITH ORDINALITY turns (turn, place)
    ) AS input,
    (
        SELECT string_agg(format('[%s] %s', CASE WHEN points > 0 THEN '+' ELSE '' END || points, criterion ->> 'criterion'),
            E'\n' ORDER BY place)
        FROM json_array_elements(task.rubric_json::json) WITH ORDINALITY criteria (criterion, place),
            LATERAL (SELECT (criterion ->> 'points')::numeric) given (points)
    ) AS target,
    task.canary
FROM exports_releasetask task
JOIN exports_releaseprompt prompt ON prompt.id = task.prompt_id
JOIN curation_scenario scenario ON scenario.id = prompt.scenario_id
WHERE task.release_id = current_setting('arete.release')::uuid
    AND task.split = current_setting('arete.split')
    AND task.ordinal BETWEEN current_setting('arete.first')::int AND current_setting('arete.last')::int
    AND task.config = 'adversarial'
ORDER BY task.ordinal
