"""Pools and canaries."""

from django.urls import path

from curation.views.pools import (
    policy_apply,
    policy_begin,
    policy_discard,
    policy_edit,
    policy_preview,
    pools,
)

urlpatterns = [
    path("pools/", pools, name="pools"),
    path("pools/policy/begin/", policy_begin, name="policy_begin"),
    path("pools/policy/", policy_edit, name="policy_edit"),
    path("pools/policy/preview/", policy_preview, name="policy_preview"),
    path("pools/policy/apply/", policy_apply, name="policy_apply"),
    path("pools/policy/discard/", policy_discard, name="policy_discard"),
]
