"""Scenarios by program: words changed, drafts made ready, variants, and what is taken out."""

from typing import Any

import pytest

from accounts.models import AuditEvent, Role
from curation.drafting import TurnWords
from curation.models import Removal, Scenario
from tests.api.asking import Caller, author, curator, named
from tests.curation.writing import make_draft
from tests.factories import make_scenario, make_user

pytestmark = pytest.mark.django_db


def words_of(caller: Caller, scenario: Scenario, **changed: Any) -> dict[str, Any]:
    """The words as they are fetched, some of them changed."""
    found: dict[str, Any] = caller.get(f"/scenarios/{scenario.pk}/words").json()
    return {**found, **changed}


def readied(caller: Caller, draft: Scenario, *acknowledged: str) -> Any:
    seen = caller.get(f"/scenarios/{draft.pk}/check").json()
    body = {"was": seen["was"], "acknowledged": list(acknowledged)}
    return caller.post(f"/scenarios/{draft.pk}/ready", body)


def test_what_was_fetched_can_be_sent_back_and_changes_nothing():
    caller = curator()
    draft = make_draft(
        "Keep it?", "No.", "Why?", planted=1, values_in_tension=("candor, kindly", "care"),
        content_warnings=("illness", "own words"), pressures=("authority",), background="A tenancy.",
    )  # fmt: skip
    before = words_of(caller, draft)

    answer = caller.put(f"/scenarios/{draft.pk}/words", before)

    assert answer.status_code == 200, answer.json()
    assert answer.json() == before
    assert before["planted"] == 2


def test_the_words_of_a_draft_are_written_anew():
    caller = author()
    draft = make_draft(author=caller.user)
    turns = [{"role": "user", "content": "Keep it?", "pressure": "authority", "note": "His boss."}]

    answer = caller.put(f"/scenarios/{draft.pk}/words", words_of(caller, draft, messages=turns, name="Rent"))

    draft.refresh_from_db()
    assert answer.status_code == 200, answer.json()
    assert (draft.messages[0]["content"], draft.name) == ("Keep it?", "Rent")
    assert draft.pressures == ["authority"]


def test_two_writers_do_not_overwrite_each_other():
    caller = curator()
    draft = make_draft()
    mine = words_of(caller, draft, name="Mine")
    caller.put(f"/scenarios/{draft.pk}/words", words_of(caller, draft, name="Theirs"))

    refused = caller.put(f"/scenarios/{draft.pk}/words", mine)
    again = caller.put(f"/scenarios/{draft.pk}/words", {**mine, "was": refused.json()["was"]})

    assert (refused.status_code, refused.json()["type"]) == (409, "urn:arete:problem:changed_meanwhile")
    assert again.json()["name"] == "Mine"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"domain": "nowhere"}, "domain"),
        ({"traits": ["nothing"]}, "traits"),
        ({"language": "xx-none"}, "language"),
        ({"planted": 1}, "planted"),
        ({"what_changes": "The tenant is a nephew."}, "what_changes"),
        ({"values_in_tension": ["one, two"]}, "values_in_tension.0"),
        ({"content_warnings": ["ill\nness"]}, "content_warnings.0"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "system", "content": "x"}]}, "messages.0.role"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_can_not_be_is_named(changed, field):
    caller = curator()
    draft = make_draft()

    refused = caller.put(f"/scenarios/{draft.pk}/words", words_of(caller, draft, **changed))

    assert (refused.status_code, named(refused)) == (422, {field})


def test_of_a_ready_scenario_the_text_stays_and_the_rest_changes():
    caller = curator()
    draft = make_draft()
    readied(caller, draft)
    before = words_of(caller, draft)

    text = caller.put(
        f"/scenarios/{draft.pk}/words", {**before, "messages": [{"role": "user", "content": "Other"}]}
    )
    rest = caller.put(f"/scenarios/{draft.pk}/words", {**before, "name": "Rent"})
    theirs = author().put(f"/scenarios/{draft.pk}/words", {**before, "name": "Mine"})

    assert (text.status_code, named(text)) == (409, {"messages"})
    assert (rest.status_code, rest.json()["name"]) == (200, "Rent")
    assert theirs.status_code == 409
    assert AuditEvent.objects.filter(act="scenario.reclassified").count() == 1


def test_a_draft_is_made_ready():
    caller = curator()
    draft = make_draft("  May he keep it?\n")

    answer = readied(caller, draft)
    again = readied(caller, draft)

    assert (answer.status_code, answer.json()["state"]) == (200, "ready")
    assert answer.json()["messages"] == [{"role": "user", "content": "May he keep it?"}]
    assert again.status_code == 200
    assert AuditEvent.objects.get(act="scenario.readied").actor == caller.user


def test_what_is_missing_is_named_by_its_field():
    caller = curator()
    draft = make_draft(domain="", turns=(TurnWords("user", "1"), TurnWords("assistant", "2")))

    seen = caller.get(f"/scenarios/{draft.pk}/check").json()
    refused = readied(caller, draft)

    assert [each["key"] for each in seen["gaps"]] == ["ending", "domain"]
    assert (refused.status_code, named(refused)) == (409, {"messages.1", "domain"})


