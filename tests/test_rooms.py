import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from config.templatetags.rooms import SECTIONS
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def rooms_on(client: Client, name: str) -> list[str]:
    page = client.get(reverse(name)).content.decode()
    found = re.search(r'<nav class="rooms".*?</nav>', page, re.DOTALL)
    return re.findall(r'href="([^"]+)"', found[0]) if found else []


@pytest.mark.parametrize("role", [Role.CURATORS, Role.TRAIT_AUTHORS, Role.STEWARDS])
def test_every_room_that_is_shown_opens(client: Client, role: Role) -> None:
    person = make_user(roles=(role,))
    client.force_login(person)

    for section in (rooms for rooms in SECTIONS.values() if rooms[0].may_enter(person)):
        shown = rooms_on(client, section[0].name)
        assert len(shown) > 1
        assert [address for address in shown if client.get(address).status_code != 200] == []


def test_the_room_one_is_in_is_marked(client: Client) -> None:
    client.force_login(make_user(roles=(Role.CURATORS,)))

    page = client.get("/families/").content.decode()

    assert '<a href="/families/" aria-current="page">Families</a>' in page


def test_people_with_one_room_see_no_navigation(client: Client) -> None:
    client.force_login(make_user())

    assert rooms_on(client, "curation:traits") == []
