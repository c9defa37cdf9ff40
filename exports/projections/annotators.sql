-- One pseudonymous annotator.
SELECT
    annotator.annotator AS annotator_id,
    annotator.expertise,
    annotator.years_band,
    annotator.region_band,
    annotator.has_consented AS consent_release,
    annotator.n_ratings::int4
FROM exports_releaseannotator annotator
WHERE annotator.release_id = current_setting('arete.release')::uuid
    AND annotator.ordinal BETWEEN current_setting('arete.first')::int AND current_setting('arete.last')::int
ORDER BY annotator.ordinal
