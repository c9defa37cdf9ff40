"""What is written on the page of a rubric."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from config.saying import LazyText
from curation.forms.traits import CriterionForm, WordsField
from curation.models import Criterion, Scenario, TraitVersion
from curation.models.criteria import CriterionQuerySet

LONGEST_REASON = 1000
LONGEST_QUERY = 100
BY_SIGN = _("As the points say")


class ScenarioCriterionForm(CriterionForm):
    """A criterion of a scenario."""

    version = forms.ChoiceField(required=False, label=_("Trait"), widget=forms.Select({"class": "select"}))
    field_order = ["text", "points", "kind", "framing", "axis", "version"]

    def __init__(
        self,
        data: Any = None,
        *,
        versions: Mapping[str, TraitVersion],
        stored: Criterion | None = None,
        place: str = "new",
    ) -> None:
        self.versions = dict(versions)
        if stored is not None and stored.version is not None:
            self.versions.setdefault(str(stored.version_id), stored.version)
        super().__init__(
            data, initial=self.said_in(stored), auto_id=f"criterion-{stored.pk if stored else place}-%s"
        )
        self.fields["axis"].widget.attrs["list"] = "axes"
        self.fields["axis"].widget.attrs["autocomplete"] = "off"
        self.fields["framing"].required = False
        if stored is None:
            self.choices(
                "framing", [("", BY_SIGN), ("positive", _("Good when met")), ("negative", _("Bad when met"))]
            )
        traits = [(key, version.trait.name) for key, version in self.versions.items()]
        self.choices("version", [("", _("None")), *traits])

    def choices(self, name: str, offered: Sequence[tuple[str, LazyText]]) -> None:
        """Offer choices in a field."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker.
        field.choices = list(offered)

    def said_in(self, stored: Criterion | None) -> dict[str, Any]:
        """Return what the form shows: a stored criterion, or a new one for the only trait that the scenario aims at."""
        if stored is None:
            return {"framing": "", "version": next(iter(self.versions)) if len(self.versions) == 1 else ""}
        names = ("text", "kind", "axis", "framing")
        said = {name: getattr(stored, name) for name in names}
        return {**said, "points": f"{stored.points.normalize():f}", "version": stored.version_id or ""}

    @property
    def values(self) -> dict[str, Any]:
        """What was sent, once it is valid."""
        sent = self.cleaned_data
        by_sign = "negative" if sent["points"] < 0 else "positive"
        version = self.versions.get(sent["version"])
        return {**sent, "framing": sent["framing"] or by_sign, "version": version}


class SharedSearch(forms.Form):
    """Looks for shared criteria that may be proposed."""

    q = forms.CharField(required=False, max_length=LONGEST_QUERY, label=_("Words"))
    of = forms.ChoiceField(
        required=False, label=_("Traits"), choices=[("", _("Traits it aims at")), ("all", _("All traits"))]
    )

    def __init__(self, data: Any, *, scenario: Scenario) -> None:
        super().__init__(data, auto_id="shared-%s")
        self.scenario = scenario
        self.fields["q"].widget.attrs |= {"class": "input", "type": "search"}
        self.fields["of"].widget.attrs["class"] = "select"

    def found(self, aimed: Sequence[UUID]) -> CriterionQuerySet:
        """Return the published shared criteria that were not proposed for the scenario yet, of the traits it aims at."""
        asked = self.cleaned_data if self.is_valid() else {}
        rest = Criterion.objects.published().shared().exclude(proposals__scenario=self.scenario)
        if aimed and asked.get("of") != "all":
            rest = rest.filter(version__trait__in=aimed)
        if asked.get("q"):
            rest = rest.filter(text__icontains=asked["q"].replace("\x00", ""))
        return rest.select_related("version__trait").order_by("version__trait__name", "position", "pk")


class ReasonForm(forms.Form):
    """Why somebody proposes, votes or takes out."""

    reason = WordsField(rows=0, longest=LONGEST_REASON, label=_("Reason"))


class VoteForm(ReasonForm):
    """Whether a proposed criterion fits; who says no says why."""

    fits = forms.TypedChoiceField(
        choices=[("yes", _("It fits")), ("no", _("It doesn’t fit"))],
        coerce=lambda said: said == "yes",
        error_messages={"required": _("Say whether it fits.")},
    )

    def clean(self) -> dict[str, Any]:
        """Want a reason for a no, because the proposer will ask."""
        sent = super().clean() or self.cleaned_data
        if sent.get("fits") is False and not sent.get("reason"):
            self.add_error("reason", _("Say why it doesn’t fit."))
        return sent
