"""A curator brings a file in through the page that asks for its columns."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import Role
from curation.models import Import, Scenario
from runs.actions import perform_now
from tests.browser.conftest import SignIn, fresh_profile
from tests.factories import make_domain, make_user

pytestmark = pytest.mark.browser

HEAD = "question,answer_a,answer_b,model_a,model_b,domain,language,license,source,content_warnings"
COLUMNS = HEAD.split(",")
BAD = [
    ("question", {"question": ""}, "the text is empty"),
    ("question", {"question": "x" * 2_000_001}, "at most 2,000,000 are read"),
    ("question", {"question": "\udce9"}, "not UTF-8"),
    ("answer_a", {"answer_a": "  "}, "the text is empty"),
    ("answer_a", {"answer_a": "y" * 2_000_001}, "at most 2,000,000 are read"),
    ("answer_a", {"answer_a": "\udcff"}, "not UTF-8"),
    ("answer_b", {"answer_b": ""}, "the text is empty"),
    ("answer_b", {"answer_b": "Yes."}, "another response of the row says the same"),
    ("answer_b", {"answer_b": "\udc80"}, "not UTF-8"),
    ("model_a", {"model_a": "m" * 201}, "at most 200 fit"),
    ("model_b", {"model_b": "m" * 201}, "at most 200 fit"),
    ("domain", {"domain": "alchemy"}, "there is no domain “alchemy”"),
    ("domain", {"domain": "d" * 61}, "at most 60 fit"),
    ("language", {"language": "plain English"}, "at most 12 fit"),
    ("license", {"license": "l" * 61}, "at most 60 fit"),
    ("source", {"source": "s" * 121}, "at most 120 fit"),
    ("content_warnings", {"content_warnings": '"' + "a," * 21 + '"'}, "at most 20 are kept"),
    ("content_warnings", {"content_warnings": "w" * 81}, "at most 80 fit"),
    ("whole line", {"source": "s,one,two,too,many"}, "columns; the first line names 10"),
    ("whole line", {"question": '"quoted" and not'}, "not CSV"),
]


@pytest.fixture(params=[True, False], ids=["with scripts", "without"])
def page(
    request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer, sign_in: SignIn
) -> Iterator[Page]:
    profile = fresh_profile(browser, live_server.url, java_script_enabled=request.param)
    context: BrowserContext = next(profile)
    sign_in(context, make_user(roles=(Role.CURATORS,)))
    yield context.new_page()
    next(profile, None)


def row(number: int, **changed: str) -> str:
    good = dict.fromkeys(COLUMNS, "")
    good |= {"question": f"Question {number}?", "answer_a": "Yes.", "answer_b": "No.", "domain": "law"}
    return ",".join((good | changed).values())


def write_file(path: Path) -> Path:
    rows = [HEAD, *(row(number) for number in range(85))]
    rows += [row(1000 + number, **changed) for number, (_, changed, _) in enumerate(BAD)]
    path.write_bytes("\n".join(rows).encode("utf-8", "surrogateescape"))
    return path


def test_a_file_with_twenty_bad_lines_names_each(
    page: Page, live_server: LiveServer, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    make_domain("law")

    page.goto(f"{live_server.url}/imports/")
    page.get_by_role("link", name="Import a file or a dataset").first.click()
    page.get_by_label("What the rows look like").select_option("columns")
    page.get_by_label("File").set_input_files(write_file(tmp_path / "interviews.csv"))
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("question")
    expect(page.get_by_label("Response 2", exact=True)).to_have_value("answer_b")
    page.get_by_role("button", name="Preview the first rows").click()
    expect(page.locator(".previews > li")).to_have_count(10)
    assert not Scenario.objects.exists()
    page.get_by_role("button", name="Start the import").click()
    expect(page.get_by_role("heading", name="interviews.csv")).to_be_visible()
    origin = Import.objects.select_related("run").get()
    perform_now(origin.run)
    page.reload()

    reasons = page.locator("section[aria-labelledby=problems] tbody tr")
    expect(reasons).to_have_count(len(BAD))
    for number, (column, _, reason) in enumerate(BAD):
        expect(reasons.nth(number)).to_contain_text(str(87 + number))
        expect(reasons.nth(number)).to_contain_text(column)
        expect(reasons.nth(number)).to_contain_text(reason)
    assert Scenario.objects.count() == 85
