"""The heat-map of cells, and the targets of each."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from config.saying import told
from config.wording import words
from curation.actions.cells import KIND, set_targets, start_count, start_count_if_old
from curation.coverage import coverage, lines_of
from curation.forms.cells import TargetsForm
from curation.models import Cell, CellCount, Domain, Guidance, Trait
from runs.models import Run

READERS = (Role.TRAIT_AUTHORS, Role.CURATORS, Role.STEWARDS)
WRITERS = (Role.TRAIT_AUTHORS, Role.CURATORS)
SHOWN = {
    "scenarios": (
        words("Scenarios"),
        words("Ready scenarios that aim at the trait and happen in the domain."),
    ),
    "items": (
        words("Items"),
        words("Scenarios of the domain that are put to annotators in projects that ask about the trait."),
    ),
    "annotations": (
        words("Annotations"),
        words("Answers about the trait, on items of the domain, that count."),
    ),
    "heldout": (
        words("Held out"),
        words("Ready scenarios outside the pool TRAIN: they are for measuring models."),
    ),
}
"""What the table can show, with its name and what is counted."""


@require_safe
@role_required(*READERS)
def cells(request: UserRequest) -> HttpResponse:
    """Show how much of each cell there is against its target."""
    start_count_if_old()
    return render_table(request, TargetsForm())


@require_POST
@role_required(*WRITERS)
def cells_targets(request: UserRequest) -> HttpResponse:
    """Set targets for a cell, a line, a column or the whole table."""
    form = TargetsForm(request.POST)
    if not form.is_valid():
        return render_table(request, form)
    number = set_targets(form.traits, form.domains, form.targets, actor=request)
    messages.success(
        request, ngettext("Targets set in %(n)s cell.", "Targets set in %(n)s cells.", number) % {"n": number}
    )
    return redirect("curation:cells")


@require_POST
@role_required(*READERS)
def cells_count(request: UserRequest) -> HttpResponse:
    """Have the cells counted again."""
    start_count(created_by=request.user)
    return redirect("curation:cells")


def render_table(request: UserRequest, form: TargetsForm) -> HttpResponse:
    """Show the table with the form for targets, empty or refused."""
    shown = request.GET.get("show", "")
    shown = shown if shown in SHOWN else "scenarios"
    counts = CellCount.objects.values_list("trait__slug", "domain", shown, "counted_at")
    found = list(counts)
    targets = Cell.objects.values_list("trait__slug", "domain", f"target_{shown}")
    run = Run.objects.filter(kind=KIND).order_by("-pk").first()
    context = {
        "coverage": coverage(
            list(Trait.objects.order_by("name").values_list("slug", "name")),
            list(Domain.objects.values_list("slug", "name")),
            {(trait, domain): number for trait, domain, number, _ in found},
            {(trait, domain): target for trait, domain, target in targets},
        ),
        "choices": [(name, told(title)) for name, (title, _) in SHOWN.items()],
        "shown": shown,
        "title": told(SHOWN[shown][0]),
        "meaning": told(SHOWN[shown][1]),
        "counted_at": min((at for *_, at in found), default=None),
        "run": run,
        "unplaced": run.result.get("unplaced") if run and run.state == Run.State.DONE else None,
        "form": form,
        "may_write": any(map(request.user.has_role, WRITERS)),
        "section": "traits",
    }
    return render(request, "curation/cells.html", context, status=422 if form.is_bound else 200)


@require_safe
@role_required(*READERS)
def cell(request: UserRequest, slug: str, domain: str) -> HttpResponse:
    """Show one trait in one domain: what there is, what is wanted, and what its readers must know."""
    return render_cell(request, *find(slug, domain))


@require_POST
@role_required(*WRITERS)
def cell_targets(request: UserRequest, slug: str, domain: str) -> HttpResponse:
    """Set the targets of one cell."""
    trait, found = find(slug, domain)
    form = TargetsForm(request.POST, cell=cell_of(trait, found))
    if not form.is_valid():
        return render_cell(request, trait, found, form)
    set_targets([trait], [found], form.targets, actor=request)
    messages.success(request, gettext("Targets saved."))
    return redirect("curation:cell", slug, domain)


def find(slug: str, domain: str) -> tuple[Trait, Domain]:
    """Return the two that make a cell."""
    return get_object_or_404(Trait, slug=slug), get_object_or_404(Domain, slug=domain)


def cell_of(trait: Trait, domain: Domain) -> Cell:
    """Return what is stored of a cell, or an empty one."""
    return Cell.objects.filter(trait=trait, domain=domain).first() or Cell(trait=trait, domain=domain)


def render_cell(
    request: UserRequest, trait: Trait, domain: Domain, form: TargetsForm | None = None
) -> HttpResponse:
    """Show a cell with the form for its targets."""
    found = cell_of(trait, domain)
    versions = list(Guidance.objects.filter(cell__trait=trait, cell__domain=domain).order_by("-number"))
    published = [each for each in versions if each.published_at]
    context = {
        "trait": trait,
        "domain": domain,
        "amounts": amounts(found),
        "guidance": published[0] if published else None,
        "authorities": lines_of(published[0].authorities) if published else [],
        "draft": next((each for each in versions if not each.published_at), None),
        "versions": published,
        "form": form or TargetsForm(cell=found),
        "may_write": any(map(request.user.has_role, WRITERS)),
        "section": "traits",
    }
    return render(request, "curation/cell.html", context, status=422 if form else 200)


def amounts(found: Cell) -> list[dict[str, Any]]:
    """Return what there is of a cell and what is wanted."""
    count = CellCount.objects.filter(trait=found.trait, domain=found.domain).first()
    return [
        {
            "title": told(title),
            "number": getattr(count, name, 0),
            "target": getattr(found, f"target_{name}"),
            "name": name,
        }
        for name, (title, _) in SHOWN.items()
    ]
