"""Who asks: the person behind a token, and whether the token opens this route."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja.security import HttpBearer

from accounts.models import Scope, UserRequest
from accounts.tokens import Bearer, TooMany, use_token
from config.rest.problems import Problem, not_found

UNKNOWN = (
    "Send a token that works: “Authorization: Bearer arete_…”. It may have expired or been revoked; "
    "make another one under /me/tokens/."
)
BOUND = "This token is bound to one project, and this is not part of one. Use a token that is not bound."


class Asking(UserRequest):
    """A request of a program that acts for a person."""

    auth: Bearer


class Needs(HttpBearer):
    """Lets tokens in that have one of the scopes. Cookies open nothing here, so that nothing can be forged with them."""

    def __init__(self, scopes: tuple[Scope, ...], *, in_projects: bool) -> None:
        super().__init__()
        self.scopes = scopes
        self.in_projects = in_projects

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Return who asks; None for a token that opens nothing.

        Raises:
            Problem: the token may not do this, or asks too often.
        """
        try:
            bearer = use_token(token)
        except TooMany as error:
            raise too_many(error) from error
        if bearer is None:
            return None
        request.user = bearer.user
        if not bearer.scopes & {scope.value for scope in self.scopes}:
            raise missing(self.scopes)
        if bearer.project_id and not self.in_projects:
            raise Problem(403, "bound_token", BOUND)
        return bearer


def needs(*scopes: Scope, in_projects: bool = False) -> Needs:
    """Return the door of a route.

    Args:
        scopes: one of them is enough.
        in_projects: whether it is part of a project, so that tokens bound to one may use it; the route then asks
            `reaches` whether it is theirs.
    """
    return Needs(scopes, in_projects=in_projects)


def missing(scopes: tuple[Scope, ...]) -> Problem:
    """Return the problem of a token without a scope."""
    names = " or ".join(f"“{scope.value}”" for scope in scopes)
    detail = f"This needs a token with the scope {names}. Make one under /me/tokens/."
    return Problem(403, "missing_scope", detail, scopes=[scope.value for scope in scopes])


def too_many(error: TooMany) -> Problem:
    """Return the problem of a token that asks too often."""
    detail = f"This token has asked too often. Try again in {error.retry_after_s} s."
    return Problem(429, "too_many_requests", detail, headers={"Retry-After": str(error.retry_after_s)})


def unknown_token() -> Problem:
    """Return the problem of a request without a token that works."""
    return Problem(401, "unauthorized", UNKNOWN, headers={"WWW-Authenticate": 'Bearer realm="arete"'})


def reaches(request: Asking, project_id: UUID) -> None:
    """Check that a token's project, if it is bound to one, is this one.

    Raises:
        Problem: it is another one, which for this token does not exist.
    """
    if request.auth.project_id not in (None, project_id):
        raise not_found()
