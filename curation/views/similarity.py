"""Near-duplicates: clusters with their pairs side by side, and what people decide about them."""

from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import role_required
from accounts.models import Role, UserRequest
from config.saying import told
from config.wording import words
from curation.actions.duplicates import dismiss_pair, keep_cluster, keep_pair, reopen_pair
from curation.actions.similarity import KIND, start_compare
from curation.forms.places import PlaceForm, number_key
from curation.kinship import Side, compared
from curation.models import Cluster, Family, NearDuplicate, Scenario
from curation.paging import newest_first
from curation.views.families import spoken
from runs.models import Run

READERS = (Role.CURATORS, Role.STEWARDS, Role.TRAIT_AUTHORS)
PAGE_SIZE = 8
PAIRS_SIZE = 12
MOST_STRADDLING = 20
MOST_MEMBERS = 50
DECISIONS = {
    "dismiss": (dismiss_pair, words("Noted: the two differ, so nothing keeps them in one cluster.")),
    "keep": (keep_pair, words("Noted: both stay, in one cluster and one pool.")),
    "reopen": (reopen_pair, words("The decision is taken back. The pair waits for another one.")),
}


class Shown(NamedTuple):
    """A pair as the page shows it."""

    pair: NearDuplicate
    turns: list[Side]
    warnings: list[str]
    members: int = 2
    """Scenarios of its cluster."""

    @property
    def cluster(self) -> UUID | None:
        """The cluster that holds both."""
        first, second = self.pair.first.family.cluster_id, self.pair.second.family.cluster_id
        return first if first == second else None

    @property
    def both(self) -> tuple[Scenario, Scenario]:
        """The scenarios, the older first."""
        return self.pair.first, self.pair.second


def shown(pair: NearDuplicate, members: int = 2) -> Shown:
    """Return a pair as the page shows it."""
    warnings = sorted({*pair.first.content_warnings, *pair.second.content_warnings})
    return Shown(pair, compared(spoken(pair.first), spoken(pair.second)), warnings, members)


@require_safe
@role_required(*READERS)
def duplicates(request: UserRequest) -> HttpResponse:
    """List clusters with a pair that waits for a decision, newest first, or the pairs that were decided."""
    is_decided = request.GET.get("show") == "decided"
    context = decided(request) if is_decided else undecided(request)
    last = Run.objects.filter(kind=KIND).order_by("-pk").first()
    context |= {
        "is_decided": is_decided,
        "query": "show=decided" if is_decided else "",
        "run": last,
        "has_scenarios": bool(context["entries"]) or Scenario.objects.ready().exists(),
        "may_decide": request.user.has_role(Role.CURATORS),
        "section": "scenarios",
    }
    return render(request, "curation/duplicates.html", context)


def undecided(request: UserRequest) -> dict[str, Any]:
    """Return what waits for a decision, as the page wants it."""
    pairs = NearDuplicate.objects.open()
    own = pairs.of_cluster(OuterRef("pk")).values("pk")[:1]
    clusters = Cluster.objects.filter(is_settled=False)
    page = newest_first(clusters, **PlaceForm(request.GET).keys, size=PAGE_SIZE)
    here = clusters.filter(pk__in=[each.pk for each in page.rows]).annotate(pair=Subquery(own))
    firsts = dict(here.values_list("pk", "pair"))
    found = pairs.with_scenarios().in_bulk([pair for pair in firsts.values() if pair])
    rows = Scenario.objects.filter(family__cluster__in=page.rows).values_list("family__cluster")
    members = dict(rows.annotate(Count("pk")).order_by())
    straddling = pairs.filter(is_straddling=True).with_scenarios().order_by("-pk")
    return {
        "page": page,
        "entries": [
            shown(found[firsts[each.pk]], members.get(each.pk, 2))
            for each in page.rows
            if firsts.get(each.pk) in found
        ],
        "straddling": [shown(pair) for pair in straddling[:MOST_STRADDLING]],
    }


def decided(request: UserRequest) -> dict[str, Any]:
    """Return what was decided, as the page wants it."""
    rows = NearDuplicate.objects.decided().with_scenarios()
    place = {name: number_key(request.GET.get(name, "")) for name in ("before", "after")}
    page = newest_first(rows, **place, size=PAIRS_SIZE)
    return {"page": page, "entries": [shown(pair) for pair in page.rows], "straddling": []}


@require_safe
@role_required(*READERS)
def duplicate(request: UserRequest, pk: UUID) -> HttpResponse:
    """Show one cluster: its scenarios, and all its pairs."""
    cluster = get_object_or_404(Cluster, pk=pk)
    rows = NearDuplicate.objects.of_cluster(cluster).with_scenarios()
    place = {name: number_key(request.GET.get(name, "")) for name in ("before", "after")}
    page = newest_first(rows, **place, size=PAIRS_SIZE)
    members = Scenario.objects.filter(family__cluster=cluster).select_related("family", "removal")
    found = list(members.for_list().order_by("pk")[: MOST_MEMBERS + 1])
    context = {
        "cluster": cluster,
        "page": page,
        "entries": [shown(pair) for pair in page.rows],
        "members": found[:MOST_MEMBERS],
        "has_more": len(found) > MOST_MEMBERS,
        "has_open": NearDuplicate.objects.open().of_cluster(cluster).exists(),
        "pools": sorted(
            set(Family.objects.filter(cluster=cluster).values_list("pool", flat=True).distinct())
        ),
        "may_decide": request.user.has_role(Role.CURATORS),
        "section": "scenarios",
    }
    return render(request, "curation/duplicate.html", context)


@require_POST
@role_required(Role.CURATORS)
def duplicates_compare(request: UserRequest) -> HttpResponse:
    """Have scenarios compared that nobody has compared yet."""
    start_compare(created_by=request.user)
    return redirect("curation:duplicates")


@require_POST
@role_required(Role.CURATORS)
def duplicate_decide(request: UserRequest, pk: int) -> HttpResponse:
    """Record what somebody decided about a pair."""
    pair = get_object_or_404(NearDuplicate, pk=pk)
    if decision := DECISIONS.get(request.POST.get("decision", "")):
        act, said = decision
        act(pair, actor=request)
        messages.success(request, told(said))
    else:
        messages.error(request, _("Choose whether the two differ, or both stay."))
    return back(request)


@require_POST
@role_required(Role.CURATORS)
def duplicate_keep(request: UserRequest, pk: UUID) -> HttpResponse:
    """Keep all scenarios of a cluster."""
    cluster = get_object_or_404(Cluster, pk=pk)
    keep_cluster(cluster, actor=request)
    messages.success(request, _("Noted: all of them stay, in one cluster and one pool."))
    return redirect("curation:duplicates")


def back(request: UserRequest, default: str = "curation:duplicates") -> HttpResponse:
    """Lead back to the page from which somebody decided."""
    place = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(place, {request.get_host()}, require_https=request.is_secure())
    return redirect(place if is_ours else default)
