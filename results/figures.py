"""Reads what was reported, as the arithmetic of transfer and pressure wants it."""

from hashlib import sha256
from math import sqrt
from typing import NamedTuple
from uuid import UUID

from django.core.cache import cache
from django.db.models import Avg, Count, F, FloatField, Q, Sum

from config.saying import LazyText, told
from curation.models import CellCount, Domain, Trait
from curation.variants import ALL as VARIANTS
from exports.models import Release
from results.groups import Tried
from results.models import Evaluation, Report, Score
from results.pressure import Change, Curve, Loss, by_pressure, curves, losses, side_effects
from results.transfer import Gap, Line, Matrix, gaps, matrix

KEPT_S = 600
MOST_SUMMED = 300
KEYS = ("trained_on", "measure", "domain_id", "trait__slug", "variant", "pushes", "sample", "family")


class Choice(NamedTuple):
    """Which models are compared, and by what."""

    base_model: str
    release_id: UUID | None = None
    """Only models trained on it; None for all."""
    trait: str = ""
    """Slug; empty for all."""


class Training(NamedTuple):
    """One training; several checkpoints and reports may tell of it."""

    trained_on: tuple[str, ...]
    model: str
    method: str
    seed: int | None


class Row(NamedTuple):
    """A line of the matrix, with how many models stand behind it."""

    line: Line
    models: int


class Missing(NamedTuple):
    """A gap, with what there is to close it."""

    gap: Gap
    trait_name: str
    domain_name: str
    scenarios: int
    annotations: int


class Summed(NamedTuple):
    """The mean of a report's figures of one kind."""

    measure: "LazyText"
    domain: str
    trait: str
    variant: str
    mean: float
    figures: int


class Findings(NamedTuple):
    """Everything that the page of generalisation tells."""

    matrix: Matrix
    rows: list[Row]
    curves: list[Curve]
    pressures: list[Change]
    losses: dict[str, Loss]
    side_effects: list[Change]
    gaps: list[Gap]


def base_models() -> list[str]:
    """Return the models that others were trained from, those with the most models first."""
    rows = Evaluation.objects.in_force().order_by().values("base_model").annotate(n=Count("pk"))
    return [row["base_model"] for row in rows.order_by("-n", "base_model")]


def findings(choice: Choice) -> Findings:
    """Return what the models of a choice show; kept for a while, as long as no report comes or is taken back."""
    reports = Report.objects.aggregate(n=Count("pk"), taken_back=Count("retraction"))
    newest = Report.objects.order_by("-pk").values_list("pk", flat=True).first()
    state = repr((tuple(choice), newest, reports))
    key = f"results-{sha256(state.encode()).hexdigest()}"
    kept = cache.get(key)
    if isinstance(kept, Findings):
        return kept
    found = computed(choice)
    cache.set(key, found, KEPT_S)
    return found


def computed(choice: Choice) -> Findings:
    """Work out what the models of a choice show."""
    evaluations = compared(choice)
    figures = tried(evaluations, choice.trait)
    plain = [each for each in figures if each.measure == "trait" and each.variant in {"", "base"}]
    found = matrix(plain, dict(Domain.objects.values_list("slug", "name")))
    return Findings(
        matrix=found,
        rows=rows_of(found, evaluations),
        curves=curves(figures),
        pressures=by_pressure(figures),
        losses=losses(figures),
        side_effects=side_effects(figures),
        gaps=gaps(plain),
    )


def compared(choice: Choice) -> list[Evaluation]:
    """Return the evaluations that are meant: of the untrained model, and of models trained from it.

    Of several checkpoints of one training the last counts; those without a step count too.
    """
    found = Evaluation.objects.in_force().filter(base_model=choice.base_model)
    if choice.release_id:
        found = found.filter(Q(trained_on=[]) | Q(release=choice.release_id))
    rows = list(found.order_by("pk"))
    last: dict[Training, int] = {}
    for each in rows:
        last[training_of(each)] = max(last.get(training_of(each), 0), each.step or 0)
    return [each for each in rows if each.step in (None, last[training_of(each)])]


