"""Which language a page is in, and words in that language."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from django.conf import settings
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.formats import number_format
from django.utils.functional import lazy

from config.wording import Words, words

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LazyText: TypeAlias = "str | _StrPromise"
"""Text, or what `gettext_lazy` returns."""

TRANSLATED = frozenset(
    {
        "help",
        "set_language",
        "accounts:sign_in",
        "accounts:sign_out",
        "accounts:forgotten",
        "accounts:reset",
        "accounts:invitation",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "openid_connect_login",
        "openid_connect_callback",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_add_webauthn",
        "mfa_remove_webauthn",
        "mfa_edit_webauthn",
        "accounts:me",
        "accounts:set_name",
        "accounts:profile",
        "accounts:set_address",
        "accounts:address",
        "accounts:security",
        "accounts:visit_end",
        "accounts:visits_end",
        "accounts:provider_unlink",
        "accounts:anew",
        "accounts:set_password",
        "accounts:set_consent",
        "accounts:set_appearance",
        "accounts:consent_due",
        "exports:withdraw",
        "exports:erase_me",
        "labeling:home",
        "labeling:session",
        "labeling:next",
        "labeling:assignment",
        "labeling:submit",
        "labeling:draft",
        "labeling:skip",
        "labeling:flag",
        "labeling:open",
        "labeling:heartbeat",
        "labeling:undo",
        "labeling:join",
        "labeling:care",
        "labeling:rest",
        "labeling:hours",
        "labeling:belongings",
        "labeling:tokens",
        "labeling:token_revoke",
        "labeling:reference",
        "labeling:contest_reference",
        "labeling:qualification",
        "labeling:round",
        "labeling:round_remark",
        "labeling:disagreement",
        "labeling:disagreement_settle",
        "labeling:disagreement_remark",
    }
)
"""The addresses that answer in the reader's language. All others, files and interfaces among them, are in English."""

NOTES = (
    words("abuse"),
    words("illness"),
    words("medical distress"),
    words("self-harm"),
    words("sexual content"),
    words("suicide"),
    words("violence"),
)
"""The usual content notes. Those that people write themselves stay as they are."""
CHOICES = (
    words("Open"),
    words("Revealed"),
    words("Closed"),
    words("Kept"),
    words("Revised"),
    words("Norming"),
    words("guideline gap"),
    words("underspecified scenario"),
    words("style"),
    words("refusal"),
    words("error"),
    words("factual"),
    words("value divergence"),
    words("{answer}, both bad"),
)
"""What tables call their choices, as pages of annotators show them."""


def told(text: str) -> str:
    """Return words in the reader's language; what is no `Words` stays as it is."""
    if not isinstance(text, Words):
        return text
    parts = {name: told(part) if isinstance(part, str) else part for name, part in text.parts.items()}
    number = text.parts["n"] if text.many else None
    if isinstance(number, int):
        said = translation.ngettext(text.pattern, text.many, number)
        return said.format(**parts | {"n": number_format(number, force_grouping=True)})
    said = translation.gettext(text.pattern)
    return said.format(**parts) if parts else said


_told_later = lazy(told, str)


def offered(kind: type[TextChoices]) -> list[tuple[str, LazyText]]:
    """Return the choices of a column for a form, in the reader's language whenever it is shown."""
    return [(value, _told_later(label)) for value, label in kind.choices]


def note_of(warning: str) -> str:
    """Return a content note in the reader's language, where it is one of the usual ones; people write others."""
    return translation.gettext(warning) if warning else ""


class LanguageMiddleware:
    """Answers in the language chosen on this device, else in one that the browser asks for; costs no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Put the language back afterwards: the thread answers others next."""
        with translation.override(translation.get_language_from_request(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response

    def process_view(self, request: HttpRequest, *_: object) -> None:
        """Keep to English where not all is translated, so that no page is in two languages."""
        if request.resolver_match is None or request.resolver_match.view_name not in TRANSLATED:
            translation.activate(settings.LANGUAGE_CODE)
