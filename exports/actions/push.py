"""Pushes a release to a Hub: one commit, one tag, then everything is read back and compared."""

from functools import partial

from exports.actions.attempt import Attempt
from exports.actions.patience import pauses_s, persistently, wait_or_raise
from exports.actions.pieces import MANIFEST, agrees, batches, holds, left_by
from exports.exposure import why_exposed
from exports.hub import Addition, Conflict, Head, Hub, NotFound, ParentMoved, RateLimited, Stored, Unclear
from exports.models import Publication
from runs.work import NeedsAttention, RunFailed, TryLater, Work

FOREIGN = (
    "Somebody else changed {repo}: commit {head} at the head of main is not Arete's, and the release would "
    "replace its files. Nothing was changed there. Look at it on the Hub. If it may be replaced, publish again and "
    "say that you build on {head}."
)
TAG_TAKEN = (
    "The release is in commit {commit}, but the tag {tag} already stands for commit {other} in {repo}. "
    "Remove the tag on the Hub if it is a mistake, and publish again."
)
OPENED = (
    "{repo} was opened to everybody while the release went there. Close it on the Hub now; this is what it would "
    "have been refused for: {reason}"
)
TITLES = {
    Publication.Purpose.PUBLISH: "Release {version}",
    Publication.Purpose.RESTORE: "Restore release {version}",
    Publication.Purpose.ERASE: "Take away the data of release {version}",
}


class Push(Attempt):
    """One attempt to have a release at the head of a repository's main branch, with a tag."""

    def __init__(self, work: Work, publication: Publication) -> None:
        super().__init__(work, publication)
        assert self.destination.secret  # noqa: S101 - looked at before, and tells the type checker.
        self.hub = Hub(publication.endpoint, publication.repo_id, self.destination.secret)

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
        """Have the publication's tag stand for the commit."""
        name, commit, repo = (
            self.publication.wanted_tag,
            self.publication.commit_oid,
            self.publication.repo_id,
        )
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
        if MANIFEST in self.ours:
            manifest = persistently(partial(self.hub.read, MANIFEST, tag))
            if manifest != self.ours[MANIFEST].content:
                raise TryLater(f"The Hub gives out another {MANIFEST} than the one at {tag}.")
        if reason := self._exposure(persistently(self.hub.head)):
            raise NeedsAttention(OPENED.format(repo=repo, reason=reason))
        self._done()

    def _opened(self) -> Head:
        """The head of the repository, which is created when it is missing and the destination says so."""
        try:
            head = persistently(self.hub.head)
        except NotFound:
            if self.is_erasing or not self.destination.create_if_missing:
                raise
            persistently(partial(self.hub.create, is_private=self.destination.is_private))
            self.work.log(f"Created {self.publication.repo_id}.")
            head = persistently(self.hub.head)
        head = self._gated(head)
        self._refuse_exposure(head)
        return head

    def _gated(self, head: Head) -> Head:
        """The head after gating a repository that is still as it was created; others are their owners' business."""
        wanted = self.destination.gating
        if not wanted or head.is_gated or not self.destination.create_if_missing:
            return head
        if persistently(partial(self.hub.tree, head.commit)):
            return head
        persistently(partial(self.hub.gate, wanted))
        self.work.log(f"Readers of {self.publication.repo_id} must accept terms from now on.")
        return persistently(self.hub.head)

    def _exposure(self, head: Head) -> str:
        """Why the release may not be in the repository as it stands; taking data away is always right."""
        if self.is_erasing:
            return ""
        return why_exposed(
            list(self.ours),
            self.publication.repo_id,
            is_private=head.is_private,
            is_gated=head.is_gated,
            must_be_private=self.destination.is_private,
            must_be_gated=bool(self.destination.gating),
        )

    def _refuse_exposure(self, head: Head) -> None:
        if reason := self._exposure(head):
            raise RunFailed(reason)

    def _refuse_foreign(self, head: str, theirs: dict[str, Stored]) -> None:
        accepted = self.publication.accepted_head
        is_accepted = bool(accepted) and head.startswith(accepted)
        if theirs and not is_accepted and not self._is_known(head, theirs):
            self._ask_about(head)

    def _is_known(self, head: str, theirs: dict[str, Stored]) -> bool:
        """Whether an earlier push made this commit, also one that died before it could write that down."""
        pushes = Publication.objects.at(self.publication.endpoint, self.publication.repo_id)
        if pushes.filter(commit_oid=head).exists():
            return True
        lost = pushes.filter(commit_oid="").exclude(pk=self.publication.pk).select_related("release__recipe")
        return any(holds(theirs, left_by(push)) for push in lost)

    def _ask_about(self, head: str) -> None:
        """End the run with the question whether a foreign commit may be replaced."""
        self.work.checkpoint(self.steps, cursor={"foreign_head": head})
        raise NeedsAttention(FOREIGN.format(repo=self.publication.repo_id, head=head[:12]))

    def _uploaded(self) -> list[Addition]:
        additions: list[Addition] = []
        for paths in batches({path: piece.stored.size for path, piece in self.ours.items()}):
            sources = {path: self.ours[path].source for path in paths}
            known = {path: self.ours[path].stored.sha256 for path in paths}
            additions += persistently(partial(self.hub.upload, sources, known))
            self._sent(*paths)
        self.work.log(f"Sent {len(self.ours)} files.")
        return additions

    def _applied(self, parent: str, additions: list[Addition], gone: list[str]) -> str:
        """Make the one commit, and find out whether it was made when the answer was lost."""
        title = TITLES[Publication.Purpose(self.publication.purpose)].format(version=self.release.version)
        words = (title, f"{self.release.recipe.slug} {self.release.digest}")
        for pause in (*pauses_s(), None):
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
        for pause in (*pauses_s(), None):
            there = persistently(partial(self.hub.commit_of, name))
            if there:
                return there
            try:
                self.hub.tag(name, commit)
            except (Conflict, Unclear, RateLimited) as error:
                self.work.log(str(error))
                wait_or_raise(error, pause)
        there = persistently(partial(self.hub.commit_of, name))
        if not there:
            raise TryLater(f"{self.publication.repo_id} takes the tag {name}, but does not keep it.")
        return there

    def _committed(self, commit: str, parent: str) -> None:
        self._reached(
            Publication.State.COMMITTED,
            f"Commit {commit[:8]} holds the release.",
            commit_oid=commit,
            parent_commit=parent,
        )
