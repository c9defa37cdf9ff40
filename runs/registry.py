"""Which function does which kind of run, and which tasks come round again and again."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NamedTuple

from celery.app.task import Task
from django.apps import apps
from django.utils.module_loading import module_has_submodule

from runs.work import Work

QUEUES = ("io", "cpu")
"""`io` waits for others (Hub, model endpoints); `cpu` counts and builds."""
ASKED_FOR = ("labelstudio",)
"""Queues whose workers the operator starts when they are wanted: `labelstudio` has an environment of its own."""

Performer = Callable[[Work], dict[str, Any]]
"""Does the work and returns what the run's result shall say."""


@dataclass(frozen=True)
class Kind:
    """A kind of run."""

    name: str
    queue: str
    title: str
    max_attempts: int
    perform: Performer


class UnknownKind(LookupError):
    """No app registers this kind, for instance because a newer release of Arete wrote the run."""


class Periodic(NamedTuple):
    """A Celery task that beat sends again and again."""

    task: "Task[..., Any]"
    seconds: int

    @property
    def name(self) -> str:
        """The task's name in messages."""
        return str(self.task.name)


KINDS: dict[str, Kind] = {}
PERIODIC: list[Periodic] = []


def kind(
    name: str, *, queue: str = "io", title: str = "", max_attempts: int = 5
) -> Callable[[Performer], Performer]:
    """Register the function that performs a kind of run.

    Args:
        name: "<app>.<verb>"; the app's `tasks` module must hold the registration.
        queue: One of QUEUES or ASKED_FOR.
        title: What people read; the name, when empty.
        max_attempts: How often a run may be tried without getting any further.
    """
    if queue not in QUEUES + ASKED_FOR:
        raise ValueError(f"There is no queue {queue}; choose one of {', '.join(QUEUES + ASKED_FOR)}.")

    def register(perform: Performer) -> Performer:
        KINDS[name] = Kind(name, queue, title or name, max_attempts, perform)
        return perform

    return register


def every(*, seconds: int) -> Callable[["Task[..., Any]"], "Task[..., Any]"]:
    """Have beat send a Celery task every so many seconds. Stands above `@shared_task`."""

    def register(task: "Task[..., Any]") -> "Task[..., Any]":
        PERIODIC.append(Periodic(task, seconds))
        return task

    return register


def lookup(name: str) -> Kind:
    """Find a kind, importing the tasks of its app when nobody has yet.

    Raises:
        UnknownKind: no app registers it.
    """
    if name not in KINDS and "." in name:
        module = f"{name.rpartition('.')[0]}.tasks"
        try:
            import_module(module)
        except ModuleNotFoundError as error:
            if error.name is None or not module.startswith(error.name):
                raise
    if name not in KINDS:
        raise UnknownKind(name)
    return KINDS[name]


def periodic_tasks() -> list[Periodic]:
    """Import the tasks of every app and return those that come round."""
    for app in apps.get_app_configs():
        if app.module and module_has_submodule(app.module, "tasks"):
            import_module(f"{app.name}.tasks")
    return PERIODIC
