"""The rows of the measurements fit the tables; the measurements themselves take too long for a test."""

from typing import Any

import pytest
from django.db import connection

from bench.export import HERE
from curation.models import Scenario
from labeling.models import Annotation
from tests.labeling.scenes import make_labeling_project

pytestmark = pytest.mark.django_db


def fill(name: str, **values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute((HERE / f"{name}_rows.sql").read_text(), values or None)


def test_the_rows_of_releases_fit() -> None:
    fill("export", items=4)
    fill("release")

    assert Annotation.objects.count() == 8


def test_the_rows_of_a_dashboard_fit() -> None:
    project = make_labeling_project(traits=2)
    fill("dashboard", project=project.pk, items=4)

    assert Annotation.objects.count() == 12


def test_the_rows_of_lists_fit() -> None:
    fill("list", rows=20)

    assert Scenario.objects.count() == 20
