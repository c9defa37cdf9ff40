"""Gates about how far the judgments can be relied on.

They look at what the recipe chose, as it was frozen: other traits, domains, pools and sources of the same projects say
nothing about a release. Where one has to look further, its docstring says why.
"""

from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max, Min, Q

from config.wording import counting, words
from exports.gating.outcome import ALL, Checked, Outcome, failed, interval, not_applicable, passed, share
from exports.reasons import EQUALLY_LONG
from exports.released import people_of, traits_of
from labeling.actions.contested import UNSURE_SHARE, WIDE, find_disagreements
from labeling.comparing import match_of
from labeling.models import Disagreement, GoldReference
from labeling.quality import answered
from labeling.questions import Question

CUT_AGAIN = words("Then cut a new release: this one is frozen.")
NO_PAIR = words("Holds no pair")
ALIKE = words("Wherever somebody preferred one response, both have equally many words")
ONE_FAMILY = "One scenario family is all there is"
# Krippendorff's alpha of two values, one row per criterion: with m verdicts on a response, k of them "met", the response
# adds 2 k (m - k) / (m - 1) to the disagreement that was observed.
MARKS = """
WITH mark AS (
    SELECT a.item_id, i.project_id, j.response_id, j.criterion_id, count(*)::numeric AS m,
        count(*) FILTER (WHERE j.is_met)::numeric AS k
    FROM exports_releasejudgement j
    JOIN labeling_annotation n ON n.id = j.annotation_id JOIN labeling_assignment a ON a.id = n.assignment_id
    JOIN labeling_item i ON i.id = a.item_id
    WHERE j.release_id = %s AND j.kind = 'criterion' AND j.is_met IS NOT NULL
    GROUP BY 1, 2, 3, 4 HAVING count(*) > 1
)
SELECT (array_agg(project_id ORDER BY project_id))[1], sum(m), sum(k), sum(2 * k * (m - k) / (m - 1))
FROM mark GROUP BY criterion_id ORDER BY criterion_id
"""
CONTESTED = """
WITH said AS (
    SELECT i.item_id, i.trait_version_id, NULL::uuid AS criterion_id, NULL::uuid AS response_id,
        r.strength::float8 AS value, r.strength IS NULL AS is_unsure, %(preference_wide)s::float8 AS wide
    FROM exports_releaserating r JOIN exports_releaseitem i ON i.id = r.item_id WHERE r.release_id = %(release)s
    UNION ALL
    SELECT a.item_id, j.trait_version_id, j.criterion_id, j.response_id,
        CASE WHEN j.kind = 'rating' THEN j.value WHEN j.is_met THEN 1 WHEN NOT j.is_met THEN -1 END,
        coalesce(j.value::text, j.is_met::text) IS NULL, CASE WHEN j.kind = 'rating' THEN %(rating_wide)s::float8 END
    FROM exports_releasejudgement j
    JOIN labeling_annotation n ON n.id = j.annotation_id JOIN labeling_assignment a ON a.id = n.assignment_id
    WHERE j.release_id = %(release)s AND j.kind <> 'ranking'
),
asked AS (
    SELECT item_id, trait_version_id, criterion_id, response_id,
        count(*) > 1 AND (
            min(value) < 0 AND max(value) > 0 OR stddev_pop(value) >= wide OR avg(is_unsure::int) >= %(unsure)s
        ) AS differs
    FROM said GROUP BY 1, 2, 3, 4, wide
)
SELECT d.id FROM asked JOIN labeling_disagreement d ON d.item_id = asked.item_id
    AND (d.trait_version_id, d.criterion_id, d.response_id)
        IS NOT DISTINCT FROM (asked.trait_version_id, asked.criterion_id, asked.response_id)
WHERE asked.differs OR d.rule = 'sent'
"""


class Alpha(NamedTuple):
    """How far people agree on one criterion; None when all answered alike, or nothing can vary."""

    value: float | None
    project: UUID


