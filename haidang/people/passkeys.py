"""Passkeys: django-allauth's forms, which break at malformed credentials, made careful."""

from __future__ import annotations

import struct
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms as passkey_forms
from django import forms

#: What the libraries below raise at credentials that no device made.
_BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, struct.error)
#: Credentials are 1 to 3 kB, and two levels deep.
_LONGEST, _DEEPEST = 20_000, 8


class CredentialField(forms.JSONField):
    """What a device signed, as JSON of bounded length and depth."""

    def __init__(self) -> None:
        super().__init__(required=True, widget=forms.HiddenInput)

    def to_python(self, value: Any) -> Any:
        text = value if isinstance(value, str) else ""
        if len(text) > _LONGEST or text.count("{") + text.count("[") > _DEEPEST * 4:
            raise get_adapter().validation_error("incorrect_code")
        parsed = super().to_python(value)
        if parsed is not None and not isinstance(parsed, dict):
            raise get_adapter().validation_error("incorrect_code")
        return parsed


class _Careful:
    """Malformed credentials are wrong ones, not faults of ours."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = CredentialField()  # type: ignore[attr-defined]

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except _BROKEN:
            raise get_adapter().validation_error("incorrect_code") from None


class LoginForm(_Careful, passkey_forms.LoginWebAuthnForm):  # type: ignore[misc]
    pass


class AuthenticateForm(_Careful, passkey_forms.AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class ReauthenticateForm(_Careful, passkey_forms.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class AddForm(_Careful, passkey_forms.AddWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(required=False, max_length=100)

    def clean_credential(self) -> Any:
        return self.cleaned_data["credential"]

    def clean(self) -> Any:
        try:
            return super().clean()
        except _BROKEN:
            raise get_adapter().validation_error("incorrect_code") from None


class RenameForm(passkey_forms.EditWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(max_length=100)
