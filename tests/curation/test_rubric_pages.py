"""The page of a rubric, by browser and by htmx."""

from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import Role
from curation.actions.criteria import digest_of
from curation.actions.proposals import propose
from curation.models import Criterion, Proposal
from tests.curation.rubrics import aim, author, client, page, shared, signed_in, url
from tests.factories import make_criterion, make_scenario, make_user

__all__ = ["author", "client"]
pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
SENT = {
    "text": "Asks for the lease",
    "points": "5",
    "kind": "should",
    "framing": "",
    "axis": "",
    "version": "",
}


def test_an_author_adds_a_criterion_and_comes_back_to_add_another(client):
    scenario = make_scenario()

    answer = client.post(url("criterion_add", scenario.pk), SENT)

    assert answer["Location"] == f"/scenarios/{scenario.pk}/rubric/?done=added#add"
    draft = Criterion.objects.get()
    assert (draft.text, draft.state, draft.framing) == ("Asks for the lease", "draft", "positive")
    assert "Draft added." in page(client, scenario, "?done=added")


@pytest.mark.parametrize(("points", "stored"), [("\N{MINUS SIGN}3", "-3"), ("2,5", "2.5")])
def test_points_are_read_however_they_are_typed_and_say_the_framing(client, points, stored):
    client.post(url("criterion_add", make_scenario().pk), {**SENT, "points": points})

    draft = Criterion.objects.get()
    assert (f"{draft.points.normalize():f}", draft.framing) == (
        stored,
        "negative" if stored[0] == "-" else "positive",
    )


def test_a_framing_against_the_sign_is_kept_and_warned_about(client):
    scenario = make_scenario()
    client.post(url("criterion_add", scenario.pk), {**SENT, "framing": "negative"})

    assert Criterion.objects.get().framing == "negative"
    assert "Framing and points disagree" in page(client, scenario)


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"points": "0"}, "never 0"), ({"points": "12"}, "never 0"), ({"text": " "}, "needs words")],
)
def test_what_can_t_be_added_is_said_and_stays_in_the_field(client, changes, said):
    answer = client.post(url("criterion_add", make_scenario().pk), {**SENT, "axis": "my own axis", **changes})

    body = answer.content.decode()
    assert answer.status_code == 422
    assert "Not added:" in body
    assert said in body
    assert 'value="my own axis"' in body
    assert not Criterion.objects.exists()


def test_a_draft_saves_itself_and_says_so(client):
    draft = make_criterion(make_scenario(), state="draft")

    answer = client.post(
        url("criterion", draft.pk), {**SENT, "framing": "positive", "was": digest_of(draft)}, headers=HX
    )

    draft.refresh_from_db()
    assert (answer.status_code, draft.text) == (200, "Asks for the lease")
    assert "Saved" in answer.content.decode()
    assert f'value="{digest_of(draft)}"' in answer.content.decode()


def test_a_draft_is_saved_without_scripts_too(client):
    draft = make_criterion(make_scenario(), state="draft")

    answer = client.post(url("criterion", draft.pk), {**SENT, "framing": "positive", "was": digest_of(draft)})

    assert answer.status_code == 302
    assert answer["Location"].endswith(f"#criterion-{draft.pk}")


@pytest.mark.parametrize("headers", [HX, {}])
def test_another_s_words_are_shown_beside_one_s_own(client, headers):
    draft = make_criterion(make_scenario(), "Theirs", state="draft")

    answer = client.post(
        url("criterion", draft.pk), {**SENT, "framing": "positive", "was": "long ago"}, headers=headers
    )

    assert answer.status_code == 409
    assert "Theirs" in answer.content.decode()
    assert "Keep mine" in answer.content.decode()
    overwritten = {**SENT, "framing": "positive", "was": "long ago", "over": digest_of(draft)}
    assert client.post(url("criterion", draft.pk), overwritten, headers=HX).status_code == 200


def test_words_for_a_criterion_that_was_published_meanwhile_are_not_lost(client):
    published = make_criterion(make_scenario())

    answer = client.post(url("criterion", published.pk), {**SENT, "was": digest_of(published)}, headers=HX)

    assert answer.status_code == 409
    assert "Your words are still in the field" in answer.content.decode()


def act(client: Client, criterion: Criterion, what: str) -> str:
    answer = client.post(url("criterion_act", criterion.pk), {"act": what})
    return str(answer["Location"]).partition("?done=")[2].partition("#")[0]


def test_a_criterion_is_published_reworded_and_retired(client):
    scenario = make_scenario()
    first = make_criterion(scenario, "First wording", state="draft")

    assert act(client, first, "publish") == "published"
    assert act(client, first, "publish") == "gone"
    assert act(client, first, "reword") == "reworded"
    assert "Counts until the draft is published" in page(client, scenario)
    second = Criterion.objects.get(number=2)
    assert act(client, second, "publish") == "published"
    assert act(client, second, "retire") == "retired"
    assert "Retired wordings (2)" in page(client, scenario)


def test_a_removed_draft_can_be_brought_back(client):
    scenario = make_scenario()
    draft = make_criterion(scenario, "Came back", state="draft")

    assert act(client, draft, "remove") == "removed"
    assert "Undo" in page(client, scenario, "?done=removed")
    client.post(url("criterion_restore", scenario.pk))

    assert Criterion.objects.get().text == "Came back"
    assert client.post(url("criterion_restore", scenario.pk))["Location"].endswith("?done=gone")


