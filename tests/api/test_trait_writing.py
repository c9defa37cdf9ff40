"""Traits by program: written part by part, discussed, reviewed by others, published and retired."""

from typing import Any

import pytest

from accounts.models import AuditEvent, Role
from curation.models import TraitReview, TraitVersion
from tests.api.asking import Caller, author, curator, named
from tests.factories import make_trait, make_trait_version, make_user

pytestmark = pytest.mark.django_db
BEHAVIOURS = (("exhibits", "Says what it does not know."), ("violates", "Hides a gap behind detail."))
AT = "/traits/candor/versions/1"


@pytest.fixture
def writer() -> Caller:
    """Who wrote the draft of candor."""
    caller = author()
    make_trait_version(make_trait("candor"), behaviours=BEHAVIOURS, is_published=False, author=caller.user)
    return caller


def approve(*callers: Caller) -> list[Any]:
    return [each.post(f"{AT}/reviews", {"decision": "approve", "round": 1}) for each in callers]


def test_a_version_begins_with_the_words_of_another_and_is_written_part_by_part() -> None:
    make_trait_version(make_trait("candor"), behaviours=BEHAVIOURS)
    caller = author()

    begun = caller.post("/traits/candor/versions", {"based_on": 1}, Idempotency_Key="one")
    again = caller.post("/traits/candor/versions", {"based_on": 1}, Idempotency_Key="one")
    at = "/traits/candor/versions/2"
    parts = caller.get(f"{at}/parts").json()
    said = {"value": "It says less.", "was": parts["texts"]["change_note"]["was"]}
    text = caller.put(f"{at}/texts/change_note", said)
    meaning = {"value": False, "was": parts["texts"]["meaning_changed"]["was"]}
    same_meaning = caller.put(f"{at}/texts/meaning_changed", meaning)
    shown = parts["sections"]["exhibits"][0]
    reworded = caller.put(f"{at}/parts/exhibits/{shown['id']}", {"text": "Says it.", "was": shown["was"]})
    added = caller.post(f"{at}/parts/exhibits", {"text": "Asks first."})
    moved = caller.post(f"{at}/parts/exhibits/{added.json()['id']}/move", {"direction": "up"})
    removed = caller.send("DELETE", f"{at}/parts/exhibits/{shown['id']}", b"")

    assert (begun.status_code, begun.json()["number"], again.content) == (201, 2, begun.content)
    assert [each.status_code for each in (text, same_meaning, reworded, added, moved, removed)] == [
        200, 200, 200, 201, 200, 204,
    ]  # fmt: skip
    assert reworded.json()["key"] == shown["key"]
    assert [each["text"] for each in moved.json()] == ["Asks first.", "Says it."]
    draft = TraitVersion.objects.get(trait__slug="candor", number=2)
    assert (draft.change_note, draft.meaning_changed) == ("It says less.", False)
    assert [each.text for each in draft.exhibits] == ["Asks first."]


def test_words_that_somebody_changed_meanwhile_are_not_written_over(writer: Caller) -> None:
    other = author()
    was = writer.get(f"{AT}/parts").json()["texts"]["benefit"]["was"]
    other.put(f"{AT}/texts/benefit", {"value": "Theirs.", "was": was})

    stale = writer.put(f"{AT}/texts/benefit", {"value": "Mine.", "was": was})
    over = writer.put(f"{AT}/texts/benefit", {"value": "Mine.", "was": stale.json()["was"]})

    assert (stale.status_code, stale.json()["type"]) == (409, "urn:arete:problem:changed_meanwhile")
    assert over.json()["value"] == "Mine."


@pytest.mark.parametrize(
    ("section", "part", "field"),
    [
        ("exhibits", {"text": ""}, "text"),
        ("exhibits", {"text": "So.", "points": 3}, "points"),
        ("boundary", {"text": "So.", "counts_as": "perhaps"}, "counts_as"),
        ("tensions", {"other": "nothing", "text": "So."}, "other"),
        ("references", {"title": "A book", "url": "ftp://books"}, "url"),
        ("criteria", {"text": "It asks.", "points": 0}, "points"),
        ("criteria", {"text": "It asks."}, "points"),
    ],
)
def test_what_a_part_can_not_say_is_named(
    writer: Caller, section: str, part: dict[str, Any], field: str
) -> None:
    refused = writer.post(f"{AT}/parts/{section}", part)

    assert (refused.status_code, named(refused)) == (422, {field})


