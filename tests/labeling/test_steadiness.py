"""How far people hold to gold is measured, stored and shown to those who lead."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.urls import reverse

from labeling.comparing import share_of
from labeling.models import Annotation, GoldReference, Membership, Project
from labeling.steadiness import drift_of, gold_figures
from tests.factories import make_user
from tests.labeling.calibrating import answer_round, gold_project
from tests.labeling.measured import measure
from tests.labeling.scenes import make_member, signed_in

pytestmark = pytest.mark.django_db


def answered(*strengths: int) -> Project:
    """A project of gold items whose reference is 2, which one person answered so."""
    project, _ = gold_project(len(strengths))
    answer_round(project, make_member(project, make_user(name="Ada Reader")), *strengths)
    return project


def long_ago(days: int = 60) -> None:
    """Let everything that was said and written as gold be older. The rows refuse it, so the triggers stand aside."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for model in (Annotation, GoldReference):
            model.objects.update(created_at=F("created_at") - timedelta(days=days))
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_first_answers_are_counted_by_the_way_they_point():
    measurement = measure(answered(3, 1, -1, 0))

    found = measurement.gold_standings.get()
    assert (found.answers, found.same, found.recent, found.recent_same) == (4, 2, 4, 2)


def test_what_lies_back_is_not_recent():
    project = answered(3, 1)
    long_ago()

    found = measure(project).gold_standings.get()

    assert (found.answers, found.recent) == (2, 0)


def test_the_panel_puts_who_agrees_least_first():
    project, _ = gold_project(4)
    for name, strengths in (("Ada", (2, 2, 2, 2)), ("Bo", (-2, -2, -2, -2))):
        answer_round(project, make_member(project, make_user(name=name)), *strengths)

    found = gold_figures(measure(project))

    assert [(str(each.user), each.share.percent) for each in found["rows"]] == [("Bo", 0), ("Ada", 100)]
    assert found["label"] == "0% to 100%"


@pytest.mark.parametrize(
    ("earlier", "recent", "drift"),
    [
        ((18, 20), (4, 20), "falls"),
        ((4, 20), (18, 20), "rises"),
        ((15, 20), (13, 20), "steady"),
        ((9, 9), (0, 20), ""),
        ((20, 20), (0, 9), ""),
    ],
)
def test_only_what_the_intervals_bear_out_is_drift(
    earlier: tuple[int, int], recent: tuple[int, int], drift: str
):
    assert drift_of(share_of(*earlier), share_of(*recent)) == drift


def test_the_dashboard_shows_the_panel_with_its_numbers():
    project = answered(2, 2, -2)
    measure(project)

    lead = signed_in(make_member(project, role=Membership.Role.LEAD))
    page = lead.get(reverse("labeling:dashboard", args=[project.slug])).content.decode()

    assert "Ada Reader" in page
    assert "<b>67%</b>" in page
    assert "3 answers" in page