def test_remarks_want_to_be_looked_at():
    caller = curator()
    draft = make_draft("Is truthfulness a duty?")
    (remark,) = caller.get(f"/scenarios/{draft.pk}/check").json()["remarks"]

    refused = readied(caller, draft)
    answer = readied(caller, draft, remark["key"])

    assert (refused.status_code, named(refused)) == (409, {"acknowledged"})
    assert remark["key"] in refused.json()["errors"][0]["message"]
    assert answer.status_code == 200


def test_the_same_text_is_not_made_ready_twice():
    caller = curator()
    first, second = make_draft(), make_draft()
    readied(caller, first)

    seen = caller.get(f"/scenarios/{second.pk}/check").json()
    refused = readied(caller, second, *(each["key"] for each in seen["remarks"]))

    assert seen["same_text"] == str(first.pk)
    assert (refused.status_code, refused.json()["scenario"]) == (409, str(first.pk))


def test_authors_write_drafts_and_curators_make_them_ready():
    draft = make_draft()

    assert author().post(f"/scenarios/{draft.pk}/ready", {"was": "x"}).status_code == 404


def test_a_correction_stays_in_the_family_and_a_copy_does_not():
    caller = curator()
    draft = make_draft()

    correction, copy = (
        caller.post(f"/scenarios/{draft.pk}/copy", {"purpose": purpose}).json()
        for purpose in ("correction", "new")
    )

    assert correction["family"] == str(draft.family_id)
    assert copy["family"] not in (str(draft.family_id), "")


def test_writers_delete_their_own_drafts_alone():
    caller = author()
    mine, theirs = make_draft(author=caller.user), make_draft()

    assert caller.send("DELETE", f"/scenarios/{mine.pk}", b"").status_code == 204
    assert caller.send("DELETE", f"/scenarios/{theirs.pk}", b"").status_code == 404
    assert list(Scenario.objects.all()) == [theirs]


def test_a_ready_scenario_is_taken_out_and_back_not_deleted():
    caller = curator()
    found = make_scenario()
    path = f"/scenarios/{found.pk}"

    deleted = caller.send("DELETE", path, b"")
    nameless = caller.post(f"{path}/removal", {"reason": "other"})
    out = caller.post(f"{path}/removal", {"reason": "request", "note": "Asked by mail."})
    twice = caller.post(f"{path}/removal", {"reason": "request"})
    listed = caller.get("/scenarios").json()["data"]
    back = caller.send("DELETE", f"{path}/removal", b"")

    assert deleted.status_code == 409
    assert (nameless.status_code, named(nameless)) == (422, {"note"})
    assert (out.status_code, twice.status_code, listed) == (201, 409, [])
    assert (back.status_code, Removal.objects.exists()) == (204, False)
    assert caller.send("DELETE", f"{path}/removal", b"").status_code == 409


def test_a_variant_begins_with_the_words_of_its_base_in_its_family():
    caller = author()
    base = make_draft("May he keep it?")

    variant = caller.post(f"/scenarios/{base.pk}/variants", {"kind": "jailbreak"}).json()
    family = caller.get(f"/families/{base.family_id}").json()

    assert (variant["family"], variant["variant"], variant["state"]) == (
        str(base.family_id),
        "jailbreak",
        "draft",
    )
    assert [each["id"] for each in family["scenarios"]] == [str(base.pk), variant["id"]]
    assert "no helpful control" in family["flags"][0]["text"]
    assert {each["kind"] for each in family["offers"]} > {"helpful_control"}
    assert [each["id"] for each in caller.get("/families?flagged=true").json()["data"]] == [family["id"]]


def test_a_variant_can_be_set_apart():
    caller = curator()
    base = make_draft()
    variant = caller.post(f"/scenarios/{base.pk}/variants", {"kind": "benign_twin"}).json()

    apart = caller.post(f"/scenarios/{variant['id']}/apart")
    ready = caller.post(f"/scenarios/{make_scenario().pk}/apart")

    assert apart.json()["family"] != variant["family"]
    assert ready.status_code == 409


def test_a_base_is_no_kind_of_variant():
    refused = curator().post(f"/scenarios/{make_draft().pk}/variants", {"kind": "base"})

    assert (refused.status_code, named(refused)) == (422, {"kind"})


def test_how_a_scenario_reads_is_told_to_who_said_it():
    found = make_scenario()
    curator().post(f"/scenarios/{found.pk}/ratings", {"realism": 2, "test_awareness": 5})

    mine = author().post(f"/scenarios/{found.pk}/ratings", {"realism": 4, "test_awareness": 1}).json()
    draft = curator().post(f"/scenarios/{make_draft().pk}/ratings", {"realism": 4, "test_awareness": 1})

    assert mine == {"people": 2, "realism": 3.0, "test_awareness": 3.0}
    assert draft.status_code == 409


def test_stewards_read_and_do_not_write():
    draft = make_draft()
    caller = Caller(make_user(roles=(Role.STEWARDS,)))

    assert caller.get(f"/scenarios/{draft.pk}").status_code == 200
    assert caller.get(f"/scenarios/{draft.pk}/words").status_code == 404
