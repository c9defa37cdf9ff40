"""Addresses of recipes, releases and destinations."""

from django.urls import URLPattern, URLResolver, path

from exports.views import destinations, publications, recipes, releases

app_name = "exports"
urlpatterns: list[URLPattern | URLResolver] = [
    path("releases/", releases.releases, name="releases"),
    path("releases/<uuid:release_id>/", releases.release, name="release"),
    path("releases/<uuid:release_id>/files/<int:file_id>", releases.release_file, name="release_file"),
    path("releases/<uuid:release_id>/files/<int:file_id>.csv", releases.release_csv, name="release_csv"),
    path("releases/<uuid:release_id>/discard", releases.discard, name="discard"),
    path("recipes/new/", recipes.recipe_new, name="recipe_new"),
    path("recipes/<slug:slug>/", recipes.recipe, name="recipe"),
    path("recipes/<slug:slug>/edit/", recipes.recipe_edit, name="recipe_edit"),
    path("recipes/<slug:slug>/cut", recipes.cut, name="cut"),
    path("recipes/<slug:slug>/count", recipes.count, name="count"),
    path("releases/<uuid:release_id>/publish/", publications.publish, name="publish"),
    path("publications/<uuid:pk>/", publications.publication, name="publication"),
    path("destinations/", destinations.destinations, name="destinations"),
    path("destinations/new/", destinations.destination_new, name="destination_new"),
    path("destinations/<slug:slug>/", destinations.destination, name="destination"),
    path("destinations/<slug:slug>/check/", destinations.destination_check, name="destination_check"),
]
