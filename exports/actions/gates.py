"""Checks the gates of a frozen release, lets people look at findings, and waive what a second steward answers for."""

import logging
from collections.abc import Callable
from functools import reduce
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Max, QuerySet

from accounts.audit import Actor, person_behind, record
from accounts.models import User
from config.wording import Words, as_json, words
from curation.text import sanitise
from exports.gating import people, personal, texts, trust
from exports.gating.outcome import Checked, Outcome, as_demo, failed
from exports.models import (
    Finding,
    FindingReview,
    Gate,
    GateResult,
    Recipe,
    Release,
    ReleaseMeasures,
    Thresholds,
    Waiver,
    WaiverRefusal,
    WaiverRequest,
)
from exports.models.gates import LEAST_REASON
from exports.released import projects_of
from runs.actions import start
from runs.models import Run

logger = logging.getLogger(__name__)

KIND = "exports.gates"
GATES: dict[Gate, Callable[[Checked], Outcome]] = {
    Gate.ANNOTATORS: trust.enough_people,
    Gate.AGREEMENT: trust.agreement,
    Gate.GOLD: trust.gold_accuracy,
    Gate.ADJUDICATION: trust.settled,
    Gate.LEAKS: texts.leaks,
    Gate.CONTAMINATION: texts.contamination,
    Gate.PERSONAL_DATA: personal.personal_data,
    Gate.IDENTITY: texts.identity,
    Gate.POSITION: trust.position,
    Gate.LENGTH: trust.length,
    Gate.LICENSES: texts.licenses,
    Gate.CONSENT: people.consent,
    Gate.DEMOGRAPHICS: people.demographics,
    Gate.CANARIES: people.canaries,
}
"""In the order of the page; a release is held until each has passed, doesn't apply, or was waived."""
SHOWN_IN_DEMO = frozenset(
    {
        Gate.ANNOTATORS, Gate.AGREEMENT, Gate.GOLD, Gate.ADJUDICATION,
        Gate.CONTAMINATION, Gate.POSITION, Gate.LENGTH, Gate.DEMOGRAPHICS,
    }
)  # fmt: skip
"""Gates about quality: of the demo, which says on its card that it is none, they are only figures."""
LIMITS = (
    "annotators", "alpha_permille", "gold_percent", "position_points", "length_points", "identity_leaks", "band_people",
)  # fmt: skip
DEFAULTS: dict[str, int] = {name: getattr(Thresholds(), name) for name in LIMITS}
WRITING = words("Its card is being written anew, since a gate was checked or waived. Try again in a moment.")
UNWRITTEN = words("Its card could not be written after a gate was checked or waived. Check its gates again.")
NAMELESS = words("Your name will stand in the card. Enter it in your profile first.")


class NotWaivable(Exception):
    """A waiver can't be asked for or given like this. The text says why."""


class Waived(NamedTuple):
    """A waiver in force, with the result that it answers for now."""

    result: GateResult
    waiver: Waiver


def thresholds_of(recipe: Recipe) -> dict[str, int]:
    """Return how strict the gates of a recipe are now."""
    found = Thresholds.objects.filter(recipe=recipe).first() or Thresholds(recipe=recipe)
    return {name: getattr(found, name) for name in LIMITS}


def check_gates(release: Release) -> list[GateResult]:
    """Check every gate of a frozen release, and keep what each found. An error is a failure."""
    texts.bring_up_to_date(release)
    checked = Checked(
        release=release,
        projects=projects_of(release.pk),
        limits=DEFAULTS | release.terms.get("gates", {}),
        measures=measures_of(release),
    )
    is_demo = bool(release.terms.get("is_demo"))
    outcomes = {}
    for gate, evaluate in GATES.items():
        outcome = outcome_of(evaluate, checked)
        outcomes[gate] = as_demo(outcome) if is_demo and gate in SHOWN_IN_DEMO else outcome
    return kept(release, outcomes)


def outcome_of(evaluate: Callable[[Checked], Outcome], checked: Checked) -> Outcome:
    """Return what a gate found; whatever goes wrong there, goes wrong for that gate alone."""
    try:
        with transaction.atomic():
            return evaluate(checked)
    except Exception:  # A gate that can't be checked is one that fails.
        logger.exception("A gate of %s could not be checked", checked.release)
        return failed(
            words("It could not be checked"),
            words("a figure"),
            words("Check again. If it stays, look at the log of the worker."),
        )


