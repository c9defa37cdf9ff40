"""Datasets that are fetched from a Hub before they are imported."""

import time
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils.text import get_valid_filename

from accounts.models import User
from config.ids import uuid7
from curation.actions.importing import KIND, Plan, create_import, park, release
from curation.hub_choice import NothingChosen, RemoteFile, chosen
from curation.hub_files import HubBusy, HubFiles, HubRefused
from curation.models import Import
from curation.sources.mapped import NAME as MAPPED
from egress.models import Secret
from egress.secrets import SecretVoid, reveal, seal
from runs.actions import start
from runs.models import Run
from runs.words import say, told_by
from runs.work import RunFailed, TryLater, Work

FETCH = "curation.fetch"
WAITS = "The dataset is fetched first."
KB = 1000
CHECKPOINT_S = 2.0
CARD = "README.md"
LONGEST_CARD = 400_000
LONGEST_NAME = 100


class Dataset(NamedTuple):
    """What to fetch."""

    endpoint: str
    repo: str
    revision: str = "main"
    config: str = ""
    split: str = ""
    token: str = ""


@transaction.atomic
def start_fetch(dataset: Dataset, plan: Plan, *, kind: str = KIND, created_by: User | None = None) -> Import:
    """Write down that a dataset is to be fetched and then imported; workers do it.

    Args:
        dataset: what to fetch; its token is sealed until the end of the fetching.
        plan: how to import it; the path is found meanwhile.
        kind: of the import's run.
        created_by: who asked for it.

    Raises:
        egress.secrets.BadToken: no token looks like this.
    """
    import_id = uuid7()
    secret = seal(dataset.token, bound_to=dataset.endpoint) if dataset.token else None
    arguments = {
        **dataset._replace(token="")._asdict(),
        "import": str(import_id),
        "secret": str(secret.pk) if secret else "",
    }
    fetch = start(FETCH, arguments, created_by=created_by, unit="kB")
    run = park(kind, {"import": str(import_id), "fetch": str(fetch.pk)}, WAITS, created_by=created_by)
    origin = create_import(plan, run, import_id=import_id, created_by=created_by)
    origin.hub_repo, origin.hub_revision = dataset.repo, dataset.revision
    origin.save(update_fields=["hub_repo", "hub_revision"])
    return origin


def run_fetch(work: Work) -> dict[str, Any]:
    """Fetch the files of a dataset one after the other, then let the import begin.

    A killed attempt goes on in the middle of the file at which it was.

    Raises:
        RunFailed: the Hub refuses, or there is too much.
        TryLater: the Hub can't be reached at the moment.
    """
    origin = Import.objects.select_related("run").get(pk=work.arguments["import"])
    secret = secret_of(work.arguments)
    try:
        hub = opened(work.arguments, secret)
        try:
            fetch_all(work, hub, folder_of(origin))
        finally:
            hub.close()
    except (HubRefused, NothingChosen, SecretVoid) as refusal:
        forget(secret)
        raise RunFailed(say("{refusal} Nothing was imported.", refusal=refusal)) from None
    except HubBusy as trouble:
        raise TryLater(told_by(trouble)) from None
    except OSError as error:
        raise RunFailed(
            say("A file can't be stored: {reason}. Ask an operator to make room.", reason=error.strerror)
        ) from error
    return hand_over(work, origin, secret)


def secret_of(arguments: dict[str, Any]) -> Secret | None:
    """Return the sealed token, None when there is none."""
    return Secret.objects.filter(pk=arguments["secret"]).first() if arguments["secret"] else None


def opened(arguments: dict[str, Any], secret: Secret | None) -> HubFiles:
    """Return the repository as the holder of the token sees it.

    Raises:
        egress.secrets.SecretVoid: the token can't be opened any more.
    """
    if arguments["secret"] and secret is None:
        raise SecretVoid("The token is gone. Import the dataset again with its token.")
    token = reveal(secret, arguments["endpoint"]) if secret else ""
    most = settings.IMPORT_MAX_MB * 1_000_000
    return HubFiles(arguments["endpoint"], arguments["repo"], token, most_bytes=most)


