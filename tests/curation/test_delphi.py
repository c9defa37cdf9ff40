"""What a panel may do, and what the database refuses it."""

from threading import Event
from time import sleep

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import AuditEvent, Role
from curation.actions.delphi import (
    NoMoreRounds,
    NotATraitAuthor,
    NothingToRate,
    NotOnThePanel,
    OnThePanel,
    PanelIsFixed,
    PanelTooSmall,
    RatedAlready,
    Rating,
    RoundIsClosed,
    RoundIsOpen,
    add_panelist,
    close_round,
    open_round,
    rate,
    remove_panelist,
)
from curation.actions.delphi_results import panel_dissents, results_of
from curation.actions.traits import NotADraft, change_text
from curation.consensus import Outcome
from curation.models import DelphiRound, DelphiVote, TraitVersion
from curation.wording import digest
from tests.curation.drafts import make_author, make_draft
from tests.curation.panels import begin, first_statement, make_panel, say_all
from tests.factories import make_criterion, make_user
from tests.labeling.scenes import at_once

pytestmark = pytest.mark.django_db


def test_a_round_copies_every_statement_in_the_order_of_the_page():
    draft = make_draft(definition="Whether the model is open.")
    make_criterion(version=draft, text="Names its source.", state="draft")
    make_panel(draft, "", "", "")

    asked = begin(draft)

    assert [each.kind for each in asked.statements.all()] == [
        "definition",
        "exhibits",
        "exhibits",
        "violates",
        "counterfeit",
        "boundary",
        "criterion",
    ]
    assert first_statement(asked).text == "Whether the model is open."


def test_a_round_keeps_its_words_when_the_draft_is_reworded():
    draft = make_draft(definition="Whether the model is open.")
    make_panel(draft, "", "", "")
    asked = begin(draft)

    change_text(
        draft, "definition", "Whether it is frank.", was=digest(draft.definition), editor=make_author()
    )

    assert first_statement(asked).text == "Whether the model is open."


def test_a_round_takes_the_settings_of_its_opening(settings):
    draft = make_draft()
    make_panel(draft, "", "", "")
    settings.DELPHI_IN_PERCENT, settings.DELPHI_OUT_PERCENT = 80, 10

    asked = begin(draft)

    assert (asked.in_percent, asked.out_percent) == (80, 10)


def test_two_people_are_no_panel():
    draft = make_draft()
    make_panel(draft, "", "")

    with pytest.raises(PanelTooSmall):
        begin(draft)


def test_an_empty_draft_has_nothing_to_rate():
    draft = make_draft(definition="", behaviours=())
    make_panel(draft, "", "", "")

    with pytest.raises(NothingToRate):
        begin(draft)
    assert not draft.rounds.exists()


def test_one_round_at_a_time_and_three_at_most():
    draft = make_draft()
    make_panel(draft, "", "", "")
    first = begin(draft)

    with pytest.raises(RoundIsOpen):
        begin(draft)
    close_round(first, facilitator=make_author())
    for _ in range(2):
        close_round(begin(draft), facilitator=make_author())
    with pytest.raises(NoMoreRounds):
        begin(draft)


def test_rounds_are_held_on_drafts_only():
    draft = make_draft()
    make_panel(draft, "", "", "")
    TraitVersion.objects.filter(pk=draft.pk).update(state="in review")

    with pytest.raises(NotADraft):
        open_round(draft, facilitator=make_author())


def test_only_people_who_write_traits_are_asked_and_each_once():
    draft, author = make_draft(), make_author()
    add_panelist(draft, author, "law", facilitator=author)

    with pytest.raises(OnThePanel):
        add_panelist(draft, author, facilitator=author)
    with pytest.raises(NotATraitAuthor):
        add_panelist(draft, make_user(roles=(Role.CURATORS,)), facilitator=author)


def test_nobody_leaves_a_panel_that_was_asked():
    draft = make_draft()
    panel = [*make_panel(draft, "", "", "", "")]
    remove_panelist(panel.pop(), facilitator=make_author())
    begin(draft)

    with pytest.raises(PanelIsFixed):
        remove_panelist(panel[0], facilitator=make_author())
    assert draft.panel.count() == 3


def test_a_rating_stands_and_the_same_again_changes_nothing():
    draft = make_draft()
    panel = make_panel(draft, "", "", "")
    statement = first_statement(begin(draft))
    given = Rating(8, "It says what it is.")

    first = rate(statement, given, person=panel[0].person)
    again = rate(statement, given, person=panel[0].person)

    assert first == again
    with pytest.raises(RatedAlready):
        rate(statement, Rating(2), person=panel[0].person)
    assert DelphiVote.objects.count() == 1


def test_nobody_outside_the_panel_rates():
    draft = make_draft()
    make_panel(draft, "", "", "")

    with pytest.raises(NotOnThePanel):
        rate(first_statement(begin(draft)), Rating(9), person=make_author())


def test_a_closed_round_takes_no_ratings():
    draft = make_draft()
    panel = make_panel(draft, "", "", "")
    asked = begin(draft)
    close_round(asked, facilitator=make_author())

    with pytest.raises(RoundIsClosed):
        rate(first_statement(asked), Rating(9), person=panel[0].person)


def test_the_database_refuses_a_vote_from_another_panel_and_one_after_the_close():
    draft, other = make_draft(), make_draft()
    ours, theirs = make_panel(draft, "", "", ""), make_panel(other, "")
    asked = begin(draft)
    statement = first_statement(asked)

    with pytest.raises(IntegrityError), transaction.atomic():
        DelphiVote.objects.create(statement=statement, panelist=theirs[0], rating=9)
    close_round(asked, facilitator=make_author())
    with pytest.raises(IntegrityError), transaction.atomic():
        DelphiVote.objects.create(statement=statement, panelist=ours[0], rating=9)


