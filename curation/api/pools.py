"""Pools for programs: the policy in force, its draft, what that would do, and putting it in force."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Status
from pydantic import AfterValidator, BaseModel, Field

from accounts.api import Asking, needs
from accounts.models import Role, Scope
from config.rest.paging import Sent
from config.rest.problems import Problem, invalid
from config.rest.routes import Routes
from curation.actions.placing import terms_of
from curation.actions.pool_runs import PREVIEW, newest, start_application, start_preview
from curation.actions.pools import (
    ChangedMeanwhile,
    DraftChanged,
    PolicyFrozen,
    begin_policy,
    discard_policy,
    save_policy,
    stamp,
)
from curation.allotment import EVAL, PRIVATE, Place, Terms, digest
from curation.api.doors import only
from curation.conflicts import Conflict, conflicts
from curation.forms.pools import MOST_FAMILIES, PolicyForm, permille
from curation.models import Canary, Domain, PoolPolicy, Trait
from curation.views.pools import FROZEN, NO_DRAFT, READERS
from runs.api import RunShape, run_shape
from runs.models import Run

routes = Routes(tags=["pools"])
READS = needs(Scope.READ, Scope.CURATE)
WRITES = needs(Scope.CURATE)
CHANGED = "Somebody else changed the draft since. Fetch it, look at it, then send yours with the new “was”."
NO_SUCH = "There is none of this name."
TWICE = "A cell has two shares of its own. Keep one of them."
NAMES = {"domain_": "domains.", "trait_": "traits."}
FINE = "One digit behind the point is enough."
HeldOut = Literal["EVAL", "PRIVATE"]
Name = Annotated[str, Field(min_length=1, max_length=80)]


def coarse(percent: float) -> float:
    """Refuse what permille can't say."""
    if round(percent, 1) != percent:
        raise ValueError(FINE)
    return percent


Percent = Annotated[float, Field(ge=0, le=100), AfterValidator(coarse)]


class ShareShape(BaseModel):
    """The share of a cell that differs from the policy's own."""

    trait: str
    domain: str
    percent: float


class PolicyShape(BaseModel):
    """How families are given their pools."""

    state: Literal["draft", "applied", "frozen", "replaced"]
    eval_percent: float = Field(description="Of each cell, drawn by near-duplicate cluster.")
    seed: str
    domains: dict[str, HeldOut] = Field(description="Held out whole, by slug.")
    traits: dict[str, HeldOut]
    families: dict[UUID, HeldOut]
    shares: list[ShareShape]
    note: str
    was: str = Field(description="Stands for these terms: send it along with new ones.")
    digest: str = Field(description="sha256 of the terms, as releases name it.")
    applied_at: datetime | None
    frozen_at: datetime | None


class ConflictShape(BaseModel):
    """A scenario that is where it should not be, and why."""

    scenario: UUID
    other: UUID | None = Field(description="The one that it is too close to.")
    reason: str


class PoolsShape(BaseModel):
    """The policy in force and the draft, and what marks files that must not be trained on."""

    policy: PolicyShape | None
    draft: PolicyShape | None
    conflicts: list[ConflictShape]
    canaries: dict[str, str] | None = Field(description="By pool, to curators and stewards; null for others.")


class ShareIn(Sent):
    """The share of a cell that differs."""

    trait: Name
    domain: Name
    percent: Percent


class PolicyIn(Sent):
    """All terms of the draft, and which ones they take the place of."""

    eval_percent: Percent
    seed: str = Field(min_length=1, max_length=64)
    domains: dict[Name, HeldOut] = Field({}, max_length=500)
    traits: dict[Name, HeldOut] = Field({}, max_length=500)
    families: dict[UUID, HeldOut] = Field({}, max_length=MOST_FAMILIES)
    shares: list[ShareIn] = Field([], max_length=2_000)
    note: str = Field("", max_length=2000)
    was: str = Field(min_length=1, max_length=64, description="As the draft was fetched.")


class PreviewShape(BaseModel):
    """What the draft would do to every family: see the result of its run once that is done."""

    digest: str = Field(description="Of the draft as it is now: send it along to apply it.")
    is_current: bool = Field(description="Whether the run has counted the draft as it is now.")
    run: RunShape | None


class ApplyIn(Sent):
    """Which terms were looked at."""

    digest: str = Field(min_length=1, max_length=64, description="From GET /pools/draft/preview.")


def policy_shape(policy: PoolPolicy) -> PolicyShape:
    """Return a policy as it is sent."""
    terms = terms_of(policy)
    held: dict[str, Any] = {name: dict(getattr(terms, name)) for name in ("domains", "traits", "families")}
    return PolicyShape(
        **held,
        state=policy.state,  # type: ignore[arg-type]  # One of the choices of its column.
        eval_percent=terms.eval_permille / 10,
        seed=terms.seed,
        shares=[
            ShareShape(trait=place.trait, domain=place.domain, percent=share / 10)
            for place, share in sorted(terms.shares.items())
        ],
        note=policy.note,
        was=stamp(terms, policy.note),
        digest=digest(terms),
        applied_at=policy.applied_at,
        frozen_at=policy.frozen_at,
    )


def conflict_shape(found: Conflict) -> ConflictShape:
    """Return a conflict as it is sent."""
    other = found.other.pk if found.other else None
    return ConflictShape(scenario=found.scenario.pk, other=other, reason=found.reason)


def draft_of(request: Asking) -> PoolPolicy:
    """Return the draft, to curators.

    Raises:
        Problem: there is none.
    """
    only(request, Role.CURATORS)
    draft = PoolPolicy.objects.drafts().first()
    if draft is None:
        raise Problem(409, "no_draft", NO_DRAFT)
    return draft


