-- Ranked items with at least two responses that everybody ranked.
INSERT INTO exports_releaseranking
    (release_id, ordinal, key, prompt_id, split, trait_version_id, trait, trait_number, item_id, n_annotators, kendall_w,
     since, row_sha256)
WITH item AS (
    SELECT key, item_id, ranked.scenario_id, min(m) AS m, min(n) AS n, min(s) AS s, min(all_ties) AS all_ties,
        string_agg(concat_ws(' ', text_sha256, response_id, rank, votes), ';' ORDER BY response_id) AS said
    FROM ranked JOIN curation_response response ON response.id = ranked.response_id
    WHERE n >= 2 AND m >= %(minimum)s::int
    GROUP BY key, item_id, ranked.scenario_id
),
chosen AS (
    SELECT item.*, prompt.id AS prompt_row, prompt.split, prompt.domain,
        encode(sha256(convert_to(concat_ws(E'\x1f',
            item.key, prompt.prompt_id, prompt.split, prompt.split_group, prompt.domain, prompt.language,
            prompt.source, prompt.license, item.said
        ), 'UTF8')), 'hex') AS row_sha256
    FROM item
    JOIN exports_releaseprompt prompt
        ON prompt.release_id = %(release)s::uuid AND prompt.scenario_id = item.scenario_id
)
SELECT
    %(release)s::uuid,
    row_number() OVER (ORDER BY chosen.domain COLLATE "C", chosen.scenario_id, chosen.item_id),
    chosen.key, prompt_row, chosen.split, NULL, 'overall', 0, chosen.item_id, m,
    -- Kendall's W with his correction for ties.
    CASE WHEN m > 1 THEN (12 * s / nullif(m * m * (n * n * n - n) - m * all_ties, 0))::float8 END,
    CASE WHEN before.row_sha256 = chosen.row_sha256 THEN before.since ELSE %(version)s::text END,
    chosen.row_sha256
FROM chosen
LEFT JOIN exports_releaseranking before
    ON before.release_id = %(previous)s::uuid AND before.key = chosen.key
ORDER BY 2
