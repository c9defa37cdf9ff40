"""What each cell of trait and domain has of items and annotations, for curation's heat-map."""

from collections.abc import Iterator

from django.db import connection

from curation.beyond import CellTally

# An item belongs to the cells of every trait that its project asks about.
COUNTS = """
WITH asked AS (
    SELECT DISTINCT p.project_id, v.trait_id FROM labeling_projecttrait p
    JOIN curation_traitversion v ON v.id = p.trait_version_id
),
items AS (
    SELECT asked.trait_id, s.domain_id, count(*) AS number
    FROM asked JOIN labeling_item i ON i.project_id = asked.project_id
    JOIN curation_scenario s ON s.id = i.scenario_id AND s.domain_id IS NOT NULL
    GROUP BY 1, 2
),
annotations AS (
    SELECT v.trait_id, s.domain_id, count(*) AS number
    FROM labeling_preference p
    JOIN labeling_annotation n ON n.id = p.annotation_id AND n.superseded_by_id IS NULL AND NOT n.is_late
    JOIN labeling_assignment a ON a.id = n.assignment_id AND a.state = 'submitted'
    JOIN labeling_item i ON i.id = a.item_id
    JOIN curation_scenario s ON s.id = i.scenario_id AND s.domain_id IS NOT NULL
    JOIN curation_traitversion v ON v.id = p.trait_version_id
    GROUP BY 1, 2
)
SELECT trait_id, domain_id, coalesce(items.number, 0), coalesce(annotations.number, 0)
FROM items FULL JOIN annotations USING (trait_id, domain_id)
"""


def cell_tallies() -> Iterator[CellTally]:
    """Count the items and live annotations of each cell."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        yield from (CellTally(*row) for row in cursor.fetchall())
