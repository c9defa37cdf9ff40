"""In which language people get their letters: the one that they read pages in."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from accounts.models import User


def keep(user: User, language: str) -> None:
    """Note what a person chose, if it is a language that we have."""
    if language in dict(settings.LANGUAGES) and language != user.language:
        user.language = language
        user.save(update_fields=["language"])


def learn(request: HttpRequest, user: User) -> None:
    """Note the language in which a person comes in. What a browser merely asks for counts until they choose one."""
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES or not user.language:
        keep(user, translation.get_language_from_request(request))