def test_no_audit_event_says_who_rated():
    draft = make_draft()
    panel = make_panel(draft, "", "", "")
    asked = begin(draft)
    before = AuditEvent.objects.count()

    say_all(asked, panel, 9, 8, 7)

    assert AuditEvent.objects.count() == before


def test_a_panelist_sees_what_others_said_only_after_rating():
    draft = make_draft()
    panel = make_panel(draft, "", "", "", "")
    asked = begin(draft)
    say_all(asked, panel, 9, 8, 7)

    before = results_of(draft, panel[3].person)[0].statements[0]
    say_all(asked, panel[3:], 2)
    after = results_of(draft, panel[3].person)[0].statements[0]

    assert (before.tally, before.reasons, before.is_open) == (None, (), False)
    assert after.tally
    assert after.tally.high.count == 3
    assert {reason.rating for reason in after.reasons} == {9, 8, 7, 2}


def test_a_panelist_who_did_not_rate_sees_nothing_after_the_close_either():
    draft = make_draft()
    panel = make_panel(draft, "", "", "", "")
    asked = begin(draft)
    say_all(asked, panel, 9, 8, 7)
    close_round(asked, facilitator=make_author())

    found = results_of(draft, panel[3].person)[0].statements[0]

    assert found.tally is None


def test_two_ratings_are_not_shown_because_each_would_know_the_other():
    draft = make_draft()
    panel = make_panel(draft, "", "", "")
    asked = begin(draft)
    say_all(asked, panel, 9, 2)

    found = results_of(draft, panel[0].person)[0].statements[0]

    assert found.is_open
    assert (found.count, found.tally, found.reasons) == (2, None, ())


def test_the_facilitator_sees_results_once_the_round_is_closed():
    draft, facilitator = make_draft(), make_author()
    panel = make_panel(draft, "law", "law", "law", "medicine", "medicine", "medicine")
    asked = begin(draft, facilitator)
    say_all(asked, panel, 9, 9, 9, 9, 9, 5)

    before = results_of(draft, facilitator)[0].statements[0]
    close_round(asked, facilitator=facilitator)
    after = results_of(draft, facilitator)[0].statements[0]

    # 5 of 6 = 83 % rate 7 to 9; medicine 2 of 3 = 66 %.
    assert before.tally is None
    assert after.tally
    assert after.tally.outcome == Outcome.IN
    assert after.tally.lowest
    assert (after.tally.lowest.name, after.tally.lowest.high.percent) == ("medicine", 66)


def test_reasons_come_in_an_order_that_is_not_the_order_of_voting():
    draft = make_draft()
    panel = make_panel(draft, *[""] * 9)
    asked = begin(draft)
    say_all(asked, panel, 9, 8, 7, 6, 5, 4, 3, 2, 1)

    found = [reason.rating for reason in results_of(draft, panel[0].person)[0].statements[0].reasons]

    assert sorted(found) == list(range(1, 10))
    assert found != list(range(9, 0, -1))


def test_a_dissent_is_the_last_word_of_a_panelist_on_a_statement_that_stays():
    draft, author = make_draft(), make_author()
    panel = make_panel(draft, "", "", "")
    gone = draft.behaviours.get(kind="violates")
    first = begin(draft)
    rate(first_statement(first), Rating(2, "Too narrow.", is_dissent=True), person=panel[0].person)
    rate(first_statement(first), Rating(1, "Too broad.", is_dissent=True), person=panel[1].person)
    removed = first.statements.get(part=str(gone.key))
    rate(removed, Rating(1, "Not a failure.", is_dissent=True), person=panel[0].person)
    close_round(first, facilitator=author)
    gone.delete()
    second = begin(draft)
    rate(first_statement(second), Rating(8, "Now it fits."), person=panel[0].person)

    found = panel_dissents(draft)

    assert [each.reason for each in found] == ["Too broad."]


def test_a_round_waits_for_those_who_have_statements_left():
    draft = make_draft(behaviours=())
    panel = make_panel(draft, "", "", "")
    asked = begin(draft)
    say_all(asked, panel, 9)

    assert not DelphiRound.objects.waiting_for(panel[0].person).exists()
    assert DelphiRound.objects.waiting_for(panel[1].person).get() == asked
    assert not DelphiRound.objects.waiting_for(make_author()).exists()


@pytest.mark.django_db(transaction=True)
def test_two_openings_at_once_make_one_round():
    draft, author = make_draft(), make_author()
    make_panel(draft, "", "", "")

    def press(_: int) -> bool:
        try:
            open_round(draft, facilitator=author)
        except RoundIsOpen:
            return False
        return True

    assert sorted(at_once(press, 2)) == [False, True]
    assert draft.rounds.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_rating_that_meets_the_close_waits_and_is_refused():
    draft, author = make_draft(), make_author()
    panel = make_panel(draft, "", "", "")
    asked = begin(draft)
    is_closing = Event()

    def act(number: int) -> str:
        if number:
            is_closing.wait(timeout=10)
            try:
                rate(first_statement(asked), Rating(9), person=panel[0].person)
            except RoundIsClosed:
                return "refused"
            return "rated"
        with transaction.atomic():
            close_round(asked, facilitator=author)
            is_closing.set()
            return "waited for" if somebody_waits() else "passed by"

    assert at_once(act, 2) == ["waited for", "refused"]
    assert not DelphiVote.objects.exists()


def somebody_waits() -> bool:
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone() != (0,):
                return True
        sleep(0.02)
    return False
