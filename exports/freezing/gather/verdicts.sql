-- Every preference of those annotations, and those of outside annotators, and why it doesn't count when it doesn't.
CREATE TEMPORARY TABLE verdict ON COMMIT DROP AS
SELECT
    preference.annotation_id,
    judged.item_id,
    judged.annotator_id,
    judged.scenario_id,
    preference.trait_version_id,
    preference.strength,
    preference.both_bad,
    preference.cannot_judge,
    judged.first_place = 0 AS is_first_shown_first,
    first.response_id AS response1_id,
    second.response_id AS response2_id,
    CASE
        WHEN judged.out <> 'consent' THEN judged.out
        WHEN cardinality(%(traits)s::uuid[]) > 0 AND preference.trait_version_id <> ALL(%(traits)s::uuid[]) THEN 'trait'
        WHEN first.response_id IS NULL OR second.response_id IS NULL OR third.response_id IS NOT NULL
            THEN 'not_a_pair'
        ELSE judged.out
    END AS out
FROM judged
JOIN labeling_preference preference ON preference.annotation_id = judged.annotation_id
LEFT JOIN labeling_itemresponse first ON first.item_id = judged.item_id AND first.place = 0
LEFT JOIN labeling_itemresponse second ON second.item_id = judged.item_id AND second.place = 1
LEFT JOIN labeling_itemresponse third ON third.item_id = judged.item_id AND third.place = 2
UNION ALL
-- Overall preferences of people without an account: nobody could ask for their consent, so a license must stand for it.
SELECT
    outside.id,
    outside.item_id,
    outside.annotator_id,
    item.scenario_id,
    NULL,
    outside.strength,
    false,
    false,
    outside.first_place = 0,
    first.response_id,
    second.response_id,
    CASE
        WHEN standing.out = 'demo' OR %(is_demo)s::boolean THEN 'demo'
        WHEN outside.source <> ALL(%(sources)s::text[]) THEN 'source'
        WHEN standing.out IS NOT NULL THEN standing.out
        WHEN outside.license = '' OR annotator.withdrawn_at IS NOT NULL THEN 'license'
    END
FROM labeling_outsideverdict outside
JOIN labeling_outsideannotator annotator ON annotator.id = outside.annotator_id
JOIN labeling_item item ON item.id = outside.item_id AND item.project_id = ANY(%(projects)s::uuid[])
JOIN standing ON standing.scenario_id = item.scenario_id
JOIN labeling_itemresponse first ON first.item_id = item.id AND first.place = 0
JOIN labeling_itemresponse second ON second.item_id = item.id AND second.place = 1
WHERE outside.superseded_by_id IS NULL
