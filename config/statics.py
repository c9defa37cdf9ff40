"""Static files as they are sent: our scripts with what they import, without comments and blanks, and all gzipped."""

import gzip
import os
from functools import cache
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

from django.conf import settings
from rjsmin import jsmin
from whitenoise.middleware import WhiteNoiseMiddleware

from config.packing import bundle, modules_of, packed

SHORTENED = {".css": packed, ".js": jsmin}


class StaticMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # WhiteNoise has no types.
    """Serves static files, and in place of style sheets and scripts their smaller copies.

    The copies lie in STATIC_ROOT and are named by what they hold, so that processes and releases share them.
    """

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> Any:
        """Return what answers for a URL."""
        if self.autorefresh or Path(path).suffix not in SHORTENED:
            return super().get_static_file(path, url, stat_cache)
        return super().get_static_file(_copy_of(Path(path)), url)


@cache
def _copy_of(source: Path) -> str:
    """Return where the smaller copy of a file is, as old as the file: browsers ask by its age."""
    changed_ns, content = source.stat().st_mtime_ns, source.read_bytes()
    if _is_ours(source):
        modules = modules_of(source) if source.suffix == ".js" else [source]
        changed_ns = max(each.stat().st_mtime_ns for each in modules)
        text = bundle(modules) if len(modules) > 1 else content.decode()
        content = SHORTENED[source.suffix](text).encode()
    copy = Path(settings.STATIC_ROOT) / f"{sha256(content).hexdigest()[:32]}{source.suffix}"
    if not copy.exists():
        _write(Path(f"{copy}.gz"), gzip.compress(content, mtime=0), changed_ns)
        _write(copy, content, changed_ns)
    return str(copy)


def _is_ours(source: Path) -> bool:
    """Return whether a file is written by hand here; what others made may be as small as it gets."""
    return (
        any(source.is_relative_to(each) for each in settings.STATICFILES_DIRS)
        and "vendor" not in source.parts
    )


def _write(target: Path, content: bytes, changed_ns: int) -> None:
    """Write a file at once: another process may be reading or writing it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f"{target.name}.{token_hex(4)}")
    half.write_bytes(content)
    os.utime(half, ns=(changed_ns, changed_ns))
    half.replace(target)
