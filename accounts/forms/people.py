"""What people send about themselves and about those whom they invite."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.models.profiles import Expertise, Region, Years
from config.saying import LazyText

LONGEST_PASSWORD = 1000
PASSWORD_HINT = _("At least ten characters. A few words that you make up are good.")
EMAIL_TAKEN = _("Somebody else has an account with this e-mail address.")

THEMES = [("", _("As this device")), ("light", _("Light")), ("dark", _("Dark"))]
ROLES = {
    Role.TRAIT_AUTHORS: _("Trait authors"),
    Role.CURATORS: _("Curators"),
    Role.STEWARDS: _("Stewards"),
    Role.ADMINISTRATORS: _("Administrators"),
}
TEXT_SIZES = [("", _("Normal")), ("large", _("Large"))]


def text_input(**attributes: str) -> forms.TextInput:
    """Return a text box in our look."""
    return forms.TextInput({"class": "input", **attributes})


def email_field() -> forms.EmailField:
    """Return a field for the address that people sign in with."""
    return forms.EmailField(
        label=_("Email"),
        max_length=254,
        widget=forms.EmailInput({"class": "input", "autocomplete": "username", "spellcheck": "false"}),
        error_messages={
            "required": _("Enter an e-mail address"),
            "invalid": _("Enter an e-mail address like name@example.org"),
        },
    )


def name_field() -> forms.CharField:
    """Return a field for what colleagues call a person."""
    return forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("Colleagues see it. It is in no release."),
        widget=text_input(autocomplete="name"),
        error_messages={"required": _("Enter the name that colleagues shall see")},
    )


def password_field(label: LazyText, *, is_new: bool) -> forms.CharField:
    """Return a field for a password."""
    complete = "new-password" if is_new else "current-password"
    return forms.CharField(
        label=label,
        max_length=LONGEST_PASSWORD,
        strip=False,
        help_text=PASSWORD_HINT if is_new else "",
        widget=forms.PasswordInput({"class": "input", "autocomplete": complete}),
        error_messages={"required": _("Enter a password")},
    )


class Form(forms.Form):
    """A form that gives its rejected widgets to assistive technology, without a colon after labels."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class SignInForm(Form):
    """E-mail and password."""

    email = email_field()
    password = password_field(_("Password"), is_new=False)


class NewPasswordForm(Form):
    """A password to set, checked against what is known of the person."""

    password = password_field(_("Password"), is_new=True)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Refuse short, common and telling passwords."""
        password = str(self.cleaned_data["password"])
        try:
            validate_password(password, self.user)
        except ValidationError as error:
            raise ValidationError([said.rstrip(".") for said in error.messages]) from error
        return password


class EntryForm(NewPasswordForm):
    """What an invited person says about themselves."""

    name = name_field()
    email = email_field()
    consents = forms.BooleanField(required=False, label=_("I agree that my labels are part of releases"))

    field_order = ("name", "email", "password", "consents")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, initial={"name": user.name}, **kwargs)
        if not user.needs_email:
            # Whoever holds the link must not turn it into an account for another address.
            del self.fields["email"]

    def clean_email(self) -> str:
        """Refuse an address that is taken."""
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email=email).exclude(pk=self.user.pk).exists():
            raise ValidationError(EMAIL_TAKEN)
        return email


class NameForm(Form):
    """What colleagues call a person."""

    name = name_field()


class AddressForm(Form):
    """An e-mail address."""

    email = email_field()


class CorrectionForm(Form):
    """A person's name and address, set right by somebody else."""

    name = name_field()
    email = email_field()


class PasswordForm(NewPasswordForm):
    """A change of password. Who came by a link may have forgotten the old one."""

    current = password_field(_("Current password"), is_new=False)

    field_order = ("current", "password")

    def __init__(self, *args: Any, user: User, came_by_link: bool, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["password"].label = _("New password")
        if came_by_link:
            del self.fields["current"]

    def clean_current(self) -> str:
        """Refuse who doesn't know the password."""
        current = str(self.cleaned_data["current"])
        if not self.user.check_password(current):
            raise ValidationError(_("This is not your current password"))
        return current


class AppearanceForm(Form):
    """How pages look on this device."""

    theme = forms.ChoiceField(label=_("Theme"), choices=THEMES, required=False, widget=forms.RadioSelect)
    text = forms.ChoiceField(
        label=_("Text size"), choices=TEXT_SIZES, required=False, widget=forms.RadioSelect
    )


class RolesForm(Form):
    """The global roles of a person."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=[(role.value, ROLES[role]) for role in Role],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class InvitationForm(RolesForm):
    """Whom to invite."""

    name = name_field()
    email = email_field()

    field_order = ("name", "email", "roles")


class PlaceForm(forms.Form):
    """Where in the list of people to go on."""

    after = forms.CharField(max_length=254, required=False)


class ProfileForm(Form):
    """What a person does, for how long and where; whether releases tell it."""

    expertise = forms.ChoiceField(
        label=_("Your field"),
        choices=[("", _("Rather not say")), *Expertise.choices],
        required=False,
        widget=forms.Select({"class": "select"}),
        error_messages={"invalid_choice": _("Choose a field from the list")},
    )
    years = forms.ChoiceField(
        label=_("How long you have worked in it"),
        choices=[("", _("Rather not say")), *Years.choices],
        required=False,
        widget=forms.Select({"class": "select"}),
        error_messages={"invalid_choice": _("Choose a time from the list")},
    )
    region = forms.ChoiceField(
        label=_("Part of the world"),
        choices=[("", _("Rather not say")), *Region.choices],
        required=False,
        widget=forms.Select({"class": "select"}),
        error_messages={"invalid_choice": _("Choose a part of the world from the list")},
    )
    is_released = forms.BooleanField(label=_("Say these in releases, beside my labels"), required=False)
