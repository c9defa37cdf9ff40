"""One violation of each invariant about how projects are set up and about what people do in them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from curation.models import Scenario
from labeling.models import (
    Annotation,
    Assignment,
    Care,
    Evidence,
    Item,
    ItemResponse,
    LabelStudioAnswer,
    LabelStudioPerson,
    LabelStudioTask,
    Membership,
    OutsideAnnotator,
    Preference,
    ProjectInvitation,
)
from labeling.models.verdicts import CriterionMark, Harm
from tests.factories import (
    make_criterion,
    make_project,
    make_response,
    make_scenario,
    make_trait_version,
    make_user,
)
from tests.labeling.outside import make_outside_verdict
from tests.labeling.scenes import make_labeling_project, make_member, take
from tests.labeling.studios import make_connection
from tests.seeding import without


def later() -> datetime:
    """Return a time to come; taken when it is asked for, since collecting the tests may be an hour ago."""
    return timezone.now() + timedelta(minutes=30)


def stale_without_a_word() -> None:
    """An assignment that turned stale though nothing was submitted."""
    project = make_labeling_project(items=1)
    take(project, make_member(project))
    Assignment.objects.update(state="stale")
    Item.objects.update(taken=0)


def came_from_nowhere() -> None:
    """A link that counts somebody who didn't come."""
    ProjectInvitation.objects.create(
        project=make_labeling_project(),
        token_sha256="a" * 64,
        uses=1,
        expires_at=timezone.now() + timedelta(days=1),
        invited_by=make_member(make_labeling_project()),
    )


def urgent_in_vain() -> None:
    """An urgent item behind the point where everybody stops looking."""
    make_labeling_project(items=1)
    Item.objects.update(is_urgent=True)


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
        expires_at=later(),
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
    return Assignment.objects.create(item=item, annotator=user, order_shown=[0], expires_at=later())


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
    Assignment.objects.filter(id=assignment.id).update(expires_at=later() + timedelta(days=1))


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


def opted_out() -> None:
    item = judged().assignment.item
    Item.objects.filter(id=item.id).update(needed=2, taken=2)
    assignment = lease(item)
    Care.objects.create(person=assignment.annotator, avoided=["violence"])
    without("curation_scenario")
    Scenario.objects.filter(id=item.scenario_id).update(content_warnings=["Violence"])


def gold_without_reference() -> None:
    Item.objects.filter(pk=judged().assignment.item_id).update(is_gold=True)


def counted_calibration() -> None:
    annotation = judged()
    Assignment.objects.filter(pk=annotation.assignment_id).update(is_calibration=True)
    Membership.objects.update(calibrated=1)


def sent_twice() -> None:
    """One task of Label Studio stands for two items."""
    connection = make_connection(make_labeling_project(items=2))
    without("labeling_labelstudiotask", "label_studio_task_once")
    for item in connection.project.items.all():
        LabelStudioTask.objects.create(
            connection=connection, item=item, order_shown=[0, 1], label_studio_id=7
        )


def taken_for_another() -> None:
    """An answer from Label Studio whose annotation was given here."""
    annotation = judged()
    connection = make_connection(annotation.assignment.item.project)
    task = LabelStudioTask.objects.create(
        connection=connection, item=annotation.assignment.item, order_shown=[0]
    )
    person = LabelStudioPerson.objects.create(connection=connection, email="somebody@example.org")
    LabelStudioAnswer.objects.create(task=task, person=person, state="taken", annotation=annotation)


def kept_by_nobody() -> None:
    """An answer from Label Studio that somebody is said to have passed over, and nobody did."""
    connection = make_connection(make_labeling_project(items=1))
    task = LabelStudioTask.objects.create(
        connection=connection, item=connection.project.items.get(), order_shown=[0, 1]
    )
    person = LabelStudioPerson.objects.create(connection=connection, email="somebody@example.org")
    LabelStudioAnswer.objects.create(task=task, person=person, state="kept", why="Nobody knows.")


def said_of_no_pair() -> None:
    """A verdict from outside on an item with a single response."""
    item = make_labeling_project(items=1).items.get()
    make_outside_verdict(item)
    item.places.filter(place=1).delete()


def said_by_two_crews() -> None:
    """Verdicts from outside on one item by people of two sources."""
    item = make_labeling_project(items=1).items.get()
    make_outside_verdict(item)
    other = OutsideAnnotator.objects.create(
        project=item.project, source="another", number=9, who_sha256="9" * 64
    )
    make_outside_verdict(item, person=other)


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
    "judged a trait version that was never shown": never_shown,
    "evidence is not in the response": wrong_quote,
    "evidence is from another item": foreign_evidence,
    "graded a criterion that was never shown": never_asked,
    "verdict about a response of another item": foreign_verdict,
    "lease of someone outside the project": outsider,
    "lease of an item that the person opted out of": opted_out,
    "stale assignment was never submitted": stale_without_a_word,
    "invitation let in more people than it may": came_from_nowhere,
    "item is urgent where nobody looks": urgent_in_vain,
    "Label Studio mapping is not 1:1": sent_twice,
    "answer from Label Studio stands for another one": taken_for_another,
    "conflict is settled without a decision": kept_by_nobody,
    "outside verdict is on another project's item, or on no pair": said_of_no_pair,
    "item has outside verdicts from two sources": said_by_two_crews,
}
