"""Speaks to one Label Studio: REST through `egress`, every answer checked before it is believed.

The SDK's own client is not used: for a personal token it opens another connection beside the one it is given.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from config.wording import words
from labeling.label_studio.config import OUR_ID

if TYPE_CHECKING:
    import httpx

QUESTION_S = 60.0
SNAPSHOT_S = 600.0
"""A snapshot is written while the question for it waits."""
MOST_BYTES = 32_000_000
MOST_SNAPSHOT_BYTES = 2_000_000_000
PAGE = 100
MOST_PAGES = 20_000
PERSONAL = "personal"
HEARD = ("ANNOTATION_CREATED", "ANNOTATIONS_CREATED", "ANNOTATION_UPDATED", "ANNOTATIONS_DELETED")
"""What a webhook tells of."""


class StudioError(Exception):
    """Something that a Label Studio did. The text is said to people."""


class Rejected(StudioError):
    """It said no, or something that makes no sense; asking again does not help."""


class Missing(StudioError):
    """What was asked for is not there."""


class Unclear(StudioError):
    """There was no clear answer; asking again may help."""


class Studio:
    """A Label Studio, and the account that a token stands for there."""

    def __init__(self, endpoint: str, token: str, kind: str, *, question_s: float = QUESTION_S) -> None:
        self.endpoint = endpoint.rstrip("/")
        self._token = token
        self._kind = kind
        self._question_s = question_s
        self._access = ""

    def __enter__(self) -> Self:
        from egress.http import client  # noqa: PLC0415 - a fifth of a second that no page needs.

        self._web = client(total_s=self._question_s, max_bytes=MOST_BYTES)
        self._patient = client(total_s=SNAPSHOT_S, silence_s=SNAPSHOT_S, max_bytes=MOST_SNAPSHOT_BYTES)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._web.close()
        self._patient.close()

    def find_project(self, marker: str) -> int | None:
        """Return the project whose description holds a marker; None when there is none."""
        for number in range(1, MOST_PAGES):
            found = self._page(
                f"/api/projects/?page={number}&page_size={PAGE}&include=id,description", "results"
            )
            for project in found:
                if marker in str(project.get("description") or ""):
                    return number_of(project, "id")
            if len(found) < PAGE:
                break
        return None

    def create_project(self, facts: Mapping[str, Any]) -> int:
        """Create a project and return its number."""
        return number_of(self._ask("POST", "/api/projects/", json=dict(facts)), "id")

    def project(self, number: int) -> dict[str, Any]:
        """Return what a project says about itself."""
        found = dict_of(self._ask("GET", f"/api/projects/{number}/"))
        if found.get("id") != number:
            raise Rejected(
                words("Asked for project {number}, Label Studio answered with another one.", number=number)
            )
        return found

    def add_tasks(self, number: int, tasks: list[dict[str, Any]]) -> None:
        """Add tasks to a project."""
        self._ask("POST", f"/api/projects/{number}/import", json=tasks)

    def tasks(self, number: int) -> Iterator[tuple[int, str]]:
        """Yield the number of each task, and our id that it carries; empty when it carries none."""
        for page in range(1, MOST_PAGES):
            query = f"/api/tasks/?project={number}&page={page}&page_size={PAGE}&fields=task_only"
            try:
                found = self._page(query, "tasks")
            except Missing:
                # Some releases answer so to the page behind the last one.
                if page == 1:
                    raise
                return
            for task in found:
                yield number_of(task, "id"), our_id(task)
            if len(found) < PAGE:
                return

    def place_hook(self, number: int, url: str, authorization: str) -> int:
        """Have a project call an address whenever an annotation changes, with a header; return the webhook's number.

        A webhook to the same address is changed, so that doing it again makes no second one.
        """
        wanted = {
            "url": url,
            "send_payload": False,
            "send_for_all_actions": False,
            "actions": list(HEARD),
            "headers": {"Authorization": authorization},
            "is_active": True,
        }
        known = self._page(f"/api/webhooks/?project={number}", "results")
        there = next((each for each in known if each.get("url") == url), None)
        if there is None:
            answer = self._ask("POST", "/api/webhooks/", json={"project": number, **wanted})
        else:
            answer = self._ask("PATCH", f"/api/webhooks/{number_of(there, 'id')}/", json=wanted)
        if dict_of(answer).get("url") != url or answer.get("project") != number:
            raise Rejected(
                words("Label Studio’s answer can’t be used: it is not the webhook that was asked for.")
            )
        return number_of(answer, "id")

    def snapshot(self, number: int, title: str, target: Path) -> None:
        """Have all tasks and annotations of a project written as of now, and store them in a file."""
        wanted = {
            "title": title,
            "serialization_options": {
                "drafts": {"only_id": True},
                "predictions": {"only_id": True},
                "annotations__completed_by": {"only_id": False},
            },
        }
        base = f"/api/projects/{number}/exports"
        made = dict_of(self._ask("POST", f"{base}/", web=self._patient, json=wanted))
        pk = number_of(made, "id")
        status = made.get("status") or dict_of(self._ask("GET", f"{base}/{pk}")).get("status")
        if status not in {"completed", "created", "in_progress"}:
            raise Unclear(words("Label Studio could not write a snapshot of its annotations."))
        if status != "completed":
            self._await(f"{base}/{pk}")
        self._download(f"{base}/{pk}/download?exportType=JSON", target)
        with self.forgiving():
            self._ask("DELETE", f"{base}/{pk}")

    def _await(self, path: str) -> None:
        import time  # noqa: PLC0415

        until = time.monotonic() + SNAPSHOT_S
        while time.monotonic() < until:
            status = dict_of(self._ask("GET", path)).get("status")
            if status == "completed":
                return
            if status not in {"created", "in_progress"}:
                raise Unclear(words("Label Studio could not write a snapshot of its annotations."))
            time.sleep(1)
        raise Unclear(words("Label Studio took too long to write a snapshot."))

    @contextmanager
    def forgiving(self) -> Iterator[None]:
        """Go on when the question in this block fails: it only tidies up."""
        try:
            yield
        except StudioError:
            return

    def _page(self, path: str, name: str) -> list[dict[str, Any]]:
        found = self._ask("GET", path)
        rows = found.get(name) if isinstance(found, dict) else found
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise Rejected(
                words("Label Studio’s answer can’t be used: it holds no list of {name}.", name=name)
            )
        return rows

    def _ask(self, method: str, path: str, *, web: "httpx.Client | None" = None, **sent: Any) -> Any:
        """Ask one question and return the JSON of the answer; None when it holds nothing."""
        response = self._sent(method, path, web or self._web, **sent)
        if response.status_code == 204 or not response.content:
            return None
        try:
            return response.json()
        except (ValueError, RecursionError) as error:
            raise Rejected(
                words("It answers with a page instead of data. Is this the address of a Label Studio?")
            ) from error

    def _sent(self, method: str, path: str, web: "httpx.Client", **sent: Any) -> "httpx.Response":
        with self._plainly():
            response = web.request(method, self.endpoint + path, headers=self._headers(), **sent)
            if response.status_code == 401 and self._access:
                # An access token lives for minutes.
                self._access = ""
                response = web.request(method, self.endpoint + path, headers=self._headers(), **sent)
        refuse(response)
        return response

    def _download(self, path: str, target: Path) -> None:
        with (
            self._plainly(),
            self._patient.stream("GET", self.endpoint + path, headers=self._headers()) as response,
        ):
            refuse(response)
            with target.open("wb") as file:
                for part in response.iter_bytes():
                    file.write(part)

    def _headers(self) -> dict[str, str]:
        if self._kind != PERSONAL:
            return {"Authorization": f"Token {self._token}"}
        if not self._access:
            response = self._web.post(f"{self.endpoint}/api/token/refresh/", json={"refresh": self._token})
            refuse(response)
            try:
                self._access = text_of(response.json(), "access")
            except ValueError as error:
                raise Rejected(
                    words("It does not answer as Label Studio does to a personal token.")
                ) from error
        return {"Authorization": f"Bearer {self._access}"}

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        """Turn what the HTTP library raises into what people are told."""
        import httpx  # noqa: PLC0415 - as slow as the client that uses it.

        from egress.guard import Refused  # noqa: PLC0415

        try:
            yield
        except Refused as error:
            raise Rejected(str(error)) from None
        except httpx.TimeoutException:
            raise Unclear(words("Label Studio took too long to answer.")) from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise Unclear(words("The connection to Label Studio failed or broke off.")) from None


def refuse(response: "httpx.Response") -> None:
    """Say no to an answer that is none.

    Raises:
        StudioError: it is an error, or leads elsewhere.
    """
    status = response.status_code
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise Rejected(
            words(
                "It sends us on to another address, which is not followed. Enter the address that it leads to."
            )
        )
    if status in (401, 403):
        raise Rejected(
            words(
                "Label Studio does not accept the token (it answered {status}). Enter a new one.",
                status=status,
            )
        )
    if status == 404:
        raise Missing(words("What was asked for is not there (it answered 404)."))
    if status in (408, 429) or status >= 500:
        raise Unclear(words("Label Studio can’t answer now (it answered {status}).", status=status))
    raise Rejected(words("Label Studio refused what was sent (it answered {status}).", status=status))


def dict_of(value: object) -> dict[str, Any]:
    """Return an object.

    Raises:
        Rejected: it is none.
    """
    if not isinstance(value, dict):
        raise Rejected(words("Label Studio’s answer can’t be used: it is no object."))
    return value


def number_of(value: object, name: str) -> int:
    """Return a number that names something there.

    Raises:
        Rejected: there is none.
    """
    found = dict_of(value).get(name)
    if isinstance(found, bool) or not isinstance(found, int) or not 0 < found < 2**63:
        raise Rejected(words("Label Studio’s answer can’t be used: {name} is no number.", name=name))
    return found


def text_of(value: object, name: str) -> str:
    """Return a text.

    Raises:
        Rejected: there is none.
    """
    found = dict_of(value).get(name)
    if not isinstance(found, str):
        raise Rejected(words("Label Studio’s answer can’t be used: {name} is no text.", name=name))
    return found


def our_id(task: Mapping[str, Any]) -> str:
    """Return our id of a task, from its data or its meta; empty when it carries none, or two that differ."""
    found = {
        str(part[OUR_ID])
        for part in (task.get("data"), task.get("meta"))
        if isinstance(part, dict) and part.get(OUR_ID)
    }
    return found.pop() if len(found) == 1 else ""
