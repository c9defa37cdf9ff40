"""Speaks to Hugging Face Hubs about one dataset repository. The only module that imports huggingface_hub."""

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings

from egress.guard import Refused
from egress.models import Secret
from egress.secrets import reveal

if TYPE_CHECKING:
    import httpx2

MAIN = "main"
BOOKKEEPING = ".gitattributes"
"""What every repository on a Hub begins with."""
HOPS = 4
LONGEST_QUOTE = 300

Addition = Any
"""A file on its way into a commit; opaque outside of this module."""


class HubError(Exception):
    """The Hub refused, or could not be understood. The text says to people what to do next."""


class TokenRefused(HubError):
    """401: the token is wrong, expired or revoked."""


class WriteForbidden(HubError):
    """403: the token may not do this."""


class NotFound(HubError):
    """404: there is no such thing, or the token may not see it."""


class Conflict(HubError):
    """409: it exists already, or somebody is changing it at this moment."""


class ParentMoved(HubError):
    """412: there is a newer commit than the one that we build on."""


class Rejected(HubError):
    """The Hub does not take this, now or later."""


class RateLimited(HubError):
    """429: too many requests."""

    def __init__(self, text: str, after_s: float) -> None:
        super().__init__(text)
        self.after_s = after_s


class Unclear(HubError):
    """No answer, or none that makes sense: what was asked for may have happened or not."""


class Stored(NamedTuple):
    """A file as the Hub has it. Hubs tell the sha256 of those files only that lie outside git."""

    size: int
    git_sha1: str
    sha256: str


@dataclass(frozen=True)
class Ours:
    """A file of ours, as a Hub should describe it."""

    source: Path | bytes
    size: int
    sha256: str

    @cached_property
    def git_sha1(self) -> str:
        """What git calls it. Reading it for that waits until a Hub has it in git, which Hubs do with small files."""
        digest = hashlib.sha1(b"blob %d\0" % self.size, usedforsecurity=False)
        for chunk in chunks_of(self.source):
            digest.update(chunk)
        return digest.hexdigest()


class Head(NamedTuple):
    """The newest commit of a repository, and who may read it."""

    commit: str
    is_private: bool
    is_gated: bool


class Account(NamedTuple):
    """Whom a token belongs to."""

    name: str
    role: str


