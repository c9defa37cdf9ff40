"""Guidance of cells from draft to published, and the domains."""

from threading import Barrier, Thread

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from curation.actions.cells import (
    ChangedMeanwhile,
    NothingToPublish,
    Words,
    discard_guidance,
    publish_guidance,
    save_guidance,
)
from curation.models import Cell, Domain, Guidance
from tests.factories import (
    make_domain,
    make_guidance,
    make_scenario,
    make_trait,
    make_user,
)

pytestmark = pytest.mark.django_db
NOTHING = Words().digest


def person(role: Role) -> Client:
    client = Client()
    client.force_login(make_user(roles=(role,)))
    return client


def test_guidance_goes_from_draft_to_published():
    trait, domain, author = make_trait(), make_domain(), make_user()
    words = Words("Ask who is asking.", "A nurse asks.", "Oath\nCode")

    draft = save_guidance(trait, domain, words, was=NOTHING, author=author)
    published = publish_guidance(trait, domain, was=words.digest, actor=author)

    assert (draft.number, draft.published_at) == (1, None)
    assert published.published_at
    assert publish_guidance(trait, domain, was=words.digest, actor=author) == published
    with pytest.raises(ProgrammingError), transaction.atomic():
        Guidance.objects.update(text="Other.")


def test_a_change_of_published_guidance_is_a_new_version():
    trait, domain, author = make_trait(), make_domain(), make_user()
    before = make_guidance(trait.slug, domain.slug, "Ask.")

    draft = save_guidance(trait, domain, Words("Ask twice."), was=Words("Ask.").digest, author=author)

    assert (draft.number, draft.pk != before.pk) == (2, True)


def test_the_same_words_again_begin_no_draft():
    trait, domain = make_trait(), make_domain()
    make_guidance(trait.slug, domain.slug, "Ask.")

    save_guidance(trait, domain, Words("Ask."), was="whatever", author=make_user())

    assert Guidance.objects.count() == 1


def test_words_that_somebody_changed_meanwhile_are_not_overwritten():
    trait, domain = make_trait(), make_domain()
    save_guidance(trait, domain, Words("Theirs."), was=NOTHING, author=make_user())

    with pytest.raises(ChangedMeanwhile):
        save_guidance(trait, domain, Words("Mine."), was=NOTHING, author=make_user())
    assert Guidance.objects.get().text == "Theirs."


@pytest.mark.django_db(transaction=True)
def test_of_two_who_write_at_once_one_is_told():
    trait, domain, authors = make_trait(), make_domain(), [make_user(), make_user()]
    barrier, outcomes = Barrier(2), []

    def write(author: User) -> None:
        barrier.wait()
        try:
            save_guidance(trait, domain, Words(f"By {author.pk}."), was=NOTHING, author=author)
            outcomes.append("saved")
        except ChangedMeanwhile:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [Thread(target=write, args=[author]) for author in authors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["saved", "told"]


@pytest.mark.parametrize("text", ["", "Ask."])
def test_guidance_that_says_nothing_new_is_not_published(text: str):
    trait, domain = make_trait(), make_domain()
    if text:
        make_guidance(trait.slug, domain.slug, text)
    Guidance.objects.create(
        cell=Cell.objects.get_or_create(trait=trait, domain=domain)[0], number=2, text=text
    )

    with pytest.raises(NothingToPublish):
        publish_guidance(trait, domain, was=Words(text).digest, actor=None)


def test_only_the_draft_that_was_read_is_published():
    trait, domain = make_trait(), make_domain()
    save_guidance(trait, domain, Words("Later."), was=NOTHING, author=make_user())

    with pytest.raises(ChangedMeanwhile):
        publish_guidance(trait, domain, was=Words("Earlier.").digest, actor=None)


def test_a_discarded_draft_leaves_what_is_published():
    trait, domain = make_trait(), make_domain()
    make_guidance(trait.slug, domain.slug, "Ask.")
    save_guidance(trait, domain, Words("Ask twice."), was=Words("Ask.").digest, author=make_user())

    discard_guidance(trait, domain, actor=None)

    assert [each.text for each in Guidance.objects.all()] == ["Ask."]


def test_the_editor_saves_itself_and_says_so():
    make_trait("candor"), make_domain("law")
    client = person(Role.TRAIT_AUTHORS)
    address = reverse("curation:guidance_edit", args=["candor", "law"])

    saved = client.post(address, {"text": "Ask.", "was": NOTHING}, headers={"HX-Request": "true"})

    assert saved.status_code == 200
    assert Words("Ask.").digest in saved.content.decode()
    assert "while you were writing" not in client.get(address).content.decode()
    assert Guidance.objects.get().text == "Ask."


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {}])
def test_the_editor_shows_both_wordings_and_keeps_the_chosen_one(headers: dict[str, str]):
    trait, domain = make_trait("candor"), make_domain("law")
    save_guidance(trait, domain, Words("Theirs."), was=NOTHING, author=make_user(name="A Colleague"))
    client = person(Role.TRAIT_AUTHORS)
    address = reverse("curation:guidance_edit", args=["candor", "law"])
    mine = {"text": "Mine.", "was": NOTHING}

    told = client.post(address, mine, headers=headers)

    assert told.status_code == 409
    assert "A Colleague" in told.content.decode()
    assert "Theirs." in told.content.decode()
    client.post(address, mine | {"over": Words("Theirs.").digest}, headers=headers)
    assert Guidance.objects.get().text == "Mine."


