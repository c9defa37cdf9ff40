"""Writes the papers of a built release anew, when its gates were checked again or one was waived."""

import os
from hashlib import sha256
from typing import Any

import yaml
from django.db import transaction

from exports.actions.build import papers_of, sync_folder, write_paper
from exports.actions.facts import facts_of
from exports.actions.gates import check_gates
from exports.actions.shards import shards_of
from exports.models import Release, ReleaseFile
from exports.papers.facts import DataFile
from runs.work import RunFailed, Work

LOST = "{path} of {release} is not where it was built. Put it back first: ./arete manage rebuild {release}"


def run_gates(work: Work) -> dict[str, Any]:
    """Check the gates of a run's release, if it says so, and write its papers. Again changes nothing but the check."""
    release = Release.objects.select_related("recipe", "previous").get(pk=work.arguments["release"])
    if work.arguments["checks"] and not release.publications.exists():
        work.log("Check gates")
        check_gates(release)
    if release.is_built:
        work.log("Write the papers")
        rewrite_papers(release)
    results = release.gate_results.in_force()
    work.checkpoint(len(results), total=len(results))
    return {"release": str(release), "open": list(results.open().values_list("gate", flat=True))}


def rewrite_papers(release: Release) -> list[str]:
    """Bring the papers of a built release up to date with what its rows say now.

    Returns:
        The paths that changed.

    Raises:
        RunFailed: a file of it is lost.
    """
    with transaction.atomic():
        # Without the lock two of these could write one another's files.
        locked = Release.objects.select_for_update(of=("self",)).select_related("recipe", "previous")
        release = locked.get(pk=release.pk)
        papers = papers_of(facts_of(release), data_files(release), derived_files(release))
        known = {file.path: file for file in release.files.filter(rows=None)}
        changed = [
            path
            for path, content in papers.items()
            if path not in known or known[path].sha256 != sha256(content).hexdigest()
        ]
        for path in changed:
            record_paper(release, path, papers[path], known.get(path))
        for path in changed:
            replace(release, path, papers[path])
    return changed


def data_files(release: Release) -> list[DataFile]:
    """Return the files of data as they were built; what they hold uncompressed stands in the card.

    Raises:
        RunFailed: the card is lost.
    """
    try:
        text = (release.folder / "README.md").read_text()
    except OSError as error:
        raise RunFailed(LOST.format(path="README.md", release=release)) from error
    values = next(iter(yaml.safe_load_all(text)))
    plain = {
        (config["config_name"], split["name"]): split["num_bytes"]
        for config in values["dataset_info"]
        for split in config["splits"]
    }
    rows = {file.path: file for file in release.files.exclude(rows=None)}
    found = []
    for shard in shards_of(release):
        file, name = rows[shard.path], shard.config.name
        # The card gives one sum for all files of a split: the first of them carries it.
        size = plain.pop((name, shard.split), 0)
        known = (file.rows or 0, size, file.size_bytes, file.sha256)
        found.append(DataFile(file.path, name, shard.split, *known, shard.domain))
    return found


def derived_files(release: Release) -> list[DataFile]:
    """Return the files of the same rows in other shapes as they were built."""
    files = release.files.filter(path__startswith="interop/").exclude(rows=None)
    return [
        DataFile(file.path, "", "", file.rows or 0, file.size_bytes, file.size_bytes, file.sha256)
        for file in files
    ]


def record_paper(release: Release, path: str, content: bytes, known: ReleaseFile | None) -> None:
    """Write down what a paper holds now."""
    row = known or ReleaseFile(release=release, path=path)
    row.sha256, row.size_bytes = sha256(content).hexdigest(), len(content)
    row.save()


def replace(release: Release, path: str, content: bytes) -> None:
    """Put a paper in its place, durably: whoever reads meets the old one or the new one."""
    target = release.folder / path
    beside = target.with_name(f".{target.name}.tmp")
    try:
        write_paper(beside, content)
        os.replace(beside, target)
        sync_folder(target.parent)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise RunFailed(f"{target} can't be written: {error.strerror or error}.") from error
