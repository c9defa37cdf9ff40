-- One verdict by one person. Its id is made from the pseudonym, so that it links no two releases.
SELECT
    'rat_' || left(encode(sha256(convert_to(rating.annotator || item.key, 'UTF8')), 'hex'), 24) AS id,
    prompt.prompt_id,
    prompt.split_group,
    item.trait AS trait_id,
    item.trait_number::text AS trait_version,
    prompt.domain,
    prompt.language,
    prompt.source AS prompt_source,
    prompt.license,
    concat_ws('.', release.major, release.minor, release.patch) AS release,
    'pairwise' AS kind,
    rating.annotator AS annotator_id,
    'rsp_' || replace(item.response1_id::text, '-', '') AS response_id,
    'rsp_' || replace(item.response2_id::text, '-', '') AS response_b_id,
    'rsp_' || replace(CASE WHEN rating.is_first_shown_first THEN item.response1_id
        ELSE item.response2_id END::text, '-', '') AS shown_first_response_id,
    NULL::text AS criterion_id,
    rating.rationale,
    CASE WHEN item.trait_version_id IS NOT NULL THEN item.trait || '@' || item.trait_number END
        AS guideline_version,
    rating.strength::int4 AS preference,
    NULL::boolean AS criterion_met,
    NULL::text[] AS ranking,
    rating.confidence::float8 AS confidence,
    rating.strength IS NULL AS skipped,
    rating.duration_ms::int8,
    rating.rated_at
FROM exports_releaserating rating
JOIN exports_release release ON release.id = rating.release_id
JOIN exports_releaseitem item ON item.id = rating.item_id
JOIN exports_releaseprompt prompt ON prompt.id = item.prompt_id
WHERE rating.release_id = current_setting('arete.release')::uuid
    AND rating.split = current_setting('arete.split')
    AND rating.ordinal BETWEEN current_setting('arete.first')::int AND current_setting('arete.last')::int
ORDER BY rating.ordinal
