"""Programs that ask the API."""

from typing import Any
from uuid import UUID

import orjson
from django.test import Client

from accounts.models import Role, Scope, User
from accounts.tokens import Terms, make_token
from tests.factories import make_user

ROOT = "/api/v1"
PROBLEM = "application/problem+json"


class Caller:
    """A program with a token of a person."""

    def __init__(self, user: User | None = None, *scopes: Scope, project_id: UUID | None = None) -> None:
        self.user = user or make_user()
        names = [scope.value for scope in scopes or tuple(Scope)]
        made = make_token(self.user, Terms("a program", names, 30, project_id), actor=self.user)
        self.row, self.token = made.row, made.token
        self.client = Client(raise_request_exception=False)

    def get(self, path: str, /, query: Any = None, **headers: str) -> Any:
        return self.client.get(ROOT + path, query, headers=self.headers(headers))

    def post(self, path: str, body: Any = None, /, **headers: str) -> Any:
        return self.send("POST", path, b"" if body is None else orjson.dumps(body), **headers)

    def put(self, path: str, body: Any, /) -> Any:
        return self.send("PUT", path, orjson.dumps(body))

    def send(
        self, method: str, path: str, body: bytes, *, content_type: str = "application/json", **headers: str
    ) -> Any:
        return self.client.generic(
            method, ROOT + path, body, content_type=content_type, headers=self.headers(headers)
        )

    def upload(self, path: str, fields: dict[str, Any], **headers: str) -> Any:
        return self.client.post(ROOT + path, fields, headers=self.headers(headers))

    def headers(self, more: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": f"Bearer {self.token}", **named}


def curator(*scopes: Scope) -> Caller:
    return Caller(make_user(roles=(Role.CURATORS,)), *scopes)


def steward(*scopes: Scope) -> Caller:
    return Caller(make_user(roles=(Role.STEWARDS,)), *scopes)


def author(*scopes: Scope) -> Caller:
    return Caller(make_user(roles=(Role.TRAIT_AUTHORS,)), *scopes)


def lines(answer: Any) -> list[Any]:
    """What a stream says."""
    return [orjson.loads(line) for line in b"".join(answer.streaming_content).splitlines()]


def named(answer: Any) -> set[str]:
    """The fields that a problem names."""
    return {each["field"] for each in answer.json()["errors"]}