class Hub:
    """A dataset repository as the holder of a token sees it. The token is opened here and stays here.

    Raises:
        egress.secrets.SecretVoid: the token was given for another address, or no key opens it.
    """

    def __init__(
        self, endpoint: str, repo_id: str, secret: Secret, *, request_s: float | None = None
    ) -> None:
        self.endpoint = endpoint.rstrip("/")
        self.repo_id = repo_id
        self._place = urlsplit(self.endpoint).netloc
        self._token = reveal(secret, endpoint)
        self._web = transport()
        library().set_client_factory(lambda: guarded(request_s or settings.HUB_REQUEST_S))
        self._api = library().HfApi(endpoint=self.endpoint, token=self._token)
        self._repo = {"repo_id": repo_id, "repo_type": "dataset"}

    def account(self) -> Account:
        """Return whom the token belongs to."""
        with self._errors():
            found = self._api.whoami()
            return Account(str(found["name"]), str(found["auth"]["accessToken"]["role"]))

    def check_write(self) -> None:
        """Raise unless the repository is there and the token may write to it."""
        with self._errors():
            self._api.auth_check(**self._repo, write=True)

    def head(self) -> Head:
        """Return the newest commit of the repository."""
        with self._errors():
            found = self._api.repo_info(**self._repo, revision=MAIN, timeout=settings.HUB_SILENCE_S)
            if not found.sha:
                raise ValueError("a repository without a commit")
            return Head(found.sha, bool(found.private), bool(found.gated))

    def create(self, *, is_private: bool) -> None:
        """Create the repository unless it exists."""
        with self._errors():
            self._api.create_repo(**self._repo, private=is_private, exist_ok=True)

    def gate(self, gating: str) -> None:
        """Let only readers in who accepted the terms ("auto"), or whom somebody let in ("manual")."""
        with self._errors():
            self._api.update_repo_settings(**self._repo, gated=gating)

    def tree(self, revision: str) -> dict[str, Stored]:
        """Return the files of a revision by their paths, without the Hub's own bookkeeping."""
        with self._errors():
            listed = self._api.list_repo_tree(**self._repo, revision=revision, recursive=True)
            return {
                entry.path: Stored(entry.size, entry.blob_id, entry.lfs.sha256 if entry.lfs else "")
                for entry in listed
                if hasattr(entry, "blob_id") and entry.path != BOOKKEEPING
            }

    def upload(
        self, files: Mapping[str, Path | bytes], known: Mapping[str, str] | None = None
    ) -> list[Addition]:
        """Send files to the Hub, those that it has not; they are in no commit yet. A few requests serve them all.

        Args:
            files: their sources, by path.
            known: the sha256 of some of them, so that they need not be read once more for it.
        """
        with self._errors():
            additions = [library().CommitOperationAdd(path, source) for path, source in files.items()]
            for addition in additions:
                if known and addition.path_in_repo in known:
                    addition.upload_info.sha256 = bytes.fromhex(known[addition.path_in_repo])
            self._api.preupload_lfs_files(
                additions=additions, revision=MAIN, free_memory=False, num_threads=1, **self._repo
            )
            return additions

    def commit(self, additions: list[Addition], gone: list[str], parent: str, words: tuple[str, str]) -> str:
        """Add and delete files in one commit on top of `parent`, and return its id.

        Args:
            additions: what `upload` returned.
            gone: paths to delete.
            parent: the head that this builds on.
            words: title and description.

        Raises:
            ParentMoved: there is a newer commit.
            Unclear: it may have been applied.
        """
        deletions = [library().CommitOperationDelete(path, is_folder=False) for path in gone]
        with self._errors():
            made = self._api.create_commit(
                operations=[*additions, *deletions],
                parent_commit=parent,
                commit_message=words[0],
                commit_description=words[1],
                num_threads=1,
                **self._repo,
            )
            return str(made.oid)

    def commit_of(self, tag: str) -> str:
        """Return the commit that a tag stands for; empty when there is no such tag."""
        with self._errors():
            refs = self._api.list_repo_refs(**self._repo)
            return next((str(ref.target_commit) for ref in refs.tags if ref.name == tag), "")

    def tag(self, name: str, commit: str) -> None:
        """Tag a commit.

        Raises:
            Conflict: the tag exists.
            Unclear: it may have been set.
        """
        with self._errors():
            self._api.create_tag(tag=name, revision=commit, **self._repo)

    def read(self, path: str, revision: str) -> bytes:
        """Return the content of a small file."""
        url = f"{self.endpoint}/datasets/{self.repo_id}/resolve/{quote(revision, safe='')}/{quote(path)}"
        with self._errors(), guarded(settings.HUB_SILENCE_S) as web:
            for _ in range(HOPS):
                # Hubs serve files from elsewhere, where the token has no business.
                is_home = urlsplit(url).netloc == self._place
                headers = {"Authorization": f"Bearer {self._token}"} if is_home else {}
                answer = web.get(url, headers=headers)
                if not answer.has_redirect_location:
                    library().utils.hf_raise_for_status(answer)
                    return answer.content
                url = urljoin(url, answer.headers["Location"])
            raise Unclear(f"The Hub sends us from address to address when asked for {path}.")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (self._web.HTTPError, self._web.InvalidURL, Refused) as error:
            raise self._named(error) from None
        except RuntimeError as error:
            # This is how the library says that an upload failed, whatever the reason.
            raise self._named(error.__cause__ or error) from None
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise self._named(error) from None

    def _named(self, error: BaseException) -> HubError:
        """Return our name for what went wrong. Nothing of the library's error goes on: it could hold the token."""
        response = getattr(error, "response", None)
        if response is not None:
            return self._refusal(response)
        if isinstance(error, Refused):
            return Rejected(str(error))
        if isinstance(error, self._web.TimeoutException):
            return Unclear(f"{self._place} took too long to answer.")
        if isinstance(error, self._web.TransportError):
            return Unclear(f"The connection to {self._place} failed or broke off.")
        if str(error).startswith(("Invalid metadata in README.md", "LFS batch API returned errors")):
            return Rejected(f"{self._place} does not take a file.{self._quoted(str(error))}")
        return Unclear(f"{self._place} answered with something that no Hub says.")

    def _refusal(self, response: "httpx2.Response") -> HubError:
        status = response.status_code
        words = self._quoted(response.headers.get("X-Error-Message", ""))
        named = REFUSALS.get(status)
        if named is not None:
            return named[0](named[1].format(place=self._place, repo=self.repo_id) + words)
        if status == 429:
            text = f"{self._place} asks us to come back later: too many requests."
            return RateLimited(text, seconds(response.headers.get("Retry-After", "")))
        if status >= 500:
            return Unclear(f"{self._place} is in trouble (it answered {status}).{words}")
        return Rejected(f"{self._place} does not take this (it answered {status}).{words}")

    def _quoted(self, text: str) -> str:
        words = " ".join(text.replace(self._token, "[token]").split())[:LONGEST_QUOTE]
        return f" The Hub says: “{words}”" if words else ""


