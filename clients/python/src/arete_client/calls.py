"""Things to do that take more than one request: written once, driven by the client that waits and the one that doesn't.

Each is a generator: it yields a request, or a number of seconds to wait, and gets the answer.
"""

from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from arete_client.asking import Ask, Json, creating

Result = TypeVar("Result")
Steps = Generator[Ask | float, Any, Result]
Watch = Callable[[Json], None]
POLL_S = 1.0
LONGEST_POLL_S = 10.0


class Failed(Exception):
    """A run ended otherwise than it should.

    Attributes:
        run: as the server told of it.
    """

    def __init__(self, run: Json) -> None:
        super().__init__(f"The run ended as {run['state']}. {run['error']}".strip())
        self.run = run


def ask(request: Ask) -> Steps[Any]:
    """Send one request."""
    return (yield request)


def wait_for(run: Json, watch: Watch | None = None) -> Steps[Json]:
    """Wait until a run has ended.

    Raises:
        Failed: it was cancelled, failed, or waits for a person.
    """
    pause = POLL_S
    while run["is_unfinished"]:
        if watch:
            watch(run)
        yield pause
        pause = min(LONGEST_POLL_S, pause * 1.5)
        run = yield Ask("GET", f"/runs/{run['id']}")
    if watch:
        watch(run)
    if run["state"] != "done":
        raise Failed(run)
    return run


def pull_trait(slug: str, number: int | None = None) -> Steps[str]:
    """Return a wording as YAML: the one in force, else the newest."""
    if number is None:
        trait = yield Ask("GET", f"/traits/{slug}")
        number = trait["in_force"] or trait["newest"]
    text: str = yield Ask("GET", f"/traits/{slug}/versions/{number}/yaml")
    return text


def push_trait(yaml: str, *, dry_run: bool = False) -> Steps[Json]:
    """Propose a trait's file as a draft."""
    found: Json = yield creating("/traits", {"yaml": yaml, "dry_run": dry_run})
    return found


def import_file(
    path: Path, source: str, *, key: str | None = None, **fields: str | bool | None
) -> Steps[Json]:
    """Upload a file to be imported."""
    form = {"source": source}
    for name, value in fields.items():
        if value:
            form[name] = "on" if value is True else value
    found: Json = yield creating("/imports", key=key, form=form, file=path)
    return found


def next_item(project: str, have: Sequence[str] = ()) -> Steps[Json]:
    """Lease the next item."""
    found: Json = yield Ask("POST", f"/projects/{project}/items/next", params={"have": list(have)})
    return found


def submit(assignment: str, answer: Json) -> Steps[Json]:
    """Submit an answer; the same one again changes nothing."""
    found: Json = yield Ask("POST", f"/assignments/{assignment}/annotation", body=answer)
    return found


def cut(recipe: str, bump: str = "minor", *, key: str | None = None) -> Steps[Json]:
    """Cut the next release of a recipe."""
    found: Json = yield creating(f"/recipes/{recipe}/releases", {"bump": bump}, key=key)
    return found


def wait_for_release(release: str, watch: Watch | None = None) -> Steps[Json]:
    """Wait until a release is built, and return it.

    Raises:
        Failed: its run ended otherwise.
    """
    found: Json = yield Ask("GET", f"/releases/{release}")
    if not found["is_built"] and found["run"]:
        yield from wait_for(found["run"], watch)
        found = yield Ask("GET", f"/releases/{release}")
    return found


def publish(release: str, destination: str, *, key: str | None = None) -> Steps[Json]:
    """Push a release to a destination."""
    found: Json = yield creating(f"/releases/{release}/publications", {"destination": destination}, key=key)
    return found