def test_parts_of_every_section_are_added(writer: Caller) -> None:
    make_trait("kindness")
    parts: dict[str, dict[str, Any]] = {
        "counterfeit": {"text": "A disclaimer."},
        "boundary": {"text": "A guess.", "counts_as": "neutral"},
        "tensions": {"other": "kindness", "text": "Candor decides."},
        "references": {"title": "A book", "url": "https://books.example.org"},
        "criteria": {"text": "It names its doubt.", "points": -2.5, "framing": "negative"},
    }

    added = {name: writer.post(f"{AT}/parts/{name}", part) for name, part in parts.items()}

    assert [each.status_code for each in added.values()] == [201] * 5
    assert (added["tensions"].json()["other"], added["criteria"].json()["points"]) == ("kindness", -2.5)
    assert added["references"].json()["text"] is None


def test_published_words_stay_and_unknown_parts_are_not_there(writer: Caller) -> None:
    make_trait_version(make_trait("kindness"))
    published = "/traits/kindness/versions/1"

    kept = writer.post(f"{published}/parts/exhibits", {"text": "So."})
    gone = writer.put(f"{AT}/parts/exhibits/999", {"text": "So.", "was": "x"})
    nothing = writer.post(f"{AT}/parts/nonsense", {"text": "So."})
    wrong = writer.put(f"{AT}/texts/definition", {"value": True, "was": "x"})

    assert (kept.status_code, kept.json()["type"]) == (409, "urn:arete:problem:not_a_draft")
    assert (gone.status_code, nothing.status_code) == (404, 404)
    assert (wrong.status_code, named(wrong)) == (422, {"value"})


def test_a_draft_that_lacks_something_is_not_submitted() -> None:
    caller = author()
    make_trait_version(make_trait("candor"), is_published=False, author=caller.user)

    refused = caller.post(f"{AT}/submit")
    lacking = caller.get(f"{AT}/approval").json()["lacking"]

    assert (refused.status_code, named(refused)) == (409, {"exhibits", "violates"})
    assert len(lacking) == 2


def test_two_others_approve_and_a_version_is_in_force(writer: Caller) -> None:
    first, second = author(), author()
    dissent = {"decision": "approve with dissent", "reason": "Too narrow.", "round": 1}

    submitted = writer.post(f"{AT}/submit", Idempotency_Key="once")
    again = writer.post(f"{AT}/submit", Idempotency_Key="once")
    own = writer.post(f"{AT}/reviews", {"decision": "approve", "round": 1})
    approve(first)
    too_few = writer.post(f"{AT}/publish", {})
    said = second.post(f"{AT}/reviews", dissent)
    published = writer.post(f"{AT}/publish", {})
    retired = first.post(f"{AT}/retire", {"reason": "It is said better elsewhere."})

    assert (submitted.json()["state"], again.content) == ("in review", submitted.content)
    assert (own.status_code, own.json()["type"]) == (409, "urn:arete:problem:not_yours")
    assert (too_few.status_code, too_few.json()["approvals"], too_few.json()["needed"]) == (409, 1, 2)
    assert (said.json()["approvals"], said.json()["reviews"][1]["reason"]) == (2, "Too narrow.")
    assert (published.json()["state"], retired.json()["state"]) == ("published", "retired")
    assert {"trait_version.published", "trait_version.retired"} <= set(
        AuditEvent.objects.values_list("act", flat=True)
    )


def test_who_asks_for_changes_sends_it_back_and_earlier_words_are_not_decided_on(writer: Caller) -> None:
    other = author()
    writer.post(f"{AT}/submit")

    silent = other.post(f"{AT}/reviews", {"decision": "ask for changes", "round": 1})
    back = other.post(f"{AT}/reviews", {"decision": "ask for changes", "reason": "Whom?", "round": 1})
    writer.post(f"{AT}/submit")
    late = other.post(f"{AT}/reviews", {"decision": "approve", "round": 1})
    taken_back = writer.post(f"{AT}/withdraw")
    nowhere = writer.post(f"{AT}/withdraw")

    assert (silent.status_code, named(silent)) == (422, {"reason"})
    assert back.json()["state"] == "draft"
    assert (late.status_code, late.json()["round"]) == (409, 2)
    assert (taken_back.json()["state"], nowhere.status_code) == ("draft", 409)
    assert TraitReview.objects.count() == 1


