"""Gives each request an id, counts it, times it, and writes it down."""

import logging
import re
import time
from collections.abc import Callable
from secrets import token_hex
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from config.logs import route_of
from config.metrics import count_request
from config.tracing import span

logger = logging.getLogger("requests")

SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")
STATIC = "static"


class WatchMiddleware:
    """Stands around everything else that answers requests, but not around /healthz."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        request_id = id_of(request)
        # Threads are used again: what an earlier request bound must go.
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        with span("request", request.META.get("HTTP_TRACEPARENT", ""), request_id=request_id) as current:
            response = self.get_response(request)
            describe(current, request, response)
        seconds = time.perf_counter() - began
        route = STATIC if request.path.startswith(settings.STATIC_URL) else route_of(request)
        count_request(route, request.method or "", response.status_code, seconds)
        response.headers["X-Request-ID"] = request_id
        if logger.isEnabledFor(logging.INFO):
            write(request, response, route, seconds)
        return response


def describe(current: Any, request: HttpRequest, response: HttpResponseBase) -> None:
    """Say of a span what became of the request."""
    route = route_of(request)
    current.update_name(f"{request.method} {route}")
    current.set_attributes({"http.route": route, "http.response.status_code": response.status_code})


def id_of(request: HttpRequest) -> str:
    """Return the id that a proxy gave the request, if it looks like one, else a new one."""
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    return given if SANE.fullmatch(given) else token_hex(16)


def write(request: HttpRequest, response: HttpResponseBase, route: str, seconds: float) -> None:
    """Write the request down: its route, since paths and queries hold what people look for."""
    said = {
        "route": route,
        "method": request.method,
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
    }
    logger.info("request", extra={"request": request, **said})
