"""Where curation answers, a module per room."""

from curation.urls import cells, criteria, imports, pools, responses, reviews, scenarios, similarity, traits

app_name = "curation"
urlpatterns = [
    *traits.urlpatterns,
    *reviews.urlpatterns,
    *cells.urlpatterns,
    *criteria.urlpatterns,
    *scenarios.urlpatterns,
    *pools.urlpatterns,
    *similarity.urlpatterns,
    *responses.urlpatterns,
    *imports.urlpatterns,
]
