"""A model endpoint double for each test that wants one."""

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from pytest_django import Settings

from tests.curation.endpoint_double import EndpointDouble


@pytest.fixture
def double(settings: Settings) -> Iterator[EndpointDouble]:
    """Give a double that may be called."""
    settings.SECRETS_KEYS = [Fernet.generate_key().decode()]
    settings.SAMPLE_RETRY_S = 0.02
    with EndpointDouble() as double:
        settings.EGRESS_ALLOWED = [double.place]
        yield double
