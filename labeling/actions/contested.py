"""Disagreements are found by rule."""

from typing import Any

from django.db import connection, transaction

from accounts.models import User
from labeling.models import Disagreement, Project
from runs.actions import perform, start
from runs.models import Run
from runs.work import Work

FIND = "labeling.find_disagreements"
QUICK_ITEMS = 5_000
"""Up to so many items are gone through while someone waits for the page; more, by a worker."""
WIDE = {"preference_wide": 1.5, "rating_wide": 1.0}
"""From this standard deviation of the answers on, a question is contested; of marks, opposite ones are."""
UNSURE_SHARE = 0.5
# Only what is judged to the end: who still reads shall not find that others wait for them.
# What people no longer differ about is closed again, unless somebody sent it or decided it once.
_FIND = """
WITH said AS (
    SELECT annotation_id, trait_version_id, NULL::uuid AS criterion_id, NULL::uuid AS response_id,
        strength::float8 AS value, cannot_judge AS is_unsure, %(preference_wide)s::float8 AS wide
    FROM labeling_preference
    UNION ALL
    SELECT annotation_id, trait_version_id, NULL, response_id, value, value IS NULL, %(rating_wide)s::float8
    FROM labeling_rating
    UNION ALL
    SELECT m.annotation_id, c.version_id, m.criterion_id, m.response_id,
        CASE m.value WHEN 'met' THEN 1 WHEN 'not met' THEN -1 END, m.value = 'unsure', NULL
    FROM labeling_criterionmark m JOIN curation_criterion c ON c.id = m.criterion_id
),
judged AS (
    SELECT a.item_id, s.trait_version_id, s.criterion_id, s.response_id, s.wide, count(*) AS people,
        stddev_pop(s.value) AS spread,
        -- Only preferences and marks have two sides; ratings begin at 0.
        min(s.value) < 0 AND max(s.value) > 0 AS is_opposite, avg(s.is_unsure::int) AS unsure
    FROM labeling_item i
    JOIN labeling_assignment a ON a.item_id = i.id AND a.state = 'submitted'
    JOIN labeling_annotation n ON n.assignment_id = a.id AND n.superseded_by_id IS NULL AND NOT n.is_late
    JOIN said s ON s.annotation_id = n.id
    WHERE i.project_id = %(project)s AND i.taken >= i.needed AND NOT EXISTS (
        SELECT 1 FROM labeling_assignment l WHERE l.item_id = i.id AND l.state = 'leased')
    GROUP BY 1, 2, 3, 4, 5
),
contested AS (
    SELECT *, CASE WHEN is_opposite THEN 'opposite signs' WHEN spread >= wide THEN 'spread' ELSE 'unsure' END AS rule
    FROM judged
    WHERE people >= 2 AND (is_opposite OR spread >= wide OR unsure >= %(unsure)s)
),
noted AS (
    INSERT INTO labeling_disagreement
        (id, item_id, trait_version_id, criterion_id, response_id, rule, measure, is_open, opened_at)
    SELECT gen_random_uuid(), item_id, trait_version_id, criterion_id, response_id, rule, coalesce(spread, 0),
        true, now()
    FROM contested
    ON CONFLICT (item_id, trait_version_id, criterion_id, response_id)
    DO UPDATE SET rule = EXCLUDED.rule, measure = EXCLUDED.measure, is_open = true
        WHERE labeling_disagreement.rule <> 'sent' AND (labeling_disagreement.is_open OR NOT EXISTS (
            SELECT 1 FROM labeling_adjudication WHERE disagreement_id = labeling_disagreement.id))
)
UPDATE labeling_disagreement d SET is_open = false
FROM labeling_item i
WHERE d.is_open AND d.rule <> 'sent' AND i.id = d.item_id AND i.project_id = %(project)s
    AND NOT EXISTS (SELECT 1 FROM labeling_adjudication WHERE disagreement_id = d.id)
    AND NOT EXISTS (
        SELECT 1 FROM contested c
        WHERE c.item_id = d.item_id AND (c.trait_version_id, c.criterion_id, c.response_id)
            IS NOT DISTINCT FROM (d.trait_version_id, d.criterion_id, d.response_id))
"""


def start_finding(project: Project, *, created_by: User) -> Run:
    """Look for contested items, at once where that is quick. One search of a project at a time."""
    arguments = {"project": str(project.pk)}
    unfinished = Run.objects.unfinished().filter(kind=FIND, arguments=arguments).first()
    run = unfinished or start(FIND, arguments, created_by=created_by, unit="items")
    if project.items_total <= QUICK_ITEMS:
        perform(run.pk, may_retry=False)
    run.refresh_from_db()
    return run


def run_find(work: Work) -> dict[str, Any]:
    """Find what is contested in a project. Looking again changes nothing that was settled."""
    project = Project.objects.get(pk=work.arguments["project"])
    with transaction.atomic():
        find_disagreements(project)
        work.checkpoint(project.items_total, total=project.items_total)
    return {"waiting": Disagreement.objects.waiting().filter(item__project=project).count()}


def find_disagreements(project: Project) -> None:
    """Note each question of each fully judged item on which people say opposite things, lie apart, or are unsure."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND, {"project": project.pk, "unsure": UNSURE_SHARE, **WIDE})
