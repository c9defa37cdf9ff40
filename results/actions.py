"""Takes in what came back from training and evaluation, and takes mistakes out of the count."""

import re
from collections.abc import Iterator
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.audit import Actor, person_behind, record
from config.ids import uuid7
from curation.models import Domain, Trait
from exports.models import Release, ReleasePrompt
from exports.models.releases import Split
from results.models import Evaluation, Report, Retraction, Score
from results.readers import BadFile, Figure, Line, Subject, ending_of, read
from results.readers.base import NO_DOMAIN as NO_DOMAIN_SAID
from results.readers.base import UNTRAINED

BATCH = 2_000
LONGEST_NAME = 200
ALL_BUT, ALONE = "no_", "only_"
"""How the subsets of a release are called."""
NO_MODEL = "Say which model was tested."
NO_BASE = "Say what the model was trained from, so that it can be compared with it."
NO_TRAINING = "Say on what the model was trained: a release or domains, or that it is the untrained model."
BOTH = "An untrained model was trained on no release."
NO_DOMAINS = "The training rows of {release} name no domains. Say on which the model was trained."
NO_RELEASE = "There is no frozen release “{said}”. Write it as recipe@version, or by its id."
NO_DOMAIN = "There is no domain “{said}”. Domains are {known}."
NO_TRAIT = "There is no trait “{said}”."
TWICE = "The same figure stands at {place} already."
VERSION = re.compile(r"([-a-z0-9_]+)@(\d{1,4})\.(\d{1,4})\.(\d{1,4})", re.ASCII)
TWO_WAYS = "This model is described above in other words. Describe it the same way in each row."
OF_A_MODEL = ("model", "base_model", "release_id", "trained_on", "method", "seed", "step")
MOST_MODELS = 500
TOO_MANY = f"There are more than {MOST_MODELS} models. Push the file in parts."
NAMED = 20
"""Models that the trail names."""


class WasRetracted(Exception):
    """This very report was taken back. Another one must say something else."""


class Pushed(NamedTuple):
    """What arrived."""

    name: str
    sha256: str
    lines: Iterator[Line]


class Told(NamedTuple):
    """One model with its figures, each with its place in the file."""

    place: str
    """Where the model is first named."""
    tested: Subject
    figures: list[tuple[str, Figure]]


def pushed_file(path: Path, name: str) -> Pushed:
    """Return a file as what arrived; it is read later.

    Args:
        path: where it lies.
        name: with one of the endings of `results.readers`.
    """
    with path.open("rb") as content:
        summed = file_digest(content, "sha256").hexdigest()
    return Pushed(name[-LONGEST_NAME:], summed, read(path, ending_of(name)))


def report_results(pushed: Pushed, given: Subject, *, actor: Actor = None) -> tuple[Report, bool]:
    """Write down what a file tells. The same file with the same words about it changes nothing.

    Args:
        pushed: what arrived.
        given: what people say about the model; it goes before what the file says.
        actor: who reports.

    Returns:
        The report, and whether it is new.

    Raises:
        BadFile: the file can't be used.
        WasRetracted: the same report was taken back.
    """
    digest = sha256(repr((pushed.sha256, tuple(given))).encode()).hexdigest()
    known = Report.objects.filter(digest=digest)
    if found := known.select_related("retraction").first():
        return standing(found), False
    told = told_in(pushed.lines, given)
    try:
        return write_report(pushed, digest, told, actor), True
    except IntegrityError:
        # Somebody else pushed the same at the same moment.
        if found := known.select_related("retraction").first():
            return standing(found), False
        raise


def standing(report: Report) -> Report:
    """Return a report that counts.

    Raises:
        WasRetracted: it was taken back.
    """
    if hasattr(report, "retraction"):
        raise WasRetracted
    return report


def told_in(lines: Iterator[Line], given: Subject) -> list[Told]:
    """Return the models of a file with their figures.

    Raises:
        BadFile: a figure stands there twice, or there are more models than anybody means.
    """
    said: dict[str, Any] = {name: each for name, each in given._asdict().items() if each not in ("", None)}
    found: dict[Subject, Told] = {}
    places: dict[tuple[Subject, Figure], str] = {}
    for line in lines:
        tested = line.tested._replace(**said)
        key = tested, line.figure._replace(value=0, n=1, stderr=None, family="")
        if key in places:
            raise BadFile(line.place, "", TWICE.format(place=places[key] or "the same place"))
        places[key] = line.place
        if tested not in found and len(found) == MOST_MODELS:
            raise BadFile(line.place, "model", TOO_MANY)
        told = found.setdefault(tested, Told(line.place, tested, []))
        told.figures.append((line.place, line.figure))
    return list(found.values())


