"""Gates about the texts that leave: leaks, benchmarks, personal data, identity, licenses."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from config.wording import counting, words
from curation.actions.contamination import check, unchecked
from curation.actions.similarity import compare
from curation.models import Benchmark, Contamination, Scenario
from curation.text import leaks_identity
from exports.gating.outcome import Checked, Outcome, failed, passed
from exports.models import Release

CHUNK = 500
NAMED = 3
"""Rows that a figure names at most."""
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
            counting(
                "{n} scenario was never compared with the others",
                "{n} scenarios were never compared with the others",
                uncompared,
            ),
            needed,
            words("Check again when the comparison is through."),
        )
    with connection.cursor() as cursor:
        cursor.execute(LEAKS, {"release": checked.release.pk})
        families, near = cursor.fetchone()
    figure = words(
        "{families}, {near}",
        families=counting("{n} family", "{n} families", families),
        near=counting("{n} near-duplicate", "{n} near-duplicates", near),
    )
    if not families and not near:
        return passed(figure, needed)
    return failed(
        figure,
        needed,
        words(
            "Look at the near-duplicates: say which differ, or take one of each two out. Then cut a new release."
        ),
    )


def contamination(checked: Checked) -> Outcome:
    """Check that no released scenario stands in a benchmark that is registered."""
    needed = words("0 open findings")
    benchmarks = Benchmark.objects.filter(is_active=True)
    known = counting("{n} benchmark", "{n} benchmarks", benchmarks.count())
    if not benchmarks.exists():
        return failed(
            words("No benchmark is registered to compare with"),
            needed,
            words("Register the benchmarks that matter to you."),
        )
    mine = released_scenarios(checked.release)
    late = unchecked().filter(pk__in=mine).count()
    if late:
        return failed(
            counting(
                "{n} scenario was not held against {known}",
                "{n} scenarios were not held against {known}",
                late,
                known=known,
            ),
            needed,
            words("Check again."),
        )
    found = Contamination.objects.filter(
        scenario__in=mine, benchmark__in=benchmarks, dismissal=None, scenario__removal=None
    ).count()
    if not found:
        return passed(words("0 open findings in {known}", known=known), needed)
    return failed(
        counting("{n} open finding in {known}", "{n} open findings in {known}", found, known=known),
        needed,
        words("Take the scenarios out and cut a new release, or set a finding aside with a reason."),
    )


def identity(checked: Checked) -> Outcome:
    """Check that no response names its own model: not to those who judged it, and not where a person wrote it."""
    limit = checked.limits["identity_leaks"]
    needed = words("{limit} or fewer", limit=limit) if limit else "0"
    marked = checked.release.responses.filter(response__leaks_identity=True).count()
    written = [place for place, text in written_responses(checked.release) if leaks_identity(text)]
    figure = counting("{n} response marked", "{n} responses marked", marked)
    if written:
        figure = counting(
            "{marked}, {n} written one that names a model: {such}",
            "{marked}, {n} written ones that name a model: {such}",
            len(written),
            marked=figure,
            such=f"{', '.join(written[:NAMED])}{' …' if written[NAMED:] else ''}",
        )
    if marked + len(written) <= limit:
        return passed(figure, needed)
    return failed(
        figure,
        needed,
        words(
            "Look at the marked responses: take a wrong mark away, or take the scenario out. Reword what people wrote, "
            "then cut a new release."
        ),
    )


def written_responses(release: Release) -> Iterator[tuple[str, str]]:
    """Yield config and row, and the text, of each response that a person wrote; nobody marks those one by one."""
    for key, text in release.demonstrations.values_list("key", "text").iterator(CHUNK):
        yield f"sft sft_{key}", text
    held_out = release.tasks.filter(config="benchmark").exclude(ideal="")
    for key, text in held_out.values_list("key", "ideal").iterator(CHUNK):
        yield f"benchmark bmk_{key}", text


def licenses(checked: Checked) -> Outcome:
    """Check that somebody said under which terms each text may be used."""
    needed = words("all known")
    unknown = Q(license="") | Q(license="unknown")
    prompts = checked.release.prompts.filter(unknown).count()
    responses = checked.release.responses.filter(Q(output_terms="") | Q(output_terms="unknown")).count()
    figure = words(
        "{prompts} and {responses} without known terms",
        prompts=counting("{n} prompt", "{n} prompts", prompts),
        responses=counting("{n} response", "{n} responses", responses),
    )
    if not prompts and not responses:
        return passed(figure, needed)
    return failed(
        figure,
        needed,
        words(
            "Import them again with their license, or say at the endpoint under which terms its answers come. "
            "Then cut a new release."
        ),
    )
