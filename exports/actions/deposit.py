"""Lays a release down in a folder or an S3-compatible storage: its files, the manifest that completes it, the pointer."""

import json
from collections.abc import Container
from functools import partial
from pathlib import Path
from typing import Protocol

from exports.actions.attempt import Attempt
from exports.actions.patience import persistently
from exports.actions.pieces import CARD, MANIFEST
from exports.exposure import held_out, why_exposed
from exports.folder import FolderStore
from exports.hub import Conflict, NotFound, Rejected, described
from exports.models import Destination, Publication, Release
from exports.s3 import S3Store
from runs.work import NeedsAttention, RunFailed, Work

NOT_OURS = (
    "{folder} in {place} holds something else already: {paths}. Nothing was changed there. Look at it, move it away "
    "if it is a mistake, and publish again."
)
POINTER = "latest.json"
"""Stands beside the folders of a recipe's releases and names the one for readers who name none."""
NOT_OUR_POINTER = (
    "{path} in {place} names something that Arete did not publish there. Nothing was changed in it. Look at it, move "
    "it away if it is a mistake, and go on."
)
MOVED = "{path} in {place} names something else than the release by now. Look at it there."
DIFFERS = (
    "What lies in {folder} in {place} is not the release: {paths} differ. Look at it there; do not use it."
)


class Store(Protocol):
    """A place for files."""

    place: str

    def listing(self, folder: str) -> dict[str, int]:
        """Return the sizes of what lies in a folder, by path below it."""

    def tidy(self, folder: str, keep: Container[str] = ()) -> None:
        """Remove what killed attempts left unfinished below a folder, but for paths on which we are going on."""

    def put(self, path: str, source: Path | bytes, *, sha256: str, is_new: bool = False) -> None:
        """Write one file whole."""

    def read(self, path: str) -> bytes:
        """Return the content of a small file."""

    def sha256(self, path: str) -> str:
        """Return the hash of a file."""

    def delete(self, path: str) -> None:
        """Remove a file."""

    def is_open(self, path: str) -> bool:
        """Say whether anybody can read a file."""


def store_of(destination: Destination) -> Store:
    """Return the place that a destination leads to.

    Raises:
        Rejected: it must not be used.
        egress.secrets.SecretVoid: its key was given for another address.
    """
    if destination.kind == Destination.Kind.FOLDER:
        return FolderStore(destination.repo_id)
    if destination.secret is None:
        raise Rejected(f"{destination} has no secret key. Enter one at the destination.")
    return S3Store(
        destination.endpoint,
        destination.repo_id,
        destination.secret,
        region=destination.region,
        access_key=destination.access_key,
    )