def training_of(evaluation: Evaluation) -> Training:
    """Return which training a checkpoint is of."""
    return Training(tuple(evaluation.trained_on), evaluation.model, evaluation.method, evaluation.seed)


def tried(evaluations: list[Evaluation], trait: str) -> list[Tried]:
    """Return figures, each the mean over all models of one training set.

    Args:
        evaluations: that are compared.
        trait: slug; empty for all. What training cost at large stays beside it.
    """
    rows = Score.objects.filter(evaluation__in=evaluations)
    if trait:
        costs = (Score.Measure.OVER_REFUSAL, Score.Measure.ABILITY)
        rows = rows.filter(Q(trait__slug=trait) | Q(trait=None, measure__in=costs))
    named = rows.annotate(trained_on=F("evaluation__trained_on")).order_by().values(*KEYS)
    means = named.annotate(
        mean=Avg("value"),
        replies=Sum("n"),
        told=Count("pk"),
        spread=Count("stderr"),
        squares=Sum(F("stderr") * F("stderr"), output_field=FloatField()),
    )
    return [
        Tried(
            trained_on=tuple(row["trained_on"]),
            measure=row["measure"],
            domain=row["domain_id"] or "",
            trait=row["trait__slug"] or "",
            variant=row["variant"],
            pushes=row["pushes"],
            sample=row["sample"],
            family=row["family"],
            value=row["mean"],
            n=row["replies"],
            stderr=sqrt(row["squares"]) / row["told"] if row["spread"] == row["told"] else None,
        )
        for row in means
    ]


def rows_of(found: Matrix, evaluations: list[Evaluation]) -> list[Row]:
    """Return the lines of a matrix with how many models stand behind each."""
    sets = [each.trained_on for each in {training_of(each) for each in evaluations} if each.trained_on]
    alone = [each[0] for each in sets if len(each) == 1]
    several = len(sets) - len(alone)
    return [Row(line, alone.count(line.key) if line.name else several) for line in found.lines]


def missing(found: list[Gap]) -> list[Missing]:
    """Return gaps with what there is to close them."""
    traits = dict(Trait.objects.values_list("slug", "name"))
    domains = dict(Domain.objects.values_list("slug", "name"))
    counts = {
        (trait, domain): (scenarios, annotations)
        for trait, domain, scenarios, annotations in CellCount.objects.values_list(
            "trait__slug", "domain", "scenarios", "annotations"
        )
    }
    return [
        Missing(
            gap,
            traits.get(gap.trait, gap.trait),
            domains.get(gap.domain, gap.domain),
            *counts.get((gap.trait, gap.domain), (0, 0)),
        )
        for gap in found
    ]


def traits_of(base_model: str) -> list[tuple[str, str]]:
    """Return slug and name of the traits that models of a base were tested for."""
    tested = Score.objects.filter(
        evaluation__base_model=base_model, evaluation__report__retraction=None, trait__isnull=False
    )
    return list(
        Trait.objects.filter(pk__in=tested.values("trait")).order_by("name").values_list("slug", "name")
    )


def releases_of(base_model: str) -> list[Release]:
    """Return the releases that models of a base were trained on, the newest first."""
    models = Evaluation.objects.in_force().filter(base_model=base_model, release__isnull=False)
    light = Release.objects.select_related("recipe").defer("codebook", "terms", "salt", "counts")
    return list(light.filter(pk__in=models.values("release")).order_by("-created_at"))


def summed(report: Report) -> list[Summed]:
    """Return the means of a report's figures by measure, domain, trait and variant."""
    rows = Score.objects.filter(evaluation__report=report).order_by(
        "measure", "domain__position", "domain__name", "trait__name", "variant"
    )
    kinds = rows.values_list("measure", "domain__position", "domain__name", "trait__name", "variant")
    return [
        Summed(Score.Measure(measure).label, domain or "", trait or "", variant_name(variant), mean, figures)
        for measure, _, domain, trait, variant, mean, figures in kinds.annotate(
            mean=Avg("value"), figures=Count("pk")
        )[:MOST_SUMMED]
    ]


def variant_name(value: str) -> str:
    """Return what a kind of scenario is called, in the reader's language; empty for a plain one."""
    return next((told(kind.name) for kind in VARIANTS if kind.value == value), value)
