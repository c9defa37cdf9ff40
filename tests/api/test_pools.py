"""Pools, near-duplicates and benchmarks by program."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from curation.models import Benchmark, Cluster, Contamination, Family, NearDuplicate, PoolPolicy
from runs.actions import perform_now
from runs.models import Run
from tests.api.asking import Caller, author, curator, named
from tests.factories import make_domain, make_scenario, make_trait

pytestmark = pytest.mark.django_db


def draft(caller: Caller, **terms: Any) -> dict[str, Any]:
    """Begin a draft and write it."""
    begun = caller.post("/pools/draft").json()
    body = {"eval_percent": 0, "seed": "ours", "was": begun["was"], **terms}
    written = caller.put("/pools/draft", body)
    assert written.status_code == 200, written.json()
    found: dict[str, Any] = written.json()
    return found


def test_a_policy_is_previewed_and_applied_as_it_was_looked_at() -> None:
    make_domain("health")
    held, free = make_scenario(domain=make_domain("law")), make_scenario(domain=make_domain("health"))
    caller = curator()

    written = draft(caller, domains={"law": "EVAL"}, families={str(free.family_id): "PRIVATE"})
    previewed = caller.post("/pools/draft/preview").json()
    other = caller.post("/pools/draft/apply", {"digest": "f" * 64}).json()
    applied = caller.post("/pools/draft/apply", {"digest": previewed["digest"]})
    found = caller.get("/pools").json()

    assert previewed["is_current"]
    assert previewed["run"]["result"]["pools"] == {"EVAL": 1, "PRIVATE": 1}
    assert other["state"] == "failed"
    assert (applied.status_code, applied.json()["state"]) == (202, "done")
    assert (found["policy"]["digest"], found["draft"]) == (written["digest"], None)
    pools = dict(Family.objects.values_list("pk", "pool"))
    assert (pools[held.family_id], pools[free.family_id]) == ("EVAL", "PRIVATE")
    assert set(found["canaries"]) == {"EVAL", "PRIVATE"}
    assert author().get("/pools").json()["canaries"] is None


def test_a_draft_that_somebody_changed_meanwhile_is_not_written_over() -> None:
    caller = curator()
    first = caller.post("/pools/draft").json()
    draft(curator(), seed="theirs")

    body = {"eval_percent": 10, "seed": "mine"}
    stale = caller.put("/pools/draft", {**body, "was": first["was"]})
    over = caller.put("/pools/draft", {**body, "was": stale.json()["was"]})

    assert (stale.status_code, over.json()["seed"]) == (409, "mine")


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"domains": {"nothing": "EVAL"}}, "domains.nothing"),
        ({"traits": {"nothing": "EVAL"}}, "traits.nothing"),
        ({"families": {"00000000-0000-0000-0000-000000000007": "EVAL"}}, "families"),
        ({"shares": [{"trait": "nothing", "domain": "law", "percent": 5}]}, "shares.0.trait"),
        ({"shares": [{"trait": "candor", "domain": "law", "percent": 5}] * 2}, "shares"),
        ({"eval_percent": 12.34}, "eval_percent"),
        ({"domains": {"law": "TRAIN"}}, "domains.law"),
    ],
)
def test_what_a_policy_can_not_say_is_named(terms: dict[str, Any], field: str) -> None:
    make_domain("law")
    make_trait("candor")
    caller = curator()
    begun = caller.post("/pools/draft").json()

    refused = caller.put("/pools/draft", {"eval_percent": 0, "seed": "ours", "was": begun["was"], **terms})

    assert (refused.status_code, named(refused)) == (422, {field})


def test_without_a_draft_nothing_is_applied_and_a_draft_is_discarded() -> None:
    caller = curator()

    nothing = caller.post("/pools/draft/apply", {"digest": "x"})
    caller.post("/pools/draft")
    discarded = caller.send("DELETE", "/pools/draft", b"")

    assert (nothing.status_code, nothing.json()["type"]) == (409, "urn:arete:problem:no_draft")
    assert discarded.status_code == 204
    assert not PoolPolicy.objects.exists()


def test_pairs_are_decided_about_and_decisions_taken_back() -> None:
    first, second = sorted((make_scenario().pk, make_scenario().pk))
    pair = NearDuplicate.objects.create(first_id=first, second_id=second, kind="near", similarity=0.9)
    caller = curator()

    waiting = caller.get("/duplicates?is_open=true").json()["data"]
    kept = caller.post(f"/duplicates/{pair.pk}", {"decision": "keep"}).json()
    reopened = caller.post(f"/duplicates/{pair.pk}", {"decision": "reopen"}).json()
    dismissed = caller.post(f"/duplicates/{pair.pk}", {"decision": "dismiss"}).json()

    assert [each["id"] for each in waiting] == [pair.pk]
    assert [each["decision"] for each in (kept, reopened, dismissed)] == ["kept", None, "differ"]
    assert caller.get("/duplicates?is_open=true").json()["data"] == []
    assert caller.post("/duplicates/compare").json()["kind"] == "curation.compare"


def test_a_cluster_is_kept_whole() -> None:
    cluster = Cluster.objects.create()
    first, second = sorted((make_scenario().pk, make_scenario().pk))
    Family.objects.update(cluster=cluster)
    NearDuplicate.objects.create(first_id=first, second_id=second, kind="near", similarity=0.9)
    caller = curator()

    kept = caller.post(f"/clusters/{cluster.pk}/keep").json()

    assert kept == {"id": str(cluster.pk), "is_settled": True}
    assert caller.get("/clusters?is_settled=false").json()["data"] == []


def upload(caller: Caller, **fields: Any) -> Any:
    file = SimpleUploadedFile("bench.txt", b"May I keep the deposit when the tenant left early?\n")
    return caller.upload("/benchmarks", {"name": "Bench", "kind": "texts", "n": 3, "file": file, **fields})


def test_a_benchmark_is_read_and_what_stands_in_it_is_kept_with_a_reason(
    settings: Settings, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    make_scenario("May I keep the deposit when the tenant left early?")
    caller = curator()

    made = upload(caller).json()
    early = caller.post(f"/benchmarks/{made['id']}/switch", {"is_active": True})
    for kind in ("curation.benchmark", "curation.contaminate"):
        perform_now(Run.objects.get(kind=kind))
    (found,) = caller.get("/contamination?is_open=true").json()["data"]
    kept = caller.post(f"/contamination/{found['id']}/keep", {"reason": "It is a proverb."}).json()
    reopened = caller.post(f"/contamination/{found['id']}/reopen").json()
    off = caller.post(f"/benchmarks/{made['id']}/switch", {"is_active": False}).json()
    stays = caller.send("DELETE", f"/benchmarks/{made['id']}", b"")

    assert (made["is_active"], made["run"]["kind"]) == (False, "curation.benchmark")
    assert (early.status_code, stays.status_code) == (409, 409)
    assert (found["coverage"], found["kept_because"]) == (1.0, None)
    assert (kept["kept_because"], reopened["kept_because"]) == ("It is a proverb.", None)
    assert (off["is_active"], off["entries"]) == (False, 1)
    assert caller.get("/contamination").json()["data"] == []
    assert Contamination.objects.count() == 1


def test_what_a_benchmark_can_not_be_is_named(settings: Settings, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    caller = curator()
    upload(caller)

    assert named(upload(caller)) == {"name"}
    assert named(upload(caller, name="Other", n=1)) == {"n"}
    assert named(upload(caller, name="Other", colour="red")) == {"colour"}
    assert caller.post("/benchmarks", {}).status_code == 415
    assert Benchmark.objects.count() == 1
