"""Addresses of recipes, releases and destinations."""

from django.urls import URLPattern, URLResolver, path

from exports.views import destinations, gates, publications, recipes, releases, withdrawals

app_name = "exports"
urlpatterns: list[URLPattern | URLResolver] = [
    path("me/withdraw/", withdrawals.withdraw_labels, name="withdraw"),
    path("releases/", releases.releases, name="releases"),
    path("releases/<uuid:release_id>/", releases.release, name="release"),
    path("releases/<uuid:release_id>/files/<int:file_id>", releases.release_file, name="release_file"),
    path("releases/<uuid:release_id>/discard", releases.discard, name="discard"),
    path("releases/<uuid:release_id>/figures/<slug:name>.svg", gates.figure, name="figure"),
    path("releases/<uuid:release_id>/gates/check", gates.gates_check, name="gates_check"),
    path("releases/<uuid:release_id>/gates/<slug:gate>/", gates.gate, name="gate"),
    path("releases/<uuid:release_id>/waivers/<int:request_id>", gates.waiver, name="waiver"),
    path("releases/<uuid:release_id>/findings/", gates.findings, name="findings"),
    path("releases/<uuid:release_id>/findings/<uuid:pk>", gates.finding, name="finding"),
    path("recipes/<slug:slug>/gates/", gates.recipe_gates, name="recipe_gates"),
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
