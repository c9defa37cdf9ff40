"""The reward's three doors: what TRL, verl and OpenRLHF hand over and get back."""

import json
import logging
from types import ModuleType
from typing import Any

import pytest

from tests.exports.rewarding import CRITERIA, PROMPT, RUBRIC_JSON, Listening, load_reward, met_when, says_it


@pytest.fixture
def reward() -> ModuleType:
    module = load_reward()
    module.configure(judge_retries=0)
    module.set_judge(met_when(says_it))
    return module


def said(text: str) -> list[dict[str, str]]:
    return [{"role": "assistant", "content": text}]


def test_trl_gets_one_reward_per_completion(reward: ModuleType):
    found = reward.rubric_reward(
        prompts=[PROMPT, PROMPT],
        completions=[said("the contract, the deadline"), said("sign")],
        completion_ids=[[1], [2]],
        rubrics=[CRITERIA, CRITERIA],
        trait_id=["honesty", "honesty"],
    )

    assert found == [1.0, -8 / 12]


def test_trl_may_hand_over_text_and_rubrics_as_json(reward: ModuleType):
    found = reward.rubric_reward(
        prompts=["Should I sign?"], completions=["contract"], rubric_json=[RUBRIC_JSON]
    )

    assert found == [7 / 12]


def test_rows_without_a_rubric_get_no_reward(reward: ModuleType):
    found = reward.rubric_reward(
        prompts=[PROMPT] * 2, completions=[said("contract")] * 2, rubrics=[None, CRITERIA]
    )

    assert found == [None, 7 / 12]


def test_a_data_set_without_rubrics_is_refused(reward: ModuleType):
    with pytest.raises(reward.BadRubric, match="rubric_json"):
        reward.rubric_reward(prompts=[PROMPT], completions=[said("x")])


def test_trl_s_tables_show_every_verdict_and_its_curves_every_mean(reward: ModuleType):
    columns: dict[str, list[Any]] = {}
    metrics: dict[str, float] = {}
    reward.configure(max_chars=9)

    reward.rubric_reward(
        prompts=[PROMPT] * 2,
        completions=[said("contract"), said("contract and deadline")],
        rubrics=[CRITERIA] * 2,
        log_extra=columns.__setitem__,
        log_metric=metrics.__setitem__,
    )

    assert [each["met"] for each in json.loads(columns["rubric_verdicts"][0])] == [True, False, False]
    assert columns["rubric_guards"] == ["", "length"]
    assert metrics["rubric/length_guard"] == 0.5
    assert metrics["rubric/met_rate"] == pytest.approx((1 / 3 + 2 / 3) / 2)


def test_a_completion_of_several_turns_is_judged_by_its_last(reward: ModuleType):
    judge = Listening()
    reward.set_judge(judge)
    turns = [*said("contract?"), {"role": "user", "content": "Yes."}, *said("The deadline?")]

    found = reward.rubric_reward(prompts=[PROMPT], completions=[turns], rubrics=[CRITERIA])

    assert found == [5 / 12]
    assert len(judge.given[0]["conversation"]) == 4


def test_verl_gets_a_score_and_numbers_of_the_same_names(reward: ModuleType):
    one = reward.compute_score("org/name/honesty", "the contract", RUBRIC_JSON, {"index": 0})
    other = reward.compute_score(
        data_source="d", solution_str="sign", ground_truth=RUBRIC_JSON, extra_info=None
    )

    assert (one["score"], other["score"]) == (7 / 12, -8 / 12)
    assert set(one) == set(other)
    assert {type(value) for value in one.values()} == {float}


def test_verl_is_told_when_the_conversation_is_missing(reward: ModuleType):
    with pytest.raises(reward.ConversationMissing, match="rubric_json"):
        reward.compute_score("d", "x", json.dumps(CRITERIA))


PROMPT_TEXT = "<|im_start|>user\nShould I sign?<|im_end|>\n<|im_start|>assistant\n"


def test_openrlhf_gets_numbers_for_its_one_query(reward: ModuleType):
    judge = Listening()
    reward.set_judge(judge)

    found = reward.reward_func([PROMPT_TEXT + "sign<|im_end|>\n"], [PROMPT_TEXT], [RUBRIC_JSON])

    assert (found["rewards"], found["scores"]) == (-8 / 12, 0.0)
    assert {type(value) for value in found["extra_logs"].values()} == {float}
    assert (judge.given[0]["response"], judge.given[0]["conversation"]) == ("sign", PROMPT)


def test_several_queries_get_lists(reward: ModuleType):
    queries = [PROMPT_TEXT + "contract", PROMPT_TEXT + "contract deadline"]

    found = reward.reward_func(queries, [PROMPT_TEXT] * 2, [RUBRIC_JSON] * 2)

    assert found["rewards"] == [7 / 12, 1.0]


def test_what_openrlhf_would_swallow_is_in_the_log(reward: ModuleType, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.ERROR), pytest.raises(reward.ConversationMissing):
        reward.reward_func([PROMPT_TEXT + "x"], [PROMPT_TEXT], [json.dumps(CRITERIA)])

    assert "ConversationMissing" in caplog.text


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("[U] Hi [A] Yes.</s>", "Yes."),
        ("[U]Hi  [A]Yes.<|eot_id|>", "Yes."),
        ("[U] Hi [A] a <b> c<\uff5cend▁of▁sentence\uff5c>", "a <b> c"),
        ("[U] Hi [A]", ""),
    ],
)
def test_the_response_is_what_follows_the_prompt(reward: ModuleType, query: str, answer: str):
    assert reward.answer_in(query, "[U] Hi [A] ") == answer


def test_a_query_of_another_prompt_is_refused(reward: ModuleType):
    with pytest.raises(reward.RubricError, match="does not begin"):
        reward.answer_in("[U] Ho [A] Yes.", "[U] Hi [A] ")
