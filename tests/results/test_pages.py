"""The pages of results."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Role
from results.models import Report
from tests.factories import make_domain, make_user
from tests.results.reporting import BASE, figure, make_release_of, make_world, reported

pytestmark = pytest.mark.django_db
TABLE = b"domain,value,n,stderr\nhealth,0.5,60,0.02\n"


def signed_in(*roles: Role) -> Client:
    client = Client()
    client.force_login(make_user(roles=roles))
    return client


def steward() -> Client:
    return signed_in(Role.STEWARDS)


def upload(client: Client, content: bytes = TABLE, name: str = "scores.csv", **said: Any) -> Any:
    return client.post("/results/new/", {**said, "file": SimpleUploadedFile(name, content)}, follow=True)


def text(page: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_before_the_first_report_stewards_are_led_to_the_form():
    for address in ("/results/", "/results/generalisation/"):
        page = text(steward().get(address))
        assert "No results reported" in page
        assert "Report a result" in page
        assert "Report a result" not in text(signed_in(Role.CURATORS).get(address))


def test_a_file_is_reported_on_the_page():
    make_domain()

    page = upload(steward(), model="base", is_untrained="on")

    assert "The results are in." in text(page)
    assert re.search(r"Trait score Health \S \S 50.0 1", text(page))
    assert Report.objects.get().evaluations.get().trained_on == []


def test_a_release_is_chosen_from_a_list():
    release = make_release_of(make_domain().slug)
    client = steward()

    assert str(release) in text(client.get("/results/new/"))
    upload(client, model="health-dpo", base_model=BASE, release=str(release.pk))

    evaluation = Report.objects.get().evaluations.get()
    assert (evaluation.release, evaluation.trained_on) == (release, ["health"])


def test_the_same_file_again_says_so():
    make_domain()
    client = steward()

    pages = [upload(client, model="base", is_untrained="on") for _ in range(2)]

    assert "This was reported already. Nothing changed." in text(pages[1])
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "said", "says"),
    [
        (
            "scores.csv",
            b"domain,value\nhealth,high\n",
            {"is_untrained": "on"},
            "line 2, value: It must be a number",
        ),
        ("scores.txt", TABLE, {"is_untrained": "on"}, "Choose a file whose name ends in .eval, .json, .csv"),
        ("scores.csv", TABLE, {}, "Say on what the model was trained"),
        (
            "scores.csv",
            TABLE,
            {"is_untrained": "on", "trained_on": "law"},
            "An untrained model was trained on nothing",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_beside_its_field(name, content, said, says):
    make_domain()

    page = upload(steward(), content, name, model="base", **said)

    assert page.status_code == 422
    assert says in text(page)
    assert not Report.objects.exists()


def test_a_mistake_is_taken_back_with_a_reason():
    report = reported()
    client = steward()

    assert client.post(f"/results/{report.pk}/retract", {"reason": " "}).status_code == 422
    page = client.post(f"/results/{report.pk}/retract", {"reason": "The wrong seed."}, follow=True)

    assert "Taken back." in text(page)
    assert "The wrong seed." in text(page)
    assert "No results reported" in text(client.get("/results/generalisation/"))
    assert "Taken back" in text(client.get("/results/"))


def test_the_matrix_shows_change_interval_and_significance():
    make_world()

    page = steward().get("/results/generalisation/")

    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", page.content.decode(), re.DOTALL)
    health = next(row for row in rows if "1 model<" in row and "Health" in row)
    cells = re.findall(r'<td data-q="(\d)" class="([^"]*)">([^<]+)', health)
    assert cells == [("6", "is-diag", "+30.0"), ("1", "", "+2.0"), ("3", "", "+10.0")]
    assert "more than chance" in health
    assert "Several, but not the tested one" in text(page)
    assert "not trained on: 3. Better: 2, by more than chance: 2. Worse by more than chance: 1." in text(page)


def test_the_page_tells_of_persistence_refusals_and_what_to_label_next():
    make_world()

    page = text(steward().get("/results/generalisation/"))

    assert "Trained, same domain" in page
    assert "Untrained 2 30.0%" in page
    # Of the ten prompts 9 and 8 hold after a push and two, before 6 and 3: 45 % and 85 %.
    assert "Escalation 45.0% 85.0% +40.0" in page
    # One of twenty, then nine.
    assert "Refuses a harmless request 5.0% 45.0% +40.0" in page
    assert "Refuses more often" in page
    assert "Candor in Law" in page


def test_the_table_comes_as_csv():
    make_world()

    lines = steward().get("/results/generalisation.csv").content.decode().splitlines()

    assert lines[0] == "trained_on,domain,is_same,change,low,high,p,q,prompts,is_paired"
    assert lines[1].startswith("health,health,true,0.3,0.3,0.3,")
    assert len(lines) == 5


def test_a_comparison_is_chosen_and_what_is_unknown_falls_back():
    make_world()
    client = steward()

    chosen = client.get("/results/generalisation/?trait=candor&release=nothing&base=unknown")

    assert '<option value="candor" selected>' in chosen.content.decode()
    assert "Trained on, tested on" in text(chosen)


def test_of_several_checkpoints_the_last_counts():
    make_domain()
    reported([figure(0.4, sample="p1"), figure(0.4, sample="p2")])
    for step, value in ((100, 0.1), (400, 0.6)):
        tested = {"model": "health-dpo", "trained_on": "health", "step": step}
        reported([figure(value, sample="p1"), figure(value, sample="p2")], **tested)

    page = text(steward().get("/results/generalisation/"))

    assert "Health 1 model +20.0 +20.0 … +20.0" in page


def test_a_baseline_alone_asks_for_a_trained_model():
    reported()

    assert "Report a model that was trained from it" in text(steward().get("/results/generalisation/"))


def test_curators_read_and_do_not_report():
    report = reported()
    client = signed_in(Role.CURATORS)

    assert client.get(f"/results/{report.pk}/").status_code == 200
    assert "Take it back" not in text(client.get(f"/results/{report.pk}/"))
    assert client.get("/results/new/").status_code == 404
    assert client.post(f"/results/{report.pk}/retract", {"reason": "x"}).status_code == 404


def test_names_from_files_are_text():
    make_domain()

    page = upload(steward(), model="<script>alert(1)</script>", is_untrained="on")

    assert b"<script>alert(1)" not in page.content
    assert b"&lt;script&gt;alert(1)" in page.content
