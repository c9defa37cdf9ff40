"""Addresses of labeling."""

from django.urls import path

from labeling.views import assignments, home, import_columns, imports, projects, reports, session

app_name = "labeling"
urlpatterns = [
    path("", home.home, name="home"),
    path("projects/", projects.projects, name="projects"),
    path("projects/new/", projects.project_new, name="project_new"),
    path("projects/<slug:slug>/", projects.project, name="project"),
    path("projects/<slug:slug>/state", projects.project_state, name="project_state"),
    path("projects/<slug:slug>/members/add", projects.member_add, name="member_add"),
    path("projects/<slug:slug>/members/remove", projects.member_remove, name="member_remove"),
    path("projects/<slug:slug>/dashboard/", reports.dashboard, name="dashboard"),
    path("projects/<slug:slug>/dashboard/measure", reports.measure, name="measure"),
    path("projects/<slug:slug>/dashboard/deadline", reports.deadline, name="deadline"),
    path("projects/<slug:slug>/items/<uuid:item_id>/answers/", reports.item_answers, name="item_answers"),
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
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/<uuid:pk>/", imports.import_, name="import"),
    path("imports/<uuid:pk>/columns/", import_columns.import_columns, name="import_columns"),
    path("imports/<uuid:pk>/problems.csv", imports.import_problems, name="import_problems"),
]
