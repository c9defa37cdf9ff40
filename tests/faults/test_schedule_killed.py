"""A schedule with two beats and a worker that is killed: each slot once, one release, one commit."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from config.invariants import violations
from curation.models import Response
from exports.hub_double import HubDouble
from exports.models import Release, ScheduleSlot
from runs.models import Run
from tests.exports.conftest import house_of_files, plain_uploads  # noqa: F401
from tests.exports.judged import Panel, make_recipe
from tests.exports.releases import history, make_destination
from tests.exports.scheduled import make_schedule
from tests.factories import make_scenario
from tests.faults.conftest import Processes, until

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("house_of_files")]
SCHEDULES = "schedule slot ran twice, or vanished"


def test_a_killed_worker_and_a_second_beat_change_nothing_but_time(house: Processes, tmp_path: Path) -> None:
    panel = Panel()
    panel.pair(1, 2, 1, scenario=make_scenario(is_demo=True))
    # Of a demo recipe only the gates of law and consent hold a release back.
    Response.objects.update(license="CC-BY-4.0")
    recipe = make_recipe(panel.project, is_demo=True)
    with HubDouble(tmp_path / "hub", {"hf_write": "write"}) as hub:
        destination = make_destination(hub)
        first = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=3)
        schedule = make_schedule(recipe, destination, expression="0 * * * *", next_at=first)
        hub.fault("commit", "timeout_after_apply")
        house.environment |= {
            "ARETE_DATA": str(django_settings.DATA_DIR),
            "SECRETS_KEYS": ",".join(django_settings.SECRETS_KEYS),
            "EGRESS_ALLOWED": ",".join(django_settings.EGRESS_ALLOWED),
        }
        house.broker(), house.beat(), house.beat()
        killed = house.worker()
        # The worker has committed to the Hub and waits for an answer that does not come.
        until(lambda: [fault.times for fault in hub.faults] == [0], 180)
        time.sleep(0.5)
        house.kill(killed)
        house.worker()
        until(lambda: schedule.slots.exists() and not schedule.slots.unfinished().exists(), 180)

        states = list(ScheduleSlot.objects.order_by("slot_at").values_list("state", flat=True))
        assert states[:3] == ["skipped"] * 3
        assert states.count("done") == 1, list(ScheduleSlot.objects.values("state", "reason"))
        assert Release.objects.get().state == Release.State.PUBLISHED
        assert history(hub) == ["Release 1.0.0", "initial commit"]
        assert Run.objects.filter(kind="exports.slot").count() == 1
        assert SCHEDULES not in violations()
