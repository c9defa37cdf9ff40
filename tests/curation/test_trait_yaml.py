from dataclasses import replace
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation.actions.starter import STARTER
from curation.actions.trait_files import DoesNotFit, import_trait, import_traits
from curation.actions.wordings import file_of
from curation.models import Cell, Criterion, Guidance, Reference, Tension, Trait, TraitVersion
from curation.trait_yaml import LARGEST_FILE, UnreadableTrait, read, written
from curation.wording import (
    BehaviourWords,
    CriterionWords,
    GuidanceWords,
    ReferenceWords,
    TensionWords,
    TraitFile,
    Wording,
)
from tests.curation.drafts import make_author, make_draft, signed_in
from tests.factories import make_domain, make_scenario, make_trait, make_trait_version, make_user

HOSTILE = st.text(
    st.sampled_from("ab \n\t\r:#-'\"|>%@`{}[]&*!?~,.\x07\x1b\x7f\x85\u2028\ufeff\ufffe\U0001f600é"),
    min_size=1,
)
ANYTHING = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
PROSE = st.lists(
    st.sampled_from(["Says", "what", "it:", "- knows", "\n", "\n\n", " #1", "null", "2026-01-01", "yes"])
)
TEXTS = st.one_of(HOSTILE, ANYTHING, PROSE.map(" ".join)).filter(str.strip)
KEYS = st.uuids(version=4).map(str)
BEHAVIOURS = st.builds(
    BehaviourWords,
    kind=st.sampled_from(["exhibits", "violates", "counterfeit", "boundary"]),
    text=TEXTS,
    counts_as=st.sampled_from(["", "positive", "neutral"]),
    key=KEYS,
)
CRITERIA = st.builds(
    CriterionWords,
    text=TEXTS,
    points=st.decimals(-10, 10, places=2).filter(bool).map(lambda each: each.normalize()),
    kind=st.sampled_from(["must", "should", "pitfall"]),
    framing=st.sampled_from(["positive", "negative"]),
    axis=st.sampled_from(["", "accuracy", "1e3", "null"]),
    tags=st.lists(st.sampled_from(["theme:a", "~", "no", "1_0"]), max_size=2).map(tuple),
    key=KEYS,
)
FILES = st.builds(
    TraitFile,
    slug=st.sampled_from(["fairness", "a-1", "no", "null"]),
    code=st.just("FA"),
    name=st.sampled_from(["Fairness", "yes", "1e3", "تواضع"]),
    wording=st.builds(
        Wording,
        definition=TEXTS,
        benefit=st.just("") | TEXTS,
        attribution=st.just("") | TEXTS,
        behaviours=st.lists(BEHAVIOURS, max_size=2).map(tuple),
        references=st.lists(
            st.builds(ReferenceWords, TEXTS.filter(lambda text: len(text) < 300)), max_size=1
        ).map(tuple),
        criteria=st.lists(CRITERIA, max_size=1).map(tuple),
    ),
    change_note=st.just("") | TEXTS,
    meaning_changed=st.booleans(),
    guidance=st.lists(st.builds(GuidanceWords, st.just("health"), TEXTS, TEXTS, TEXTS), max_size=1).map(
        tuple
    ),
)
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


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FILES)
def test_a_file_gives_every_letter_back(file):
    text = written(file)

    assert read(text.encode()) == file
    assert written(read(text.encode())) == text


@pytest.mark.parametrize("path", sorted((STARTER / "traits").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_starter_pack_is_in_this_shape(path: Path):
    file = read(path.read_bytes())

    assert file.slug == path.stem
    assert read(written(file).encode()) == file


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        (
            SMALL + "behaviours:\n- kind: exhibit\n  text: Says so.\n",
            6,
            "behaviours 1, kind: “exhibit” is not one of",
        ),
        (SMALL + "behaviours:\n- kind: exhibits\n  text: ''\n", 7, "behaviours 1, text: is empty"),
        (SMALL + "behaviours:\n- kind: exhibits\n", 6, "behaviours 1, text: is missing"),
        (SMALL + "behaviours:\n- bare\n", 6, "behaviours 1: takes fields"),
        (SMALL + "behaviours: some\n", 5, "behaviours: takes a list"),
        (SMALL + "behaviors: []\n", 5, "behaviors: is not a field here"),
        (SMALL + "benefit: [a]\n", 5, "benefit: takes a text"),
        (SMALL + "name: Again\n", 5, "name: stands there twice"),
        (SMALL + "criteria:\n- text: Names it\n  points: 0\n", 7, "criteria 1, points: “0”"),
        (SMALL + "criteria:\n- text: Names it\n  points: .inf\n", 7, "criteria 1, points"),
        (SMALL + "criteria:\n- text: Names it\n  points: 5\n  key: 7\n", 8, "criteria 1, key: is not a UUID"),
        (
            SMALL + "criteria:\n- text: Names it\n  points: 5\n  tags: [[a]]\n",
            8,
            "tags: takes a list of words",
        ),
        (
            SMALL + "references:\n- title: Bad\n  url: javascript:alert(1)\n",
            7,
            "references 1, url: takes an address",
        ),
        (SMALL + "meaning_changed: perhaps\n", 5, "meaning_changed: “perhaps” is not one of true, false"),
        (SMALL + f"benefit: {'x' * 8001}\n", 5, "benefit: has 8001 characters, at most 8000"),
        (SMALL.replace("CA", "C1"), 2, "code: takes two capital letters"),
        (SMALL.replace("candour", "new"), 1, "slug: takes small Latin letters"),
        (SMALL + "a: &x 1\nb: *x\n", 5, "anchors and aliases"),
        (SMALL + "benefit: !!python/object/apply:os.system [x]\n", 5, "tags (!) are not read"),
        (SMALL + 'benefit: "\n', 5, "this is not YAML"),
        (SMALL + "---\nslug: b\n", 5, "one file holds one trait"),
        ("[" * 100_000, 1, "deeper"),
        ("- a\n", 1, "begins with fields"),
        ("", 1, "begins with fields"),
        ("a\x00b: c", 1, "this is not YAML"),
    ],
)
def test_what_is_wrong_is_said_by_line_and_field(body, line, said):
    with pytest.raises(UnreadableTrait) as caught:
        read(body.encode())

    assert any(problem.line == line and said in str(problem) for problem in caught.value.problems), (
        caught.value
    )


