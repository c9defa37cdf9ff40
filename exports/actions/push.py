"""Pushes a release to a Hub: one commit, one tag, then everything is read back and compared."""

import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from django.db import transaction

from accounts.audit import record
from exports.hub import (
    Addition,
    Conflict,
    Head,
    Hub,
    HubError,
    NotFound,
    ParentMoved,
    RateLimited,
    Stored,
    Unclear,
    described,
    is_same,
)
from exports.models import Publication, Release
from runs.work import NeedsAttention, RunFailed, TryLater, Work

T = TypeVar("T")

MANIFEST = "manifest.json"
PAUSES_S = (0.5, 1.0, 3.0)
"""How long to wait before asking a Hub again that gave no clear answer."""
LONGEST_PAUSE_S = 60.0
FOREIGN = (
    "Somebody else changed {repo}: commit {head} at the head of main is not Arete's, and the release would "
    "replace its files. Nothing was changed there. Look at it on the Hub. If it may be replaced, publish again and "
    "say that you build on {head}."
)
TAG_TAKEN = (
    "The release is in commit {commit}, but the tag {tag} already stands for commit {other} in {repo}. "
    "Remove the tag on the Hub if it is a mistake, and publish again."
)
EXPOSED = (
    "{repo} is public, and the destination says that it must be private. Nothing was sent. Make it private on the "
    "Hub, or change the destination."
)
CHANGED_FILES = (
    "{path} of the release is not what was built: it is missing or has changed. Nothing was sent. "
    "Rebuild the release, then publish again."
)


class Push:
    """One attempt at a publication. Every step looks first whether it was done before."""

    def __init__(self, work: Work, publication: Publication) -> None:
        self.work = work
        self.publication = publication
        self.release = publication.release
        self.destination = publication.destination
        self.hub = self._connected()
        self.ours = files_of(self.release)
        self.steps = 0
        self.total = len(self.ours) + len(Publication.State) - 1

    def perform(self) -> None:
        """Commit, tag, read back."""
        if self.publication.state == Publication.State.STARTED:
            self.commit()
        if self.publication.state == Publication.State.COMMITTED:
            self.tag()
        if self.publication.state == Publication.State.TAGGED:
            self.verify()

    def commit(self) -> None:
        """Have exactly the release's files in one commit at the head of main."""
        head = self._opened()
        theirs = persistently(partial(self.hub.tree, head.commit))
        if holds(theirs, self.ours):
            self.work.log(f"{self.publication.repo_id} holds these files already.")
            self._committed(head.commit, "")
            return
        self._refuse_foreign(head.commit, theirs)
        additions = self._uploaded()
        gone = sorted(set(theirs) - set(self.ours))
        commit = self._applied(head.commit, additions, gone)
        self._committed(commit, head.commit)

    def tag(self) -> None:
        """Have the release's tag stand for the commit."""
        name, commit, repo = self.release.tag, self.publication.commit_oid, self.publication.repo_id
        other = self._tagged(name, commit)
        if other != commit:
            raise NeedsAttention(TAG_TAKEN.format(commit=commit[:12], tag=name, other=other[:12], repo=repo))
        self._reached(Publication.State.TAGGED, f"The tag {name} stands for it.", tag=name)

    def verify(self) -> None:
        """Read the tag back and compare every file with ours."""
        tag, repo = self.publication.tag, self.publication.repo_id
        theirs = persistently(partial(self.hub.tree, tag))
        if not holds(theirs, self.ours):
            wrong = sorted(path for path in {*theirs, *self.ours} if not agrees(theirs, self.ours, path))
            raise NeedsAttention(
                f"What stands at {tag} in {repo} is not the release: {', '.join(wrong[:5])} differ. "
                "Look at it on the Hub; do not use this tag."
            )
        manifest = persistently(partial(self.hub.read, MANIFEST, tag))
        if manifest != (self.release.folder / MANIFEST).read_bytes():
            raise TryLater(f"The Hub gives out another {MANIFEST} than the one at {tag}.")
        size = sum(file.size for file in self.ours.values())
        with transaction.atomic():
            Release.objects.filter(pk=self.release.pk).update(state=Release.State.PUBLISHED)
            self._reached(
                Publication.State.DONE, f"Read back: all {len(self.ours)} files agree, {size:,} bytes."
            )
            record(
                self.publication.created_by,
                "publication.done",
                self.publication,
                release=str(self.release),
                commit=self.publication.commit_oid,
                tag=tag,
            )

    def _connected(self) -> Hub:
        here = (self.destination.endpoint, self.destination.repo_id)
        if here != (self.publication.endpoint, self.publication.repo_id):
            raise RunFailed("The destination was changed since. Publish again to push to where it leads now.")
        if self.destination.secret is None:
            raise RunFailed(
                f"{self.destination} has no token. Enter one at the destination, then publish again."
            )
        return Hub(self.publication.endpoint, self.publication.repo_id, self.destination.secret)

    def _opened(self) -> Head:
        """The head of the repository, which is created when it is missing and the destination says so."""
        try:
            head = persistently(self.hub.head)
        except NotFound:
            if not self.destination.create_if_missing:
                raise
            persistently(partial(self.hub.create, is_private=self.destination.is_private))
            self.work.log(f"Created {self.publication.repo_id}.")
            head = persistently(self.hub.head)
        self._refuse_exposure(head)
        return head

    def _refuse_exposure(self, head: Head) -> None:
        if self.destination.is_private and not head.is_private:
            raise RunFailed(EXPOSED.format(repo=self.publication.repo_id))

    def _refuse_foreign(self, head: str, theirs: dict[str, Stored]) -> None:
        accepted = self.publication.accepted_head
        is_accepted = bool(accepted) and head.startswith(accepted)
        if theirs and not is_accepted and not self._is_known(head, theirs):
            self._ask_about(head)

    def _is_known(self, head: str, theirs: dict[str, Stored]) -> bool:
        """Whether an earlier push made this commit, also one that died before it could write that down."""
        pushes = Publication.objects.filter(
            endpoint=self.publication.endpoint, repo_id=self.publication.repo_id
        )
        if pushes.filter(commit_oid=head).exists():
            return True
        lost = pushes.filter(commit_oid="").exclude(release=self.release).select_related("release__recipe")
        return any(holds(theirs, built_files(push.release)) for push in lost)

    def _ask_about(self, head: str) -> None:
        """End the run with the question whether a foreign commit may be replaced."""
        self.work.checkpoint(self.steps, cursor={"foreign_head": head})
        raise NeedsAttention(FOREIGN.format(repo=self.publication.repo_id, head=head[:12]))

    def _uploaded(self) -> list[Addition]:
        additions = []
        for path, file in self.ours.items():
            additions.append(persistently(partial(self.hub.upload, path, self.release.folder / path)))
            self.steps += 1
            self.work.checkpoint(self.steps, total=self.total)
            if file.size > 1_000_000:
                self.work.log(f"Sent {path}, {file.size:,} bytes.")
        self.work.log(f"Sent {len(self.ours)} files.")
        return additions

    def _applied(self, parent: str, additions: list[Addition], gone: list[str]) -> str:
        """Make the one commit, and find out whether it was made when the answer was lost."""
        words = (f"Release {self.release.version}", f"{self.release.recipe.slug} {self.release.digest}")
        for pause in (*PAUSES_S, None):
            head = persistently(self.hub.head)
            if head.commit != parent:
                theirs = persistently(partial(self.hub.tree, head.commit))
                if not holds(theirs, self.ours):
                    self._ask_about(head.commit)
                self.work.log("The answer to the commit was lost, but the commit is there.")
                return head.commit
            self._refuse_exposure(head)
            try:
                return self.hub.commit(additions, gone, parent, words)
            except ParentMoved:
                continue
            except (Conflict, Unclear, RateLimited) as error:
                self.work.log(str(error))
                wait_or_raise(error, pause)
        raise TryLater(f"{self.publication.repo_id} changes faster than we can build on it.")

    def _tagged(self, name: str, commit: str) -> str:
        """Return the commit that the tag stands for, after setting it if nobody had."""
        for pause in (*PAUSES_S, None):
            there = persistently(partial(self.hub.commit_of, name))
            if there:
                return there
            try:
                self.hub.tag(name, commit)
            except (Conflict, Unclear, RateLimited) as error:
                self.work.log(str(error))
                wait_or_raise(error, pause)
        return commit

    def _committed(self, commit: str, parent: str) -> None:
        self._reached(
            Publication.State.COMMITTED,
            f"Commit {commit[:8]} holds the release.",
            commit_oid=commit,
            parent_commit=parent,
        )

    def _reached(self, state: Publication.State, said: str, **fields: str) -> None:
        """Write down a step that can't be lost any more."""
        with transaction.atomic():
            for name, value in {"state": state, **fields}.items():
                setattr(self.publication, name, value)
            self.publication.save(update_fields=["state", *fields])
            self.work.log(said)
            self.steps = len(self.ours) + list(Publication.State).index(state)
            self.work.checkpoint(self.steps, total=self.total)


