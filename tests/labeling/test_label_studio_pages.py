"""The pages about a project's Label Studio."""

from hashlib import sha256

import pytest
from cryptography.fernet import Fernet
from django.test import Client
from pytest_django import Settings

from accounts.models import AuditEvent, User
from egress.models import Secret
from labeling.models import LabelStudio, LabelStudioRun, Membership, Project
from runs.models import Run
from tests.factories import make_user
from tests.labeling.scenes import make_labeling_project, signed_in
from tests.labeling.studio_double import StudioDouble
from tests.labeling.studios import EMAIL, connected, exchange, make_connection, prefers

pytestmark = pytest.mark.django_db
TOKEN = "token-that-nobody-reads"


@pytest.fixture
def lead(project: Project) -> User:
    user = make_user()
    Membership.objects.create(project=project, user=user, role=Membership.Role.LEAD)
    return user


@pytest.fixture
def browser(lead: User, settings: Settings) -> Client:
    settings.SECRETS_KEYS = [Fernet.generate_key().decode()]
    settings.EGRESS_ALLOWED = ["127.0.0.1:18998", "127.0.0.1:18999"]
    return signed_in(lead)


def page_of(project: Project, room: str = "") -> str:
    return f"/projects/{project.slug}/label-studio/{room}"


def connect_by(browser: Client, project: Project, **fields: str) -> int:
    said = {"endpoint": "http://127.0.0.1:18998/", "token_kind": "legacy", "token": TOKEN, **fields}
    return browser.post(page_of(project), said).status_code


def test_a_token_goes_in_and_never_comes_out(browser: Client, project: Project) -> None:
    assert connect_by(browser, project) == 302

    page = browser.get(page_of(project)).content.decode()

    assert TOKEN not in page
    assert "ends in “eads”" in page
    assert TOKEN.encode() not in bytes(Secret.objects.get().ciphertext)
    assert TOKEN not in str(list(AuditEvent.objects.values_list("detail", flat=True)))


def test_another_address_voids_the_token(browser: Client, project: Project) -> None:
    connect_by(browser, project)

    connect_by(browser, project, endpoint="http://127.0.0.1:18999", token="")

    assert LabelStudio.objects.get().secret is None
    assert not Secret.objects.exists()
    assert "No token" in browser.get(page_of(project)).content.decode()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("endpoint", "http://127.0.0.1:8080", "must begin with https://"),
        ("endpoint", "ftp://127.0.0.1", "must begin with https://"),
        ("endpoint", "http://127.0.0.1:18998/projects/3/data", "alone"),
        ("token", "two words", "letters, digits and signs only"),
        ("token", "", "Enter a token"),
        ("token_kind", "borrowed", "Choose the kind of token"),
    ],
)
def test_what_can_not_be_right_is_said_beside_its_field(
    browser: Client, project: Project, field: str, value: str, said: str
) -> None:
    answer = browser.post(
        page_of(project),
        {"endpoint": "http://127.0.0.1:18998", "token_kind": "legacy", "token": TOKEN, field: value},
    )

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not LabelStudio.objects.exists()


def test_sending_and_syncing_are_runs_that_wait_for_their_own_worker(
    browser: Client, project: Project
) -> None:
    connect_by(browser, project)

    sent = browser.post(page_of(project, "send"), {"predictions": ""})

    run = Run.objects.get()
    assert (run.queue, run.kind) == ("labelstudio", "labeling.label_studio_send")
    assert sent["Location"] == f"/runs/{run.pk}/"
    assert "./arete up --label-studio" in browser.get(page_of(project)).content.decode()
    # Twice pressed is once sent.
    browser.post(page_of(project, "sync"))
    assert Run.objects.count() == 1


def test_the_address_can_not_change_under_a_run(browser: Client, project: Project) -> None:
    connect_by(browser, project)
    browser.post(page_of(project, "send"))

    connect_by(browser, project, endpoint="http://127.0.0.1:18999")
    browser.post(page_of(project, "anew"))

    assert LabelStudio.objects.get().endpoint == "http://127.0.0.1:18998"


def test_predictions_of_others_than_offered_are_refused(browser: Client, project: Project) -> None:
    connect_by(browser, project)

    assert browser.post(page_of(project, "send"), {"predictions": "models"}).status_code == 422
    assert not Run.objects.exists()


def test_strangers_words_are_shown_as_words(
    double: StudioDouble, browser: Client, settings: Settings, tmp_path
) -> None:
    settings.EGRESS_ALLOWED = [double.url.removeprefix("http://")]
    other = make_labeling_project(items=1, traits=1)
    Membership.objects.create(
        project=other, user=User.objects.get(pk=browser.session["_auth_user_id"]), role="lead"
    )
    connection = connected(other, double.url)
    exchange(connection, "send")
    evil = "<script>alert(1)</script>"
    answer = [*prefers(other, 1), {"from_name": evil, "type": "choices", "value": {}}]
    double.answer(double.tasks_of(1)[0], answer, f"{evil}@example.org")
    exchange(connection, "sync")

    pages = [browser.get(page_of(other, room)).content.decode() for room in ("", "losses/", "conflicts/")]

    assert all(evil not in page for page in pages)
    assert all("&lt;script&gt;alert(1)&lt;/script&gt;" in page for page in pages)


def test_a_lead_says_who_people_are(browser: Client, project: Project, member: User) -> None:
    connection = make_connection(project)
    person = connection.people.create(email="other@example.org")
    foreigner = make_user()

    assert browser.post(page_of(project, "people"), {f"person_{person.pk}": foreigner.pk}).status_code == 422
    browser.post(page_of(project, "people"), {f"person_{person.pk}": member.pk})

    person.refresh_from_db()
    assert person.member == member
    assert member.email == EMAIL


def test_a_webhook_is_heard_only_with_the_secret_that_was_shown_once(
    browser: Client, project: Project
) -> None:
    connection = make_connection(project)
    page = browser.post(page_of(project, "hook")).content.decode()
    token = page.partition("Bearer ")[2].partition("</code>")[0]
    connection.refresh_from_db()
    assert connection.hook_sha256 == sha256(token.encode()).hexdigest()
    assert token not in browser.get(page_of(project)).content.decode()
    program = Client(enforce_csrf_checks=True)
    address = f"/label-studio/hooks/{connection.pk}/"
    body = {"action": "ANNOTATION_CREATED", "annotation": {"id": 1, "result": "<script>"}}

    for said in ("", "Bearer", "Bearer wrong", f"Basic {token}", "Bearer \u2603"):
        refused = program.post(address, body, "application/json", headers={"Authorization": said})
        assert refused.status_code == 403
    for _ in range(5):
        heard = program.post(address, body, "application/json", headers={"Authorization": f"Bearer {token}"})
        assert heard.status_code == 204

    connection.refresh_from_db()
    assert connection.hinted_at
    assert not LabelStudioRun.objects.exists()