def test_all_that_is_wrong_is_said_at_once():
    body = SMALL.replace("CA", "c") + "behaviours:\n- kind: no\n  text: x\n- kind: exhibits\n"

    with pytest.raises(UnreadableTrait) as caught:
        read(body.encode())

    assert [problem.line for problem in caught.value.problems] == [2, 6, 8]


def test_a_file_that_doubles_itself_is_refused_before_anything_is_built():
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))]

    with pytest.raises(UnreadableTrait, match="anchors and aliases"):
        read("\n".join(lines).encode())


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"x" * (LARGEST_FILE + 1)])
def test_a_file_that_is_no_text_or_too_large_is_refused(body):
    with pytest.raises(UnreadableTrait):
        read(body)


@pytest.mark.django_db
def test_out_in_and_out_again_gives_the_same_bytes():
    draft = make_full_draft()
    text = written(file_of(draft))

    again = import_trait(read(text.encode()), author=make_author())

    assert again.number == 2
    assert written(file_of(again)) == text
    assert Guidance.objects.count() == 1


@pytest.mark.django_db
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


@pytest.mark.django_db
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


@pytest.mark.django_db
def test_somebodys_draft_of_guidance_is_left_alone():
    draft = make_full_draft()
    cell = Cell.objects.get()
    Guidance.objects.create(cell=cell, number=2, text="Mine, in work.")
    file = replace(file_of(draft), guidance=(GuidanceWords("health", "From the file."),))

    import_trait(file, author=make_author())

    assert [each.text for each in Guidance.objects.order_by("number")] == ["Say doses.", "Mine, in work."]


@pytest.mark.django_db
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


@pytest.mark.django_db
def test_a_criterion_of_something_else_is_not_taken_over():
    foreign = Criterion.objects.create(scenario=make_scenario(), text="Theirs", points=1)
    file = a_file(
        wording=Wording("Whether.", criteria=(CriterionWords("Mine", Decimal(1), key=str(foreign.key)),))
    )

    with pytest.raises(DoesNotFit, match="belongs to another criterion"):
        import_trait(file, author=make_author())


@pytest.mark.django_db
def test_two_traits_in_tension_come_in_together():
    one = a_file(wording=Wording("Whether.", tensions=(TensionWords("kindness", "Hurts."),)))
    two = TraitFile(
        "kindness", "KI", "Kindness", Wording("Whether.", tensions=(TensionWords("candour", "Hides."),))
    )

    versions = import_traits([one, two], author=None)

    assert [file_of(version) for version in versions] == [one, two]


@pytest.mark.django_db
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


@pytest.mark.django_db
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


@pytest.mark.django_db
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


@pytest.mark.django_db
def test_a_bad_file_is_refused_with_its_lines():
    answer = signed_in(make_author()).post(
        reverse("curation:trait_import"), upload(SMALL + "behaviors: []\n")
    )

    assert answer.status_code == 422
    assert "Line 5, behaviors: is not a field here" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("data", [{}, upload(""), upload("x" * (LARGEST_FILE + 1))])
def test_no_file_and_an_empty_and_a_huge_one_are_refused(data):
    answer = signed_in(make_author()).post(reverse("curation:trait_import"), data)

    assert answer.status_code == 422
    assert "Nothing was imported" in answer.content.decode()


@pytest.mark.django_db
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


@pytest.mark.django_db
def test_a_trait_is_exported_in_the_wording_in_force():
    trait = make_trait("candour")
    make_trait_version(trait, definition="Whether the model is open.")
    make_draft(trait=trait, definition="Whether the model is a draft.")
    out = StringIO()

    call_command("trait_export", "candour", stdout=out)

    assert "is open." in out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["nothing", "candour@9", "candour@x", "@", "candour@99999999999"])
def test_a_version_that_is_not_there_is_named(name):
    make_trait_version(make_trait("candour"))

    with pytest.raises(CommandError, match="there is no"):
        call_command("trait_export", name)


@pytest.mark.django_db
def test_a_check_writes_nothing(tmp_path: Path):
    path = tmp_path / "candour.yaml"
    path.write_text(SMALL)
    out = StringIO()

    call_command("trait_import", str(path), "--check", stdout=out)

    assert "1 added" in out.getvalue()
    assert Trait.objects.count() == 0


@pytest.mark.django_db
def test_a_file_that_can_not_be_read_is_named(tmp_path: Path):
    path = tmp_path / "candour.yaml"
    path.write_text(SMALL + "behaviors: []\n")

    with pytest.raises(CommandError, match=r"candour\.yaml: Line 5, behaviors"):
        call_command("trait_import", str(path))
    with pytest.raises(CommandError, match="can't be read"):
        call_command("trait_import", str(tmp_path / "none.yaml"))
