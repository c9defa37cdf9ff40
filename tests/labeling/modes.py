"""A project of every kind of question, each with gold items among its own."""

import re
from typing import Any

from labeling.models import Project
from labeling.questions import Question
from tests.factories import make_criterion, make_scenario
from tests.labeling.calibrating import make_gold
from tests.labeling.scenes import make_item, make_labeling_project

TEXTS = ("It is not. Ask first.", "Yes, it is. Go on.", "Ask the clinic. Then decide.", "I can’t say.")
MODES: dict[str, tuple[tuple[Question, ...], int]] = {
    "preference": ((Question.OVERALL, Question.TRAITS, Question.CONFIDENCE), 2),
    "criteria": ((Question.CRITERIA,), 2),
    "ranking": ((Question.RANKING,), 4),
    "ratings": ((Question.RATINGS, Question.HARM), 3),
    "rewrite": ((Question.REWRITE, Question.REASONS), 1),
    "everything": (tuple(Question), 2),
}
"""What is asked in each mode, and about how many responses."""
CHOICES = {"p": "0", "m": "met", "r": "2", "place": "1", "cut": "1"}
"""Answers that go together, by the beginning of a field's name: every response is as good as the others."""


def make_mode(mode: str, *, items: int, gold: int = 0, **fields: Any) -> Project:
    """An open project that asks the questions of a mode; some of its items are gold."""
    questions, responses = MODES[mode]
    project = make_labeling_project(traits=1, questions=[str(each) for each in questions], **fields)
    for number in range(items):
        scenario = make_scenario()
        if Question.CRITERIA in questions:
            for points in (5, -3):
                make_criterion(scenario, points=points)
        item = make_item(project, scenario=scenario, texts=TEXTS[:responses])
        if number < gold:
            make_gold(project, item=item)
    project.refresh_from_db()
    return project


def filled_in(page: str, submission_id: str) -> dict[str, str]:
    """The form on a page, answered from what it holds and nothing else, as a person's browser would send it."""
    form = dict(re.findall(r'name="(v_\w\w|renderer|criteria)"\s+value="([^"]*)"', page))
    for name in set(re.findall(r'name="([^"]+)"', page)):
        beginning = name.split("_")[0]
        if beginning in CHOICES:
            form[name] = CHOICES[beginning]
    if 'name="rewrite"' in page:
        form |= {"rewrite_of": "A", "rewrite": "It may not be. Ask your clinic first."}
    return form | {"submission_id": submission_id, "expected_revision": "0", "rationale": "Because it asks."}
