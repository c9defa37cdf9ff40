-- How far one person found that a response shows a trait.
SELECT
    'rat_' || left(encode(sha256(convert_to(judgement.annotator || judgement.key, 'UTF8')), 'hex'), 24) AS id,
    prompt.prompt_id,
    prompt.split_group,
    judgement.trait AS trait_id,
    judgement.trait_number::text AS trait_version,
    prompt.domain,
    prompt.language,
    prompt.source AS prompt_source,
    prompt.license,
    concat_ws('.', release.major, release.minor, release.patch) AS release,
    judgement.annotator AS annotator_id,
    'rsp_' || replace(judgement.response_id::text, '-', '') AS response_id,
    'rsp_' || replace(judgement.shown_first_id::text, '-', '') AS shown_first_response_id,
    judgement.value::int4 AS score,
    judgement.rationale,
    judgement.trait || '@' || judgement.trait_number AS guideline_version,
    judgement.confidence::float8 AS confidence,
    judgement.value IS NULL AS skipped,
    judgement.duration_ms::int8,
    judgement.rated_at
FROM exports_releasejudgement judgement
JOIN exports_release release ON release.id = judgement.release_id
JOIN exports_releaseprompt prompt ON prompt.id = judgement.prompt_id
WHERE judgement.release_id = current_setting('arete.release')::uuid
    AND judgement.split = current_setting('arete.split')
    AND judgement.ordinal BETWEEN current_setting('arete.first')::int AND current_setting('arete.last')::int
    AND judgement.kind = 'rating'
ORDER BY judgement.ordinal
