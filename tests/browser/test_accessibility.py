"""axe finds nothing on any page, wide and narrow, light and dark."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import resolve
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from accounts.models import Role, User
from exports.actions.gates import ask_waiver, refuse_waiver
from exports.models import Finding, GateResult
from labeling.actions.gold import contest
from labeling.actions.rounds import RoundPlan, open_round, reveal_round
from labeling.models import Item, Membership, Project, Round
from labeling.questions import Question, fits
from runs.models import Run
from runs.signs import write_signs
from tests.browser.conftest import SignIn
from tests.browser.scene import (
    FOUR,
    Scene,
    ask,
    judge_by_keys,
    make_item,
    prefetched,
    submit_by_keys,
)
from tests.exports.gated import gated_release
from tests.exports.shown import published_world
from tests.factories import make_user
from tests.labeling.calibrating import answer, gold_project, qualify_by, take_gold
from tests.labeling.import_files import import_file, pair, write_lines
from tests.labeling.measured import measure, split_panel
from tests.labeling.scenes import make_labeling_project, make_member
from tests.labeling.studios import came_back
from tests.results.reporting import make_world as make_results

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
NARROW = MODES[3:]
OF_ONESELF = [
    "/me/care/",
    "/me/profile/",
    "/me/hours/",
    "/me/data/",
    "/me/tokens/",
    "/me/consent/new/",
    "/me/withdraw/",
    "/me/withdraw/?scope=all",
]
BY_LINKS = frozenset(
    {
        "labeling:home",
        "labeling:imports",
        "labeling:import_new",
        "labeling:care",
        "accounts:profile",
        "labeling:hours",
        "labeling:belongings",
        "labeling:tokens",
        "accounts:consent_due",
        "exports:withdraw",
        "labeling:project_items",
        "labeling:items_new",
        "labeling:project_people",
        "labeling:project_hours",
        "labeling:project_rules",
        "labeling:project_versions",
    }
)
"""Routes that the walk along the links of the starter pack comes to; test_every_page looks at the others."""
SETTLE = """async () => {
    for (let frame = 0; frame < 3 || (document.getAnimations().length && frame < 60); frame++) {
        document.getAnimations().forEach(each =>
            each.effect.getComputedTiming().endTime === Infinity ? each.cancel() : each.finish());
        await new Promise(requestAnimationFrame);
    }
}"""
"""Ends what moves, and what begins to move because of that."""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def problems_of(page: Page, modes: Sequence[tuple[int, int, str, list[str]]] = MODES) -> list[str]:
    """What axe finds in each mode, and where a page scrolls sideways. Between schemes only contrast differs."""
    found = []
    page.evaluate(AXE)
    for width, height, scheme, rules in modes:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        # Colors are still on their way from one scheme to the other.
        page.evaluate(SETTLE)
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


@pytest.mark.parametrize("count", [1, 2, 4])
def test_the_session_with_every_question(page: Page, scene: Scene, count: int) -> None:
    pairwise = {Question.OVERALL, Question.TRAITS}
    wanted = [each for each in Question if fits([each], count) and (count < 4 or each not in pairwise)]
    ask(scene, *wanted, texts=FOUR[:count])
    page.goto(scene.url)
    page.locator(".mark [value=unsure]").first.check(force=True)
    page.locator("#A1").click()
    found = problems_of(page)
    page.wait_for_timeout(520)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#problems")).to_be_visible()
    found += problems_of(page)

    assert found == []


@pytest.fixture
def everything(filled: None, tmp_path: Path, settings: Settings) -> User:
    """Load what a newcomer finds, a file with a bad line and a release; return someone who may see all of it."""
    settings.MEDIA_ROOT = settings.DATA_DIR = tmp_path
    call_command("load_starter_pack")
    rows = [*(pair(number) for number in range(9)), "[1, 2]"]
    import_file(Project.objects.order_by("created_at")[0], write_lines(tmp_path / "rows.jsonl", rows))
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
    rooms = ("items", "items/new", "people", "hours", "rules", "versions")
    project = Project.objects.order_by("created_at")[0]
    ahead += [f"/projects/{project.slug}/{room}/" for room in rooms]
    seen, routes = set(map(shape, ahead)), set()
    while ahead:
        address = ahead.pop(0)
        routes.add(resolve(address.split("?")[0]).view_name)
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, address
        found += problems_of(page)
        for link in page.locator("main a[href^='/'], header a[href^='/'], footer a[href^='/']").all():
            target = (link.get_attribute("href") or "").split("?")[0].split("#")[0]
            if shape(target) not in seen and not is_no_page_of_ours(target):
                seen.add(shape(target))
                ahead.append(target)

    assert found == []
    assert routes >= BY_LINKS
    kinds = ("traits", "scenarios", "projects", "imports", "releases", "recipes", "label")
    assert {f"{kind}/…" for kind in kinds} <= seen


def test_a_measured_project_and_what_people_said(page_of_nobody: Page, filled: None, sign_in: SignIn) -> None:
    page, panel = page_of_nobody, split_panel()
    measure(panel.project)
    lead = make_user(name="A lead")
    Membership.objects.create(project=panel.project, user=lead, role=Membership.Role.LEAD)
    sign_in(page.context, lead)
    page.goto(f"/projects/{panel.project.slug}/dashboard/")
    for fold in page.locator("summary:visible").filter(has_text="In numbers").all():
        fold.click()
    found = problems_of(page)
    page.get_by_role("group", name="Disagreements").get_by_role("link").first.click()
    expect(page.get_by_text("Names stay hidden")).to_be_visible()
    found += problems_of(page)


def test_the_pages_that_calibrate(page_of_nobody: Page, filled: None, sign_in: SignIn) -> None:
    """As lead and as annotator: one person is both here, so that one browser sees all of it."""
    page = page_of_nobody
    project, items = gold_project(3)
    person: User = make_user("both@example.org", name="A Reader")
    make_member(project, person)
    membership = Membership.objects.get(user=person)
    gold = [each for _ in range(2) if (each := take_gold(project, person))]
    for each, strength in zip(gold, (2, -2), strict=True):
        answer(each, strength)
        contest(each, each.item.gold_references.get(), "The second turn says otherwise.")
    other = make_member(project)
    plan = RoundPlan(Round.Kind.NORMING, "Together", items, people=[person, other])
    norming = open_round(project, plan, by=person)
    reveal_round(norming, by=person)
    norming.refresh_from_db()
    qualification = qualify_by(project, items)
    sign_in(page.context, person)
    found = []
    for address in ("/", f"/projects/{project.slug}/qualification/", f"/assignments/{gold[1].pk}/reference/"):
        page.goto(address)
        found += problems_of(page)
    membership.role = Membership.Role.LEAD
    membership.save(update_fields=["role"])
    pages = ["gold/", f"gold/{items[0].pk}/", "quality/", "rounds/"]
    for address in [f"/projects/{project.slug}/{each}" for each in pages] + [
        f"/rounds/{each.pk}/" for each in (norming, qualification)
    ]:
        answered = page.goto(address)
        assert answered
        assert answered.ok, address
        found += problems_of(page)

    assert found == []


def test_the_pages_about_label_studio(page_of_nobody: Page, filled: None, sign_in: SignIn) -> None:
    page = page_of_nobody
    project = make_labeling_project(items=1)
    lead = make_user(name="A lead", roles=(Role.CURATORS,))
    make_member(project, lead, role=Membership.Role.LEAD)
    sign_in(page.context, lead)
    here = f"/projects/{project.slug}/label-studio/"
    found = []
    for address in (here, "/imports/label-studio/"):
        page.goto(address)
        found += problems_of(page)
    came_back(project)
    for address in (here, f"{here}losses/", f"{here}conflicts/"):
        page.goto(address)
        found += problems_of(page)
    page.goto(here)
    page.get_by_role("button", name="Make a secret").click()
    expect(page.get_by_text("It is not shown again.")).to_be_visible()
    found += problems_of(page)

    assert found == []


def test_a_release_that_its_gates_hold_back(
    page_of_nobody: Page, filled: None, sign_in: SignIn, tmp_path: Path, settings: Settings
) -> None:
    settings.DATA_DIR = tmp_path
    release, page = gated_release(), page_of_nobody
    finding = Finding.objects.get()
    failing = GateResult.objects.get(gate="licenses")
    earlier = ask_waiver(failing, "The makers will surely agree in the end.", asked_by=make_user(name="Eve"))
    refuse_waiver(earlier, "Nobody has asked them.", refused_by=make_user(name="Bea"))
    sign_in(page.context, make_user(name="A Steward", roles=(Role.STEWARDS,)))
    found = []
    rooms = ("", "findings/", "gates/licenses/", "gates/consent/")
    for address in [*(f"/releases/{release.pk}/{room}" for room in rooms), "/recipes/gated/gates/"]:
        answered = page.goto(address)
        assert answered
        assert answered.ok, address
        found += problems_of(page)
    page.goto(f"/releases/{release.pk}/gates/licenses/")
    expect(page.get_by_text("Nobody has asked them.")).to_be_visible()
    page.get_by_role("button", name="Refuse it").click()
    expect(page.get_by_text("Say why you don’t answer for it")).to_be_visible()
    found += problems_of(page)
    page.goto(f"/releases/{release.pk}/findings/")
    page.locator(f"#finding-{finding.pk}").get_by_role("button", name="Invented, or a placeholder").click()
    expect(page.get_by_text("says A Steward")).to_be_visible()
    found += problems_of(page)

    assert found == []


def test_the_pages_around_publishing(
    page_of_nobody: Page, filled: None, tmp_path: Path, settings: Settings, sign_in: SignIn
) -> None:
    settings.DATA_DIR = tmp_path
    steward: User = make_user("steward@example.org", name="A steward", roles=(Role.STEWARDS,))
    sign_in(page_of_nobody.context, steward)
    found = []
    for address in published_world(steward):
        answered = page_of_nobody.goto(address)
        assert answered
        assert answered.ok, address
        found += problems_of(page_of_nobody)

    assert found == []


def test_what_came_back_from_training(page_of_nobody: Page, filled: None, sign_in: SignIn) -> None:
    make_results()
    sign_in(page_of_nobody.context, make_user("steward@example.org", roles=(Role.STEWARDS,)))
    found = []
    for address in ("/results/generalisation/", "/results/"):
        page_of_nobody.goto(address)
        for fold in page_of_nobody.locator("details.fold:not([open]) > summary").all():
            fold.click()
        found += problems_of(page_of_nobody)
    page_of_nobody.goto("/results/new/")
    page_of_nobody.get_by_role("button", name="Report", exact=True).click()
    expect(page_of_nobody.locator(".error-summary")).to_be_visible()
    found += problems_of(page_of_nobody)

    assert found == []


def is_no_page_of_ours(address: str) -> bool:
    """Whether a link downloads something, or leads to the tables, whose pages are Django's own."""
    is_file = address.endswith((".csv", ".yaml", ".zip")) or "/files/" in address or "/file/" in address
    return is_file or address.startswith("/tables/")


def shape(address: str) -> str:
    """An address without what names one object: one page of each kind is looked at."""
    parts = address.strip("/").split("/")
    return "/".join([parts[0], *("…" if part not in ("new", "add") else part for part in parts[1:])])


def test_the_status_of_a_house_with_troubles(
    page_of_nobody: Page, filled: None, tmp_path: Path, settings: Settings, sign_in: SignIn
) -> None:
    settings.DATA_DIR = tmp_path
    write_signs(["io"])
    Run.objects.create(kind="exports.publish", state=Run.State.FAILED, finished_at=timezone.now())
    sign_in(page_of_nobody.context, make_user(name="An operator", is_superuser=True))
    page_of_nobody.goto("/status/")

    expect(page_of_nobody.get_by_text("No worker of the queue cpu has ever answered.")).to_be_visible()
    if folder := os.environ.get("SHOTS"):
        page_of_nobody.screenshot(path=f"{folder}/wide.png", full_page=True)
        page_of_nobody.set_viewport_size({"width": 390, "height": 800})
        page_of_nobody.emulate_media(color_scheme="dark")
        page_of_nobody.screenshot(path=f"{folder}/narrow.png", full_page=True)
    assert problems_of(page_of_nobody) == []
