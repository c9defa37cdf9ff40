"""What people say about when a recipe is released."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from config.saying import told
from exports.actions.schedules import Plan
from exports.models import Destination, Schedule
from exports.slots import BadSchedule, checked


class ScheduleForm(forms.Form):
    """When a recipe is released, and where its releases go."""

    expression = forms.CharField(
        label=_("When"),
        max_length=100,
        help_text=_(
            "As in cron: minute, hour, day of the month, month, day of the week. For example “0 6 * * MON”, or "
            "“0 6 * * MON#1” for the first Monday of a month."
        ),
        widget=forms.TextInput({"class": "input input-w", "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": _("Enter when it is due")},
    )
    zone = forms.ChoiceField(
        label=_("Time zone"),
        initial="UTC",
        help_text=_(
            "A time that the clock leaps over in spring is due right after the leap; one that comes twice in "
            "autumn is due once."
        ),
        widget=forms.Select({"class": "select"}),
        error_messages={
            "required": _("Choose a time zone"),
            "invalid_choice": _("There is no such time zone"),
        },
    )
    bump = forms.ChoiceField(
        label=_("Its version"),
        choices=Schedule.Bump.choices,
        initial=Schedule.Bump.MINOR,
        widget=forms.Select({"class": "select"}),
        error_messages={
            "required": _("Choose a version"),
            "invalid_choice": _("Choose a version from the list"),
        },
    )
    destinations = forms.ModelMultipleChoiceField(
        Destination.objects.all(),
        label=_("Destinations"),
        to_field_name="slug",
        required=False,
        help_text=_("None: releases are built, and wait for a person to publish them."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("There is no such destination")},
    )
    skip_unchanged = forms.BooleanField(
        required=False,
        initial=True,
        label=_("Skip when nothing changed"),
        help_text=_("No release is cut when it would be the same as the newest one"),
    )

    def __init__(self, *args: Any, schedule: Schedule | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        if schedule is not None:
            names = ("expression", "zone", "bump", "skip_unchanged")
            kwargs["initial"] = {name: getattr(schedule, name) for name in names}
            kwargs["initial"]["destinations"] = list(schedule.destinations.values_list("slug", flat=True))
        super().__init__(*args, **kwargs)
        zones = self.fields["zone"]
        assert isinstance(zones, forms.ChoiceField)  # noqa: S101 - tells the type checker.
        zones.choices = [(zone, zone) for zone in ("UTC", *sorted(available_timezones() - {"UTC"}))]

    def clean(self) -> dict[str, Any]:
        """Check that it can be read, comes at all, and not too often."""
        said = super().clean() or self.cleaned_data
        if "expression" in said and "zone" in said:
            try:
                said["expression"] = checked(said["expression"], said["zone"])
            except BadSchedule as reason:
                self.add_error("expression", told(reason.args[0]))
        return said

    @property
    def plan(self) -> Plan:
        """What was said, once it is valid."""
        said = {**self.cleaned_data, "destinations": list(self.cleaned_data["destinations"])}
        return Plan(**said)
