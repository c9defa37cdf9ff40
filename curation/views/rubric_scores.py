"""How the responses to a scenario, and the stock responses, scored under its rubric."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext

from accounts.models import User
from config.saying import told
from config.wording import words
from curation.models import Criterion, Grading, GradingMark, Response, Scenario
from curation.rubric.probes import KEYWORD_STUFFING, REFUSAL, SAFE_ESSAY
from curation.rubric.score import PASSES_AT, mean_score
from curation.rubric.spread import Spread, per_response, spread, undivided

PROBES = {
    "keyword-stuffing": KEYWORD_STUFFING,
    "safe-essay": SAFE_ESSAY,
    "refusal": REFUSAL,
}
"""Stock responses by the name in their address."""
PROBE_WORDS = {
    KEYWORD_STUFFING: (
        words("Keyword stuffing"),
        words("Names all that the rubric asks for and says nothing about it."),
    ),
    SAFE_ESSAY: (words("A generic safe essay"), words("Says what would fit any question.")),
    REFUSAL: (words("A refusal"), words("Declines without a reason.")),
}


class ScoreRow(NamedTuple):
    """One response, or one probe, with what it scored."""

    name: str
    slug: str
    """In the address at which it is graded."""
    hint: str
    score: float | None = None
    graders: int = 0
    is_mine: bool = False
    """Whether the reader graded it under the rubric as it is."""
    old: float | None = None
    """What it scored under an earlier rubric; given only when it has no grading under this one."""
    is_graded: bool = False
    place: str = "0"
    """On the scale from the lowest score, or 0, to 1."""

    @property
    def percent(self) -> str:
        """The score as people read it."""
        return percent(self.score)

    @property
    def old_percent(self) -> str:
        """The earlier score as people read it."""
        return percent(self.old)

    @property
    def passes(self) -> bool:
        """Whether a stock response gets so much that the rubric can be passed without an answer."""
        return self.score is not None and self.score >= PASSES_AT


class Scores(NamedTuple):
    """Everything that gradings say about a rubric."""

    responses: list[ScoreRow]
    probes: list[ScoreRow]
    spread: Spread | None
    mean: str
    lowest: str
    highest: str
    scale_from: str
    undivided: list[tuple[Criterion, bool]]

    @property
    def passing(self) -> list[ScoreRow]:
        """The stock responses that pass."""
        return [row for row in self.probes if row.passes]


class Newest(NamedTuple):
    """The newest grading of each thing by each grader, under the rubric as it is, and before."""

    current: dict[tuple[str, UUID | None], Grading]
    old: dict[str, Grading]


def percent(score: float | None) -> str:
    """Return a score as people read it; empty when there is none."""
    return "" if score is None else f"{score:.0%}".replace("-", "\N{MINUS SIGN}").replace("%", " %")


def letter_of(place: int) -> str:
    """Return A to Z, then AA, AB and so on."""
    first, last = divmod(place, 26)
    return (letter_of(first - 1) if first else "") + chr(ord("A") + last)


def thing_of(grading: Grading) -> str:
    """Return what a grading is of: a response's id, or a probe's name."""
    return str(grading.response_id or grading.probe)


def newest_gradings(gradings: Iterable[Grading], sha256: str) -> Newest:
    """Part gradings, in the order in which they were made, by the rubric that they used."""
    newest = Newest({}, {})
    for grading in gradings:
        if grading.rubric_sha256 == sha256:
            newest.current[thing_of(grading), grading.grader_id] = grading
        else:
            newest.old[thing_of(grading)] = grading
    return newest


def scores_of(
    scenario: Scenario,
    responses: Sequence[Response],
    rubric: Sequence[Criterion],
    *,
    sha256: str,
    reader: User,
) -> Scores:
    """Return how everything scored that was graded.

    Args:
        scenario: whose gradings are read.
        responses: its responses, in the order of their letters.
        rubric: its criteria, in order.
        sha256: of that rubric.
        reader: who looks.
    """
    gradings = scenario.gradings.order_by("created_at", "pk").only(
        "scenario", "response", "probe", "rubric_sha256", "score", "grader", "created_at"
    )
    newest = newest_gradings(gradings, sha256)
    means = per_response(
        (thing, grading.score) for (thing, _), grading in newest.current.items() if grading.score is not None
    )
    ids = {str(response.pk) for response in responses}
    scored = [score for thing, score in means.items() if thing in ids]
    low = min([0.0, *scored])
    rows = [
        row(
            str(each.pk),
            gettext("Response %(letter)s") % {"letter": letter_of(place)},
            str(each.pk),
            gettext("%(number)s words") % {"number": each.words},
            newest,
            means,
            reader,
            low,
        )
        for place, each in enumerate(responses)
    ]
    probes = [
        row(name, told(PROBE_WORDS[name][0]), slug, told(PROBE_WORDS[name][1]), newest, means, reader, low)
        for slug, name in PROBES.items()
    ]
    found = spread(scored)
    return Scores(
        responses=rows,
        probes=probes,
        spread=found,
        mean=percent(mean_score(scored)),
        lowest=percent(found.lowest if found else None),
        highest=percent(found.highest if found else None),
        scale_from=percent(low),
        undivided=undivided_criteria(newest, ids, rubric),
    )


def row(
    thing: str,
    name: str,
    slug: str,
    hint: str,
    newest: Newest,
    means: Mapping[str, float],
    reader: User,
    low: float,
) -> ScoreRow:
    """Return the scores of one thing."""
    graders = [grader for graded, grader in newest.current if graded == thing]
    score, old = means.get(thing), newest.old.get(thing)
    return ScoreRow(
        name=name,
        slug=slug,
        hint=hint,
        score=score,
        graders=len(graders),
        is_mine=reader.pk in graders,
        old=old.score if old and not graders else None,
        is_graded=bool(graders),
        place="0" if score is None else f"{max(0.0, score - low) / (1 - low):.3f}",
    )


def undivided_criteria(
    newest: Newest, responses: set[str], rubric: Sequence[Criterion]
) -> list[tuple[Criterion, bool]]:
    """Return the criteria that every graded response met, or none did, in the order of the rubric."""
    latest = {thing: grading.pk for (thing, _), grading in newest.current.items() if thing in responses}
    things = {grading: thing for thing, grading in latest.items()}
    marks: dict[str, dict[str, bool]] = {thing: {} for thing in latest}
    rows = GradingMark.objects.filter(grading__in=things).values_list("grading", "criterion", "is_met")
    for grading, criterion, is_met in rows:
        marks[things[grading]][str(criterion)] = is_met
    said = undivided(marks)
    return [(each, said[str(each.pk)]) for each in rubric if str(each.pk) in said]


def next_address(scenario: Scenario, responses: Sequence[Response], grader: User, sha256: str) -> str:
    """Return where a grader goes on: responses first, then stock responses; empty when all are graded."""
    done = scenario.gradings.filter(grader=grader, rubric_sha256=sha256).values_list("response", "probe")
    graded = {response or name for response, name in done}
    for response in responses:
        if response.pk not in graded:
            return reverse("curation:grade", args=[scenario.pk, response.pk])
    for slug, name in PROBES.items():
        if name not in graded:
            return reverse("curation:probe", args=[scenario.pk, slug])
    return ""
