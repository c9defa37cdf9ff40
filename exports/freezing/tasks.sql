-- Prompts with their rubrics.
INSERT INTO exports_releasetask
    (release_id, ordinal, key, prompt_id, split, trait_version_id, trait, trait_number, config, version, rubric_json,
     must_hold, base_id, attack_type, pressure_turns, tags, ideal, is_in_distribution, canary, since, row_sha256)
WITH chosen AS (
    SELECT
        task.*,
        prompt.id AS prompt_row,
        prompt.split,
        prompt.domain,
        coalesce(trait.slug, 'overall') AS trait,
        coalesce(version.number, 0) AS trait_number,
        prompt.domain IN (
            SELECT domain FROM exports_releaseprompt WHERE release_id = %(release)s::uuid AND split = 'train'
        ) AND task.config <> 'rl' AS is_in_distribution,
        encode(sha256(convert_to(concat_ws(E'\x1f',
            task.key, prompt.prompt_id, prompt.split, prompt.split_group, prompt.domain, prompt.language,
            prompt.source, prompt.license, coalesce(trait.slug, 'overall'), coalesce(version.number, 0), task.config,
            task.rubric_json, task.must_hold, task.base_id, task.attack_type, task.pressure_turns, task.tags,
            task.ideal, task.canary
        ), 'UTF8')), 'hex') AS row_sha256
    FROM task
    JOIN exports_releaseprompt prompt
        ON prompt.release_id = %(release)s::uuid AND prompt.scenario_id = task.scenario_id
    LEFT JOIN curation_traitversion version ON version.id = task.trait_version_id
    LEFT JOIN curation_trait trait ON trait.id = version.trait_id
)
SELECT
    %(release)s::uuid,
    row_number() OVER (
        ORDER BY chosen.config COLLATE "C", chosen.domain COLLATE "C", chosen.base_id COLLATE "C", chosen.scenario_id),
    chosen.key, prompt_row, chosen.split, chosen.trait_version_id, chosen.trait, chosen.trait_number, chosen.config,
    chosen.version, chosen.rubric_json, chosen.must_hold, chosen.base_id, chosen.attack_type, chosen.pressure_turns,
    chosen.tags, chosen.ideal, chosen.is_in_distribution, chosen.canary,
    CASE WHEN before.row_sha256 = chosen.row_sha256 THEN before.since ELSE %(version)s::text END,
    chosen.row_sha256
FROM chosen
LEFT JOIN exports_releasetask before
    ON before.release_id = %(previous)s::uuid AND before.key = chosen.key
ORDER BY 2
