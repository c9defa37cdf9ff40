"""Responses, endpoints and samplings."""

from django.urls import path

from curation.views.endpoints import endpoint, endpoint_check, endpoint_new, endpoints
from curation.views.responses import response_mark, response_new, responses, responses_look
from curation.views.sampling import sampling, sampling_estimate, sampling_new, sampling_resume, samplings

urlpatterns = [
    path("endpoints/", endpoints, name="endpoints"),
    path("endpoints/new/", endpoint_new, name="endpoint_new"),
    path("endpoints/<uuid:pk>/", endpoint, name="endpoint"),
    path("endpoints/<uuid:pk>/check/", endpoint_check, name="endpoint_check"),
    path("samplings/", samplings, name="samplings"),
    path("samplings/new/", sampling_new, name="sampling_new"),
    path("samplings/estimate/", sampling_estimate, name="sampling_estimate"),
    path("samplings/<uuid:pk>/", sampling, name="sampling"),
    path("samplings/<uuid:pk>/resume/", sampling_resume, name="sampling_resume"),
    path("responses/", responses, name="responses"),
    path("responses/look/", responses_look, name="responses_look"),
    path("responses/<uuid:pk>/mark/", response_mark, name="response_mark"),
    path("scenarios/<uuid:pk>/responses/new/", response_new, name="response_new"),
]
