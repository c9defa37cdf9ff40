from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone

from labeling.actions.measuring import start_due_measurements, start_measurement
from labeling.models import (
    AgreementReport,
    DailyCount,
    DividedItem,
    Measurement,
    Membership,
    Rank,
    Rating,
)
from labeling.tasks import measure_due
from runs.actions import cancel, claim, perform
from runs.models import Run
from runs.work import Work
from tests.exports.judged import Panel, judge
from tests.factories import make_criterion, make_trait_version
from tests.labeling.measured import figure, in_domain, mark, measure, split_panel
from tests.labeling.scenes import make_item, make_labeling_project, make_member, submit, take

pytestmark = pytest.mark.django_db


def test_agreement_is_stored_by_trait_by_domain_and_by_annotator() -> None:
    panel = split_panel()

    found = measure(panel.project)

    trait = {"trait_version": panel.version}
    whole = figure(found, "krippendorff_alpha", **trait)
    health = figure(found, "krippendorff_alpha", **trait, domain="health")
    law = figure(found, "krippendorff_alpha", **trait, domain="law")
    assert (whole.units, whole.annotators, whole.scale) == (7, 3, "ordinal")
    assert health.value is not None
    assert whole.value is not None
    assert law.value is not None
    assert health.value > 0.8 > whole.value > law.value
    assert whole.low is not None
    assert whole.low <= whole.value
    mine = figure(found, "percent_agreement", **trait, annotator=panel.people[0])
    # Pairs with the two others that are equal: 1, 1, 2, 1 in health and none in law, of fourteen.
    assert mine.value == pytest.approx(5 / 14)
    assert figure(found, "krippendorff_alpha", **trait, annotator=panel.people[0], domain="law").units == 3


def test_position_and_length_bias_have_intervals() -> None:
    panel = Panel(people=1)
    for number in range(8):
        item = panel.pair(texts=("Short.", "A longer answer by far."))
        # Whatever is shown first wins, but for one of eight.
        order = (0, 1) if number % 2 else (1, 0)
        wins = order[0] if number else order[1]
        judge(item, panel.people[0], panel.version, 2 if wins else -2, order=order)

    found = figure(measure(panel.project), "position_bias", trait_version=panel.version)

    assert found.value == pytest.approx(7 / 8 - 1 / 2)
    assert found.low is not None


def test_a_pair_that_someone_judged_in_both_orders_shows_whether_they_hold_to_it() -> None:
    panel, mirror = Panel(people=1), Panel(people=1)
    for first, second in ((2, 1), (3, -1)):
        item = panel.pair()
        again = make_item(mirror.project, scenario=make_item(mirror.project).scenario)
        for one, other in zip(item.places.all(), again.places.order_by("-place"), strict=True):
            again.places.filter(pk=other.pk).update(response=one.response_id)
        judge(item, panel.people[0], panel.version, first, order=(0, 1))
        # The mirror's canonical order is the other way round, and so is its first response shown.
        judge(again, panel.people[0], panel.version, -second, order=(0, 1))

    found = figure(measure(panel.project), "self_consistency", trait_version=panel.version)

    assert (found.value, found.units) == (0.5, 2)


def test_without_mirrored_pairs_self_consistency_says_so() -> None:
    panel = split_panel()

    found = figure(measure(panel.project), "self_consistency", trait_version=panel.version)

    assert found.value is None
    assert "both orders" in found.undefined


def test_criteria_are_gated_one_by_one_and_preference_never() -> None:
    panel = Panel(people=2)
    item = panel.pair(1, 1)
    good, poor = (make_criterion(item.scenario, version=panel.version) for _ in range(2))
    for number, person in enumerate(panel.people):
        mark(item, person, good, "met", "not met")
        mark(item, person, poor, *(("met", "not met") if number else ("not met", "met")))

    found = measure(panel.project)

    within = {"trait_version": panel.version, "verdict": "mark"}
    assert figure(found, "krippendorff_alpha", **within, criterion=good).gate == "reliable"
    assert figure(found, "krippendorff_alpha", **within, criterion=poor).gate == "revise"
    together = figure(found, "krippendorff_alpha", **within)
    assert (together.units, together.scale) == (4, "nominal")
    assert figure(found, "krippendorff_alpha", trait_version=panel.version).gate is None


def test_ratings_and_ranks_are_measured_too() -> None:
    panel = Panel(people=2)
    item = panel.pair(1, 1)
    for person in panel.people:
        annotation = item.assignments.get(annotator=person).annotations.get()
        for number, place in enumerate(item.places.all()):
            Rating.objects.create(
                annotation=annotation, response=place.response, trait_version=panel.version, value=number
            )
            Rank.objects.create(annotation=annotation, response=place.response, place=number + 1)

    found = measure(panel.project)

    assert figure(found, "krippendorff_alpha", verdict="rating", trait_version=panel.version).value == 1
    assert figure(found, "krippendorff_alpha", verdict="rank").value == 1
    assert found.distributions.get(verdict="rating").counts == [2, 2, 0, 0, 0]


