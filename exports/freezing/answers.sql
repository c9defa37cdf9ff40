-- Responses that were found good or bad, laid out so that neighbours have different prompts.
INSERT INTO exports_releaseanswer
    (release_id, ordinal, key, prompt_id, split, trait_version_id, trait, trait_number, response_id, basis, is_good,
     score, agreement, n_annotators, since, row_sha256)
WITH chosen AS (
    SELECT
        answer.*,
        prompt.id AS prompt_row,
        prompt.split,
        prompt.domain,
        coalesce(trait.slug, 'overall') AS trait,
        coalesce(version.number, 0) AS trait_number,
        answer.outcome = 'good' AS is_good,
        CASE answer.outcome WHEN 'good' THEN n_good ELSE n_bad END::float8 / n_annotators AS agreement,
        count(*) OVER (PARTITION BY prompt.id) AS of_prompt,
        encode(sha256(convert_to(concat_ws(E'\x1f',
            answer.key, prompt.prompt_id, prompt.split, prompt.split_group, prompt.domain, prompt.language,
            prompt.source, prompt.license, coalesce(trait.slug, 'overall'), coalesce(version.number, 0),
            text.text_sha256, response.model, answer.response_id, answer.basis, answer.outcome, answer.votes
        ), 'UTF8')), 'hex') AS row_sha256
    FROM answer
    JOIN exports_releaseprompt prompt
        ON prompt.release_id = %(release)s::uuid AND prompt.scenario_id = answer.scenario_id
    JOIN exports_releaseresponse response
        ON response.release_id = %(release)s::uuid AND response.response_id = answer.response_id
    JOIN curation_response text ON text.id = answer.response_id
    LEFT JOIN curation_traitversion version ON version.id = answer.trait_version_id
    LEFT JOIN curation_trait trait ON trait.id = version.trait_id
    WHERE answer.outcome IN ('good', 'bad')
),
-- A pile per row of the longest prompt, dealt prompt by prompt, longest first: no pile holds a prompt twice, and none
-- ends with the prompt that begins the next, unless one prompt has more than half of the rows.
dealt AS (
    SELECT chosen.*,
        max(of_prompt) OVER (PARTITION BY split, domain) AS piles,
        row_number() OVER (
            PARTITION BY split, domain
            ORDER BY of_prompt DESC, scenario_id, response_id, trait COLLATE "C", trait_number) - 1 AS place
    FROM chosen
)
SELECT
    %(release)s::uuid,
    row_number() OVER (
        ORDER BY dealt.split COLLATE "C", dealt.domain COLLATE "C", place %% piles, place / piles),
    dealt.key, prompt_row, dealt.split, dealt.trait_version_id, dealt.trait, dealt.trait_number, dealt.response_id,
    dealt.basis, dealt.is_good, dealt.score, dealt.agreement, dealt.n_annotators,
    CASE WHEN before.row_sha256 = dealt.row_sha256 THEN before.since ELSE %(version)s::text END,
    dealt.row_sha256
FROM dealt
LEFT JOIN exports_releaseanswer before
    ON before.release_id = %(previous)s::uuid AND before.key = dealt.key
ORDER BY 2
