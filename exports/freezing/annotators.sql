-- The people whose verdicts go in, with what they want said about them as far as enough of them share it: first the
-- part of the world is withheld, then the years, then the field.
INSERT INTO exports_releaseannotator
    (release_id, ordinal, annotator, expertise, years_band, region_band, has_consented, n_ratings)
WITH counted AS (
    SELECT annotator, sum(n) AS n_ratings
    FROM (
        SELECT annotator, count(*) AS n FROM exports_releaserating WHERE release_id = %(release)s::uuid GROUP BY 1
        UNION ALL
        SELECT annotator, count(*) FROM exports_releasejudgement WHERE release_id = %(release)s::uuid GROUP BY 1
        UNION ALL
        SELECT annotator, 0 FROM exports_releasedemonstration
        WHERE release_id = %(release)s::uuid AND annotator <> '' GROUP BY 1
    ) found
    GROUP BY annotator
),
stated AS (
    SELECT
        counted.*,
        coalesce(nullif(profile.expertise, ''), 'not stated') AS expertise,
        coalesce(nullif(profile.years, ''), 'not stated') AS years,
        coalesce(nullif(profile.region, ''), 'not stated') AS region,
        -- Outside annotators have no account here, and nobody asked them.
        EXISTS (SELECT 1 FROM accounts_user WHERE accounts_user.id = pseudonym.user_id) AS is_member
    FROM counted
    LEFT JOIN pseudonym ON pseudonym.name = counted.annotator
    LEFT JOIN accounts_profile profile ON profile.user_id = pseudonym.user_id AND profile.is_released
),
all_three AS (
    SELECT
        *,
        (expertise, years, region) <> ('not stated', 'not stated', 'not stated')
        AND count(*) OVER (PARTITION BY expertise, years, region) < %(band_people)s AS is_few
    FROM stated
),
two AS (
    SELECT
        *,
        count(*) FILTER (WHERE is_few) OVER (PARTITION BY expertise, years) < %(band_people)s AS are_two_few
    FROM all_three
),
one AS (
    SELECT
        *,
        count(*) FILTER (WHERE is_few AND are_two_few) OVER (PARTITION BY expertise) < %(band_people)s AS is_one_few
    FROM two
),
told AS (
    SELECT
        annotator,
        n_ratings,
        is_member,
        CASE WHEN is_few AND are_two_few AND is_one_few THEN 'withheld' ELSE expertise END AS expertise,
        CASE WHEN is_few AND are_two_few THEN 'withheld' ELSE years END AS years,
        CASE WHEN is_few THEN 'withheld' ELSE region END AS region
    FROM one
)
SELECT
    %(release)s::uuid, row_number() OVER (ORDER BY annotator COLLATE "C"), annotator, expertise, years, region, is_member,
    n_ratings
FROM told
ORDER BY 2
