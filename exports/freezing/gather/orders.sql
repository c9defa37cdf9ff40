-- The responses of each ranked item that everybody ranked, with their mean places; and how far people agree.
CREATE TEMPORARY TABLE ranked ON COMMIT DROP AS
WITH ranker AS (
    SELECT annotation_id, item_id, scenario_id, count(*) OVER (PARTITION BY item_id) AS n_annotators
    FROM judgement WHERE kind = 'ranking' AND out IS NULL
),
common AS (
    SELECT ranker.item_id, rank.response_id
    FROM ranker
    JOIN labeling_rank rank ON rank.annotation_id = ranker.annotation_id
    GROUP BY ranker.item_id, rank.response_id
    HAVING count(*) = min(ranker.n_annotators)
),
placed AS (
    SELECT ranker.item_id, ranker.scenario_id, ranker.n_annotators, ranker.annotation_id, rank.response_id,
        count(*) OVER tied AS n_tied,
        -- Members of a tie share the mean of their places.
        rank() OVER (PARTITION BY ranker.annotation_id ORDER BY rank.place) + (count(*) OVER tied - 1) / 2.0 AS place
    FROM ranker
    JOIN labeling_rank rank ON rank.annotation_id = ranker.annotation_id
    JOIN common ON common.item_id = ranker.item_id AND common.response_id = rank.response_id
    WINDOW tied AS (PARTITION BY ranker.annotation_id, rank.place)
),
response AS (
    SELECT item_id, scenario_id, response_id, min(n_annotators) AS m, sum(place) AS total, avg(place) AS mean_rank,
        -- Each of the t members of a tie adds t² - 1, so that together they add t³ - t.
        sum(n_tied * n_tied - 1) AS ties,
        string_agg(annotation_id || ' ' || place, ',' ORDER BY annotation_id) AS votes
    FROM placed
    GROUP BY item_id, scenario_id, response_id
)
SELECT
    response.*,
    count(*) OVER item AS n,
    rank() OVER (PARTITION BY item_id ORDER BY mean_rank) - 1 AS rank,
    sum(total * total) OVER item - sum(total) OVER item ^ 2 / count(*) OVER item AS s,
    sum(ties) OVER item AS all_ties,
    left(encode(sha256(convert_to('ranking:' || item_id, 'UTF8')), 'hex'), 24) AS key
FROM response
WINDOW item AS (PARTITION BY item_id)
