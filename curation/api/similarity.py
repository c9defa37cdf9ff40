"""Near-duplicates for programs: pairs, what is decided about them, clusters, and what was taken out."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs
from accounts.models import Role, Scope
from config.rest.paging import Page, Paging, Sent, page_of
from config.rest.routes import Routes
from curation.actions.duplicates import keep_cluster
from curation.actions.similarity import start_compare
from curation.api.doors import MOST_ID, only
from curation.models import Cluster, NearDuplicate, Removal
from curation.views.similarity import DECISIONS, READERS
from runs.api import RunShape, run_shape

routes = Routes(tags=["similarity"])
READS = needs(Scope.READ, Scope.CURATE)
WRITES = needs(Scope.CURATE)


class PairShape(BaseModel):
    """Two scenarios that say nearly the same, the older first."""

    id: int
    first: UUID
    second: UUID
    kind: Literal["normalised", "near"]
    similarity: float = Field(description="Jaccard index of their shingles, 0 to 1.")
    decision: Literal["differ", "kept"] | None = Field(description="Null: it waits for one.")
    is_straddling: bool = Field(description="Frozen in different pools before they were found.")
    cluster: UUID | None = Field(description="The one that holds both.")
    found_at: datetime


class ClusterShape(BaseModel):
    """Families that near-duplicates hold together; they share a pool."""

    id: UUID
    is_settled: bool = Field(description="None of its pairs waits for a decision.")


class RemovedShape(BaseModel):
    """A scenario that was taken out."""

    scenario: UUID
    reason: str
    note: str
    removed_by: str | None
    created_at: datetime


class PairFilters(Paging):
    """Which pairs."""

    is_open: bool | None = Field(
        None, description="True: those that wait for a decision; false: decided ones."
    )
    cluster: UUID | None = None


class ClusterFilters(Paging):
    """Which clusters."""

    is_settled: bool | None = None


class Decided(Sent):
    """What somebody decides about a pair."""

    decision: Literal["dismiss", "keep", "reopen"] = Field(
        description="dismiss: the two differ; keep: both stay, in one cluster; reopen: take the decision back."
    )


def pair_shape(pair: NearDuplicate) -> PairShape:
    """Return a pair, fetched with its scenarios' families, as it is sent."""
    first, second = pair.first.family.cluster_id, pair.second.family.cluster_id
    kept = "kept" if pair.is_kept else None
    return PairShape(
        id=pair.pk,
        first=pair.first_id,
        second=pair.second_id,
        kind=pair.kind,  # type: ignore[arg-type]  # One of the choices of its column.
        similarity=pair.similarity,
        decision="differ" if pair.is_dismissed else kept,  # type: ignore[arg-type]
        is_straddling=pair.is_straddling,
        cluster=first if first == second else None,
        found_at=pair.found_at,
    )


def cluster_shape(cluster: Cluster) -> ClusterShape:
    """Return a cluster as it is sent."""
    return ClusterShape(id=cluster.pk, is_settled=cluster.is_settled)


def removed_shape(removal: Removal) -> RemovedShape:
    """Return a removal, fetched with who did it, as it is sent."""
    return RemovedShape(
        scenario=removal.scenario_id,
        reason=removal.reason,
        note=removal.note,
        removed_by=str(removal.removed_by) if removal.removed_by else None,
        created_at=removal.created_at,
    )


@routes.get("/duplicates", auth=READS, response=Page[PairShape], url_name="duplicates")
def duplicates(request: Asking, asked: Query[PairFilters]) -> Page[PairShape]:
    """List pairs of near-duplicates, newest first."""
    only(request, *READERS)
    rows = NearDuplicate.objects.with_scenarios()
    if asked.is_open is not None:
        rows = rows.open() if asked.is_open else rows.decided()
    return page_of(rows.of_cluster(asked.cluster) if asked.cluster else rows, asked, pair_shape)


@routes.post("/duplicates/compare", auth=WRITES, response={202: RunShape}, url_name="duplicates_compare")
def duplicates_compare(request: Asking) -> Status[RunShape]:
    """Have scenarios compared that nobody has compared yet."""
    only(request, Role.CURATORS)
    return Status(202, run_shape(start_compare(created_by=request.user)))


@routes.post("/duplicates/{int:pair_id}", auth=WRITES, response=PairShape, url_name="duplicate")
def duplicate_decide(request: Asking, pair_id: int, said: Decided) -> PairShape:
    """Decide about a pair, or take a decision back. Twice is once."""
    only(request, Role.CURATORS)
    pair = get_object_or_404(NearDuplicate, pk=min(pair_id, MOST_ID))
    act, _ = DECISIONS[said.decision]
    act(pair, actor=request)
    return pair_shape(NearDuplicate.objects.with_scenarios().get(pk=pair.pk))


@routes.get("/clusters", auth=READS, response=Page[ClusterShape], url_name="clusters")
def clusters(request: Asking, asked: Query[ClusterFilters]) -> Page[ClusterShape]:
    """List clusters of near-duplicates, newest first."""
    only(request, *READERS)
    rows = Cluster.objects.all()
    if asked.is_settled is not None:
        rows = rows.filter(is_settled=asked.is_settled)
    return page_of(rows, asked, cluster_shape)


@routes.post("/clusters/{uuid:cluster_id}/keep", auth=WRITES, response=ClusterShape, url_name="cluster_keep")
def cluster_keep(request: Asking, cluster_id: UUID) -> ClusterShape:
    """Keep all scenarios of a cluster, in one pool. Twice is once."""
    only(request, Role.CURATORS)
    cluster = get_object_or_404(Cluster, pk=cluster_id)
    keep_cluster(cluster, actor=request)
    cluster.refresh_from_db()
    return cluster_shape(cluster)


@routes.get("/removals", auth=READS, response=Page[RemovedShape], url_name="removals")
def removals(request: Asking, asked: Query[Paging]) -> Page[RemovedShape]:
    """List scenarios that were taken out, the latest first."""
    only(request, *READERS)
    return page_of(Removal.objects.select_related("removed_by"), asked, removed_shape)
