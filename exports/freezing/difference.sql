-- How many rows would be added, changed and withdrawn since a release, and how many prompts would be in another split.
WITH mine AS (
    SELECT 'item' AS kind, key, concat_ws(' ', outcome, n_annotators, n_first, n_second, n_ties, mean_preference) AS said
    FROM pair WHERE outcome IN ('response1', 'response2', 'tie', 'both_bad', 'undecided', 'plural')
    UNION ALL
    SELECT 'answer', key, concat_ws(' ', basis, outcome = 'good', n_annotators, score)
    FROM answer WHERE outcome IN ('good', 'bad')
    UNION ALL
    SELECT 'ranking', key, min(m)::text FROM ranked WHERE n >= 2 AND m >= %(minimum)s::int GROUP BY key
    UNION ALL
    SELECT 'task', key, concat_ws(' ', config, version) FROM task
    UNION ALL
    SELECT 'demonstration', key, text FROM demonstration
),
before AS (
    SELECT 'item' AS kind, key, concat_ws(' ', winner, n_annotators, n_first, n_second, n_ties, mean_preference) AS said
    FROM exports_releaseitem WHERE release_id = %(previous)s::uuid
    UNION ALL
    SELECT 'answer', key, concat_ws(' ', basis, is_good, n_annotators, score)
    FROM exports_releaseanswer WHERE release_id = %(previous)s::uuid
    UNION ALL
    SELECT 'ranking', key, n_annotators::text FROM exports_releaseranking WHERE release_id = %(previous)s::uuid
    UNION ALL
    SELECT 'task', key, concat_ws(' ', config, version) FROM exports_releasetask WHERE release_id = %(previous)s::uuid
    UNION ALL
    SELECT 'demonstration', key, text FROM exports_releasedemonstration WHERE release_id = %(previous)s::uuid
)
SELECT
    count(*) FILTER (WHERE before.key IS NULL),
    count(*) FILTER (WHERE before.said <> mine.said),
    count(*) FILTER (WHERE mine.key IS NULL),
    (
        SELECT count(*) FROM exports_releaseprompt prompt
        JOIN curation_scenario scenario ON scenario.id = prompt.scenario_id
        JOIN curation_family family ON family.id = scenario.family_id
        WHERE prompt.release_id = %(previous)s::uuid AND prompt.split <> 'test' AND prompt.split <> CASE
            WHEN scenario.domain_id = ANY(%(heldout)s::text[]) THEN 'test_heldout_domain'
            WHEN family.bucket < %(validation)s::int THEN 'validation'
            ELSE 'train'
        END
    )
FROM mine FULL JOIN before ON before.kind = mine.kind AND before.key = mine.key
