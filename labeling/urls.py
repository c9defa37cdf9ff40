"""Addresses of labeling."""

from django.urls import path

from labeling.views import (
    adjudication,
    assignments,
    belongings,
    care,
    home,
    hours,
    import_columns,
    imports,
    projects,
    session,
)

app_name = "labeling"
urlpatterns = [
    path("", home.home, name="home"),
    path("projects/", projects.projects, name="projects"),
    path("projects/new/", projects.project_new, name="project_new"),
    path("projects/<slug:slug>/", projects.project, name="project"),
    path("projects/<slug:slug>/state", projects.project_state, name="project_state"),
    path("projects/<slug:slug>/members/add", projects.member_add, name="member_add"),
    path("projects/<slug:slug>/members/remove", projects.member_remove, name="member_remove"),
    path("projects/<slug:slug>/disagreements/", adjudication.disagreements, name="disagreements"),
    path(
        "projects/<slug:slug>/disagreements/find", adjudication.disagreements_find, name="disagreements_find"
    ),
    path("projects/<slug:slug>/disagreements/send", adjudication.disagreement_send, name="disagreement_send"),
    path("disagreements/<uuid:pk>/", adjudication.disagreement, name="disagreement"),
    path("disagreements/<uuid:pk>/settle", adjudication.disagreement_settle, name="disagreement_settle"),
    path("disagreements/<uuid:pk>/reopen", adjudication.disagreement_reopen, name="disagreement_reopen"),
    path("disagreements/<uuid:pk>/remark", adjudication.disagreement_remark, name="disagreement_remark"),
    path("label/<slug:slug>/", session.session, name="session"),
    path("label/<slug:slug>/next", session.next_item, name="next"),
    path("assignments/<uuid:assignment_id>/", session.assignment, name="assignment"),
    path("assignments/<uuid:assignment_id>/submit", assignments.submit, name="submit"),
    path("assignments/<uuid:assignment_id>/draft", assignments.draft, name="draft"),
    path("assignments/<uuid:assignment_id>/skip", assignments.skip, name="skip"),
    path("assignments/<uuid:assignment_id>/flag", assignments.flag, name="flag"),
    path("assignments/<uuid:assignment_id>/open", assignments.open_gate, name="open"),
    path("assignments/<uuid:assignment_id>/heartbeat", assignments.heartbeat, name="heartbeat"),
    path("assignments/<uuid:assignment_id>/undo", assignments.undo, name="undo"),
    path("me/care/", care.care, name="care"),
    path("me/rest/", care.rest, name="rest"),
    path("me/hours/", hours.hours, name="hours"),
    path("me/hours.csv", hours.hours_file, name="hours_file"),
    path("me/data/", belongings.belongings, name="belongings"),
    path("me/data.zip", belongings.belongings_file, name="belongings_file"),
    path("projects/<slug:slug>/hours/", hours.project_hours, name="project_hours"),
    path("projects/<slug:slug>/hours.csv", hours.project_hours_file, name="project_hours_file"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/<uuid:pk>/", imports.import_, name="import"),
    path("imports/<uuid:pk>/columns/", import_columns.import_columns, name="import_columns"),
    path("imports/<uuid:pk>/problems.csv", imports.import_problems, name="import_problems"),
]
