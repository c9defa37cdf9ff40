"""What the page on which a draft is edited shows: its texts, and its sections with their parts."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django import forms
from django.http import HttpRequest, QueryDict

from config.wording import words
from curation.actions.trait_parts import SECTIONS, Part, Section, digest_of, plain
from curation.forms import traits as trait_forms
from curation.models import Criterion, Domain, Guidance, Tension, Trait, TraitVersion
from curation.rubric.lint import Finding, lint_criterion
from curation.wording import BEGINNING, digest

REMEMBERED = 10
"""Removed parts that can be brought back, per person."""


class TextWords(NamedTuple):
    """How one text of a version is asked for."""

    title: str
    hint: str
    rows: int = 3


TEXTS = {
    "definition": TextWords(
        words("Definition"),
        words(
            "One sentence that begins “{beginning} …” and names the construct, what a response does that "
            "shows it, and the failure it replaces.",
            beginning=BEGINNING,
        ),
    ),
    "benefit": TextWords(
        words("Why it is good for people"),
        words("Whom it serves, and what goes wrong without it. Two or three sentences."),
    ),
    "attribution": TextWords(
        words("Where the words come from"), words("Whose ideas these are, and in whose words."), rows=2
    ),
    "change_note": TextWords(
        words("What changed, and why"),
        words("For those who used the version before. It is published with this one."),
    ),
}


class SectionWords(NamedTuple):
    """How a section speaks of its parts."""

    title: str
    hint: str
    noun: str


WORDS = {
    "exhibits": SectionWords(
        words("It shows when a response"),
        words("Each a thing that a reader can see in the text."),
        words("behaviour that shows it"),
    ),
    "violates": SectionWords(
        words("It fails when a response"),
        words("Each a thing that a reader can see in the text."),
        words("behaviour that fails it"),
    ),
    "counterfeit": SectionWords(
        words("Counterfeits"),
        words(
            "They look like the trait and are not. The first sentence names one, the next says why it is none. Annotators"
            " read these first, because most disagreements come from them."
        ),
        "counterfeit",
    ),
    "boundary": SectionWords(
        words("Boundary cases"),
        words(
            "Where two careful people would differ. The first sentence states the case, the next says why it counts as it does."
        ),
        words("boundary case"),
    ),
    "tensions": SectionWords(
        words("In tension with"),
        words("Where the trait pulls against another, and what then decides."),
        "tension",
    ),
    "references": SectionWords(words("References"), words("What the version rests on."), "reference"),
    "criteria": SectionWords(
        words("Criteria and points"),
        words(
            "Each must be checkable from the text alone, by someone who was not in the room when it was written. Points run"
            " from \N{MINUS SIGN}10 to 10, never 0. A criterion with negative points describes what is undesirable and is met when it"
            " happens."
        ),
        "criterion",
    ),
}


class SaveState(NamedTuple):
    """What became of a form: the fields of `_save_state.html`."""

    was: str
    saved_at: Any = None
    problem: str = ""
    theirs: str | None = None
    their_digest: str = ""
    their_author: str = ""
    take_url: str = ""


class Trouble(NamedTuple):
    """A form that could not be saved, as it came: its words must stand on the page again."""

    name: str
    """A text's field or a section's name."""
    part: str
    """The part's id; empty for a text, and for a part that was to be added."""
    form: forms.Form
    state: SaveState


class Row(NamedTuple):
    """One part with the form that edits it."""

    part: Part
    form: forms.Form
    state: SaveState
    number: int
    is_last: bool
    findings: list[Finding]
    """What is doubtful about a criterion's wording."""

    @property
    def lint_id(self) -> str:
        """Where on the page that is said."""
        return f"lint-{self.part.pk}"


class TextView(NamedTuple):
    """One text with the form that edits it."""

    name: str
    words: TextWords
    form: forms.Form
    state: SaveState


class SectionView(NamedTuple):
    """A section as the page shows it."""

    section: Section
    words: SectionWords
    rows: list[Row]
    adding: forms.Form
    problem: str
    """Why what was to be added was not."""
    removed: dict[str, Any] | None
    """What was taken away last and can be brought back."""


class CellView(NamedTuple):
    """The guidance of one domain."""

    domain: Domain
    guidance: Guidance | None


def other_traits(version: TraitVersion) -> dict[str, Trait]:
    """Return by slug the traits that a version may be in tension with."""
    return {trait.slug: trait for trait in Trait.objects.exclude(pk=version.trait_id).order_by("name")}


