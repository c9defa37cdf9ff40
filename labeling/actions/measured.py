"""The parts of a measurement: tallies, then each kind of verdict of each trait version, then its end."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from labeling.actions.judged import (
    COUNTED,
    MARKS,
    OUTSIDE,
    PREFERENCES,
    RANKS,
    RATINGS,
    TOGETHER,
    Read,
    mirrored,
    read,
    scope,
    sides_of,
)
from labeling.agreement import Estimate
from labeling.bias import self_consistency
from labeling.measures import Figure, agreement_figures, bias_figures, criterion_figures, shared_figures
from labeling.models import AgreementReport, Measurement, OutsideVerdict, VerdictKind
from labeling.quality import store_standings
from runs.work import Work

MOST_CRITERIA = 2_000
"""Figures of their own get the criteria that were judged most; all together have theirs too."""
MOST_DISAGREEMENTS = 50
ON_SCALE = {
    AgreementReport.Statistic.ALPHA,
    AgreementReport.Statistic.WEIGHTED_KAPPA,
}
PLANNED = {
    VerdictKind.PREFERENCE: "SELECT DISTINCT v.trait_version_id FROM labeling_preference v",
    VerdictKind.RATING: "SELECT DISTINCT v.trait_version_id FROM labeling_rating v",
    VerdictKind.MARK: (
        "SELECT DISTINCT c.version_id FROM labeling_criterionmark v"
        " JOIN curation_criterion c ON c.id = v.criterion_id"
    ),
    VerdictKind.RANK: "SELECT DISTINCT NULL::uuid FROM labeling_rank v",
}
"""Of which trait versions there are verdicts at all."""
DAYS = f"""
INSERT INTO labeling_dailycount (project_id, day, annotator_id, trait_version_id, count)
SELECT %(project)s, (n.created_at AT TIME ZONE 'UTC')::date, a.annotator_id, NULL::uuid, count(*)
FROM labeling_annotation n {COUNTED} GROUP BY 2, 3
UNION ALL
SELECT %(project)s, (n.created_at AT TIME ZONE 'UTC')::date, a.annotator_id, p.trait_version_id, count(*)
FROM labeling_preference p JOIN labeling_annotation n ON n.id = p.annotation_id {COUNTED}
    AND p.trait_version_id IS NOT NULL GROUP BY 2, 3, 4
"""  # noqa: S608
QUEUES = f"""
INSERT INTO labeling_queuehealth (measurement_id, domain_id, items, waiting, oldest_at, handed_out, skipped, recent)
SELECT %(measurement)s, domain_id, sum(items), sum(waiting), min(oldest), sum(handed_out), sum(skipped), sum(recent)
FROM (
    SELECT s.domain_id, count(*) items, count(*) FILTER (WHERE i.taken < i.needed) waiting,
        min(i.created_at) FILTER (WHERE i.taken < i.needed) oldest, 0 handed_out, 0 skipped, 0 recent
    FROM labeling_item i JOIN curation_scenario s ON s.id = i.scenario_id WHERE i.project_id = %(project)s GROUP BY 1
    UNION ALL
    SELECT s.domain_id, 0, 0, NULL, count(*), count(*) FILTER (WHERE a.state = 'skipped'), 0
    FROM labeling_assignment a JOIN labeling_item i ON i.id = a.item_id AND i.project_id = %(project)s
    JOIN curation_scenario s ON s.id = i.scenario_id GROUP BY 1
    UNION ALL
    SELECT s.domain_id, 0, 0, NULL, 0, 0, count(*) FROM labeling_annotation n {COUNTED}
        AND n.created_at > now() - interval '7 days' GROUP BY 1
) AS each GROUP BY domain_id
"""  # noqa: S608
WHOLE = f"""
SELECT count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY n.elapsed_ms) FROM labeling_annotation n {COUNTED}
"""  # noqa: S608
STRENGTHS = ", ".join(f"count(*) FILTER (WHERE p.strength = {strength})" for strength in range(-3, 4))
STRENGTHS_SPREAD = f"""
INSERT INTO labeling_distribution (measurement_id, verdict, trait_version_id, counts, both_bad, cannot_judge)
SELECT %(measurement)s, 'preference', %(version)s, ARRAY[{STRENGTHS}], count(*) FILTER (WHERE p.both_bad),
    count(*) FILTER (WHERE p.cannot_judge)
FROM labeling_preference p JOIN labeling_annotation n ON n.id = p.annotation_id {COUNTED}
    AND p.trait_version_id IS NOT DISTINCT FROM %(version)s
