"""Those pages of allauth that are open here, under the names by which it finds them."""

from allauth.account.views import reauthenticate
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from accounts.views import door, oidc, security
from accounts.views.entering import counted

urlpatterns = [
    path("sign-in/", door.sign_in, name="account_login"),
    path("sign-out/", door.sign_out, name="account_logout"),
    path("sign-in/second/", counted(base.authenticate), name="mfa_authenticate"),
    path("sign-in/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("sign-in/by/<str:provider_id>/", oidc.openid_connect_login, name="openid_connect_login"),
    path("sign-in/by/<str:provider_id>/back/", oidc.openid_connect_callback, name="openid_connect_callback"),
    path("me/security/again/", counted(reauthenticate), name="account_reauthenticate"),
    path("me/security/again/code/", counted(base.reauthenticate), name="mfa_reauthenticate"),
    path("me/security/again/passkey/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("me/security/", security.security, name="mfa_index"),
    path("me/security/", security.security, name="mfa_list_webauthn"),
    path("me/security/", security.security, name="socialaccount_connections"),
    path("me/security/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("me/security/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("me/security/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("me/security/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("me/security/codes/file/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("me/security/passkeys/new/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("me/security/passkeys/<int:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("me/security/passkeys/<int:pk>/name/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
]