def files_of(release: Release) -> dict[str, Stored]:
    """Return what a release consists of, read from its folder and compared with what was built.

    Raises:
        RunFailed: a file is gone or has changed.
    """
    found = built_files(release)
    for path, sha256 in {MANIFEST: None, **dict(release.files.values_list("path", "sha256"))}.items():
        if path not in found or sha256 not in {None, found[path].sha256}:
            raise RunFailed(CHANGED_FILES.format(path=path))
    return found


def built_files(release: Release) -> dict[str, Stored]:
    """Return those files of a release that are in its folder, in the order of their paths."""
    paths = {MANIFEST, *release.files.values_list("path", flat=True)}
    return {
        path: described(release.folder / path) for path in sorted(paths) if (release.folder / path).is_file()
    }


def holds(theirs: dict[str, Stored], ours: dict[str, Stored]) -> bool:
    """Say whether a commit holds exactly our files."""
    return theirs.keys() == ours.keys() and all(agrees(theirs, ours, path) for path in ours)


def agrees(theirs: dict[str, Stored], ours: dict[str, Stored], path: str) -> bool:
    """Say whether a path leads to the same bytes in both."""
    return path in theirs and path in ours and is_same(theirs[path], ours[path])


def persistently(ask: Callable[[], T]) -> T:
    """Ask a Hub until it gives a clear answer, a few times. Only for what may be asked twice."""
    for pause in PAUSES_S:
        try:
            return ask()
        except (Unclear, RateLimited) as error:
            wait_or_raise(error, pause)
    return ask()


def wait_or_raise(error: HubError, pause: float | None) -> None:
    """Wait before another attempt, as long as the Hub asks for.

    Raises:
        HubError: this was the last attempt, or the Hub wants a longer pause than a worker should make.
    """
    pause_s = max(pause or 0, error.after_s) if isinstance(error, RateLimited) else pause
    if pause is None or pause_s is None or pause_s > LONGEST_PAUSE_S:
        raise error
    time.sleep(pause_s)
