"""Secrets taken out of what a source brings back, before anything of it is kept or shown.

A system may answer with what it was asked with: an echo of the headers, an address with the
token in it, an error that quotes the password.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from html import escape
from typing import Any
from urllib.parse import quote, quote_plus

from django.utils.functional import lazy

from haidang.kpis.connectors.sources.base import Fetched, SourceError

MASK = "***"
#: A shorter text is no secret: it is in half of all words and numbers.
SHORTEST = 4
#: A name may be like a weak password; only a long one is surely no name.
SHORTEST_IN_NAME = 8


def forms_of(settings: Mapping[str, str], secrets: Mapping[str, str]) -> list[str]:
    """The secrets in every form in which they are sent, quoted or escaped; longest first."""
    found: set[str] = set()
    for whole in secrets.values():
        for secret in {whole, whole.strip()}:
            if len(secret) < SHORTEST:
                continue
            pairs = {f"{one.strip()}:{secret}" for one in (*settings.values(), *secrets.values())
                     if one.strip() and len(one) <= 200}  # fmt: skip
            found |= {base64.b64encode(one.encode()).decode() for one in (secret, *pairs)}
            for text in (secret, json.dumps(secret)[1:-1], _in_json(secret)):
                found |= {text, escape(text), _in_json(text)}
            quoted = quote(secret, safe="")
            found |= {quoted, quoted.lower(), quote(secret), quote_plus(secret)}
            found |= {repr(secret)[1:-1]}
    return sorted((one for one in found if len(one) >= SHORTEST), key=len, reverse=True)


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def masked(text: str, forms: Iterable[str], shortest: int = SHORTEST) -> str:
    """The text with a mask in the place of each secret, also of one that is cut at its end."""
    for form in forms:
        if len(form) < shortest:
            continue
        text = text.replace(form, MASK)
        head = form[: max(SHORTEST, len(form) // 2)]
        at = text.find(head, max(0, len(text) - len(form)))
        while at >= 0 and not form.startswith(text[at:]):
            at = text.find(head, at + 1)
        if at >= 0:
            text = text[:at] + MASK
    return text


def without_secrets(fetched: Fetched, forms: list[str]) -> Fetched:
    """An answer without them: whole, in each row, in its name, in what is said of it."""
    if not forms:
        return fetched
    readings = [
        replace(
            one,
            name=masked(one.name, forms, SHORTEST_IN_NAME),
            raw=masked(one.raw, forms),
            wrong=_said(one.wrong, forms),
        )
        for one in fetched.readings
    ]
    notes = [_said(note, forms) for note in fetched.notes]
    return Fetched(readings, masked(fetched.raw, forms), notes)


def error_without_secrets(error: SourceError, forms: list[str]) -> SourceError:
    """The same refusal without them."""
    return SourceError(
        error.code,
        _said(error.message, forms),
        detail=masked(str(error.detail), forms),
        passing=error.passing,
    )


def _said(message: Any, forms: list[str]) -> Any:
    """A message that is put into the reader's language later."""
    if not message or not forms:
        return message
    return _later(message, tuple(forms))


def _masked_later(message: Any, forms: tuple[str, ...]) -> str:
    return masked(str(message), forms)


_later = lazy(_masked_later, str)
