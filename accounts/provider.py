"""OpenID Connect as we want it: allauth's, with a nonce, the issuer looked at, and every signature checked.

allauth finds this module by its name.
"""

import hmac
from typing import Any

from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string

NONCE_LENGTH = 32


class CheckedAdapter(OpenIDConnectOAuth2Adapter):
    """Speaks to one provider, and believes nothing that is not signed by it, for us, and for this one sign-in."""

    nonce = ""
    """What the ID token must hold."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """Return what the provider says of itself.

        Raises:
            OAuth2Error: it says that it is somebody else.
        """
        config: dict[str, Any] = super().openid_config
        expected = self.get_provider().app.settings["server_url"]
        if str(config.get("issuer", "")).rstrip("/") != expected.rstrip("/"):
            raise OAuth2Error("The provider names another issuer than the one that was set.")
        return config

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Read who it is.

        Raises:
            OAuth2Error: there is no ID token, or the user info is about somebody else.
        """
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("The provider sent no ID token.")
        login = super().complete_login(request, app, token, **kwargs)
        said = login.account.extra_data
        if said["userinfo"].get("sub") != said["id_token"].get("sub"):
            raise OAuth2Error("The user info is about somebody else than the ID token.")
        return login

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        if not self.nonce or not hmac.compare_digest(str(claims.get("nonce", "")), self.nonce):
            raise OAuth2Error("The ID token is for another sign-in.")
        return claims


class Provider(OpenIDConnectProvider):
    """A provider that the operator named."""

    oauth2_adapter_class = CheckedAdapter

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """Return what the request may say: whether to sign in or to link, and where to go then."""
        kwargs: dict[str, Any] = super().get_redirect_from_request_kwargs(request)
        return {**kwargs, "scope": self.get_scope(), "auth_params": self.get_auth_params()}

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponse:
        """Lead to the provider, with a nonce that is kept beside the state."""
        nonce = get_random_string(NONCE_LENGTH)
        kwargs["auth_params"] = {**kwargs.get("auth_params", {}), "nonce": nonce}
        answer: HttpResponse = super().redirect(request, process, next_url, data, nonce=nonce, **kwargs)
        return answer


class CallbackView(OAuth2CallbackView):
    """Where the provider sends people back to."""

    def _get_state(self, request: HttpRequest, provider: Provider) -> Any:
        state, answer = super()._get_state(request, provider)
        if state is not None:
            self.adapter.nonce = state.get("nonce", "")
        return state, answer


provider_classes = [Provider]
