"""How log lines look: one JSON object each in production, readable ones at a desk. Never what people wrote.

Every line carries the ids that were bound where it was written: `request_id` in the web, `run_id` and `kind` in a worker.
"""

import traceback
from collections.abc import MutableMapping
from pathlib import PurePath
from types import TracebackType
from typing import Any

import structlog

Event = MutableMapping[str, Any]
OURS = ("runs", "curation", "labeling", "exports", "results", "egress")
SAID_OF_REQUESTS = ("route", "method", "status", "ms")
FRAMES = 12
CAUSES = 4


def settings_for(form: str, level: str, *, has_requests: bool) -> dict[str, Any]:
    """Return Django's LOGGING.

    Args:
        form: "json" or "text".
        level: of what isn't ours.
        has_requests: whether each request gets a line.
    """
    last = structlog.processors.JSONRenderer() if form == "json" else readable
    errors = [without_words] if form == "json" else [structlog.processors.format_exc_info]
    before = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.ExtraAdder(allow=SAID_OF_REQUESTS),
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", key="at"),
        who_asked,
        *errors,
    ]
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": before,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            **{name: {"level": "INFO"} for name in OURS},
            "requests": {"level": "INFO" if has_requests else "WARNING"},
            # Its own handler would write the same lines once more, and mail them.
            "django": {"handlers": [], "level": level, "propagate": True},
        },
    }


def who_asked(_logger: Any, _name: str, event: Event) -> Event:
    """Add who is signed in, by id, and put the route in the place of a path, which may hold one-time links."""
    record = event.get("_record")
    request = getattr(record, "request", None)
    if request is not None and hasattr(request, "path"):
        person = getattr(request, "_cached_user", None)
        if person is not None and person.pk:
            event["user_id"] = str(person.pk)
        if len(request.path) > 1:
            event["event"] = str(event["event"]).replace(request.path, route_of(request))
    return event


def route_of(request: Any) -> str:
    """Return the name of the route that a request found."""
    match = request.resolver_match
    return match.view_name if match and match.view_name else "no route"


def without_words(_logger: Any, _name: str, event: Event) -> Event:
    """Put kinds and places in the place of a traceback: messages of errors may quote what people wrote."""
    found = event.pop("exc_info", None)
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["errors"] = [named(cause) for cause in causes(error)]
        event["where"] = places(error.__traceback__)
    return event


def causes(error: BaseException) -> list[BaseException]:
    """Return an error and what led to it, the outermost first."""
    found: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and len(found) < CAUSES:
        found.append(at)
        at = at.__cause__ or at.__context__
    return found


def named(error: BaseException) -> str:
    """Return an error's kind; of the database's also its code and the constraint that refused."""
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    diagnosis = getattr(error, "diag", None)
    said = [getattr(error, "sqlstate", None), getattr(diagnosis, "constraint_name", None)]
    return " ".join([kind, *filter(None, said)])


def places(trace: TracebackType | None) -> list[str]:
    """Return where an error came up, the innermost last."""
    frames = traceback.extract_tb(trace)[-FRAMES:]
    return [f"{'/'.join(PurePath(each.filename).parts[-3:])}:{each.lineno} {each.name}" for each in frames]


def readable(_logger: Any, _name: str, event: Event) -> str:
    """Return a line for people."""
    first = f"{event.pop('at')} {event.pop('level').upper()} {event.pop('logger')} {event.pop('event')}"
    error = event.pop("exception", None)
    line = " ".join([first, *(f"{name}={value}" for name, value in event.items())])
    return f"{line}\n{error}" if error else line
