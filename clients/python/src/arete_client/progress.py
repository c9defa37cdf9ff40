"""How far something is, for people at a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from arete_client.asking import Json
from arete_client.files import Received

STDERR = Console(stderr=True)


@contextmanager
def run_progress(title: str) -> Iterator[Callable[[Json], None]]:
    """Show how far a run is."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=STDERR, transient=True) as progress:
        task = progress.add_task(title, total=None)

        def watch(run: Json) -> None:
            progress.update(
                task, completed=run["done"], total=run["total"], description=f"{title}: {run['state']}"
            )

        yield watch


@contextmanager
def file_progress() -> Iterator[Callable[[Received], None]]:
    """Show how much of each file is here."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=STDERR, transient=True) as progress:
        tasks: dict[str, TaskID] = {}

        def watch(received: Received) -> None:
            if received.path not in tasks:
                tasks[received.path] = progress.add_task(received.path, total=received.total)
            progress.update(tasks[received.path], completed=received.done)

        yield watch
