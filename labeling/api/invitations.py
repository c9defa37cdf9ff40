"""Links into a project, for programs of those who lead it: made, listed and ended."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs
from accounts.models import Scope
from config.rest.forms import problem_of
from config.rest.paging import Page, Paging, Sent, page_of
from config.rest.routes import Routes
from labeling.actions.invitations import Offer, invite_into, revoke_invitation
from labeling.api.doors import led_project
from labeling.api.members import Role
from labeling.forms.projects import OfferForm
from labeling.models import ProjectInvitation

routes = Routes(tags=["projects"])
READS = needs(Scope.READ, Scope.CURATE, in_projects=True)
WRITES = needs(Scope.CURATE, in_projects=True)


class InvitationShape(BaseModel):
    """A link into a project. Where it leads is told once, when it is made."""

    id: UUID
    role: Role
    email: str = Field(description="Whom it is for; empty lets anybody in who has it.")
    state: Literal["open", "used", "revoked", "run out"]
    uses: int
    most_uses: int
    expires_at: datetime
    invited_by: str
    created_at: datetime


class InvitationMade(InvitationShape):
    """A link that was just made."""

    link: str = Field(description="To be handed on. It is stored nowhere and never told again.")


class OfferIn(Sent):
    """What a link shall offer."""

    role: Role = "annotator"
    email: str = Field(
        "", max_length=254, description="Only for this address; empty: for whoever has the link."
    )
    most_uses: int = Field(
        1, ge=1, le=500, description="How many people may come by it; for one address once."
    )
    days: int = Field(7, ge=1, le=90)


def invitation_shape(invitation: ProjectInvitation) -> InvitationShape:
    """Return a link, fetched with who made it, as it is sent."""
    return InvitationShape(
        id=invitation.pk,
        role=invitation.role,  # type: ignore[arg-type]  # One of the choices of its column.
        email=invitation.email,
        state=str(invitation.state),  # type: ignore[arg-type]
        uses=invitation.uses,
        most_uses=invitation.most_uses,
        expires_at=invitation.expires_at,
        invited_by=str(invitation.invited_by),
        created_at=invitation.created_at,
    )


@routes.get(
    "/projects/{slug:slug}/invitations", auth=READS, response=Page[InvitationShape], url_name="invitations"
)
def invitations(request: Asking, slug: str, asked: Query[Paging]) -> Page[InvitationShape]:
    """List the links into a project that this person leads, newest first."""
    rows = led_project(request, slug).invitations.select_related("invited_by")
    return page_of(rows, asked, invitation_shape)


# It takes no Idempotency-Key: an answer that is kept would keep the link.
@routes.post(
    "/projects/{slug:slug}/invitations", auth=WRITES, response=InvitationMade, url_name="invitations"
)
def invitation_make(request: Asking, slug: str, said: OfferIn) -> InvitationMade:
    """Make a link into a project. Whoever loses it makes another one, and revokes this one."""
    found = led_project(request, slug)
    form = OfferForm(said.model_dump())
    if not form.is_valid():
        raise problem_of(form)
    made = invite_into(found, Offer(**form.cleaned_data), invited_by=request.user)
    link = settings.BASE_URL.rstrip("/") + reverse("labeling:join", args=[made.token])
    return InvitationMade(**invitation_shape(made.invitation).model_dump(), link=link)


@routes.delete(
    "/projects/{slug:slug}/invitations/{uuid:invitation_id}",
    auth=WRITES,
    response={204: None},
    url_name="invitation",
)
def invitation_revoke(request: Asking, slug: str, invitation_id: UUID) -> Status[None]:
    """End a link. Who came by it stays. Twice is once."""
    found = get_object_or_404(led_project(request, slug).invitations, pk=invitation_id)
    revoke_invitation(found, revoked_by=request.user)
    return Status(204, None)
