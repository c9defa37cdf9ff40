"""Lets a model say which side of each pair people lean to, where the recipe asks for one. Works on freezing's tables."""

from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from exports.models import Recipe

CREATE = """
    CREATE TEMPORARY TABLE leaning
        (item_id uuid, trait_version_id uuid, first float8, second float8) ON COMMIT DROP
"""
# Both bad is a vote of its own, so that nobody who says it strengthens a side.
VOTES = """
    SELECT trait_version_id, scenario_id, item_id, annotator_id, response1_id, response2_id,
        CASE WHEN both_bad THEN 2 ELSE sign(strength)::int END
    FROM verdict
    WHERE out IS NULL AND NOT cannot_judge AND (%(ties)s <> 'ignore' OR both_bad OR strength <> 0)
    ORDER BY trait_version_id, scenario_id, item_id, annotator_id
"""
MODELLED = {Recipe.Aggregation.DAWID_SKENE.value, Recipe.Aggregation.BRADLEY_TERRY.value}
"""Aggregations that need a model; the others count."""


def lean(cursor: CursorWrapper, values: dict[str, Any]) -> None:
    """Fill the table `leaning` by the recipe's model; it stays empty where votes are only counted."""
    cursor.execute(CREATE)
    if values["aggregation"] not in MODELLED:
        return
    # numpy comes with the models, and pages that only name an aggregation don't need it.
    from exports.leaning import Vote, by_bradley_terry, by_dawid_skene  # noqa: PLC0415

    model = by_dawid_skene if values["aggregation"] == Recipe.Aggregation.DAWID_SKENE else by_bradley_terry
    cursor.execute(VOTES, values)
    votes = map(Vote._make, cursor.fetchall())
    found = [each for _, group in groupby(votes, key=itemgetter(0)) for each in model(list(group))]
    with connection.wrap_database_errors, cursor.cursor.copy("COPY leaning FROM STDIN") as copy:
        for leaning in found:
            copy.write_row(leaning)
    cursor.execute("ANALYZE leaning")
