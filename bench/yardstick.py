"""What two plain Django requests cost on this machine, so that a figure means the same on a slow and on a fast one."""

import sys
import time
from io import BytesIO
from statistics import median
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from accounts.models import User
from bench.queue_rows import Annotator, signed_in
from labeling.models import Project

STOCK: dict[str, Any] = {
    "ROOT_URLCONF": "bench.yardstick",
    "SESSION_ENGINE": "django.contrib.sessions.backends.db",
    "AUTHENTICATION_BACKENDS": ["django.contrib.auth.backends.ModelBackend"],
    "MIDDLEWARE": [
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
}
"""What `startproject` writes."""
REFERENCE_MS = 2.5
"""What they took where the limits of design.md §7 were set."""
ROUNDS, PAIRS = 7, 60


def two_requests_ms() -> float:
    """Return the CPU of two requests with a session, a user and one row by the ORM each; the median of some rounds."""
    with override_settings(**STOCK):
        application = WSGIHandler()
        user, _ = User.objects.get_or_create(email="yardstick@bench.invalid")
        environ = _environ(signed_in(user))
        return median(_round_ms(application, environ) for _ in range(ROUNDS))


def one_row(request: HttpRequest) -> HttpResponse:
    """Answer somebody signed in with a name out of the database."""
    if not request.user.is_authenticated:
        raise PermissionError
    return HttpResponse(Project.objects.only("name").earliest("created_at").name)


urlpatterns = [path("", one_row)]


def _round_ms(application: WSGIHandler, environ: dict[str, Any]) -> float:
    began = time.process_time()
    for _ in range(2 * PAIRS):
        response = application({**environ, "wsgi.input": BytesIO()}, _start)
        response.close()
        if response.status_code != 200:
            raise SystemExit(f"the plain request was answered with {response.status_code}")
    return (time.process_time() - began) * 1000 / PAIRS


def _start(*_: Any) -> Any:
    """Take the status and the headers, as a server would."""


def _environ(visitor: Annotator) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in visitor.cookies.items()),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
    }
