-- One ranked item.
SELECT
    'rnk_' || ranking.key AS id,
    prompt.prompt_id,
    prompt.split_group,
    ranking.trait AS trait_id,
    ranking.trait_number::text AS trait_version,
    prompt.domain,
    prompt.language,
    prompt.source AS prompt_source,
    prompt.license,
    ranking.since AS release,
    '{"context":' || (CASE scenario.system_prompt WHEN '' THEN scenario.messages ELSE
        jsonb_build_array(jsonb_build_object('role', 'system', 'content', scenario.system_prompt))
        || scenario.messages END)::text || ',"completions":' || (
            SELECT json_agg(json_build_object(
                'rank', rank.rank,
                'completion', json_build_array(json_build_object('role', 'assistant', 'content', response.text)),
                'response_id', 'rsp_' || replace(response.id::text, '-', ''),
                'model', coalesce(nullif(response.model, ''), 'unknown'),
                'mean_rank', rank.mean_rank) ORDER BY rank.rank, rank.response_id)
            FROM exports_releaserank rank
            JOIN curation_response response ON response.id = rank.response_id
            WHERE rank.ranking_id = ranking.id
        ) || E'}\n' AS nested,
    ranking.n_annotators::int4,
    ranking.kendall_w
FROM exports_releaseranking ranking
JOIN exports_releaseprompt prompt ON prompt.id = ranking.prompt_id
JOIN curation_scenario scenario ON scenario.id = prompt.scenario_id
WHERE ranking.release_id = current_setting('arete.release')::uuid
    AND ranking.split = current_setting('arete.split')
    AND ranking.ordinal BETWEEN current_setting('arete.first')::int AND current_setting('arete.last')::int
ORDER BY ranking.ordinal
