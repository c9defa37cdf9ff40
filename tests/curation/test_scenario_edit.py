from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from curation.actions.scenarios import (
    ChangedMeanwhile,
    create_draft,
    draft_sha256,
    save_draft,
    words_of,
)
from curation.drafting import ScenarioWords, TurnWords
from curation.models import Scenario, ScenarioDocument, TurnNote
from tests.curation.writing import SCRIPT, curator, make_draft, make_words, send
from tests.factories import make_trait, make_trait_version, make_user

pytestmark = pytest.mark.django_db


def at(name: str, scenario: Scenario) -> str:
    return reverse(f"curation:{name}", args=[scenario.pk])


def test_a_scenario_begins_as_a_draft_in_a_family_of_its_own(client: Client) -> None:
    writer = curator(client)
    version = make_trait_version(make_trait("fairness"))

    answer = client.post(reverse("curation:scenario_new"), {"name": "A deposit", "trait": "fairness"})

    draft = Scenario.objects.get()
    assert answer["Location"] == at("scenario_edit", draft)
    assert (draft.state, draft.author, draft.name, draft.language) == ("draft", writer, "A deposit", "en")
    assert list(draft.aimed_traits.all()) == [version.trait]
    assert draft.content_sha256 == draft_sha256(draft.pk)
    assert draft.messages == [{"role": "user", "content": ""}]


def test_everything_that_is_written_is_stored_and_shown_again(client: Client) -> None:
    curator(client)
    draft = make_draft()
    words = replace(
        make_words("One\n\ntwo", "Wrong", "Sure?", traits=("truthfulness",)),
        planted=1,
        system_prompt=" Be brief.\n",
        name="The deposit",
        pressures=("flattery",),
        values_in_tension=("candor", "kindness"),
        content_warnings=("abuse", "grief"),
        background="A law.",
        lazy_answer="Yes.",
        over_refusal_answer="Ask a lawyer.",
        ideal_answer="It depends on the contract.",
        language="de",
        origin="drafted by model, edited",
        source="A colleague",
    )
    words = replace(words, turns=(*words.turns[:2], TurnWords("user", "Sure?", "authority", "A source")))

    answer = send(client, draft, words, other_warnings="grief", content_warnings=["abuse"])

    draft = Scenario.objects.get()
    assert answer.status_code == 302
    assert words_of(draft) == words
    assert draft.pressures == ["authority", "flattery"]
    assert [(note.turn, note.pressure) for note in TurnNote.objects.all()] == [(2, "authority")]
    shown = client.get(at("scenario_edit", draft)).content.decode()
    for said in ("One\n\ntwo", "A colleague", "It depends on the contract.", "candor\nkindness", "A source"):
        assert said in shown


def test_a_draft_that_saves_itself_gets_its_new_state(client: Client) -> None:
    curator(client)
    draft = make_draft()
    words = make_words("Another question?")

    answer = send(client, draft, words, headers=SCRIPT)

    assert answer.status_code == 200
    assert answer["HX-Trigger"] == "scenario-saved"
    assert f'name="was" value="{words.digest}"' in answer.content.decode()
    assert Scenario.objects.get().messages[0]["content"] == "Another question?"


def test_two_writers_in_conflict_lose_nothing(client: Client) -> None:
    curator(client)
    draft = make_draft("The first words?")
    seen = words_of(draft).digest
    save_draft(draft.pk, make_words("Their words?"), was=seen)

    for headers in (None, SCRIPT):
        answer = send(client, draft, make_words("My words?"), was=seen, headers=headers)
        shown = answer.content.decode()
        assert answer.status_code == 409
        assert "Their words?" in shown
        assert "My words?" in shown

    assert Scenario.objects.get().messages[0]["content"] == "Their words?"


def test_a_writer_may_keep_their_own_words_after_a_conflict(client: Client) -> None:
    curator(client)
    draft = make_draft("The first words?")
    theirs = make_words("Their words?")
    save_draft(draft.pk, theirs, was=words_of(draft).digest)

    send(client, draft, make_words("My words?"), was="old", over=theirs.digest)

    assert Scenario.objects.get().messages[0]["content"] == "My words?"


def test_keeping_ones_words_does_not_overwrite_what_came_after_the_conflict(client: Client) -> None:
    curator(client)
    draft = make_draft("The first words?")

    answer = send(client, draft, make_words("My words?"), was="old", over="older")

    assert answer.status_code == 409


