from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEvent, Role
from labeling.dashboard import pace_of, queues_of, state_of
from labeling.models import (
    Assignment,
    Deadline,
    DividedItem,
    Item,
    Measurement,
    Membership,
    Project,
    QueueHealth,
)
from runs.models import Run
from tests.exports.judged import Panel, cite, judge
from tests.factories import make_criterion, make_scenario, make_user
from tests.labeling.measured import mark, measure, split_panel
from tests.labeling.scenes import make_item, make_labeling_project, make_member, signed_in, submit, take

pytestmark = pytest.mark.django_db

LEAD = Membership.Role.LEAD


def page_of(project: Project, name: str = "dashboard", *arguments: object, query: str = "") -> str:
    lead = make_member(project, role=LEAD)
    answer = signed_in(lead).get(reverse(f"labeling:{name}", args=[project.slug, *arguments]) + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("role", ["annotator", "adjudicator"])
def test_peers_never_see_figures_of_others(role: str) -> None:
    panel = split_panel()
    measure(panel.project)
    client = signed_in(make_member(panel.project, role=role))
    item = Item.objects.filter(project=panel.project)[0]
    addresses = {
        name: reverse(f"labeling:{name}", args=[panel.project.slug])
        for name in ("dashboard", "measure", "deadline")
    }

    answers = [
        client.get(addresses["dashboard"]),
        client.post(addresses["measure"]),
        client.post(addresses["deadline"], {"due_on": "2030-01-01"}),
        client.get(reverse("labeling:item_answers", args=[panel.project.slug, item.pk])),
    ]

    assert {each.status_code for each in answers} == {404}
    assert (
        "dashboard" not in client.get(reverse("labeling:project", args=[panel.project.slug])).content.decode()
    )


def test_an_administrator_sees_every_dashboard() -> None:
    panel = split_panel()
    client = signed_in(make_user(roles=(Role.ADMINISTRATORS,)))

    assert client.get(reverse("labeling:dashboard", args=[panel.project.slug])).status_code == 200


def test_before_the_first_measurement_the_page_says_what_will_be_there() -> None:
    page = page_of(make_labeling_project(items=1))

    assert "Nothing is measured yet" in page
    assert "Measure the project" in page


def test_each_chart_says_what_it_finds_and_has_its_table() -> None:
    panel = split_panel()
    measure(panel.project)

    page = page_of(panel.project)

    name = panel.version.trait.name
    assert page.count('role="img"') == page.count("<title>") - 1 >= 6
    assert f"<title>{name}: " in page
    assert "below the target</title>" in page
    assert "<title>Labels per day over 14 days: between 0 and 21, mean 21." in page
    assert "1 trait is below the agreement of 0.67" in page
    assert all(f"<summary>{fold}" in page for fold in ("All statistics", "Alpha by domain", "In numbers"))
    assert "Nobody judged the same pair in both orders." in page


def test_pressing_the_button_has_the_project_measured() -> None:
    panel = split_panel()
    lead = make_member(panel.project, role=LEAD)
    client = signed_in(lead)
    url = reverse("labeling:dashboard", args=[panel.project.slug])

    client.post(reverse("labeling:measure", args=[panel.project.slug]))
    page = client.get(url).content.decode()

    run = Run.objects.get(kind="labeling.measure")
    assert run.created_by == lead
    assert reverse("runs:progress", args=[run.pk]) in page
    assert "Measure now" not in page


def test_a_failed_measurement_leaves_the_one_before_on_the_page() -> None:
    panel = split_panel()
    measure(panel.project)
    failed = Measurement.objects.create(
        project=panel.project,
        done=0,
        run=Run.objects.create(
            kind="labeling.measure", state="failed", error="Too big.", finished_at=timezone.now()
        ),
    )

    page = page_of(panel.project)

    assert "Too big." in page
    assert "What you see is the one before." in page
    assert failed.completed_at is None


def test_pace_and_forecast_follow_the_last_days() -> None:
    panel = Panel(people=2, overlap=2)
    today = timezone.now()
    for days_ago in (0, 0, 1, 2, 3, 3, 20):
        judge(panel.pair(), panel.people[0], panel.version, 1, created_at=today - timedelta(days=days_ago))
    measure(panel.project)

    found = pace_of(panel.project, 9, today.date())

    # Six labels on four days since the first of them.
    assert (found.most, found.least, found.mean, found.active) == (2, 0, 2, 1)
    assert found.forecast_on == today.date() + timedelta(days=6)
    assert (found.needed, found.is_late) == (None, False)


def test_a_deadline_gives_the_pace_that_is_needed() -> None:
    panel = split_panel()
    measure(panel.project)
    lead = make_member(panel.project, role=LEAD)
    today = timezone.now().date()

    answer = signed_in(lead).post(
        reverse("labeling:deadline", args=[panel.project.slug]),
        {"due_on": (today + timedelta(days=1)).isoformat()},
    )
    found = pace_of(panel.project, 100, today)

    assert answer.status_code == 302
    assert (found.needed, found.is_late) == (50, True)
    assert AuditEvent.objects.get().act == "project.deadline set"


def test_a_deadline_is_taken_back_by_an_empty_one_and_a_bad_one_is_refused() -> None:
    project = make_labeling_project(items=1)
    client = signed_in(make_member(project, role=LEAD))
    url = reverse("labeling:deadline", args=[project.slug])

    refused = client.post(url, {"due_on": "soon"})
    client.post(url, {"due_on": "2030-01-01"})
    client.post(url, {"due_on": ""})

    assert refused.status_code == 422
    assert "Write the day as" in refused.content.decode()
    assert [each.due_on is None for each in Deadline.objects.order_by("pk")] == [False, True]
    assert pace_of(project, 2, timezone.now().date()).needed is None


def test_disagreements_are_listed_by_spread_and_by_trait() -> None:
    panel = split_panel()
    measure(panel.project)
    # Law's third item: 0, 3, -3 spreads less than 3, -3, 1.
    widest = DividedItem.objects.order_by("-spread")[0]

    page = page_of(panel.project)
    other = page_of(panel.project, query="?trait=overall")

    assert "1 prefers A, 0 tie, 2 prefer B" in page
    assert page.index(str(widest.item_id)) == min(
        page.index(str(each.item_id)) for each in DividedItem.objects.all()
    )
    assert "Nobody is divided about this trait" in other


def test_a_query_that_makes_no_sense_lists_everything() -> None:
    panel = split_panel()
    measure(panel.project)

    assert "1 prefers A, 0 tie, 2 prefer B" in page_of(panel.project, query="?trait=" + "-" * 36)


def test_reasons_stand_side_by_side_without_names() -> None:
    panel = Panel(overlap=2)
    item = panel.pair(texts=("It refuses.", "It obeys."))
    for person, strength, reason in zip(
        panel.people, (-3, 2), ("It stays stoppable.", "The owner may overrule."), strict=False
    ):
        person.name = f"Name of {strength}"
        person.save()
        judge(item, person, panel.version, strength, rationale=reason, confidence=3)
    cite(item.assignments.get(annotator=panel.people[1]).annotations.get(), panel.version, 1, "It obeys.")

    page = page_of(panel.project, "item_answers", item.pk)

    assert page.index("It stays stoppable.") < page.index("The owner may overrule.")
    assert all(words in page for words in ("A is much better", "B is better", ">B1</a>", "Very sure"))
    assert "Name of" not in page
    assert panel.people[0].email not in page


def test_answers_stay_hidden_while_somebody_may_still_be_handed_the_item() -> None:
    project = make_labeling_project(items=1, overlap=2)
    submit(take(project, make_member(project)), rationale="My secret reason.")

    page = page_of(project, "item_answers", Item.objects.get().pk)

    assert "My secret reason." not in page
    assert "1 of 2 people judged this item" in page


def test_a_content_note_comes_before_the_text() -> None:
    panel = Panel(overlap=2)
    scenario = make_scenario("A distressing question?", content_warnings=["Violence, described"])
    item = panel.pair(3, -3, scenario=scenario)
    measure(panel.project)

    listed = page_of(panel.project)
    gated = page_of(panel.project, "item_answers", item.pk)
    opened = page_of(panel.project, "item_answers", item.pk, query="?read=1")

    assert "A distressing question?" not in listed + gated
    assert "Violence, described" in gated
    assert "A distressing question?" in opened


def test_an_item_of_another_project_is_not_found() -> None:
    panel, other = split_panel(), Panel()
    client = signed_in(make_member(other.project, role=LEAD))
    item = Item.objects.filter(project=panel.project)[0]

    assert client.get(reverse("labeling:item_answers", args=[other.project.slug, item.pk])).status_code == 404


def test_progress_names_people_with_their_labels_and_agreement() -> None:
    panel = split_panel()
    idle = make_member(panel.project, make_user(name="Not begun"))
    measure(panel.project)

    page = page_of(panel.project)

    assert str(idle) in page
    assert page.index(str(panel.people[0])) < page.index("Not begun")


def test_criteria_show_what_their_agreement_allows() -> None:
    panel = Panel(people=2)
    item = panel.pair(1, 1)
    criterion = make_criterion(item.scenario, "Names a source", version=panel.version)
    for person, values in zip(panel.people, (("met", "not met"), ("not met", "met")), strict=True):
        mark(item, person, criterion, *values)
    measure(panel.project)

    page = page_of(panel.project)

    assert "Revise the wording" in page
    assert "Names a source" in page


@pytest.mark.parametrize(
    ("waiting", "handed_out", "skipped", "recent", "state"),
    [
        (0, 9, 0, 0, "done"),
        (5, 10, 2, 3, "skipped"),
        (5, 10, 1, 3, "healthy"),
        (5, 9, 9, 3, "healthy"),
        (5, 0, 0, 0, "stuck"),
    ],
)
def test_a_queue_says_what_it_suffers_from(
    waiting: int, handed_out: int, skipped: int, recent: int, state: str
) -> None:
    queue = QueueHealth(items=9, waiting=waiting, handed_out=handed_out, skipped=skipped, recent=recent)

    assert state_of(queue) == state


def test_queues_tell_how_long_the_oldest_waits_and_how_often_people_skip() -> None:
    project = make_labeling_project(items=2, overlap=1)
    Item.objects.update(created_at=timezone.now() - timedelta(days=9))
    skipped = take(project, make_member(project))
    Assignment.objects.filter(pk=skipped.pk).update(state="skipped", skip_reason="unclear")
    measurement = measure(project)

    found = queues_of(measurement, timezone.now().date())[0]

    assert (found.days, found.skipped, found.state) == (9, 100, "stuck")


def test_gold_says_honestly_what_is_there() -> None:
    project = make_labeling_project()
    measure(project)
    before = page_of(project)
    make_item(project)
    Item.objects.update(is_gold=True)

    assert "no gold items" in before
    assert "1 item of the queue is gold" in page_of(project)


def test_the_page_asks_the_same_few_questions_however_much_there_is(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    panel = split_panel()
    measure(panel.project)
    client = signed_in(make_member(panel.project, role=LEAD))

    with django_assert_max_num_queries(26):
        client.get(reverse("labeling:dashboard", args=[panel.project.slug]))
