-- Responses that people wrote: rewrites that count, and the ideal ones of the scenarios.
CREATE TEMPORARY TABLE demonstration ON COMMIT DROP AS
SELECT 'rewrite' AS kind, scenario_id, response_id, remark AS text, annotation_id, annotator_id,
    left(encode(sha256(convert_to('rewrite:' || annotation_id, 'UTF8')), 'hex'), 24) AS key
FROM judgement WHERE kind = 'rewrite' AND out IS NULL
UNION ALL
SELECT 'ideal', scenario.id, NULL, scenario.ideal_answer, NULL, NULL,
    left(encode(sha256(convert_to('ideal:' || scenario.id, 'UTF8')), 'hex'), 24)
FROM curation_scenario scenario
JOIN standing ON standing.scenario_id = scenario.id AND standing.out IS NULL
WHERE scenario.state = 'ready' AND btrim(scenario.ideal_answer, E' \n\r\t') <> ''
