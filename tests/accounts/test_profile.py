"""People say what releases may tell of them, or nothing."""

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.models.profiles import Profile
from tests.factories import make_user

pytestmark = pytest.mark.django_db
FIELDS = {"expertise": "law", "years": "6-10", "region": "Europe", "is_released": "on"}


def signed_in(client: Client) -> Client:
    client.force_login(make_user())
    return client


def test_what_somebody_says_is_kept_and_recorded(client: Client):
    answer = signed_in(client).post(reverse("accounts:profile"), FIELDS)

    assert answer.status_code == 302
    assert Profile.objects.values_list("expertise", "years", "region", "is_released").get() == (
        "law", "6-10", "Europe", True,
    )  # fmt: skip
    assert AuditEvent.objects.filter(act="profile.changed").count() == 1


def test_everything_may_stay_empty(client: Client):
    answer = signed_in(client).post(reverse("accounts:profile"), {})

    assert answer.status_code == 302
    assert not Profile.objects.get().is_released


def test_words_of_ones_own_are_refused_at_the_field(client: Client):
    answer = signed_in(client).post(reverse("accounts:profile"), FIELDS | {"expertise": "the only one here"})

    assert answer.status_code == 422
    assert "Choose a field from the list" in answer.content.decode()
    assert not Profile.objects.exists()


def test_the_database_keeps_bands_broad():
    with pytest.raises(IntegrityError):
        Profile.objects.create(user=make_user(), region="Upper Wapping")