def test_late_superseded_demo_and_machine_verdicts_do_not_count() -> None:
    panel = Panel()
    panel.pair(1, 1)
    for fields in ({"is_late": True}, {"source": "demo"}, {"source": "judge:abc"}):
        judge(panel.pair(), panel.people[0], panel.version, 3, **fields)

    found = measure(panel.project)

    assert found.annotations == 2
    assert found.distributions.get().counts == [0, 0, 0, 0, 2, 0, 0]


def test_the_demo_counts_its_own_rows() -> None:
    panel = Panel(is_demo=True)
    judge(panel.pair(), panel.people[0], panel.version, 3, source="demo")

    assert measure(panel.project).annotations == 1


def test_the_most_divided_items_are_kept_with_their_votes_once_all_have_answered() -> None:
    panel = Panel(overlap=3)
    mild, wild = panel.pair(1, 0, 1), panel.pair(3, -3, -3)
    panel.pair(3, -3)
    panel.pair(2, 2, 2)

    measure(panel.project)

    found = list(DividedItem.objects.order_by("-spread"))
    assert [each.item for each in found] == [wild, mild]
    assert found[0].votes == [2, 0, 0, 0, 0, 0, 1]
    assert found[0].spread == pytest.approx(8**0.5)


def test_days_people_and_traits_are_tallied_anew_each_time() -> None:
    panel = Panel(people=2)
    judge(panel.pair(), panel.people[0], panel.version, 1, created_at=timezone.now() - timedelta(days=3))
    panel.pair(1, 1)
    measure(panel.project)
    panel.pair(2)

    measure(panel.project)

    whole = DailyCount.objects.filter(trait_version=None).order_by("day", "count")
    assert [each.count for each in whole.filter(annotator=panel.people[0])] == [1, 2]
    assert DailyCount.objects.get(trait_version=panel.version, annotator=panel.people[1]).count == 1


def test_queues_are_counted_by_domain() -> None:
    project = make_labeling_project(overlap=1)
    for domain in ("health", "health", "law"):
        make_item(project, **in_domain(domain))
    person = make_member(project)
    submit(take(project, person))

    found = {each.domain_id: each for each in measure(project).queues.all()}

    assert (found["health"].items, found["health"].waiting, found["health"].recent) == (2, 1, 1)
    assert (found["law"].waiting, found["law"].handed_out) == (1, 0)
    assert found["law"].oldest_at is not None


def test_pressing_twice_measures_once() -> None:
    panel = Panel()

    assert start_measurement(panel.project) == start_measurement(panel.project)


def test_a_measurement_goes_on_where_another_attempt_stopped() -> None:
    panel = split_panel()
    measurement = start_measurement(panel.project)
    run = claim(measurement.run_id)
    assert run is not None
    Work(run).checkpoint(
        1, total=3, cursor={"parts": [["gone", None], ["preference", str(panel.version.pk)], ["end", None]]}
    )
    Run.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(minutes=1))

    perform(measurement.run_id)

    measurement.refresh_from_db()
    assert measurement.completed_at is not None
    assert measurement.agreement.exists()


def test_a_cancelled_measurement_is_never_shown() -> None:
    panel = split_panel()
    measurement = start_measurement(panel.project)

    cancel(measurement.run)
    perform(measurement.run_id)

    assert not Measurement.objects.complete().exists()


def test_projects_are_measured_by_themselves_once_an_hour_while_people_label() -> None:
    project = make_labeling_project(items=3, overlap=1)
    make_labeling_project(items=1)
    person = make_member(project)
    submit(take(project, person))

    begun = [measure_due(), measure_due()]
    perform(Measurement.objects.get().run_id)
    submit(take(project, person))
    begun.append(start_due_measurements())
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        begun += [start_due_measurements(), start_due_measurements()]

    assert begun == [1, 0, 0, 1, 0]


def test_nothing_new_means_no_measurement() -> None:
    project = make_labeling_project(items=1, overlap=1)
    submit(take(project, make_member(project)))
    measure(project)

    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert start_due_measurements() == 0


def test_the_database_keeps_figures_as_they_are() -> None:
    found = figure(measure((panel := split_panel()).project), "gwet_ac1", trait_version=panel.version)

    for change in (lambda: AgreementReport.objects.filter(pk=found.pk).update(value=1), found.delete):
        with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
            change()


def test_someone_who_left_the_project_keeps_their_figures() -> None:
    panel = split_panel()
    Membership.objects.filter(project=panel.project).delete()

    assert figure(
        measure(panel.project), "percent_agreement", trait_version=panel.version, annotator=panel.people[2]
    )


def test_verdicts_under_another_version_are_measured_apart() -> None:
    panel = Panel(people=2)
    newer = make_trait_version(panel.version.trait)
    panel.pair(1, 1)
    for person in panel.people:
        judge(panel.pair(), person, newer, 3)

    found = measure(panel.project)

    assert {each.trait_version for each in found.distributions.all()} == {panel.version, newer}