@transaction.atomic
def write_report(pushed: Pushed, digest: str, told: list[Told], actor: Actor) -> Report:
    """Write a report with its evaluations and scores.

    Raises:
        BadFile: a model, domain or trait is not known, or something is not said that must be.
    """
    reporter = person_behind(actor)
    report = Report.objects.create(
        file_name=pushed.name,
        sha256=pushed.sha256,
        digest=digest,
        figures=sum(len(each.figures) for each in told),
        reported_by=reporter,
    )
    domains = set(Domain.objects.values_list("pk", flat=True))
    traits = dict(Trait.objects.values_list("slug", "pk"))
    seen: set[tuple[object, ...]] = set()
    for each in told:
        evaluation = evaluation_of(each, report, domains)
        key = tuple(map(str, (getattr(evaluation, name) for name in OF_A_MODEL)))
        if key in seen:
            raise BadFile(each.place, "", TWO_WAYS)
        seen.add(key)
        evaluation.save(force_insert=True)
        scores = [score_of(figure, evaluation, place, domains, traits) for place, figure in each.figures]
        Score.objects.bulk_create(scores, batch_size=BATCH)
    models = sorted({each.tested.model for each in told})
    record(
        actor,
        "results.reported",
        report,
        file=report.file_name,
        models=models[:NAMED],
        figures=report.figures,
    )
    return report


def evaluation_of(told: Told, report: Report, domains: set[str]) -> Evaluation:
    """Return a model as a row, not yet saved.

    Raises:
        BadFile: something is not said that must be.
    """
    tested, place = told.tested, told.place
    release = release_named(tested.release, place)
    trained_on = domains_in(tested.trained_on, release, place, domains)
    if not tested.model:
        raise BadFile(place, "model", NO_MODEL)
    base_model = tested.base_model or ("" if trained_on else tested.model)
    if not base_model:
        raise BadFile(place, "base_model", NO_BASE)
    return Evaluation(
        id=uuid7(),
        report=report,
        model=tested.model,
        base_model=base_model,
        release=release,
        trained_on=trained_on,
        method=tested.method,
        seed=tested.seed,
        step=tested.step,
    )


def score_of(
    figure: Figure, evaluation: Evaluation, place: str, domains: set[str], traits: dict[str, UUID]
) -> Score:
    """Return a figure as a row, not yet saved.

    Raises:
        BadFile: there is no such domain or trait.
    """
    if figure.domain and figure.domain not in domains:
        raise BadFile(place, "domain", NO_DOMAIN.format(said=figure.domain, known=", ".join(sorted(domains))))
    if figure.trait and figure.trait not in traits:
        raise BadFile(place, "trait", NO_TRAIT.format(said=figure.trait))
    return Score(
        evaluation=evaluation,
        measure=figure.measure,
        domain_id=figure.domain or None,
        trait_id=traits.get(figure.trait),
        variant=figure.variant,
        pushes=figure.pushes,
        sample=figure.sample,
        family=figure.family,
        value=figure.value,
        n=figure.n,
        stderr=figure.stderr,
    )


def release_named(said: str, place: str) -> Release | None:
    """Return a frozen release by recipe@version or its id; None where nothing was said.

    Raises:
        BadFile: there is none.
    """
    if not said:
        return None
    releases = Release.objects.frozen()
    if version := VERSION.fullmatch(said):
        slug, *numbers = version.groups()
        major, minor, patch = map(int, numbers)
        releases = releases.filter(recipe__slug=slug, major=major, minor=minor, patch=patch)
    else:
        try:
            releases = releases.filter(pk=UUID(said))
        except ValueError:
            releases = releases.none()
    found = releases.first()
    if found is None:
        raise BadFile(place, "release", NO_RELEASE.format(said=said))
    return found


def domains_in(said: str, release: Release | None, place: str, domains: set[str]) -> list[str]:
    """Return on which domains a model was trained, sorted; none for the untrained model.

    Args:
        said: domains with commas between, the name of a subset, the word for none, or nothing.
        release: it was trained on.
        place: in the file.
        domains: that there are.

    Raises:
        BadFile: it is not said, or there is no such domain.
    """
    if said == UNTRAINED:
        if release:
            raise BadFile(place, "trained_on", BOTH)
        return []
    subset = said.removeprefix("rl_")
    if said and not subset.startswith(ALL_BUT):
        found = {part.strip() for part in subset.removeprefix(ALONE).split(",")} - {""}
    elif release is None:
        raise BadFile(place, "trained_on", NO_TRAINING)
    else:
        found = trained_domains(release, place)
    left_out = {subset.removeprefix(ALL_BUT)} if subset.startswith(ALL_BUT) else set()
    for each in sorted((found | left_out) - domains):
        raise BadFile(place, "trained_on", NO_DOMAIN.format(said=each, known=", ".join(sorted(domains))))
    if not found - left_out:
        raise BadFile(place, "trained_on", NO_TRAINING)
    return sorted(found - left_out)


def trained_domains(release: Release, place: str) -> set[str]:
    """Return the domains of a release's training rows.

    Raises:
        BadFile: they name none.
    """
    rows = ReleasePrompt.objects.filter(release=release, split=Split.TRAIN).exclude(domain=NO_DOMAIN_SAID)
    found = set(rows.values_list("domain", flat=True).distinct())
    if not found:
        raise BadFile(place, "trained_on", NO_DOMAINS.format(release=release))
    return found


@transaction.atomic
def retract_report(report: Report, reason: str, *, actor: Actor = None) -> bool:
    """Take a report out of the count; it stays to be read. False when it was taken out already."""
    _, is_new = Retraction.objects.get_or_create(
        report=report, defaults={"reason": reason, "retracted_by": person_behind(actor)}
    )
    if is_new:
        record(actor, "results.retracted", report, reason=reason)
    return is_new
