"""An invariant that never fired proves nothing: each sees its own seeded violation, and nothing else does."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.audit import record
from accounts.models import AuditEvent, Visit
from config.invariants import INVARIANTS, violations
from curation.actions.grading import Graded, hash_of, record_grading
from curation.actions.proposals import propose
from curation.models import (
    Cluster,
    Endpoint,
    Family,
    Grading,
    Import,
    PoolPolicy,
    Proposal,
    Sample,
    Sampling,
    TraitReview,
    TraitVersion,
)
from exports.models import Release
from labeling.actions.withdrawals import withdraw
from labeling.models import Annotation, Item
from runs.actions import start
from runs.models import Run
from tests.exports import violations as exports_seeds
from tests.exports.judged import Panel, frozen, make_recipe
from tests.factories import (
    make_criterion,
    make_scenario,
    make_trait_version,
    make_user,
)
from tests.labeling import violations as labeling_seeds
from tests.labeling.violations import judged, later
from tests.results import violations as results_seeds
from tests.seeding import deferred, without

pytestmark = pytest.mark.django_db


def zombie() -> None:
    old = timezone.now() - timedelta(minutes=5)
    Run.objects.create(
        kind="labeling.import", state="running", heartbeat_at=old, lease_until=old, lease_token=uuid4()
    )


def wrong_totals() -> None:
    run = Run.objects.create(kind="labeling.import")
    Import.objects.create(
        run=run, file_name="a", path="a", source="pairs", lines=2, created=1, rejected=1, is_complete=True
    )


def make_sample() -> Sample:
    endpoint = Endpoint.objects.create(name="Lab", base_url="https://api.example.org/v1", model="lab/model-1")
    sampling = Sampling.objects.create(run=start("curation.sample", {}), endpoint=endpoint, cost=1)
    return Sample.objects.create(sampling=sampling, scenario=make_scenario(), ordinal=0, cost=1)


def billed_twice() -> None:
    sample = make_sample()
    without("curation_sample", "sample_once")
    Sample.objects.create(sampling=sample.sampling, scenario=sample.scenario, ordinal=0)


def wrong_cost() -> None:
    make_sample()
    Sample.objects.update(cost=2)


def same_content() -> None:
    one, two = make_scenario("one"), make_scenario("two")
    without("curation_scenario", "scenario_content_once")
    type(one).objects.filter(id=two.id).update(content_sha256=one.content_sha256)


def came_back() -> None:
    released("")
    deferred()
    withdraw(Annotation.objects.all()[0].assignment.annotator)
    without("exports_release")
    Release.objects.update(cut_at=later())


def broken_chain() -> None:
    user = make_user()
    for act in ("role.given", "role.taken"):
        record(user, act, user)
    without("accounts_auditevent")
    AuditEvent.objects.filter(act="role.given").update(act="role.kept")


def still_signed_in() -> None:
    left = make_user("x@erased.invalid", erased_at=timezone.now(), is_active=False)
    Visit.objects.create(user=left, session_key="k")


def plain_secret() -> None:
    Run.objects.create(kind="exports.publish", error="401 for hf_abcdefghijkl")


def released(rationale: str = "Says what it does not know.") -> Release:
    """A correct release of one pair that two people judged."""
    panel = Panel(people=2)
    item = panel.pair(1, 2)
    without("labeling_annotation")
    Annotation.objects.update(rationale=rationale)
    Item.objects.filter(id=item.id).update(taken=2)
    return frozen(make_recipe(panel.project))


def changed_release() -> None:
    release = released()
    without("exports_releaseitem")
    release.items.update(row_sha256="0" * 64)


def straddling_cluster() -> None:
    without("curation_family")
    placed = {
        "policy": PoolPolicy.objects.create(state="applied", digest="0" * 64),
        "cluster": Cluster.objects.create(),
    }
    Family.objects.create(pool="EVAL", **placed)
    Family.objects.create(pool="TRAIN", **placed)


def placed_by_a_draft() -> None:
    Family.objects.create(policy=PoolPolicy.objects.create())


def released_under_no_policy() -> None:
    release = released()
    without("exports_release")
    Release.objects.filter(pk=release.pk).update(terms=release.terms | {"pool_policy": "0" * 64})


def named_person() -> None:
    make_user("someone@example.org")
    released("I agree with someone@example.org here.")


def attached_by_one() -> None:
    shared = make_criterion(None, version=make_trait_version(is_published=False))
    proposal = propose(shared, make_scenario(), proposer=make_user())
    Proposal.objects.filter(id=proposal.id).update(state="attached")


def graded() -> Grading:
    """A correct grading of a probe under a rubric of two criteria."""
    scenario = make_scenario()
    rubric = [make_criterion(scenario, points=7), make_criterion(scenario, points=-3)]
    marks = {criterion.pk: True for criterion in rubric}
    return record_grading(
        scenario, Graded(probe="refusal", text="No."), marks, sha256=hash_of(rubric), grader=make_user()
    )


def scored_wrongly() -> None:
    grading = graded()
    without("curation_grading")
    Grading.objects.filter(id=grading.id).update(score=0.9)


def approved_by_its_author() -> None:
    author = make_user()
    version = make_trait_version(author=author, is_published=False)
    TraitReview.objects.create(version=version, round=0, reviewer=author, decision="approve")
    without("curation_traitversion")
    TraitVersion.objects.filter(pk=version.pk).update(state="published", published_at=timezone.now())


SEEDS: dict[str, Callable[[], None]] = {
    "running run has no heartbeat": zombie,
    "import totals don't add up": wrong_totals,
    "sample is billed twice under one ordinal": billed_twice,
    "sampling's cost differs from its samples'": wrong_cost,
    "same content twice": same_content,
    "withdrawn annotation came back": came_back,
    "audit chain is broken": broken_chain,
    "something is left of an erased person": still_signed_in,
    "frozen release changed": changed_release,
    "cluster is in two pools": straddling_cluster,
    "pool was given by a policy that is not in force": placed_by_a_draft,
    "release names a policy that is not frozen": released_under_no_policy,
    "criterion is attached without a majority": attached_by_one,
    "score differs from its marks": scored_wrongly,
    "person's name or address in a release": named_person,
    "published without an approval by somebody else": approved_by_its_author,
    "secret in plain text": plain_secret,
    **labeling_seeds.SEEDS,
    **exports_seeds.SEEDS,
    **results_seeds.SEEDS,
}


def test_clean_data_violates_nothing():
    judged()
    released()
    graded()

    assert violations() == {}


def test_every_invariant_has_a_seed():
    assert set(SEEDS) == set(INVARIANTS)


@pytest.mark.parametrize("name", SEEDS)
def test_a_seeded_violation_is_seen_and_no_other(name):
    SEEDS[name]()

    assert list(violations()) == [name]


def test_the_key_of_an_endpoint_is_a_secret_too():
    make_sample()
    Sample.objects.update(problem="Incorrect API key provided: sk-proj-abcdefghijklmnop")

    assert list(violations()) == ["secret in plain text"]
