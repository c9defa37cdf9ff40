-- The responses of those rankings.
INSERT INTO exports_releaserank (release_id, ranking_id, response_id, rank, mean_rank)
SELECT %(release)s::uuid, ranking.id, ranked.response_id, ranked.rank, ranked.mean_rank::float8
FROM ranked
JOIN exports_releaseranking ranking ON ranking.release_id = %(release)s::uuid AND ranking.key = ranked.key
ORDER BY ranking.ordinal, ranked.rank, ranked.response_id
