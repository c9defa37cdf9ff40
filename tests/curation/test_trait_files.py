from dataclasses import replace
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from curation.actions.trait_files import DoesNotFit, import_trait, import_traits
from curation.actions.wordings import file_of
from curation.models import Cell, Criterion, Guidance, Reference, Tension, Trait, TraitVersion
from curation.trait_yaml import LARGEST_FILE, read, written
from curation.wording import (
    BehaviourWords,
    CriterionWords,
    GuidanceWords,
    TensionWords,
    TraitFile,
    Wording,
)
from tests.curation.drafts import make_author, make_draft, signed_in
from tests.factories import make_domain, make_scenario, make_trait, make_trait_version, make_user

pytestmark = pytest.mark.django_db
SMALL = "slug: candour\ncode: CA\nname: Candour\ndefinition: Whether the model is open.\n"


def a_file(**fields) -> TraitFile:
    return TraitFile(
        **{"slug": "candour", "code": "CA", "name": "Candour", "wording": Wording("Whether."), **fields}
    )


def make_full_draft() -> TraitVersion:
    """A draft with everything that a file holds."""
    draft = make_draft(
        trait=make_trait("candour", code="CA", name="Candour"), benefit="People can plan.\n\nAnd rest."
    )
    Tension.objects.create(version=draft, other=make_trait("kindness"), text="Truth may hurt.")
    Reference.objects.create(version=draft, title="On lying: an essay", url="https://example.org/lying")
    Criterion.objects.create(
        version=draft, text="Names the cost", points="-2.50", axis="tone", tags=["theme:x"]
    )
    cell = Cell.objects.create(trait=draft.trait, domain=make_domain("health"))
    Guidance.objects.create(
        cell=cell, number=1, text="Say doses.", authorities="A code\nA law", published_at="2026-01-01T00:00Z"
    )
    return draft


def test_out_in_and_out_again_gives_the_same_bytes():
    draft = make_full_draft()
    text = written(file_of(draft))

    again = import_trait(read(text.encode()), author=make_author())

    assert again.number == 2
    assert written(file_of(again)) == text
    assert Guidance.objects.count() == 1


def test_a_file_makes_a_trait_elsewhere():
    make_trait("kindness")
    make_domain("health")
    behaviour = BehaviourWords(
        "boundary", "Leaves out a detail.", "neutral", key="5b0fd0a8-7f5c-4b39-9f0e-6f5f5f0c2a11"
    )
    file = a_file(
        wording=Wording("Whether.", behaviours=(behaviour,), tensions=(TensionWords("kindness", "Hurts."),)),
        guidance=(GuidanceWords("health", "Say doses."),),
        change_note="Begun elsewhere.",
        meaning_changed=False,
    )

    version = import_trait(file, author=make_author())

    assert (version.number, version.state) == (1, "draft")
    assert file_of(version) == file
    guidance = Guidance.objects.get()
    assert (guidance.number, guidance.published_at) == (1, None)


def test_parts_without_keys_keep_those_of_the_version_before():
    draft = make_full_draft()
    file = file_of(draft)
    nameless = replace(
        file,
        wording=replace(
            file.wording, behaviours=tuple(replace(each, key="") for each in file.wording.behaviours)
        ),
    )

    version = import_trait(nameless, author=None)

    assert set(version.behaviours.values_list("key")) == set(draft.behaviours.values_list("key"))


def test_somebodys_draft_of_guidance_is_left_alone():
    draft = make_full_draft()
    cell = Cell.objects.get()
    Guidance.objects.create(cell=cell, number=2, text="Mine, in work.")
    file = replace(file_of(draft), guidance=(GuidanceWords("health", "From the file."),))

    import_trait(file, author=make_author())

    assert [each.text for each in Guidance.objects.order_by("number")] == ["Say doses.", "Mine, in work."]


def test_a_file_that_names_what_is_not_here_is_refused_whole():
    make_trait("other", code="CA", name="Other")
    file = a_file(
        wording=Wording("Whether.", tensions=(TensionWords("kindness", "Hurts."),)),
        guidance=(GuidanceWords("health", "Say doses."),),
    )

    with pytest.raises(DoesNotFit) as caught:
        import_trait(file, author=make_author())

    said = "\n".join(caught.value.reasons)
    assert "no trait “kindness”" in said
    assert "no domain “health”" in said
    assert "CA is the code of Other" in said
    assert not Trait.objects.filter(slug="candour").exists()


def test_a_criterion_of_something_else_is_not_taken_over():
    foreign = Criterion.objects.create(scenario=make_scenario(), text="Theirs", points=1)
    file = a_file(
        wording=Wording("Whether.", criteria=(CriterionWords("Mine", Decimal(1), key=str(foreign.key)),))
    )

    with pytest.raises(DoesNotFit, match="belongs to another criterion"):
        import_trait(file, author=make_author())


