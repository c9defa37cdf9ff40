"""Fetches files of dataset repositories from a Hub over plain HTTP. Reads only; releases leave through exports.hub."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin, urlsplit

from config.wording import words
from curation.hub_choice import RemoteFile
from egress.guard import Refused

if TYPE_CHECKING:
    import httpx

HOPS = 5
"""A Hub sends us to where it keeps large files, and to a repository's new name."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
REQUEST_S = 3600.0
"""How long one file may take. What came until then is kept, and the next attempt goes on behind it."""
LISTED = 20_000
LONGEST_ANSWER = 32 * 1024 * 1024


class HubRefused(Exception):
    """The Hub refuses, now and later. The text says to people what to do next."""


class HubBusy(Exception):
    """The Hub can't be reached or asks us to wait. The text is said to people."""


class HubFiles:
    """One dataset repository.

    Args:
        endpoint: address of the Hub, without a path.
        repo: as organisation/name.
        token: empty for public repositories. It is sent to the Hub itself and to nobody else.
        most_bytes: how large one answer may be.
    """

    def __init__(self, endpoint: str, repo: str, token: str, *, most_bytes: int) -> None:
        from egress.http import client  # noqa: PLC0415 - a library that only a worker should load

        self._endpoint = endpoint.rstrip("/")
        self._place = urlsplit(self._endpoint).netloc
        self._repo = repo
        self._token = token
        self._web = client(total_s=REQUEST_S, max_bytes=max(most_bytes, LONGEST_ANSWER))

    def close(self) -> None:
        """Let go of connections."""
        self._web.close()

    def commit(self, revision: str) -> str:
        """Return the id of the commit that a branch, tag or commit id names."""
        said = self._json(f"/api/datasets/{self._repo}/revision/{quote(revision, safe='')}")
        found = said.get("sha") if isinstance(said, dict) else None
        if not isinstance(found, str) or not found.isalnum() or len(found) > 64:
            raise HubRefused(words("{place} sent an answer that can’t be read.", place=self._place))
        return found

    def files(self, commit: str) -> list[RemoteFile]:
        """Return all files of a commit."""
        path: str | None = f"/api/datasets/{self._repo}/tree/{commit}?recursive=true"
        found: list[RemoteFile] = []
        while path and len(found) < LISTED:
            with self._answer(path) as answer:
                entries: Any = self._decoded(answer)
                path = answer.links.get("next", {}).get("url")
            for each in entries if isinstance(entries, list) else []:
                if (
                    isinstance(each, dict)
                    and each.get("type") == "file"
                    and isinstance(each.get("path"), str)
                ):
                    size = each.get("size")
                    found.append(RemoteFile(each["path"], size if isinstance(size, int) else 0))
        return found

    def text(self, commit: str, path: str, most: int) -> str:
        """Return the beginning of a text file."""
        with self._answer(self._address(commit, path)) as answer, self._reading():
            data = bytearray()
            for part in answer.iter_raw():
                data += part
                if len(data) >= most:
                    break
        return bytes(data[:most]).decode("utf-8", "replace")

    def fetch(self, commit: str, path: str, target: Path, counted: Callable[[int], None]) -> None:
        """Fetch a file, going on behind what an earlier attempt has fetched of it.

        Args:
            commit: an id, so that what lies there never changes.
            path: in the repository.
            target: where it goes; as long as it is not whole, `.part` stands behind its name.
            counted: called with the number of bytes of each piece, of the earlier attempt's too.
        """
        part = target.with_name(f"{target.name}.part")
        have = part.stat().st_size if part.exists() else 0
        headers = {"Range": f"bytes={have}-"} if have else {}
        with self._answer(self._address(commit, path), headers, whole_at=have) as answer, self._reading():
            is_rest = answer.status_code == 206
            if answer.status_code != 416:
                with part.open("ab" if is_rest else "wb") as file:
                    counted(have if is_rest else 0)
                    for piece in answer.iter_raw():
                        counted(len(piece))
                        file.write(piece)
        part.rename(target)

    def _address(self, commit: str, path: str) -> str:
        return f"/datasets/{self._repo}/resolve/{commit}/{quote(path, safe='/')}"

    def _json(self, path: str) -> Any:
        with self._answer(path) as answer:
            return self._decoded(answer)

    def _decoded(self, answer: "httpx.Response") -> Any:
        with self._reading():
            answer.read()
        try:
            return answer.json()
        except (ValueError, RecursionError):
            raise HubRefused(words("{place} sent an answer that can’t be read.", place=self._place)) from None

    @contextmanager
    def _answer(
        self, path: str, headers: dict[str, str] | None = None, *, whole_at: int = 0
    ) -> Iterator["httpx.Response"]:
        url = urljoin(f"{self._endpoint}/", path)
        for _ in range(HOPS):
            answer = self._sent(url, headers or {})
            if answer.status_code not in REDIRECTS:
                break
            answer.close()
            url = urljoin(url, answer.headers.get("Location", ""))
        else:
            raise HubRefused(
                words(
                    "{place} sends us from one address to the next, and never to the file.", place=self._place
                )
            )
        try:
            # Nothing behind the last byte: an earlier attempt had the whole file.
            if not (answer.status_code == 416 and whole_at):
                self._check(answer)
            yield answer
        finally:
            answer.close()

    def _sent(self, url: str, headers: dict[str, str]) -> "httpx.Response":
        if self._token and self._is_home(url):
            headers = {**headers, "Authorization": f"Bearer {self._token}"}
        with self._reading():
            return self._web.send(self._web.build_request("GET", url, headers=headers), stream=True)

    def _is_home(self, url: str) -> bool:
        home, asked = urlsplit(self._endpoint), urlsplit(url)
        return (home.scheme, home.netloc.lower()) == (asked.scheme, asked.netloc.lower())

    @contextmanager
    def _reading(self) -> Iterator[None]:
        import httpx  # noqa: PLC0415 - see above

        try:
            yield
        except Refused as reason:
            raise HubRefused(str(reason)) from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise HubRefused(
                words("{place} sends us to something that is no address.", place=self._place)
            ) from None
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise HubBusy(words("{place} can’t be reached.", place=self._place)) from None
        except httpx.TimeoutException:
            raise HubBusy(words("{place} took too long. What came is kept.", place=self._place)) from None
        except httpx.HTTPError:
            raise HubBusy(
                words("The connection to {place} broke off. What came is kept.", place=self._place)
            ) from None

    def _check(self, answer: "httpx.Response") -> None:
        status, place = answer.status_code, self._place
        if status in {200, 206}:
            return
        if status == 401:
            raise HubRefused(self._unauthorized())
        if status == 403:
            raise HubRefused(
                words(
                    "{place} doesn’t let this token read {repo} (it answered 403). If the dataset is gated, "
                    "accept its terms on its page, then import it again.",
                    place=place,
                    repo=self._repo,
                )
            )
        if status == 404:
            raise HubRefused(
                words(
                    "{place} knows no such dataset, revision or file (it answered 404): {repo}. Check the "
                    "names; a private dataset needs a token that may read it.",
                    place=place,
                    repo=self._repo,
                )
            )
        if status == 429:
            raise HubBusy(words("{place} asks us to wait: too many requests.", place=place))
        if status >= 500 or status == 408:
            raise HubBusy(words("{place} is in trouble (it answered {status}).", place=place, status=status))
        raise HubRefused(
            words("{place} doesn’t answer this request (it answered {status}).", place=place, status=status)
        )

    def _unauthorized(self) -> str:
        if self._token:
            return words(
                "{place} refused the token (it answered 401). Import again with a valid one.",
                place=self._place,
            )
        return words(
            "{place} shows {repo} to nobody without a token (it answered 401): it is private or "
            "gated, or not there. Check the name, or import it again with a token that may read it.",
            place=self._place,
            repo=self._repo,
        )
