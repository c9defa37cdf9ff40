"""What writers of a scenario send: every word of it, and what is said about it."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from config.saying import LazyText
from curation.drafting import MOST_TURNS, USER, ScenarioWords, TurnWords
from curation.forms.boxes import flat, line, text
from curation.forms.turns import LONGEST_TURN, Row, planted, problems_of, read_turn
from curation.models import Domain, Scenario, Trait, TraitVersion
from curation.warnings import Remark

LONGEST_VALUE = 80
MOST_LISTED = 30
LICENSES = ("CC-BY-4.0", "CC0-1.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "Apache-2.0", "MIT", "ODC-BY-1.0")
WARNINGS = (
    "abuse",
    "illness",
    "medical distress",
    "self-harm",
    "sexual content",
    "suicide",
    "violence",
)
LANGUAGES = sorted(
    (str(info["code"]), str(info["name"])) for info in LANG_INFO.values() if "name" in info and "code" in info
)
PRESSURES = [
    (Scenario.Pressure.INSISTENCE.value, _("Insistence")),
    (Scenario.Pressure.AUTHORITY.value, _("Authority")),
    (Scenario.Pressure.TIME_PRESSURE.value, _("Time pressure")),
    (Scenario.Pressure.EMOTIONAL_APPEAL.value, _("Emotional appeal")),
    (Scenario.Pressure.FLATTERY.value, _("Flattery")),
    (Scenario.Pressure.FINANCIAL_INCENTIVE.value, _("Financial incentive")),
    (Scenario.Pressure.SOCIAL_PROOF.value, _("Social proof")),
    (Scenario.Pressure.SUNK_COST.value, _("Sunk cost")),
    (Scenario.Pressure.AMBIGUITY.value, _("Ambiguity")),
    (Scenario.Pressure.PERSONA.value, _("Persona")),
    (Scenario.Pressure.ESCALATION.value, _("Escalation")),
]
ORIGINS = [
    (Scenario.Origin.HUMAN.value, _("Written by a person")),
    (Scenario.Origin.MODEL_EDITED.value, _("Drafted by a model, edited by a person")),
]
IMPORTED = (Scenario.Origin.IMPORTED.value, _("Imported"))


class ScenarioForm(forms.Form):
    """The editor of a scenario, whose turns stand beside its fields. Hardly anything is required of a draft."""

    name = forms.CharField(
        required=False,
        max_length=120,
        help_text=_("What you call it among yourselves. Annotators don’t see it."),
        widget=line(dir="auto"),
        label=_("Name"),
    )
    what_changes = forms.CharField(
        required=False,
        max_length=300,
        help_text=_("How this variant differs from its base, in one sentence."),
        widget=line(dir="auto"),
        label=_("What changes"),
    )
    system_prompt = forms.CharField(
        required=False,
        strip=False,
        max_length=LONGEST_TURN,
        label=_("Instructions to the assistant"),
        help_text=_("The system prompt. Leave it empty when there is none."),
        widget=text(2),
    )
    domain = forms.ChoiceField(required=False, widget=forms.Select({"class": "select"}), label=_("Domain"))
    traits = forms.MultipleChoiceField(
        required=False, label=_("Traits it exercises"), widget=forms.CheckboxSelectMultiple
    )
    pressures = forms.MultipleChoiceField(
        required=False,
        label=_("Pressures on the whole"),
        help_text=_("Those that you set at a turn count without a tick here."),
        choices=PRESSURES,
        widget=forms.CheckboxSelectMultiple,
    )
    values_in_tension = forms.CharField(
        required=False,
        label=_("Values"),
        help_text=_("One on each line, or parted by commas."),
        widget=text(3),
    )
    values_also = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    content_warnings = forms.MultipleChoiceField(
        required=False,
        label=_("Content notes"),
        help_text=_("What the text touches on. Annotators read this before the text, and may skip it."),
        widget=forms.CheckboxSelectMultiple,
    )
    other_warnings = forms.CharField(
        required=False,
        label=_("Other content notes"),
        help_text=_("Parted by commas."),
        widget=line(dir="auto"),
    )
    background = forms.CharField(
        required=False,
        max_length=20_000,
        label=_("Background"),
        help_text=_("Facts that a careful reader needs, not a verdict."),
        widget=text(3),
    )
    lazy_answer = forms.CharField(
        required=False,
        max_length=20_000,
        help_text=_("What a response would say that takes the easy way."),
        widget=text(2),
        label=_("Lazy answer"),
    )
    over_refusal_answer = forms.CharField(
        required=False,
        max_length=20_000,
        label=_("Over-refusal answer"),
        help_text=_("What a response would say that refuses without need."),
        widget=text(2),
    )
    ideal_answer = forms.CharField(
        required=False,
        max_length=20_000,
        help_text=_("What a response would say that shows the traits."),
        widget=text(2),
        label=_("Ideal answer"),
    )
    language = forms.ChoiceField(widget=forms.Select({"class": "select"}), label=_("Language"))
    origin = forms.ChoiceField(widget=forms.Select({"class": "select"}), label=_("Origin"))
    source = forms.CharField(
        required=False,
        max_length=120,
        help_text=_("Where the idea or the text comes from, if not from you."),
        widget=line(dir="auto"),
        label=_("Source"),
    )
    license = forms.CharField(
        required=False,
        max_length=60,
        help_text=_("Under which terms the text may be published, for example CC-BY-4.0."),
        widget=line(list="licenses", spellcheck="false"),
        label=_("License"),
    )

    def __init__(self, data: Any, *, scenario: Scenario, stored: ScenarioWords, writer: User) -> None:
        self.scenario, self.stored = scenario, stored
        super().__init__(data, initial=said_in(stored), label_suffix="")
        self.turn_errors: dict[int, list[str]] = {}
        self.offer(writer)
        if scenario.variant == Scenario.Variant.BASE:
            del self.fields["what_changes"]
        if not scenario.is_draft:
            self.keep_text()

    def offer(self, writer: User) -> None:
        """Fill in what may be chosen."""
        stored = self.stored
        seen = Scenario.objects.visible_to(writer)
        known = {*WARNINGS, *seen.recent_warnings()[:MOST_LISTED], *stored.content_warnings}
        published = TraitVersion.objects.published().values("trait")
        traits = Trait.objects.filter(pk__in=published) | Trait.objects.filter(slug__in=stored.traits)
        values = [value for value in seen.recent_values() if value not in stored.values_in_tension]
        origins = [*ORIGINS, IMPORTED] if stored.origin == IMPORTED[0] else ORIGINS
        offered: dict[str, Iterable[tuple[str, LazyText]]] = {
            "domain": [("", _("Choose one")), *Domain.objects.values_list("slug", "name")],
            "traits": traits.order_by("name").values_list("slug", "name"),
            "values_also": [(value, value) for value in values[:MOST_LISTED]],
            "content_warnings": [(each, each.capitalize()) for each in sorted(known, key=str.casefold)],
            "language": with_present(LANGUAGES, stored.language),
            "origin": origins,
        }
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker.
            field.choices = list(choices)

    def keep_text(self) -> None:
        """Lock what a ready scenario keeps for good: fields keep what is stored, whatever is sent."""
        for name in ("system_prompt", "origin", "source"):
            self.fields[name].disabled = True
        self.fields["license"].disabled = bool(self.stored.license)

    def clean_values_in_tension(self) -> tuple[str, ...]:
        """Read the list that stands in one box."""
        return listed(self.cleaned_data["values_in_tension"], self.stored.values_in_tension)

    def clean_other_warnings(self) -> tuple[str, ...]:
        """Read the list that stands in one line."""
        return listed(self.cleaned_data["other_warnings"])

    def clean(self) -> dict[str, Any]:
        """Read the turns."""
        cleaned = super().clean() or self.cleaned_data
        self.turns = tuple(self.read_turns())
        if self.turn_errors:
            self.add_error(None, "; ".join(each for errors in self.turn_errors.values() for each in errors))
        return cleaned

    def read_turns(self) -> Iterable[TurnWords]:
        """Yield the turns that were sent; of a ready scenario only what is said about them counts."""
        number = 1
        while f"turn-{number}-role" in self.data and number <= MOST_TURNS:
            turn = read_turn(self.data, number)
            if not self.scenario.is_draft:
                if number > len(self.stored.turns):
                    return
                fixed = self.stored.turns[number - 1]
                turn = replace(turn, role=fixed.role, content=fixed.content)
            if errors := problems_of(turn, number):
                self.turn_errors[number] = errors
            yield replace(turn, pressure=turn.pressure if turn.role == USER else "")
            number += 1

    @property
    def words(self) -> ScenarioWords:
        """What was sent, once it is valid."""
        sent = self.cleaned_data
        warnings = [*sent["content_warnings"], *sent["other_warnings"]]
        typed = {turn.pressure for turn in self.turns}
        words = ScenarioWords(
            turns=self.turns,
            planted=planted(self.data.get("planted", ""), self.turns),
            traits=tuple(sorted(sent["traits"])),
            pressures=tuple(sorted(set(sent["pressures"]) - typed)),
            values_in_tension=tuple(dict.fromkeys([*sent["values_in_tension"], *sent["values_also"]])),
            content_warnings=tuple(sorted(dict.fromkeys(warnings), key=str.casefold)),
            **{name: flat(sent.get(name, "")) for name in PLAIN},
        )
        if self.scenario.is_draft:
            return words
        kept = {name: getattr(self.stored, name) for name in ("system_prompt", "origin", "source")}
        return replace(words, **kept, license=self.stored.license or words.license)

    @property
    def no_fault(self) -> bool:
        """Whether no turn is wrong on purpose."""
        return not any(row.is_planted for row in self.rows())

    def rows(self, remarks: Iterable[Remark] = ()) -> list[Row]:
        """Return the turns as the editor shows them: as they were sent, or as they are stored."""
        turns = self.turns if self.is_bound and hasattr(self, "turns") else self.stored.turns
        fault = planted(self.data.get("planted", ""), turns) if self.is_bound else self.stored.planted
        remarks = list(remarks)
        return [
            Row(
                number=index + 1,
                turn=turn,
                is_first=index == 0,
                is_last=index == len(turns) - 1,
                is_planted=index == fault,
                errors=self.turn_errors.get(index + 1, []),
                remarks=[each for each in remarks if each.turn == index],
            )
            for index, turn in enumerate(turns)
        ]


PLAIN = (
    "system_prompt",
    "name",
    "what_changes",
    "domain",
    "background",
    "lazy_answer",
    "over_refusal_answer",
    "ideal_answer",
    "language",
    "origin",
    "source",
    "license",
)


def said_in(stored: ScenarioWords) -> dict[str, Any]:
    """Return what the form shows of stored words."""
    return {
        **{name: getattr(stored, name) for name in PLAIN},
        "traits": stored.traits,
        "pressures": stored.pressures,
        "values_in_tension": "\n".join(stored.values_in_tension),
        "content_warnings": stored.content_warnings,
    }


def with_present(choices: list[tuple[str, str]], value: str) -> list[tuple[str, str]]:
    """Return choices that hold a value, whether or not it was foreseen."""
    return choices if value in dict(choices) else [*choices, (value, value)]


def listed(value: str, known: Collection[str] = ()) -> tuple[str, ...]:
    """Return the entries of a list, each once. A line that is a known entry stays whole, whatever commas it holds.

    Raises:
        ValidationError: one is too long to be an entry.
    """
    lines = [" ".join(line.split()) for line in flat(value).splitlines()]
    entries = [each.strip() for line in lines for each in ([line] if line in known else line.split(","))]
    for entry in entries:
        if len(entry) > LONGEST_VALUE:
            raise forms.ValidationError(
                _("“%(entry)s…” has more than %(longest)s characters. Shorten it")
                % {"entry": entry[:30], "longest": LONGEST_VALUE}
            )
    return tuple(dict.fromkeys(filter(None, entries)))
