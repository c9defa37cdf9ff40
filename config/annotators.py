"""Which files hold words that annotators read: every catalogue says these in full. All others may wait in English."""

TEMPLATES = {
    "config/templates": "404 500 503 _conversation _gate_note _languages _messages _nav base base_bare help",
    "labeling/templates/labeling": (
        "session home join join_new hours belongings tokens care qualification reference disagreement round"
        " _guidelines _shortcuts _nothing _panel _care _ranking _grid _item _skip _more _rationale _gate _offer"
        " _scales _rest _both _item_text _avoid _doubts _stage _item_title _match _own_gold _gold_line _decide _votes"
    ),
    "exports/templates/exports": "withdraw erase erased",
    "accounts/templates/accounts": (
        "sign_in sign_in_link invitation link_ended forgotten forgotten_sent reset too_often to_provider"
        " provider_failed not_invited anew me profile address security base_security consent_due"
        " _side _errors _field _choices _code _passkey _providers _again_ways"
    ),
    "accounts/templates/account": "reauthenticate",
    "accounts/templates/mfa": (
        "authenticate reauthenticate webauthn/reauthenticate webauthn/add_form webauthn/edit_form"
        " webauthn/authenticator_confirm_delete totp/activate_form totp/deactivate_form"
        " recovery_codes/index recovery_codes/generate"
    ),
}
"""Pages and parts of pages, by folder."""
LETTERS = {
    "accounts/templates/accounts/letters": (
        "address address_asked address_changed codes factor_added factor_removed password_changed"
        " provider_added provider_removed reset"
    ),
    "accounts/templates/mfa/messages": (
        "recovery_codes_generated totp_activated totp_deactivated webauthn_added webauthn_removed"
    ),
    "accounts/templates/socialaccount/messages": (
        "account_connected account_connected_other account_connected_updated"
    ),
}
"""What is said without a page, by folder."""
MODULES = {
    "accounts": (
        "adapters breached tokens actions/factors forms/passkeys forms/people models/door models/profiles"
        " models/tokens views/door views/me views/profile views/security"
    ),
    "config": "saying",
    "exports": "views/leaving views/withdrawals",
    "labeling": (
        "actions/adjudication agreement/alpha answered belongings caring comparing consistency definitions forms/adjudication"
        " forms/calibration forms/care forms/joining forms/tokens lines norming questions sheets"
        " submission/citations submission/fields submission/reading submission/verdicts templatetags/care"
        " views/adjudication views/answers views/asked views/assignments views/care views/joining views/panel"
        " views/reference views/rounds views/session views/tokens"
    ),
}
"""Modules, by app."""


def files() -> frozenset[str]:
    """Return all of them, from the root of the repository."""
    kinds = ((TEMPLATES, ".html"), (LETTERS, ".txt"), (MODULES, ".py"))
    return frozenset(
        f"{folder}/{name}{suffix}"
        for kind, suffix in kinds
        for folder, names in kind.items()
        for name in names.split()
    )
