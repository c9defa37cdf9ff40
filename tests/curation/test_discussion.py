"""Remarks on passages, and how they survive what becomes of the words."""

import pytest
from django.db import ProgrammingError, transaction

from accounts.models import Role
from curation.actions.discussion import passages_of, reply, resolve, say, threads_of
from curation.models import Comment, TraitVersion
from tests.curation.drafts import HTMX, address, make_author, make_draft, signed_in
from tests.factories import make_criterion, make_trait, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> TraitVersion:
    return make_draft(definition="Whether the model is open.", benefit="People can plan.")


def remark(draft: TraitVersion, **said: str) -> dict[str, str]:
    return {"part": "definition", "quote": "open", "text": "Open to whom?", **said}


def test_everything_that_says_something_can_be_remarked_on(draft):
    draft.tensions.create(other=make_trait(name="Kindness"), text="Truth may hurt.")
    make_criterion(version=draft, text="Names its source.", state="draft")

    found = passages_of(draft)

    assert [each.text for each in found] == [
        "Whether the model is open.",
        "People can plan.",
        *(each.text for each in draft.behaviours.all()),
        "Truth may hurt.",
        "Names its source.",
    ]
    assert len({each.part for each in found}) == len(found)


def test_a_remark_quotes_the_words_it_is_about(draft):
    signed_in(make_author()).post(address("trait_comment", draft), remark(draft))

    thread = threads_of(draft)[0]
    assert (thread.comment.part, thread.comment.quote) == ("definition", "open")
    assert thread.still_says_so


def test_a_remark_without_a_quote_is_about_the_whole_passage(draft):
    signed_in(make_author()).post(address("trait_comment", draft), remark(draft, quote=""))

    assert Comment.objects.get().quote == "Whether the model is open."


def test_a_quote_that_does_not_stand_there_comes_back_with_all_words(draft):
    answer = signed_in(make_author()).post(address("trait_comment", draft), remark(draft, quote="closed"))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The passage does not say this now." in page
    assert "Open to whom?" in page
    assert not Comment.objects.exists()


def test_a_passage_that_was_reworded_keeps_the_remark_and_says_so(draft):
    behaviour = draft.behaviours.first()
    say(draft, "Always?", author=make_author(), part=str(behaviour.key), quote="what it knows")
    behaviour.text = "Says what it is sure of."
    behaviour.save()

    page = signed_in(make_author()).get(address("trait_version", draft)).content.decode()

    assert "what it knows" in page
    assert "Reworded since" in page


def test_a_passage_that_is_gone_keeps_the_remark_and_says_so(draft):
    behaviour = draft.behaviours.first()
    say(draft, "Always?", author=make_author(), part=str(behaviour.key), quote="what it knows")
    behaviour.delete()

    page = signed_in(make_author()).get(address("trait_version", draft)).content.decode()

    assert "A passage that was taken away" in page
    assert "what it knows" in page


def test_an_answer_joins_the_thread_and_opens_it_again(draft):
    first = say(draft, "Always?", author=make_author())
    resolve(first, author=make_author())

    answer = reply(reply(first, "No.", author=make_author()), "When not?", author=make_author())

    first.refresh_from_db()
    assert answer.reply_to == first
    assert first.resolved_at is None
    assert [each.text for each in threads_of(draft)[0].replies] == ["No.", "When not?"]


def test_resolved_threads_stand_below_the_others(draft):
    first, _ = (say(draft, text, author=make_author()) for text in ("One?", "Two?"))
    resolve(first, author=make_author())

    assert [each.comment.text for each in threads_of(draft)] == ["Two?", "One?"]


def test_resolving_twice_keeps_who_was_first(draft):
    first, one, two = say(draft, "Always?", author=make_author()), make_author("One"), make_author("Two")

    resolve(first, author=one)
    resolve(first, author=two)

    first.refresh_from_db()
    assert first.resolved_by == one


def test_the_words_of_a_remark_never_change(draft):
    first = say(draft, "Always?", author=make_author())

    with pytest.raises(ProgrammingError), transaction.atomic():
        Comment.objects.filter(pk=first.pk).update(text="Never.")


def test_the_button_beside_a_statement_begins_a_remark_on_it(draft):
    behaviour = draft.behaviours.first()
    client = signed_in(make_author())
    path = f"{address('trait_comment', draft)}?part={behaviour.key}"

    fragment = client.get(path, headers=HTMX).content.decode()
    page = client.get(path).content.decode()

    for shown in (fragment, page):
        assert f'<option value="{behaviour.key}" selected>' in shown
        assert f">\n{behaviour.text}</textarea>" in shown
    assert "<html" not in fragment
    assert "<html" in page


def test_with_htmx_the_discussion_alone_comes_back(draft):
    answer = signed_in(make_author()).post(address("trait_comment", draft), remark(draft), headers=HTMX)

    page = answer.content.decode()
    assert "Open to whom?" in page
    assert "1 unresolved" in page
    assert "<html" not in page


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_empty_answer_says_so_where_it_was_written(draft, headers):
    first = say(draft, "Always?", author=make_author())

    answer = signed_in(make_author()).post(f"/comments/{first.pk}/reply/", {"text": " "}, headers=headers)

    assert answer.status_code == 422
    assert "Write what you want to say." in answer.content.decode()


def test_who_does_not_write_traits_sees_no_discussion(draft):
    say(draft, "Always?", author=make_author())
    TraitVersion.objects.filter(pk=draft.pk).update(state="published", published_at="2026-01-01T00:00Z")

    page = signed_in(make_user(roles=(Role.CURATORS,))).get(address("trait_version", draft)).content.decode()

    assert "Always?" not in page
    assert "Comment on" not in page


def test_hostile_remarks_are_shown_as_words(draft):
    signed_in(make_author()).post(
        address("trait_comment", draft), {"text": "<script>alert(1)</script>\0", "part": ""}
    )

    page = signed_in(make_author()).get(address("trait_version", draft)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_queries_do_not_grow_with_remarks(draft, django_assert_max_num_queries):
    for number in range(12):
        first = say(draft, f"Always {number}?", author=make_author(), part="definition", quote="open")
        reply(first, "Yes.", author=make_author())
    client = signed_in(make_author())

    with django_assert_max_num_queries(28):
        client.get(address("trait_version", draft))
