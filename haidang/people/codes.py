"""One-time codes are good once: also the one that turned the app on, and as long as it runs."""

from __future__ import annotations

import hashlib
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa_forms
from django.conf import settings
from django.core.cache import cache

#: Seconds in which an app's code is taken: its own half minute and those beside it. allauth
#: remembers a code for half a minute only.
LASTS = 30 * (1 + 2 * settings.MFA_TOTP_TOLERANCE)


def spend(account_id: int, code: str) -> bool:
    """Mark a code as used; False when it was used before."""
    digits = hashlib.sha256("".join(code.split()).encode("utf-8", "surrogatepass")).hexdigest()
    return bool(cache.add(f"code:{account_id}:{digits}", 1, timeout=LASTS))


class _Once:
    def clean_code(self) -> Any:
        code = super().clean_code()  # type: ignore[misc]
        if not spend(self.user.pk, code):  # type: ignore[attr-defined]
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(_Once, mfa_forms.AuthenticateForm):  # type: ignore[misc]
    pass


class ReauthenticateForm(_Once, mfa_forms.ReauthenticateForm):  # type: ignore[misc]
    pass
