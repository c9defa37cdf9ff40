-- Fills an empty house with one project: scenarios of three messages, two responses each, three traits, two annotators.
-- Texts are as long as those of hh-rlhf on average. %(items)s items become 3 × as many compared pairs.
SELECT setseed(0.5);

CREATE TEMPORARY TABLE paragraph AS
SELECT number, (
    SELECT string_agg((ARRAY['the','patient','asked','whether','a','second','dose','would','help','and','nobody',
        'in','office','knew','how','long','supplier','had','waited','before','answer','came','because','records',
        'were','kept','by','hand','until','last','spring','when','council','changed','its','rules','about',
        'letters','from','tenants','who','could','not','read','them','without','glasses','or','friend'])
        [1 + floor(random() * 49)::int], ' ')
    FROM generate_series(1, 15 + number %% 30) word WHERE number > 0
) AS text
FROM generate_series(1, 4000) number;

INSERT INTO accounts_user (id, password, is_superuser, email, new_email, name, is_active, is_demo, joined_at)
SELECT uuidv7(), '!', false, 'annotator' || number || '@example.org', '', 'Annotator', true, false, now()
FROM generate_series(1, 2) number;

INSERT INTO accounts_consentversion (number, text, created_at)
SELECT 9999, 'yes', now();

INSERT INTO accounts_consentrecord (user_id, version_id, is_given, created_at)
SELECT u.id, v.id, true, now() FROM accounts_user u, accounts_consentversion v
WHERE u.email LIKE 'annotator%%@example.org' AND v.number = 9999;

INSERT INTO curation_domain (slug, name, description, position)
SELECT 'bench-' || number, 'Domain ' || number, '', number FROM generate_series(1, 6) number;

INSERT INTO curation_trait (id, slug, code, name, created_at)
SELECT uuidv7(), 'bench-trait-' || number, 'B' || number, 'Trait ' || number, now()
FROM generate_series(1, 3) number;

INSERT INTO curation_traitversion
    (id, trait_id, number, state, definition, benefit, attribution, meaning_changed, change_note, review_round,
     created_at, published_at)
SELECT uuidv7(), id, 1, 'published', 'Whether the model …', '', '', true, '', 0, now(), now()
FROM curation_trait WHERE slug LIKE 'bench-trait-%%';

INSERT INTO labeling_project
    (id, slug, name, state, guidelines, guidelines_html, overlap, lease_minutes, rationale_from, is_demo, created_at,
     items_total, next_position, questions)
VALUES (uuidv7(), 'bench', 'Bench', 'open', '', '', 2, 60, 3, false, now(), %(items)s, %(items)s + 1,
    '{traits,confidence}');

CREATE TEMPORARY TABLE made AS
SELECT number, uuidv7() AS family, uuidv7() AS scenario, uuidv7() AS item, uuidv7() AS response1,
    uuidv7() AS response2, random() AS chance1, random() AS chance2, random() AS chance3, random() AS chance4
FROM generate_series(1, %(items)s) number;
ANALYZE made;

INSERT INTO curation_family (id, pool, bucket) SELECT family, 'TRAIN', floor(chance1 * 1000) FROM made;

INSERT INTO curation_scenario
    (id, family_id, variant, state, system_prompt, messages, domain_id, pressures, values_in_tension, content_warnings,
     language, origin, source, license, is_demo, content_sha256, normalised_sha256, is_sanitised, renderer_version,
     created_at)
SELECT scenario, family, 'base', 'ready', '', jsonb_build_array(
        jsonb_build_object('role', 'user', 'content', 'Question ' || made.number || ': ' || a.text),
        jsonb_build_object('role', 'assistant', 'content', b.text),
        jsonb_build_object('role', 'user', 'content', c.text)),
    'bench-' || 1 + made.number %% 6, '{}', '{}', '{}', 'en', 'human', 'bench', 'cc-by-4.0', false,
    encode(sha256(scenario::text::bytea), 'hex'), '', false, 0, now()
FROM made
JOIN paragraph a ON a.number = 1 + floor(chance1 * 4000)
JOIN paragraph b ON b.number = 1 + floor(chance2 * 4000)
JOIN paragraph c ON c.number = 1 + floor(chance3 * 4000)
ORDER BY scenario;

INSERT INTO curation_response
    (id, scenario_id, text, text_sha256, model, model_revision, parameters, finish_reason, license, leaks_identity,
     is_sanitised, renderer_version, words, created_at)
SELECT response, scenario, text, encode(sha256(convert_to(text, 'UTF8')), 'hex'), 'model-' || number %% 5, '', '{}',
    'stop', '', false, false, 0, 0, now()
FROM (
    SELECT made.number, scenario, response1 AS response, 'First ' || text AS text
    FROM made JOIN paragraph ON paragraph.number = 1 + floor(chance4 * 4000)
    UNION ALL
    SELECT made.number, scenario, response2, 'Second ' || text
    FROM made JOIN paragraph ON paragraph.number = 1 + floor(chance3 * 4000)
) answers
ORDER BY response;

INSERT INTO labeling_item
    (id, project_id, scenario_id, needed, taken, position, is_gold, content_sha256, created_at)
SELECT item, project.id, scenario, 2, 2, number, false, encode(sha256(item::text::bytea), 'hex'), now()
FROM made, labeling_project project WHERE project.slug = 'bench'
ORDER BY item;

INSERT INTO labeling_itemresponse (item_id, response_id, place)
SELECT item, response1, 0 FROM made UNION ALL SELECT item, response2, 1 FROM made;

INSERT INTO labeling_assignment
    (id, item_id, annotator_id, order_shown, state, skip_reason, skip_note, leased_at, expires_at, trait_versions)
SELECT uuidv7(), item, annotator.id, CASE WHEN random() < 0.5 THEN '{0,1}'::smallint[] ELSE '{1,0}' END, 'submitted',
    '', '', now(), now(), (SELECT array_agg(id) FROM curation_traitversion)
FROM made, accounts_user annotator WHERE annotator.email LIKE 'annotator%%@example.org'
ORDER BY item;

INSERT INTO labeling_annotation
    (id, submission_id, digest, assignment_id, revision, rationale, confidence, note, elapsed_ms, is_late, source,
     created_at)
SELECT uuidv7(), uuidv7(), '', id, 1, 'The first cites what it rests on.', 2, '', 41234, false, 'native', now()
FROM labeling_assignment ORDER BY id;

INSERT INTO labeling_preference (annotation_id, trait_version_id, strength, both_bad, cannot_judge)
SELECT annotation.id, version.id, CASE WHEN random() < 0.5 THEN -2 ELSE -1 END, false, false
FROM labeling_annotation annotation, curation_traitversion version
WHERE annotation.digest = '';

INSERT INTO exports_recipe
    (slug, name, description, license, minimum_annotators, validation_permille, is_demo, created_at)
VALUES ('bench', 'Bench', '', 'cc-by-4.0', 2, 50, false, now());

INSERT INTO exports_recipe_projects (recipe_id, project_id)
SELECT recipe.id, project.id FROM exports_recipe recipe, labeling_project project
WHERE recipe.slug = 'bench' AND project.slug = 'bench';

ANALYZE;
