"""To a provider and back."""

from collections.abc import Callable
from typing import Any

from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from accounts.provider import CallbackView, CheckedAdapter
from accounts.providers import provider_names

REDIRECTS = (301, 302, 303, 307)


def attempt(request: HttpRequest, provider_id: str, view: Callable[..., Any]) -> HttpResponse:
    """Answer by allauth's view; a provider that can't be asked, or talks nonsense, is a failed attempt."""
    adapter = CheckedAdapter(request, provider_id)
    try:
        answer: HttpResponse = view(adapter)(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    except (RequestException, OAuth2Error, KeyError, TypeError, ValueError) as error:
        answer = render_authentication_error(request, adapter.get_provider(), exception=error)
    return answer


@never_cache
@require_POST
def openid_connect_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to a provider.

    By a page that goes on by itself: the policy for forms ends at our own door, and browsers hold redirects of a form
    to it, so that a form could lead nowhere else.
    """
    answer = attempt(request, provider_id, OAuth2LoginView.adapter_view)
    if answer.status_code not in REDIRECTS:
        return answer
    context = {"url": answer["Location"], "name": provider_names()[provider_id]}
    return render(request, "accounts/to_provider.html", context)


@never_cache
@require_safe
def openid_connect_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take people back from a provider."""
    return attempt(request, provider_id, CallbackView.adapter_view)