def test_criteria_are_moved_by_buttons(client):
    scenario = make_scenario()
    make_criterion(scenario, "One")
    second = make_criterion(scenario, "Two")

    act(client, second, "up")

    assert [each.text for each in Criterion.objects.rubric_of(scenario)] == ["Two", "One"]


def test_all_drafts_that_the_page_showed_are_published_and_no_later_one(client):
    scenario = make_scenario()
    shown = [make_criterion(scenario, state="draft") for _ in range(2)]
    make_criterion(scenario, "Came later", state="draft")

    client.post(url("rubric_publish", scenario.pk), {"draft": [each.pk for each in shown] + ["nonsense"]})

    assert Criterion.objects.published().count() == 2
    nothing = client.post(url("rubric_publish", scenario.pk))
    assert nothing["Location"].endswith("?done=nothing")


def test_curators_read_a_rubric_without_forms_for_writing():
    scenario = make_scenario()
    draft = make_criterion(scenario, "A draft", state="draft")
    body = page(signed_in(Role.CURATORS), scenario)

    assert "A draft" in body
    assert "Add criterion" not in body
    assert signed_in(Role.CURATORS).post(url("criterion", draft.pk), SENT).status_code == 404


def test_hostile_words_are_shown_as_words(client):
    scenario = make_scenario()
    make_criterion(scenario, "<script>alert(1)</script>", state="draft")

    assert "<script>alert" not in page(client, scenario)


def lint(client: Client, **sent: str) -> str:
    return client.post(url("lint"), {**SENT, **sent}).content.decode()


def test_warnings_come_while_somebody_types(client):
    body = lint(client, text="Gives appropriate advice", lint_id="lint-7")

    assert '<ul class="findings" id="lint-7"' in body
    assert "Vague adjective." in body
    assert "Framing" not in lint(client, text="Shames the user", points="\N{MINUS SIGN}5", framing="")
    assert "Framing" in lint(client, text="Shames the user", points="-5", framing="positive")


@pytest.mark.parametrize("points", ["", "-", "NaN", "Infinity", "1e99", "sNaN"])
def test_half_typed_points_are_no_trouble(client, points):
    assert "<li>" not in lint(client, points=points)


def test_the_place_of_warnings_is_nothing_but_a_name(client):
    assert 'id="lint"' in lint(client, lint_id='"><script>')


def test_shared_criteria_of_the_aimed_traits_are_offered_and_found_by_words(client):
    scenario = make_scenario()
    aim(scenario, shared("Says how sure it is"))
    shared("Of another trait")

    assert "Says how sure it is" in page(client, scenario)
    assert "Of another trait" not in page(client, scenario)
    assert "Of another trait" in page(client, scenario, "?of=all&q=ANOTHER")
    assert "No shared criterion is found" in page(client, scenario, "?q=nothing+like")
    assert page(client, scenario, "?q=%00")


def test_a_criterion_is_proposed_and_voted_in_over_the_page(client):
    scenario, criterion = make_scenario(), shared()
    client.post(
        url("criterion_propose", scenario.pk), {"criterion": criterion.pk, "reason": "It is about doubt."}
    )
    proposal = Proposal.objects.get()
    rater = signed_in(Role.CURATORS)

    assert "another vote is needed" in page(client, scenario)
    before = page(rater, scenario)
    assert "It fits</button>" in before
    assert "It is about doubt." not in before
    answer = rater.post(url("proposal_vote", proposal.pk), {"fits": "yes"})

    assert answer["Location"].endswith("?done=attached#shared")
    assert "2 of 2 found that it fits" in page(client, scenario)
    assert "It is about doubt." in page(client, scenario)


def test_a_no_wants_a_reason(client):
    proposal = propose(shared(), make_scenario(), proposer=make_user())

    answer = client.post(url("proposal_vote", proposal.pk), {"fits": "no"})

    assert answer.status_code == 422
    assert "Say why it doesn’t fit." in answer.content.decode()
    assert client.post(url("proposal_vote", proposal.pk), {}).status_code == 422
    assert proposal.votes.count() == 1


def test_voting_or_proposing_twice_says_so_and_changes_nothing(client):
    scenario, criterion = make_scenario(), shared()
    for _ in range(2):
        answer = client.post(url("criterion_propose", scenario.pk), {"criterion": criterion.pk})
    again = client.post(url("proposal_vote", Proposal.objects.get().pk), {"fits": "yes"})

    assert answer["Location"].endswith("?done=decided#shared")
    assert again["Location"].endswith("?done=decided#shared")
    assert Proposal.objects.get().votes.count() == 1


def test_only_shared_criteria_can_be_proposed(client):
    own = make_criterion(make_scenario())

    for chosen in (own.pk, uuid4(), "nonsense"):
        assert (
            client.post(url("criterion_propose", make_scenario().pk), {"criterion": chosen}).status_code
            == 404
        )


def test_an_attached_criterion_is_taken_out_with_a_reason(client):
    scenario = make_scenario()
    proposal = Proposal.objects.create(criterion=shared(), scenario=scenario, state="attached")

    assert client.post(url("proposal_detach", proposal.pk), {"reason": ""}).status_code == 422
    client.post(url("proposal_detach", proposal.pk), {"reason": "No figures here."})

    assert "Declined or taken out (1)" in page(client, scenario)


def test_an_attached_wording_that_was_retired_is_said_to_count_no_more(client):
    scenario = make_scenario()
    Proposal.objects.create(criterion=shared(state="retired"), scenario=scenario, state="attached")

    assert "Does not count any more" in page(client, scenario)
