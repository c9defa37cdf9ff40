"""Strings by which training on held-out text shows."""

import pytest
from django.db import ProgrammingError, transaction

from curation.actions.pools import ensure_canaries
from curation.models import Canary

pytestmark = pytest.mark.django_db


def test_canaries_are_made_once_and_never_change():
    first = ensure_canaries()

    assert [canary.pool for canary in ensure_canaries()] == ["EVAL", "PRIVATE"]
    assert [canary.text for canary in ensure_canaries()] == [canary.text for canary in first]
    assert len({canary.text for canary in first}) == 2
    with pytest.raises(ProgrammingError), transaction.atomic():
        Canary.objects.update(text="other")
