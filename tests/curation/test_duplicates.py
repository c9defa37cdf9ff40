"""What becomes of clusters when people decide about pairs."""

import pytest

from accounts.models import AuditEvent, Role
from curation.actions.duplicates import dismiss_pair, keep_cluster, keep_pair, reopen_pair
from curation.actions.removals import remove, restore
from curation.actions.similarity import compare, sign
from curation.models import Cluster, Family, NearDuplicate, Scenario
from tests.curation.near import cluster_of, make_text, pair_of
from tests.factories import make_scenario, make_user

pytestmark = pytest.mark.django_db


def make_chain() -> list[Scenario]:
    """Three scenarios of which only neighbours are near each other."""
    chain = [make_scenario(make_text(1, places)) for places in ((0, 9), (), (27, 36))]
    compare([each.pk for each in chain])
    assert NearDuplicate.objects.count() == 2
    return chain


def test_a_dismissed_pair_leaves_no_cluster_together() -> None:
    curator = make_user(roles=(Role.CURATORS,))
    left, middle, right = make_chain()

    dismiss_pair(pair_of(left, middle), actor=curator)

    assert cluster_of(left) is None
    assert cluster_of(middle) == cluster_of(right) != None  # noqa: E711
    assert pair_of(left, middle).dismissed_by == curator
    assert AuditEvent.objects.get().act == "near-duplicate.dismissed"


def test_what_other_pairs_hold_together_stays_together() -> None:
    same = [make_scenario(make_text(1, places)) for places in ((), (0,), (9,))]
    compare([each.pk for each in same])

    dismiss_pair(pair_of(same[0], same[1]), actor=None)

    assert len({cluster_of(each) for each in same}) == 1


def test_a_cluster_without_pairs_is_gone() -> None:
    left, middle, right = make_chain()

    dismiss_pair(pair_of(left, middle), actor=None)
    dismiss_pair(pair_of(middle, right), actor=None)

    assert not Cluster.objects.exists()
    assert not Family.objects.exclude(cluster=None).exists()


def test_two_parts_of_a_cluster_become_two_clusters() -> None:
    left, middle, right = make_chain()
    ends = [make_scenario(make_text(1, places)) for places in ((0, 9, 1), (27, 36, 37))]
    compare([each.pk for each in ends])
    for one in (left, ends[0]):
        for other in (middle, right, ends[1]):
            first, second = sorted((one.pk, other.pk))
            for pair in NearDuplicate.objects.filter(first=first, second=second):
                dismiss_pair(pair, actor=None)

    assert cluster_of(left) == cluster_of(ends[0])
    assert cluster_of(middle) == cluster_of(right) == cluster_of(ends[1])
    assert Cluster.objects.count() == 2


def test_a_dismissed_pair_links_nothing_later() -> None:
    left, middle, right = make_chain()
    dismiss_pair(pair_of(left, middle), actor=None)
    late = make_scenario(make_text(1, (27,)))

    sign(late)

    assert cluster_of(late) == cluster_of(middle) == cluster_of(right)
    assert cluster_of(left) is None


def test_a_decision_can_be_taken_back() -> None:
    left, middle, right = make_chain()
    dismiss_pair(pair_of(left, middle), actor=None)

    reopen_pair(pair_of(left, middle), actor=None)

    assert cluster_of(left) == cluster_of(middle) == cluster_of(right) != None  # noqa: E711
    assert pair_of(left, middle).dismissed_by is None
    assert AuditEvent.objects.order_by("pk").last().act == "near-duplicate.reopened"  # type: ignore[union-attr]  # Two were recorded.


def test_a_cluster_is_settled_when_each_pair_is_decided() -> None:
    left, middle, right = make_chain()

    keep_pair(pair_of(left, middle), actor=None)
    assert not Cluster.objects.get().is_settled
    keep_pair(pair_of(middle, right), actor=None)

    assert Cluster.objects.get().is_settled
    reopen_pair(pair_of(middle, right), actor=None)
    assert not Cluster.objects.get().is_settled


def test_all_of_a_cluster_can_be_kept_at_once() -> None:
    make_chain()

    assert keep_cluster(Cluster.objects.get(), actor=None) == 2

    assert Cluster.objects.get().is_settled
    assert AuditEvent.objects.get().detail == {"pairs": 2}


def test_a_newcomer_opens_a_settled_cluster_again() -> None:
    make_chain()
    keep_cluster(Cluster.objects.get(), actor=None)

    sign(make_scenario(make_text(1, (59,))))

    assert not Cluster.objects.get().is_settled


def test_removing_one_of_a_pair_settles_it() -> None:
    left, middle, _ = make_chain()

    removal = remove(middle, "duplicate", actor=None)

    assert Cluster.objects.get().is_settled
    assert cluster_of(left) == cluster_of(middle)
    restore(removal, actor=None)
    assert not Cluster.objects.get().is_settled
