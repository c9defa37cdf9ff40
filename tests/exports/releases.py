"""A built release made by hand, and a destination at a Hub double."""

import hashlib
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from config.ids import uuid7
from egress.secrets import seal
from exports.actions.publish import start_publication
from exports.hub_double import HubDouble
from exports.models import Destination, Publication, Recipe, Release, ReleaseFile
from runs.actions import perform_now, start
from runs.models import Run
from tests.exports.gated import pass_gates
from tests.exports.hub import REPO, parquet

TOKEN = "hf_write"
CARD = "---\nlicense: cc-by-4.0\n---\n# Traits\n"


def make_recipe(slug: str = "traits", **fields: Any) -> Recipe:
    recipe, _ = Recipe.objects.get_or_create(slug=slug, defaults={"name": slug.capitalize(), **fields})
    return recipe


def make_release(
    version: str = "0.1.0",
    *,
    recipe: Recipe | None = None,
    extra: dict[str, bytes] | None = None,
    **fields: Any,
) -> Release:
    """A built release whose folder holds two data files, a card and a manifest."""
    major, minor, patch = map(int, version.split("."))
    release = Release.objects.create(
        **{
            "recipe": recipe or make_recipe(),
            "major": major,
            "minor": minor,
            "patch": patch,
            "state": Release.State.BUILT,
            "cut_at": timezone.now(),
            "digest": hashlib.sha256(version.encode()).hexdigest(),
            "salt": b"salt",
            "path": f"releases/traits/{version}",
            **fields,
        }
    )
    contents = {
        "README.md": f"{CARD}{version}\n".encode(),
        "data/preference/train.parquet": parquet(50),
        "data/ratings/train.parquet": parquet(70 + minor),
        **(extra or {}),
    }
    files = {path: hashlib.sha256(content).hexdigest() for path, content in contents.items()}
    contents["manifest.json"] = json.dumps({"release": version, "files": files}).encode()
    for path, content in contents.items():
        target = release.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    ReleaseFile.objects.bulk_create(
        ReleaseFile(release=release, path=path, sha256=sha256, size_bytes=len(contents[path]))
        for path, sha256 in files.items()
    )
    pass_gates(release)
    return release


def make_destination(hub: HubDouble, token: str = TOKEN, **fields: Any) -> Destination:
    """A destination at the double, which the operator allows."""
    settings.EGRESS_ALLOWED = [*settings.EGRESS_ALLOWED, hub.url.removeprefix("http://")]
    return Destination.objects.create(
        **{
            "slug": f"hub-{Destination.objects.count()}",
            "name": "Our Hub",
            "endpoint": hub.url,
            "repo_id": REPO,
            "secret": seal(token, bound_to=hub.url),
            "create_if_missing": True,
            **fields,
        }
    )


def publish(release: Release, destination: Destination, **options: Any) -> tuple[Publication, Run]:
    """Push here and now."""
    publication = start_publication(release, destination, **options)
    run = perform_now(publication.run)
    publication.refresh_from_db()
    return publication, run


def make_publication(release: Release, destination: Destination, **fields: Any) -> Publication:
    """A push that is written down as having got this far."""
    pk = uuid7()
    return Publication.objects.create(
        pk=pk,
        release=release,
        destination=destination,
        repo_id=destination.repo_id,
        endpoint=destination.endpoint,
        run=start("exports.publish", {"publication": str(pk)}),
        **fields,
    )


def folder_of(release: Release) -> dict[str, bytes]:
    """What lies in a release's folder."""
    return {
        str(path.relative_to(release.folder)): path.read_bytes()
        for path in release.folder.rglob("*")
        if path.is_file()
    }


def stored(hub: HubDouble, revision: str = "main", repo_id: str = REPO) -> dict[str, bytes]:
    """What a Hub double holds at a revision, as a reader without our client gets it."""
    repo = hub.hub.store.repo(repo_id)
    assert repo
    files = hub.hub.store.resolve(repo, revision)["files"]
    return {
        path: Path(hub.hub.store.blob(entry["sha256"])).read_bytes()
        for path, entry in files.items()
        if path != ".gitattributes"
    }


def history(hub: HubDouble, repo_id: str = REPO) -> list[str]:
    """The titles of the commits, newest first."""
    repo = hub.hub.store.repo(repo_id)
    assert repo
    return [commit["title"] for commit in hub.hub.store.history(repo, hub.hub.store.resolve(repo, "main"))]
