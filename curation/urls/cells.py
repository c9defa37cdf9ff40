"""Domains and cells."""

from django.urls import path

from curation.views.cells import cell, cell_targets, cells, cells_count, cells_targets
from curation.views.domains import domain, domains
from curation.views.guidance import guidance_discard, guidance_edit, guidance_publish, guidance_version

urlpatterns = [
    path("domains/", domains, name="domains"),
    path("domains/<slug:slug>/", domain, name="domain"),
    path("cells/", cells, name="cells"),
    path("cells/targets/", cells_targets, name="cells_targets"),
    path("cells/count/", cells_count, name="cells_count"),
    path("cells/<slug:slug>/<slug:domain>/", cell, name="cell"),
    path("cells/<slug:slug>/<slug:domain>/targets/", cell_targets, name="cell_targets"),
    path("cells/<slug:slug>/<slug:domain>/guidance/", guidance_edit, name="guidance_edit"),
    path("cells/<slug:slug>/<slug:domain>/guidance/publish/", guidance_publish, name="guidance_publish"),
    path("cells/<slug:slug>/<slug:domain>/guidance/discard/", guidance_discard, name="guidance_discard"),
    path("cells/<slug:slug>/<slug:domain>/guidance/<int:number>/", guidance_version, name="guidance_version"),
]
