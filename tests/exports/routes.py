"""Who may find the pages around publishing, and their addresses."""

from typing import Any

from exports.models import Listener, Schedule
from tests.access import STEWARDS, Route

PUBLICATIONS = {
    "exports:publication_pause": Route(STEWARDS, "post"),
    "exports:publication_resume": Route(STEWARDS, "post"),
    "exports:publication_cancel": Route(STEWARDS, "post"),
    "exports:publication_restore": Route(STEWARDS, "post"),
    "exports:publication_erase": Route(STEWARDS),
}
SCHEDULES = {
    "exports:schedule": Route(STEWARDS),
    "exports:schedule_pause": Route(STEWARDS, "post"),
    "exports:schedule_resume": Route(STEWARDS, "post"),
    "exports:schedule_run": Route(STEWARDS, "post"),
}
LISTENERS = {
    "exports:notification": Route(STEWARDS),
    "exports:notification_secret": Route(STEWARDS, "post"),
    "exports:notification_test": Route(STEWARDS, "post"),
    "exports:notification_switch": Route(STEWARDS, "post"),
}
ROUTES = {
    **PUBLICATIONS,
    **SCHEDULES,
    **LISTENERS,
    "exports:schedules": Route(STEWARDS),
    "exports:schedule_new": Route(STEWARDS),
    "exports:notifications": Route(STEWARDS),
    "exports:notification_new": Route(STEWARDS),
    "exports:withdrawals": Route(STEWARDS),
}


def arguments(name: str, world: Any) -> dict[str, Any] | None:
    """What an address names, made where it is not there yet; None when the usual will do."""
    if name in PUBLICATIONS:
        return {"pk": world.publication.pk}
    if name in SCHEDULES:
        recipe = world.release.recipe
        found = Schedule.objects.first() or Schedule.objects.create(recipe=recipe, expression="0 6 * * MON")
        return {"pk": found.pk}
    if name in LISTENERS:
        listener = Listener.objects.first() or Listener.objects.create(
            kind="webhook", name="Foreign", address="https://hooks.example.org/"
        )
        return {"pk": listener.pk}
    return None