@transaction.atomic
def kept(release: Release, outcomes: dict[Gate, Outcome]) -> list[GateResult]:
    """Append the results of one check."""
    # Without the lock two checks at once would take the same number.
    Release.objects.select_for_update(of=("self",)).get(pk=release.pk)
    last = release.gate_results.aggregate(last=Max("attempt"))["last"] or 0
    return GateResult.objects.bulk_create(
        GateResult(
            release=release,
            attempt=last + 1,
            gate=gate,
            status=outcome.status,
            figure=outcome.figure[:400],
            needed=outcome.needed,
            next_step=outcome.next_step,
            wording=packed_texts(outcome),
            project_id=outcome.project,
        )
        for gate, outcome in outcomes.items()
    )


def packed_texts(outcome: Outcome) -> dict[str, Any]:
    """Return what the texts of an outcome were put together from."""
    texts_ = {"figure": outcome.figure, "needed": outcome.needed, "next_step": outcome.next_step}
    return {name: as_json(text) for name, text in texts_.items() if isinstance(text, Words)}


def measures_of(release: Release) -> dict[str, Any]:
    """Return what is measured over the rows of a release; once measured, it is read."""
    known = ReleaseMeasures.objects.filter(release=release).first()
    if known is None:
        # numpy is heavy, and only workers measure.
        from exports.measured import measured  # noqa: PLC0415

        known, _ = ReleaseMeasures.objects.get_or_create(
            release=release, defaults={"values": measured(release)}
        )
    return known.values


def why_held(release: Release, *, is_live: bool = True) -> str:
    """Return why a release must not be published now, for people; empty when it may.

    Args:
        release: a frozen one.
        is_live: whether consent is asked anew, which takes a while over millions of judgments; a page needs not.
    """
    results = GateResult.objects.in_force().filter(release=release)
    if {result.gate for result in results} != set(GATES):
        return words(
            "Its gates were never checked. Check them on its page, or with: ./arete manage gates {release} --check",
            release=str(release),
        )
    held = [result.get_gate_display() for result in results.open()]
    if is_live and Gate.CONSENT.label not in held and why_withdrawn(release):
        held.append(words("{gate} (withdrawn since the check)", gate=Gate.CONSENT.label))
    if held:
        return words(
            "{count} of its gates fail and are not waived: {names}. See them on its page, or with: "
            "./arete manage gates {release}",
            count=len(held),
            names=reduce(lambda some, last: words("{some}, {last}", some=some, last=last), held),
            release=str(release),
        )
    return why_unwritten(release)


def why_withdrawn(release: Release) -> str:
    """Return that people have withdrawn what is in a release; empty when everybody still agrees."""
    live = people.consent(Checked(release, [], {}, {}))
    if live.status != GateResult.Status.FAILED:
        return ""
    return words(
        "{release} holds judgments that were withdrawn: {figure} agree. {next_step}",
        release=str(release),
        figure=live.figure,
        next_step=live.next_step,
    )


def why_unwritten(release: Release) -> str:
    """Return why the papers of a release don't say yet what became of its gates."""
    newest = Run.objects.filter(kind=KIND, arguments__release=str(release.pk)).order_by("-pk").first()
    if newest is None or newest.state == Run.State.DONE:
        return ""
    return WRITING if newest.is_unfinished else UNWRITTEN


def waivers_of(release: Release) -> list[Waived]:
    """Return the waivers that hold for the newest results of a release, in the order of the gates."""
    waivers = Waiver.objects.filter(request__result__release=release).select_related(
        "approved_by", "request__asked_by", "request__result"
    )
    by_figure = {}
    for waiver in waivers.order_by("-pk"):
        was = waiver.request.result
        by_figure[was.gate, was.figure, was.needed] = waiver
    results = release.gate_results.in_force().failed()
    pairs = ((each, by_figure.get((each.gate, each.figure, each.needed))) for each in results)
    return [Waived(result, waiver) for result, waiver in pairs if waiver is not None]


@transaction.atomic
def ask_waiver(result: GateResult, reason: str, *, asked_by: User, request: Actor = None) -> WaiverRequest:
    """Ask that a release may leave in spite of a gate.

    Raises:
        NotWaivable: the gate doesn't fail, is never waived, or nothing much is said.
    """
    said = " ".join(sanitise(reason).text.split())
    if not result.may_be_waived:
        raise NotWaivable(words("This gate is not waived."))
    if len(said) < LEAST_REASON:
        raise NotWaivable(
            words("Say in {n} characters or more why it may leave all the same.", n=LEAST_REASON)
        )
    named(asked_by)
    asked, is_new = WaiverRequest.objects.get_or_create(
        result=result, asked_by=asked_by, defaults={"reason": said}
    )
    if is_new:
        record(request or asked_by, "waiver.asked", asked, release=str(result.release), gate=result.gate)
    elif WaiverRefusal.objects.filter(request=asked).exists():
        raise NotWaivable(
            words("Your request was refused. Once the gates are checked again, you can ask anew.")
        )
    return asked