def test_remarks_are_answered_and_hold_a_publication_until_resolved(writer: Caller) -> None:
    other, third = author(), author()
    passages = other.get(f"{AT}/passages").json()
    about = next(each for each in passages if each["text"] == BEHAVIOURS[0][1])
    remark = {"text": "To whom?", "part": about["part"], "quote": "does not know"}

    made = other.post(f"{AT}/comments", remark).json()
    wrong = other.post(f"{AT}/comments", {**remark, "quote": "something else"})
    answered = writer.post(f"/comments/{made['id']}/replies", {"text": "To the person."}).json()
    writer.post(f"{AT}/submit")
    approve(other, third)
    held = writer.post(f"{AT}/publish", {})
    listed = writer.get(f"{AT}/comments?is_open=true").json()["data"]
    resolved = other.post(f"/comments/{made['id']}/resolve").json()
    reopened = other.post(f"/comments/{made['id']}/reopen").json()
    published = writer.post(f"{AT}/publish", {"despite_remarks": True})

    assert (wrong.status_code, named(wrong)) == (422, {"quote"})
    assert [each["text"] for each in answered["replies"]] == ["To the person."]
    assert (held.status_code, held.json()["type"]) == (409, "urn:arete:problem:open_remarks")
    assert [each["id"] for each in listed] == [made["id"]]
    assert (resolved["resolved_at"] is None, reopened["resolved_at"]) == (False, None)
    assert published.json()["state"] == "published"


def test_only_who_writes_traits_finds_drafts_and_their_sign_off(writer: Caller) -> None:
    for path in ("parts", "approval", "comments", "panel"):
        assert curator().get(f"{AT}/{path}").status_code == 404


def ask(facilitator: Caller, people: list[Caller]) -> dict[str, Any]:
    """Put people on the panel of the draft and begin a round."""
    for each in people:
        assert facilitator.post(f"{AT}/panel", {"email": each.user.email}).status_code == 201
    begun: dict[str, Any] = facilitator.post(f"{AT}/panel/rounds").json()
    return begun


def test_a_panel_rates_without_names_and_sees_results_after_its_own_rating(writer: Caller) -> None:
    people = [author() for _ in range(4)]
    begun = ask(writer, people)
    statement = begun["statements"][0]["id"]
    path = f"{AT}/panel/rounds/1/statements/{statement}"

    rated = [each.post(path, {"rating": rating}) for each, rating in zip(people[:3], (9, 8, 2), strict=True)]
    before = people[3].get(f"{AT}/panel/rounds/1").json()["statements"][0]
    after = people[3].post(path, {"rating": 7, "reason": "Mostly."}).json()
    changed = people[3].post(path, {"rating": 1})
    same = people[3].post(path, {"rating": 7, "reason": "Mostly."})
    outside = writer.post(path, {"rating": 7})

    assert [each.json()["tally"] is None for each in rated] == [True, True, False]
    assert (before["count"], before["is_open"], before["tally"], before["reasons"]) == (3, False, None, [])
    assert after["tally"]["counts"] == [0, 1, 0, 0, 0, 0, 1, 1, 1]
    assert (changed.status_code, same.json()) == (409, after)
    assert outside.json()["type"] == "urn:arete:problem:not_on_the_panel"
    assert writer.get(f"{AT}/panel/rounds/1").json()["statements"][0]["tally"] is None


def test_a_round_is_closed_and_a_panel_that_was_asked_stays(writer: Caller) -> None:
    people = [author() for _ in range(3)]
    begun = ask(writer, people)
    panelist = writer.get(f"{AT}/panel").json()["people"][0]["id"]

    fixed = writer.send("DELETE", f"{AT}/panel/{panelist}", b"")
    second = writer.post(f"{AT}/panel/rounds")
    asked = writer.post(f"{AT}/submit")
    closed = writer.post(f"{AT}/panel/rounds/1/close").json()
    late = people[0].post(f"{AT}/panel/rounds/1/statements/{begun['statements'][0]['id']}", {"rating": 7})

    assert [each.json()["type"].split(":")[-1] for each in (fixed, second, asked, late)] == [
        "panel_is_fixed", "round_is_open", "panel_is_asked", "round_is_closed",
    ]  # fmt: skip
    assert closed["closed_at"] is not None


def test_a_panel_wants_three_people_who_write_traits(writer: Caller) -> None:
    stranger = make_user(roles=(Role.CURATORS,))

    nobody = writer.post(f"{AT}/panel", {"email": stranger.email})
    small = writer.post(f"{AT}/panel/rounds")
    twice = [writer.post(f"{AT}/panel", {"email": writer.user.email}) for _ in range(2)][1]

    assert (nobody.status_code, named(nobody)) == (422, {"email"})
    assert small.json()["type"] == "urn:arete:problem:panel_too_small"
    assert twice.json()["type"] == "urn:arete:problem:on_the_panel"
