"""What a publication brings to its place: the files of a release, or the notice that stands for them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from exports.hub import Ours, Stored, described, is_same
from exports.models import Publication, Release
from runs.work import RunFailed

MANIFEST = "manifest.json"
BATCH_BYTES, BATCH_FILES = 20_000_000, 100
"""Sent together at most: what a broken connection may cost, and what a Hub takes in one request."""
CARD = "README.md"
CHANGED_FILES = (
    "{path} of the release is not what was built: it is missing or has changed. Nothing was sent. "
    "Rebuild the release, then publish again."
)
NOTICE = """---
license: {license}
---
# {name}: release {version} is withdrawn

Somebody whose judgments were in this release has withdrawn their consent, so its data was taken away from here.
Please delete your copies of {tag}, and use a later release when there is one.
"""


class Piece(NamedTuple):
    """One file: where its bytes are, and how a Hub would describe them."""

    source: Path | bytes
    stored: Ours

    @property
    def content(self) -> bytes:
        """All of it. Only for small ones."""
        return self.source if isinstance(self.source, bytes) else self.source.read_bytes()


def pieces_of(publication: Publication) -> dict[str, Piece]:
    """Return what shall be at a publication's place when it is done, compared with what was built.

    Raises:
        RunFailed: a file is gone or has changed.
    """
    if publication.purpose == Publication.Purpose.ERASE:
        return {CARD: piece(notice(publication.release))}
    return files_of(publication.release)


def files_of(release: Release) -> dict[str, Piece]:
    """Return what a release consists of, read from its folder and compared with what was built.

    Raises:
        RunFailed: a file is gone or has changed.
    """
    found = built_files(release)
    for path, sha256 in {MANIFEST: None, **dict(release.files.values_list("path", "sha256"))}.items():
        if path not in found or sha256 not in {None, found[path].stored.sha256}:
            raise RunFailed(CHANGED_FILES.format(path=path))
    return found


def built_files(release: Release) -> dict[str, Piece]:
    """Return those files of a release that are in its folder, in the order of their paths."""
    paths = {MANIFEST, *release.files.values_list("path", flat=True)}
    return {path: piece(release.folder / path) for path in sorted(paths) if (release.folder / path).is_file()}


def left_by(publication: Publication) -> dict[str, Piece]:
    """Return what a publication would have left at its place, as far as that can still be told."""
    if publication.purpose == Publication.Purpose.ERASE:
        return pieces_of(publication)
    return built_files(publication.release)


def batches(sizes: Mapping[str, int]) -> Iterator[list[str]]:
    """Group paths, in their order, so that a few requests send many small files, and a large one goes alone."""
    batch: list[str] = []
    waiting = 0
    for path, size in sizes.items():
        if batch and (waiting + size > BATCH_BYTES or len(batch) == BATCH_FILES):
            yield batch
            batch, waiting = [], 0
        batch.append(path)
        waiting += size
    if batch:
        yield batch


def piece(source: Path | bytes) -> Piece:
    """Return a file with its description."""
    return Piece(source, described(source))


def notice(release: Release) -> bytes:
    """Return the card that stands where a release's data was."""
    return NOTICE.format(
        license=release.recipe.license, name=release.recipe.name, version=release.version, tag=release.tag
    ).encode()


def holds(theirs: dict[str, Stored], ours: dict[str, Piece]) -> bool:
    """Say whether a commit holds exactly our files."""
    return theirs.keys() == ours.keys() and all(agrees(theirs, ours, path) for path in ours)


def agrees(theirs: dict[str, Stored], ours: dict[str, Piece], path: str) -> bool:
    """Say whether a path leads to the same bytes in both."""
    return path in theirs and path in ours and is_same(theirs[path], ours[path].stored)
