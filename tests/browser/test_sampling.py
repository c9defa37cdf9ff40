"""A curator names an endpoint, sees what sampling costs, samples, and writes a response."""

from collections.abc import Iterator
from threading import Thread

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings

from accounts.models import Role
from curation.models import Response, Sampling
from runs.actions import perform_now
from runs.models import Run
from tests.browser.conftest import SignIn
from tests.browser.test_accessibility import problems_of
from tests.curation.endpoint_double import EndpointDouble, refusing, saying
from tests.factories import make_scenario, make_user

pytestmark = pytest.mark.browser


@pytest.fixture
def double(settings: Settings) -> Iterator[EndpointDouble]:
    settings.SECRETS_KEYS = [Fernet.generate_key().decode()]
    settings.SAMPLE_RETRY_S = 0.05
    with EndpointDouble() as double:
        settings.EGRESS_ALLOWED = [double.place]
        double.keys = set()
        yield double


@pytest.fixture
def curator(context: BrowserContext, sign_in: SignIn) -> Page:
    sign_in(context, make_user(name="A curator", roles=(Role.CURATORS,)))
    return context.new_page()


def in_a_worker(run: Run) -> None:
    def work() -> None:
        perform_now(run)
        connection.close()

    worker = Thread(target=work)
    worker.start()
    worker.join()


def test_from_an_endpoint_to_marked_responses(curator: Page, double: EndpointDouble) -> None:
    make_scenario("May he go on with the capsules?")
    make_scenario("May she stop the tablets?")
    double.plan.extend([saying("I'm ChatGPT. Ask the ward."), refusing(400, "Too long for this model")])
    found = []

    curator.goto("/samplings/")
    curator.get_by_role("link", name="Model endpoints").click()
    curator.get_by_role("link", name="Add an endpoint").first.click()
    curator.get_by_label("Name", exact=True).fill("Our lab")
    curator.get_by_label("Base URL").fill(double.url)
    curator.get_by_label("API key").fill("sk-test-1234567890")
    curator.get_by_label("Model", exact=True).fill("lab/model-1")
    curator.get_by_label("Price of responses").fill("2")
    found += problems_of(curator)
    curator.get_by_role("button", name="Add").click()
    expect(curator.get_by_text("Key stored")).to_be_visible()

    curator.get_by_role("link", name="Sample responses").click()
    expect(curator.get_by_role("button", name="Start 4 requests")).to_be_visible()
    assert double.asked == []
    curator.get_by_label("Responses for each scenario").fill("3")
    curator.get_by_label("Responses for each scenario").press("Tab")
    start = curator.get_by_role("button", name="Start 6 requests")
    expect(start).to_be_visible()
    found += problems_of(curator)
    start.click()
    expect(curator.get_by_role("heading", name="Sampling from Our lab")).to_be_visible()

    in_a_worker(Sampling.objects.get().run)

    expect(curator.get_by_role("heading", name="Go on")).to_be_visible()
    expect(curator.get_by_text("Too long for this model")).to_be_visible()
    found += problems_of(curator)
    curator.goto("/responses/?marked=1")
    expect(curator.locator("mark")).to_have_text("I'm ChatGPT")
    found += problems_of(curator)

    assert found == []
    assert Response.objects.count() == 5


def test_a_response_survives_a_closed_tab_until_it_is_added(curator: Page, context: BrowserContext) -> None:
    scenario = make_scenario("May he go on with the capsules?")
    page = f"/scenarios/{scenario.pk}/responses/new/"
    curator.goto(page)
    curator.get_by_label("Response", exact=True).fill("Ask the ward first.")
    curator.get_by_label("A model’s").check()
    curator.close()

    again = context.new_page()
    again.goto(page)
    expect(again.get_by_label("Response", exact=True)).to_have_value("Ask the ward first.")
    again.get_by_role("button", name="Add the response").click()
    expect(again.get_by_text("Enter the model whose words they are")).to_be_visible()
    expect(again.get_by_label("Response", exact=True)).to_have_value("Ask the ward first.")
    assert problems_of(again) == []
    again.get_by_label("Model", exact=True).fill("lab/model-9")
    again.get_by_role("button", name="Add the response").click()
    expect(again.get_by_text("The response was added")).to_be_visible()
    again.goto(page)

    expect(again.get_by_label("Response", exact=True)).to_have_value("")
    assert Response.objects.get().model == "lab/model-9"
