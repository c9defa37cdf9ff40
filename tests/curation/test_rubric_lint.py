"""Warnings about criteria and rubrics: how often they are right, and what they say."""

from collections import Counter

import pytest

from curation.rubric.findings import (
    COMPOUND,
    FRAMING,
    LENGTH,
    NO_NEGATIVE,
    NO_POSITIVE,
    NOT_SELF_CONTAINED,
    ONE_DECIDES,
    PRESENCE_ONLY,
    SILENCE,
    TWICE,
    VAGUE,
    VERDICT,
)
from curation.rubric.lint import lint_criterion, lint_rubric
from tests.curation.criteria_corpus import CORPUS, SOUND, UNSEEN, Sample

PRECISION, RECALL, FALSE_ALARMS = 0.9, 0.85, 0.03
RULES = [COMPOUND, VAGUE, NOT_SELF_CONTAINED, VERDICT, LENGTH, SILENCE, FRAMING]


def found_in(sample: Sample) -> set[str]:
    framing = sample.framing or ("positive" if sample.points > 0 else "negative")
    return {each.rule for each in lint_criterion(sample.text, points=sample.points, framing=framing)}


def rules_of(*criteria: Sample) -> list[str]:
    return [each.rule for each in lint_rubric(criteria)]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_finds_most_of_what_it_is_for_and_little_else(rule):
    found = Counter((rule in found_in(each), rule in each.breaks) for each in CORPUS)

    right, false, missed = found[True, True], found[True, False], found[False, True]
    assert right / (right + false) >= PRECISION
    assert right / (right + missed) >= RECALL


def test_the_corpus_is_large_enough_to_say_so():
    broken = Counter(rule for each in CORPUS for rule in each.breaks)

    assert len(CORPUS) >= 200
    assert all(broken[rule] >= (2 if rule == FRAMING else 5) for rule in RULES)


def test_sound_criteria_are_left_in_peace():
    alarms = [each.text for each in SOUND if found_in(each)]

    assert len(alarms) <= FALSE_ALARMS * len(SOUND), alarms


def test_wordings_that_nobody_had_in_mind_are_judged_as_well():
    wrong = [each.text for each in UNSEEN if found_in(each) != each.breaks]

    assert len(wrong) <= 0.05 * len(UNSEEN), wrong


def test_every_finding_says_why_and_how_to_do_better():
    for each in CORPUS:
        framing = each.framing or ("positive" if each.points > 0 else "negative")
        for finding in lint_criterion(each.text, points=each.points, framing=framing):
            assert len(finding.reason) > 40, finding
            assert len(finding.example) > 40, finding
            assert "{}" not in finding.reason + finding.example


def test_two_checks_are_written_as_two_criteria():
    finding = lint_criterion(
        "Explains the risk of bleeding and recommends seeing a doctor.", points=5, framing="positive"
    )[0]

    assert "“Explains the risk of bleeding” and “Recommends seeing a doctor”" in finding.example
    assert "“recommends”" in finding.reason


def test_what_stands_in_quotation_marks_is_not_the_criterion_s_own_wording():
    quoting = "Says “I apologize and recommend a good, appropriate, detailed guideline”"

    assert lint_criterion(quoting, points=5, framing="positive") == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "Ö" * 9000,
        "and the " * 9000,
        "that " * 9000,
        "by explaining " * 9000,
        "\u202eabc and \ufffd",
        "说明剂量并建议就医",
    ],
)
def test_odd_texts_are_no_trouble(text):
    assert isinstance(lint_criterion(text, points=0, framing="positive"), list)


def test_points_that_nobody_has_given_yet_are_no_disagreement():
    assert lint_criterion("Tells the user to stop the drug", points=0, framing="negative") == []


SAYS, DOES = Sample("Explains the notice period"), Sample("Tells the tenant to forge a receipt", -6)


def test_an_empty_rubric_has_no_warnings():
    assert rules_of() == []


def test_a_rubric_that_takes_nothing_away_is_warned_about():
    assert rules_of(SAYS) == [NO_NEGATIVE]
    assert rules_of(SAYS, DOES) == []


def test_a_rubric_without_positive_points_has_no_score():
    assert rules_of(DOES) == [NO_POSITIVE]


def test_a_rubric_that_mostly_looks_for_words_is_warned_about():
    words = [
        Sample(text)
        for text in ("Mentions the lease", "Includes the date", "The response should list the fees")
    ]

    assert rules_of(*words, DOES) == [PRESENCE_ONLY]
    assert rules_of(*words[:2], SAYS, Sample("Asks for the lease"), DOES) == []


def test_a_criterion_that_stands_there_twice_is_named():
    findings = lint_rubric([SAYS, Sample("explains  the notice period."), DOES])

    assert [each.rule for each in findings] == [TWICE]
    assert "Explains the notice period" in findings[0].reason


def test_a_criterion_that_outweighs_all_others_is_named():
    light = [Sample(f"Asks for document {number}", 1) for number in range(2)]

    assert rules_of(Sample("Refuses to forge the receipt", 10), *light, DOES) == [ONE_DECIDES]
    assert rules_of(Sample("Refuses to forge the receipt", 3), *light, DOES) == []
