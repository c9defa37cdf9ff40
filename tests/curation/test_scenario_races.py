"""Two writers at one draft at the same moment, on real connections."""

from collections import Counter

import pytest

from accounts.models import AuditEvent
from curation.actions.scenarios import (
    ChangedMeanwhile,
    NotADraft,
    SameText,
    mark_ready,
    save_draft,
    words_of,
)
from curation.models import Scenario
from tests.curation.writing import make_draft, make_words
from tests.factories import make_user
from tests.labeling.scenes import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_many_who_save_at_once_one_is_stored_and_the_others_are_told() -> None:
    draft = make_draft("Before?")
    was = words_of(draft).digest
    texts = [make_words(f"Writer {number}?") for number in range(8)]

    def save(number: int) -> str:
        try:
            save_draft(draft.pk, texts[number], was=was)
        except ChangedMeanwhile as error:
            return error.theirs.turns[0].content
        return "stored"

    said = Counter(at_once(save, 8))

    stored = Scenario.objects.get().messages[0]["content"]
    assert said == {"stored": 1, stored: 7}


def test_what_is_saved_while_a_draft_is_finished_is_never_half_in_it() -> None:
    draft = make_draft("Before?")
    was = words_of(draft).digest
    after = make_words("After?")
    curator = make_user()

    def act(number: int) -> str:
        try:
            if number % 2:
                save_draft(draft.pk, after, was=was)
            else:
                mark_ready(draft.pk, was=was, acknowledged=[], actor=curator)
        except (ChangedMeanwhile, NotADraft):
            return "refused"
        return "saved" if number % 2 else "ready"

    said = set(at_once(act, 6))

    found = Scenario.objects.get()
    outcome = (found.state, found.messages[0]["content"])
    assert outcome in {("ready", "Before?"), ("draft", "After?")}
    assert said == {"refused", "ready" if found.state == "ready" else "saved"}


def test_the_same_text_is_finished_once_however_many_try() -> None:
    drafts = [make_draft("May he?") for _ in range(4)]
    seen = [words_of(draft).digest for draft in drafts]
    curator = make_user()

    def finish(number: int) -> str:
        try:
            mark_ready(drafts[number].pk, was=seen[number], acknowledged=[], actor=curator)
        except SameText:
            return "there already"
        return "ready"

    said = Counter(at_once(finish, 4))

    assert said == {"ready": 1, "there already": 3}
    assert AuditEvent.objects.filter(act="scenario.readied").count() == 1
