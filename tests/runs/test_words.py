"""What runs say is stored in English, and said in the reader's language where it is shown."""

import pytest
from django.utils import translation

from config.saying import told
from runs.actions import perform_now, start
from runs.models import Run, RunLog
from runs.registry import Performer
from runs.words import kept, said, say
from runs.work import LONGEST_TEXT, RunFailed, TryLater, Work
from tests.runs.kinds import doing, registered

pytestmark = pytest.mark.django_db


def performed(work: Performer) -> Run:
    with registered(work) as name:
        return perform_now(start(name, {}))


def in_german(text: str) -> str:
    with translation.override("de"):
        return told(text)


def test_a_line_is_stored_in_english_and_said_in_the_readers_language() -> None:
    performed(doing(lambda work: work.log(say("{answer}, both bad", answer=say("Tie")))))

    line = RunLog.objects.get()

    assert (line.text, in_german(line.text)) == ("Tie, both bad", "Tie, both bad")
    assert in_german(line.line) == "Gleichstand, beide schlecht"


@pytest.mark.parametrize("outcome", [RunFailed, TryLater])
def test_a_problem_is_said_too_with_the_one_that_it_quotes(outcome: type[Exception]) -> None:
    def fail(work: Work) -> None:
        raise outcome(say("{answer}, both bad", answer=ValueError(say("Tie"))))

    run = performed(doing(fail))

    assert (run.state, run.error) == (Run.State.FAILED, "Tie, both bad")
    assert in_german(run.problem) == "Gleichstand, beide schlecht"


@pytest.mark.parametrize(
    "text",
    ["Tie", "An old row.", say("{name}", name="x" * (LONGEST_TEXT + 1)), say("{name}", name="a\0\ud800")],
    ids=["plain", "old", "long", "unstorable"],
)
def test_what_can_not_be_said_again_stays_as_it_was_stored(text: str) -> None:
    performed(doing(lambda work: work.log(text)))

    line = RunLog.objects.get()

    assert in_german(line.line) == line.text


def test_words_that_belong_to_an_earlier_text_are_not_said() -> None:
    run = performed(doing(lambda work: work.log("…")))
    Run.objects.filter(pk=run.pk).update(error="Something else.", error_words=kept(say("Tie")))
    run.refresh_from_db()

    assert in_german(run.problem) == "Something else."
    assert said("", {}) == ""
