"""`manage.py verify` says which rows break a promise, and fails."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from tests.labeling.violations import drifted

pytestmark = pytest.mark.django_db


def test_the_command_prints_the_rows_and_fails():
    drifted()
    output = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("verify", "--json", stdout=output)

    assert ended.value.code == 1
    assert list(json.loads(output.getvalue())["violations"]) == ["taken differs from what it counts"]
