-- The responses that were judged, with their provenance; `since` is inherited where nothing changed.
INSERT INTO exports_releaseresponse
    (release_id, ordinal, prompt_id, response_id, model, model_revision, sampling_json, output_terms,
     generated_at, since)
SELECT
    %(release)s::uuid,
    row_number() OVER (ORDER BY response.scenario_id, response.id),
    prompt.id,
    response.id,
    coalesce(nullif(response.model, ''), 'unknown'),
    response.model_revision,
    response.parameters::text,
    coalesce(nullif(response.license, ''), 'unknown'),
    response.generated_at,
    CASE
        WHEN (before.model, before.model_revision, before.sampling_json, before.output_terms,
              before_prompt.split, before_prompt.split_group, before_prompt.domain, before_prompt.language,
              before_prompt.source, before_prompt.license)
            = (coalesce(nullif(response.model, ''), 'unknown'), response.model_revision,
               response.parameters::text, coalesce(nullif(response.license, ''), 'unknown'),
               prompt.split, prompt.split_group, prompt.domain, prompt.language, prompt.source, prompt.license)
            AND before.generated_at IS NOT DISTINCT FROM response.generated_at
        THEN before.since
        ELSE %(version)s::text
    END
FROM curation_response response
JOIN exports_releaseprompt prompt
    ON prompt.release_id = %(release)s::uuid AND prompt.scenario_id = response.scenario_id
LEFT JOIN exports_releaseresponse before
    ON before.release_id = %(previous)s::uuid AND before.response_id = response.id
LEFT JOIN exports_releaseprompt before_prompt ON before_prompt.id = before.prompt_id
WHERE response.id IN (
    SELECT unnest(ARRAY[response1_id, response2_id]) FROM pair
    WHERE outcome IN ('response1', 'response2', 'tie', 'both_bad', 'undecided', 'plural')
    UNION ALL SELECT response_id FROM judgement WHERE out IS NULL AND response_id IS NOT NULL
    UNION ALL SELECT response_id FROM ranked
)
ORDER BY 2
