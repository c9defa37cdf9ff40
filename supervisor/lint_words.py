"""Refuses words that would let hostile text run, in code and in templates."""

import re
import sys
from pathlib import Path

from supervisor.lint_lengths import tracked_files

# The words are put together here so that this file does not find itself.
FORBIDDEN = {
    ".py": re.compile(r"\b(" + "mark_" + r"safe|" + "csrf_" + r"exempt)\b"),
    ".html": re.compile(r"\|\s*safe" + r"\b|\|\s*safeseq\b|{%-?\s*autoescape\s+off|\son[a-z]+\s*=\s*[\"']"),
}
# It hears programs, which prove themselves by a secret in a header and carry no cookie.
EXCEPT = {Path("labeling/views/label_studio_hook.py")}


def main() -> int:
    """Print every line with a forbidden word; return 1 if there is one."""
    found = [line for path in tracked_files() for line in complaints(path)]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


def complaints(path: Path) -> list[str]:
    """Return one line per forbidden word in a file."""
    pattern = FORBIDDEN.get(path.suffix)
    if pattern is None or path in EXCEPT:
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    hits = ((number, pattern.search(line)) for number, line in enumerate(lines, start=1))
    return [f"{path}:{number}: {hit.group().strip()} is not allowed" for number, hit in hits if hit]


if __name__ == "__main__":
    sys.exit(main())
