"""What a program may ask about the person it acts for."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from accounts.api.asking import Asking, needs
from accounts.models import ApiToken, Scope
from config.rest.routes import Routes

routes = Routes(tags=["me"])


class Me(BaseModel):
    """The person a token acts for, and what the token opens."""

    id: UUID
    email: str
    name: str
    roles: list[str]
    token: str
    scopes: list[str]
    project: UUID | None
    expires_at: datetime


@routes.get("/me", auth=needs(*Scope, in_projects=True), response=Me, url_name="me")
def me(request: Asking) -> Me:
    """Say who this token acts for."""
    token = ApiToken.objects.visible_to(request.user).get(pk=request.auth.token_id)
    user = request.user
    roles = user.roles + (
        ["administrators"] if user.is_superuser and "administrators" not in user.roles else []
    )
    return Me(
        id=user.pk,
        email=user.email,
        name=user.name,
        roles=roles,
        token=token.name,
        scopes=token.scopes,
        project=token.project_id,
        expires_at=token.expires_at,
    )
