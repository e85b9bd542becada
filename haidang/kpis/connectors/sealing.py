"""Secrets of connectors as they lie in the database: sealed with the server's key."""

from __future__ import annotations

import base64
import hashlib

from django.conf import settings


def sealed(text: str) -> str:
    """Encrypted with the present key."""
    from cryptography.fernet import Fernet

    return Fernet(_key(settings.SECRET_KEY)).encrypt(text.encode()).decode()


def opened(text: str) -> str | None:
    """Decrypted with the present key or a former one that is named; None with none of them."""
    from cryptography.fernet import Fernet, InvalidToken, MultiFernet

    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    try:
        found = MultiFernet([Fernet(_key(key)) for key in keys]).decrypt(text.encode())
    except InvalidToken:
        return None
    return found.decode()


def is_present(text: str) -> bool:
    """Whether the present key alone opens it."""
    from cryptography.fernet import Fernet, InvalidToken

    try:
        Fernet(_key(settings.SECRET_KEY)).decrypt(text.encode())
    except InvalidToken:
        return False
    return True


def _key(secret: str) -> bytes:
    """A key of its own: what seals second factors does not open these."""
    digest = hashlib.sha256(b"connector secrets:" + str(secret).encode()).digest()
    return base64.urlsafe_b64encode(digest)
