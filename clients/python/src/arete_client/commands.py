"""What each command does."""

import json
import os
import sys
from argparse import Namespace
from getpass import getpass
from pathlib import Path
from typing import Any

from arete_client.client import Client
from arete_client.config import Login, find_login, save_login
from arete_client.files import as_dataset
from arete_client.progress import STDERR, file_progress, run_progress

OWN_COLUMNS = "columns"
NO_DATASETS = "For --dataset install the package with its extra: pip install arete-client[datasets]"


def connected() -> Client:
    """Return a client of the server that was logged into."""
    return Client(*find_login())


def show(found: Any) -> None:
    """Print what was found."""
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")


def login(asked: Namespace) -> None:
    """Ask for a token, try it, and keep it."""
    token = os.environ.get("ARETE_TOKEN") or (
        getpass("Token: ") if sys.stdin.isatty() else sys.stdin.readline()
    )
    kept = Login(asked.url, token.strip())
    with Client(*kept) as client:
        me = client.get("/me")
    path = save_login(kept)
    STDERR.print(f"You are {me['name'] or me['email']}, with {', '.join(me['scopes'])}. Kept in {path}.")


def whoami(asked: Namespace) -> None:
    """Say whom the token acts for."""
    with connected() as client:
        show(client.get("/me"))


def traits_pull(asked: Namespace) -> None:
    """Write traits to files."""
    asked.folder.mkdir(parents=True, exist_ok=True)
    with connected() as client:
        for slug in asked.slugs or [trait["slug"] for trait in client.pages("/traits")]:
            path = asked.folder / f"{Path(slug).name}.yaml"
            path.write_text(client.pull_trait(slug), encoding="utf-8")
            sys.stdout.write(f"{path}\n")


def traits_push(asked: Namespace) -> None:
    """Propose files as drafts."""
    with connected() as client:
        show(
            [
                client.push_trait(path.read_text(encoding="utf-8"), dry_run=asked.dry_run)
                for path in asked.files
            ]
        )


def import_(asked: Namespace) -> None:
    """Upload a file and wait until it is imported; without a mapping for columns of its own, say which there are."""
    fields = {
        "project": asked.project,
        "domain": asked.domain,
        "license": asked.license,
        "is_atomic": asked.atomic,
    }
    mapping = read_json(asked.mapping) if asked.mapping else None
    source = asked.source or OWN_COLUMNS
    with connected() as client:
        begun = client.import_file(asked.file, source, **fields)
        if mapping is not None:
            begun = client.start_import(begun["id"], mapping, asked.save_as)
        elif source == OWN_COLUMNS:
            show({"import": begun["id"], **client.columns(begun["id"])})
            return
        if not asked.no_wait:
            with run_progress(asked.file.name) as watch:
                client.wait(begun["run"], watch)
            begun = client.get(f"/imports/{begun['id']}")
        show(begun)


def import_preview(asked: Namespace) -> None:
    """Show what the first rows of an uploaded file would become."""
    with connected() as client:
        show(client.preview_import(asked.origin, read_json(asked.mapping)))


def import_start(asked: Namespace) -> None:
    """Begin an import that waits for its columns, and wait until it has ended."""
    with connected() as client:
        begun = client.start_import(asked.origin, read_json(asked.mapping), asked.save_as)
        with run_progress(begun["file_name"]) as watch:
            client.wait(begun["run"], watch)
        show(client.get(f"/imports/{begun['id']}"))


def read_json(path: str) -> Any:
    """Return what a JSON file says, or - for standard input."""
    text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    return json.loads(text)


def label_next(asked: Namespace) -> None:
    """Lease the next item and print it."""
    with connected() as client:
        show(client.next_item(asked.project))


def label_submit(asked: Namespace) -> None:
    """Submit an answer."""
    answer = read_json(asked.file)
    with connected() as client:
        show(client.submit(asked.assignment, answer))


def recipe_show(asked: Namespace) -> None:
    """Print a recipe."""
    with connected() as client:
        show(client.get(f"/recipes/{asked.recipe}"))


def recipe_write(asked: Namespace) -> None:
    """Write a recipe, or change one."""
    recipe = read_json(asked.file)
    with connected() as client:
        show(client.write_recipe(recipe, asked.slug))


def recipe_preview(asked: Namespace) -> None:
    """Say what a release would hold if it were cut now."""
    with connected() as client, run_progress("count") as watch:
        found = client.preview_recipe(asked.recipe, watch)
    show(found)


def release_run(asked: Namespace) -> None:
    """Cut, build and publish the next release of a recipe, and wait for all of it."""
    with connected() as client, run_progress(asked.recipe) as watch:
        found = client.release(asked.recipe, asked.destination, asked.bump, watch=watch)
    show(found)


def release_build(asked: Namespace) -> None:
    """Cut the next release of a recipe."""
    with connected() as client:
        show(client.cut(asked.recipe, asked.bump)["release"])


def release_wait(asked: Namespace) -> None:
    """Wait until a release is built."""
    with connected() as client, run_progress("build") as watch:
        found = client.wait_for_release(asked.release, watch)
    show(found)


def release_publish(asked: Namespace) -> None:
    """Push a release to a destination."""
    with connected() as client:
        begun = client.publish(asked.release, asked.destination)
        if not asked.no_wait:
            with run_progress(asked.destination) as watch:
                client.wait(begun["run"], watch)
            begun = client.get(f"/publications/{begun['id']}")
        show(begun)


def results_push(asked: Namespace) -> None:
    """Report a file that came back."""
    fields = {
        "release": asked.release,
        "is_untrained": asked.untrained,
        "trained_on": asked.trained_on,
        "model": asked.model,
        "base_model": asked.base_model,
        "method": asked.method,
        "seed": asked.seed,
        "step": asked.step,
    }
    with connected() as client:
        show(client.push_results(asked.file, **fields))


def results_list(asked: Namespace) -> None:
    """List what was reported."""
    with connected() as client:
        show(list(client.pages("/results")))


def results_matrix(asked: Namespace) -> None:
    """Say what the reports show together."""
    with connected() as client:
        show(client.get("/results/generalisation", base=asked.base_model, trait=asked.trait))


def download(asked: Namespace) -> None:
    """Fetch the files of a release."""
    with connected() as client, file_progress() as watch:
        paths = client.download(asked.release, asked.folder, watch)
    sys.stdout.writelines(f"{path}\n" for path in paths)
    if asked.dataset:
        save_dataset(asked.folder, asked.dataset)


def save_dataset(folder: Path, config: str) -> None:
    """Save a config of a release as a Dataset.

    Raises:
        ValueError: `datasets` is not installed, or the release has no such config.
    """
    try:
        found = as_dataset(folder, config)
    except ImportError as error:
        raise ValueError(NO_DATASETS) from error
    except KeyError as error:
        raise ValueError(f"The release has no config {config}.") from error
    place = folder / f"{config}.dataset"
    found.save_to_disk(str(place))
    sys.stdout.write(f"{place}\n")
