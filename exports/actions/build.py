"""Builds a frozen release into a folder: data, papers, manifest. Equal rows give equal bytes."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from exports.actions.facts import facts_of
from exports.actions.freeze import NothingToRelease, SplitMoved, freeze
from exports.actions.gates import check_gates
from exports.actions.interop import described, interop_jobs
from exports.actions.shards import Shard, shards_of
from exports.actions.writing import Job, Progress, all_written
from exports.arrow import NotLoadable, Span, loaded_counts, write_rows
from exports.models import Release, ReleaseFile
from exports.papers.card import card
from exports.papers.changelog import changelog
from exports.papers.croissant import croissant
from exports.papers.facts import DataFile, Facts
from exports.papers.figures import figures
from exports.papers.license import citation, license_text, licenses
from exports.papers.manifest import manifest, traits
from exports.papers.shipped import shipped
from runs.work import RunFailed, Work

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
DISK_FULL = (
    "The disk that holds {folder} is full. Nothing half-built was kept, and the frozen release is safe. "
    "Free some space there, then build again."
)
CANT_WRITE = "The folder {folder} can't be written: {reason}. Nothing half-built was kept, and the frozen release is safe."
UNREADABLE = "The files of {release} were read back and don't hold the rows that were written: {found}. They were removed."
UNLOADABLE = (
    "The files of {release} were written, but `datasets` can't load them: {reason}. They were removed."
)
MAJOR_NEEDED = (
    "{reason} Consumers rely on splits that never move within a major version: cut it as a major release, "
    "or undo what changed the recipe's held-out domains, its validation share or the scenarios' domains."
)
WORKERS = 2
"""Files that are written at once."""


class Tree(NamedTuple):
    """What was written: the files of data and those derived from them, and the content of all others by path."""

    files: list[DataFile]
    papers: dict[str, bytes]

    def hashes(self) -> dict[str, str]:
        """Return the sha256 of every file by path."""
        data = {file.path: file.sha256 for file in self.files}
        return data | {path: sha256(content).hexdigest() for path, content in self.papers.items()}


def run_build(work: Work) -> dict[str, Any]:
    """Freeze and build the release of a run. Doing it again changes nothing."""
    release = Release.objects.select_related("recipe", "previous").get(pk=work.arguments["release"])
    freeze_draft(release, work)
    if not release.gate_results.exists() and not release.publications.exists():
        check_first(release, work)
    if not (release.is_built and release.folder.is_dir()):
        with whole_tree(release) as folder:
            tree = write_tree(release, folder, reporter(release, work))
            work.log("Read back what was written")
            read_back(release, folder, tree.files)
            keep(release, folder, tree, work)
    return {"release": str(release), "digest": release.digest, "path": str(release.folder)}


def freeze_draft(release: Release, work: Work) -> None:
    """Freeze a release that is still a draft. A draft that can't be frozen is forgotten, with its number."""
    if release.state != Release.State.DRAFT:
        return
    work.log("Freeze annotations")
    try:
        freeze(release)
    except NothingToRelease as refusal:
        release.delete()
        raise RunFailed(str(refusal)) from refusal
    except SplitMoved as refusal:
        release.delete()
        raise RunFailed(MAJOR_NEEDED.format(reason=refusal)) from refusal
    work.log(f"Frozen: {release.counts['changes']['added']} new pairs, digest {release.digest[:12]}…")


def check_first(release: Release, work: Work) -> None:
    """Check the gates, so that the card says what they found. They hold the release back, not its files."""
    work.log("Check gates")
    results = check_gates(release)
    for result in results:
        if result.status == result.Status.FAILED:
            work.log(f"{result.get_gate_display()} fails: {result.figure}; needed: {result.needed}")
    work.log(f"{len(results)} gates checked")


def reporter(release: Release, work: Work) -> Progress:
    """Return what notes each finished file in the run."""
    total = sum(rows_of(release).values())
    work.checkpoint(done=0, total=total)
    done = 0

    def report(rows: int, path: str) -> None:
        nonlocal done
        done += rows
        work.checkpoint(done=done)
        work.log(f"{path}: {rows} rows")

    return report


def rows_of(release: Release) -> dict[str, int]:
    """Return how many rows of each kind a frozen release holds; it is about what its files hold."""
    # Every pair is a row of comparisons and, when decided, one of preference.
    return {
        "preference": release.counts["pairs"]["preference"],
        "comparisons": release.items.count(),
        "ratings": release.ratings.count(),
        "responses": release.responses.count(),
        "judgements": release.judgements.count(),
        **release.counts.get("rows", {}),
    }


