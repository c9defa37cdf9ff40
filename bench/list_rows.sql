-- Fills an empty house with scenarios that have one response each. Words are as unevenly common as in real text.
-- The rows fit each other, so no trigger looks at them, foreign keys included: that took longer than the writing.
SET LOCAL session_replication_role = replica;
SELECT setseed(0.5);

INSERT INTO curation_domain (slug, name, description, position)
SELECT 'bench-' || number, 'Domain ' || number, '', number FROM generate_series(1, 12) number ON CONFLICT DO NOTHING;

INSERT INTO curation_trait (id, slug, code, name, created_at)
SELECT uuidv7(), 'bench-' || number, chr(64 + number) || '9', 'Bench ' || number, now()
FROM generate_series(1, 15) number;

CREATE TEMPORARY TABLE paragraph AS
SELECT number, (
    SELECT string_agg('word' || floor(20000 * power(random(), 3))::int, ' ')
    FROM generate_series(1, 20 + number %% 40) word WHERE number > 0
) AS text
FROM generate_series(1, 20000) number;
ALTER TABLE paragraph ADD COLUMN words tsvector;
UPDATE paragraph SET words = to_tsvector('english', text);
CREATE UNIQUE INDEX ON paragraph (number);

-- The first tenth, which is the oldest, says a word that no later one says.
CREATE TEMPORARY TABLE place AS
SELECT n, uuidv7() AS family, uuidv7() AS scenario, 1 + floor(random() * 20000)::int AS first,
    1 + floor(random() * 20000)::int AS second, 1 + floor(12 * power(random(), 2))::int AS domain,
    1 + floor(15 * random())::int AS trait,
    CASE WHEN random() < .85 THEN 'TRAIN' WHEN random() < .98 THEN 'EVAL' ELSE 'PRIVATE' END AS pool
FROM generate_series(1, %(rows)s) n;

INSERT INTO curation_family (id, pool, bucket)
SELECT family, pool, n %% 1000 FROM place;

INSERT INTO curation_scenario (id, family_id, variant, state, system_prompt, messages, domain_id, pressures,
    values_in_tension, content_warnings, language, origin, source, license, is_demo, content_sha256,
    normalised_sha256, is_sanitised, renderer_version, created_at)
SELECT scenario, family, CASE WHEN n %% 50 = 0 THEN 'jailbreak' ELSE 'base' END, 'ready', '',
    jsonb_build_array(jsonb_build_object('role', 'user', 'content',
        a.text || ' case' || n || CASE WHEN n <= %(rows)s / 10 THEN ' formerly ' ELSE ' ' END || b.text)),
    'bench-' || domain, '{}', '{}', CASE WHEN n %% 40 = 0 THEN '{violence}'::varchar[] ELSE '{}' END,
    CASE WHEN n %% 30 = 0 THEN 'fr' ELSE 'en' END, 'imported',
    CASE WHEN n %% 3 = 0 THEN 'first-file' ELSE 'second-file' END, '', false, md5(n::text), md5(n::text), false, 1, now()
FROM place JOIN paragraph a ON a.number = first JOIN paragraph b ON b.number = second ORDER BY n;

INSERT INTO curation_scenario_aimed_traits (scenario_id, trait_id)
SELECT scenario, t.id FROM place JOIN curation_trait t ON t.slug = 'bench-' || trait ORDER BY n;

INSERT INTO curation_response (id, scenario_id, text, text_sha256, model, model_revision, parameters, finish_reason,
    license, leaks_identity, is_sanitised, renderer_version, words, created_at)
SELECT uuidv7(), scenario, a.text || ' answer' || n || ' ' || b.text, md5(n::text), 'lab/model', '', '{}', '', '',
    false, false, 1, 60, now()
FROM place JOIN paragraph a ON a.number = second JOIN paragraph b ON b.number = first ORDER BY n;

INSERT INTO curation_scenariodocument (scenario_id, words)
SELECT scenario, a.words || b.words || array_to_tsvector(
    ARRAY['case' || n] || CASE WHEN n <= %(rows)s / 10 THEN ARRAY['former'] ELSE '{}' END)
FROM place JOIN paragraph a ON a.number = first JOIN paragraph b ON b.number = second ORDER BY n;

INSERT INTO curation_responsedocument (response_id, words)
SELECT r.id, a.words || b.words || array_to_tsvector(ARRAY['answer' || n])
FROM place JOIN curation_response r ON r.scenario_id = scenario
JOIN paragraph a ON a.number = second JOIN paragraph b ON b.number = first ORDER BY n;

-- Of the newest ones each was compared already: the house would begin to compare them all, beside the measurement.
INSERT INTO curation_signature (scenario_id, values, bands, method)
SELECT id, '', '{}', 1 FROM curation_scenario ORDER BY id DESC LIMIT 500;
