-- Beside the pairs of export_rows.sql: a rubric of two criteria and an ideal response for every scenario.
INSERT INTO curation_criterion
    (id, key, number, state, scenario_id, text, points, kind, axis, framing, tags, position, created_at)
SELECT uuidv7(), gen_random_uuid(), 1, 'published', scenario.id, text, points, 'should', '', 'positive', '{}', place, now()
FROM curation_scenario scenario
CROSS JOIN (VALUES (0, 'Says what it does not know', 5), (1, 'Makes something up', -5)) criterion (place, text, points)
ORDER BY scenario.id;

UPDATE curation_scenario SET ideal_answer = 'I do not know, and here is what would tell us.';
