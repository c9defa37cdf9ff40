from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import change_consent, give_consent
from accounts.models import Role
from config.invariants import violations
from curation.models import Removal
from exports.actions.freeze import NothingToRelease
from exports.actions.withdrawals import affected_releases
from exports.models import Release, ReleaseRating
from exports.withdrawn import releases_holding, withdrawn_since
from labeling.actions.withdrawals import withdraw
from labeling.models import Annotation, Item, Membership, Withdrawal
from tests.exports.judged import Panel, frozen, make_recipe, row_of, say_consent
from tests.exports.sittings import Sitting, full_sitting
from tests.factories import make_user
from tests.labeling.scenes import signed_in

pytestmark = pytest.mark.django_db


def ratings_of(release: Release) -> int:
    return ReleaseRating.objects.filter(release=release).count()


def counted(panel: Panel | Sitting) -> None:
    """Let the items of a panel count what its people said."""
    Item.objects.update(needed=3, taken=3)
    for person in panel.people:
        Membership.objects.create(project=panel.project, user=person, done=panel.project.items.count())
    panel.project.items_total = panel.project.items.count()
    panel.project.save(update_fields=["items_total"])


def test_a_release_frozen_after_a_withdrawal_leaves_the_labels_out_and_one_before_keeps_them() -> None:
    panel = Panel()
    item = panel.pair(2, 2, 1)
    counted(panel)
    recipe = make_recipe(panel.project)
    before = frozen(recipe)

    withdraw(panel.people[0])
    after = frozen(recipe)

    assert (ratings_of(before), ratings_of(after)) == (3, 2)
    assert row_of(after, item).n_annotators == 2
    assert after.counts["changes"]["changed"] == 1
    assert violations() == {}


def test_a_project_of_withdrawn_labels_releases_nothing() -> None:
    panel = Panel(people=1)
    panel.pair(2)
    counted(panel)
    Item.objects.update(taken=1)
    withdraw(panel.people[0])

    with pytest.raises(NothingToRelease):
        frozen(make_recipe(panel.project))


def test_releases_that_hold_a_persons_labels_are_known_before_and_counted_after() -> None:
    panel = Panel()
    panel.pair(2, 2, 1)
    counted(panel)
    release = frozen(make_recipe(panel.project))
    assert releases_holding(panel.people[0]) == [release]
    assert releases_holding(panel.people[0], panel.project) == [release]
    assert releases_holding(make_user()) == []
    assert withdrawn_since(release).verdicts == 0

    withdraw(panel.people[0])

    assert withdrawn_since(release).words == ["1 comparison"]
    assert withdrawn_since(release).people == 1


def test_everything_of_whatever_kind_that_a_person_takes_back_is_counted() -> None:
    sitting = full_sitting()
    counted(sitting)
    release = frozen(make_recipe(sitting.project))
    person = sitting.people[0]
    assert releases_holding(person) == [release]

    withdraw(person)

    found = withdrawn_since(release)
    assert found.words == ["9 criterion marks", "3 ratings", "1 ranking", "1 rewritten response"]
    assert (found.verdicts, found.people) == (14, 1)
    assert withdrawn_since(release).verdicts == affected_releases()[0].verdicts


def test_whose_last_word_on_consent_is_no_is_counted_as_well() -> None:
    sitting = full_sitting()
    release = frozen(make_recipe(sitting.project))

    say_consent(sitting.people[1], is_given=False)

    found = withdrawn_since(release)
    assert found.words == ["9 criterion marks", "3 ratings", "1 ranking"]
    assert found.people == 1


def test_a_scenario_that_was_taken_out_since_is_counted() -> None:
    sitting = full_sitting()
    release = frozen(make_recipe(sitting.project))
    scenario = release.prompts.get().scenario
    Removal.objects.create(
        scenario=scenario, reason="request", created_at=timezone.now() + timedelta(hours=1)
    )

    found = withdrawn_since(release)

    assert (found.verdicts, found.scenarios) == (0, 1)


def test_the_page_asks_what_then_says_what_that_means_then_does_it() -> None:
    panel = Panel()
    panel.pair(2, 2, 1)
    counted(panel)
    release = frozen(make_recipe(panel.project))
    client = signed_in(panel.people[0])
    assert f"Those in {panel.project.name}" in client.get("/me/withdraw/").text

    page = client.get("/me/withdraw/", {"scope": panel.project.slug}).content.decode()
    unsure = client.post("/me/withdraw/", {"scope": panel.project.slug})
    assert str(release) in page
    assert unsure.status_code == 422
    assert not Withdrawal.objects.exists()

    client.post("/me/withdraw/", {"scope": panel.project.slug, "sure": "1"})

    assert Withdrawal.objects.get().project == panel.project
    assert Annotation.objects.counted().count() == 2


def test_a_project_of_others_is_nothing_to_withdraw_from() -> None:
    panel = Panel()

    assert signed_in(make_user()).get("/me/withdraw/", {"scope": panel.project.slug}).status_code == 404


def test_the_page_of_a_release_says_what_was_taken_back_since() -> None:
    panel = Panel()
    panel.pair(2, 2, 1)
    counted(panel)
    release = frozen(make_recipe(panel.project))
    steward = signed_in(make_user(roles=(Role.STEWARDS,)))
    assert "taken back since" not in steward.get(f"/releases/{release.pk}/").content.decode()

    withdraw(panel.people[0])

    page = steward.get(f"/releases/{release.pk}/").content.decode()
    assert "Taken back since, by 1 person: 1 comparison." in page
    assert 'href="/withdrawals/"' in page


def test_labels_made_under_an_older_wording_keep_it_and_newer_ones_wait_for_an_answer() -> None:
    panel = Panel()
    panel.pair(2, 2, 1)
    change_consent("Another wording.")
    panel.pair(2, 2, 1)
    recipe = make_recipe(panel.project)

    waiting = frozen(recipe)
    for person in panel.people:
        give_consent(person)
    answered = frozen(recipe)

    assert waiting.counts["verdicts"]["counted"] == 3
    assert waiting.counts["verdicts"]["consent"] == 3
    assert answered.counts["verdicts"]["counted"] == 6


def test_who_refuses_the_newer_wording_is_left_out_whole() -> None:
    panel = Panel()
    panel.pair(2, 2, 1)
    version = change_consent("Another wording.")
    panel.people[0].consents.create(version=version, is_given=False)

    release = frozen(make_recipe(panel.project))

    assert release.counts["verdicts"]["consent"] == 1
