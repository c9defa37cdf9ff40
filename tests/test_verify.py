"""An invariant that never fired proves nothing: each sees its own seeded violation, and nothing else does."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accounts.audit import record
from accounts.models import AuditEvent
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
from labeling.models import Annotation, Assignment, Evidence, Item, ItemResponse, Membership, Preference
from labeling.models.verdicts import CriterionMark, Harm
from runs.actions import start
from runs.models import Run
from tests.exports import violations as export_seeds
from tests.exports.judged import Panel, frozen, make_recipe
from tests.factories import (
    make_criterion,
    make_project,
    make_response,
    make_scenario,
    make_trait_version,
    make_user,
)
from tests.labeling import violations as labeling_seeds

pytestmark = pytest.mark.django_db
LATER = timezone.now() + timedelta(minutes=30)


def without(table: str, *constraints: str) -> None:
    """Take away what makes the violation impossible, for this test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for constraint in constraints:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {constraint}")
            cursor.execute(f"DROP INDEX IF EXISTS {constraint}")


def judged() -> Annotation:
    """A correct annotation of a correct item."""
    version = make_trait_version()
    scenario = make_scenario()
    item = Item.objects.create(
        project=make_project(items_total=1),
        scenario=scenario,
        needed=1,
        taken=1,
        position=1,
        content_sha256="a" * 64,
    )
    response = make_response(scenario, "It depends. Ask first.")
    ItemResponse.objects.create(item=item, response=response, place=0)
    annotator = make_user()
    Membership.objects.create(project=item.project, user=annotator, done=1)
    assignment = Assignment.objects.create(
        item=item,
        annotator=annotator,
        order_shown=[0],
        state="submitted",
        expires_at=LATER,
        trait_versions=[version.id],
    )
    annotation = Annotation.objects.create(submission_id=uuid4(), digest="d" * 64, assignment=assignment)
    Preference.objects.create(annotation=annotation, trait_version=version, strength=1)
    Evidence.objects.create(
        annotation=annotation, response=response, sentence=1, start=0, end=11, quote="It depends."
    )
    return annotation


def missing() -> None:
    Assignment.objects.filter(id=judged().assignment_id).update(state="submitted")
    without("labeling_annotation")
    with connection.cursor() as cursor:
        for table in ("labeling_preference", "labeling_evidence", "labeling_annotation"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608
        cursor.execute("UPDATE labeling_item SET taken = 0")


def doubled() -> None:
    annotation = judged()
    without("labeling_annotation", "labeling_annotation_submission_id_key")
    second = judged()
    Annotation.objects.filter(id=second.id).update(submission_id=annotation.submission_id)


def two_live() -> None:
    annotation = judged()
    without("labeling_annotation", "one_live_annotation")
    Annotation.objects.create(
        submission_id=uuid4(), digest="e" * 64, assignment=annotation.assignment, revision=2
    )


def wrong_revision() -> None:
    annotation = judged()
    without("labeling_annotation", "one_live_annotation")
    third = Annotation.objects.create(
        submission_id=uuid4(), digest="e" * 64, assignment=annotation.assignment, revision=3
    )
    Annotation.objects.filter(id=annotation.id).update(superseded_by=third)


def oversubscribed() -> None:
    item = judged().assignment.item
    without("labeling_item", "item_not_oversubscribed")
    lease(item)
    Item.objects.filter(id=item.id).update(taken=2)


def lease(item: Item, *, is_member: bool = True) -> Assignment:
    user = make_user()
    if is_member:
        Membership.objects.create(project=item.project, user=user)
    return Assignment.objects.create(item=item, annotator=user, order_shown=[0], expires_at=LATER)


def drifted() -> None:
    item = judged().assignment.item
    Item.objects.filter(id=item.id).update(taken=0)


def miscounted() -> None:
    annotator = judged().assignment.annotator
    Membership.objects.filter(user=annotator).update(done=7)


def impossible_lease() -> None:
    item = judged().assignment.item
    Item.objects.filter(id=item.id).update(needed=2, taken=2)
    assignment = lease(item)
    Assignment.objects.filter(id=assignment.id).update(expires_at=LATER + timedelta(days=1))


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


def never_shown() -> None:
    annotation = judged()
    Preference.objects.create(annotation=annotation, trait_version=make_trait_version(), strength=0)


def wrong_quote() -> None:
    judged()
    without("labeling_evidence")
    Evidence.objects.update(quote="It depends on you.")


def foreign_evidence() -> None:
    annotation = judged()
    foreign = make_response(text="Elsewhere.")
    Evidence.objects.create(
        annotation=annotation, response=foreign, sentence=1, start=0, end=10, quote="Elsewhere."
    )


def never_asked() -> None:
    response = (given := judged()).assignment.item.responses.get()
    CriterionMark.objects.create(annotation=given, response=response, criterion=make_criterion(), value="met")


def foreign_verdict() -> None:
    Harm.objects.create(annotation=judged(), response=make_response(text="Elsewhere."))


def outsider() -> None:
    item = judged().assignment.item
    Item.objects.filter(id=item.id).update(needed=2, taken=2)
    lease(item, is_member=False)


def broken_chain() -> None:
    user = make_user()
    for act in ("role.given", "role.taken"):
        record(user, act, user)
    without("accounts_auditevent")
    AuditEvent.objects.filter(act="role.given").update(act="role.kept")


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


def leaked_scenario() -> None:
    released()
    Family.objects.update(pool=Family.Pool.EVAL)


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


def gold_without_reference() -> None:
    Item.objects.filter(pk=judged().assignment.item_id).update(is_gold=True)


def counted_calibration() -> None:
    annotation = judged()
    Assignment.objects.filter(pk=annotation.assignment_id).update(is_calibration=True)
    Membership.objects.update(calibrated=1)


SEEDS: dict[str, Callable[[], None]] = {
    "acknowledged annotation is missing": missing,
    "one submission has two effects": doubled,
    "two live annotations of one annotator on one item": two_live,
    "annotation is not superseded by its next revision": wrong_revision,
    "item holds more than it needs": oversubscribed,
    "taken differs from what it counts": drifted,
    "kept count differs from the rows": miscounted,
    "item is gold without a reference, or not gold with one": gold_without_reference,
    "answer to calibrate is counted": counted_calibration,
    "lease is impossible": impossible_lease,
    "running run has no heartbeat": zombie,
    "import totals don't add up": wrong_totals,
    "sample is billed twice under one ordinal": billed_twice,
    "sampling's cost differs from its samples'": wrong_cost,
    "same content twice": same_content,
    "judged a trait version that was never shown": never_shown,
    "evidence is not in the response": wrong_quote,
    "evidence is from another item": foreign_evidence,
    "graded a criterion that was never shown": never_asked,
    "verdict about a response of another item": foreign_verdict,
    "lease of someone outside the project": outsider,
    "audit chain is broken": broken_chain,
    "frozen release changed": changed_release,
    "held-out scenario in a release": leaked_scenario,
    "cluster is in two pools": straddling_cluster,
    "pool was given by a policy that is not in force": placed_by_a_draft,
    "release names a policy that is not frozen": released_under_no_policy,
    "criterion is attached without a majority": attached_by_one,
    "score differs from its marks": scored_wrongly,
    "person's name or address in a release": named_person,
    "published without an approval by somebody else": approved_by_its_author,
    "secret in plain text": plain_secret,
    **labeling_seeds.SEEDS,
    **export_seeds.SEEDS,
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
