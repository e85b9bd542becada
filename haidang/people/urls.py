"""Addresses of people, units, one's account and signing in.

The pages of one person and of one unit show goals too, so they are `strategy`'s.
The names that begin with `account_` and `mfa_` are django-allauth's, which looks them up.
"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path, register_converter
from django.urls.converters import IntConverter

from haidang.people.views import account, administration, people, signing_in, units


class Row(IntConverter):
    """The key of a row: longer numbers are no address, and would not fit the database."""

    regex = "[0-9]{1,9}"


register_converter(Row, "row")

urlpatterns: list[URLPattern | URLResolver] = [
    path("people/", people.people, name="people"),
    path("people/options/", people.person_options, name="person_options"),
    path("people/new/", people.new_person, name="person_new"),
    path("people/<str:public_id>/edit/", people.edit_person, name="person_edit"),
    path("people/<str:public_id>/roles/", people.roles, name="person_roles"),
    path("people/<str:public_id>/invitation/", people.invitation, name="person_invitation"),
    path("people/<str:public_id>/reset/", people.reset, name="person_reset"),
    path(
        "people/<str:public_id>/second-factor-removal/",
        people.second_factor,
        name="person_second_factor",
    ),
    path("people/<str:public_id>/deactivation/", people.deactivation, name="person_deactivation"),
    path("people/<str:public_id>/reactivation/", people.reactivation, name="person_reactivation"),
    path("units/", units.units, name="units"),
    path("units/options/", units.unit_options, name="unit_options"),
    path("units/new/", units.new_unit, name="unit_new"),
    path("units/<str:public_id>/edit/", units.edit_unit, name="unit_edit"),
    path("units/<str:public_id>/move/", units.move_unit, name="unit_move"),
    path("units/<str:public_id>/leaders/", units.leaders, name="unit_leaders"),
    path("units/<str:public_id>/members/", units.members, name="unit_members"),
    path("units/<str:public_id>/closure/", units.closure, name="unit_closure"),
    path("administration/", administration.administration, name="administration"),
    path("administration/tokens/", administration.tokens_all, name="tokens_all"),
    path("account/", account.account, name="account"),
    path("account/tokens/", account.tokens, name="tokens"),
    path("account/tokens/<row:pk>/revocation/", account.token_revocation, name="token_revocation"),
    path("account/sessions/", account.sessions, name="sessions"),
    path("account/sessions/end/", account.sessions_end, name="sessions_end"),
    path("account/sessions/<row:pk>/end/", account.session_end, name="session_end"),
    path("organisations/", account.organisations, name="organisations"),
    path("invitations/<str:secret>/", signing_in.invitation, name="invitation"),
    path("accounts/demo/", signing_in.demo, name="demo_sign_in"),
    path("accounts/login/", signing_in.Login.as_view(), name="account_login"),
    path("accounts/logout/", signing_in.Logout.as_view(), name="account_logout"),
    path("accounts/inactive/", signing_in.Inactive.as_view(), name="account_inactive"),
    path(
        "accounts/reauthenticate/",
        signing_in.Reauthenticate.as_view(),
        name="account_reauthenticate",
    ),
    path(
        "accounts/password/change/",
        signing_in.PasswordChange.as_view(),
        name="account_change_password",
    ),
    path("accounts/password/set/", signing_in.PasswordSet.as_view(), name="account_set_password"),
    path(
        "accounts/password/reset/",
        signing_in.PasswordReset.as_view(),
        name="account_reset_password",
    ),
    path(
        "accounts/password/reset/done/",
        signing_in.PasswordResetDone.as_view(),
        name="account_reset_password_done",
    ),
    path(
        "accounts/password/reset/key/done/",
        signing_in.PasswordFromKeyDone.as_view(),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        signing_in.PasswordFromKey.as_view(),
        name="account_reset_password_from_key",
    ),
    path("accounts/security/", signing_in.Security.as_view(), name="mfa_index"),
    path("accounts/second-factor/", signing_in.SecondFactor.as_view(), name="mfa_authenticate"),
    path(
        "accounts/second-factor/again/",
        signing_in.SecondFactorAgain.as_view(),
        name="mfa_reauthenticate",
    ),
    path("accounts/security/app/on/", signing_in.AppOn.as_view(), name="mfa_activate_totp"),
    path("accounts/security/app/off/", signing_in.AppOff.as_view(), name="mfa_deactivate_totp"),
    path(
        "accounts/security/codes/",
        signing_in.RecoveryCodes.as_view(),
        name="mfa_view_recovery_codes",
    ),
    path(
        "accounts/security/codes/new/",
        signing_in.RecoveryCodesNew.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "accounts/security/passkeys/add/", signing_in.PasskeyAdd.as_view(), name="mfa_add_webauthn"
    ),
    path(
        "accounts/security/passkeys/<row:pk>/edit/",
        signing_in.PasskeyRename.as_view(),
        name="mfa_edit_webauthn",
    ),
    path(
        "accounts/security/passkeys/<row:pk>/remove/",
        signing_in.PasskeyRemove.as_view(),
        name="mfa_remove_webauthn",
    ),
    path(
        "accounts/passkey/again/",
        signing_in.PasskeyAgain.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path("accounts/passkey/", signing_in.PasskeyLogin.as_view(), name="mfa_login_webauthn"),
]
