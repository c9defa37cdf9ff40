"""Routes that refuse query parameters they don't know, instead of answering something else than was asked."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, get_args, get_origin

from django.http import HttpRequest
from ninja import Router
from ninja.params.models import Query

from config.rest.problems import invalid


class Routes(Router):
    """The routes of one app."""

    def add_api_operation(
        self, path: str, methods: list[str], view_func: Callable[..., Any], **options: Any
    ) -> Any:
        """Add a route."""
        return super().add_api_operation(path, methods, refusing_unknown(view_func), **options)


def refusing_unknown(view: Callable[..., Any]) -> Callable[..., Any]:
    """Return the view, which first looks whether each parameter is one of its own."""
    known = query_names(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        unknown = sorted(set(request.GET) - known)
        if unknown:
            hint = (
                f"This list takes {', '.join(sorted(known))}."
                if known
                else "This address takes no parameters."
            )
            raise invalid([(name[:100], f"There is no such parameter here. {hint}") for name in unknown[:20]])
        return view(request, *args, **kwargs)

    return guarded


def query_names(view: Callable[..., Any]) -> set[str]:
    """Return the names of the query parameters that a view takes, all of them in models."""
    names: set[str] = set()
    for parameter in inspect.signature(view).parameters.values():
        if get_origin(parameter.annotation) is Annotated:
            model, *marks = get_args(parameter.annotation)
            if any(isinstance(mark, Query) for mark in marks):
                names |= set(model.model_fields)
    return names