def test_the_same_words_twice_are_no_conflict(client: Client) -> None:
    curator(client)
    draft = make_draft("The first words?")
    words = make_words("My words?")
    seen = words_of(draft).digest
    send(client, draft, words)
    saved_at = Scenario.objects.get().edited_at

    answer = send(client, draft, words, was=seen, headers=SCRIPT)

    assert answer.status_code == 200
    assert Scenario.objects.get().edited_at == saved_at


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        ("add-user", ["1", "2", "3", ""]),
        ("up-3", ["1", "3", "2"]),
        ("down-1", ["2", "1", "3"]),
        ("remove-2", ["1", "3"]),
        ("nonsense", ["1", "2", "3"]),
    ],
)
def test_turns_are_arranged_by_plain_buttons_that_save_first(
    client: Client, act: str, expected: list[str]
) -> None:
    curator(client)
    draft = make_draft("Before")

    answer = send(client, draft, make_words("1", "2", "3"), do=act)

    assert answer.status_code == 302
    assert [each["content"] for each in Scenario.objects.get().messages] == expected


def test_a_script_gets_the_editor_with_its_turns_in_the_new_order(client: Client) -> None:
    curator(client)
    draft = make_draft("1", "2", "3")

    answer = send(client, draft, make_words("1", "2", "3"), do="up-3", headers=SCRIPT)

    assert answer.status_code == 200
    assert f"{at('scenario_edit', draft)}?at=up-2" in answer["HX-Location"]
    assert 'name="was"' in answer.content.decode()


def test_a_deleted_turn_can_be_put_back(client: Client) -> None:
    curator(client)
    draft = make_draft("1", "2", "3")
    send(client, draft, make_words("1", "2", "3"), do="remove-2")
    draft.refresh_from_db()
    assert "A turn is deleted." in client.get(at("scenario_edit", draft)).content.decode()

    send(client, draft, words_of(draft), do="restore")

    assert [each["content"] for each in Scenario.objects.get().messages] == ["1", "2", "3"]
    assert "A turn is deleted." not in client.get(at("scenario_edit", draft)).content.decode()


def test_what_is_too_long_is_named_and_stays_in_the_form(client: Client) -> None:
    curator(client)
    draft = make_draft()
    words = replace(make_words(), turns=(TurnWords("user", "Hello?", note="n" * 301),))

    answer = send(client, draft, words, values_in_tension="v" * 81)

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "The note of turn 1 has more than 300 characters" in shown
    assert "has more than 80 characters" in shown
    assert "n" * 301 in shown


def test_hostile_and_odd_text_is_stored_safely(client: Client) -> None:
    curator(client)
    draft = make_draft()
    words = make_words("</textarea><script>x</script>\x00 مرحبا")

    answer = send(client, draft, words)

    assert answer.status_code == 302
    assert Scenario.objects.get().messages[0]["content"] == "</textarea><script>x</script>\ufffd مرحبا"
    shown = client.get(at("scenario_edit", draft)).content.decode()
    assert "<script>x" not in shown
    assert 'dir="auto"' in shown


def test_a_planted_fault_stands_in_an_assistant_turn_only(client: Client) -> None:
    curator(client)
    draft = make_draft()

    send(client, draft, make_words("1", "2", "3"), planted="3")

    assert Scenario.objects.get().planted_fault_turn is None


def test_a_draft_is_found_by_the_words_it_has_now() -> None:
    draft = make_draft("Where is the violin?")
    save_draft(draft.pk, make_words("Where is the cello?"), was=words_of(draft).digest)

    words = str(ScenarioDocument.objects.get(scenario=draft).words)

    assert "cello" in words
    assert "violin" not in words


def test_the_checks_follow_the_draft(client: Client) -> None:
    curator(client)
    draft = make_draft("Be truthful.", domain="")

    shown = client.get(at("scenario_checks", draft), headers=SCRIPT).content.decode()

    assert "Choose a domain." in shown
    assert "names the trait Truthfulness" in shown


def test_words_of_two_writers_are_never_mixed() -> None:
    draft = make_draft("One?")

    with pytest.raises(ChangedMeanwhile) as caught:
        save_draft(draft.pk, make_words("Two?"), was="")

    assert caught.value.theirs == words_of(draft)


def test_a_draft_without_turns_can_be_read(client: Client) -> None:
    curator(client)
    draft = create_draft(ScenarioWords(turns=()), author=make_user())

    for name in ("scenario", "scenario_edit", "scenario_preview", "scenario_delete", "scenario_ready"):
        assert client.get(at(name, draft)).status_code == 200
    assert client.get(reverse("curation:scenarios")).status_code == 200


def test_values_are_parted_by_lines_and_commas_and_known_ones_stay_whole(client: Client) -> None:
    curator(client)
    draft = make_draft(values_in_tension=("candor, even late",))

    send(client, draft, make_words(), values_in_tension="candor, even late\r\nduty,  thrift\r\n\r\nduty")

    assert Scenario.objects.get().values_in_tension == ["candor, even late", "duty", "thrift"]
