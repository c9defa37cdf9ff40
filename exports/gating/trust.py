"""Gates about how far the judgments can be relied on."""

from django.db.models import Count, Max, Min, Q, Sum

from exports.gating.outcome import Checked, Outcome, counted, failed, interval, not_applicable, passed, share
from exports.reasons import EQUALLY_LONG
from labeling.actions.contested import find_disagreements
from labeling.comparing import match_of
from labeling.models import AgreementReport, Disagreement, GoldReference, Measurement, Project
from labeling.models.reports import VerdictKind
from labeling.quality import answered
from labeling.questions import Question

MEASURE = "Have the project measured on its dashboard, then check again."
CUT_AGAIN = "Then cut a new release: this one is frozen."


def enough_people(checked: Checked) -> Outcome:
    """Check that each pair was judged by enough people."""
    limit = checked.limits["annotators"]
    needed = f"{limit} or more per pair"
    found = checked.release.items.aggregate(
        low=Min("n_annotators"),
        high=Max("n_annotators"),
        few=Count("pk", filter=Q(n_annotators__lt=limit)),
    )
    span = f"{found['low']} to {found['high']}" if found["low"] != found["high"] else f"{found['low']}"
    if not found["few"]:
        return passed(f"{span} people per pair", needed)
    return failed(
        f"{span} people per pair, {counted(found['few'], 'pair')} below",
        needed,
        f"Raise “fewest people per pair” in the recipe, or have more people judge. {CUT_AGAIN}",
    )


def agreement(checked: Checked) -> Outcome:
    """Check that factual criteria are agreed on. Value-laden preference is reported, never gated."""
    limit = checked.limits["alpha_permille"] / 1000
    needed = f"alpha of {limit:.3f} or more"
    asking = [project for project in checked.projects if Question.CRITERIA in project.questions]
    if not asking:
        return not_applicable(
            "None of its projects asks about criteria; preference is reported, not gated", needed
        )
    found: list[AgreementReport] = []
    for project in asking:
        measurement = current_measurement(project)
        if measurement is None:
            return failed(f"{project} was not measured with its newest labels", needed, MEASURE, project.pk)
        found += criteria_of(measurement)
    if not found:
        return failed(
            "No criterion was judged by two people",
            needed,
            f"Have two people mark the same responses. {CUT_AGAIN}",
            asking[0].pk,
        )
    weak = [report for report in found if report.value is None or report.value < limit]
    known = [report.value for report in found if report.value is not None]
    span = f"{min(known):.2f} to {max(known):.2f}" if known else "undefined"
    if not weak:
        return passed(f"{span} over {counted(len(found), 'criterion', 'criteria')}", needed)
    return failed(
        f"{span}, {len(weak)} of {counted(len(found), 'criterion', 'criteria')} too low or undefined",
        needed,
        f"Reword the criteria that the dashboard lists as weakest, or leave them out. {CUT_AGAIN}",
        weak[0].measurement.project_id,
    )


def current_measurement(project: Project) -> Measurement | None:
    """Return the newest complete measurement when no label came since; else None."""
    newest = Measurement.objects.of(project).complete().first()
    done = project.memberships.aggregate(sum=Sum("done"))["sum"] or 0
    return newest if newest and newest.done == done else None


def criteria_of(measurement: Measurement) -> list[AgreementReport]:
    """Return alpha of each criterion; one that all answered alike has none, and needs none."""
    reports = measurement.agreement.filter(
        verdict=VerdictKind.MARK, criterion__isnull=False, annotator=None, domain=None
    )
    alike = set(
        reports.filter(statistic=AgreementReport.Statistic.PERCENT, value=1).values_list(
            "criterion_id", flat=True
        )
    )
    alphas = reports.filter(statistic=AgreementReport.Statistic.ALPHA).select_related("measurement")
    return [each for each in alphas if each.value is not None or each.criterion_id not in alike]


def gold_accuracy(checked: Checked) -> Outcome:
    """Check that people answer gold items as their references do."""
    needed = f"{checked.limits['gold_percent']}% or more"
    gold = GoldReference.objects.in_force().filter(item__project__in=checked.projects)
    if not gold.exists():
        return not_applicable("None of its projects has gold items", needed)
    rows = [each.compared for project in checked.projects for each in answered(project=project.pk)]
    project = gold.values_list("item__project", flat=True)[:1][0]
    if not rows:
        return failed(
            "Nobody has answered a gold item",
            needed,
            "Raise the share of gold items, and check again when they are answered.",
            project,
        )
    same = match_of(rows).same
    figure = (
        f"{same.percent}% ({same.low_percent}% to {same.high_percent}%) of {counted(same.total, 'answer')}"
    )
    if same.hits * 100 >= checked.limits["gold_percent"] * same.total:
        return passed(figure, needed)
    return failed(
        figure, needed, "See on the quality page who needs help, or which reference is wrong.", project
    )


def settled(checked: Checked) -> Outcome:
    """Check that no contested item waits for a decision, looking for contested items first."""
    for project in checked.projects:
        find_disagreements(project)
    all_of_them = Disagreement.objects.filter(item__project__in=checked.projects)
    open_ones = all_of_them.filter(is_open=True).select_related("item")
    total, waiting = all_of_them.count(), open_ones.count()
    if not waiting:
        return passed(f"{total} of {total}" if total else "Nothing is contested", "all")
    first = open_ones.order_by("pk").first()
    assert first  # noqa: S101 - counted above, in the same transaction.
    return failed(
        f"{total - waiting} of {total}", "all", "Settle what is contested, or keep it plural.", first.item.project_id
    )  # fmt: skip


def position(checked: Checked) -> Outcome:
    """Check that what is shown first is not preferred for that."""
    return bias(checked, "position", "First shown wins", checked.limits["position_points"])


def length(checked: Checked) -> Outcome:
    """Check that what is longer is not preferred too often. Where nothing differs in length, it can't be."""
    if checked.measures["longer"]["undefined"] == EQUALLY_LONG:
        return not_applicable(EQUALLY_LONG.rstrip("."), lean_needed(checked.limits["length_points"]))
    return bias(checked, "longer", "Longer wins", checked.limits["length_points"])


def bias(checked: Checked, name: str, what: str, points: int) -> Outcome:
    """Check a share of preferences; what chance alone explains is no bias."""
    needed = lean_needed(points)
    found = checked.measures[name]
    if found["value"] is None or found["low"] is None:
        why = found["undefined"] or "One scenario family is all there is"
        return failed(
            f"Unknown: {why.rstrip('.').lower()}",
            needed,
            f"Have more pairs of other families judged. {CUT_AGAIN}",
        )
    figure = f"{what} {interval(found, plus=0.5)} of {counted(found['n'], 'preference')}"
    is_chance = found["low"] <= 0 <= found["high"]
    if abs(found["value"]) * 100 <= points or is_chance:
        return passed(figure, needed)
    leaning = share(abs(found["value"]))
    return failed(
        figure,
        needed,
        f"It lies {leaning} from a half. See on the dashboard who or what it comes from, and say it in the card.",
        checked.projects[0].pk,
    )


def lean_needed(points: int) -> str:
    """Return what is asked of a share of preferences."""
    return f"{50 - points}% to {50 + points}%, or no more than chance"
