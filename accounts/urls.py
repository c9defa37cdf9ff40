"""Which page about people answers where."""

from django.urls import path

from accounts.views import again, audit, door, me, people, profile, security
from accounts.views.entering import counted

app_name = "accounts"
urlpatterns = [
    path("sign-in/", door.sign_in, name="sign_in"),
    path("sign-in/forgotten/", door.forgotten, name="forgotten"),
    path("sign-in/reset/<str:uid>/<str:token>/", door.reset, name="reset"),
    path("sign-out/", door.sign_out, name="sign_out"),
    path("invitation/<str:token>/", door.invitation, name="invitation"),
    path("me/", me.me, name="me"),
    path("me/name/", me.set_name, name="set_name"),
    path("me/profile/", profile.profile, name="profile"),
    path("me/address/", me.set_address, name="set_address"),
    path("me/address/<str:token>/", me.address, name="address"),
    path("me/password/", counted(me.set_password), name="set_password"),
    path("me/consent/", me.set_consent, name="set_consent"),
    path("me/consent/new/", me.consent_due, name="consent_due"),
    path("me/appearance/", me.set_appearance, name="set_appearance"),
    path("me/security/", security.security, name="security"),
    path("me/security/sign-out/", security.visits_end, name="visits_end"),
    path("me/security/sign-out/<int:pk>/", security.visit_end, name="visit_end"),
    path("me/security/providers/<int:pk>/remove/", security.provider_unlink, name="provider_unlink"),
    path("me/security/anew/", again.anew, name="anew"),
    path("people/", people.people, name="people"),
    path("people/<uuid:user_id>/", people.person, name="person"),
    path("people/<uuid:user_id>/correct/", people.correct, name="correct"),
    path("people/<uuid:user_id>/link/", people.new_link, name="new_link"),
    path("people/<uuid:user_id>/revoke/", people.revoke, name="revoke"),
    path("people/<uuid:user_id>/factors/", people.factors_remove, name="factors_remove"),
    path("people/<uuid:user_id>/sign-out/", people.sign_out, name="person_sign_out"),
    path("people/<uuid:user_id>/deactivate/", people.deactivate, name="deactivate"),
    path("people/<uuid:user_id>/reactivate/", people.reactivate, name="reactivate"),
    path("audit/", audit.audit, name="audit"),
    path("audit/check/", audit.audit_check, name="audit_check"),
    path("audit/file/<str:kind>/", audit.audit_file, name="audit_file"),
]
