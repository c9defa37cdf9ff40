"""Pauses, limits and notes that a person doesn't want, in the session with its scripts."""

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, expect

from labeling.actions.care import Wishes, set_care
from labeling.models import Annotation, Assignment, Care, Item
from tests.browser.scene import Scene, expect_progress, judge_by_keys, make_item, prefetched, submit_by_keys
from tests.browser.test_accessibility import problems_of

pytestmark = pytest.mark.browser
FREE = Wishes([], None, None, None, 50)


def test_a_break_and_a_limit_in_the_session(page: Page, scene: Scene) -> None:
    set_care(scene.annotator, FREE._replace(break_after=5))
    page.goto(scene.url)
    judge_by_keys(page)
    submit_by_keys(page)
    expect_progress(page, 1)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE labeling_annotation DISABLE TRIGGER USER")
        Annotation.objects.update(elapsed_ms=400_000)
        cursor.execute("ALTER TABLE labeling_annotation ENABLE TRIGGER USER")
    found = []

    page.goto(scene.url)
    expect(page.get_by_text("Time for a pause?")).to_be_visible()
    found += problems_of(page)
    page.get_by_role("button", name="Remind me later").press("Enter")
    expect(page.get_by_text("Time for a pause?")).not_to_be_visible()
    set_care(scene.annotator, FREE._replace(minutes_per_day=5))
    page.goto(scene.url)
    expect(page.get_by_role("heading", name="That is what you set yourself")).to_be_visible()
    found += problems_of(page)
    page.get_by_role("button", name="Go on with items without content notes").press("Enter")
    expect(page.locator("#stage")).to_have_attribute("data-state", "item")

    assert found == []


def test_who_opts_out_at_the_gate_meets_no_such_note_again(page: Page, scene: Scene) -> None:
    Item.objects.all().delete()
    for _ in range(2):
        make_item(scene.project, content_warnings=["Self-harm"])
    plain = make_item(scene.project)
    page.goto(scene.url)
    prefetched(page)

    page.get_by_label("Give me nothing more with the note “Self-harm”").check()
    page.get_by_role("button", name="Skip this one").click()

    expect(page.locator("#stage")).to_have_attribute("data-state", "item")
    assert Care.objects.get().avoided == ["self-harm"]
    assert [each.item for each in Assignment.objects.live()] == [plain]


def test_home_leads_to_a_pause_and_back(page: Page, scene: Scene) -> None:
    set_care(scene.annotator, FREE._replace(sensitive_per_week=15, minutes_per_day=120))
    page.goto("/")
    found = problems_of(page)

    page.get_by_role("button", name="Pause 10 minutes").press("Enter")

    expect(page.get_by_role("heading", name="You are taking a pause")).to_be_visible()
    care = Care.objects.get()
    assert care.paused_until
    assert care.paused_until > timezone.now()
    page.goto(scene.url)
    found += problems_of(page)
    page.get_by_role("button", name="End the pause").press("Enter")
    expect(page.locator("#stage")).to_have_attribute("data-state", "item")
    assert found == []
