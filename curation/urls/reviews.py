"""Reviews of traits, the discussion of them, and what anybody may read."""

from django.urls import path

from curation.views.discussion import comment_reply, comment_resolve, trait_comment
from curation.views.public_traits import public_trait, public_trait_version, public_traits
from curation.views.reviews import trait_publish, trait_retire, trait_review, trait_submit, trait_withdraw

VERSION = "traits/<slug:slug>/versions/<int:number>"

urlpatterns = [
    path(f"{VERSION}/submit/", trait_submit, name="trait_submit"),
    path(f"{VERSION}/withdraw/", trait_withdraw, name="trait_withdraw"),
    path(f"{VERSION}/review/", trait_review, name="trait_review"),
    path(f"{VERSION}/publish/", trait_publish, name="trait_publish"),
    path(f"{VERSION}/retire/", trait_retire, name="trait_retire"),
    path(f"{VERSION}/comments/", trait_comment, name="trait_comment"),
    path("comments/<uuid:pk>/reply/", comment_reply, name="comment_reply"),
    path("comments/<uuid:pk>/resolve/", comment_resolve, name="comment_resolve"),
    path("public/traits/", public_traits, name="public_traits"),
    path("public/traits/<slug:slug>/", public_trait, name="public_trait"),
    path(
        "public/traits/<slug:slug>/versions/<int:number>/", public_trait_version, name="public_trait_version"
    ),
]
