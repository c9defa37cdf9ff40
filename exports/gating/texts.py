"""Gates about the texts that leave: leaks, benchmarks, personal data, identity, licenses."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from accounts.models import User
from curation.actions.contamination import check, unchecked
from curation.actions.similarity import compare
from curation.models import Benchmark, Contamination, Scenario
from exports.gating.outcome import Checked, Outcome, counted, failed, passed
from exports.models import Finding, Release
from exports.released import annotations_of, words_of
from exports.scanning import passages
from labeling.models import Annotation

CHUNK = 500
TRAINED_ON = ("train", "validation")
LEAKS = """
WITH released AS (
    SELECT p.scenario_id, p.split, p.split_group, s.normalised_sha256, f.pool, f.cluster_id
    FROM exports_releaseprompt p
    JOIN curation_scenario s ON s.id = p.scenario_id JOIN curation_family f ON f.id = s.family_id
    WHERE p.release_id = %(release)s
), trained AS (SELECT * FROM released WHERE split IN ('train', 'validation')),
near AS (
    SELECT first_id AS one, second_id AS other FROM curation_nearduplicate WHERE NOT is_dismissed
    UNION ALL SELECT second_id, first_id FROM curation_nearduplicate WHERE NOT is_dismissed
)
SELECT
    (SELECT count(*) FROM trained WHERE pool <> 'TRAIN')
    + (SELECT count(*) FROM (
        SELECT split_group FROM released GROUP BY 1 HAVING count(DISTINCT split) > 1) straddling),
    (SELECT count(DISTINCT t.scenario_id) FROM trained t JOIN near ON near.one = t.scenario_id
        JOIN curation_scenario o ON o.id = near.other JOIN curation_family f ON f.id = o.family_id
        LEFT JOIN released r ON r.scenario_id = o.id
        WHERE (f.pool <> 'TRAIN' OR r.split <> t.split)
            AND NOT EXISTS (SELECT 1 FROM curation_removal x WHERE x.scenario_id = o.id))
    + (SELECT count(DISTINCT t.scenario_id) FROM trained t
        JOIN curation_scenario o ON o.normalised_sha256 = t.normalised_sha256 AND o.id <> t.scenario_id
        JOIN curation_family f ON f.id = o.family_id LEFT JOIN released r ON r.scenario_id = o.id
        WHERE f.pool <> 'TRAIN' OR r.split <> t.split)
"""


def released_scenarios(release: Release) -> Any:
    """Return the ids of a release's scenarios, as a subquery."""
    return release.prompts.order_by().values("scenario")


def chunks(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Yield ids in chunks."""
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def bring_up_to_date(release: Release) -> None:
    """Compare those released scenarios with others, and with benchmarks, of which that was not done yet."""
    mine = Scenario.objects.filter(pk__in=released_scenarios(release))
    for ids in chunks(list(mine.ready().filter(signature=None).values_list("pk", flat=True))):
        with transaction.atomic():
            compare(ids)
    for ids in chunks(list(unchecked().filter(pk__in=mine.values("pk")).values_list("pk", flat=True))):
        with transaction.atomic():
            check(ids)


def leaks(checked: Checked) -> Outcome:
    """Check that no family and no near-duplicate is in two pools or splits."""
    needed = "0"
    uncompared = Scenario.objects.filter(
        pk__in=released_scenarios(checked.release), signature=None, state=Scenario.State.READY
    ).count()
    if uncompared:
        return failed(
            f"{counted(uncompared, 'scenario was', 'scenarios were')} never compared with the others",
            needed,
            "Check again when the comparison is through.",
        )
    with connection.cursor() as cursor:
        cursor.execute(LEAKS, {"release": checked.release.pk})
        families, near = cursor.fetchone()
    figure = f"{counted(families, 'family', 'families')}, {counted(near, 'near-duplicate')}"
    if not families and not near:
        return passed(figure, needed)
    return failed(
        figure,
        needed,
        "Look at the near-duplicates: say which differ, or take one of each two out. Then cut a new release.",
    )


def contamination(checked: Checked) -> Outcome:
    """Check that no released scenario stands in a benchmark that is registered."""
    needed = "0 open findings"
    benchmarks = Benchmark.objects.filter(is_active=True)
    known = counted(benchmarks.count(), "benchmark")
    if not benchmarks.exists():
        return failed("No benchmark is registered to compare with", needed, "Register the benchmarks that matter to you.")  # fmt: skip
    mine = released_scenarios(checked.release)
    late = unchecked().filter(pk__in=mine).count()
    if late:
        return failed(
            f"{counted(late, 'scenario was', 'scenarios were')} not held against {known}",
            needed,
            "Check again.",
        )
    found = Contamination.objects.filter(
        scenario__in=mine, benchmark__in=benchmarks, dismissal=None, scenario__removal=None
    ).count()
    if not found:
        return passed(f"0 open findings in {known}", needed)
    return failed(
        f"{counted(found, 'open finding')} in {known}",
        needed,
        "Take the scenarios out and cut a new release, or set a finding aside with a reason.",
    )


def personal_data(checked: Checked) -> Outcome:
    """Scan every released text, and check that someone looked at each finding."""
    needed = "0 not looked at"
    texts = scan(checked.release)
    findings = Finding.objects.in_release(checked.release)
    total, waiting = findings.count(), findings.open().count()
    figure = f"{total} found in {counted(texts, 'text')}, {total - waiting} looked at"
    if not waiting:
        return passed(figure, needed)
    return failed(
        figure,
        needed,
        "Look at each finding. Where it is somebody’s, take the scenario out and cut a new release.",
    )


def scan(release: Release) -> int:
    """Note what looks like personal data in the texts of a release. Again changes nothing.

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


def batched(ids: Iterator[Any]) -> Iterator[list[Any]]:
    """Yield what comes in lists of one chunk."""
    while chunk := list(islice(ids, CHUNK)):
        yield chunk


def identity(checked: Checked) -> Outcome:
    """Check that no response named its own model to those who judged it."""
    limit = checked.limits["identity_leaks"]
    needed = f"{limit} or fewer" if limit else "0"
    found = checked.release.responses.filter(response__leaks_identity=True).count()
    figure = f"{counted(found, 'response')} marked"
    if found <= limit:
        return passed(figure, needed)
    return failed(
        figure, needed, "Look at the marked responses: take a wrong mark away, or take the scenario out."
    )


def licenses(checked: Checked) -> Outcome:
    """Check that somebody said under which terms each text may be used."""
    unknown = Q(license="") | Q(license="unknown")
    prompts = checked.release.prompts.filter(unknown).count()
    responses = checked.release.responses.filter(Q(output_terms="") | Q(output_terms="unknown")).count()
    figure = f"{counted(prompts, 'prompt')} and {counted(responses, 'response')} without known terms"
    if not prompts and not responses:
        return passed(figure, "all known")
    return failed(
        figure,
        "all known",
        "Import them again with their license, or say at the endpoint under which terms its answers come. "
        "Then cut a new release.",
    )
