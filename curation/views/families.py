"""Families: a base and its variants side by side, and which of them lack something."""

from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from curation.actions.families import Refused, set_apart, write_variant
from curation.actions.pools import may_take_variant
from curation.actions.scenarios import NotADraft
from curation.forms.scenario_new import VariantForm
from curation.kinship import compared, flags
from curation.models import Family, Scenario
from curation.paging import newest_first
from curation.variants import ALL, KINDS, VARIANTS, Kind

PAGE_SIZE = 50
MOST_MEMBERS = 200


class Member(NamedTuple):
    """One scenario of a family, as its table shows it."""

    scenario: Scenario
    kind: Kind
    pressures: str


class Entry(NamedTuple):
    """One family, as the list shows it."""

    family: Family
    first: Scenario | None
    kinds: list[str]


class Offer(NamedTuple):
    """A kind of variant that can be written, or why not."""

    kind: Kind
    refusal: str


@require_safe
@login_required
def families(request: UserRequest) -> HttpResponse:
    """List families that hold variants, newest first, or those that lack a helpful control."""
    if not request.user.may_curate:
        raise Http404
    is_flagged = request.GET.get("flagged") == "1"
    visible = Family.objects.visible_to(request.user)
    place = {name: key_of(request.GET.get(name, "")) for name in ("before", "after")}
    page = newest_first(visible.flagged() if is_flagged else visible.varied(), **place, size=PAGE_SIZE)
    context = {
        "page": page,
        "entries": entries(page.rows),
        "is_flagged": is_flagged,
        "section": "scenarios",
    }
    return render(request, "curation/families.html", context)


def key_of(value: str) -> UUID | None:
    """Return the key that stands in an address; None when it is none."""
    try:
        return UUID(value)
    except ValueError:
        return None


def entries(rows: list[Family]) -> list[Entry]:
    """Return families with what the list shows of each."""
    members = Scenario.objects.kept().filter(family__in=rows)
    firsts = {each.family_id: each for each in members.for_list().first_of_each_family()}
    kinds: dict[UUID, list[str]] = {}
    for family_id, variant in members.order_by("family").values_list("family", "variant").distinct():
        kinds.setdefault(family_id, []).append(variant)
    return [
        Entry(
            row,
            firsts.get(row.pk),
            [kind.name for kind in VARIANTS if kind.value in kinds.get(row.pk, [])],
        )
        for row in rows
    ]


@require_safe
@login_required
def family(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show a family: its base, its variants, and what it lacks."""
    found = get_object_or_404(Family.objects.visible_to(request.user), pk=pk)
    return render_family(request, found)


def render_family(
    request: UserRequest, found: Family, *, status: int = 200, refused: Offer | None = None
) -> HttpResponse:
    """Show a family."""
    scenarios = members_of(found)
    base = scenarios[0] if scenarios else None
    may_write = request.user.has_role(Role.CURATORS) or request.user.has_role(Role.TRAIT_AUTHORS)
    context: dict[str, Any] = {
        "family": found,
        "base": base,
        "warned": sorted({note for each in scenarios for note in each.content_warnings}),
        "members": [Member(each, KINDS[each.variant], pressures_of(each)) for each in scenarios],
        "flags": flags(
            [(each.pk, each.variant, each.state, (each.system_prompt, each.messages)) for each in scenarios]
        ),
        "offers": [Offer(kind, may_take_variant(found, kind.value) or "") for kind in VARIANTS]
        if may_write
        else [],
        "refused": refused,
        "section": "scenarios",
    }
    return render(request, "curation/family.html", context, status=status)


def members_of(found: Family) -> list[Scenario]:
    """Return the scenarios of a family that nobody took out, the base first."""
    kept = Scenario.objects.kept().filter(family=found).select_related("domain")
    rows = kept.defer("rendered", "original").order_by("pk")[:MOST_MEMBERS]
    order = [kind.value for kind in ALL]
    return sorted(rows, key=lambda each: order.index(each.variant))


def pressures_of(scenario: Scenario) -> str:
    """Return a scenario's pressures in words."""
    return ", ".join(each.replace("_", " ") for each in scenario.pressures).capitalize()


@require_POST
@role_required(Role.CURATORS, Role.TRAIT_AUTHORS)
def variant_new(request: UserRequest, pk: UUID) -> HttpResponse:
    """Begin a variant of a scenario."""
    source = get_object_or_404(Scenario.objects.visible_to(request.user).select_related("family"), pk=pk)
    form = VariantForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose which kind of variant to write."))
        return redirect("curation:family", source.family_id)
    kind, apart = form.cleaned_data["kind"], form.cleaned_data["apart"]
    try:
        variant = write_variant(source, kind, author=request.user, apart=apart)
    except Refused as error:
        return render_family(request, source.family, status=422, refused=Offer(KINDS[kind], str(error)))
    return redirect("curation:scenario_edit", variant.pk)


@require_POST
@role_required(Role.CURATORS, Role.TRAIT_AUTHORS)
def scenario_apart(request: UserRequest, pk: UUID) -> HttpResponse:
    """Move a draft into a family of its own."""
    found = get_object_or_404(Scenario.objects.visible_to(request.user), pk=pk)
    try:
        set_apart(found.pk)
    except NotADraft:
        messages.error(request, _("The scenario is ready, so it stays in its family."))
        return redirect("curation:scenario", pk)
    messages.success(request, _("The draft has a family of its own now."))
    return redirect("curation:scenario_edit", pk)


@require_safe
@login_required
def family_compare(request: UserRequest, pk: UUID, variant: UUID) -> HttpResponse:
    """Show a variant beside what it was made from, word by word."""
    found = get_object_or_404(Family.objects.visible_to(request.user), pk=pk)
    visible = Scenario.objects.visible_to(request.user)
    one = get_object_or_404(visible.filter(family=found).select_related("based_on"), pk=variant)
    base = one.based_on or next(iter(members_of(found)), one)
    context = {
        "family": found,
        "variant": one,
        "base": base,
        "kind": KINDS[one.variant],
        "base_kind": KINDS[base.variant],
        "warned": sorted({*one.content_warnings, *base.content_warnings}),
        "sides": compared(spoken(base), spoken(one)),
        "section": "scenarios",
    }
    return render(request, "curation/family_compare.html", context)


def spoken(scenario: Scenario) -> list[tuple[str, str]]:
    """Return who says what, the system prompt first."""
    system = [(_("System"), scenario.system_prompt)] if scenario.system_prompt else []
    return system + [(each["role"].capitalize(), each["content"]) for each in scenario.messages]
