"""Words that stand in one language or in both, and the signs of core values (pure)."""

from __future__ import annotations

from typing import NamedTuple

#: Signs that a core value can have, of the vendored icons.
ICONS = (
    "heart-handshake", "star", "bulb", "shield-check", "users-group", "trophy", "scale",
    "compass", "sun", "mountain", "bolt", "rosette-discount-check", "book", "sparkles", "world",
    "target",
)  # fmt: skip
MOST_VALUES = 12


class Said(NamedTuple):
    """Words and the language that they stand in, "vi" or "en"."""

    text: str
    language: str


def said(vi: str, en: str, language: str) -> Said:
    """The words for a reader of `language`, else those of the other language."""
    first, second = (Said(vi, "vi"), Said(en, "en"))
    if language.startswith("en"):
        first, second = second, first
    return first if first.text or not second.text else second


def moved(order: list[int], one: int, to: int) -> list[int]:
    """The ids with `one` at place `to` (from 1; beyond the end: the last)."""
    rest = [other for other in order if other != one]
    at = min(max(to, 1), len(rest) + 1) - 1
    return [*rest[:at], one, *rest[at:]]
