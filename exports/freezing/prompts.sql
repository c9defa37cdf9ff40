-- The scenarios of all that goes in, with their split: what is for tests, held-out domains, then the family's bucket.
INSERT INTO exports_releaseprompt
    (release_id, scenario_id, prompt_id, split, split_group, domain, language, source, license)
SELECT
    %(release)s::uuid,
    scenario.id,
    'prm_' || left(scenario.content_sha256, 24),
    CASE
        WHEN scenario.id IN (SELECT scenario_id FROM task WHERE config <> 'rl') THEN 'test'
        WHEN scenario.domain_id = ANY(%(heldout)s::text[]) THEN 'test_heldout_domain'
        WHEN family.bucket < %(validation)s::int THEN 'validation'
        ELSE 'train'
    END,
    'grp_' || replace(coalesce(family.cluster_id, family.id)::text, '-', ''),
    coalesce(scenario.domain_id, 'unspecified'),
    scenario.language,
    coalesce(nullif(scenario.source, ''), scenario.origin),
    coalesce(nullif(scenario.license, ''),
        CASE scenario.origin WHEN 'imported' THEN 'unknown' ELSE %(license)s::text END)
FROM curation_scenario scenario
JOIN curation_family family ON family.id = scenario.family_id
WHERE scenario.id IN (
    SELECT scenario_id FROM pair WHERE outcome IN ('response1', 'response2', 'tie', 'both_bad', 'undecided', 'plural')
    UNION ALL SELECT scenario_id FROM judgement WHERE out IS NULL
    UNION ALL SELECT scenario_id FROM task
    UNION ALL SELECT scenario_id FROM demonstration
)
ORDER BY scenario.id
