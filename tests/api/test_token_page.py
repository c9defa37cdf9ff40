"""The page on which people make their tokens."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import ApiToken, User
from accounts.tokens import Terms, make_token, use_token
from tests.factories import make_user
from tests.labeling.scenes import make_labeling_project, make_member

pytestmark = pytest.mark.django_db
FORM = {"name": "laptop", "scopes": ["read", "label"], "days": "30", "project": ""}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_token_is_shown_once_and_works():
    user = make_user()
    client = signed_in(user)

    made = client.post(reverse("labeling:tokens"), FORM).content.decode()
    again = client.get(reverse("labeling:tokens")).content.decode()

    (token,) = re.findall(r'value="(arete_[^"]+)"', made)
    bearer = use_token(token)
    assert bearer is not None
    assert bearer.user == user
    assert bearer.scopes == {"read", "label"}
    assert token not in again
    assert token[:12] in again


def test_a_token_can_be_bound_to_a_project():
    project = make_labeling_project()
    user = make_member(project)

    signed_in(user).post(reverse("labeling:tokens"), {**FORM, "project": project.slug})

    assert ApiToken.objects.get().project_id == project.pk


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"scopes": []}, {"scopes": ["everything"]}, {"days": "9999"}, {"project": "foreign"}],
)
def test_what_can_not_be_is_refused(wrong):
    make_labeling_project(slug="foreign")

    answer = signed_in(make_user()).post(reverse("labeling:tokens"), {**FORM, **wrong})

    assert answer.status_code == 422
    assert not ApiToken.objects.exists()


def test_a_token_is_revoked():
    user = make_user()
    made = make_token(user, Terms("laptop", ["read"], 7), actor=user)

    signed_in(user).post(reverse("labeling:token_revoke", args=[made.row.pk]))

    assert use_token(made.token) is None


def test_nobody_revokes_or_sees_the_tokens_of_others():
    owner = make_user()
    made = make_token(owner, Terms("laptop", ["read"], 7), actor=owner)
    client = signed_in(make_user())

    answer = client.post(reverse("labeling:token_revoke", args=[made.row.pk]))

    assert answer.status_code == 404
    assert made.row.prefix not in client.get(reverse("labeling:tokens")).content.decode()
