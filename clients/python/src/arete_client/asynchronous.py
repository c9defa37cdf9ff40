"""The client that does not wait: the same requests, for asyncio."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
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


class AsyncClient:
    """Speaks to one server with one token, as `Client` does."""

    def __init__(
        self, url: str, token: str, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self.url = checked_url(url)
        self._sleep = sleep
        self._http = httpx.AsyncClient(base_url=self.url + ROOT, headers=headers_for(token), timeout=TIMEOUT)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def ask(self, request: Ask) -> Any:
        """Send a request, again where the server was away or asked for patience."""
        attempt = 0
        while True:
            attempt += 1
            answer, lost = await self._try(request)
            pause = pause_s(attempt, answer)
            if pause is None:
                if answer is None:
                    raise Unreachable(f"{self.url} gave no answer: {lost}") from lost
                return read(answer)
            await self._sleep(pause)

    async def _try(self, request: Ask) -> tuple[httpx.Response | None, httpx.TransportError | None]:
        with ExitStack() as stack:
            file = stack.enter_context(request.file.open("rb")) if request.file else None
            upload = {"file": (request.file.name, file)} if request.file and file else None
            try:
                answer = await self._http.request(
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

    async def do(self, steps: Steps[Result]) -> Result:
        """Carry out what takes several requests."""
        answer: Any = None
        while True:
            try:
                wanted = steps.send(answer)
            except StopIteration as end:
                result: Result = end.value
                return result
            answer = await (self._sleep(wanted) if isinstance(wanted, float) else self.ask(wanted))

    async def get(self, path: str, **params: Any) -> Any:
        """Fetch an object."""
        return await self.ask(Ask("GET", path, params=params))

    async def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """Send an object, under a key that makes it count once."""
        return await self.ask(creating(path, body, key=key))

    async def put(self, path: str, body: Any) -> Any:
        """Send an object to take the place of the one that is there."""
        return await self.ask(Ask("PUT", path, body=body))

    async def pages(self, path: str, **params: Any) -> AsyncIterator[Json]:
        """Yield the rows of a list, page by page."""
        cursor: str | None = ""
        while cursor is not None:
            page = await self.get(path, **params, cursor=cursor)
            for row in page["data"]:
                yield row
            cursor = page["next_cursor"]

    async def lines(self, path: str, **params: Any) -> AsyncIterator[Json]:
        """Yield the rows of a stream as they come."""
        try:
            async with self._http.stream("GET", path, params=params) as answer:
                if not answer.is_success:
                    await answer.aread()
                    raise problem_of(answer)
                async for line in answer.aiter_lines():
                    yield loads(line)
        except httpx.TransportError as error:
            raise Unreachable(f"{path} broke off: {error}") from error

    async def wait(self, run: Json, watch: Watch | None = None) -> Json:
        """Wait until a run has ended."""
        return await self.do(calls.wait_for(run, watch))

    async def pull_trait(self, slug: str, number: int | None = None) -> str:
        """Return a wording as YAML: the one in force, else the newest."""
        return await self.do(calls.pull_trait(slug, number))

    async def push_trait(self, yaml: str, *, dry_run: bool = False) -> Json:
        """Propose a trait's file as a draft."""
        return await self.do(calls.push_trait(yaml, dry_run=dry_run))

    async def approval(self, slug: str, number: int) -> Json:
        """Return where a version of a trait stands on its way to publication."""
        return await self.do(calls.approval(slug, number))

    async def submit_trait(self, slug: str, number: int, *, key: str | None = None) -> Json:
        """Send a draft to the reviewers."""
        return await self.do(calls.submit_trait(slug, number, key=key))

    async def review_trait(
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
        return await self.do(calls.review_trait(slug, number, decision, reason, round=round, key=key))

    async def publish_trait(
        self, slug: str, number: int, *, despite_remarks: bool = False, key: str | None = None
    ) -> Json:
        """Put a version in force that enough others approve."""
        return await self.do(calls.publish_trait(slug, number, despite_remarks=despite_remarks, key=key))

    async def estimate(self, wanted: Json) -> Json:
        """Return how many requests a sampling would be, and what they would cost. Nothing is asked."""
        return await self.do(calls.estimate(wanted))

    async def sample(
        self,
        wanted: Json,
        most_cost: float | None = None,
        *,
        key: str | None = None,
        watch: Watch | None = None,
    ) -> Json:
        """Sample responses, unless the estimate is above what it may cost, and wait until all are there."""
        return await self.do(calls.sample(wanted, most_cost, key=key, watch=watch))

    async def resume_sampling(
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
        return await self.do(steps)

    async def pause_sampling(self, sampling: str) -> Json:
        """Ask that a sampling stops; what is stored stays."""
        return await self.do(calls.pause_sampling(sampling))

    async def ask_waiver(self, release: str, gate: str, reason: str, *, key: str | None = None) -> Json:
        """Ask that a release may leave in spite of a gate."""
        return await self.do(calls.ask_waiver(release, gate, reason, key=key))

    async def give_waiver(self, release: str, waiver: int) -> Json:
        """Answer for a waiver that another steward asked for."""
        return await self.do(calls.give_waiver(release, waiver))

    async def refuse_waiver(self, release: str, waiver: int, reason: str) -> Json:
        """Refuse a waiver that another steward asked for, and say why."""
        return await self.do(calls.refuse_waiver(release, waiver, reason))

    async def invite(
        self, project: str, role: str = "annotator", *, email: str = "", most_uses: int = 1, days: int = 7
    ) -> Json:
        """Make a link into a project. It is told this once."""
        return await self.do(calls.invite(project, role, email=email, most_uses=most_uses, days=days))

    async def import_file(
        self, path: Path, source: str, *, key: str | None = None, **fields: str | bool | None
    ) -> Json:
        """Upload a file to be imported."""
        return await self.do(calls.import_file(path, source, key=key, **fields))

    async def columns(self, origin: str, saved: int | None = None) -> Json:
        """Return the columns of a file that was uploaded with the source `columns`, and which is probably what."""
        return await self.do(calls.columns(origin, saved))

    async def preview_import(self, origin: str, mapping: Json) -> Json:
        """Return what the first rows of a file would become."""
        return await self.do(calls.preview_import(origin, mapping))

    async def start_import(self, origin: str, mapping: Json, save_as: str = "") -> Json:
        """Say which column is what, and let the import begin."""
        return await self.do(calls.start_import(origin, mapping, save_as))

    async def next_item(self, project: str, have: Sequence[str] = ()) -> Json:
        """Lease the next item."""
        return await self.do(calls.next_item(project, have))

    async def submit(self, assignment: str, answer: Json) -> Json:
        """Submit an answer; the same one again changes nothing."""
        return await self.do(calls.submit(assignment, answer))

    async def write_recipe(self, recipe: Json, slug: str | None = None, *, key: str | None = None) -> Json:
        """Write a recipe, or change the one of a slug. What a server told of one may be sent back as it is."""
        return await self.do(calls.write_recipe(recipe, slug, key=key))

    async def preview_recipe(self, recipe: str, watch: Watch | None = None) -> Json:
        """Return what a release would hold if it were cut now."""
        return await self.do(calls.preview_recipe(recipe, watch))

    async def cut(self, recipe: str, bump: str = "minor", *, key: str | None = None) -> Json:
        """Cut the next release of a recipe."""
        return await self.do(calls.cut(recipe, bump, key=key))

    async def wait_for_release(self, release: str, watch: Watch | None = None) -> Json:
        """Wait until a release is built, and return it."""
        return await self.do(calls.wait_for_release(release, watch))

    async def publish(self, release: str, destination: str, *, key: str | None = None) -> Json:
        """Push a release to a destination."""
        return await self.do(calls.publish(release, destination, key=key))

    async def push_results(
        self, path: Path, *, key: str | None = None, **fields: str | int | bool | None
    ) -> Json:
        """Report what training or evaluation gave back: a log of Inspect, JSON or CSV."""
        return await self.do(calls.push_results(path, key=key, **fields))

    async def release(
        self,
        recipe: str,
        destination: str,
        bump: str = "minor",
        *,
        key: str | None = None,
        watch: Watch | None = None,
    ) -> Json:
        """Cut a release, wait until it is built, push it, and wait until it is there. Returns the publication."""
        return await self.do(calls.release(recipe, destination, bump, key=key, watch=watch))

    async def download(
        self, release: str, folder: Path, watch: Callable[[Received], None] | None = None
    ) -> list[Path]:
        """Fetch the files of a release into a folder, each checked by its hash; those that are there stay."""
        paths = []
        for file in await self.get(f"/releases/{release}/files"):
            path = files.target(folder, file["path"])
            paths.append(path)
            if files.is_there(path, file):
                continue
            async with self._http.stream("GET", f"/releases/{release}/files/{file['id']}") as answer:
                if not answer.is_success:
                    await answer.aread()
                    raise problem_of(answer)
                with files.receiving(path, file, watch) as take:
                    async for chunk in answer.aiter_bytes():
                        take(chunk)
        return paths
