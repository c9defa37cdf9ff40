"""The client that waits for each answer."""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from arete_client import calls, files
from arete_client.asking import (
    ROOT,
    TIMEOUT,
    Ask,
    Json,
    checked_url,
    creating,
    headers_for,
    pause_s,
    problem_of,
    read,
)
from arete_client.calls import Steps, Watch
from arete_client.files import Received
from arete_client.lines import loads
from arete_client.problems import Unreachable

Result = TypeVar("Result")


class Client:
    """Speaks to one server with one token. Everything is retried where that is safe, which is everywhere."""

    def __init__(self, url: str, token: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.url = checked_url(url)
        self._sleep = sleep
        self._http = httpx.Client(base_url=self.url + ROOT, headers=headers_for(token), timeout=TIMEOUT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def ask(self, request: Ask) -> Any:
        """Send a request, again where the server was away or asked for patience.

        Raises:
            Problem: the server said that it can't be done.
            Unreachable: there was no answer.
        """
        attempt = 0
        while True:
            attempt += 1
            answer, lost = self._try(request)
            pause = pause_s(attempt, answer)
            if pause is None:
                if answer is None:
                    raise Unreachable(f"{self.url} gave no answer: {lost}") from lost
                return read(answer)
            self._sleep(pause)

    def _try(self, request: Ask) -> tuple[httpx.Response | None, httpx.TransportError | None]:
        with ExitStack() as stack:
            file = stack.enter_context(request.file.open("rb")) if request.file else None
            upload = {"file": (request.file.name, file)} if request.file and file else None
            try:
                answer = self._http.request(
                    request.method,
                    request.path,
                    params=request.params,
                    json=request.body,
                    data=request.form,
                    files=upload,
                    headers=request.headers,
                )
            except httpx.TransportError as error:
                return None, error
            return answer, None

    def do(self, steps: Steps[Result]) -> Result:
        """Carry out what takes several requests."""
        answer: Any = None
        while True:
            try:
                wanted = steps.send(answer)
            except StopIteration as end:
                result: Result = end.value
                return result
            answer = self._sleep(wanted) if isinstance(wanted, float) else self.ask(wanted)

    def get(self, path: str, **params: Any) -> Any:
        """Fetch an object."""
        return self.ask(Ask("GET", path, params=params))

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """Send an object, under a key that makes it count once."""
        return self.ask(creating(path, body, key=key))

    def put(self, path: str, body: Any) -> Any:
        """Send an object to take the place of the one that is there."""
        return self.ask(Ask("PUT", path, body=body))

    def pages(self, path: str, **params: Any) -> Iterator[Json]:
        """Yield the rows of a list, page by page."""
        cursor: str | None = ""
        while cursor is not None:
            page = self.get(path, **params, cursor=cursor)
            yield from page["data"]
            cursor = page["next_cursor"]

    def lines(self, path: str, **params: Any) -> Generator[Json, None, None]:
        """Yield the rows of a stream, such as `/scenarios.ndjson`, as they come.

        Raises:
            Problem: the server said that it can't be done.
            Unreachable: the stream broke off before its end.
        """
        try:
            with self._http.stream("GET", path, params=params) as answer:
                if not answer.is_success:
                    answer.read()
                    raise problem_of(answer)
                yield from map(loads, answer.iter_lines())
        except httpx.TransportError as error:
            raise Unreachable(f"{path} broke off: {error}") from error

    def wait(self, run: Json, watch: Watch | None = None) -> Json:
        """Wait until a run has ended."""
        return self.do(calls.wait_for(run, watch))

    def pull_trait(self, slug: str, number: int | None = None) -> str:
        """Return a wording as YAML: the one in force, else the newest."""
        return self.do(calls.pull_trait(slug, number))

    def push_trait(self, yaml: str, *, dry_run: bool = False) -> Json:
        """Propose a trait's file as a draft."""
        return self.do(calls.push_trait(yaml, dry_run=dry_run))

    def approval(self, slug: str, number: int) -> Json:
        """Return where a version of a trait stands on its way to publication."""
        return self.do(calls.approval(slug, number))

    def submit_trait(self, slug: str, number: int, *, key: str | None = None) -> Json:
        """Send a draft to the reviewers."""
        return self.do(calls.submit_trait(slug, number, key=key))

    def review_trait(
        self,
        slug: str,
        number: int,
        decision: str,
        reason: str = "",
        *,
        round: int | None = None,
        key: str | None = None,
    ) -> Json:
        """Decide on a version that others wrote: approve, approve with dissent, or ask for changes."""
        return self.do(calls.review_trait(slug, number, decision, reason, round=round, key=key))

    def publish_trait(
        self, slug: str, number: int, *, despite_remarks: bool = False, key: str | None = None
    ) -> Json:
        """Put a version in force that enough others approve."""
        return self.do(calls.publish_trait(slug, number, despite_remarks=despite_remarks, key=key))

    def estimate(self, wanted: Json) -> Json:
        """Return how many requests a sampling would be, and what they would cost. Nothing is asked."""
        return self.do(calls.estimate(wanted))

    def sample(
        self,
        wanted: Json,
        most_cost: float | None = None,
        *,
        key: str | None = None,
        watch: Watch | None = None,
    ) -> Json:
        """Sample responses, unless the estimate is above what it may cost, and wait until all are there."""
        return self.do(calls.sample(wanted, most_cost, key=key, watch=watch))

    def resume_sampling(
        self,
        sampling: str,
        budget: float | None = None,
        *,
        with_failed: bool = False,
        key: str | None = None,
        watch: Watch | None = None,
    ) -> Json:
        """Go on with what waits, and wait until it is there."""
        steps = calls.resume_sampling(sampling, budget, with_failed=with_failed, key=key, watch=watch)
        return self.do(steps)

    def pause_sampling(self, sampling: str) -> Json:
        """Ask that a sampling stops; what is stored stays."""
        return self.do(calls.pause_sampling(sampling))

    def ask_waiver(self, release: str, gate: str, reason: str, *, key: str | None = None) -> Json:
        """Ask that a release may leave in spite of a gate."""
        return self.do(calls.ask_waiver(release, gate, reason, key=key))

    def give_waiver(self, release: str, waiver: int) -> Json:
        """Answer for a waiver that another steward asked for."""
        return self.do(calls.give_waiver(release, waiver))

    def refuse_waiver(self, release: str, waiver: int, reason: str) -> Json:
        """Refuse a waiver that another steward asked for, and say why."""
        return self.do(calls.refuse_waiver(release, waiver, reason))

    def invite(
        self, project: str, role: str = "annotator", *, email: str = "", most_uses: int = 1, days: int = 7
    ) -> Json:
        """Make a link into a project. It is told this once."""
        return self.do(calls.invite(project, role, email=email, most_uses=most_uses, days=days))

    def import_file(
        self, path: Path, source: str, *, key: str | None = None, **fields: str | bool | None
    ) -> Json:
        """Upload a file to be imported; fields are project, domain, license and is_atomic."""
        return self.do(calls.import_file(path, source, key=key, **fields))

    def columns(self, origin: str, saved: int | None = None) -> Json:
        """Return the columns of a file that was uploaded with the source `columns`, and which is probably what."""
        return self.do(calls.columns(origin, saved))

    def preview_import(self, origin: str, mapping: Json) -> Json:
        """Return what the first rows of a file would become."""
        return self.do(calls.preview_import(origin, mapping))

    def start_import(self, origin: str, mapping: Json, save_as: str = "") -> Json:
        """Say which column is what, and let the import begin."""
        return self.do(calls.start_import(origin, mapping, save_as))

    def next_item(self, project: str, have: Sequence[str] = ()) -> Json:
        """Lease the next item."""
        return self.do(calls.next_item(project, have))

    def submit(self, assignment: str, answer: Json) -> Json:
        """Submit an answer; the same one again changes nothing."""
        return self.do(calls.submit(assignment, answer))

    def write_recipe(self, recipe: Json, slug: str | None = None, *, key: str | None = None) -> Json:
        """Write a recipe, or change the one of a slug. What a server told of one may be sent back as it is."""
        return self.do(calls.write_recipe(recipe, slug, key=key))

    def preview_recipe(self, recipe: str, watch: Watch | None = None) -> Json:
        """Return what a release would hold if it were cut now."""
        return self.do(calls.preview_recipe(recipe, watch))

    def cut(self, recipe: str, bump: str = "minor", *, key: str | None = None) -> Json:
        """Cut the next release of a recipe."""
        return self.do(calls.cut(recipe, bump, key=key))

    def wait_for_release(self, release: str, watch: Watch | None = None) -> Json:
        """Wait until a release is built, and return it."""
        return self.do(calls.wait_for_release(release, watch))

    def publish(self, release: str, destination: str, *, key: str | None = None) -> Json:
        """Push a release to a destination."""
        return self.do(calls.publish(release, destination, key=key))

    def push_results(self, path: Path, *, key: str | None = None, **fields: str | int | bool | None) -> Json:
        """Report what training or evaluation gave back: a log of Inspect, JSON or CSV."""
        return self.do(calls.push_results(path, key=key, **fields))

    def release(
        self,
        recipe: str,
        destination: str,
        bump: str = "minor",
        *,
        key: str | None = None,
        watch: Watch | None = None,
    ) -> Json:
        """Cut a release, wait until it is built, push it, and wait until it is there. Returns the publication."""
        return self.do(calls.release(recipe, destination, bump, key=key, watch=watch))

    def download(
        self, release: str, folder: Path, watch: Callable[[Received], None] | None = None
    ) -> list[Path]:
        """Fetch the files of a release into a folder, each checked by its hash; those that are there stay.

        Raises:
            files.Damaged: a file did not arrive as it is.
        """
        paths = []
        for file in self.get(f"/releases/{release}/files"):
            path = files.target(folder, file["path"])
            paths.append(path)
            if files.is_there(path, file):
                continue
            with self._http.stream("GET", f"/releases/{release}/files/{file['id']}") as answer:
                if not answer.is_success:
                    answer.read()
                    raise problem_of(answer)
                with files.receiving(path, file, watch) as take:
                    for chunk in answer.iter_bytes():
                        take(chunk)
        return paths
