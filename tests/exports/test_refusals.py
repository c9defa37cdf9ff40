"""A waiver is refused by another steward, with a reason that stands beside the gate."""

import pytest
from django.db import DatabaseError, transaction

from accounts.models import AuditEvent, Role, User
from exports.actions.gates import NotWaivable, ask_waiver, refuse_waiver, waive
from exports.models import Release, Waiver, WaiverRefusal, WaiverRequest
from tests.exports.gated import pass_gates
from tests.exports.judged import Panel, frozen, make_recipe
from tests.factories import make_user
from tests.labeling.scenes import at_once, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_of_files")]
REASON = "The makers were asked and agreed by letter, which is on file."


def steward(name: str = "Bea Quux") -> User:
    return make_user(name=name, roles=(Role.STEWARDS,))


@pytest.fixture
def release() -> Release:
    """A frozen release of which one gate fails."""
    panel = Panel()
    panel.pair(1, 1)
    found = frozen(make_recipe(panel.project))
    pass_gates(found, licenses="2 responses without known terms")
    return found


def asked(release: Release, by: User) -> WaiverRequest:
    result = release.gate_results.in_force().get(gate="licenses")
    return ask_waiver(result, REASON, asked_by=by)


def test_another_steward_refuses_on_the_page_and_the_reason_stands(release: Release) -> None:
    asker, other = steward("Ada Quux"), steward("Bea Quux")
    request = asked(release, asker)
    gate = f"/releases/{release.pk}/gates/licenses/"

    own = signed_in(asker).get(gate).content.decode()
    answer = signed_in(other).post(
        f"/releases/{release.pk}/waivers/{request.pk}/refuse", {"reason": "<b>Old</b> letter."}, follow=True
    )
    page = answer.content.decode()
    whole = signed_in(asker).get(f"/releases/{release.pk}/").content.decode()

    assert "Refuse it" not in own
    assert "&lt;b&gt;Old&lt;/b&gt; letter." in page
    assert "Refused by Bea Quux" in page
    assert "Answer for it" not in page
    assert "A waiver was refused by Bea Quux" in whole
    assert "Waive with a reason" in whole
    assert AuditEvent.objects.filter(act="waiver.refused").count() == 1


def test_a_refusal_without_a_reason_is_refused_at_its_field(release: Release) -> None:
    request = asked(release, steward("Ada Quux"))
    path = f"/releases/{release.pk}/waivers/{request.pk}/refuse"

    answer = signed_in(steward()).post(path, {"reason": "  "})

    assert answer.status_code == 422
    assert f'id="refuse-{request.pk}-reason_error"' in answer.content.decode()
    assert not WaiverRefusal.objects.exists()


def test_who_asked_refuses_nothing_and_what_was_given_is_not_refused(release: Release) -> None:
    asker, other = steward("Ada Quux"), steward("Bea Quux")
    request = asked(release, asker)

    with pytest.raises(NotWaivable):
        refuse_waiver(request, "I changed my mind.", refused_by=asker)
    waive(request, approved_by=other)
    with pytest.raises(NotWaivable):
        refuse_waiver(request, "Too late.", refused_by=other)

    assert not WaiverRefusal.objects.exists()


def test_what_was_refused_is_not_given_and_the_first_word_stands(release: Release) -> None:
    asker, other = steward("Ada Quux"), steward("Bea Quux")
    request = asked(release, asker)
    first = refuse_waiver(request, "Old letter.", refused_by=other)

    again = refuse_waiver(request, "Another reason.", refused_by=steward("Eve Quux"))
    with pytest.raises(NotWaivable):
        waive(request, approved_by=other)

    assert (again, again.reason) == (first, "Old letter.")
    assert AuditEvent.objects.filter(act="waiver.refused").count() == 1


def test_who_was_refused_asks_anew_after_another_check(release: Release) -> None:
    asker = steward("Ada Quux")
    refuse_waiver(asked(release, asker), "Old letter.", refused_by=steward())
    with pytest.raises(NotWaivable):
        asked(release, asker)

    pass_gates(release, licenses="2 responses without known terms")
    waive(asked(release, asker), approved_by=steward("Eve Quux"))

    assert Waiver.objects.count() == 1


def test_the_database_lets_one_answer_stand(release: Release) -> None:
    asker, other = steward("Ada Quux"), steward("Bea Quux")
    request = asked(release, asker)

    with pytest.raises(DatabaseError), transaction.atomic():
        WaiverRefusal.objects.create(request=request, refused_by=asker, reason="Mine.")
    WaiverRefusal.objects.create(request=request, refused_by=other, reason="Old letter.")
    with pytest.raises(DatabaseError), transaction.atomic():
        Waiver.objects.create(request=request, approved_by=other)


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_counts(release: Release) -> None:
    request = asked(release, steward("Ada Quux"))
    others = steward("Bea Quux"), steward("Eve Quux")

    def answer(place: int) -> bool:
        try:
            if place:
                refuse_waiver(request, "Old letter.", refused_by=others[1])
            else:
                waive(request, approved_by=others[0])
        except NotWaivable:
            return False
        return True

    assert sorted(at_once(answer, 2)) == [False, True]
    assert Waiver.objects.count() + WaiverRefusal.objects.count() == 1
