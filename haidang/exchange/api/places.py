"""Places in the log as cursors, sealed: nobody can make one up, nor read it.

Unlike the cursor of a list this one is hidden too, and never the same twice: the distance
between two places would tell how much has happened that the reader may not see.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import struct

from django.conf import settings
from django.utils.crypto import salted_hmac

from haidang.activity.tail import Position
from haidang.exchange.api.pages import bad_cursor

_PLAIN = struct.Struct(">QQQ")  # organisation, transaction, id
_NONCE, _TAG = 12, 16
_LENGTH = _NONCE + _PLAIN.size + _TAG


def seal(position: Position, *, of: int) -> str:
    """The cursor of a place, for readers of the organisation `of`."""
    key = settings.SECRET_KEY
    nonce = secrets.token_bytes(_NONCE)
    hidden = nonce + _masked(_PLAIN.pack(of, *position), nonce, key)
    return base64.urlsafe_b64encode(hidden + _tag(hidden, key)).decode().rstrip("=")


def unseal(cursor: str, *, of: int) -> Position | None:
    """The place of a cursor that was sealed here, also under an earlier key; else None."""
    try:
        sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(sealed) != _LENGTH:
        return None
    hidden, tag = sealed[:-_TAG], sealed[-_TAG:]
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if hmac.compare_digest(tag, _tag(hidden, key)):
            plain = _masked(hidden[_NONCE:], hidden[:_NONCE], key)
            organisation, *place = _PLAIN.unpack(plain)
            return Position(*place) if organisation == of else None
    return None


def cursor_of(below: int, *, of: int) -> str:
    """The place of an entry of the log where pages go backwards, below that entry."""
    return seal(Position(0, below), of=of)


def below_of(cursor: str | None, *, of: int) -> int:
    """The id that a page begins below; 0 for the newest. Raises BadParameter for a cursor
    that was not sealed here."""
    if not cursor:
        return 0
    place = unseal(cursor, of=of)
    if place is None:
        raise bad_cursor()
    return place.id


def _masked(text: bytes, nonce: bytes, key: str) -> bytes:
    """Hides and shows again; the mask (32 bytes) is longer than the text."""
    mask = _keyed("mask", nonce, key)
    return bytes(a ^ b for a, b in zip(text, mask, strict=False))


def _tag(hidden: bytes, key: str) -> bytes:
    return _keyed("tag", hidden, key)[:_TAG]


def _keyed(use: str, value: bytes, key: str) -> bytes:
    salt = f"haidang.exchange.places.{use}"
    return salted_hmac(salt, value, secret=key, algorithm="sha256").digest()
