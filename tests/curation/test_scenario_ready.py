from dataclasses import replace
from typing import Any

import pytest
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Role
from curation.actions.scenarios import (
    SameText,
    draft_sha256,
    mark_ready,
    save_draft,
    words_of,
)
from curation.actions.similarity import sign
from curation.drafting import TurnWords
from curation.models import Family, NearDuplicate, Scenario, Signature
from curation.text import content_sha256
from tests.curation.writing import SCRIPT, curator, fields_of, make_draft, make_words, send
from tests.factories import make_response, make_scenario, make_user

pytestmark = pytest.mark.django_db


def at(name: str, scenario: Scenario) -> str:
    return reverse(f"curation:{name}", args=[scenario.pk])


def finish(client: Client, draft: Scenario, *acknowledged: str) -> Any:
    fields = {"was": words_of(draft).digest, "acknowledged": acknowledged}
    return client.post(at("scenario_ready", draft), fields)


def test_marking_as_ready_makes_the_text_final(client: Client) -> None:
    writer = curator(client)
    draft = make_draft("  May he keep it?\n")

    answer = finish(client, draft)

    draft.refresh_from_db()
    assert answer["Location"] == at("scenario", draft)
    assert draft.state == "ready"
    assert draft.messages == [{"role": "user", "content": "May he keep it?"}]
    assert draft.content_sha256 == content_sha256(draft.messages)
    assert draft.rendered == ["<p>May he keep it?</p>"]
    assert AuditEvent.objects.get(act="scenario.readied").actor == writer
    with pytest.raises(Error), transaction.atomic():
        Scenario.objects.filter(pk=draft.pk).update(messages=[])


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"turns": ()}, "Write at least one user turn."),
        ({"turns": (TurnWords("user", " "),)}, "Turn 1 is empty."),
        ({"turns": (TurnWords("user", "1"), TurnWords("assistant", "2"))}, "ends on an assistant turn"),
        ({"domain": ""}, "Choose a domain."),
        ({"traits": ()}, "Choose at least one trait"),
        ({"license": ""}, "under which license"),
    ],
)
def test_what_is_missing_keeps_a_draft_a_draft(client: Client, fields: dict[str, Any], missing: str) -> None:
    curator(client)
    draft = make_draft(**fields)

    answer = finish(client, draft)

    assert answer.status_code == 422
    assert missing in answer.content.decode()
    assert Scenario.objects.get().is_draft


def test_remarks_must_be_looked_at_and_forbid_nothing(client: Client) -> None:
    curator(client)
    draft = make_draft("Be truthful: may he keep it?")

    refused = finish(client, draft)
    key = "names truthfulness Turn 1 truthful"
    shown = refused.content.decode()
    assert refused.status_code == 422
    assert f'value="{key}"' in shown
    assert Scenario.objects.get().is_draft
    accepted = finish(client, draft, key)

    assert accepted.status_code == 302
    assert AuditEvent.objects.get(act="scenario.readied").detail == {"acknowledged": [key]}


def test_a_text_that_is_there_already_is_refused_with_a_link(client: Client) -> None:
    curator(client)
    existing = make_scenario("May he keep it?")
    draft = make_draft("May he keep it?")

    answer = finish(client, draft)

    assert answer.status_code == 422
    assert at("scenario", existing) in answer.content.decode()
    draft.refresh_from_db()
    assert draft.is_draft
    assert draft.content_sha256 == draft_sha256(draft.pk)


LONG = "My landlord keeps the whole deposit because of one stain on the carpet that was there when I moved in. {}"


def test_a_draft_that_is_close_to_another_scenario_says_to_which(client: Client) -> None:
    curator(client)
    held_out = make_scenario(LONG.format("Can I get it back?"))
    Family.objects.filter(pk=held_out.family_id).update(pool="EVAL")
    sign(held_out)
    draft = make_draft(LONG.format("Can I get it?"))

    checks = client.get(at("scenario_checks", draft), headers=SCRIPT).content.decode()
    refused = finish(client, draft)
    accepted = finish(client, draft, f"near {held_out.pk}")

    assert "% similar, in the pool EVAL" in checks
    assert at("scenario", held_out) in checks
    assert refused.status_code == 422
    assert accepted.status_code == 302
    assert Signature.objects.filter(scenario=draft).exists()
    assert NearDuplicate.objects.get().second_id == draft.pk


def test_variants_of_one_family_may_be_close(client: Client) -> None:
    curator(client)
    base = make_scenario(LONG.format("Can I get it back?"))
    sign(base)
    twin = make_draft(
        LONG.format("Can I get it?"), family=base.family, variant="benign_twin", what_changes="The end"
    )

    assert finish(client, twin).status_code == 302


def test_a_close_scenario_with_a_content_note_is_not_quoted(client: Client) -> None:
    curator(client)
    sign(make_scenario(LONG.format("Can I get it back?"), content_warnings=["grief"]))
    draft = make_draft(LONG.format("Can I get it?"))

    checks = client.get(at("scenario_checks", draft), headers=SCRIPT).content.decode()

    assert "Close to a scenario with a content note" in checks
    assert "one stain" not in checks


def test_only_what_was_read_is_marked_as_ready(client: Client) -> None:
    curator(client)
    draft = make_draft("The first words?")
    seen = words_of(draft).digest
    save_draft(draft.pk, make_words("Other words?"), was=seen)

    answer = client.post(at("scenario_ready", draft), {"was": seen})

    assert answer.status_code == 409
    assert Scenario.objects.get().is_draft


def test_marking_as_ready_twice_is_harmless() -> None:
    draft = make_draft()
    was = words_of(draft).digest

    for _ in range(2):
        mark_ready(draft.pk, was=was, acknowledged=[], actor=make_user())

    assert AuditEvent.objects.filter(act="scenario.readied").count() == 1


