"""A real Label Studio tells that there is news."""

import time

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from labeling.actions.studios import start_hinted
from labeling.models import LabelStudio
from tests.factories import make_user
from tests.label_studio.server import EMAIL, There, chose
from tests.label_studio.test_preferences import exchanged, make_connection
from tests.labeling.scenes import make_labeling_project, make_member

HEARD_WITHIN_S = 30


@pytest.mark.django_db(transaction=True)
def test_an_answer_there_is_heard_here_and_comes_to_one_sync(
    there: There, live_server: LiveServer, settings: Settings
):
    settings.BASE_URL = live_server.url
    project = make_labeling_project(items=1, traits=1, questions=["traits"])
    make_member(project, make_user(EMAIL))
    connection = make_connection(there, project, make_user())
    exchanged(connection, "send")
    # Registering again changes the same webhook.
    exchanged(connection, "hook")
    exchanged(connection, "hook")
    assert len(there.ask("GET", f"/api/webhooks/?project={connection.label_studio_id}")) == 1
    (task,) = there.tasks(connection.label_studio_id)
    code = project.pins.select_related("trait_version__trait").get().trait_version.trait.code

    there.answer(task["id"], [chose(f"p_{code}", "1")])

    until = time.monotonic() + HEARD_WITHIN_S
    while not LabelStudio.objects.hinted().exists() and time.monotonic() < until:
        time.sleep(0.2)
    assert start_hinted() == 1
    assert start_hinted() == 0
