"""Where curation answers, a module per room."""

from curation.urls import (
    cells,
    criteria,
    delphi,
    imports,
    pools,
    responses,
    reviews,
    scenarios,
    similarity,
    traits,
)

app_name = "curation"
urlpatterns = [
    *traits.urlpatterns,
    *reviews.urlpatterns,
    *delphi.urlpatterns,
    *cells.urlpatterns,
    *criteria.urlpatterns,
    *scenarios.urlpatterns,
    *pools.urlpatterns,
    *similarity.urlpatterns,
    *responses.urlpatterns,
    *imports.urlpatterns,
]
