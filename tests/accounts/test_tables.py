"""Django's admin: behind our door, to look at, and what may be done there is done by our actions."""

import pytest
from django.contrib import admin
from django.test import Client

from accounts.models import AuditEvent, Role, User
from curation.models import Domain, Trait, TraitVersion
from exports.models import Recipe, Schedule
from tests.factories import make_domain, make_trait_version, make_user

pytestmark = pytest.mark.django_db
TABLES = "/tables/"


@pytest.fixture
def head(client: Client) -> User:
    head = make_user("head@example.org", roles=(Role.ADMINISTRATORS,))
    client.force_login(head)
    return head


def acts() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("act", flat=True))


def test_every_table_of_ours_is_there_and_none_of_others(client: Client, head: User):
    page = client.get(TABLES)

    shown = {model._meta.app_label for model in admin.site._registry}
    assert page.status_code == 200
    assert shown == {"accounts", "runs", "egress", "curation", "labeling", "exports", "results"}


def test_strangers_are_sent_to_the_door_and_others_find_nothing(client: Client):
    assert client.get(TABLES)["Location"] == "/sign-in/?next=/tables/"
    client.force_login(make_user(roles=(Role.STEWARDS, Role.CURATORS)))
    assert client.get(TABLES).status_code == 404
    assert client.get("/tables/accounts/user/").status_code == 404


def test_a_published_version_is_shown_and_can_not_be_changed(client: Client, head: User):
    version = make_trait_version()
    url = f"/tables/curation/traitversion/{version.pk}/change/"

    seen = client.get(url).text
    answer = client.post(url, {"definition": "Whether the model does as told."})

    assert version.definition in seen
    assert 'name="definition"' not in seen
    assert answer.status_code == 403
    assert TraitVersion.objects.get(pk=version.pk).definition == version.definition


def test_no_row_is_taken_away(client: Client, head: User):
    event = AuditEvent.objects.create(at=head.joined_at, act="x", object_type="x", object_id="x")

    assert client.post(f"/tables/accounts/auditevent/{event.pk}/delete/").status_code == 404
    assert "delete_selected" not in client.get("/tables/accounts/auditevent/").text


def test_what_opens_doors_is_not_shown(client: Client, head: User):
    head.set_password("seven green lamps")
    head.save()
    client.force_login(head)

    page = client.get(f"/tables/accounts/user/{head.pk}/change/").text

    assert "head@example.org" in page
    assert head.password not in page


def test_a_domain_is_added_and_described_by_our_actions(client: Client, head: User):
    client.post("/tables/curation/domain/add/", {"slug": "care", "name": "Care", "description": ""})
    made = Domain.objects.get(slug="care")
    client.post(
        "/tables/curation/domain/care/change/", {"name": "Caring", "description": "Of others", "position": 3}
    )

    made.refresh_from_db()
    assert (made.name, made.description, made.position) == ("Caring", "Of others", 3)
    assert acts() == ["domain.added", "domain.changed"]


def test_a_trait_is_begun_by_our_action(client: Client, head: User):
    client.post("/tables/curation/trait/add/", {"name": "Candor", "slug": "candor", "code": "CD"})

    trait = Trait.objects.get(slug="candor")
    assert trait.versions.get().author == head
    assert "trait.created" in acts()


def test_schedules_are_paused_and_resumed_by_our_actions(client: Client, head: User):
    recipe = Recipe.objects.create(slug="r", name="R")
    schedule = Schedule.objects.create(
        recipe=recipe, expression="0 6 * * MON", zone="UTC", next_at=head.joined_at
    )
    for act in ("pause", "resume"):
        client.post("/tables/exports/schedule/", {"action": act, "_selected_action": [str(schedule.pk)]})

    schedule.refresh_from_db()
    assert schedule.next_at
    assert acts() == ["schedule.paused", "schedule.resumed"]


def test_a_name_that_is_taken_is_said(client: Client, head: User):
    make_domain("care")

    answer = client.post(
        "/tables/curation/domain/add/", {"slug": "care", "name": "Care", "description": ""}, follow=True
    )

    assert Domain.objects.filter(slug="care").count() == 1
    assert answer.status_code == 200
