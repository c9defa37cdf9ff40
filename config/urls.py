"""Which app answers where."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from accounts.views.me import set_language
from config.api import api
from config.metrics import metrics
from config.status import status, verify
from config.views import help_page

handler500 = "config.views.server_error"
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("", include("labeling.urls")),
    path("", include("curation.urls")),
    path("", include("exports.urls")),
    path("", include("results.urls")),
    path("", include("accounts.urls")),
    path("", include("accounts.allauth_urls")),
    path("", include("runs.urls")),
    path("tables/", admin.site.urls),
    path("help/", help_page, name="help"),
    path("metrics", metrics, name="metrics"),
    path("status/", status, name="status"),
    path("status/verify", verify, name="verify"),
    path("language/", set_language, name="set_language"),
]
