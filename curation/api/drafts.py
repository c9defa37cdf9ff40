"""Drafts of traits for programs: begun from a version, and changed text by text and part by part."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django import forms
from ninja import Status
from pydantic import BaseModel, Field

from accounts.api import Asking, needs, once
from accounts.models import Scope
from config.rest.forms import problem_of
from config.rest.paging import Sent
from config.rest.problems import Problem, invalid, not_found
from curation.actions.trait_parts import (
    SECTIONS,
    Part,
    PartIsGone,
    Section,
    TooMany,
    add_part,
    change_part,
    digest_of,
    move_part,
    plain,
    remove_part,
)
from curation.actions.traits import TEXTS, ChangedMeanwhile, NotADraft, change_text, new_version
from curation.api.doors import written_version
from curation.api.traits import VersionShape, find_version, routes, version_shape
from curation.forms.traits import MeaningForm, TextForm
from curation.models import Tension, TraitVersion
from curation.views.trait_sections import FORMS, other_traits
from curation.wording import (
    LONGEST_AXIS,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LONGEST_URL,
    MOST_PARTS,
    digest,
)

READS = needs(Scope.READ, Scope.CURATE)
WRITES = needs(Scope.CURATE)
VERSION = "/traits/{slug:slug}/versions/{int:number}"
NOT_A_DRAFT = "The version is no draft, so its words stay. Begin a new version from it to change them."
CHANGED = (
    "Somebody else changed the words since. Fetch them, look at them, then send yours with the new “was”."
)
FULL = f"A section holds {MOST_PARTS} entries at most. Remove one first."
NO_FIELD = "A part of the section {section} has no such field. Leave it out."
WORDS_WANTED = "Send words."
TRUTH_WANTED = "Send true or false."
STEPS = {"up": -1, "down": 1}
MEANING = "meaning_changed"


class TextShape(BaseModel):
    """One text of a version."""

    value: str | bool
    was: str = Field(description="Stands for these words: send it along with new ones.")


class PartShape(BaseModel):
    """One part of a section; fields that its section does not have are null."""

    id: str
    key: UUID | None = Field(description="The same in every version that keeps it.")
    was: str = Field(description="Stands for these words: send it along with new ones.")
    text: str | None = None
    counts_as: str | None = None
    other: str | None = Field(None, description="Slug of the other trait.")
    title: str | None = None
    url: str | None = None
    points: float | None = None
    kind: str | None = None
    framing: str | None = None
    axis: str | None = None


class PartsShape(BaseModel):
    """All words of a version, as they are changed one by one."""

    trait: str
    number: int
    state: str
    texts: dict[str, TextShape]
    sections: dict[str, list[PartShape]]


class NewVersion(Sent):
    """With whose words the next version begins."""

    based_on: int = Field(ge=1, le=32767, description="Number of a version of the trait.")


class TextIn(Sent):
    """New words of a text, and which ones they take the place of."""

    value: Annotated[str, Field(max_length=LONGEST_TEXT)] | bool = Field(
        description="Words; of meaning_changed true or false."
    )
    was: str = Field(min_length=1, max_length=64, description="As the text was fetched.")


class PartIn(Sent):
    """A part to be. Which fields it has, its section says."""

    text: str = Field("", max_length=LONGEST_TEXT)
    counts_as: Literal["", "positive", "negative", "neutral"] = Field("", description="Of a boundary case.")
    other: str = Field("", max_length=80, description="Of a tension: slug of the other trait.")
    title: str = Field("", max_length=LONGEST_TITLE, description="Of a reference.")
    url: str = Field("", max_length=LONGEST_URL, description="Of a reference.")
    points: float | None = Field(None, ge=-10, le=10, description="Of a criterion: never 0.")
    kind: Literal["must", "should", "pitfall"] = "should"
    framing: Literal["positive", "negative"] = "positive"
    axis: str = Field("", max_length=LONGEST_AXIS)


class PartChanged(PartIn):
    """New words of a part, and which ones they take the place of."""

    was: str = Field(min_length=1, max_length=64, description="As the part was fetched.")


class PartStep(Sent):
    """Where a part goes in its section."""

    direction: Literal["up", "down"]


def parts_shape(version: TraitVersion) -> PartsShape:
    """Return all words of a version as they are sent."""
    stored = {name: getattr(version, name) for name in TEXTS}
    return PartsShape(
        trait=version.trait.slug,
        number=version.number,
        state=version.state,
        texts={name: TextShape(value=value, was=digest(value)) for name, value in stored.items()},
        sections={
            name: [part_shape(section, each) for each in section.parts(version)]
            for name, section in SECTIONS.items()
        },
    )


def part_shape(section: Section, part: Part) -> PartShape:
    """Return a part as it is sent."""
    said: dict[str, Any] = {name: plain(getattr(part, name)) for name in section.fields}
    key = getattr(part, "key", None) if section.has_keys else None
    return PartShape(id=str(part.pk), key=key, was=digest_of(section, part), **said)


@routes.post(
    "/traits/{slug:slug}/versions", auth=WRITES, response={201: VersionShape}, url_name="trait_versions"
)
@once
def trait_version_begin(request: Asking, slug: str, new: NewVersion) -> Status[VersionShape]:
    """Begin the next version as a draft with the words of one that is there."""
    source = written_version(request, slug, new.based_on)
    made = new_version(source, author=request.user)
    return Status(201, version_shape(find_version(request, slug, made.number)))


@routes.get(f"{VERSION}/parts", auth=READS, response=PartsShape, url_name="trait_parts")
def trait_parts(request: Asking, slug: str, number: int) -> PartsShape:
    """Return the texts and parts of a version, each with what `was` stands for, to change them one by one."""
    return parts_shape(written_version(request, slug, number))


@routes.put(f"{VERSION}/texts/{{name}}", auth=WRITES, response=TextShape, url_name="trait_text")
def trait_text_change(request: Asking, slug: str, number: int, name: str, said: TextIn) -> TextShape:
    """Change one text of a draft."""
    version = written_version(request, slug, number)
    if name not in TEXTS:
        raise not_found()
    value = checked_text(name, said.value)
    try:
        change_text(version, name, value, was=said.was, editor=request.user)
    except NotADraft as error:
        raise Problem(409, "not_a_draft", NOT_A_DRAFT) from error
    except ChangedMeanwhile as error:
        raise Problem(409, "changed_meanwhile", CHANGED, was=error.their_digest) from error
    return TextShape(value=value, was=digest(value))


def checked_text(name: str, value: str | bool) -> str | bool:
    """Return a text, held to the rules of the page.

    Raises:
        Problem: it can't be stored.
    """
    if isinstance(value, bool) != (name == MEANING):
        raise invalid([("value", TRUTH_WANTED if name == MEANING else WORDS_WANTED)])
    said = {"value": str(value)}
    form: forms.Form = MeaningForm(said) if name == MEANING else TextForm(said, label=name)
    if not form.is_valid():
        raise problem_of(form)
    found: str | bool = form.cleaned_data["value"]
    return found


@routes.post(f"{VERSION}/parts/{{section}}", auth=WRITES, response={201: PartShape}, url_name="trait_section")
@once
def trait_part_add(request: Asking, slug: str, number: int, section: str, new: PartIn) -> Status[PartShape]:
    """Add a part at the end of a section of a draft."""
    version = written_version(request, slug, number)
    chosen = section_of(section)
    try:
        made = add_part(version, chosen, checked_part(version, chosen, new), editor=request.user)
    except NotADraft as error:
        raise Problem(409, "not_a_draft", NOT_A_DRAFT) from error
    except TooMany as error:
        raise Problem(409, "too_many", FULL) from error
    return Status(201, part_shape(chosen, made))


@routes.put(f"{VERSION}/parts/{{section}}/{{part}}", auth=WRITES, response=PartShape, url_name="trait_part")
def trait_part_change(
    request: Asking, slug: str, number: int, section: str, part: str, said: PartChanged
) -> PartShape:
    """Reword a part of a draft."""
    version = written_version(request, slug, number)
    chosen = section_of(section)
    values = checked_part(version, chosen, said)
    try:
        changed = change_part(version, chosen, part, values, was=said.was, editor=request.user)
    except NotADraft as error:
        raise Problem(409, "not_a_draft", NOT_A_DRAFT) from error
    except PartIsGone as error:
        raise not_found() from error
    except ChangedMeanwhile as error:
        raise Problem(409, "changed_meanwhile", CHANGED, was=error.their_digest) from error
    return part_shape(chosen, changed)


@routes.delete(
    f"{VERSION}/parts/{{section}}/{{part}}", auth=WRITES, response={204: None}, url_name="trait_part"
)
def trait_part_remove(request: Asking, slug: str, number: int, section: str, part: str) -> Status[None]:
    """Take a part of a draft away."""
    version = written_version(request, slug, number)
    try:
        remove_part(version, section_of(section), part, editor=request.user)
    except NotADraft as error:
        raise Problem(409, "not_a_draft", NOT_A_DRAFT) from error
    except PartIsGone as error:
        raise not_found() from error
    return Status(204, None)


@routes.post(
    f"{VERSION}/parts/{{section}}/{{part}}/move",
    auth=WRITES,
    response=list[PartShape],
    url_name="trait_part_move",
)
def trait_part_step(
    request: Asking, slug: str, number: int, section: str, part: str, step: PartStep
) -> list[PartShape]:
    """Move a part up or down in its section, and return the section. At its end nothing happens."""
    version = written_version(request, slug, number)
    chosen = section_of(section)
    try:
        move_part(version, chosen, part, STEPS[step.direction], editor=request.user)
    except NotADraft as error:
        raise Problem(409, "not_a_draft", NOT_A_DRAFT) from error
    except PartIsGone as error:
        raise not_found() from error
    return [part_shape(chosen, each) for each in chosen.parts(version)]


def section_of(name: str) -> Section:
    """Return the section that an address names."""
    if name not in SECTIONS:
        raise not_found()
    return SECTIONS[name]


def checked_part(version: TraitVersion, section: Section, said: PartIn) -> dict[str, Any]:
    """Return the words of a part, held to the rules of the page.

    Raises:
        Problem: a field is missing, can't be used, or is none of this section.
    """
    sent = said.model_dump(exclude={"was"}, exclude_unset=True)
    foreign = sorted(set(sent) - set(section.fields))
    if foreign:
        raise invalid((name, NO_FIELD.format(section=section.name)) for name in foreign)
    values = {name: value for name, value in said.model_dump(exclude={"was"}).items() if value is not None}
    options: dict[str, Any] = {"traits": other_traits(version)} if section.model is Tension else {}
    form = FORMS[section.name](values, **options)
    if not form.is_valid():
        raise problem_of(form)
    return form.cleaned_data