def enough_people(checked: Checked) -> Outcome:
    """Check that each pair was judged by enough people."""
    limit = checked.limits["annotators"]
    needed = words("{limit} or more per pair", limit=limit)
    found = checked.release.items.aggregate(
        low=Min("n_annotators"),
        high=Max("n_annotators"),
        few=Count("pk", filter=Q(n_annotators__lt=limit)),
    )
    if found["low"] is None:
        return not_applicable(NO_PAIR, needed)
    low, high = found["low"], found["high"]
    span = words("{low} to {high}", low=low, high=high) if low != high else str(low)
    people = words("{span} people per pair", span=span)
    if not found["few"]:
        return passed(people, needed)
    return failed(
        counting("{people}, {n} pair below", "{people}, {n} pairs below", found["few"], people=people),
        needed,
        then_cut(words("Raise “fewest people per pair” in the recipe, or have more people judge.")),
    )


def then_cut(step: str) -> str:
    """Return a next step that changes what belongs in a release."""
    return words("{step} {cut_again}", step=step, cut_again=CUT_AGAIN)


def agreement(checked: Checked) -> Outcome:
    """Check that factual criteria are agreed on. Value-laden preference is reported, never gated."""
    limit = checked.limits["alpha_permille"] / 1000
    needed = words("alpha of {limit} or more", limit=f"{limit:.3f}")
    found = alphas(checked)
    asking = [project for project in checked.projects if Question.CRITERIA in project.questions]
    if not asking and not found:
        return not_applicable(
            words("None of its projects asks about criteria; preference is reported, not gated"), needed
        )
    if not found:
        return failed(
            words("No criterion was judged by two people"),
            needed,
            then_cut(words("Have two people mark the same responses.")),
            asking[0].pk,
        )
    # A criterion that all answered alike has no alpha, and needs none.
    known = [(each.value, each.project) for each in found if each.value is not None]
    weak = [project for value, project in known if value < limit]
    number = counting("{n} criterion", "{n} criteria", len(found))
    if not known:
        return passed(words("All alike over {number}", number=number), needed)
    values = [value for value, _ in known]
    span = words("{low} to {high}", low=f"{min(values):.2f}", high=f"{max(values):.2f}")
    if not weak:
        return passed(words("{span} over {number}", span=span, number=number), needed)
    return failed(
        words("{span}, {weak} of {number} too low", span=span, weak=len(weak), number=number),
        needed,
        then_cut(words("Reword the criteria that the dashboard lists as weakest, or leave them out.")),
        weak[0],
    )


def alphas(checked: Checked) -> list[Alpha]:
    """Return the agreement on each criterion that two people judged in the release: Krippendorff's alpha, nominal.

    Source: Krippendorff, Content Analysis (2004), chapter 11, for two values.
    """
    with connection.cursor() as cursor:
        cursor.execute(MARKS, [checked.release.pk])
        return [Alpha(alpha(*map(float, sums)), project) for project, *sums in cursor.fetchall()]


def alpha(verdicts: float, met: float, differing: float) -> float | None:
    """Return alpha of verdicts with two values; None when all are the same.

    Args:
        verdicts: how many there are, on responses that two people judged or more.
        met: how many of them say met.
        differing: what was observed to differ, summed over responses.
    """
    expected = 2 * met * (verdicts - met) / (verdicts - 1)
    return 1 - differing / expected if expected else None


