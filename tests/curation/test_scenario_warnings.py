"""What a writer is told about a scenario, and what is done with its turns. No database."""

import pytest

from curation.drafting import MOST_TURNS, ScenarioWords, TurnWords, differing, edited
from curation.warnings import cautions, gaps, named_in


def turns(*said: tuple[str, str] | tuple[str, str, str]) -> tuple[TurnWords, ...]:
    return tuple(TurnWords(*each) for each in said)


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Truthfulness", "Please be TRUTHFUL with me.", "TRUTHFUL"),
        ("Truthfulness", "Tell me the truth.", ""),
        ("Fairness", "Is that fair?", "fair"),
        ("Fairness", "The fairy tale.", ""),
        ("Cooperation", "They cooperated for years.", "cooperated"),
        ("Accountability", "Hold him accountable.", "accountable"),
        ("Accountability", "My account is empty.", ""),
        ("Epistemic humility", "Some humility, please.", ""),
        ("Epistemic humility", "Show epistemic humility.", "epistemic humility"),
        ("epistemic-humility", "epistemically humble", "epistemically humble"),
        ("Risk awareness", "Be aware of the risks.", "aware of the risks"),
        ("Risk awareness", "Aware that it is long and has many pages, he took a risk.", ""),
        ("Respect for autonomy", "Respecting her autonomous choice.", "Respecting her autonomous"),
        ("الصدق", "قل لي الصدق", "الصدق"),
        ("---", "Anything.", ""),
    ],
)
def test_a_trait_is_found_in_its_inflections_and_not_in_other_words(name: str, text: str, found: str) -> None:
    assert named_in(text, name) == found


def test_naming_the_trait_is_said_once_for_each_place_with_its_turn() -> None:
    words = ScenarioWords(
        turns=turns(("user", "Hello."), ("user", "Be truthful.")), system_prompt="You are truthful."
    )

    found = [each for each in cautions(words, {"truthfulness": "Truthfulness"}) if "names" in each.text]

    assert [(each.anchor, each.turn) for each in found] == [("system_prompt", None), ("t2", 1)]
    assert "“truthful”" in found[1].text


def test_naming_is_a_new_reason_when_the_words_change() -> None:
    one, two = (
        cautions(ScenarioWords(turns=turns(("user", text))), {"fairness": "Fairness"})[0].key
        for text in ("Is it fair?", "Was it fairly done?")
    )

    assert one != two


@pytest.mark.parametrize(
    ("pressures", "expected"),
    [
        (("authority", "authority"), ["p3"]),
        (("authority", "insistence"), []),
        (("insistence", "insistence"), []),
        (("authority", "flattery"), []),
        (("", ""), []),
    ],
)
def test_the_same_pressure_twice_wants_a_reason(pressures: tuple[str, str], expected: list[str]) -> None:
    words = ScenarioWords(
        turns=turns(("user", "One", pressures[0]), ("assistant", "Two"), ("user", "Three", pressures[1]))
    )

    assert [each.anchor for each in cautions(words, {})] == expected


def test_two_turns_of_one_side_in_a_row_are_pointed_out() -> None:
    words = ScenarioWords(turns=turns(("user", "One"), ("user", "Two")))

    assert [each.text for each in cautions(words, {})] == [
        "Turns 1 and 2 are both by the user. Join them, or put a turn between them."
    ]


def test_a_conversation_that_ends_on_the_assistant_is_not_complete() -> None:
    words = ScenarioWords(turns=turns(("user", "One"), ("assistant", "Two")))

    assert [each.anchor for each in gaps(words)] == ["t2", "domain", "traits", "license"]


def test_an_empty_turn_is_not_complete() -> None:
    words = ScenarioWords(
        turns=turns(("user", "  \n")), domain="law", traits=("fairness",), license="CC0-1.0"
    )

    assert [each.text for each in gaps(words)] == ["Turn 1 is empty. Write it or delete it."]


def test_a_whole_scenario_lacks_nothing() -> None:
    words = ScenarioWords(turns=turns(("user", "One")), domain="law", traits=("a",), license="CC0-1.0")

    assert gaps(words) == []
    assert cautions(words, {"a": "Fairness"}) == []


THREE = ScenarioWords(turns=turns(("user", "1"), ("assistant", "2"), ("user", "3")), planted=1)


@pytest.mark.parametrize(
    ("act", "order", "planted", "at"),
    [
        ("up-3", "132", 2, 1),
        ("down-1", "213", 0, 1),
        ("remove-2", "13", None, 0),
        ("remove-1", "23", 0, 0),
        ("add-assistant", "123", 1, 3),
    ],
)
def test_turns_are_moved_with_what_is_planted_in_them(
    act: str, order: str, planted: int | None, at: int
) -> None:
    found = edited(THREE, act)

    assert found
    assert "".join(turn.content for turn in found.words.turns) == order
    assert (found.words.planted, found.at) == (planted, at)


@pytest.mark.parametrize(
    "act", ["up-1", "down-3", "remove-4", "remove-0", "up-x", "up-9999", "add-system", "", "up-²"]
)
def test_what_can_not_be_done_with_turns_is_left(act: str) -> None:
    assert edited(THREE, act) is None


def test_there_is_an_end_to_adding_turns() -> None:
    assert edited(ScenarioWords(turns=(TurnWords(),) * MOST_TURNS), "add-user") is None


def test_the_last_turn_can_be_deleted_and_one_added_after_it() -> None:
    empty = edited(ScenarioWords(), "remove-1")

    assert empty
    assert empty.words.turns == ()
    added = edited(empty.words, "add-user")
    assert added
    assert len(added.words.turns) == 1


def test_differences_name_their_place_and_hold_both_texts() -> None:
    mine = ScenarioWords(turns=turns(("user", "Mine")), traits=("a", "b"), planted=0)
    theirs = ScenarioWords(turns=turns(("user", "Theirs"), ("assistant", "More")), traits=("a",))

    found = {each.label: (each.mine, each.theirs) for each in differing(mine, theirs)}

    assert found == {
        "Turn 1": ("User: Mine", "User: Theirs"),
        "Turn 2": ("", "Assistant: More"),
        "Planted fault": ("Turn 1", "None"),
        "Traits": ("a, b", "a"),
    }