def part_form(
    section: Section,
    part: Part | None,
    traits: Mapping[str, Trait],
    data: QueryDict | None = None,
) -> forms.Form:
    """Return the form of a part; the one that adds a part when there is none yet."""
    initial = {name: plain(getattr(part, name)) for name in section.fields} if part else None
    options: dict[str, Any] = {
        "auto_id": f"{section.name}-{part.pk if part else 'new'}-%s",
        "initial": initial,
    }
    if section.model is Tension:
        options["traits"] = traits
    return FORMS[section.name](data, **options)


FORMS: dict[str, type[forms.Form]] = {
    "exhibits": trait_forms.BehaviourForm,
    "violates": trait_forms.BehaviourForm,
    "counterfeit": trait_forms.BehaviourForm,
    "boundary": trait_forms.BoundaryForm,
    "tensions": trait_forms.TensionForm,
    "references": trait_forms.ReferenceForm,
    "criteria": trait_forms.CriterionForm,
}


def text_form(version: TraitVersion, name: str, data: QueryDict | None = None) -> forms.Form:
    """Return the form of a text."""
    initial = {"value": getattr(version, name)}
    if name == "meaning_changed":
        return trait_forms.MeaningForm(data, auto_id=f"{name}-%s", initial=initial)
    words = TEXTS[name]
    return trait_forms.TextForm(
        data, auto_id=f"{name}-%s", initial=initial, label=words.title, rows=words.rows
    )


def text_views(version: TraitVersion, trouble: Trouble | None) -> dict[str, TextView]:
    """Return every text of a version by its name."""
    names = [*TEXTS, "meaning_changed"]
    return {name: text_view(version, name, trouble) for name in names}


def text_view(version: TraitVersion, name: str, trouble: Trouble | None) -> TextView:
    """Return a text as the page shows it."""
    words = TEXTS.get(name, TextWords("", ""))
    if trouble and trouble.name == name:
        return TextView(name, words, trouble.form, trouble.state)
    return TextView(name, words, text_form(version, name), SaveState(was=digest(getattr(version, name))))


def section_views(request: HttpRequest, version: TraitVersion, trouble: Trouble | None) -> list[SectionView]:
    """Return every section of a version."""
    traits = other_traits(version)
    return [section_view(request, version, section, traits, trouble) for section in SECTIONS.values()]


def section_view(
    request: HttpRequest,
    version: TraitVersion,
    section: Section,
    traits: Mapping[str, Trait],
    trouble: Trouble | None = None,
) -> SectionView:
    """Return a section as the page shows it."""
    mine = trouble if trouble and trouble.name == section.name else None
    parts = section.parts(version)
    rows = []
    for number, part in enumerate(parts, start=1):
        form, state = part_form(section, part, traits), SaveState(was=digest_of(section, part))
        if mine and mine.part == str(part.pk):
            form, state = mine.form, mine.state
        rows.append(Row(part, form, state, number, number == len(parts), findings_on(part)))
    is_adding = mine is not None and not any(mine.part == str(part.pk) for part in parts)
    removed = [each for each in removed_parts(request, version) if each["section"] == section.name]
    return SectionView(
        section,
        WORDS[section.name],
        rows,
        mine.form if mine and is_adding else part_form(section, None, traits),
        mine.state.problem if mine and is_adding else "",
        removed[-1] if removed else None,
    )


def findings_on(part: Part) -> list[Finding]:
    """Return what is doubtful about a criterion; nothing for other parts."""
    if not isinstance(part, Criterion):
        return []
    return lint_criterion(part.text, points=part.points, framing=part.framing)


def removed_parts(request: HttpRequest, version: TraitVersion) -> list[dict[str, Any]]:
    """Return what this person took away from a version and may bring back, the last at the end."""
    kept: list[dict[str, Any]] = request.session.get("removed_parts", [])
    return [each for each in kept if each["version"] == str(version.pk)]


def remember_removed(request: HttpRequest, version: TraitVersion, removed: dict[str, Any]) -> None:
    """Keep a removed part until it is brought back, or until others push it out."""
    kept = [*request.session.get("removed_parts", []), {**removed, "version": str(version.pk)}]
    request.session["removed_parts"] = kept[-REMEMBERED:]


def take_removed(request: HttpRequest, version: TraitVersion, section: Section) -> dict[str, Any] | None:
    """Return the part of a section that was removed last, and forget it; None when there is none."""
    kept: list[dict[str, Any]] = request.session.get("removed_parts", [])
    for place in reversed(range(len(kept))):
        if (kept[place]["version"], kept[place]["section"]) == (str(version.pk), section.name):
            found = kept.pop(place)
            request.session["removed_parts"] = kept
            return found
    return None


def cell_views(version: TraitVersion, guidance: list[Guidance]) -> list[CellView]:
    """Return every domain with its newest guidance for the trait."""
    newest = {each.cell.domain_id: each for each in guidance}
    return [CellView(domain, newest.get(domain.pk)) for domain in Domain.objects.order_by("position", "slug")]