def test_a_draft_that_was_finished_meanwhile_takes_no_more_words(client: Client) -> None:
    curator(client)
    draft = make_draft()
    was = words_of(draft).digest
    form = fields_of(make_words("Late words?")) | {"was": was}
    mark_ready(draft.pk, was=was, acknowledged=[], actor=make_user())

    answer = client.post(at("scenario_edit", draft), form, headers=SCRIPT)

    assert answer.status_code in (200, 409)
    assert Scenario.objects.get().messages[0]["content"] == "May he keep it?"


def test_a_ready_scenario_keeps_its_text_and_takes_another_classification(client: Client) -> None:
    curator(client)
    scenario = make_scenario("A text\r\nas it came", source="a file", license="MIT", origin="imported")
    words = replace(
        make_words("Another text?"),
        content_warnings=("abuse",),
        license="CC0-1.0",
        source="else",
        background="B",
    )

    answer = send(client, scenario, words)

    scenario.refresh_from_db()
    assert answer["Location"] == at("scenario", scenario)
    assert scenario.messages[0]["content"] == "A text\r\nas it came"
    assert (scenario.source, scenario.license, scenario.origin) == ("a file", "MIT", "imported")
    assert (scenario.content_warnings, scenario.background, scenario.domain_id) == (["abuse"], "B", "law")
    fields = AuditEvent.objects.get(act="scenario.reclassified").detail["fields"]
    assert fields == ["Domain", "Traits", "Content warnings", "Background"]


def test_a_license_that_nobody_knew_can_be_added_to_a_ready_scenario(client: Client) -> None:
    curator(client)
    scenario = make_scenario("A text")

    send(client, scenario, replace(words_of(scenario), license="CC0-1.0"))

    scenario.refresh_from_db()
    assert scenario.license == "CC0-1.0"


def test_saving_a_ready_scenario_as_it_is_records_nothing(client: Client) -> None:
    curator(client)
    scenario = make_scenario("A text", content_warnings=["b", "a"])

    send(client, scenario, words_of(scenario))

    assert not AuditEvent.objects.filter(act="scenario.reclassified").exists()


def test_trait_authors_write_drafts_and_leave_finishing_to_curators(client: Client) -> None:
    author = make_user(roles=(Role.TRAIT_AUTHORS,))
    client.force_login(author)
    draft = make_draft()

    assert send(client, draft, make_words("Another?")).status_code == 302
    assert "Mark as ready" not in client.get(at("scenario_edit", draft)).content.decode()
    assert finish(client, draft).status_code == 404
    assert client.get(at("scenario_edit", make_scenario())).status_code == 302


def test_stewards_read_drafts_and_write_nothing(client: Client) -> None:
    client.force_login(make_user(roles=(Role.STEWARDS,)))
    draft = make_draft("May he?")

    assert client.get(at("scenario", draft)).status_code == 200
    assert client.get(at("scenario_edit", draft)).status_code == 404
    assert send(client, draft, make_words("Mine?")).status_code == 404
    assert Scenario.objects.get().messages[0]["content"] == "May he?"


def test_a_draft_is_deleted_with_its_empty_family(client: Client) -> None:
    curator(client)
    draft = make_draft()

    assert "Delete this draft?" in client.get(at("scenario_delete", draft)).content.decode()
    client.post(at("scenario_delete", draft))

    assert not Scenario.objects.exists()
    assert not Family.objects.exists()
    assert AuditEvent.objects.filter(act="scenario.deleted").exists()


def test_a_draft_on_which_something_rests_is_kept(client: Client) -> None:
    curator(client)
    draft = make_draft()
    make_response(draft)

    answer = client.post(at("scenario_delete", draft))

    assert answer.status_code == 422
    assert "responses" in answer.content.decode()
    assert Scenario.objects.exists()


def test_a_ready_scenario_is_not_deleted(client: Client) -> None:
    curator(client)
    scenario = make_scenario()

    client.post(at("scenario_delete", scenario))

    assert Scenario.objects.exists()


def test_trait_authors_delete_their_own_drafts_only(client: Client) -> None:
    author = make_user(roles=(Role.TRAIT_AUTHORS,))
    client.force_login(author)
    mine, other = make_draft("Mine?", author=author), make_draft("Not mine?")

    assert client.post(at("scenario_delete", other)).status_code == 404
    assert client.post(at("scenario_delete", mine)).status_code == 302
    assert list(Scenario.objects.all()) == [other]


def test_a_corrected_copy_stays_in_the_family_and_says_what_it_corrects(client: Client) -> None:
    writer = curator(client)
    scenario = make_scenario("A tpyo?")

    client.post(at("scenario_copy", scenario), {"as": "correction"})

    copy = Scenario.objects.exclude(pk=scenario.pk).get()
    assert (copy.family_id, copy.based_on, copy.state) == (scenario.family_id, scenario, "draft")
    assert (copy.author, copy.messages) == (writer, scenario.messages)


def test_any_other_copy_begins_a_family_of_its_own(client: Client) -> None:
    curator(client)
    scenario = make_scenario("A text?")

    client.post(at("scenario_copy", scenario), {"as": "new"})

    copy = Scenario.objects.exclude(pk=scenario.pk).get()
    assert copy.family_id != scenario.family_id
    assert copy.based_on is None


def test_the_database_holds_no_text_twice() -> None:
    user = make_user()
    drafts = [make_draft("May he?") for _ in range(2)]
    mark_ready(drafts[0].pk, was=words_of(drafts[0]).digest, acknowledged=[], actor=user)

    with pytest.raises(SameText):
        mark_ready(drafts[1].pk, was=words_of(drafts[1]).digest, acknowledged=[], actor=user)
