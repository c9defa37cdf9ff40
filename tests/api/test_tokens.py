"""Tokens: who gets in, for what, how often."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import ApiToken, AuditEvent, Scope
from accounts.tokens import Terms, make_token, revoke_token
from tests.api.asking import PROBLEM, ROOT, Caller, curator
from tests.factories import make_user
from tests.labeling.scenes import make_labeling_project, make_member, take

pytestmark = pytest.mark.django_db


def test_a_token_says_whom_it_acts_for():
    caller = Caller(make_user(name="Ada"), Scope.READ)

    said = caller.get("/me").json()

    assert (said["name"], said["scopes"], said["project"]) == ("Ada", ["read"], None)


def test_only_its_hash_is_stored():
    made = make_token(make_user(), Terms("laptop", ["read"], 7), actor=None)

    row = ApiToken.objects.values().get()

    assert made.token not in str(row)
    assert made.token.startswith(row["prefix"])


def test_without_a_token_the_answer_says_how_to_get_one():
    answer = Client().get(f"{ROOT}/me")

    assert answer.status_code == 401
    assert answer["Content-Type"] == PROBLEM
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert "/me/tokens/" in answer.json()["detail"]


def test_a_session_opens_nothing():
    client = Client()
    client.force_login(make_user())

    answer = client.get(f"{ROOT}/me")

    assert answer.status_code == 401
    assert not answer.cookies


@pytest.mark.parametrize(
    "token",
    ["", "arete_", "arete_" + "x" * 43, "ä", "a" * 5000],
    ids=["none", "short", "foreign", "accent", "long"],
)
def test_what_is_no_token_is_refused(token):
    answer = Client().get(f"{ROOT}/me", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 401


def test_a_revoked_token_opens_nothing():
    caller = Caller()
    revoke_token(caller.row, actor=caller.user)

    assert caller.get("/me").status_code == 401


def test_an_expired_token_opens_nothing():
    caller = Caller()
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert caller.get("/me").status_code == 401


def test_a_person_who_was_let_go_takes_their_tokens_along():
    caller = Caller(make_user(is_active=False))

    assert caller.get("/me").status_code == 401


def test_a_token_without_the_scope_is_told_which():
    answer = curator(Scope.LABEL).get("/scenarios")

    assert answer.status_code == 403
    assert answer.json()["scopes"] == ["read"]
    assert "“read”" in answer.json()["detail"]


def test_a_token_never_opens_more_than_its_person():
    assert Caller(make_user()).get("/releases").json()["data"] == []
    assert Caller(make_user()).get("/recipes").status_code == 404


def test_a_bound_token_reaches_its_project_alone():
    mine, other = make_labeling_project(items=1), make_labeling_project(items=1)
    user = make_member(mine)
    make_member(other, user)
    caller = Caller(user, project_id=mine.pk)

    listed = caller.get("/projects").json()["data"]

    assert [each["slug"] for each in listed] == [mine.slug]
    assert caller.get(f"/projects/{other.slug}").status_code == 404
    assert caller.post(f"/projects/{other.slug}/items/next").status_code == 404
    assert caller.get("/scenarios").status_code == 403


@pytest.mark.parametrize("verb", ["", "/open", "/heartbeat", "/release", "/flag"])
def test_a_bound_token_reaches_no_assignment_of_another_project(verb):
    mine, other = make_labeling_project(items=1), make_labeling_project(items=1)
    user = make_member(mine)
    make_member(other, user)
    held = take(other, user)
    caller = Caller(user, project_id=mine.pk)
    path = f"/assignments/{held.pk}{verb}"

    answer = (
        caller.post(path, {"reason": "other"} if verb == "/release" else {}) if verb else caller.get(path)
    )

    assert answer.status_code == 404


def test_who_asks_too_often_is_told_when_to_come_back(settings: Settings):
    settings.API_REQUESTS_PER_MINUTE = 2
    caller = Caller()

    statuses = [caller.get("/me").status_code for _ in range(3)]
    refused = caller.get("/me")

    assert statuses == [200, 200, 429]
    assert 1 <= int(refused["Retry-After"]) <= 60


def test_after_a_minute_it_may_ask_again(settings: Settings):
    settings.API_REQUESTS_PER_MINUTE = 1
    caller = Caller()
    caller.get("/me")
    ApiToken.objects.update(window_at=timezone.now() - timedelta(hours=1))

    assert caller.get("/me").status_code == 200


def test_one_token_does_not_use_up_another_ones_requests(settings: Settings):
    settings.API_REQUESTS_PER_MINUTE = 1
    user = make_user()
    first, second = Caller(user), Caller(user)
    first.get("/me")

    assert second.get("/me").status_code == 200


def test_making_and_revoking_are_in_the_audit_trail():
    caller = Caller()
    revoke_token(caller.row, actor=caller.user)

    acts = list(AuditEvent.objects.order_by("id").values_list("act", flat=True))

    assert acts == ["token.created", "token.revoked"]
    assert caller.token not in str(list(AuditEvent.objects.values()))


def test_last_use_is_kept():
    caller = Caller()
    caller.get("/me")

    assert ApiToken.objects.get().last_used_at is not None
