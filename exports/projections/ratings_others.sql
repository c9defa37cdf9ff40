-- One mark by a criterion, or one ranking, by one person.
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
    judgement.kind,
    judgement.annotator AS annotator_id,
    'rsp_' || replace(judgement.response_id::text, '-', '') AS response_id,
    NULL::text AS response_b_id,
    'rsp_' || replace(judgement.shown_first_id::text, '-', '') AS shown_first_response_id,
    'crt_' || replace(criterion.key::text, '-', '') AS criterion_id,
    judgement.rationale,
    CASE WHEN criterion.id IS NOT NULL
        THEN 'crt_' || replace(criterion.key::text, '-', '') || '@' || criterion.number END AS guideline_version,
    NULL::int4 AS preference,
    judgement.is_met AS criterion_met,
    judgement.ranking::text[] AS ranking,
    judgement.confidence::float8 AS confidence,
    judgement.kind = 'criterion' AND judgement.is_met IS NULL AS skipped,
    judgement.duration_ms::int8,
    judgement.rated_at
FROM exports_releasejudgement judgement
JOIN exports_release release ON release.id = judgement.release_id
JOIN exports_releaseprompt prompt ON prompt.id = judgement.prompt_id
LEFT JOIN curation_criterion criterion ON criterion.id = judgement.criterion_id
WHERE judgement.release_id = current_setting('arete.release')::uuid
    AND judgement.split = current_setting('arete.split')
    AND judgement.ordinal BETWEEN current_setting('arete.first')::int AND current_setting('arete.last')::int
    AND judgement.kind <> 'rating'
ORDER BY judgement.ordinal
