"""Which app answers where."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from config.views import help_page

handler500 = "config.views.server_error"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("labeling.urls")),
    path("", include("curation.urls")),
    path("", include("exports.urls")),
    path("", include("accounts.urls")),
    path("", include("runs.urls")),
    path("help/", help_page, name="help"),
    path("language/", require_POST(set_language), name="set_language"),
]
