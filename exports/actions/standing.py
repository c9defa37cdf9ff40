"""How a built release stands: what keeps it from being published without a person."""

from exports.models import Release


def standing(release: Release) -> list[str]:
    """Return in words what is wrong with a built release; empty when it may go out by itself."""
    files = set(release.files.values_list("path", flat=True))
    missing = sorted(path for path in files if not (release.folder / path).is_file())
    return [f"Files are missing on this server: {', '.join(missing[:3])}"] if missing else []
