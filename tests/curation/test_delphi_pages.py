"""The pages of a panel: what they show whom."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from curation.actions.delphi import Rating, close_round, rate
from curation.models import DelphiRound, DelphiVote, TraitVersion
from tests.curation.drafts import HTMX, address, make_author, make_draft, signed_in
from tests.curation.panels import begin, first_statement, make_panel, say_all

pytestmark = pytest.mark.django_db


def rating_path(asked: DelphiRound) -> str:
    return address("delphi_rate", asked.version, asked.number, first_statement(asked).pk)


def read(client: Client, asked: DelphiRound) -> str:
    return client.get(address("delphi_round", asked.version, asked.number)).content.decode()


@pytest.fixture
def draft() -> TraitVersion:
    return make_draft(definition="Whether the model is open.")


def test_a_panel_is_asked_and_a_round_opened_by_pages(draft):
    author = make_author()
    people = [make_author(f"Person {number}") for number in range(3)]
    client = signed_in(author)

    for person in people:
        client.post(address("delphi_panelist_add", draft), {"person": person.pk, "group": "law"})
    answer = client.post(address("delphi_open", draft), follow=True)

    assert "Round 1 is open." in answer.content.decode()
    assert draft.rounds.get().statements.count() == 6
    assert {each.group for each in draft.panel.all()} == {"law"}


def test_a_panel_without_a_person_says_so_at_the_field(draft):
    answer = signed_in(make_author()).post(address("delphi_panelist_add", draft), {"group": "law"})

    assert answer.status_code == 422
    assert "Choose a person." in answer.content.decode()


def test_a_round_that_cannot_open_says_why(draft):
    answer = signed_in(make_author()).post(address("delphi_open", draft), follow=True)

    assert "needs 3 people or more" in answer.content.decode()


def test_each_statement_has_nine_radios(draft):
    panel = make_panel(draft, "", "", "")
    asked = begin(draft)

    page = read(signed_in(panel[0].person), asked)

    assert page.count('type="radio" name="rating"') == 9 * asked.statements.count()


def test_a_rating_without_scripts_returns_to_its_statement(draft):
    panel = make_panel(draft, "", "", "")
    asked = begin(draft)

    answer = signed_in(panel[0].person).post(rating_path(asked), {"rating": "8", "reason": "It fits."})

    assert answer.status_code == 302
    assert answer["Location"].endswith(f"#statement-{first_statement(asked).pk}")
    assert DelphiVote.objects.get().rating == 8


def test_a_rating_with_htmx_gets_the_statement_and_the_count(draft):
    panel = make_panel(draft, "", "", "")
    asked = begin(draft)

    answer = signed_in(panel[0].person).post(rating_path(asked), {"rating": "8"}, headers=HTMX)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "You rated it <b>8</b>" in page
    assert "1 of 6 statements" in page
    assert "<html" not in page


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({}, "Choose a rating from 1 to 9."),
        ({"rating": "10"}, "Choose a rating from 1 to 9."),
        ({"rating": "9", "is_dissent": "on"}, "Write the reason that shall be published"),
        ({"rating": "9", "reason": "x" * 8001}, "at most 8000 fit"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_can_not_be_recorded_is_said_and_nothing_is_lost(draft, said, problem, headers):
    panel = make_panel(draft, "", "", "")
    asked = begin(draft)
    words = {"reason": "A reason I wrote.", **said} if "is_dissent" not in said else said

    answer = signed_in(panel[0].person).post(rating_path(asked), words, headers=headers)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert problem in page
    assert words.get("reason", "") in page
    assert not DelphiVote.objects.exists()


def test_a_second_rating_is_refused_with_the_first_shown(draft):
    panel = make_panel(draft, "", "", "")
    asked = begin(draft)
    client = signed_in(panel[0].person)
    client.post(rating_path(asked), {"rating": "8"})

    answer = client.post(rating_path(asked), {"rating": "2"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "a rating stands once it is given" in page
    assert "You rated it <b>8</b>" in page


def test_the_page_of_a_panelist_says_nothing_of_others_before_the_own_rating(draft):
    panel = make_panel(draft, "", "", "", "")
    asked = begin(draft)
    say_all(asked, panel, 9, 8, 7)
    client = signed_in(panel[3].person)

    before = read(client, asked)
    client.post(rating_path(asked), {"rating": "2"})
    after = read(client, asked)

    assert "Because of" not in before
    assert "Median" not in before
    assert "Because of 9." in after
    assert "3 of 4 (75&nbsp;%)" in after


def test_no_page_names_who_rated(draft):
    panel = make_panel(draft, "", "", "")
    asked = begin(draft)
    say_all(asked, panel, 9, 8, 7)

    page = read(signed_in(panel[0].person), asked)
    assert "Because of 7." in page
    assert not {"Number1", "Number2"} & set(re.findall(r"\w+", page))


def test_the_next_round_shows_what_one_said_and_what_the_group_says(draft):
    panel = make_panel(draft, "", "", "")
    first = begin(draft)
    say_all(first, panel, 9, 9, 4)
    close_round(first, facilitator=make_author())

    page = read(signed_in(panel[2].person), begin(draft))

    assert "<b>Round 1.</b> You rated it 4." in page
    assert "2 of 3 (66&nbsp;%)" in page


def test_an_outsider_is_told_who_rates(draft):
    make_panel(draft, "", "", "")
    asked = begin(draft)
    client = signed_in(make_author())

    page = read(client, asked)
    answer = client.post(rating_path(asked), {"rating": "9"}, follow=True)

    assert "Give this rating" not in page
    assert "Only the people on the panel rate." in answer.content.decode()
    assert not DelphiVote.objects.exists()


def test_the_outcomes_stand_in_a_table_once_the_round_is_closed(draft):
    panel = make_panel(draft, "", "", "")
    asked = begin(draft)
    say_all(asked, panel, 9, 8, 7)
    client = signed_in(make_author())

    before = client.get(address("delphi", draft)).content.decode()
    client.post(address("delphi_close", draft, 1))
    after = client.get(address("delphi", draft)).content.decode()

    assert "0 of 3 people have rated every statement so far" in before
    assert "100&nbsp;%" not in before
    assert "100&nbsp;%" in after
    assert "Too few ratings" in after


def test_hostile_reasons_are_shown_as_words(draft):
    panel = make_panel(draft, "", "", "")
    asked = begin(draft)
    for each in panel:
        rate(first_statement(asked), Rating(5, "<script>alert(1)</script>"), person=each.person)

    page = read(signed_in(panel[0].person), asked)

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_round_that_is_not_there_is_not_found(draft):
    client = signed_in(make_author())

    assert client.get(address("delphi_round", draft, 3)).status_code == 404
    assert client.get(address("delphi_round", draft, 99999999)).status_code == 404
    assert client.get(reverse("curation:delphi", args=["nothing", 1])).status_code == 404


def test_queries_do_not_grow_with_statements(draft, django_assert_max_num_queries):
    for number in range(20):
        draft.behaviours.create(kind="exhibits", text=f"Does {number}.", position=10 + number)
    panel = make_panel(draft, "", "", "")
    asked = begin(draft)
    say_all(asked, panel, 9, 8, 7)

    client = signed_in(panel[0].person)
    with django_assert_max_num_queries(12):
        read(client, asked)