class Deposit(Attempt):
    """One attempt to have a release in a folder of its own, and to have the recipe's pointer name it.

    It is complete when its manifest is there, and not before. An earlier release is restored in the same steps: what
    lies there as it was built stays, what is missing or damaged comes again, and the pointer goes back.
    """

    def __init__(self, work: Work, publication: Publication) -> None:
        super().__init__(work, publication)
        self.store = store_of(self.destination)
        self.folder = f"{self.release.recipe.slug}/{self.release.tag}"
        self.pointer = f"{self.release.recipe.slug}/{POINTER}"

    def perform(self) -> None:
        """Bring everything there and point to it, or take it away; then read it back."""
        if self.publication.state == Publication.State.STARTED:
            if self.is_erasing:
                self.erase()
            else:
                self.lay_down()
        if self.publication.state == Publication.State.COMMITTED:
            self.point()
        self.verify()

    def lay_down(self) -> None:
        """Have exactly the release's files there, the manifest last."""
        persistently(partial(self.store.tidy, self.release.recipe.slug, set(map(self._at, self.ours))))
        theirs = persistently(partial(self.store.listing, self.folder))
        self._refuse_foreign(theirs)
        self._put(CARD)
        self._refuse_exposure()
        sent = set(self.work.cursor.get("sent", []))
        for path in self.ours:
            if path not in {CARD, MANIFEST}:
                if not (path in sent and path in theirs) and not self._is_back(path, theirs):
                    self._put(path)
                sent.add(path)
                self._sent(path)
                self.work.checkpoint(self.steps, cursor={"sent": sorted(sent)})
        self._refuse_exposure()
        self._complete()
        self._reached(
            Publication.State.COMMITTED,
            "The manifest is there, so the release is complete.",
            commit_oid=self.ours[MANIFEST].stored.sha256,
        )

    def point(self) -> None:
        """Have the pointer name this release, unless it names what none of our publications brought there."""
        theirs = self._pointed()
        wanted = pointing(self.release, self.publication.commit_oid)
        if theirs != wanted:
            if theirs is not None and theirs not in self._known_pointers():
                raise NeedsAttention(NOT_OUR_POINTER.format(path=self.pointer, place=self.store.place))
            persistently(partial(self.store.put, self.pointer, wanted, sha256=described(wanted).sha256))
        self._reached(Publication.State.TAGGED, f"{self.pointer} names it.", tag=self.publication.wanted_tag)

    def erase(self) -> None:
        """Take the release's data away: what leads to it and the manifest first, so that nobody takes the rest for whole."""
        if self._pointed() in self._known_pointers(release=self.release):
            persistently(partial(self.store.delete, self.pointer))
            self.work.log(
                f"{self.pointer} named it, and is gone. Roll back to another release to have it again."
            )
        persistently(partial(self.store.tidy, self.release.recipe.slug))
        theirs = persistently(partial(self.store.listing, self.folder))
        for path in sorted(theirs, key=lambda path: path != MANIFEST):
            if path != CARD:
                persistently(partial(self.store.delete, self._at(path)))
                self.work.checkpoint(self.steps)
        self._put(CARD)
        self._reached(
            Publication.State.TAGGED,
            f"Took {len(theirs)} files away.",
            commit_oid=self.ours[CARD].stored.sha256,
            tag=self.publication.wanted_tag,
        )

    def verify(self) -> None:
        """Read everything back and compare it with ours."""
        theirs = persistently(partial(self.store.listing, self.folder))
        wrong = sorted(theirs.keys() ^ self.ours.keys())
        for path, piece in self.ours.items():
            if (
                path in theirs
                and persistently(partial(self.store.sha256, self._at(path))) != piece.stored.sha256
            ):
                wrong.append(path)
            self.work.checkpoint(self.steps)
        if wrong:
            raise NeedsAttention(
                DIFFERS.format(folder=self.folder, place=self.store.place, paths=", ".join(wrong[:5]))
            )
        if not self.is_erasing and self._pointed() != pointing(self.release, self.publication.commit_oid):
            raise NeedsAttention(MOVED.format(path=self.pointer, place=self.store.place))
        self._done()

    def _at(self, path: str) -> str:
        return f"{self.folder}/{path}"

    def _put(self, path: str, *, is_new: bool = False) -> None:
        piece = self.ours[path]
        put = partial(self.store.put, self._at(path), piece.source, sha256=piece.stored.sha256, is_new=is_new)
        persistently(put)

    def _complete(self) -> None:
        """Write the manifest, unless an attempt whose answer was lost did."""
        try:
            self._put(MANIFEST, is_new=True)
        except Conflict:
            self._refuse_foreign(persistently(partial(self.store.listing, self.folder)))

    def _refuse_foreign(self, theirs: dict[str, int]) -> None:
        strange = sorted(set(theirs) - set(self.ours))
        if not strange and MANIFEST in theirs:
            manifest = persistently(partial(self.store.read, self._at(MANIFEST)))
            strange = [MANIFEST] if manifest != self.ours[MANIFEST].content else []
        if strange:
            raise NeedsAttention(
                NOT_OURS.format(folder=self.folder, place=self.store.place, paths=", ".join(strange[:5]))
            )

    def _refuse_exposure(self) -> None:
        """Refuse a place that anybody can read, as the card shows that went there first."""
        if not self.destination.is_private and not held_out(list(self.ours)):
            return
        reason = why_exposed(
            list(self.ours),
            self.store.place,
            is_private=not persistently(partial(self.store.is_open, self._at(CARD))),
            is_gated=False,
            must_be_private=self.destination.is_private,
            must_be_gated=False,
        )
        if reason:
            raise RunFailed(reason)

    def _is_back(self, path: str, theirs: dict[str, int]) -> bool:
        """Whether a release that was there before has this file still, as it was built."""
        stored = self.ours[path].stored
        if self.publication.purpose != Publication.Purpose.RESTORE or theirs.get(path) != stored.size:
            return False
        return bool(persistently(partial(self.store.sha256, self._at(path))) == stored.sha256)

    def _pointed(self) -> bytes | None:
        """What the pointer says; None when there is none."""
        try:
            return persistently(partial(self.store.read, self.pointer))
        except NotFound:
            return None

    def _known_pointers(self, **which: Release) -> set[bytes | None]:
        """What our publications of the recipe wrote, each of them before it pointed to its release."""
        there = Publication.objects.at(self.publication.endpoint, self.publication.repo_id)
        brought = there.exclude(purpose=Publication.Purpose.ERASE).exclude(commit_oid="")
        mine = brought.filter(release__recipe=self.release.recipe_id, **which)
        found = mine.select_related("release__recipe")
        return {pointing(each.release, each.commit_oid) for each in found}


def pointing(release: Release, manifest_sha256: str) -> bytes:
    """Return the pointer to a release, equal for equal releases."""
    return (
        json.dumps(
            {
                "release": str(release),
                "version": release.version,
                "folder": release.tag,
                "manifest": f"{release.tag}/{MANIFEST}",
                "manifest_sha256": manifest_sha256,
            },
            indent=2,
        )
        + "\n"
    ).encode()
