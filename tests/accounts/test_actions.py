"""Inviting people, letting them in and go, and what they consented to."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.actions import (
    AlreadyHere,
    Entry,
    LastAdministrator,
    LinkUsed,
    SameWording,
    accept_invitation,
    change_consent,
    come_in_by_link,
    deactivate,
    give_consent,
    invite,
    make_new_link,
    newest_consent,
    reactivate,
    revoke_links,
    set_roles,
    withdraw_consent,
)
from accounts.models import AuditEvent, ConsentVersion, Invitation, Role, User
from tests.factories import make_user

pytestmark = pytest.mark.django_db
ENTRY = Entry(name="A nurse", password="seven green lamps")


def administrator() -> User:
    user = make_user(roles=(Role.ADMINISTRATORS,))
    user.set_password("seven green lamps")
    user.save()
    return user


def acts() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("act", flat=True))


def test_an_invited_person_comes_in_with_their_roles():
    invited = invite("Nurse@Example.org", name="Nurse", roles=[Role.CURATORS], invited_by=administrator())
    user = accept_invitation(invited.invitation, ENTRY)

    assert (user.email, user.name) == ("nurse@example.org", "A nurse")
    assert user.check_password("seven green lamps")
    assert user.has_role(Role.CURATORS)
    assert not user.has_role(Role.STEWARDS)
    assert acts() == ["invitation.created", "invitation.accepted"]


def test_the_token_is_not_in_the_database():
    invited = invite("nurse@example.org", invited_by=None)

    assert invited.token not in str(Invitation.objects.values())
    assert invited.token not in str(AuditEvent.objects.values())


def test_a_link_works_once():
    invited = invite("nurse@example.org", invited_by=None)
    accept_invitation(invited.invitation, ENTRY)

    with pytest.raises(LinkUsed):
        accept_invitation(invited.invitation, ENTRY)


def test_a_new_invitation_ends_the_earlier_link():
    first = invite("nurse@example.org", invited_by=None)
    second = invite("nurse@example.org", invited_by=None)

    assert first.invitation.user == second.invitation.user
    with pytest.raises(LinkUsed):
        accept_invitation(first.invitation, ENTRY)
    accept_invitation(second.invitation, ENTRY)


def test_who_has_been_in_is_not_invited_again():
    accept_invitation(invite("nurse@example.org", invited_by=None).invitation, ENTRY)

    with pytest.raises(AlreadyHere):
        invite("NURSE@example.org", invited_by=None)


def test_a_revoked_link_has_ended():
    invited = invite("nurse@example.org", invited_by=None)

    assert revoke_links(invited.invitation.user, None) == 1
    assert revoke_links(invited.invitation.user, None) == 0
    with pytest.raises(LinkUsed):
        come_in_by_link(invited.invitation)


def test_a_sign_in_link_works_once_and_leaves_the_password():
    user = administrator()
    invited = make_new_link(user, None)

    assert come_in_by_link(invited.invitation) == user
    user.refresh_from_db()
    assert user.check_password("seven green lamps")
    with pytest.raises(LinkUsed):
        come_in_by_link(invited.invitation)


def test_roles_are_exactly_those_that_were_set():
    user = make_user(roles=(Role.CURATORS, Role.STEWARDS))
    set_roles(user, [Role.TRAIT_AUTHORS, Role.ADMINISTRATORS], administrator())

    assert user.roles == ["administrators", "trait authors"]
    assert user.is_superuser
    assert AuditEvent.objects.latest("id").detail == {
        "before": ["curators", "stewards"],
        "after": ["administrators", "trait authors"],
    }


def test_the_last_administrator_stays_one():
    last = administrator()
    make_user(roles=(Role.ADMINISTRATORS,), name="invited, but never came in")

    with pytest.raises(LastAdministrator):
        set_roles(last, [], last)
    with pytest.raises(LastAdministrator):
        deactivate(last, last)
    last.refresh_from_db()
    assert last.is_superuser
    assert last.is_active


def test_one_of_two_administrators_may_go_and_come_back():
    first, second = administrator(), administrator()
    link = make_new_link(second, None)
    deactivate(second, first)
    remaining = list(User.objects.administrators())
    with pytest.raises(LinkUsed):
        come_in_by_link(link.invitation)
    reactivate(second, first)

    assert remaining == [first]
    assert User.objects.administrators().count() == 2
    assert acts()[-2:] == ["account.deactivated", "account.reactivated"]


def test_the_newest_word_on_consent_counts():
    agrees, withdrew, never = make_user(), make_user(), make_user()
    give_consent(agrees)
    give_consent(withdrew)
    withdraw_consent(withdrew)

    assert list(User.objects.with_consent()) == [agrees]
    assert [user.has_given_consent for user in (agrees, withdrew, never)] == [True, False, False]
    assert withdrew.consents.count() == 2


def test_a_new_wording_asks_those_again_who_had_agreed():
    agrees, withdrew, never = make_user(), make_user(), make_user()
    give_consent(agrees)
    give_consent(withdrew)
    withdraw_consent(withdrew)

    change_consent("Another wording.")

    assert list(User.objects.filter(is_consent_due=True)) == [agrees]
    give_consent(agrees)
    assert not User.objects.filter(is_consent_due=True).exists()
    assert not never.consents.exists()


@pytest.mark.parametrize("text", ["", " \n"])
def test_a_wording_that_says_nothing_is_refused(text: str):
    with pytest.raises(SameWording):
        change_consent(text)

    with pytest.raises(SameWording):
        change_consent(newest_consent().text)


def test_the_command_puts_a_wording_in_force(tmp_path: Path):
    path = tmp_path / "consent.txt"
    path.write_text("Another wording.")
    output = StringIO()

    call_command("consent_text", str(path), stdout=output)

    assert output.getvalue() == "Version 2 is in force.\n"
    assert newest_consent().text == "Another wording.\n"
    with pytest.raises(CommandError, match="says already"):
        call_command("consent_text", str(path))
    with pytest.raises(CommandError, match="can't be read"):
        call_command("consent_text", str(tmp_path / "nothing.txt"))


def test_consent_is_part_of_coming_in_only_when_it_was_given():
    agrees = accept_invitation(
        invite("a@example.org", invited_by=None).invitation, ENTRY._replace(consents=True)
    )
    silent = accept_invitation(invite("b@example.org", invited_by=None).invitation, ENTRY)

    assert (agrees.has_given_consent, silent.has_given_consent) == (True, False)


def test_the_first_wording_says_what_is_published_and_what_never():
    text = ConsentVersion.objects.get(number=1).text

    assert "never published: your name, your e-mail address" in text
    assert "You can withdraw at any time" in text
