"""Pools: the policy in force, and a draft on its way to be applied."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from config.saying import told
from config.wording import words
from curation.actions.placing import terms_of
from curation.actions.pool_runs import APPLY, PREVIEW, newest, start_application, start_preview
from curation.actions.pools import (
    ChangedMeanwhile,
    DraftChanged,
    PolicyFrozen,
    begin_policy,
    discard_policy,
    save_policy,
    stamp,
)
from curation.allotment import POOLS, Terms, digest
from curation.conflicts import conflicts
from curation.forms.pools import BaseShareFormSet, PolicyForm, shares_form
from curation.models import Canary, Domain, PoolPolicy, Trait
from curation.pool_matrix import pool_matrix
from runs.models import Run

READERS = (Role.TRAIT_AUTHORS, Role.CURATORS, Role.STEWARDS)
FROZEN = words("The pools were frozen with the first release, so this policy stays in force.")
NO_DRAFT = words("There is no draft any more: it was applied or discarded.")


class Rule(NamedTuple):
    """Something that a policy holds out whole, in words."""

    name: str
    pool: str


class Written(NamedTuple):
    """A draft with the forms that somebody sent, or is to fill."""

    draft: PoolPolicy
    form: PolicyForm
    shares: BaseShareFormSet


@require_safe
@role_required(*READERS)
def pools(request: UserRequest) -> HttpResponse:
    """Show the policy in force, the draft, what marks held-out files, and what needs a decision."""
    policy = PoolPolicy.objects.in_force().select_related("created_by").first()
    draft = PoolPolicy.objects.drafts().select_related("created_by").first()
    terms = terms_of(policy) if policy else None
    context = {
        "policy": policy,
        "draft": draft,
        "run": newest(APPLY, draft) if draft else None,
        "rules": rules(terms) if terms else [],
        "named": len(terms.families) if terms else 0,
        "shares": len(terms.shares) if terms else 0,
        "percent": f"{terms.eval_permille / 10:g}" if terms else "",
        "conflicts": conflicts(policy),
        "canaries": Canary.objects.order_by("pool") if sees_canaries(request) else None,
        "may_write": request.user.has_role(Role.CURATORS),
        "section": "scenarios",
        **outcome(newest(APPLY, policy) if policy else None),
    }
    return render(request, "curation/pools.html", context)


def sees_canaries(request: UserRequest) -> bool:
    """Whether the strings are shown: whoever copies them about makes them worthless."""
    return request.user.has_role(Role.CURATORS) or request.user.has_role(Role.STEWARDS)


def rules(terms: Terms) -> list[Rule]:
    """Return the domains and traits that are held out, by name."""
    domains = dict(Domain.objects.values_list("slug", "name"))
    traits = dict(Trait.objects.values_list("slug", "name"))
    return [
        *(Rule(domains[slug], pool) for slug, pool in sorted(terms.domains.items())),
        *(Rule(traits[slug], pool) for slug, pool in sorted(terms.traits.items())),
    ]


def outcome(run: Run | None) -> dict[str, Any]:
    """Return what a finished run counted, as the page shows it; nothing while there is none."""
    if run is None or run.state != Run.State.DONE or not run.result:
        return {}
    found = run.result
    names = dict(Domain.objects.values_list("slug", "name"))
    traits = dict(Trait.objects.order_by("name").values_list("slug", "name"))
    return {
        "matrix": pool_matrix([tuple(cell) for cell in found["cells"]], traits, names),
        "totals": [(pool, found["pools"].get(pool, 0)) for pool in POOLS],
        "moves": found["moves"],
        "moved": sum(move[-1] for move in found["moves"]),
        "examples": found["examples"],
    }


@require_POST
@role_required(Role.CURATORS)
def policy_begin(request: UserRequest) -> HttpResponse:
    """Begin a draft, with the terms in force."""
    try:
        begin_policy(actor=request)
    except PolicyFrozen:
        messages.error(request, told(FROZEN))
        return redirect("curation:pools")
    return redirect("curation:policy_edit")


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CURATORS)
def policy_edit(request: UserRequest) -> HttpResponse:
    """Write the terms of the draft."""
    draft = PoolPolicy.objects.drafts().first()
    if draft is None:
        messages.error(request, told(NO_DRAFT))
        return redirect("curation:pools")
    terms = terms_of(draft)
    data = request.POST if request.method == "POST" else None
    written = Written(draft, PolicyForm(data, terms=terms, note=draft.note), shares_form(data, terms))
    if data is None:
        return answer(request, written, {"was": stamp(terms, draft.note)})
    state: dict[str, Any] = {"was": data.get("was", "")}
    if not (written.form.is_valid() and written.shares.is_valid()):
        return answer(request, written, state | {"problem": first_problem(written)}, 422)
    return save(request, written, state)


def save(request: UserRequest, written: Written, state: dict[str, Any]) -> HttpResponse:
    """Save what was written, and go on to the preview when that was wanted."""
    note, terms = written.form.cleaned_data["note"], written.form.terms(written.shares.shares)
    try:
        saved = save_policy(written.draft, terms, note=note, was=request.POST.get("over") or state["was"])
    except DraftChanged:
        return answer(request, written, state | {"problem": told(NO_DRAFT)}, 422)
    except ChangedMeanwhile:
        return answer(request, written, state | conflict(written.draft), 409)
    here = "curation:policy_edit"
    if "preview" in request.POST:
        start_preview(saved, created_by=request.user)
        here = "curation:policy_preview"
    if "HX-Request" not in request.headers:
        return redirect(here)
    found = answer(request, written, {"was": stamp(terms, note), "saved_at": timezone.now()})
    if "preview" in request.POST:
        found["HX-Redirect"] = reverse(here)
    return found


def first_problem(written: Written) -> str:
    """Return the first thing that is wrong, as the foot of the form says it."""
    rows = enumerate(written.shares.forms, start=1)
    said = [
        ("", written.form),
        *((_("Cell %(number)s") % {"number": number} + ", ", row) for number, row in rows),
    ]
    for where, form in said:
        for name, errors in form.errors.items():
            label = form[name].label if name in form.fields else ""
            return f"{where}{label}: {errors[0]}"
    return "; ".join(map(str, written.shares.non_form_errors()))


def conflict(draft: PoolPolicy) -> dict[str, Any]:
    """Return what somebody else wrote meanwhile."""
    terms = terms_of(draft)
    held = ", ".join(f"{rule.name} ({rule.pool})" for rule in rules(terms)) or _("no domain, no trait")
    said = _("%(percent)s%% for EVAL, seed %(seed)s. Held out: %(held)s.") % {
        "percent": f"{terms.eval_permille / 10:g}",
        "seed": terms.seed,
        "held": held,
    }
    return {
        "theirs": f"{said}\n{draft.note}".strip(),
        "their_digest": stamp(terms, draft.note),
        "their_author": _("a colleague, or another page of yours,"),
        "take_url": reverse("curation:policy_edit"),
    }


def answer(request: UserRequest, written: Written, state: dict[str, Any], status: int = 200) -> HttpResponse:
    """Say what became of the draft: to the script alone, or on the whole page."""
    if "HX-Request" in request.headers:
        return render(request, "_save_state.html", state, status=status)
    # A template takes what is missing for an empty text, which is what nothing looks like.
    context = {**written._asdict(), "state": {"theirs": None} | state, "section": "scenarios"}
    return render(request, "curation/policy_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.CURATORS)
def policy_preview(request: UserRequest) -> HttpResponse:
    """Show what the draft would do to every family."""
    draft = PoolPolicy.objects.drafts().first()
    if draft is None:
        messages.error(request, told(NO_DRAFT))
        return redirect("curation:pools")
    if request.method == "POST":
        start_preview(draft, created_by=request.user)
        return redirect("curation:policy_preview")
    run = newest(PREVIEW, draft)
    current = digest(terms_of(draft))
    context = {
        "draft": draft,
        "run": run,
        "digest": current,
        "is_current": bool(run and run.state == Run.State.DONE and run.result.get("digest") == current),
        "section": "scenarios",
        **outcome(run),
    }
    return render(request, "curation/policy_preview.html", context)


@require_POST
@role_required(Role.CURATORS)
def policy_apply(request: UserRequest) -> HttpResponse:
    """Put the draft in force as it was previewed."""
    draft = PoolPolicy.objects.drafts().first()
    if draft is None:
        messages.error(request, told(NO_DRAFT))
        return redirect("curation:pools")
    run = start_application(draft, previewed=request.POST.get("digest", "")[:64], created_by=request.user)
    if run.state == Run.State.DONE:
        messages.success(request, _("The policy is in force, and every family has its pool."))
    elif run.state == Run.State.FAILED:
        messages.error(request, run.error)
    return redirect("curation:pools")


@require_POST
@role_required(Role.CURATORS)
def policy_discard(request: UserRequest) -> HttpResponse:
    """Delete the draft."""
    if draft := PoolPolicy.objects.drafts().first():
        discard_policy(draft, actor=request)
        messages.success(request, _("Draft discarded. Nothing was changed."))
    return redirect("curation:pools")
