"""What can go wrong, as exceptions."""

from typing import Any


class Unreachable(Exception):
    """The server gave no answer, however often it was asked."""


class Problem(Exception):
    """The server answered that it can't be done, and why (RFC 9457).

    Attributes:
        status: of the answer.
        code: a name for programs, such as `stale_revision`.
        detail: a sentence or two for people.
        errors: what is wrong with which field.
        body: all that the server said.
    """

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        self.status = status
        self.code = str(body.get("type", "")).rpartition(":")[2]
        self.detail = str(body.get("detail", ""))
        self.errors = [(str(each["field"]), str(each["message"])) for each in body.get("errors") or ()]
        self.body = body
        fields = "".join(f"\n  {field}: {message}" for field, message in self.errors)
        super().__init__(f"{status} {self.code}: {self.detail}{fields}")