@routes.get("/pools", auth=READS, response=PoolsShape, url_name="pools")
def pools(request: Asking) -> PoolsShape:
    """Return the policy in force, the draft, and what needs a decision."""
    only(request, *READERS)
    policy = PoolPolicy.objects.in_force().first()
    draft = PoolPolicy.objects.drafts().first()
    sees_canaries = any(map(request.user.has_role, (Role.CURATORS, Role.STEWARDS)))
    return PoolsShape(
        policy=policy_shape(policy) if policy else None,
        draft=policy_shape(draft) if draft else None,
        conflicts=[conflict_shape(each) for each in conflicts(policy)],
        canaries=dict(Canary.objects.values_list("pool", "text")) if sees_canaries else None,
    )


@routes.post("/pools/draft", auth=WRITES, response=PolicyShape, url_name="pools_draft")
def policy_begin(request: Asking) -> PolicyShape:
    """Begin a draft with the terms in force, or return the one that is there."""
    only(request, Role.CURATORS)
    try:
        return policy_shape(begin_policy(actor=request))
    except PolicyFrozen as error:
        raise Problem(409, "policy_frozen", FROZEN) from error


@routes.put("/pools/draft", auth=WRITES, response=PolicyShape, url_name="pools_draft")
def policy_change(request: Asking, said: PolicyIn) -> PolicyShape:
    """Write all terms of the draft anew. Nothing is placed until it is applied."""
    draft = draft_of(request)
    terms, note = checked(draft, said)
    try:
        return policy_shape(save_policy(draft, terms, note=note, was=said.was))
    except ChangedMeanwhile as error:
        draft.refresh_from_db()
        was = stamp(terms_of(draft), draft.note)
        raise Problem(409, "changed_meanwhile", CHANGED, was=was) from error
    except DraftChanged as error:
        raise Problem(409, "no_draft", NO_DRAFT) from error


def checked(draft: PoolPolicy, said: PolicyIn) -> tuple[Terms, str]:
    """Return terms and note, held to the rules of the page.

    Raises:
        Problem: something is named that is not there, or a field can't be used.
    """
    known = {
        "domains": set(Domain.objects.values_list("slug", flat=True)),
        "traits": set(Trait.objects.values_list("slug", flat=True)),
    }
    strange = [f"{name}.{each}" for name in known for each in getattr(said, name) if each not in known[name]]
    for place, share in enumerate(said.shares):
        for name in ("trait", "domain"):
            if getattr(share, name) not in known[f"{name}s"]:
                strange.append(f"shares.{place}.{name}")
    if strange:
        raise invalid((name, NO_SUCH) for name in strange)
    shares = {Place(each.trait, each.domain): permille(Decimal(str(each.percent))) for each in said.shares}
    if len(shares) != len(said.shares):
        raise invalid([("shares", TWICE)])
    form = PolicyForm(fields_of(said), terms=terms_of(draft))
    if not form.is_valid():
        errors = form.errors.get_json_data()
        raise invalid((renamed(name), str(each["message"])) for name in errors for each in errors[name])
    return form.terms(shares), form.cleaned_data["note"]


def fields_of(said: PolicyIn) -> dict[str, Any]:
    """Return terms as the fields of the page."""
    lists = {
        f"families_{pool.lower()}": "\n".join(str(each) for each, to in said.families.items() if to == pool)
        for pool in (EVAL, PRIVATE)
    }
    return {
        **lists,
        **{f"domain_{slug}": pool for slug, pool in said.domains.items()},
        **{f"trait_{slug}": pool for slug, pool in said.traits.items()},
        "eval_percent": said.eval_percent,
        "seed": said.seed,
        "note": said.note,
    }


def renamed(name: str) -> str:
    """Return a field of the page as programs call it."""
    if name.startswith("families_"):
        return "families"
    return next((name.replace(own, sent, 1) for own, sent in NAMES.items() if name.startswith(own)), name)


@routes.delete("/pools/draft", auth=WRITES, response={204: None}, url_name="pools_draft")
def policy_discard(request: Asking) -> Status[None]:
    """Delete the draft. Nothing else changes."""
    discard_policy(draft_of(request), actor=request)
    return Status(204, None)


@routes.get("/pools/draft/preview", auth=READS, response=PreviewShape, url_name="pools_preview")
def policy_previewed(request: Asking) -> PreviewShape:
    """Say what the draft would do, as far as that was counted."""
    draft = draft_of(request)
    return preview_shape(draft, newest(PREVIEW, draft))


@routes.post("/pools/draft/preview", auth=WRITES, response={202: PreviewShape}, url_name="pools_preview")
def policy_preview(request: Asking) -> Status[PreviewShape]:
    """Have it counted what the draft would do to every family, at once where that is quick."""
    draft = draft_of(request)
    return Status(202, preview_shape(draft, start_preview(draft, created_by=request.user)))


def preview_shape(draft: PoolPolicy, run: Run | None) -> PreviewShape:
    """Return what a draft would do as it is sent."""
    current = digest(terms_of(draft))
    is_current = run is not None and run.state == Run.State.DONE and run.result.get("digest") == current
    return PreviewShape(digest=current, is_current=is_current, run=run_shape(run) if run else None)


@routes.post("/pools/draft/apply", auth=WRITES, response={202: RunShape}, url_name="pools_apply")
def policy_apply(request: Asking, said: ApplyIn) -> Status[RunShape]:
    """Put the draft in force as it was previewed: every family gets its pool. Another draft is left alone."""
    run = start_application(draft_of(request), previewed=said.digest, created_by=request.user)
    return Status(202, run_shape(run))
