"""Traits, their reviews and Delphi rounds."""

from django.urls import path

from curation.views.trait_diff import trait_compare
from curation.views.trait_edit import (
    trait_edit,
    trait_part,
    trait_part_act,
    trait_part_add,
    trait_part_restore,
    trait_text,
)
from curation.views.trait_files import trait_file, trait_import, trait_new, trait_version_new
from curation.views.trait_list import traits
from curation.views.traits import trait, trait_version

VERSION = "traits/<slug:slug>/versions/<int:number>"
EDIT = f"{VERSION}/edit"
PART = f"{EDIT}/<str:section>"

urlpatterns = [
    path("traits/", traits, name="traits"),
    path("traits/new/", trait_new, name="trait_new"),
    path("traits/import/", trait_import, name="trait_import"),
    path("traits/<slug:slug>/", trait, name="trait"),
    path("traits/<slug:slug>/compare/", trait_compare, name="trait_compare"),
    path(f"{VERSION}/", trait_version, name="trait_version"),
    path(f"{VERSION}.yaml", trait_file, name="trait_file"),
    path(f"{VERSION}/new/", trait_version_new, name="trait_version_new"),
    path(f"{EDIT}/", trait_edit, name="trait_edit"),
    path(f"{EDIT}/text/<str:field>/", trait_text, name="trait_text"),
    path(f"{PART}/add/", trait_part_add, name="trait_part_add"),
    path(f"{PART}/restore/", trait_part_restore, name="trait_part_restore"),
    path(f"{PART}/<str:part>/", trait_part, name="trait_part"),
    path(f"{PART}/<str:part>/act/", trait_part_act, name="trait_part_act"),
]
