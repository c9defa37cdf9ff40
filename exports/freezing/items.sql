-- The pairs that go in, hashed over all that is released of them but release numbers and pseudonyms.
INSERT INTO exports_releaseitem
    (release_id, ordinal, key, prompt_id, split, item_id, trait_version_id, trait, trait_number,
     response1_id, response2_id, n_annotators, n_first, n_second, n_ties, n_both_bad, n_cannot_judge,
     n_first_shown_first, mean_preference, winner, since, row_sha256)
WITH chosen AS (
    SELECT
        pair.*,
        prompt.id AS prompt_row,
        prompt.split,
        prompt.domain,
        coalesce(trait.slug, 'overall') AS trait,
        coalesce(version.number, 0) AS trait_number,
        encode(sha256(convert_to(concat_ws(E'\x1f',
            pair.key, prompt.prompt_id, prompt.split, prompt.split_group, prompt.domain, prompt.language,
            prompt.source, prompt.license, coalesce(trait.slug, 'overall'), coalesce(version.number, 0),
            text1.text_sha256, response1.model, response1.model_revision, response1.sampling_json,
            response1.output_terms, extract(epoch FROM response1.generated_at),
            text2.text_sha256, response2.model, response2.model_revision, response2.sampling_json,
            response2.output_terms, extract(epoch FROM response2.generated_at),
            pair.response1_id, pair.response2_id, pair.outcome, pair.votes
        ), 'UTF8')), 'hex') AS row_sha256
    FROM pair
    JOIN exports_releaseprompt prompt
        ON prompt.release_id = %(release)s::uuid AND prompt.scenario_id = pair.scenario_id
    JOIN exports_releaseresponse response1
        ON response1.release_id = %(release)s::uuid AND response1.response_id = pair.response1_id
    JOIN exports_releaseresponse response2
        ON response2.release_id = %(release)s::uuid AND response2.response_id = pair.response2_id
    JOIN curation_response text1 ON text1.id = pair.response1_id
    JOIN curation_response text2 ON text2.id = pair.response2_id
    LEFT JOIN curation_traitversion version ON version.id = pair.trait_version_id
    LEFT JOIN curation_trait trait ON trait.id = version.trait_id
    WHERE pair.outcome IN ('response1', 'response2', 'tie', 'both_bad', 'undecided', 'plural')
)
SELECT
    %(release)s::uuid,
    row_number() OVER (
        ORDER BY chosen.domain COLLATE "C", chosen.scenario_id, chosen.item_id, chosen.trait COLLATE "C", chosen.trait_number
    ),
    chosen.key, prompt_row, chosen.split, chosen.item_id, chosen.trait_version_id, chosen.trait,
    chosen.trait_number, chosen.response1_id, chosen.response2_id, chosen.n_annotators, chosen.n_first, chosen.n_second,
    chosen.n_ties, chosen.n_both_bad, chosen.n_cannot_judge, chosen.n_first_shown_first,
    chosen.mean_preference, chosen.outcome,
    CASE WHEN before.row_sha256 = chosen.row_sha256 THEN before.since ELSE %(version)s::text END,
    chosen.row_sha256
FROM chosen
LEFT JOIN exports_releaseitem before
    ON before.release_id = %(previous)s::uuid AND before.key = chosen.key
ORDER BY 2
