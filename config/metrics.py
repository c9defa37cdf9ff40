"""Figures for Prometheus: what this container's web processes did, and how the house stands.

With several web processes, PROMETHEUS_MULTIPROC_DIR names a folder in which each keeps its counts, so that whichever is
asked answers for all of them.
"""

import os
from collections.abc import Iterable, Iterator
from secrets import compare_digest

from django.conf import settings
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from config.backups.house import last_backup, version
from config.figures import Figures, free_bytes, read_figures

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

SECONDS = Histogram(
    "arete_request_seconds",
    "How long requests took, by the name of their route.",
    ["route"],
    buckets=BUCKETS_S,
)
REQUESTS = Counter("arete_requests", "Requests answered.", ["route", "method", "status"])


def count_request(route: str, method: str, status: int, seconds: float) -> None:
    """Count one request. Routes, methods and classes of status are few, whatever is asked for."""
    SECONDS.labels(route).observe(seconds)
    REQUESTS.labels(route, method if method in METHODS else "other", f"{status // 100}xx").inc()


class House:
    """Reads how the house stands whenever somebody asks."""

    def describe(self) -> Iterable[Metric]:
        """Describe nothing beforehand: reading the database may have to wait."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Read the database, shortly, and say so when it doesn't answer."""
        yield gauge("arete_info", "The version that answers.", [([version()], 1)], ["version"])
        yield gauge("arete_files_free_bytes", "Free space where files are stored.", [([], free_bytes())])
        if backup := last_backup_at():
            yield gauge(
                "arete_last_backup_timestamp_seconds", "When the last backup was made.", [([], backup)]
            )
        try:
            figures = read_figures()
        except Error:
            yield gauge("arete_database_up", "Whether the database answered.", [([], 0)])
            return
        yield gauge("arete_database_up", "Whether the database answered.", [([], 1)])
        yield from families(figures)


def families(figures: Figures) -> Iterator[Metric]:
    """Return the figures of the database as Prometheus reads them."""
    runs = [([each.queue, each.state], each.number) for each in figures.runs]
    yield gauge("arete_runs", "Runs that wait or are at work.", runs, ["queue", "state"])
    ended = [([each.kind, each.state], each.number) for each in figures.ended]
    yield gauge("arete_runs_ended_day", "Runs of the last 24 hours that ended.", ended, ["kind", "state"])
    yield gauge(
        "arete_run_oldest_wait_seconds", "How long the oldest due run waits.", [([], figures.oldest_wait_s)]
    )
    signs = [([each.queue], each.age_s) for each in figures.signs]
    yield gauge("arete_worker_sign_age_seconds", "Age of the last sign of life.", signs, ["queue"])
    yield gauge("arete_leases", "Items that somebody holds.", [([], figures.leases)])
    yield gauge("arete_labels", "Labels that count, demo included.", [([], figures.labels)])
    yield gauge("arete_labels_minute", "Annotations of the last minute.", [([], figures.labels_last_minute)])
    pushed = [([each.purpose, each.state], each.number) for each in figures.publications]
    yield gauge("arete_publications_month", "Publications of the last 30 days.", pushed, ["purpose", "state"])
    if checked := figures.verified:
        at = checked.at.timestamp()
        yield gauge("arete_verify_timestamp_seconds", "When the invariants were last checked.", [([], at)])
        yield gauge("arete_verify_broken", "Invariants that are broken.", [([], len(checked.broken))])
        yield gauge("arete_verify_slow", "Invariants that took too long.", [([], len(checked.slow))])


def gauge(
    name: str, text: str, values: Iterable[tuple[list[str], float]], labels: Iterable[str] = ()
) -> GaugeMetricFamily:
    """Return one gauge with its values."""
    family = GaugeMetricFamily(name, text, labels=list(labels))
    for words, value in values:
        family.add_metric(words, value)
    return family


def last_backup_at() -> float:
    """Return when the last backup was made, in seconds since 1970; 0 when there was none."""
    return float(last_backup().get("timestamp", 0))


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer those who know the token; to others, and while there is none, this page doesn't exist."""
    if not may_read(request):
        raise Http404
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    ours = CollectorRegistry()
    ours.register(House())
    return HttpResponse(generate_latest(registry) + generate_latest(ours), content_type=CONTENT_TYPE_LATEST)


def may_read(request: HttpRequest) -> bool:
    """Whether a request carries the token."""
    given = request.headers.get("Authorization", "")
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    return bool(settings.METRICS_TOKEN) and compare_digest(given.encode(), wanted.encode())
