-- Every counted verdict on those pairs, under pseudonyms, with times too coarse to tell people apart.
INSERT INTO exports_releaserating
    (release_id, ordinal, item_id, split, annotation_id, outside_id, annotator, strength, both_bad,
     is_first_shown_first, rationale, confidence, duration_ms, rated_at)
SELECT
    %(release)s::uuid,
    row_number() OVER (ORDER BY item.ordinal, pseudonym.name COLLATE "C"),
    item.id,
    item.split,
    annotation.id,
    outside.id,
    pseudonym.name,
    verdict.strength,
    verdict.both_bad,
    verdict.is_first_shown_first,
    concat_ws(E'\n\n',
        nullif(annotation.rationale, ''),
        CASE WHEN verdict.both_bad THEN 'Both responses are bad.' END,
        (
            SELECT string_agg(
                format('response%%s: “%%s”',
                    CASE WHEN evidence.response_id = verdict.response1_id THEN 1 ELSE 2 END, evidence.quote),
                E'\n' ORDER BY evidence.response_id <> verdict.response1_id, evidence.start)
            FROM labeling_evidence evidence
            WHERE evidence.annotation_id = annotation.id
                AND evidence.trait_version_id IS NOT DISTINCT FROM verdict.trait_version_id
        )),
    annotation.confidence,
    coalesce(annotation.elapsed_ms / 1000 * 1000, 0),
    date_trunc('day', coalesce(annotation.created_at, outside.answered_at, outside.created_at), 'UTC')
FROM verdict
JOIN exports_releaseitem item
    ON item.release_id = %(release)s::uuid AND item.item_id = verdict.item_id
    AND item.trait_version_id IS NOT DISTINCT FROM verdict.trait_version_id
LEFT JOIN labeling_annotation annotation ON annotation.id = verdict.annotation_id
LEFT JOIN labeling_outsideverdict outside ON outside.id = verdict.annotation_id
JOIN pseudonym ON pseudonym.user_id = verdict.annotator_id
WHERE verdict.out IS NULL
ORDER BY 2
