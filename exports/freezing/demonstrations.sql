-- Responses that people wrote, rewrites under pseudonyms.
INSERT INTO exports_releasedemonstration
    (release_id, ordinal, key, prompt_id, split, trait_version_id, trait, trait_number, kind, response_id, text,
     annotator, since, row_sha256)
WITH chosen AS (
    SELECT
        demonstration.*,
        prompt.id AS prompt_row,
        prompt.split,
        prompt.domain,
        coalesce(pseudonym.name, '') AS annotator,
        encode(sha256(convert_to(concat_ws(E'\x1f',
            demonstration.key, prompt.prompt_id, prompt.split, prompt.split_group, prompt.domain, prompt.language,
            prompt.source, prompt.license, demonstration.kind, demonstration.response_id, demonstration.text
        ), 'UTF8')), 'hex') AS row_sha256
    FROM demonstration
    JOIN exports_releaseprompt prompt
        ON prompt.release_id = %(release)s::uuid AND prompt.scenario_id = demonstration.scenario_id
    LEFT JOIN pseudonym ON pseudonym.user_id = demonstration.annotator_id
)
SELECT
    %(release)s::uuid,
    row_number() OVER (ORDER BY chosen.domain COLLATE "C", chosen.scenario_id, chosen.kind COLLATE "C", chosen.key COLLATE "C"),
    chosen.key, prompt_row, chosen.split, NULL, 'overall', 0, chosen.kind, chosen.response_id, chosen.text,
    chosen.annotator,
    CASE WHEN before.row_sha256 = chosen.row_sha256 THEN before.since ELSE %(version)s::text END,
    chosen.row_sha256
FROM chosen
LEFT JOIN exports_releasedemonstration before
    ON before.release_id = %(previous)s::uuid AND before.key = chosen.key
ORDER BY 2