@transaction.atomic
def waive(asked: WaiverRequest, *, approved_by: User, request: Actor = None) -> Waiver:
    """Answer for a release that leaves in spite of a gate; its papers are written anew with both names.

    Raises:
        NotWaivable: the person asked for it or cut the release, it was refused, or it is on its way already.
    """
    # Without the lock somebody could refuse at the same moment.
    asked = locked_request(asked)
    release = asked.result.release
    if approved_by.pk == asked.asked_by_id:
        raise NotWaivable(words("You asked for it. Another steward has to answer for it."))
    if approved_by.pk == release.created_by_id:
        raise NotWaivable(words("You cut this release. Another steward has to answer for it."))
    if release.publications.exists():
        raise NotWaivable(words("This release is being published, or was. What its card says stays."))
    if WaiverRefusal.objects.filter(request=asked).exists():
        raise NotWaivable(words("It was refused, so nobody can answer for it any more."))
    named(approved_by)
    waiver, is_new = Waiver.objects.get_or_create(request=asked, defaults={"approved_by": approved_by})
    if is_new:
        start_papers(release, created_by=approved_by)
        record(request or approved_by, "waiver.given", waiver, release=str(release), gate=asked.result.gate)
    return waiver


@transaction.atomic
def refuse_waiver(
    asked: WaiverRequest, reason: str, *, refused_by: User, request: Actor = None
) -> WaiverRefusal:
    """Say that one does not answer for a release in spite of a gate, and why. The first word stands.

    Raises:
        NotWaivable: the person asked for it, it was given, or nothing is said.
    """
    # Without the lock somebody could answer for it at the same moment.
    asked = locked_request(asked)
    said = " ".join(sanitise(reason).text.split())
    if refused_by.pk == asked.asked_by_id:
        raise NotWaivable(words("You asked for it. Another steward answers for it, or refuses it."))
    if not said:
        raise NotWaivable(words("Say why you don't answer for it."))
    if Waiver.objects.filter(request=asked).exists():
        raise NotWaivable(words("Somebody has answered for it already."))
    refusal, is_new = WaiverRefusal.objects.get_or_create(
        request=asked, defaults={"reason": said, "refused_by": refused_by}
    )
    if is_new:
        about = {"release": str(asked.result.release), "gate": asked.result.gate}
        record(request or refused_by, "waiver.refused", refusal, **about)
    return refusal


def locked_request(asked: WaiverRequest) -> WaiverRequest:
    """Return a request that nobody else answers until the transaction ends."""
    rows = WaiverRequest.objects.select_for_update(of=("self",))
    return rows.select_related("result__release__recipe").get(pk=asked.pk)


def refusals_of(release: Release, gate: str = "") -> "QuerySet[WaiverRefusal]":
    """Return the waivers that were refused of a release, or of one of its gates, the latest first."""
    rows = WaiverRefusal.objects.filter(request__result__release=release)
    rows = rows.filter(request__result__gate=gate) if gate else rows
    return rows.select_related("refused_by", "request__asked_by", "request__result").order_by("-pk")


def named(person: User) -> None:
    """Refuse people without a name, since it stands in the card.

    Raises:
        NotWaivable: the person has none.
    """
    if not person.name:
        raise NotWaivable(NAMELESS)


def start_papers(release: Release, *, created_by: User | None = None, checks: bool = False) -> Run:
    """Have the papers of a release written anew, after checking its gates again if wished."""
    return start(KIND, {"release": str(release.pk), "checks": checks}, created_by=created_by, unit="gates")


@transaction.atomic
def start_check(release: Release, *, actor: Actor = None) -> Run | None:
    """Have the gates of a release checked again. One check at a time; None once it is being published."""
    # Without the lock two people who press at once would both begin.
    Release.objects.select_for_update(of=("self",)).get(pk=release.pk)
    if release.state == Release.State.DRAFT or release.publications.exists():
        return None
    unfinished = Run.objects.unfinished().filter(
        kind=KIND, arguments__release=str(release.pk), arguments__checks=True
    )
    return unfinished.first() or start_papers(release, created_by=person_behind(actor), checks=True)


@transaction.atomic
def review_finding(finding: Finding, verdict: str, *, reviewer: User, request: Actor = None) -> FindingReview:
    """Note that a steward looked at a finding and lets its text leave. The first word stands."""
    review, is_new = FindingReview.objects.get_or_create(
        finding=finding, defaults={"verdict": verdict, "reviewed_by": reviewer}
    )
    if is_new:
        record(request or reviewer, "finding.reviewed", finding, kind=finding.kind, verdict=verdict)
    return review
