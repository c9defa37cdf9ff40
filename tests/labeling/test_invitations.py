"""Links into a project: who may come in by them, how often, and what they never give away."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Role, User
from config.invariants import violations
from labeling.actions.assignments import remove_member
from labeling.actions.invitations import LinkEnded, Offer, invite_into, join, revoke_invitation
from labeling.models import Membership, Project, ProjectInvitation
from tests.factories import make_user
from tests.labeling.scenes import at_once, make_labeling_project, make_member, signed_in

pytestmark = pytest.mark.django_db
LEAD, ANNOTATOR = Membership.Role.LEAD, Membership.Role.ANNOTATOR


def make_link(project: Project, role: str = ANNOTATOR, **fields: Any) -> str:
    """The address of a fresh link."""
    made = invite_into(project, Offer(role, **fields), invited_by=make_member(project, role=LEAD))
    return reverse("labeling:join", args=[made.token])


def role_of(email: str) -> str | None:
    return Membership.objects.filter(user__email=email).values_list("role", flat=True).first()


def test_a_lead_makes_a_link_that_is_shown_once() -> None:
    project = make_labeling_project()
    client = signed_in(make_member(project, role=LEAD))

    page = client.post(
        reverse("labeling:invitation_make", args=[project.slug]),
        {"role": "adjudicator", "email": "", "most_uses": "3", "days": "10"},
    ).content.decode()
    people = client.get(reverse("labeling:project_people", args=[project.slug])).content.decode()

    link = re.search(r'value="(http[^"]+/join/[^"]+)"', page)
    assert link
    assert link[1].rsplit("/", 2)[1] not in people
    assert "0 of 3" in people
    assert ProjectInvitation.objects.get().role == "adjudicator"
    assert list(AuditEvent.objects.values_list("act", flat=True)) == ["project_invitation.created"]


def test_someone_with_an_account_signs_in_and_joins() -> None:
    project = make_labeling_project()
    person = make_user("reader@example.org", name="A reader")
    person.set_password("eleven small boats")
    person.save()
    link, client = make_link(project), Client()

    door = client.get(link).content.decode()
    sign_in = re.search(r'href="(/sign-in/[^"]+)"', door)
    assert sign_in
    at_link = client.post(
        sign_in[1].replace("&amp;", "&"), {"email": person.email, "password": "eleven small boats"}
    )
    page = client.post(at_link["Location"], follow=True)

    assert at_link["Location"] == link
    assert urlsplit(page.redirect_chain[-1][0]).path == reverse("labeling:project", args=[project.slug])
    assert role_of(person.email) == ANNOTATOR
    assert violations() == {}


def test_someone_without_an_account_makes_one_and_is_in() -> None:
    project = make_labeling_project()
    link, client = make_link(project, "adjudicator"), Client()

    door = client.post(link, {"email": "New@example.org"})
    came = client.post(
        door["Location"],
        {"name": "New here", "password": "eleven small boats", "consents": "on"},
        follow=True,
    )

    assert came.status_code == 200
    assert came.redirect_chain[-1][0] == reverse("labeling:project", args=[project.slug])
    assert role_of("new@example.org") == "adjudicator"
    assert User.objects.get(email="new@example.org").roles == []
    assert violations() == {}


@pytest.mark.parametrize("has_come_in", [True, False])
def test_a_link_opens_nobody_else_s_account(has_come_in: bool) -> None:
    project = make_labeling_project()
    administrator = make_user("first@example.org", roles=(Role.ADMINISTRATORS,))
    if has_come_in:
        administrator.set_password("eleven small boats")
        administrator.save()
    link = make_link(project)

    response = Client().post(link, {"email": "first@example.org"})

    administrator.refresh_from_db()
    assert response.status_code == 422
    assert "There is an account with this address" in response.content.decode()
    assert administrator.is_superuser
    assert not administrator.invitations.exists()
    assert ProjectInvitation.objects.get().uses == 0


def test_a_link_for_one_address_lets_no_other_in() -> None:
    project = make_labeling_project()
    link = make_link(project, email="Wanted@example.org")
    other = make_user("other@example.org")

    page = signed_in(other).get(link)
    pressed = signed_in(other).post(link)
    door = Client().post(link, {"email": "other2@example.org"})

    assert "This link is for another address" in page.content.decode()
    assert "wanted@example.org" not in page.content.decode()
    assert (pressed.status_code, door.status_code) == (422, 422)
    signed_in(make_user("wanted@example.org")).post(link)
    assert role_of("wanted@example.org") == ANNOTATOR
    assert role_of("other@example.org") is None


def test_a_used_revoked_or_old_link_has_ended() -> None:
    project = make_labeling_project()
    used, revoked, old = make_link(project), make_link(project), make_link(project)
    first, second, third = ProjectInvitation.objects.order_by("pk")
    signed_in(make_user()).post(used)
    revoke_invitation(second, revoked_by=second.invited_by)
    with transaction.atomic():
        made = invite_into(project, Offer(ANNOTATOR, days=-1), invited_by=third.invited_by)

    links = [used, revoked, reverse("labeling:join", args=[made.token]), "/join/nonsense/"]
    statuses = [signed_in(make_user()).get(link).status_code for link in links]
    statuses += [Client().post(link, {"email": "x@example.org"}).status_code for link in links]

    assert statuses == [410] * 8
    assert signed_in(make_user()).get(old).status_code == 200
    assert first.project == project


def test_who_takes_part_already_keeps_their_role_and_uses_nothing() -> None:
    project = make_labeling_project()
    lead = make_member(project, role=LEAD)
    link = make_link(project)

    signed_in(lead).post(link)

    assert role_of(lead.email) == LEAD
    assert ProjectInvitation.objects.get().uses == 0


def test_who_was_taken_out_does_not_come_back_by_the_same_link() -> None:
    project = make_labeling_project()
    link = make_link(project, most_uses=5)
    person = make_user()
    signed_in(person).post(link)
    remove_member(Membership.objects.get(user=person))

    assert signed_in(person).post(link).status_code == 410
    assert violations() == {}


def test_a_lead_revokes_a_link_of_their_project_alone() -> None:
    project, foreign = make_labeling_project(), make_labeling_project()
    make_link(foreign)
    client = signed_in(make_member(project, role=LEAD))
    make_link(project)
    own = ProjectInvitation.objects.get(project=project)
    other = ProjectInvitation.objects.get(project=foreign)
    url = reverse("labeling:invitation_revoke", args=[project.slug])

    statuses = [client.post(url, {"invitation": str(each.pk)}).status_code for each in (own, other)]

    assert statuses == [302, 404]
    assert ProjectInvitation.objects.exclude(revoked_at=None).get() == own
    assert AuditEvent.objects.filter(act="project_invitation.revoked").count() == 1


def test_a_link_s_terms_never_change() -> None:
    make_link(make_labeling_project())

    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        ProjectInvitation.objects.update(role=LEAD)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProjectInvitation.objects.update(uses=2)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_press_at_once_as_many_come_in_as_may() -> None:
    project = make_labeling_project()
    lead = make_member(project, role=LEAD)
    invitation = invite_into(project, Offer(ANNOTATOR, most_uses=3), invited_by=lead).invitation
    people = [make_user() for _ in range(8)]

    def press(number: int) -> bool:
        try:
            join(invitation, people[number])
        except LinkEnded:
            return False
        return True

    came = at_once(press, 8)

    assert sum(came) == 3 == project.memberships.filter(role=ANNOTATOR).count()
    assert violations() == {}


def test_a_lead_gives_another_role_but_somebody_keeps_leading() -> None:
    project = make_labeling_project()
    lead, person = make_member(project, role=LEAD), make_member(project)
    client = signed_in(lead)
    url = reverse("labeling:member_role", args=[project.slug])

    client.post(url, {"person": str(lead.pk), "role": "annotator"})
    client.post(reverse("labeling:member_remove", args=[project.slug]), {"person": str(lead.pk)})
    client.post(url, {"person": str(person.pk), "role": "lead"})
    client.post(url, {"person": str(lead.pk), "role": "annotator"})

    assert Membership.objects.get(user=person).role == LEAD
    assert Membership.objects.get(user=lead).role == ANNOTATOR


def test_an_open_link_runs_out() -> None:
    project = make_labeling_project()
    made = invite_into(project, Offer(ANNOTATOR, days=3), invited_by=make_member(project, role=LEAD))

    assert timedelta(days=2) < made.invitation.expires_at - timezone.now() < timedelta(days=3)
    assert made.invitation.state == "open"
