"""Criteria, rubrics and gradings."""

from django.urls import path

from curation.views.criteria import lint
from curation.views.gradings import grade, probe
from curation.views.healthbench import healthbench
from curation.views.proposals import criterion_propose, proposal_detach, proposal_vote
from curation.views.rubrics import (
    criterion,
    criterion_act,
    criterion_add,
    criterion_restore,
    rubric,
    rubric_publish,
)

urlpatterns = [
    path("scenarios/<uuid:pk>/rubric/", rubric, name="rubric"),
    path("scenarios/<uuid:pk>/rubric/add/", criterion_add, name="criterion_add"),
    path("scenarios/<uuid:pk>/rubric/publish/", rubric_publish, name="rubric_publish"),
    path("scenarios/<uuid:pk>/rubric/restore/", criterion_restore, name="criterion_restore"),
    path("scenarios/<uuid:pk>/rubric/propose/", criterion_propose, name="criterion_propose"),
    path("scenarios/<uuid:pk>/rubric/grade/<uuid:response>/", grade, name="grade"),
    path("scenarios/<uuid:pk>/rubric/probe/<slug:probe>/", probe, name="probe"),
    path("criteria/lint/", lint, name="lint"),
    path("criteria/<uuid:pk>/", criterion, name="criterion"),
    path("criteria/<uuid:pk>/act/", criterion_act, name="criterion_act"),
    path("proposals/<uuid:pk>/vote/", proposal_vote, name="proposal_vote"),
    path("proposals/<uuid:pk>/detach/", proposal_detach, name="proposal_detach"),
    path("healthbench.jsonl", healthbench, name="healthbench"),
]
