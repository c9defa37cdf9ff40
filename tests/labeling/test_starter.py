import pytest
from django.db.models import Count

from accounts.models import Role
from config.invariants import violations
from curation.actions.starter import load as load_curation
from curation.models import Criterion
from labeling.actions.starter import load
from labeling.models import (
    Annotation,
    Assignment,
    CriterionMark,
    Evidence,
    Item,
    Preference,
    Project,
    Rank,
    Rating,
    Rewrite,
)
from labeling.queue import NothingNow
from tests.factories import make_user
from tests.labeling.scenes import signed_in, submit, try_claim

pytestmark = pytest.mark.django_db
PAIRS = "honest-help-under-pressure"


def test_the_demo_project_is_ready_to_label() -> None:
    administrator = make_user(roles=(Role.ADMINISTRATORS,))
    load_curation()

    load()

    project = Project.objects.get(slug=PAIRS)
    assert (project.is_demo, project.state) == (True, "open")
    assert project.items_total == project.items.count() >= 24
    assert project.memberships.get(user=administrator).role == "lead"
    assert isinstance(try_claim(project, administrator), Assignment)
    assert violations() == {}


def test_demo_annotations_say_that_they_are_and_cite_what_they_rest_on() -> None:
    load_curation()

    load()

    assert set(Annotation.objects.values_list("source", flat=True)) == {"demo"}
    assert Annotation.objects.filter(rationale="").count() == 0
    assert Evidence.objects.count() > 0
    assert Preference.objects.exclude(strength=None).count() > 10
    authors = {annotation.assignment.annotator for annotation in Annotation.objects.all()}
    assert all(author.is_demo and not author.is_active for author in authors)
    assert len(authors) == 2


def test_demo_readers_also_rank_rate_mark_and_rewrite() -> None:
    load_curation()

    load()

    sittings = Annotation.objects.filter(assignment__item__project__slug="three-answers-at-once")
    by_item = sittings.values_list("assignment__item").annotate(count=Count("pk"))
    assert sorted(count for _, count in by_item) == [1, 2, 2]
    assert Rank.objects.filter(annotation__in=sittings).count() == 5 * 3
    assert Rating.objects.filter(annotation__in=sittings).count() == 5 * 3 * 2
    assert CriterionMark.objects.filter(annotation__in=sittings).count() == 5 * 3 * 4
    assert Rewrite.objects.filter(annotation__in=sittings).count() == 3


def test_loading_again_changes_nothing() -> None:
    load_curation()
    load()
    before = counts()

    load()

    assert counts() == before


def test_every_demo_item_can_be_shown() -> None:
    administrator = make_user(roles=(Role.ADMINISTRATORS,))
    load_curation()
    load()
    client = signed_in(administrator)

    shown = 0
    for project in Project.objects.all():
        while isinstance(assignment := try_claim(project, administrator), Assignment):
            assert client.get(f"/assignments/{assignment.pk}/").status_code == 200
            client.post(f"/assignments/{assignment.pk}/skip", {"reason": "other"})
            shown += 1
        assert not isinstance(try_claim(project, administrator), NothingNow)

    assert shown >= 24


def test_three_responses_are_judged_by_every_other_question() -> None:
    administrator = make_user(roles=(Role.ADMINISTRATORS,))
    load_curation()
    load()

    assignment = try_claim(Project.objects.get(slug="three-answers-at-once"), administrator)

    assert isinstance(assignment, Assignment)
    assert (len(assignment.order_shown), len(assignment.criteria)) == (3, 4)
    submit(assignment)
    assert violations() == {}


def counts() -> list[int]:
    positions = Project.objects.order_by("slug").values_list("next_position", flat=True)
    return [Item.objects.count(), Annotation.objects.count(), Criterion.objects.count(), *positions]