@contextmanager
def whole_tree(release: Release) -> Iterator[Path]:
    """Lend a temporary folder beside the release's; it is gone afterwards unless it was moved.

    Raises:
        RunFailed: the disk is full, or can't be written.
    """
    parent = release.folder.parent
    folder = parent / f".{release.version}.{uuid4().hex}.tmp"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        for leftover in parent.glob(f".{release.version}.*.tmp"):
            shutil.rmtree(leftover, ignore_errors=True)
        folder.mkdir()
        yield folder
    except OSError as error:
        text = DISK_FULL if error.errno in FULL else CANT_WRITE
        raise RunFailed(text.format(folder=settings.DATA_DIR, reason=error.strerror or error)) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_tree(release: Release, folder: Path, report: Progress, *, workers: int = WORKERS) -> Tree:
    """Write every file of a release into a folder, durably. The bytes don't depend on the number of workers."""
    shards = shards_of(release)
    jobs = [Job(shard.span, partial(write_file, release, folder, shard)) for shard in shards]
    found = all_written([*jobs, *interop_jobs(release, folder, shards)], workers, report)
    files = [file for file in found if file.config]
    derived = [file for file in found if not file.config]
    papers = papers_of(facts_of(release), files, derived)
    for path, content in papers.items():
        write_paper(folder / path, content)
    return Tree([*files, *derived], papers)


def write_paper(path: Path, content: bytes) -> None:
    """Write one file, durably."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as paper:
        paper.write(content)
        paper.flush()
        os.fsync(paper.fileno())


def write_file(release: Release, folder: Path, shard: Shard) -> DataFile:
    """Write one file of data."""
    path = folder / shard.path
    path.parent.mkdir(parents=True, exist_ok=True)
    span = Span(shard.query, release.pk, shard.split, shard.first, shard.last)
    written = write_rows(shard.config, span, path)
    return DataFile(
        shard.path,
        shard.config.name,
        shard.split,
        written.rows,
        written.plain_bytes,
        path.stat().st_size,
        file_sha256(path) or "",
        shard.domain,
    )


def file_sha256(path: Path) -> str | None:
    """Return the hex digest of a file; None when there is none."""
    if not path.is_file():
        return None
    with path.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def papers_of(facts: Facts, files: list[DataFile], derived: list[DataFile]) -> dict[str, bytes]:
    """Return every file that is not data, by path.

    Args:
        facts: the release.
        files: its files of Parquet.
        derived: the same rows in other shapes.
    """
    drawn = figures(facts)
    papers = {
        "README.md": card(facts, files, {name: finding for name, (_, finding) in drawn.items()}),
        **{f"figures/{name}.svg": svg.encode() for name, (svg, _) in drawn.items()},
        "LICENSE": license_text(facts),
        "LICENSES.md": licenses(facts),
        "croissant.json": croissant(facts, files),
        "CITATION.cff": citation(facts),
        "CHANGELOG.md": changelog(facts),
        "traits.json": traits(facts),
        **shipped(facts, files),
        **described(derived),
    }
    return papers | {"manifest.json": manifest(facts, [*files, *derived], papers)}


def read_back(release: Release, folder: Path, files: list[DataFile]) -> None:
    """Load every config with `datasets` and compare the counts.

    Raises:
        RunFailed: they differ from what was written.
    """
    expected: dict[str, dict[str, int]] = {}
    for file in (file for file in files if file.config):
        splits = expected.setdefault(file.config, {})
        splits[file.split] = splits.get(file.split, 0) + file.rows
    try:
        found = loaded_counts(folder, list(expected))
    except NotLoadable as error:
        raise RunFailed(UNLOADABLE.format(release=release, reason=error)) from error
    if found != expected:
        raise RunFailed(UNREADABLE.format(release=release, found=found))


def keep(release: Release, folder: Path, tree: Tree, work: Work) -> None:
    """Move the folder to its place and record what is in it."""
    with transaction.atomic():
        # The lease is checked first: whoever lost it must not touch the final folder.
        work.checkpoint(done=work.run.done)
        move(folder, release.folder)
        if not release.is_built:
            ReleaseFile.objects.bulk_create(recorded(release, tree))
            release.state = Release.State.BUILT
        release.path = str(release.folder.relative_to(settings.DATA_DIR))
        release.save(update_fields=["state", "path"])


def recorded(release: Release, tree: Tree) -> list[ReleaseFile]:
    """Return a row for every file, not yet saved."""
    sizes = {file.path: file.size_bytes for file in tree.files}
    sizes |= {path: len(content) for path, content in tree.papers.items()}
    rows = {file.path: file.rows for file in tree.files}
    return [
        ReleaseFile(release=release, path=path, sha256=digest, size_bytes=sizes[path], rows=rows.get(path))
        for path, digest in tree.hashes().items()
    ]


def move(folder: Path, target: Path) -> None:
    """Put a whole folder in its place, durably. What a killed attempt left there goes."""
    for inner in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
        sync_folder(inner)
    if target.exists():
        shutil.rmtree(target)
    folder.rename(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
