-- Every counted mark, rating and ranking, under pseudonyms, with times too coarse to tell people apart.
INSERT INTO exports_releasejudgement
    (release_id, ordinal, key, prompt_id, split, trait_version_id, trait, trait_number, kind, annotation_id, annotator,
     response_id, shown_first_id, criterion_id, is_met, value, ranking, rationale, confidence, duration_ms, rated_at,
     since, row_sha256)
WITH chosen AS (
    SELECT
        judgement.*,
        prompt.id AS prompt_row,
        prompt.split,
        prompt.domain,
        coalesce(trait.slug, 'overall') AS trait,
        coalesce(version.number, 0) AS trait_number,
        pseudonym.name AS annotator,
        annotation.confidence,
        annotation.elapsed_ms / 1000 * 1000 AS duration_ms,
        date_trunc('day', annotation.created_at, 'UTC') AS rated_at,
        shown.response_id AS shown_first_id,
        concat_ws(E'\n\n',
            nullif(judgement.remark, ''),
            nullif(annotation.rationale, ''),
            (
                SELECT string_agg('“' || evidence.quote || '”', E'\n' ORDER BY evidence.start)
                FROM labeling_evidence evidence
                WHERE evidence.annotation_id = judgement.annotation_id
                    AND evidence.response_id = judgement.response_id
                    AND (evidence.criterion_id = judgement.criterion_id
                        OR judgement.kind = 'rating' AND evidence.criterion_id IS NULL
                        AND evidence.trait_version_id = judgement.trait_version_id)
            )) AS rationale,
        left(encode(sha256(convert_to(concat_ws(':', judgement.kind, judgement.annotation_id, judgement.response_id,
            coalesce(judgement.criterion_id, judgement.trait_version_id)), 'UTF8')), 'hex'), 24) AS key
    FROM judgement
    JOIN labeling_annotation annotation ON annotation.id = judgement.annotation_id
    JOIN labeling_itemresponse shown ON shown.item_id = judgement.item_id AND shown.place = judgement.first_place
    JOIN pseudonym ON pseudonym.user_id = judgement.annotator_id
    JOIN exports_releaseprompt prompt
        ON prompt.release_id = %(release)s::uuid AND prompt.scenario_id = judgement.scenario_id
    LEFT JOIN curation_traitversion version ON version.id = judgement.trait_version_id
    LEFT JOIN curation_trait trait ON trait.id = version.trait_id
    WHERE judgement.out IS NULL AND judgement.kind <> 'rewrite'
)
SELECT
    %(release)s::uuid,
    row_number() OVER (
        ORDER BY chosen.kind COLLATE "C", chosen.scenario_id, chosen.item_id, chosen.annotator COLLATE "C",
            chosen.response_id, chosen.trait COLLATE "C", chosen.trait_number, chosen.criterion_id),
    chosen.key, prompt_row, chosen.split, chosen.trait_version_id, chosen.trait, chosen.trait_number, chosen.kind,
    chosen.annotation_id, chosen.annotator, chosen.response_id, chosen.shown_first_id, chosen.criterion_id,
    chosen.is_met, chosen.value, chosen.ranking, chosen.rationale, chosen.confidence, chosen.duration_ms,
    chosen.rated_at,
    %(version)s::text,
    -- Without the pseudonym: it is another in every release.
    encode(sha256(convert_to(concat_ws(E'\x1f',
        chosen.key, chosen.trait, chosen.trait_number, chosen.split, chosen.is_met, chosen.value, chosen.ranking,
        chosen.rationale, chosen.confidence, chosen.duration_ms, extract(epoch FROM chosen.rated_at)
    ), 'UTF8')), 'hex')
FROM chosen
ORDER BY 2