def test_hostile_words_are_stored_without_harm_and_shown_as_text():
    make_trait("candor"), make_domain("law")
    client = person(Role.TRAIT_AUTHORS)
    words = "<script>alert(1)</script>\0"

    client.post(reverse("curation:guidance_edit", args=["candor", "law"]), {"text": words, "was": NOTHING})

    page = client.get(reverse("curation:guidance_version", args=["candor", "law", 1])).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_version_is_compared_with_the_one_before():
    make_trait("candor")
    make_guidance("candor", "law", "Ask who is asking.")
    make_guidance("candor", "law", "Ask who is paying.")
    client = person(Role.STEWARDS)

    page = client.get(reverse("curation:guidance_version", args=["candor", "law", 2])).content.decode()

    assert "<del>asking</del>" in page
    assert "<ins>paying</ins>" in page


def test_the_cell_shows_the_wording_in_force_and_leads_to_its_scenarios():
    make_trait("candor")
    make_guidance("candor", "law", "Old.")
    make_guidance("candor", "law", "New.", authorities="First code\n\nSecond code")
    client = person(Role.CURATORS)

    page = client.get(reverse("curation:cell", args=["candor", "law"])).content.decode()

    assert "New." in page
    assert "Old." not in page
    assert '<li dir="auto">Second code</li>' in page
    assert "/scenarios/?trait=candor&amp;domain=law" in page


def test_the_link_of_a_cell_lists_the_scenarios_of_this_cell():
    candor, law = make_trait("candor"), make_domain("law")
    make_scenario("Of this cell?", domain=law).aimed_traits.add(candor)
    make_scenario("Of another trait?", domain=law).aimed_traits.add(make_trait())
    client = person(Role.CURATORS)

    page = client.get("/scenarios/?trait=candor&domain=law").content.decode()

    assert "Of this cell?" in page
    assert "Of another trait?" not in page


def test_domains_are_added_behind_the_others():
    make_domain("law", position=4)
    client = person(Role.CURATORS)

    client.post(
        reverse("curation:domains"),
        {"name": "Public health", "slug": "public-health", "description": "Care."},
    )

    assert list(Domain.objects.values_list("slug", "position")) == [("law", 4), ("public-health", 5)]


@pytest.mark.parametrize("slug", ["law", "Two Words", "", "-a"])
def test_an_address_that_is_none_or_anothers_is_refused(slug: str):
    make_domain("law")
    client = person(Role.CURATORS)

    answer = client.post(reverse("curation:domains"), {"name": "Law", "slug": slug})

    assert answer.status_code == 422
    assert Domain.objects.count() == 1


def test_a_domain_is_changed_but_for_its_address():
    make_domain("law")
    client = person(Role.TRAIT_AUTHORS)

    client.post(
        reverse("curation:domain", args=["law"]),
        {"name": "Law and order", "slug": "other", "description": "Courts.", "position": 3},
    )

    assert Domain.objects.values_list("slug", "name", "description", "position").get() == (
        "law",
        "Law and order",
        "Courts.",
        3,
    )


def test_stewards_read_domains_and_add_none():
    client = person(Role.STEWARDS)

    assert client.get(reverse("curation:domains")).status_code == 200
    assert client.post(reverse("curation:domains"), {"name": "Law", "slug": "law"}).status_code == 404
