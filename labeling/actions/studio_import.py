"""Fetches a preference project of somebody else from a Label Studio, to be imported like a file."""

import json
from collections import Counter
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from accounts.audit import Actor, person_behind, record
from accounts.models import User
from config.ids import uuid7
from curation.actions.fetching import WAITS
from curation.actions.importing import Plan, create_import, park, release
from curation.models import Import
from curation.sources.base import Limits, Problem, SourceError
from curation.sources.jsons import json_array_records
from curation.sources.opening import open_source
from egress.models import Secret
from egress.secrets import SecretVoid, reveal, seal
from labeling.actions import projects
from labeling.actions.imports import aimed, kind_for
from labeling.actions.outside import stand_in
from labeling.actions.studio_sync import whole
from labeling.actions.studios import Address, said_to_people
from labeling.label_studio.client import MOST_SNAPSHOT_BYTES, Studio, text_of
from labeling.label_studio.foreign import Keys, NoPreference, keys_in, passed_over, written
from labeling.models import Project
from runs.actions import start
from runs.words import say, told_by
from runs.work import RunFailed, Work

FETCH = "labeling.label_studio_fetch"
SOURCE = "label-studio"
PAGE = 100
MOST_NAMED = 12
TOKEN_GONE = say("The token is gone. Import the project again with its token.")


class Wanted(NamedTuple):
    """Which project, and where it goes."""

    address: Address
    number: int
    """The project's there."""
    plan: Plan
    project: Project | None


@transaction.atomic
def bring_project(wanted: Wanted, *, created_by: User) -> Import:
    """Write down that a project is to be fetched and then imported; workers do it.

    Raises:
        egress.secrets.BadToken: no token looks like this.
    """
    import_id = uuid7()
    address = wanted.address
    secret = seal(address.token, bound_to=address.endpoint)
    arguments = {"endpoint": address.endpoint, "token_kind": address.token_kind, "number": wanted.number}
    arguments |= {"import": str(import_id), "secret": str(secret.pk)}
    fetch = start(FETCH, arguments, created_by=created_by, unit="tasks")
    kind = kind_for(wanted.project)
    run = park(kind, {"import": str(import_id), "fetch": str(fetch.pk)}, WAITS, created_by=created_by)
    return aimed(wanted.project, create_import(wanted.plan, run, import_id=import_id, created_by=created_by))


@transaction.atomic
def bring_as_project(wanted: Wanted, plan: projects.Plan, *, actor: Actor) -> Import:
    """Set up a project, and have another's tasks fetched into it.

    Raises:
        egress.secrets.BadToken: no token looks like this.
    """
    person = person_behind(actor)
    assert person  # noqa: S101 - nobody imports for the house itself, and this tells the type checker.
    created = projects.create_project(plan, created_by=person)
    origin = bring_project(wanted._replace(project=created), created_by=person)
    record(actor, "project.created", created, slug=created.slug)
    return origin


def run_fetch(work: Work) -> dict[str, Any]:
    """Fetch the tasks of a project, then let the import begin. The token is forgotten in the end.

    Raises:
        RunFailed: it can't be read, or asks no preference.
    """
    origin = Import.objects.select_related("run").get(pk=work.arguments["import"])
    secret = Secret.objects.filter(pk=work.arguments["secret"]).first()
    endpoint, number = work.arguments["endpoint"], work.arguments["number"]
    folder = Path(settings.DATA_DIR) / "imports" / str(origin.pk)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "tasks.jsonl"
    try:
        with TemporaryDirectory(dir=folder) as place, said_to_people():
            snapshot = Path(place) / "snapshot.json"
            with opened(work.arguments, secret) as studio:
                keys = keys_in(text_of(studio.project(number), "label_config"))
                studio.snapshot(number, f"Arete {work.run.pk}", snapshot)
            source = f"label-studio: {urlsplit(endpoint).netloc} project {number}"[:120]
            count = write_tasks(work, snapshot, target, (keys, source))
    except (NoPreference, SourceError) as error:
        raise RunFailed(say("{error} Nothing was imported.", error=error)) from error
    with transaction.atomic():
        Import.objects.filter(pk=origin.pk).update(path=str(target))
        release(origin)
        if secret:
            secret.delete()
    return {"tasks": count}


def opened(arguments: dict[str, Any], secret: Secret | None) -> Studio:
    """Return the Label Studio as the holder of the token sees it.

    Raises:
        RunFailed: the token can't be opened any more.
    """
    if secret is None:
        raise RunFailed(TOKEN_GONE)
    try:
        token = reveal(secret, arguments["endpoint"])
    except SecretVoid as error:
        raise RunFailed(told_by(error)) from error
    return Studio(arguments["endpoint"], token, arguments["token_kind"])


def write_tasks(work: Work, snapshot: Path, target: Path, reads: tuple[Keys, str]) -> int:
    """Write the tasks of a snapshot as lines of the source `label-studio`, and log what is passed over.

    Raises:
        SourceError: it is no snapshot.
    """
    limits = Limits(max_decoded_bytes=MOST_SNAPSHOT_BYTES)
    lost: Counter[str] = Counter()
    nameless = partial(stand_in, reads[1])
    count = 0
    with open_source(snapshot, limits) as stream, target.open("wb") as file:
        if not stream.is_array:
            raise SourceError(say("The snapshot is no list of tasks."))
        records = json_array_records(stream, limits)
        while page := list(islice(records, PAGE)):
            for record in page:
                # What can't be read is a line that can't be read in the import's report, too.
                fields = {} if isinstance(record, Problem) else whole(record.fields)
                lost += passed_over(fields, reads[0])
                file.write(json.dumps(written(fields, *reads, nameless)).encode() + b"\n")
            count += len(page)
            work.checkpoint(count)
    work.log(say("{count} tasks.", count=f"{count:,}"))
    if lost:
        named = ", ".join(f"{name} ({times:,})" for name, times in lost.most_common(MOST_NAMED))
        work.log(say("Answers to other questions are not read: {named}.", named=named))
    return count
