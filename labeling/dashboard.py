"""What leads see of a project, from stored reports and small tables: nothing here counts annotations."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from math import ceil
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Sum

from accounts.models import User
from config.wording import words
from labeling.charts import (
    Axis,
    DailyChart,
    Share,
    Votes,
    Whisker,
    axis_over,
    daily_chart,
    shares,
    vote_bars,
    whisker,
)
from labeling.gates import TENTATIVE
from labeling.models import (
    AgreementReport,
    DailyCount,
    Deadline,
    Distribution,
    DividedItem,
    Measurement,
    Project,
    QueueHealth,
    VerdictKind,
)
from labeling.numbers import spoken, written
from labeling.steadiness import gold_figures

DAYS = 14
SHOWN = 12
MOST_PEOPLE = 200
MOST_SKIPPED = 20
FEWEST_HANDED_OUT = 10
STATISTIC = AgreementReport.Statistic
OF_AGREEMENT = (
    STATISTIC.ALPHA,
    STATISTIC.PERCENT,
    STATISTIC.AC1,
    STATISTIC.FLEISS,
    STATISTIC.WEIGHTED_KAPPA,
)
NAMELESS = {
    VerdictKind.PREFERENCE: words("Overall preference"),
    VerdictKind.RATING: words("Ratings"),
    VerdictKind.RANK: words("Ranking"),
    VerdictKind.MARK: words("Criteria without a trait"),
    VerdictKind.OUTSIDE: words("Outside annotators"),
    VerdictKind.TOGETHER: words("Together with members"),
}
FROM_OUTSIDE = (VerdictKind.OUTSIDE, VerdictKind.TOGETHER)
"""Shown apart: what people elsewhere said is no label of the project."""


class Pace(NamedTuple):
    """How quickly labels come, and when the last one will."""

    chart: DailyChart
    least: int
    most: int
    mean: int
    active: int
    """People who labeled on these days."""
    left: int
    forecast_on: date | None
    due_on: date | None
    needed: int | None
    """Labels a day from today on, to be done on the day that is due."""

    @property
    def is_late(self) -> bool:
        """Whether the last label comes after the day that is due, as things go."""
        return bool(
            self.due_on and self.left and (self.forecast_on is None or self.forecast_on > self.due_on)
        )


def pace_of(project: Project, left: int, today: date) -> Pace:
    """Return how many labels came on each of the last days, and what that means for those that are left."""
    days = [today - timedelta(days=DAYS - 1 - number) for number in range(DAYS)]
    whole = DailyCount.objects.filter(project=project, trait_version=None, day__gte=days[0])
    counted = dict(whole.values_list("day").annotate(sum=Sum("count")).order_by())
    counts = [counted.get(day, 0) for day in days]
    began = next((number for number, count in enumerate(counts) if count), DAYS - 1)
    mean = sum(counts) / (DAYS - began)
    deadline = Deadline.objects.filter(project=project).order_by("-pk").first()
    due_on = deadline.due_on if deadline else None
    needed = ceil(left / max(1, (due_on - today).days + 1)) if due_on and left else None
    return Pace(
        chart=daily_chart(days, counts, needed),
        least=min(counts),
        most=max(counts),
        mean=round(mean),
        active=whole.order_by().values("annotator").distinct().count(),
        left=left,
        forecast_on=today + timedelta(days=min(ceil(left / mean), 36_500)) if mean and left else None,
        due_on=due_on,
        needed=needed,
    )


class Estimated(NamedTuple):
    """A statistic beside its name, and where it stands along the axis of its kind."""

    name: str
    report: AgreementReport
    whisker: Whisker | None

    @property
    def sentence(self) -> str:
        """What a chart of it says."""
        value, low, high = self.report.value, self.report.low, self.report.high
        shown = f"{value:.2f}"
        if low is not None and high is not None:
            shown = words("{value}, {low} to {high}", value=shown, low=f"{low:.2f}", high=f"{high:.2f}")
        if self.whisker is None or not self.whisker.is_below:
            return words("{name}: {shown}", name=self.name, shown=shown)
        return words("{name}: {shown}, below the target", name=self.name, shown=shown)


class Group(NamedTuple):
    """All statistics of one kind of verdict under one trait version."""

    name: str
    verdict: str
    trait_version_id: UUID | None
    by_statistic: Mapping[str, AgreementReport]
    shares: Sequence[Share]
    distribution: Distribution | None

    @property
    def alpha(self) -> AgreementReport | None:
        """Krippendorff's alpha."""
        return self.by_statistic.get(STATISTIC.ALPHA)

    @property
    def of_agreement(self) -> list[AgreementReport | None]:
        """The statistics of agreement in the order of their columns."""
        return [self.by_statistic.get(each) for each in OF_AGREEMENT]


