"""Secrets of second factors as they lie in the database: sealed with the server's key."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def sealed(text: str) -> str:
    """Encrypted with the present key."""
    return _fernet(settings.SECRET_KEY).encrypt(text.encode()).decode()


def opened(text: str) -> str | None:
    """Decrypted with the present key or a former one that is named; None with none of them."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    try:
        return MultiFernet([_fernet(key) for key in keys]).decrypt(text.encode()).decode()
    except InvalidToken:
        return None


def is_present(text: str) -> bool:
    """Whether the present key alone opens it."""
    try:
        _fernet(settings.SECRET_KEY).decrypt(text.encode())
    except InvalidToken:
        return False
    return True


def parts(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(name, sealed text) of what is sealed in the data of an authenticator of allauth's."""
    for name in ("secret", "seed"):
        if isinstance(data.get(name), str):
            yield name, data[name]


def _fernet(key: str) -> Fernet:
    digest = hashlib.sha256(b"second factor:" + str(key).encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
