"""What a run keeps and says: words of another system, messages in each language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import translation

from haidang.kpis.actions.settling import Line
from haidang.lib.text import clean_text


def told(line: Line) -> dict[str, Any]:
    """A line that could not be taken, as it is kept."""
    one = line.reading
    number = one.value if one.value is not None else one.numerator
    return {
        "name": kept(one.name, 200),
        "day": one.day.isoformat() if one.day else "",
        "value": "" if number is None else str(number)[:60],
        "code": line.code,
        "said": in_languages(line.message),
        "raw": kept(one.raw, 300),
    }


def kept(text: Any, most: int) -> str:
    """Words of another system as they can be stored and shown."""
    return clean_text(str(text)[:most])


def in_languages(message: Any) -> dict[str, str]:
    """A message in each language of the program: who reads it later has their own."""
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[code] = kept(message, 600)
    return found


def in_language(said: Mapping[str, str]) -> str:
    """The words of `in_languages` for the reader."""
    code = (translation.get_language() or "vi")[:2]
    return said.get(code) or said.get("en") or ""
