-- A project with as many annotations as asked for: three people judge each item, each under every pinned trait.
SELECT setseed(0.5);
-- What is written is consistent; checking ten million references at the end would take longer than all the rest.
SET LOCAL session_replication_role = replica;

INSERT INTO curation_domain (slug, name, description, position)
SELECT 'bench-' || number, 'Domain ' || number, '', number FROM generate_series(1, 12) number ON CONFLICT DO NOTHING;

INSERT INTO accounts_user (id, password, is_superuser, email, new_email, name, is_active, is_demo, joined_at)
SELECT uuidv7(), '!', false, 'bench-' || number || '@bench.invalid', '', 'Annotator ' || number, true, false, now()
FROM generate_series(1, 60) number;

INSERT INTO labeling_membership (project_id, user_id, role, cursor, done, created_at)
SELECT %(project)s, id, 'annotator', 0, 0, now() FROM accounts_user WHERE email LIKE 'bench-%%@bench.invalid';

CREATE TEMPORARY TABLE person AS
SELECT row_number() OVER (ORDER BY email) - 1 AS number, id FROM accounts_user WHERE email LIKE 'bench-%%@bench.invalid';

-- Four scenarios a family. The truth of an item is what most of its people nearly say.
CREATE TEMPORARY TABLE place AS
SELECT n, uuidv7() AS family, uuidv7() AS scenario, uuidv7() AS item, uuidv7() AS one, uuidv7() AS other,
    floor(random() * 7)::int - 3 AS truth
FROM generate_series(0, %(items)s - 1) n;
UPDATE place SET family = first.family FROM place first WHERE first.n = place.n - place.n %% 4 AND place.n %% 4 > 0;

INSERT INTO curation_family (id, pool, bucket) SELECT DISTINCT family, 'TRAIN', 0 FROM place;

INSERT INTO curation_scenario (id, family_id, variant, state, system_prompt, messages, domain_id, pressures,
    values_in_tension, content_warnings, language, origin, source, license, is_demo, content_sha256,
    normalised_sha256, is_sanitised, renderer_version, created_at)
SELECT scenario, family, 'base', 'ready', '', jsonb_build_array(jsonb_build_object('role', 'user', 'content',
        'May I go ahead with case ' || n || '?')), 'bench-' || 1 + n / 4 %% 12, '{}', '{}', '{}', 'en', 'imported',
    'bench', '', false, md5('d' || n), md5('d' || n), false, 1, now()
FROM place;

INSERT INTO curation_response (id, scenario_id, text, text_sha256, model, model_revision, parameters, finish_reason,
    license, leaks_identity, is_sanitised, renderer_version, words, created_at)
SELECT side.id, scenario, side.text || n, md5(side.text || n), 'lab/model', '', '{}', '', '', false, false, 1,
    20 + floor(random() * 200)::int, now()
FROM place CROSS JOIN LATERAL (VALUES (one, 'Yes '), (other, 'No ')) side (id, text);

INSERT INTO labeling_item (id, project_id, scenario_id, needed, taken, position, is_gold, content_sha256, created_at)
SELECT item, %(project)s, scenario, 3, 3, n + 1, false, md5('i' || n), now() - interval '20 days' FROM place;

INSERT INTO labeling_itemresponse (item_id, response_id, place)
SELECT item, one, 0 FROM place UNION ALL SELECT item, other, 1 FROM place;

CREATE TEMPORARY TABLE judged AS
SELECT uuidv7() AS assignment, uuidv7() AS annotation, place.item, person.id AS annotator, truth,
    random() < .5 AS is_reversed, now() - random() * interval '20 days' AS at
FROM place CROSS JOIN generate_series(0, 2) seat
JOIN person ON person.number = (place.n * 7 + seat) %% 60;

INSERT INTO labeling_assignment (id, item_id, annotator_id, order_shown, state, skip_reason, skip_note, leased_at,
    expires_at, trait_versions)
SELECT assignment, item, annotator, CASE WHEN is_reversed THEN '{1,0}'::smallint[] ELSE '{0,1}' END, 'submitted', '',
    '', at, at + interval '1 hour', (SELECT array_agg(trait_version_id) FROM labeling_projecttrait WHERE project_id = %(project)s)
FROM judged;

INSERT INTO labeling_annotation (id, submission_id, digest, assignment_id, revision, rationale, note, elapsed_ms,
    is_late, source, created_at)
SELECT annotation, uuidv7(), md5(annotation::text), assignment, 1, 'One says what it does not know.', '',
    30000 + floor(random() * 300000)::int, false, 'native', at
FROM judged;

INSERT INTO labeling_preference (annotation_id, trait_version_id, strength, both_bad, cannot_judge)
SELECT annotation, t.trait_version_id, greatest(-3, least(3, truth + floor(random() * 5)::int - 2)), false, false
FROM judged CROSS JOIN labeling_projecttrait t WHERE t.project_id = %(project)s;

UPDATE labeling_membership m SET done = (SELECT count(*) FROM judged WHERE annotator = m.user_id)
WHERE m.project_id = %(project)s;

UPDATE labeling_project SET state = 'open', next_position = %(items)s + 1, items_total = %(items)s WHERE id = %(project)s;