def gold_accuracy(checked: Checked) -> Outcome:
    """Check that people answer gold items as their references do.

    It looks at more than the rows of the release: gold tells how far these people can be relied on, also where the gold
    item itself stays out, since it is asked of people in training or is not for release. But only the people in the
    release count, on the traits that they judge in it, by what they answered before it was cut.
    """
    needed = words("{percent}% or more", percent=checked.limits["gold_percent"])
    traits, people = traits_of(checked.release.pk), people_of(checked.release.pk)
    asked = Q(trait_version=None) | Q(trait_version__trait__in=traits)
    gold = GoldReference.objects.in_force().filter(asked, item__project__in=checked.projects)
    if not gold.exists():
        return not_applicable(words("None of its projects has gold items on its traits"), needed)
    rows = [
        each.compared
        for project in checked.projects
        for each in answered(project=project.pk, until=checked.release.cut_at, traits=traits)
        if each.person in people
    ]
    project = gold.order_by("pk").values_list("item__project", flat=True)[0]
    if not rows:
        return failed(
            words("None of its people had answered a gold item when it was cut"),
            needed,
            then_cut(words("Raise the share of gold items, and have some answered.")),
            project,
        )
    same = match_of(rows).same
    figure = counting(
        "{percent}% ({low}% to {high}%) of {n} answer",
        "{percent}% ({low}% to {high}%) of {n} answers",
        same.total,
        percent=same.percent,
        low=same.low_percent,
        high=same.high_percent,
    )
    if same.hits * 100 >= checked.limits["gold_percent"] * same.total:
        return passed(figure, needed)
    return failed(
        figure, needed, words("See on the quality page who needs help, or which reference is wrong."), project
    )


def settled(checked: Checked) -> Outcome:
    """Check that no contested question of the release waits for a decision, looking for contested ones first.

    Whether people differ is told by what is frozen. Whether somebody has settled it is asked of today, so that settling
    it is enough: labels stay as they are, and so do the rows of the release.
    """
    for project in checked.projects:
        find_disagreements(project)
    with connection.cursor() as cursor:
        cursor.execute(CONTESTED, {"release": checked.release.pk, "unsure": UNSURE_SHARE, **WIDE})
        contested = [row[0] for row in cursor.fetchall()]
    open_ones = Disagreement.objects.filter(pk__in=contested, is_open=True).select_related("item")
    total, waiting = len(contested), open_ones.count()
    if not waiting:
        return passed(settled_of(total, total) if total else words("Nothing is contested"), ALL)
    first = open_ones.order_by("pk").first()
    assert first  # noqa: S101 - counted above, in the same transaction.
    return failed(
        settled_of(total - waiting, total),
        ALL,
        words("Settle what is contested, or keep it plural."),
        first.item.project_id,
    )


def settled_of(some: int, total: int) -> str:
    """Return how many of all contested questions are settled."""
    return words("{some} of {total}", some=some, total=total)


def position(checked: Checked) -> Outcome:
    """Check that what is shown first is not preferred for that."""
    return bias(checked, "position", words("First shown wins"), checked.limits["position_points"])


def length(checked: Checked) -> Outcome:
    """Check that what is longer is not preferred too often. Where nothing differs in length, it can't be."""
    if checked.measures["longer"]["undefined"] == EQUALLY_LONG:
        return not_applicable(ALIKE, lean_needed(checked.limits["length_points"]))
    return bias(checked, "longer", words("Longer wins"), checked.limits["length_points"])


def bias(checked: Checked, name: str, what: str, points: int) -> Outcome:
    """Check a share of preferences; what chance alone explains is no bias."""
    needed = lean_needed(points)
    if not checked.release.items.exists():
        return not_applicable(NO_PAIR, needed)
    found = checked.measures[name]
    if found["value"] is None or found["low"] is None:
        why = found["undefined"] or ONE_FAMILY
        return failed(
            words("Unknown: {why}", why=why.rstrip(".").lower()),
            needed,
            then_cut(words("Have more pairs of other families judged.")),
        )
    figure = counting(
        "{what} {share} of {n} preference",
        "{what} {share} of {n} preferences",
        found["n"],
        what=what,
        share=interval(found, plus=0.5),
    )
    is_chance = found["low"] <= 0 <= found["high"]
    if abs(found["value"]) * 100 <= points or is_chance:
        return passed(figure, needed)
    leaning = share(abs(found["value"]))
    return failed(
        figure,
        needed,
        words(
            "It lies {leaning} from a half. See on the dashboard who or what it comes from, and say it in the card.",
            leaning=leaning,
        ),
        checked.projects[0].pk,
    )


def lean_needed(points: int) -> str:
    """Return what is asked of a share of preferences."""
    return words("{low}% to {high}%, or no more than chance", low=50 - points, high=50 + points)
