"""Addresses of recipes, releases and destinations."""

from django.urls import URLPattern, URLResolver, path

from exports.views import (
    destinations,
    listeners,
    publications,
    recipes,
    releases,
    schedules,
    withdrawals,
)

app_name = "exports"
urlpatterns: list[URLPattern | URLResolver] = [
    path("releases/", releases.releases, name="releases"),
    path("releases/<uuid:release_id>/", releases.release, name="release"),
    path("releases/<uuid:release_id>/files/<int:file_id>", releases.release_file, name="release_file"),
    path("releases/<uuid:release_id>/discard", releases.discard, name="discard"),
    path("recipes/new/", recipes.recipe_new, name="recipe_new"),
    path("recipes/<slug:slug>/", recipes.recipe, name="recipe"),
    path("recipes/<slug:slug>/edit/", recipes.recipe_edit, name="recipe_edit"),
    path("recipes/<slug:slug>/cut", recipes.cut, name="cut"),
    path("recipes/<slug:slug>/count", recipes.count, name="count"),
    path("releases/<uuid:release_id>/publish/", publications.publish, name="publish"),
    path("publications/<uuid:pk>/", publications.publication, name="publication"),
    path("publications/<uuid:pk>/pause", publications.publication_pause, name="publication_pause"),
    path("publications/<uuid:pk>/resume", publications.publication_resume, name="publication_resume"),
    path("publications/<uuid:pk>/cancel", publications.publication_cancel, name="publication_cancel"),
    path("publications/<uuid:pk>/restore", publications.publication_restore, name="publication_restore"),
    path("publications/<uuid:pk>/erase/", withdrawals.publication_erase, name="publication_erase"),
    path("recipes/<slug:slug>/schedules/new/", schedules.schedule_new, name="schedule_new"),
    path("schedules/", schedules.schedules, name="schedules"),
    path("schedules/<uuid:pk>/", schedules.schedule, name="schedule"),
    path("schedules/<uuid:pk>/pause", schedules.schedule_pause, name="schedule_pause"),
    path("schedules/<uuid:pk>/resume", schedules.schedule_resume, name="schedule_resume"),
    path("schedules/<uuid:pk>/run", schedules.schedule_run, name="schedule_run"),
    path("notifications/", listeners.notifications, name="notifications"),
    path("notifications/new/", listeners.notification_new, name="notification_new"),
    path("notifications/<uuid:pk>/", listeners.notification, name="notification"),
    path("notifications/<uuid:pk>/secret/", listeners.notification_secret, name="notification_secret"),
    path("notifications/<uuid:pk>/test", listeners.notification_test, name="notification_test"),
    path("notifications/<uuid:pk>/switch", listeners.notification_switch, name="notification_switch"),
    path("withdrawals/", withdrawals.withdrawals, name="withdrawals"),
    path("destinations/", destinations.destinations, name="destinations"),
    path("destinations/new/", destinations.destination_new, name="destination_new"),
    path("destinations/<slug:slug>/", destinations.destination, name="destination"),
    path("destinations/<slug:slug>/check/", destinations.destination_check, name="destination_check"),
]
