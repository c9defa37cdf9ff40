"""The version that an upgrade comes from, taken out of this checkout's own history."""

import io
import subprocess
import tarfile
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from tests.faults.conftest import ROOT

MIGRATIONS = "*/migrations/*.py"
SIGNED_OUT = "accounts/migrations/0005_sessions_anew.py"
"""With it everybody signs in anew. Until there is a tag, we come from a version behind it."""


def unpack_former(folder: Path) -> Path:
    """Unpack the code of the version before; the test is passed by where there is none."""
    commit = former()
    if differing := differing_packages(commit):
        pytest.skip(f"the version before ({commit[:9]}) needs other packages: {', '.join(differing)}")
    archive = git_bytes("archive", "--format=tar", commit)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")
    return folder


def former() -> str:
    """Return the newest tag's commit; while there is no tag, the oldest whose tables can grow into ours."""
    head = git("rev-parse", "HEAD").strip() if is_checkout() else ""
    if not head:
        pytest.skip("there is no history here: this is no checkout of git")
    if git("rev-parse", "--is-shallow-repository").strip() == "true":
        pytest.skip("the history here was cut off: git fetch --unshallow --tags")
    for tag in git("tag", "--merged", "HEAD", "--sort=-creatordate").split():
        commit = git("rev-list", "-n", "1", tag).strip()
        if commit != head:
            return commit
    commits = list(alike(head))
    if not commits:
        pytest.skip("no version before has tables that can grow into ours")
    return commits[-1]


def is_checkout() -> bool:
    """Whether this very folder is under git."""
    try:
        return Path(git("rev-parse", "--show-toplevel").strip()).resolve() == ROOT
    except (OSError, subprocess.CalledProcessError):
        return False


def alike(head: str) -> Iterator[str]:
    """Yield the commits, newest first, that have no migration which ours has not, or has otherwise."""
    ours = migrations(head)
    for commit in git("rev-list", "--first-parent", head, "--", MIGRATIONS).split():
        theirs = migrations(commit)
        if SIGNED_OUT not in theirs or theirs.items() - ours.items():
            return
        if commit != head:
            yield commit


def migrations(commit: str) -> dict[str, str]:
    """Return the hash of each migration in a commit."""
    lines = (line.split() for line in git("ls-tree", "-r", commit).splitlines())
    return {path: blob for _, _, blob, path in lines if "/migrations/" in path and path.endswith(".py")}


def differing_packages(commit: str) -> list[str]:
    """Return which of the packages that the application of a commit names are here in another version."""
    project = tomllib.loads(git("show", f"{commit}:pyproject.toml"))["project"]
    # One package may be locked in several versions, for groups that exclude one another.
    locked = {
        (each["name"], each.get("version"))
        for each in tomllib.loads(git("show", f"{commit}:uv.lock"))["package"]
    }
    wanted = {name_of(requirement) for requirement in project["dependencies"]}
    return sorted(name for name in wanted if (name, installed(name)) not in locked)


def name_of(requirement: str) -> str:
    """Return the package that a requirement names."""
    end = next((at for at, sign in enumerate(requirement) if sign in "[<>=!~; "), len(requirement))
    return requirement[:end].lower().replace("_", "-").replace(".", "-")


def installed(name: str) -> str | None:
    """Return the version of a package that is here."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def git(*arguments: str) -> str:
    """Ask git about this checkout."""
    return git_bytes(*arguments).decode()


def git_bytes(*arguments: str) -> bytes:
    """Ask git for bytes."""
    return subprocess.run(["git", "-C", str(ROOT), *arguments], check=True, capture_output=True).stdout