def groups_of(measurement: Measurement) -> list[Group]:
    """Return the headline figures, by kind of verdict and trait."""
    reports = measurement.agreement.filter(domain=None, criterion=None, annotator=None)
    found: dict[tuple[str, UUID | None], dict[str, AgreementReport]] = {}
    names: dict[tuple[str, UUID | None], str] = {}
    for each in reports.select_related("trait_version__trait").order_by("trait_version__trait__name", "pk"):
        key = (each.verdict, each.trait_version_id)
        found.setdefault(key, {})[each.statistic] = each
        names[key] = name_of(each.verdict, each.trait_version)
    distributions = {(each.verdict, each.trait_version_id): each for each in measurement.distributions.all()}
    return [
        Group(names[key], *key, by_statistic, shares_of(distributions.get(key)), distributions.get(key))
        for key, by_statistic in found.items()
    ]


def name_of(verdict: str, version: Any) -> str:
    """Return what people call a group of figures."""
    if version is None:
        return NAMELESS[VerdictKind(verdict)]
    name = str(version.trait.name)
    return f"{name}, ratings" if verdict == VerdictKind.RATING else name


def shares_of(distribution: Distribution | None) -> list[Share]:
    """Return how answers are spread: of strengths by how strong they are, on whichever side."""
    if distribution is None:
        return []
    counts = distribution.counts
    if distribution.verdict in (VerdictKind.PREFERENCE, VerdictKind.OUTSIDE):
        counts = [counts[3], *(counts[3 - strength] + counts[3 + strength] for strength in (1, 2, 3))]
    return shares(counts)


def whiskers(
    groups: Iterable[Group], statistic: str, *, least: Axis, step: float, target: float | None = None
) -> dict[str, Any]:
    """Return one statistic of each group along an axis that holds all of them.

    Args:
        groups: those without the statistic are left out.
        statistic: its name.
        least: what the axis holds in any case.
        step: of which its ends are multiples.
        target: what is to be reached; without one a line marks 0, where there is no bias.
    """
    chosen = [(each.name, each.by_statistic[statistic]) for each in groups if statistic in each.by_statistic]
    ends = [end for _, report in chosen for end in (report.low, report.high, report.value)]
    axis = axis_over(ends, least=least, step=step)
    rows = [
        Estimated(
            name,
            report,
            None if report.value is None else placed(report.value, report, axis, target),
        )
        for name, report in chosen
    ]
    label = words("{begin} to {end}", begin=f"{axis.begin:g}", end=f"{axis.end:g}")
    if target is not None:
        label = words("{label}, target {target}", label=label, target=f"{target:.2f}")
    return {
        "rows": rows,
        "label": label,
        "below": [each for each in rows if each.whisker and each.whisker.is_below],
    }


def placed(value: float, report: AgreementReport, axis: Axis, target: float | None) -> Whisker:
    """Return where an estimate stands, with a line at its target or at 0."""
    found = whisker(value, report.low, report.high, axis, target=target)
    return found if target is not None else found._replace(target=axis.at(0))


class Divided(NamedTuple):
    """An item on which people are divided."""

    row: DividedItem
    trait: str
    votes: Votes
    text: str
    """The beginning of what was asked; empty where a content note comes first."""


def disagreements_of(measurement: Measurement, version: str) -> list[Divided]:
    """Return the items with the highest spread, of one trait version or of all."""
    rows = measurement.divided_items.select_related("item__scenario", "trait_version__trait")
    if version:
        rows = rows.filter(trait_version=None if version == "overall" else UUID(version))
    return [
        Divided(
            each,
            name_of(VerdictKind.PREFERENCE, each.trait_version),
            vote_bars(each.votes),
            "" if each.item.scenario.content_warnings else beginning(each.item.scenario.messages),
        )
        for each in rows.order_by("-spread", "pk")[:SHOWN]
    ]


def beginning(messages: Sequence[Mapping[str, Any]]) -> str:
    """Return the first words of the last message."""
    text = " ".join(str(messages[-1]["content"]).split()) if messages else ""
    return text if len(text) <= 90 else f"{text[:88]} …"


class Queue(NamedTuple):
    """A queue as the page shows it."""

    row: QueueHealth
    days: int | None
    """How long the oldest waits."""
    skipped: int
    """In percent of what was handed out."""
    state: str
    """done, skipped, stuck or healthy."""


def queues_of(measurement: Measurement, today: date) -> list[Queue]:
    """Return how each domain's items are getting on, those with the most waiting first."""
    return [
        Queue(
            each,
            (today - each.oldest_at.date()).days if each.oldest_at else None,
            round(100 * each.skipped / each.handed_out) if each.handed_out else 0,
            state_of(each),
        )
        for each in measurement.queues.select_related("domain").order_by("-waiting", "domain__name")
    ]


def state_of(queue: QueueHealth) -> str:
    """Return the first thing that a lead should know of a queue."""
    if not queue.waiting:
        return "done"
    if queue.handed_out >= FEWEST_HANDED_OUT and 100 * queue.skipped >= MOST_SKIPPED * queue.handed_out:
        return "skipped"
    return "healthy" if queue.recent else "stuck"


