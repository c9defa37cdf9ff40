-- One compared pair, decided or not, with every annotator's score.
SELECT
    'cmp_' || item.key AS id,
    prompt.prompt_id,
    prompt.split_group,
    item.trait AS trait_id,
    item.trait_number::text AS trait_version,
    prompt.domain,
    prompt.language,
    prompt.source AS prompt_source,
    prompt.license,
    item.since AS release,
    '{"context":' || (CASE scenario.system_prompt WHEN '' THEN scenario.messages ELSE
        jsonb_build_array(jsonb_build_object('role', 'system', 'content', scenario.system_prompt))
        || scenario.messages END)::text || ',"individual_preference":' || (
            SELECT json_agg(json_build_object(
                'annotator_id', rating.annotator,
                'score', rating.strength,
                'response1_shown_first', rating.is_first_shown_first,
                'reasoning', rating.rationale) ORDER BY rating.ordinal)
            FROM exports_releaserating rating
            WHERE rating.item_id = item.id AND rating.strength IS NOT NULL
        ) || E'}\n' AS nested,
    response1.text AS response1,
    response2.text AS response2,
    'rsp_' || replace(response1.id::text, '-', '') AS response1_id,
    'rsp_' || replace(response2.id::text, '-', '') AS response2_id,
    coalesce(nullif(response1.model, ''), 'unknown') AS response1_model,
    coalesce(nullif(response2.model, ''), 'unknown') AS response2_model,
    -- Rounded away from zero, never to zero, and on the side that won.
    CASE item.winner
        WHEN 'response1' THEN least(round(item.mean_preference::numeric), -1)
        WHEN 'response2' THEN greatest(round(item.mean_preference::numeric), 1)
        ELSE 0
    END::int4 AS overall_preference,
    item.mean_preference,
    item.winner
FROM exports_releaseitem item
JOIN exports_releaseprompt prompt ON prompt.id = item.prompt_id
JOIN curation_scenario scenario ON scenario.id = prompt.scenario_id
JOIN curation_response response1 ON response1.id = item.response1_id
JOIN curation_response response2 ON response2.id = item.response2_id
WHERE item.release_id = current_setting('arete.release')::uuid
    AND item.split = current_setting('arete.split')
    AND item.ordinal BETWEEN current_setting('arete.first')::int AND current_setting('arete.last')::int
ORDER BY item.ordinal
