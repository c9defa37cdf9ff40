"""Who takes part in a project, for programs of those who lead it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import transaction
from ninja import Query, Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.audit import record
from accounts.models import Scope
from config.rest.forms import problem_of
from config.rest.paging import Page, Paging, Sent, page_of
from config.rest.problems import Problem, not_found
from config.rest.routes import Routes
from labeling.actions.assignments import remove_member
from labeling.actions.projects import add_member
from labeling.api.doors import led_project
from labeling.forms.projects import MemberForm
from labeling.models import Membership, Project
from labeling.views.people import LAST_LEAD, is_last_lead

routes = Routes(tags=["projects"])
READS = needs(Scope.READ, Scope.CURATE, in_projects=True)
WRITES = needs(Scope.CURATE, in_projects=True)
Role = Literal["lead", "adjudicator", "annotator"]


class MemberShape(BaseModel):
    """Somebody who takes part."""

    person: UUID
    name: str
    role: Role
    done: int = Field(description="Items judged.")
    since: datetime


class NewMember(Sent):
    """Who shall take part, and as what."""

    email: str = Field(min_length=3, max_length=254, description="Of somebody with an account.")
    role: Role


class NewRole(Sent):
    """Another role."""

    role: Role


def member_shape(membership: Membership) -> MemberShape:
    """Return a membership, fetched with its person, as it is sent."""
    return MemberShape(
        person=membership.user_id,
        name=str(membership.user),
        role=membership.role,  # type: ignore[arg-type]  # One of the choices of its column.
        done=membership.done,
        since=membership.created_at,
    )


@routes.get("/projects/{slug:slug}/members", auth=READS, response=Page[MemberShape], url_name="members")
def members(request: Asking, slug: str, asked: Query[Paging]) -> Page[MemberShape]:
    """List who takes part in a project that this person leads, newest first."""
    return page_of(led_project(request, slug).memberships.select_related("user"), asked, member_shape)


@routes.post("/projects/{slug:slug}/members", auth=WRITES, response={201: MemberShape}, url_name="members")
@once
def member_put_in(request: Asking, slug: str, new: NewMember) -> Status[MemberShape]:
    """Let somebody with an account take part, or change their role."""
    found = led_project(request, slug)
    form = MemberForm(new.model_dump())
    if not form.is_valid():
        raise problem_of(form)
    person = form.cleaned_data["email"]
    with transaction.atomic():
        there = next((each for each in locked(found) if each.user_id == person.pk), None)
        if there:
            keep_a_lead(there, new.role)
        membership = add_member(found, person, new.role)
        record(request, "member.added", found, person=str(person.pk), role=new.role)
    return Status(201, member_shape(membership))


@routes.put(
    "/projects/{slug:slug}/members/{uuid:person_id}", auth=WRITES, response=MemberShape, url_name="member"
)
@transaction.atomic
def member_role_set(request: Asking, slug: str, person_id: UUID, new: NewRole) -> MemberShape:
    """Give somebody another role."""
    found = led_project(request, slug)
    membership = member_of(found, person_id)
    keep_a_lead(membership, new.role)
    if new.role != membership.role:
        membership = add_member(found, membership.user, new.role)
        record(request, "member.role_set", found, person=str(person_id), role=new.role)
    return member_shape(membership)


@routes.delete(
    "/projects/{slug:slug}/members/{uuid:person_id}", auth=WRITES, response={204: None}, url_name="member"
)
@transaction.atomic
def member_take_out(request: Asking, slug: str, person_id: UUID) -> Status[None]:
    """Take somebody out: their leases go back, what they submitted stays."""
    found = led_project(request, slug)
    membership = member_of(found, person_id)
    keep_a_lead(membership, "annotator")
    remove_member(membership)
    record(request, "member.removed", found, person=str(person_id))
    return Status(204, None)


def locked(project: Project) -> list[Membership]:
    """Return all memberships, held until the transaction ends, so that two leads don't both go."""
    every = project.memberships.select_for_update(of=("self",)).select_related("user")
    return list(every.order_by("pk"))


def member_of(project: Project, person: UUID) -> Membership:
    """Return somebody's membership, held until the transaction ends."""
    membership = next((each for each in locked(project) if each.user_id == person), None)
    if membership is None:
        raise not_found()
    return membership


def keep_a_lead(membership: Membership, role: str) -> None:
    """Refuse what would leave a project without a lead.

    Raises:
        Problem: nobody else leads it.
    """
    if role != Membership.Role.LEAD and is_last_lead(membership):
        raise Problem(409, "last_lead", LAST_LEAD)