def fetch_all(work: Work, hub: HubFiles, folder: Path) -> None:
    """Fetch what is not there yet."""
    if "commit" not in work.cursor:
        choose(work, hub)
    meter = Meter(work)
    folder.mkdir(parents=True, exist_ok=True)
    for number, (path, size) in enumerate(work.cursor["files"]):
        target = folder / f"{number:04}-{get_valid_filename(PurePosixPath(path).name)[-LONGEST_NAME:]}"
        if target.exists():
            meter.count(target.stat().st_size)
            continue
        work.log(say("Fetching {path} ({size} kB).", path=path, size=f"{size / KB:,.0f}"))
        hub.fetch(work.cursor["commit"], path, target, meter.count)


def choose(work: Work, hub: HubFiles) -> None:
    """Find out which files of which commit to fetch."""
    asked = work.arguments
    commit = hub.commit(asked["revision"])
    files = hub.files(commit)
    has_card = any(each.path == CARD for each in files)
    card = hub.text(commit, CARD, LONGEST_CARD) if has_card else ""
    wanted = chosen(files, card, asked["config"], asked["split"])
    check_size(wanted)
    total = sum(each.size for each in wanted) // KB
    work.log(
        say(
            "{wanted} of {files} files, at commit {commit}.",
            wanted=len(wanted),
            files=len(files),
            commit=commit[:12],
        )
    )
    work.checkpoint(0, total=total, cursor={"commit": commit, "files": [list(each) for each in wanted]})


def check_size(files: list[RemoteFile]) -> None:
    """Refuse what the repository itself says is too much."""
    size = sum(each.size for each in files) / 1_000_000
    if size > settings.IMPORT_MAX_MB:
        raise RunFailed(
            say(
                "The files hold {size} MB; at most {most} MB are fetched. Name a config or a split that is smaller."
                " Nothing was imported.",
                size=f"{size:,.0f}",
                most=f"{settings.IMPORT_MAX_MB:,}",
            )
        )


class Meter:
    """Counts bytes, whatever sizes were promised, and says how far the run is."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.taken = 0
        self.due = time.monotonic() + CHECKPOINT_S

    def count(self, more: int) -> None:
        """Take note of some bytes."""
        self.taken += more
        if self.taken > settings.IMPORT_MAX_MB * 1_000_000:
            raise RunFailed(
                say(
                    "More than {most} MB came, although less was promised. Nothing was imported.",
                    most=f"{settings.IMPORT_MAX_MB:,}",
                )
            )
        if time.monotonic() > self.due:
            self.work.checkpoint(self.taken // KB)
            self.due = time.monotonic() + CHECKPOINT_S


@transaction.atomic
def hand_over(work: Work, origin: Import, secret: Secret | None) -> dict[str, Any]:
    """Let the import begin, or wait until somebody says which column is what.

    Returns:
        What the fetching found.
    """
    folder = folder_of(origin)
    files = sorted(folder.iterdir())
    path = files[0] if len(files) == 1 else folder
    commit = work.cursor["commit"]
    Import.objects.filter(pk=origin.pk).update(path=str(path), hub_revision=commit)
    if origin.source and (origin.source != MAPPED or origin.mapping):
        release(origin)
    else:
        Run.objects.filter(pk=origin.run_id).update(error="", due_at=Now())
    forget(secret)
    return {"files": len(files), "commit": commit}


def forget(secret: Secret | None) -> None:
    """Drop a token that is not needed any more."""
    if secret is not None:
        secret.delete()


def folder_of(origin: Import) -> Path:
    """Return where a dataset's files go."""
    return Path(settings.MEDIA_ROOT) / "imports" / str(origin.pk)
