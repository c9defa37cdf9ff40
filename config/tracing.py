"""Traces by OpenTelemetry, for operators who set OTEL_EXPORTER_OTLP_ENDPOINT. Without it nothing of it is imported.

The other variables of OpenTelemetry hold too: OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER, OTEL_EXPORTER_OTLP_HEADERS …
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from typing import Any

from django.core.exceptions import ImproperlyConfigured

IS_WANTED = bool(os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"))
NOT_INSTALLED = "OTEL_EXPORTER_OTLP_ENDPOINT is set, and OpenTelemetry isn't installed: uv sync --group otel"

if IS_WANTED and find_spec("opentelemetry") is None:
    raise ImproperlyConfigured(NOT_INSTALLED)


class Untraced:
    """Takes what would be said of a span while there is none."""

    def update_name(self, name: str) -> None:
        """Forget a name."""

    def set_attributes(self, attributes: Mapping[str, Any]) -> None:
        """Forget attributes."""


UNTRACED = Untraced()


@contextmanager
def span(name: str, traceparent: str = "", **attributes: str) -> Iterator[Any]:
    """Trace what happens in the block.

    Args:
        name: of the span: a route or a kind of run, never a path.
        traceparent: the trace that the sender of a request has begun, as W3C Trace Context writes it.
        attributes: ids and other words of few kinds; never what people wrote.
    """
    if not IS_WANTED:
        yield UNTRACED
        return
    # An error's message may quote what people wrote, so only its kind is kept.
    begun = tracer().start_as_current_span(
        name,
        context=begun_by(traceparent),
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    )
    with begun as current:
        try:
            yield current
        except Exception as error:
            current.set_attributes({"error.type": type(error).__qualname__})
            raise


@cache
def tracer() -> Any:
    """Return this process's tracer; made at its first span, because its sender's thread would not survive a fork."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    name = os.environ.get("OTEL_SERVICE_NAME", "arete")
    provider = TracerProvider(resource=Resource.create({"service.name": name}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider.get_tracer("arete")


def begun_by(traceparent: str) -> Any:
    """Return the trace that the sender of a request began; None when it began none."""
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415

    return TraceContextTextMapPropagator().extract({"traceparent": traceparent}) if traceparent else None