"""  # noqa: S608
OUTSIDE_SPREAD = f"""
INSERT INTO labeling_distribution (measurement_id, verdict, trait_version_id, counts, both_bad, cannot_judge)
SELECT %(measurement)s, 'outside', NULL, ARRAY[{STRENGTHS}], 0, 0 FROM ({OUTSIDE}) AS p
"""  # noqa: S608
RATINGS_SPREAD = f"""
INSERT INTO labeling_distribution (measurement_id, verdict, trait_version_id, counts, both_bad, cannot_judge)
SELECT %(measurement)s, 'rating', %(version)s,
    ARRAY[{", ".join(f"count(*) FILTER (WHERE r.value = {value})" for value in range(5))}], 0,
    count(*) FILTER (WHERE r.value IS NULL)
FROM labeling_rating r JOIN labeling_annotation n ON n.id = r.annotation_id {COUNTED}
    AND r.trait_version_id = %(version)s
"""  # noqa: S608
MARKS_SPREAD = f"""
INSERT INTO labeling_distribution (measurement_id, verdict, trait_version_id, counts, both_bad, cannot_judge)
SELECT %(measurement)s, 'mark', %(version)s,
    ARRAY[{", ".join(f"count(*) FILTER (WHERE m.value = '{value}')" for value in ("met", "not met", "unsure"))}], 0, 0
FROM labeling_criterionmark m JOIN labeling_annotation n ON n.id = m.annotation_id
JOIN curation_criterion c ON c.id = m.criterion_id {COUNTED} AND c.version_id IS NOT DISTINCT FROM %(version)s
"""  # noqa: S608
# Only items whose places are all filled: a lead who may still be handed one must not read others' answers first.
DISAGREEMENTS = f"""
INSERT INTO labeling_divideditem (measurement_id, item_id, trait_version_id, spread, votes)
SELECT %(measurement)s, i.id, %(version)s, stddev_pop(p.strength), ARRAY[{STRENGTHS}]
FROM labeling_preference p JOIN labeling_annotation n ON n.id = p.annotation_id {COUNTED}
    AND p.trait_version_id IS NOT DISTINCT FROM %(version)s
