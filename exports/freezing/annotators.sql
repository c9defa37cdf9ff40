-- The people whose verdicts go in. Nobody has been asked yet what they do, for how long and where.
INSERT INTO exports_releaseannotator
    (release_id, ordinal, annotator, expertise, years_band, region_band, has_consented, n_ratings)
SELECT
    %(release)s::uuid, row_number() OVER (ORDER BY annotator COLLATE "C"), annotator,
    'not stated', 'not stated', 'not stated', true, sum(n)
FROM (
    SELECT annotator, count(*) AS n FROM exports_releaserating WHERE release_id = %(release)s::uuid GROUP BY 1
    UNION ALL
    SELECT annotator, count(*) FROM exports_releasejudgement WHERE release_id = %(release)s::uuid GROUP BY 1
    UNION ALL
    SELECT annotator, 0 FROM exports_releasedemonstration
    WHERE release_id = %(release)s::uuid AND annotator <> '' GROUP BY 1
) found
GROUP BY annotator
ORDER BY 2
