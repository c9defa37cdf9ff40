"""What people send about themselves and others."""

from accounts.forms.people import (
    AddressForm,
    AppearanceForm,
    EntryForm,
    InvitationForm,
    NameForm,
    NewPasswordForm,
    PasswordForm,
    PlaceForm,
    ProfileForm,
    RolesForm,
    SignInForm,
    email_field,
    name_field,
    password_field,
)

__all__ = [
    "AddressForm",
    "AppearanceForm",
    "EntryForm",
    "InvitationForm",
    "NameForm",
    "NewPasswordForm",
    "PasswordForm",
    "PlaceForm",
    "ProfileForm",
    "RolesForm",
    "SignInForm",
    "email_field",
    "name_field",
    "password_field",
]
