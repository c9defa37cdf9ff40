"""Reports: the same one counts once, mistakes are taken back, and the database holds what must hold."""

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.db.models import ProtectedError

from accounts.models import AuditEvent, Role
from results.actions import WasRetracted, report_results, retract_report
from results.models import Evaluation, Report, Retraction, Score
from results.readers import BadFile, Subject
from tests.factories import make_domain, make_trait, make_user
from tests.results.reporting import BASE, figure, make_release_of, pushed, reported

pytestmark = pytest.mark.django_db


def test_a_report_keeps_models_and_figures():
    make_trait("candor")
    steward = make_user(roles=(Role.STEWARDS,))
    make_domain()
    tested = Subject(model="health-dpo", base_model=BASE, trained_on="health", seed=1)
    figures = [figure(0.4, trait="candor", sample="p1"), figure(0.6, trait="candor", sample="p2")]

    report, is_new = report_results(pushed(figures, tested), Subject(method="DPO"), actor=steward)

    assert (is_new, report.figures, report.reported_by) == (True, 2, steward)
    evaluation = report.evaluations.get()
    assert (evaluation.trained_on, evaluation.method, evaluation.seed) == (["health"], "DPO", 1)
    assert list(evaluation.scores.order_by("value").values_list("value", "trait__slug", "sample")) == [
        (0.4, "candor", "p1"),
        (0.6, "candor", "p2"),
    ]
    assert AuditEvent.objects.filter(act="results.reported", actor=steward).count() == 1


def test_the_same_file_twice_changes_nothing():
    first, again = (reported() for _ in range(2))

    assert again == first
    assert (Report.objects.count(), Score.objects.count()) == (1, 1)


def test_the_same_file_about_another_model_is_another_report():
    make_domain()
    tested = Subject(base_model=BASE, trained_on="health")
    one, other = (report_results(pushed([figure(0.4)], tested), Subject(model=name))[0] for name in "ab")

    assert one != other
    assert one.sha256 == other.sha256


def test_what_is_taken_back_stays_and_does_not_come_again():
    report = reported()

    assert retract_report(report, "The wrong checkpoint.")
    assert not retract_report(report, "Again.")
    assert Retraction.objects.get().reason == "The wrong checkpoint."
    assert not Report.objects.in_force().exists()
    assert not Evaluation.objects.in_force().exists()
    with pytest.raises(WasRetracted):
        reported()
    assert AuditEvent.objects.filter(act="results.retracted").count() == 1


@pytest.mark.parametrize(
    ("said", "trained_on"),
    [
        ("", ["health", "law"]),
        ("only_law", ["law"]),
        ("no_law", ["health"]),
        ("rl_no_law", ["health"]),
        ("law", ["law"]),
    ],
)
def test_a_release_says_on_which_domains_a_model_was_trained(said, trained_on):
    release = make_release_of(make_domain("health").slug, make_domain("law").slug, "unspecified")

    found = reported(model="m", trained_on=said, release=str(release)).evaluations.get()

    assert (found.release, found.trained_on) == (release, trained_on)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"trained_on": ""}, "line 2, trained_on: Say on what the model was trained"),
        ({"trained_on": "helth"}, "line 2, trained_on: There is no domain “helth”. Domains are health."),
        ({"trained_on": "no_health"}, "line 2, trained_on: Say on what the model was trained"),
        (
            {"trained_on": "health", "base_model": ""},
            "line 2, base_model: Say what the model was trained from",
        ),
        ({"model": ""}, "line 2, model: Say which model was tested"),
        ({"release": "traits@9.9.9"}, "line 2, release: There is no frozen release “traits@9.9.9”"),
        ({"release": "nonsense"}, "line 2, release: There is no frozen release “nonsense”"),
    ],
)
def test_a_model_that_is_not_described_is_refused(said, says):
    with pytest.raises(BadFile) as caught:
        reported(**said)

    assert says in str(caught.value)
    assert not Report.objects.exists()


def test_an_untrained_model_was_trained_on_no_release():
    release = make_release_of(make_domain("health").slug)

    with pytest.raises(BadFile, match="trained on no release"):
        reported(release=str(release.pk))


def test_a_release_that_leaves_out_an_unknown_domain_is_a_mistake():
    release = make_release_of(make_domain("health").slug)

    with pytest.raises(BadFile, match="There is no domain “lwa”"):
        reported(model="m", release=str(release.pk), trained_on="no_lwa")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"domain": "art"}, "line 2, domain: There is no domain “art”"),
        ({"trait": "kindness"}, "line 2, trait: There is no trait “kindness”"),
    ],
)
def test_figures_about_what_nobody_knows_are_refused(fields, says):
    with pytest.raises(BadFile) as caught:
        reported([figure(0.4, **fields)])

    assert says in str(caught.value)


def test_the_same_figure_twice_is_refused_with_both_places():
    with pytest.raises(BadFile, match="line 3: The same figure stands at line 2 already"):
        reported([figure(0.4, sample="p1"), figure(0.5, sample="p1")])


@pytest.mark.parametrize(
    "change",
    [
        {"value": 1.5},
        {"value": float("nan")},
        {"value": -0.5, "measure": "ability"},
        {"n": 0},
        {"stderr": -1.0},
        {"sample": "p1", "family": ""},
    ],
)
def test_the_database_refuses_figures_that_cannot_be(change):
    evaluation = reported().evaluations.get()

    with pytest.raises(IntegrityError):
        Score.objects.create(**{"evaluation": evaluation, "measure": "trait", "value": 0.5, **change})


def test_the_database_keeps_what_was_reported():
    report = reported()
    score = Score.objects.get()

    for change in (
        lambda: Score.objects.update(value=0.9),
        lambda: Evaluation.objects.update(model="other"),
        report.delete,
        score.delete,
    ):
        with pytest.raises((ProgrammingError, ProtectedError)), transaction.atomic():
            change()


def test_one_figure_has_one_value_in_the_database():
    evaluation = reported().evaluations.get()

    with pytest.raises(IntegrityError):
        Score.objects.create(evaluation=evaluation, measure="trait", domain_id="health", value=0.9)
