"""Which page about people answers where."""

from django.urls import path

from accounts.views import door, me, people, profile

app_name = "accounts"
urlpatterns = [
    path("sign-in/", door.sign_in, name="sign_in"),
    path("sign-out/", door.sign_out, name="sign_out"),
    path("invitation/<str:token>/", door.invitation, name="invitation"),
    path("me/", me.me, name="me"),
    path("me/name/", me.set_name, name="set_name"),
    path("me/profile/", profile.profile, name="profile"),
    path("me/password/", me.set_password, name="set_password"),
    path("me/consent/", me.set_consent, name="set_consent"),
    path("me/consent/new/", me.consent_due, name="consent_due"),
    path("me/appearance/", me.set_appearance, name="set_appearance"),
    path("people/", people.people, name="people"),
    path("people/<uuid:user_id>/", people.person, name="person"),
    path("people/<uuid:user_id>/link/", people.new_link, name="new_link"),
    path("people/<uuid:user_id>/revoke/", people.revoke, name="revoke"),
    path("people/<uuid:user_id>/deactivate/", people.deactivate, name="deactivate"),
    path("people/<uuid:user_id>/reactivate/", people.reactivate, name="reactivate"),
]