GROUP BY i.id HAVING count(*) >= i.needed AND stddev_pop(p.strength) > 0 ORDER BY 4 DESC, i.id LIMIT {MOST_DISAGREEMENTS}
"""  # noqa: S608


def measure(work: Work) -> dict[str, Any]:
    """Measure a project, part by part, each in a transaction with its checkpoint."""
    measurement = Measurement.objects.select_related("project").get(run=work.run)
    parts = work.cursor.get("parts") or planned_parts(measurement)
    work.checkpoint(work.run.done, total=len(parts), cursor={"parts": parts})
    for number in range(work.run.done, len(parts)):
        name, version = parts[number]
        with transaction.atomic():
            PARTS[name](measurement, UUID(version) if version else None)
            work.checkpoint(number + 1)
    return {"measurement": str(measurement.pk)}


def planned_parts(measurement: Measurement) -> list[tuple[str, str | None]]:
    """Return the names of the parts and the trait version of each."""
    asked = scope(measurement.project, None)
    parts: list[tuple[str, str | None]] = [("tallies", None)]
    with connection.cursor() as cursor:
        for verdict, statement in PLANNED.items():
            cursor.execute(
                f"{statement} JOIN labeling_annotation n ON n.id = v.annotation_id {COUNTED} ORDER BY 1",
                asked,
            )
            parts += [(verdict.value, str(version) if version else None) for (version,) in cursor.fetchall()]
    if OutsideVerdict.objects.live().filter(item__project=measurement.project).exists():
        parts.append((VerdictKind.OUTSIDE.value, None))
    return [*parts, ("end", None)]


def tally(measurement: Measurement, version: UUID | None) -> None:
    """Count days, people, traits and queues."""
    asked = scope(measurement.project, None) | {"measurement": measurement.pk}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM labeling_dailycount WHERE project_id = %(project)s", asked)
        cursor.execute(DAYS, asked)
        cursor.execute(QUEUES, asked)
    store_standings(measurement)


def measure_preferences(measurement: Measurement, version: UUID | None) -> None:
    """Measure strengths under one trait version, or overall."""
    asked = scope(measurement.project, version)
    found = read(PREFERENCES, asked)
    sides = sides_of(found)
    write(measurement, VerdictKind.PREFERENCE, version, found, agreement_figures(found.judged, "ordinal"))
    write(measurement, VerdictKind.PREFERENCE, version, found, bias_figures(found.judged, sides))
    write(
        measurement,
        VerdictKind.PREFERENCE,
        version,
        found,
        [Figure("self_consistency", None, None, self_consistency(*mirrored(asked)))],
    )
    tell(measurement, version, STRENGTHS_SPREAD, DISAGREEMENTS)


def measure_ratings(measurement: Measurement, version: UUID | None) -> None:
    """Measure ratings under one trait version."""
    found = read(RATINGS, scope(measurement.project, version))
    write(measurement, VerdictKind.RATING, version, found, agreement_figures(found.judged, "ordinal"))
    tell(measurement, version, RATINGS_SPREAD)


def measure_ranks(measurement: Measurement, version: UUID | None) -> None:
    """Measure rankings, by the places that they give."""
    found = read(RANKS, scope(measurement.project, None))
    write(measurement, VerdictKind.RANK, None, found, agreement_figures(found.judged, "ordinal"))


def measure_marks(measurement: Measurement, version: UUID | None) -> None:
    """Measure marks of the criteria of one trait version: all together, and those judged most one by one."""
    found = read(MARKS, scope(measurement.project, version), names_criteria=True)
    write(measurement, VerdictKind.MARK, version, found, agreement_figures(found.judged, "nominal"))
    criteria = found.extra[:, 0].astype(int)
    AgreementReport.objects.bulk_create(
        report(measurement, VerdictKind.MARK, version, name, estimate, criterion_id=found.criteria[number])
        for number, estimates in criterion_figures(found.judged, criteria, MOST_CRITERIA).items()
        for name, estimate in estimates.items()
    )
    tell(measurement, version, MARKS_SPREAD)


def measure_outside(measurement: Measurement, version: UUID | None) -> None:
    """Measure how far people without an account agree among themselves, and beside the members, if those were asked."""
    asked = scope(measurement.project, None)
    outside, together = read(OUTSIDE, asked), read(TOGETHER, asked)
    write(measurement, VerdictKind.OUTSIDE, None, outside, shared_figures(outside.judged, "ordinal"))
    if len(together.annotators) > len(outside.annotators):
        write(measurement, VerdictKind.TOGETHER, None, together, shared_figures(together.judged, "ordinal"))
    tell(measurement, None, OUTSIDE_SPREAD)


def end(measurement: Measurement, version: UUID | None) -> None:
    """Say that everything is there: pages show the measurement from now on."""
    with connection.cursor() as cursor:
        cursor.execute(WHOLE, scope(measurement.project, None))
        annotations, median_ms = cursor.fetchone()
    Measurement.objects.filter(pk=measurement.pk).update(
        annotations=annotations, median_ms=median_ms, completed_at=timezone.now()
    )


def tell(measurement: Measurement, version: UUID | None, *statements: str) -> None:
    """Run statements that write from the tables into reports."""
    asked = scope(measurement.project, version) | {"measurement": measurement.pk}
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, asked)


def write(
    measurement: Measurement,
    verdict: VerdictKind,
    version: UUID | None,
    found: Read,
    figures: Iterable[Figure],
) -> None:
    """Store figures under the names that their numbers stand for. What has no domain stands in the whole alone."""
    AgreementReport.objects.bulk_create(
        (
            report(
                measurement,
                verdict,
                version,
                each.statistic,
                each.estimate,
                domain_id=None if each.domain is None else found.domains[each.domain],
                annotator_id=None if each.annotator is None else found.annotators[each.annotator],
            )
            for each in figures
            if each.domain is None or found.domains[each.domain] is not None
        ),
        batch_size=2_000,
    )


def report(
    measurement: Measurement,
    verdict: VerdictKind,
    version: UUID | None,
    statistic: str,
    estimate: Estimate,
    **within: Any,
) -> AgreementReport:
    """Return one statistic as a row."""
    scale = "nominal" if verdict == VerdictKind.MARK else "ordinal"
    return AgreementReport(
        measurement=measurement,
        verdict=verdict,
        trait_version_id=version,
        statistic=statistic,
        scale=scale if statistic in ON_SCALE else "",
        **estimate._asdict(),
        **within,
    )


PARTS: dict[str, Callable[[Measurement, UUID | None], None]] = {
    "tallies": tally,
    VerdictKind.PREFERENCE: measure_preferences,
    VerdictKind.RATING: measure_ratings,
    VerdictKind.MARK: measure_marks,
    VerdictKind.RANK: measure_ranks,
    VerdictKind.OUTSIDE: measure_outside,
    "end": end,
}