def test_two_traits_in_tension_come_in_together():
    one = a_file(wording=Wording("Whether.", tensions=(TensionWords("kindness", "Hurts."),)))
    two = TraitFile(
        "kindness", "KI", "Kindness", Wording("Whether.", tensions=(TensionWords("candour", "Hides."),))
    )

    versions = import_traits([one, two], author=None)

    assert [file_of(version) for version in versions] == [one, two]


def test_a_version_leaves_as_a_file():
    draft = make_full_draft()
    path = reverse("curation:trait_file", args=["candour", 1])

    answer = signed_in(make_author()).get(path)
    refused = signed_in(make_user()).get(path)

    assert answer["Content-Disposition"] == 'attachment; filename="candour@1.yaml"'
    assert read(answer.content) == file_of(draft)
    assert refused.status_code == 404


def upload(text: str) -> dict[str, object]:
    return {"file": SimpleUploadedFile("trait.yaml", text.encode())}


def test_what_a_file_would_do_is_shown_before_anything_is_written():
    make_trait_version(
        make_trait("candour", code="CA", name="Candour"), definition="Whether the model is blunt."
    )

    answer = signed_in(make_author()).post(reverse("curation:trait_import"), upload(SMALL))

    page = answer.content.decode()
    assert "<del>blunt</del>" in page
    assert "1 reworded" in page
    assert "Create the draft" in page
    assert TraitVersion.objects.count() == 1


def test_a_file_comes_in_once_it_was_looked_at():
    make_trait_version(make_trait("candour", code="CA", name="Candour"))
    client = signed_in(make_author())
    text = client.post(reverse("curation:trait_import"), upload(SMALL)).context["form"].initial["text"]

    answer = client.post(
        reverse("curation:trait_import"), {"text": text.replace("\n", "\r\n"), "confirmed": "yes"}
    )

    version = TraitVersion.objects.get(number=2)
    assert version.definition == "Whether the model is open."
    assert answer["Location"] == reverse("curation:trait_edit", args=["candour", 2])


def test_a_bad_file_is_refused_with_its_lines():
    answer = signed_in(make_author()).post(
        reverse("curation:trait_import"), upload(SMALL + "behaviors: []\n")
    )

    assert answer.status_code == 422
    assert "Line 5, behaviors: is not a field here" in answer.content.decode()


@pytest.mark.parametrize("data", [{}, upload(""), upload("x" * (LARGEST_FILE + 1))])
def test_no_file_and_an_empty_and_a_huge_one_are_refused(data):
    answer = signed_in(make_author()).post(reverse("curation:trait_import"), data)

    assert answer.status_code == 422
    assert "Nothing was imported" in answer.content.decode()


def test_the_commands_give_and_take_the_same_file(tmp_path: Path):
    make_full_draft()
    out = StringIO()
    call_command("trait_export", "candour@1", stdout=out)
    path = tmp_path / "candour.yaml"
    path.write_text(out.getvalue())

    said = StringIO()
    call_command("trait_import", str(path), stdout=said)

    assert "candour@2" in said.getvalue()
    assert written(file_of(TraitVersion.objects.get(number=2))) == out.getvalue()


def test_a_trait_is_exported_in_the_wording_in_force():
    trait = make_trait("candour")
    make_trait_version(trait, definition="Whether the model is open.")
    make_draft(trait=trait, definition="Whether the model is a draft.")
    out = StringIO()

    call_command("trait_export", "candour", stdout=out)

    assert "is open." in out.getvalue()


@pytest.mark.parametrize("name", ["nothing", "candour@9", "candour@x", "@", "candour@99999999999"])
def test_a_version_that_is_not_there_is_named(name):
    make_trait_version(make_trait("candour"))

    with pytest.raises(CommandError, match="there is no"):
        call_command("trait_export", name)


def test_a_check_writes_nothing(tmp_path: Path):
    path = tmp_path / "candour.yaml"
    path.write_text(SMALL)
    out = StringIO()

    call_command("trait_import", str(path), "--check", stdout=out)

    assert "1 added" in out.getvalue()
    assert Trait.objects.count() == 0


def test_a_file_that_can_not_be_read_is_named(tmp_path: Path):
    path = tmp_path / "candour.yaml"
    path.write_text(SMALL + "behaviors: []\n")

    with pytest.raises(CommandError, match=r"candour\.yaml: Line 5, behaviors"):
        call_command("trait_import", str(path))
    with pytest.raises(CommandError, match="can't be read"):
        call_command("trait_import", str(tmp_path / "none.yaml"))
