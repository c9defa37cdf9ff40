"""Refuses files that have grown past what a reader keeps in mind."""

import subprocess
import sys
from pathlib import Path

LONGEST = {".py": 400, ".js": 400, ".css": 400, ".sql": 400, ".html": 150, "": 400}
"""Lines by suffix; the root script has none."""
EXEMPT_NAMES = {"arete.css", "rubric_reward.py"}
"""The design system's own sheet is kept as one file; whoever trains takes the reward along as one."""
EXEMPT_FOLDERS = {"migrations", "vendor"}


def main() -> int:
    """Print every file that is too long; return 1 if there is one."""
    too_long = [line for path in tracked_files() if (line := complaint(path))]
    print("\n".join(too_long), end="\n" if too_long else "")
    return 1 if too_long else 0


def tracked_files() -> list[Path]:
    """Return the project's files: those that git knows, and new ones that it does not ignore."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in sorted(set(listing.stdout.split("\0"))) if (path := Path(name)).is_file()]


def complaint(path: Path) -> str | None:
    """Return what is wrong with a file's length, None when nothing is."""
    longest = LONGEST.get(path.suffix) if path.suffix or path.name == "arete" else None
    if longest is None or path.name in EXEMPT_NAMES or EXEMPT_FOLDERS.intersection(path.parts):
        return None
    lines = len(path.read_bytes().splitlines())
    return f"{path}: {lines} lines, at most {longest}" if lines > longest else None


if __name__ == "__main__":
    sys.exit(main())
