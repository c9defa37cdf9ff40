"""Destinations where releases lie side by side, and what lies there."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings as django_settings

from egress.secrets import seal
from exports.models import Destination, Release
from tests.exports.s3_double import BUCKET, KEYS, Storage


def make_s3(storage: Storage, **fields: Any) -> Destination:
    django_settings.EGRESS_ALLOWED = [storage.url.removeprefix("http://")]
    return Destination.objects.create(
        **{
            "slug": "s3",
            "name": "Our storage",
            "kind": Destination.Kind.S3,
            "endpoint": storage.url,
            "repo_id": f"{BUCKET}/arete",
            "region": KEYS.region,
            "access_key": KEYS.access_key,
            "secret": seal(KEYS.secret_key, bound_to=storage.url),
            **fields,
        }
    )


def make_folder(**fields: Any) -> Destination:
    folder = django_settings.DATA_DIR / "published" / "here"
    return Destination.objects.create(
        **{
            "slug": "folder",
            "name": "Our folder",
            "kind": Destination.Kind.FOLDER,
            "endpoint": "",
            "repo_id": str(folder),
            **fields,
        }
    )


def laid_down(destination: Destination, release: Release) -> dict[str, bytes]:
    """What lies in the folder of a release."""
    root = Path(destination.repo_id) / "traits" / release.tag
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def named_by(destination: Destination, recipe: str = "traits") -> str:
    """The folder that a recipe's pointer names."""
    return str(json.loads((Path(destination.repo_id) / recipe / "latest.json").read_bytes())["folder"])


def under(storage: Storage, release: Release) -> dict[str, bytes]:
    """What lies under the prefix of a release."""
    prefix = f"arete/traits/{release.tag}/"
    return {
        key.removeprefix(prefix): content
        for key, content in storage.objects.items()
        if key.startswith(prefix)
    }