REFUSALS: dict[int, tuple[Callable[[str], HubError], str]] = {
    401: (
        TokenRefused,
        "{place} does not accept the token: it is wrong, has expired or was revoked. "
        "Make a new one there with write access to {repo}, and enter it at the destination.",
    ),
    403: (
        WriteForbidden,
        "The token may not do this with {repo} on {place}. Give it write access there, "
        "or enter another one at the destination.",
    ),
    404: (
        NotFound,
        "There is no dataset {repo} on {place}, or the token may not see it. "
        "Create it there, or let Arete create it: tick that at the destination.",
    ),
    409: (Conflict, "Somebody else is changing {repo} on {place} at this moment."),
    412: (ParentMoved, "Somebody else changed {repo} on {place} meanwhile."),
    413: (Rejected, "A file is larger than {place} takes."),
}


def library() -> ModuleType:
    """Import the Hub's client."""
    import huggingface_hub  # noqa: PLC0415 - half a second that no page needs.
    from huggingface_hub import constants  # noqa: PLC0415
    from huggingface_hub.utils.tqdm import disable_progress_bars  # noqa: PLC0415

    # Its other way to upload is a library in Rust, which no guard of ours can see.
    constants.HF_HUB_DISABLE_XET = True
    # A token that lies around on this machine belongs to nobody who publishes here.
    constants.HF_HUB_DISABLE_IMPLICIT_TOKEN = True
    disable_progress_bars()
    return huggingface_hub


def transport() -> ModuleType:
    """Import the HTTP library that the Hub's client stands on."""
    import httpx2  # noqa: PLC0415 - a fifth of a second that no page needs.

    return httpx2


def guarded(request_s: float) -> "httpx2.Client":
    """Return an HTTP client that goes nowhere it shouldn't."""
    from egress.http2 import client2  # noqa: PLC0415 - as slow as what it guards.

    return client2(total_s=request_s, silence_s=settings.HUB_SILENCE_S)


def seconds(header: str) -> float:
    """Return the seconds that a Retry-After header asks for; 0 when it names none."""
    return float(header) if header.isascii() and header.isdigit() and len(header) < 9 else 0.0


def described(source: Path | bytes) -> Ours:
    """Return what a Hub should say of a file of ours."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks_of(source):
        digest.update(chunk)
        size += len(chunk)
    return Ours(source, size, digest.hexdigest())


def chunks_of(source: Path | bytes) -> Iterator[bytes]:
    """Yield the content of a file."""
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
        while chunk := file.read(1 << 20):
            yield chunk


def is_same(stored: Stored, ours: Ours) -> bool:
    """Say whether a file on the Hub is a file of ours, byte for byte."""
    if stored.size != ours.size:
        return False
    return stored.sha256 == ours.sha256 if stored.sha256 else stored.git_sha1 == ours.git_sha1
