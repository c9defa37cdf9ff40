"""The gate about personal data: every text that leaves in any config is scanned, and people look at what was found."""

from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection

from accounts.models import User
from config.wording import counting, words
from curation.models import Scenario
from exports.gating.outcome import Checked, Outcome, failed, passed
from exports.gating.texts import CHUNK, released_scenarios
from exports.models import Finding, FindingPlace, Release
from exports.released import annotations_of, words_of
from exports.scanning import passages
from labeling.models import Annotation

COPIES = (Path(__file__).parent / "copies.sql").read_text()
PLACES = (Path(__file__).parent / "places.sql").read_text().replace("{copies}", COPIES)


def personal_data(checked: Checked) -> Outcome:
    """Scan every released text, and check that someone looked at each finding."""
    needed = words("0 not looked at")
    texts = scan(checked.release)
    findings = Finding.objects.in_release(checked.release)
    total, waiting = findings.count(), findings.open().count()
    figure = counting(
        "{total} found in {n} text, {seen} looked at",
        "{total} found in {n} texts, {seen} looked at",
        texts,
        total=total,
        seen=total - waiting,
    )
    if not waiting:
        return passed(figure, needed)
    first = (
        FindingPlace.objects.filter(release=checked.release, finding__in=findings.open())
        .order_by("pk")
        .first()
    )
    step = words(
        "Look at each finding. Where it is somebody’s, take the scenario out or reword the text, and cut a new release."
    )
    if first:
        step = words("{step} One stands in {place}.", step=step, place=place_said(first))
    return failed(figure, needed, step)


def place_said(place: FindingPlace) -> str:
    """Return where a finding stands, for people."""
    if place.config:
        return words("{config}, row {row}", config=place.config, row=place.row_id)
    return words("every row of {row}", row=place.row_id)


def scan(release: Release) -> int:
    """Note what looks like personal data in the texts of a release, and where it stands. Again changes nothing.

    Returns:
        How many texts were looked at.
    """
    names = tuple(User.objects.people().exclude(name="").order_by("pk").values_list("name", flat=True))
    texts, seen = texts_of(release), 0
    while chunk := list(islice(texts, CHUNK)):
        seen += len(chunk)
        Finding.objects.bulk_create(
            [
                Finding(**place, kind=found.kind, start=found.start, end=found.end)
                for place, text in chunk
                for found in passages(text, names)
            ],
            ignore_conflicts=True,
        )
    if Finding.objects.exists():
        with connection.cursor() as cursor:
            cursor.execute(PLACES, {"release": release.pk})
    return seen


def texts_of(release: Release) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield each released text with where it stands, as the columns of a finding."""
    scenarios = Scenario.objects.filter(pk__in=released_scenarios(release))
    for pk, system, messages in scenarios.values_list("pk", "system_prompt", "messages").iterator(CHUNK):
        yield {"scenario_id": pk, "turn": -1}, system
        for turn, message in enumerate(messages):
            yield {"scenario_id": pk, "turn": turn}, message["content"]
    answers = release.responses.order_by().values_list("response_id", "response__text")
    for pk, text in answers.iterator(CHUNK):
        yield {"response_id": pk}, text
    mine = Annotation.objects.filter(pk__in=annotations_of(release.pk)).order_by("pk")
    for pks in batched(mine.values_list("pk", flat=True).iterator(CHUNK)):
        for pk, text in words_of(pks).items():
            yield {"annotation_id": pk}, text
    for part, text in copies_in(release):
        yield {"part": part, "text_sha256": sha256(text.encode()).hexdigest()}, text


def copies_in(release: Release) -> Iterator[tuple[str, str]]:
    """Yield part and text of each text that a release keeps a copy of."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT part, text FROM ({COPIES}) copies", {"release": release.pk})  # noqa: S608 - our own text.
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def batched(ids: Iterator[Any]) -> Iterator[list[Any]]:
    """Yield what comes in lists of one chunk."""
    while chunk := list(islice(ids, CHUNK)):
        yield chunk
