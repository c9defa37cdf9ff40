"""A sampling whose worker is killed goes on: what was stored is not asked for again, what was lost is known."""

import os
import signal
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pytest_django import Settings

from config.invariants import violations
from curation.models import Response, Sample, Sampling
from runs.actions import perform_now
from runs.models import Run
from tests.curation.endpoint_double import Asked, EndpointDouble, Reply, saying
from tests.curation.sampled import make_endpoint, make_sampling, states
from tests.factories import make_scenario
from tests.faults.conftest import Processes, until

pytestmark = pytest.mark.faults
SCENARIOS = 60
AT_ONCE = 4


@pytest.mark.parametrize("kills", [1, 3])
def test_what_was_stored_is_not_asked_for_again(
    house: Processes, tmp_path: Path, settings: Settings, kills: int
) -> None:
    settings.SECRETS_KEYS = [Fernet.generate_key().decode()]
    settings.SAMPLE_RETRY_S = 0.05
    with EndpointDouble() as double:
        settings.EGRESS_ALLOWED = [double.place]
        double.usual = slowly
        for _ in range(SCENARIOS):
            make_scenario()
        sampling = make_sampling(make_endpoint(double, concurrency=AT_ONCE))
        house.environment |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRETS_KEYS": ",".join(settings.SECRETS_KEYS),
            "EGRESS_ALLOWED": double.place,
        }

        stored_before: set[str] = set()
        for kill in range(kills):
            work_and_die(house, sampling, until_stored=10 * (kill + 1))
            stored_before |= {str(pk) for pk in stored_ids()}
        asked_before = len(double.asked)
        run = perform_now(Run.objects.get(pk=sampling.run_id))

        assert run.state == Run.State.DONE, run.error
        assert states(sampling) == {"stored": SCENARIOS}
        assert Response.objects.count() == SCENARIOS
        assert stored_before.isdisjoint({asked.key for asked in double.asked[asked_before:]})
        # Each kill loses at most what was on its way, and every bill has its attempt on record.
        assert len(double.billed) <= SCENARIOS + kills * AT_ONCE
        for sample in Sample.objects.all():
            assert double.billed.count(str(sample.pk)) <= sample.attempts
        sampling.refresh_from_db()
        assert sampling.cost >= len(double.billed) * price_of_one()
        assert violations() == {}


def slowly(asked: Asked) -> Reply:
    time.sleep(0.05)
    return saying(f"To {asked.question}")(asked)


def work_and_die(house: Processes, sampling: Sampling, until_stored: int) -> None:
    code = f"import django; django.setup()\nfrom runs.actions import perform\nperform('{sampling.run_id}')"
    process = house.start(sys.executable, "-c", code)
    until(lambda: len(stored_ids()) >= until_stored)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    Run.objects.update(lease_until="2020-01-01T00:00:00Z")


def stored_ids() -> list[object]:
    return list(Sample.objects.filter(state="stored").values_list("pk", flat=True))


def price_of_one() -> Decimal:
    return Sample.objects.filter(attempts=1)[0].cost
