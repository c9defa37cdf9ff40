"""Several authors of one draft at once, on real connections."""

import pytest

from curation.actions.trait_parts import SECTIONS, add_part, move_part
from curation.actions.traits import ChangedMeanwhile, NotADraft, change_text, new_version
from curation.models import TraitVersion
from tests.curation.drafts import make_author, make_draft, was_text
from tests.factories import make_trait_version
from tests.labeling.scenes import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_many_who_change_one_text_at_once_one_is_saved_and_the_others_are_told():
    draft = make_draft(definition="Whether the model is open.")
    was, people = was_text(draft), [make_author() for _ in range(8)]

    def work(number: int) -> str:
        try:
            change_text(draft, "definition", f"Text {number}.", was=was, editor=people[number])
        except ChangedMeanwhile as error:
            return error.theirs
        return "saved"

    said = at_once(work, 8)

    draft.refresh_from_db()
    assert said.count("saved") == 1
    assert set(said) == {"saved", draft.definition}


def test_many_who_add_at_once_all_find_their_words_in_a_clear_order():
    draft, people = make_draft(), [make_author() for _ in range(8)]

    at_once(lambda n: add_part(draft, SECTIONS["violates"], {"text": f"Does {n}."}, editor=people[n]), 8)

    places = list(draft.behaviours.filter(kind="violates").values_list("position", flat=True))
    assert len(places) == 9
    assert len(set(places)) == 9


def test_moving_and_adding_at_once_loses_nothing():
    draft, person = make_draft(), make_author()
    first = draft.behaviours.filter(kind="exhibits").first()
    assert first is not None

    def work(number: int) -> None:
        if number % 2:
            move_part(draft, SECTIONS["exhibits"], str(first.pk), 1, editor=person)
        else:
            add_part(draft, SECTIONS["exhibits"], {"text": f"Does {number}."}, editor=person)

    at_once(work, 6)

    places = list(draft.behaviours.filter(kind="exhibits").values_list("position", flat=True))
    assert len(places) == len(set(places)) == 5


def test_versions_that_begin_at_once_get_numbers_of_their_own():
    version, people = make_trait_version(), [make_author() for _ in range(6)]

    at_once(lambda n: new_version(version, author=people[n]), 6)

    assert sorted(version.trait.versions.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6, 7]


def test_an_edit_and_a_submission_at_once_never_both_win_unseen():
    draft = make_draft(definition="Whether the model is open.")
    was, person = was_text(draft), make_author()

    def work(number: int) -> str:
        if number:
            TraitVersion.objects.filter(pk=draft.pk, state="draft").update(state="in review")
            return str(TraitVersion.objects.get(pk=draft.pk).definition)
        try:
            change_text(draft, "definition", "Late.", was=was, editor=person)
        except NotADraft:
            return "refused"
        return "saved"

    edit, reviewed = at_once(work, 2)

    draft.refresh_from_db()
    assert draft.state == "in review"
    assert draft.definition == reviewed
    assert (edit == "saved") == (reviewed == "Late.")
