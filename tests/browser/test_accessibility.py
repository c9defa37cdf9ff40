"""axe finds nothing on any page, wide and narrow, light and dark."""

from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django import Settings

from accounts.models import User
from labeling.models import Item, Membership, Project
from tests.browser.conftest import SignIn
from tests.browser.scene import Scene, judge_by_keys, make_item, prefetched, submit_by_keys, wait_for
from tests.factories import make_user
from tests.labeling.import_files import import_file, pair, write_lines

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
RULES: list[str] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = ["color-contrast"]
MODES = [
    (1440, 900, "light", RULES),
    (1440, 900, "dark", CONTRAST),
    (390, 844, "light", CONTRAST),
    (390, 844, "dark", RULES),
]
OF_ONESELF = [
    "/me/care/",
    "/me/hours/",
    "/me/data/",
    "/me/consent/new/",
    "/me/withdraw/",
    "/me/withdraw/?scope=all",
]
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def problems_of(page: Page) -> list[str]:
    """What axe finds in each mode, and where a page scrolls sideways. Between schemes only contrast differs."""
    found = []
    page.evaluate(AXE)
    for width, height, scheme, rules in MODES:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        # Colors are still on their way from one scheme to the other.
        wait_for(page, "document.getAnimations().length === 0")
        # What lies half under the bar that stays on top is no neighbor of its links.
        page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
        result = page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", rules)
        found += [
            f"{page.url} {width} {scheme}: {each['id']}: {node['target']} {node['failureSummary']}"
            for each in result["violations"]
            for node in each["nodes"]
        ]
        if page.evaluate(SIDEWAYS) > 0:
            found.append(f"{page.url} {width}: scrolls sideways")
    page.set_viewport_size({"width": 1440, "height": 900})
    return found


def test_the_labeling_session_in_all_its_states(page: Page, scene: Scene) -> None:
    found = []
    page.goto(scene.url)
    judge_by_keys(page, "46")
    page.locator("#B2").click()
    found += problems_of(page)
    page.keyboard.press("Escape")
    page.locator("#judge").focus()
    page.keyboard.press("g")
    found += problems_of(page)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    found += problems_of(page)
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    found += problems_of(page)
    page.keyboard.press("Escape")
    page.wait_for_timeout(520)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#problems")).to_be_visible()
    found += problems_of(page)

    assert found == []


def test_the_session_at_its_gate_offline_and_when_done(page: Page, scene: Scene) -> None:
    Item.objects.all().delete()
    make_item(scene.project)
    make_item(scene.project, content_warnings=["Self-harm, described"])
    found = []
    page.goto(scene.url)
    judge_by_keys(page)
    prefetched(page)
    page.context.set_offline(True)
    submit_by_keys(page)
    expect(page.locator("#offline")).to_be_visible()
    found += problems_of(page)
    page.context.set_offline(False)
    expect(page.get_by_text("Label saved.")).to_be_visible()
    found += problems_of(page)
    page.get_by_role("button", name="Skip this one").click()
    expect(page.get_by_role("heading", name="The queue is done")).to_be_visible()
    found += problems_of(page)

    assert found == []


@pytest.fixture
def everything(filled: None, tmp_path: Path, settings: Settings) -> User:
    """Load what a newcomer finds, a file with a bad line and a release; return someone who may see all of it."""
    settings.MEDIA_ROOT = settings.DATA_DIR = tmp_path
    call_command("load_starter_pack")
    rows = [*(pair(number) for number in range(9)), "[1, 2]"]
    import_file(Project.objects.get(), write_lines(tmp_path / "rows.jsonl", rows))
    call_command("release", "demo")
    administrator: User = make_user("first@example.org", name="An administrator", is_superuser=True)
    for project in Project.objects.all():
        Membership.objects.create(project=project, user=administrator, role=Membership.Role.LEAD)
    return administrator


def test_every_page_of_the_starter_pack(page_of_nobody: Page, everything: User, sign_in: SignIn) -> None:
    page = page_of_nobody
    page.goto("/sign-in/")
    found = problems_of(page)
    sign_in(page.context, everything)
    ahead = ["/", "/imports/", "/imports/new/", *OF_ONESELF]
    ahead += [f"/projects/{project.slug}/hours/" for project in Project.objects.all()]
    seen = set(map(shape, ahead))
    while ahead:
        address = ahead.pop(0)
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, address
        found += problems_of(page)
        for link in page.locator("main a[href^='/'], header a[href^='/'], footer a[href^='/']").all():
            target = (link.get_attribute("href") or "").split("?")[0].split("#")[0]
            if shape(target) not in seen and not is_file(target):
                seen.add(shape(target))
                ahead.append(target)

    assert found == []
    kinds = ("traits", "scenarios", "projects", "imports", "releases", "recipes", "label")
    assert {f"{kind}/…" for kind in kinds} <= seen


def is_file(address: str) -> bool:
    """Whether a link downloads something."""
    return address.endswith((".csv", ".yaml", ".zip")) or "/files/" in address


def shape(address: str) -> str:
    """An address without what names one object: one page of each kind is looked at."""
    parts = address.strip("/").split("/")
    return "/".join([parts[0], *("…" if part not in ("new", "add") else part for part in parts[1:])])