class Person(NamedTuple):
    """What one person did, by trait, and how far they agree with the others."""

    user: User
    total: int
    cells: Sequence[tuple[int, str]]
    """Labels, and alpha with its interval as it is written: there may be hundreds, and filters are slow."""


def people_of(project: Project, measurement: Measurement, versions: Sequence[UUID]) -> list[Person]:
    """Return progress by person and trait, those with the most first."""
    rows = DailyCount.objects.filter(project=project).order_by()
    counted: dict[tuple[UUID, UUID | None], int] = {
        (annotator, version): count
        for annotator, version, count in rows.values_list("annotator", "trait_version").annotate(Sum("count"))
    }
    reports = measurement.agreement.filter(
        verdict=VerdictKind.PREFERENCE,
        statistic=STATISTIC.ALPHA,
        domain=None,
        criterion=None,
        annotator__isnull=False,
    )
    alphas = {
        (annotator, version): written(value, low, high)
        for annotator, version, value, low, high in reports.values_list(
            "annotator", "trait_version", "value", "low", "high"
        )
        if value is not None
    }
    members = project.memberships.values_list("user", flat=True)
    users = User.objects.in_bulk({*members, *(annotator for annotator, _ in counted)})
    found = [
        Person(
            user,
            counted.get((pk, None), 0),
            [(counted.get((pk, version), 0), alphas.get((pk, version), "")) for version in versions],
        )
        for pk, user in users.items()
    ]
    return sorted(found, key=lambda person: (-person.total, str(person.user)))[:MOST_PEOPLE]


def by_domain(measurement: Measurement, versions: Sequence[UUID]) -> dict[str, Any]:
    """Return alpha of preferences by trait and domain as a table."""
    reports = measurement.agreement.filter(
        verdict=VerdictKind.PREFERENCE,
        statistic=STATISTIC.ALPHA,
        criterion=None,
        annotator=None,
        domain__isnull=False,
    ).select_related("domain")
    cells = {(each.trait_version_id, each.domain_id): each for each in reports}
    domains = {each.domain_id: each.domain for each in cells.values() if each.domain}
    columns = sorted(domains, key=lambda slug: domains[slug].name)
    return {
        "domains": [domains[slug] for slug in columns],
        "rows": [[cells.get((version, slug)) for slug in columns] for version in versions],
    }


def weakest_criteria(measurement: Measurement) -> list[AgreementReport]:
    """Return the criteria whose wording most needs work."""
    reports = measurement.agreement.filter(
        verdict=VerdictKind.MARK, statistic=STATISTIC.ALPHA, criterion__isnull=False, value__lt=TENTATIVE
    )
    return list(reports.select_related("criterion").order_by("value", "pk")[:SHOWN])


def figures(project: Project, measurement: Measurement, version: str, today: date) -> dict[str, Any]:
    """Return everything that a measurement gives the page."""
    found = groups_of(measurement)
    groups = [each for each in found if each.verdict not in FROM_OUTSIDE]
    judged = [each for each in groups if each.verdict != VerdictKind.MARK]
    preferred = [each for each in groups if each.verdict == VerdictKind.PREFERENCE]
    marked = [each for each in groups if each.verdict == VerdictKind.MARK]
    traits = [each for each in preferred if each.trait_version_id]
    versions = [each.trait_version_id for each in traits if each.trait_version_id]
    domains = by_domain(measurement, versions)
    return {
        "median": spoken(measurement.median_ms),
        "outside": [each for each in found if each.verdict in FROM_OUTSIDE],
        "judged": judged,
        "preferred": preferred,
        "traits": traits,
        "columns": [each.label for each in OF_AGREEMENT],
        "alpha": whiskers(judged, STATISTIC.ALPHA, least=Axis(0, 1), step=0.2, target=TENTATIVE),
        "criteria": whiskers(marked, STATISTIC.ALPHA, least=Axis(0, 1), step=0.2, target=TENTATIVE),
        "weakest": weakest_criteria(measurement) if marked else [],
        "position": whiskers(preferred, STATISTIC.POSITION_BIAS, least=Axis(-0.2, 0.2), step=0.1),
        "length": whiskers(preferred, STATISTIC.LENGTH_BIAS, least=Axis(-1, 1), step=0.5),
        "consistency": [
            (each.name, each.by_statistic[STATISTIC.SELF_CONSISTENCY])
            for each in preferred
            if STATISTIC.SELF_CONSISTENCY in each.by_statistic
        ],
        "domains": domains["domains"],
        "by_domain": list(zip(traits, domains["rows"], strict=True)),
        "divided": disagreements_of(measurement, version),
        "queues": queues_of(measurement, today),
        "people": people_of(project, measurement, versions),
        "standings": gold_figures(measurement),
    }
